// The web program as plain CGI: one request a process, as a small web server would start it; below
// a prefix, and with single sign-on.
import test from "node:test";
import assert from "node:assert/strict";
import { ask, configuration } from "./lib/cgi.mjs";
import { env } from "./lib/env.mjs";
import { formsOf, textOf } from "./lib/html.mjs";
import { sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const trusting = configuration("cgi-sso", (web) => web.replace("[web]", "[web]\nremote_user=true"));

test("a page as plain CGI, below a prefix too", async () => {
	const page = await ask("/login");
	assert.equal(page.status, 200);
	assert.equal(Buffer.byteLength(page.text), Number(page.headers["content-length"][0]));
	const below = await ask("/login", { prefix: "/poststelle" });
	assert.equal(formsOf(below.text)[0].action, "/poststelle/login");
	assert.match(below.headers["set-cookie"].join(), /Path=\/poststelle/i);
	const csrf = formsOf(below.text)[0].fields.csrf;
	const body = new URLSearchParams({ csrf, login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD }).toString();
	const signedIn = await ask("/login", { prefix: "/poststelle", method: "POST", body, cookie: below.cookies });
	assert.equal(signedIn.status, 303);
	assert.match(signedIn.headers.location[0], /^\/poststelle\//);
	const list = await ask("/mailboxes", { prefix: "/poststelle", cookie: signedIn.cookies });
	assert.equal(list.status, 200);
	for (const [, address] of list.text.matchAll(/(?:href|action)="([^"#]*)"/g)) {
		assert.match(address, /^\/poststelle\//);
	}
});

test("REMOTE_USER means nothing unless configured", async () => {
	assert.equal((await ask("/my", { user: env.ADMIN_LOGIN })).status, 303);
});

test("single sign-on: who the web server found, and nobody else", async () => {
	const login = `sso${stamp}`;
	sql(`INSERT INTO user (login, name, contact_email, created_at) VALUES ('${login}', 'Sonja Sicher', 'sonja@kontakt.example', 1)`);
	const first = await ask("/my", { conf: trusting, user: ` ${login.toUpperCase()}` });
	assert.equal(first.status, 200);
	assert.ok(textOf(first.text).includes("Sonja Sicher"));
	assert.equal(sql(`SELECT signed_in_at > 0 FROM user WHERE login = '${login}'`)[0][0], "1");
	const again = await ask("/my", { conf: trusting, user: login, cookie: first.cookies });
	assert.equal(again.headers["set-cookie"], undefined, "one session, not one a request");
	assert.equal((await ask("/mailboxes", { conf: trusting, user: login, cookie: first.cookies })).status, 404);
	// A form needs its token as ever.
	const csrf = formsOf(again.text).find((form) => form.fields.csrf).fields.csrf;
	assert.equal((await ask("/account", { conf: trusting, user: login, cookie: first.cookies, method: "POST", body: "locale=en" })).status, 403);
	assert.equal((await ask("/account", { conf: trusting, user: login, cookie: first.cookies, method: "POST", body: `locale=en&csrf=${csrf}` })).status, 303);
	// Somebody else at the same browser.
	const other = await ask("/my", { conf: trusting, user: env.STAFF_LOGIN, cookie: first.cookies });
	assert.ok(textOf(other.text).includes("Stefan Stabel"));
	assert.equal((await ask("/my", { cookie: first.cookies })).status, 303, "the former session goes on");
	// Nobody that we know, or who may not.
	assert.equal((await ask("/my", { conf: trusting, user: `niemand${stamp}` })).status, 303);
	const gone = await ask("/my", { conf: trusting, user: `niemand${stamp}`, cookie: other.cookies });
	assert.equal(gone.status, 303);
	assert.equal((await ask("/my", { cookie: other.cookies })).status, 303);
	sql(`UPDATE user SET active = 0 WHERE login = '${login}'`);
	assert.equal((await ask("/my", { conf: trusting, user: login })).status, 303);
	assert.equal((await ask("/my", { conf: trusting, user: "a\xffb" })).status, 303);
});
