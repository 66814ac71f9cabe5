// Single sign-on with nginx as it is shipped: who was checked is signed in, and nobody by a name that
// nobody checked; what other processes say at the socket counts for nothing.
import test from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "./lib/client.mjs";
import { ROOT, env } from "./lib/env.mjs";
import { ask } from "./lib/fastcgi.mjs";
import { formsOf, textOf } from "./lib/html.mjs";
import { Site, secret } from "./lib/site.mjs";
import { DIR, sql } from "./lib/stack.mjs";

const basic = (name, password) => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}` });
const CHECKED = basic(env.ADMIN_LOGIN, "geheim");
const UNCHECKED = basic(env.ADMIN_LOGIN, "anything");
const nameOf = (login) => sql(`SELECT name FROM user WHERE login = '${login}'`)[0][0];
const ADMIN = nameOf(env.ADMIN_LOGIN);

const site = new Site();
const remoteUser = (text) => text.replace("[web]", "[web]\nremote_user=true");
test.before(async () => {
	await site.start({ web: remoteUser,
		// The lines of the example that an administrator takes the mark from.
		nginx: (text) => text.replaceAll(/^(\t*)#(auth_basic|set \$poststelle_user)/gm, "$1$2").replaceAll("/etc/nginx/office.passwords", join(site.directory, "passwords")) });
	writeFileSync(join(site.directory, "passwords"), `${env.ADMIN_LOGIN}:{PLAIN}geheim\n${env.STAFF_LOGIN}:{PLAIN}auch\n`);
});
test.after(() => site.stop());

const client = () => new Client({ base: site.base });
const get = (path, headers) => client().request("GET", path, { headers });
const sessionOf = ({ headers }) => /poststelle_session=([^;]{20,})/.exec(headers.get("set-cookie") ?? "")?.[1];

test("who was checked is signed in; without that the door is closed", async () => {
	const page = await get("/my", CHECKED);
	assert.equal(page.status, 200);
	assert.ok(textOf(page.text).includes(ADMIN));
	assert.ok(sessionOf(page));
	assert.ok(textOf((await get("/my", basic(env.STAFF_LOGIN, "auch"))).text).includes(nameOf(env.STAFF_LOGIN)));
	for (const headers of [{}, UNCHECKED, basic(env.ADMIN_LOGIN, "")]) {
		const answer = await get("/my", headers);
		assert.equal(answer.status, 401);
		assert.equal(sessionOf(answer), undefined);
	}
	// A header that a client writes is not what nginx says.
	for (const name of ["remote-user", "x-remote-user", "remote_user", "http-remote-user", "poststelle-secret"]) {
		assert.equal((await get("/my", { [name]: name === "poststelle-secret" ? secret : env.ADMIN_LOGIN })).status, 401);
	}
});

test("nobody is signed in on what is open to everybody, whatever name is sent along", async () => {
	for (const [path, status] of [["/login", 200], ["/healthz", 200], [`/access/${"x".repeat(43)}`, 404], [`/access/${"x".repeat(43)}/profile.mobileconfig`, 404],
		["/access/", 404], [`/welcome/${"x".repeat(43)}`, 404], ["/mail/config-v1.1.xml", 404], ["/mail/", 404], ["/.well-known/autoconfig/mail/config-v1.1.xml", 404], ["/autodiscover/autodiscover.xml", 200], ["/static/style.css", 200]]) {
		for (const headers of [UNCHECKED, CHECKED, { ...UNCHECKED, "remote-user": env.ADMIN_LOGIN }]) {
			const answer = await get(path, headers);
			assert.equal(answer.status, status, path);
			assert.equal(sessionOf(answer), undefined, `${path} begins a session`);
			assert.ok(!answer.text.includes(ADMIN), path);
		}
	}
	// A session that is there is one on those pages, too.
	const admin = client();
	await admin.request("GET", "/my", { headers: CHECKED });
	assert.ok(textOf((await admin.get("/login")).text).includes(ADMIN));
});

test("another process at the socket: what it says of the browser doesn't count without the secret", async () => {
	const my = (params) => ask(site.socket, "/my", { params });
	for (const said of [{}, { POSTSTELLE_SECRET: "" }, { POSTSTELLE_SECRET: `${secret}x` }, { POSTSTELLE_SECRET: secret.slice(1) }, { HTTP_POSTSTELLE_SECRET: secret }]) {
		const answer = await my({ REMOTE_USER: env.ADMIN_LOGIN, ...said });
		assert.match(answer, /^Status: 303/);
		assert.doesNotMatch(answer, /poststelle_session=\w/);
	}
	assert.match(await my({ REMOTE_USER: env.ADMIN_LOGIN, POSTSTELLE_SECRET: secret }), /^Status: 200/);
	// Nor on open pages with it.
	assert.doesNotMatch(await ask(site.socket, "/login", { params: { REMOTE_USER: env.ADMIN_LOGIN, POSTSTELLE_SECRET: secret } }), /poststelle_session=\w/);
	// https: the demo's base_url isn't.
	const cookie = async (params) => /Set-Cookie: poststelle_form=[^\r]*/.exec(await ask(site.socket, "/login", { params }))[0];
	assert.doesNotMatch(await cookie({ HTTPS: "on" }), /Secure/);
	assert.match(await cookie({ HTTPS: "on", POSTSTELLE_SECRET: secret }), /Secure/);
});

test("another process at the socket has one address, whatever it says", async () => {
	sql("DELETE FROM sign_in_attempt");
	const page = await ask(site.socket, "/login");
	const form = formsOf(page)[0].fields;
	const cookie = /poststelle_form=[^;]+/.exec(page)[0];
	const tries = async (address, more) => /^Status: (\d+)/.exec(await ask(site.socket, "/login",
		{ params: { HTTP_COOKIE: cookie, REMOTE_ADDR: address, ...more }, body: new URLSearchParams({ ...form, login: "niemand.hier", password: "falsch" }).toString() }))[1];
	const statuses = [];
	for (let i = 1; i <= 7; i++) {
		statuses.push(await tries(`192.0.2.${i}`));
	}
	assert.deepEqual(statuses, ["422", "422", "422", "422", "422", "429", "429"]);
	assert.equal(await tries("192.0.2.1", { POSTSTELLE_SECRET: secret }), "422");
	sql("DELETE FROM sign_in_attempt");
});

test("the secret is root's; with single sign-on it has to be there, without one it is missed aloud", () => {
	assert.equal(statSync(`${DIR}/conf/nginx-secret.conf`).mode & 0o777, 0o600);
	assert.match(readFileSync(join(ROOT, "nginx.conf.example"), "utf8"), /^\tinclude \/etc\/poststelle\/nginx-secret\.conf;$/m);
	const start = (change) => {
		const path = join(site.directory, "other.conf");
		writeFileSync(path, change(readFileSync(`${DIR}/conf/web.conf`, "utf8").replace(`${DIR}/web/sock`, join(site.directory, "other"))), { mode: 0o600 });
		return spawnSync(`${DIR}/bin/poststelle.fcgi`, ["--config", path], { encoding: "utf8", timeout: 3000 });
	};
	const without = (text) => text.replace(/^proxy_secret_file=.*\n/m, "");
	const refused = start((text) => remoteUser(without(text)));
	assert.equal(refused.status, 2);
	assert.match(refused.stderr, /remote_user needs proxy_secret_file/);
	const short = join(site.directory, "short");
	writeFileSync(short, "kurz\n");
	for (const file of [short, join(site.directory, "nowhere")]) {
		assert.equal(start((text) => text.replace(/^proxy_secret_file=.*/m, `proxy_secret_file=${file}`)).status, 2);
	}
	assert.match(start(without).stderr, /event=no_proxy_secret/);
});
