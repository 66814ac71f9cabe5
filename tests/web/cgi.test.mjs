// The web program as plain CGI: one request a process, as a small web server would start it; below
// a prefix, and with single sign-on.
import test from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { env } from "./lib/env.mjs";
import { formsOf, textOf } from "./lib/html.mjs";
import { DIR, sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const web = readFileSync(`${DIR}/conf/web.conf`, "utf8").replace(/^socket=.*$/m, "");

function configuration(name, remoteUser) {
	const path = `${DIR}/conf/${name}.conf`;
	writeFileSync(path, web.replace("[web]", `[web]\nremote_user=${remoteUser}`), { mode: 0o600 });
	return path;
}

const trusting = configuration("cgi-sso", true);
const wary = configuration("cgi", false);

// An answer: {status, headers (lower-cased, as lists), text}.
function ask(path, { conf = wary, prefix = "", method = "GET", body = "", user, cookie } = {}) {
	const { stdout, stderr, status } = spawnSync(`${DIR}/bin/poststelle.fcgi`, ["--config", conf], {
		encoding: "utf8", input: body, env: { ...process.env, GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: method, SCRIPT_NAME: prefix,
			PATH_INFO: path, QUERY_STRING: "", REMOTE_ADDR: "127.0.0.1", CONTENT_LENGTH: String(Buffer.byteLength(body)),
			CONTENT_TYPE: "application/x-www-form-urlencoded", ...(user !== undefined ? { REMOTE_USER: user } : {}), ...(cookie ? { HTTP_COOKIE: cookie } : {}) },
	});
	assert.equal(status, 0, stderr);
	const at = stdout.indexOf("\r\n\r\n");
	const headers = {};
	for (const line of stdout.slice(0, at).split("\r\n")) {
		const [name, value] = line.split(/: (.*)/s);
		(headers[name.toLowerCase()] ??= []).push(value);
	}
	return { status: Number(headers.status[0]), headers, text: stdout.slice(at + 4),
		cookies: (headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ") };
}

test("a page as plain CGI, below a prefix too", () => {
	const page = ask("/login");
	assert.equal(page.status, 200);
	assert.equal(Buffer.byteLength(page.text), Number(page.headers["content-length"][0]));
	const below = ask("/login", { prefix: "/poststelle" });
	assert.equal(formsOf(below.text)[0].action, "/poststelle/login");
	assert.match(below.headers["set-cookie"].join(), /Path=\/poststelle/i);
	const csrf = formsOf(below.text)[0].fields.csrf;
	const body = new URLSearchParams({ csrf, login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD }).toString();
	const signedIn = ask("/login", { prefix: "/poststelle", method: "POST", body, cookie: below.cookies });
	assert.equal(signedIn.status, 303);
	assert.match(signedIn.headers.location[0], /^\/poststelle\//);
	const list = ask("/mailboxes", { prefix: "/poststelle", cookie: signedIn.cookies });
	assert.equal(list.status, 200);
	for (const [, address] of list.text.matchAll(/(?:href|action)="([^"#]*)"/g)) {
		assert.match(address, /^\/poststelle\//);
	}
});

test("REMOTE_USER means nothing unless configured", () => {
	assert.equal(ask("/my", { user: env.ADMIN_LOGIN }).status, 303);
});

test("single sign-on: who the web server found, and nobody else", () => {
	const login = `sso${stamp}`;
	sql(`INSERT INTO user (login, name, contact_email, created_at) VALUES ('${login}', 'Sonja Sicher', 'sonja@kontakt.example', 1)`);
	const first = ask("/my", { conf: trusting, user: ` ${login.toUpperCase()}` });
	assert.equal(first.status, 200);
	assert.ok(textOf(first.text).includes("Sonja Sicher"));
	assert.equal(sql(`SELECT signed_in_at > 0 FROM user WHERE login = '${login}'`)[0][0], "1");
	const again = ask("/my", { conf: trusting, user: login, cookie: first.cookies });
	assert.equal(again.headers["set-cookie"], undefined, "one session, not one a request");
	assert.equal(ask("/mailboxes", { conf: trusting, user: login, cookie: first.cookies }).status, 404);
	// A form needs its token as ever.
	const csrf = formsOf(again.text).find((form) => form.fields.csrf).fields.csrf;
	assert.equal(ask("/account", { conf: trusting, user: login, cookie: first.cookies, method: "POST", body: "locale=en" }).status, 403);
	assert.equal(ask("/account", { conf: trusting, user: login, cookie: first.cookies, method: "POST", body: `locale=en&csrf=${csrf}` }).status, 303);
	// Somebody else at the same browser.
	const other = ask("/my", { conf: trusting, user: env.STAFF_LOGIN, cookie: first.cookies });
	assert.ok(textOf(other.text).includes("Stefan Stabel"));
	assert.equal(ask("/my", { cookie: first.cookies }).status, 303, "the former session goes on");
	// Nobody that we know, or who may not.
	assert.equal(ask("/my", { conf: trusting, user: `niemand${stamp}` }).status, 303);
	const gone = ask("/my", { conf: trusting, user: `niemand${stamp}`, cookie: other.cookies });
	assert.equal(gone.status, 303);
	assert.equal(ask("/my", { cookie: other.cookies }).status, 303);
	sql(`UPDATE user SET active = 0 WHERE login = '${login}'`);
	assert.equal(ask("/my", { conf: trusting, user: login }).status, 303);
	assert.equal(ask("/my", { conf: trusting, user: "a\xffb" }).status, 303);
});
