// What was typed is never lost: a session that is over, a token that doesn't fit, a database that is
// away, a thing that somebody else deleted. What is carried on is a form of ours, and no password.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient, staffClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { elements, formsOf, headingOf, textOf } from "./lib/html.mjs";
import { assign, newUsers, unassign } from "./lib/people.mjs";
import { sql, startPart, stopPart, until } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const LONG = `Guten Tag,\r\n\r\n${"ich bin bis Montag nicht da. ".repeat(20)}\r\n  Eingerückt & "so"\r\n`;
const typed = { active: "1", subject: "Nicht da", body: LONG, starts_on: "", ends_on: "" };
const admin = await adminClient();

async function noteOf(local) {
	const { path } = await admin.saveMailbox(`${local}.${stamp}`);
	return { path, note: `${path}/absence` };
}
const lines = (text) => text.replace(/\r\n/g, "\n");
const saved = async (note) => lines(formsOf((await admin.get(note)).text).find(({ action }) => action.endsWith("/absence")).fields.body);
const signInForm = (page) => formsOf(page.text).find(({ action }) => action.endsWith("/login"));
const again = (page) => formsOf(page.text).find(({ html }) => /Noch einmal senden/.test(html));
const ends = (client) => sql(`DELETE FROM session WHERE token_hash = UNHEX(SHA2('${client.cookies.poststelle_session}', 256))`);

test("an expired session: signing in on that page sends the form, with its line breaks", async () => {
	const { note } = await noteOf("abgelaufen");
	for (const leave of ["the session is over", "signed out elsewhere"]) {
		const client = await adminClient();
		const form = await client.get(note);
		if (leave === "signed out elsewhere") {
			await client.submit(await client.get("/account"), "/logout");
		} else {
			ends(client);
		}
		const body = `${LONG}${leave}`;
		const page = await client.submit(form, "/absence", { ...typed, body });
		assert.equal(page.status, 403);
		assert.equal(headingOf(page.text), "Anmeldung abgelaufen");
		assert.ok(page.text.includes("ich bin bis Montag nicht da. \n  Eingerückt &amp;"), "line breaks are shown");
		// A wrong password doesn't lose it either.
		const wrong = await client.submit(page, "/login", { login: env.ADMIN_LOGIN, password: "falsch" });
		assert.equal(wrong.status, 422);
		const sent = await until(10000, () => client.submit(wrong, "/login", { login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD }), ({ status }) => status !== 429, 500);
		assert.equal(sent.status, 303, textOf(sent.text).slice(0, 300));
		assert.ok(sent.location.endsWith(note), sent.location);
		assert.equal(await saved(note), lines(body));
	}
});

test("what the sign-in carries may go only where its new user may, and only below this site", async () => {
	const { note } = await noteOf("fremd");
	const client = await adminClient();
	const form = await client.get(note);
	ends(client);
	const page = await client.submit(form, "/absence", typed);
	const answer = await client.submit(page, "/login", { login: env.STAFF_LOGIN, password: env.STAFF_PASSWORD });
	assert.equal(answer.status, 404);
	assert.ok(answer.text.includes("ich bin bis Montag"), "what was typed is lost");
	assert.equal(await saved(note), "");
	for (const kept of ["//evil.example/", "https://evil.example/", "/\\evil.example", "/logout", "/login", "/healthz", "/%0d%0aSet-Cookie:x"]) {
		const other = new Client();
		const signIn = await other.get("/login");
		const went = await other.submit(signIn, "/login", { login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD, kept, "kept.body": "x", next: kept });
		assert.ok([303, 404].includes(went.status), `${kept}: ${went.status}`);
		assert.ok(!went.text.includes("evil.example"), kept);
		assert.ok((went.location ?? "").startsWith("/") && !went.location.startsWith("//") || went.location === null, `${kept} led to ${went.location}`);
	}
});

test("next leads to a page of ours with its filter, and nowhere else", async () => {
	const stranger = new Client();
	const asked = await stranger.request("GET", "/mailboxes?q=m%C3%BCller&state=vip");
	assert.equal(asked.status, 303);
	const went = await stranger.submit(await stranger.get(asked.location), "/login", { login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD });
	assert.ok(went.location.endsWith("/mailboxes?q=m%C3%BCller&state=vip"), went.location);
	for (const next of ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "/a\tb", "/a?b#//c", "javascript:alert(1)", "/x?y=\\z", `/${"x".repeat(3000)}`]) {
		const client = new Client();
		const page = await client.submit(await client.get("/login"), "/login", { login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD, next });
		assert.equal(page.status === 303 ? new URL(page.location, env.BASE_URL).href : page.status, page.status === 303 ? new URL("/", env.BASE_URL).href : 422, next);
	}
});

test("a token of another session: the page sends it once more, if it is a form of ours", async () => {
	const { note } = await noteOf("marke");
	const client = await adminClient();
	const form = await client.get(note);
	await client.submit(await client.get("/account"), "/logout");
	await client.signIn();
	const page = await client.submit(form, "/absence", typed);
	assert.equal(page.status, 403);
	const { action, fields } = again(page);
	assert.equal((await client.post(action, fields)).status, 303);
	assert.equal(await saved(note), lines(LONG));
	// From another site: shown, not offered.
	const { csrf, ...rest } = formsOf((await client.get(note)).text).find((one) => one.action.endsWith("/absence")).fields;
	for (const site of ["cross-site", "same-site", "none"]) {
		const forged = await client.post(note, { ...rest, csrf: "falsch", body: "untergeschoben" }, { "sec-fetch-site": site });
		assert.equal(forged.status, 403);
		assert.equal(again(forged), undefined, site);
	}
	assert.ok(again(await client.post(note, { ...rest, csrf: "falsch", body: "eigenes" }, { "sec-fetch-site": "same-origin" })));
	// Whoever isn't known gets no page that would send it after the sign-in.
	const stranger = new Client();
	const asked = await stranger.post(note, { ...rest, csrf, body: "untergeschoben" });
	assert.equal(asked.status, 403);
	assert.equal(signInForm(asked).fields.kept, undefined);
	assert.ok(asked.text.includes("untergeschoben"));
});

test("passwords are never carried, nor a form without its password sent", async () => {
	const client = await adminClient();
	const page = await client.get("/account");
	await client.submit(page, "/logout");
	const secret = `Geheim ${stamp} genug`;
	const { csrf } = formsOf(page.text).find((one) => one.action.endsWith("/account")).fields;
	const answer = await client.post("/account", { csrf, old_password: secret, new_password: secret, new_password_again: secret });
	assert.equal(answer.status, 403);
	assert.ok(!answer.text.includes(secret));
	assert.equal(signInForm(answer).fields.kept, undefined);
	// Where new_password ticks mailboxes it is carried.
	const [user] = newUsers(["own"]);
	const { path } = await noteOf("kreuz");
	assign(path.split("/").pop(), user);
	const other = await adminClient();
	const leave = await other.get(`/users/${user}/leave`);
	ends(other);
	const asked = await other.submit(leave, "/leave", { new_password: path.split("/").pop() });
	const done = await other.submit(asked, "/login", { login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD });
	assert.equal(done.status, 303);
	assert.match(textOf((await other.get(done.location)).text), /neues Passwort/);
});

test("the database is away: the page offers the form again, and it works when that is back", async (t) => {
	const { note } = await noteOf("weg");
	const client = await adminClient();
	const form = await client.get(note);
	stopPart("mariadb");
	t.after(() => startPart("mariadb"));
	const page = await client.submit(form, "/absence", typed);
	assert.equal(page.status, 503);
	assert.ok(elements(page.text, "textarea").length > 0);
	const { action, fields } = again(page);
	startPart("mariadb");
	await until(5000, () => client.get(note), (answer) => answer.status === 200);
	assert.equal((await client.post(action, fields)).status, 303);
	assert.equal(await saved(note), lines(LONG));
});

test("somebody else deleted it: the text is there to be copied", async () => {
	const { path, note } = await noteOf("geloescht");
	const other = await admin.get(path);
	const form = await admin.get(note);
	await admin.save(await admin.get(`${path}/delete`), "/delete");
	const gone = await admin.submit(form, "/absence", typed);
	assert.equal(gone.status, 404);
	assert.ok(gone.text.includes("ich bin bis Montag nicht da. \n  Eingerückt &amp;"));
	const settings = await admin.submit(other, path, { email_name: `Neuer Name ${stamp}` });
	assert.equal(settings.status, 409);
	assert.ok(settings.text.includes(`Neuer Name ${stamp}`));
	assert.equal((await admin.post("/mailboxes/999999999", { csrf: await admin.token(), email_name: `Nirgends ${stamp}` })).text.includes(`Nirgends ${stamp}`), true);
});

test("who isn't assigned any more keeps the text, and learns no more than before", async () => {
	const { path, note } = await noteOf("entzogen");
	const staff = await staffClient();
	const [[id]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	assign(path.split("/").pop(), id);
	const form = await staff.get(note);
	unassign(path.split("/").pop(), id);
	const answer = await staff.submit(form, "/absence", typed);
	assert.equal(answer.status, 404);
	assert.ok(answer.text.includes("ich bin bis Montag"));
});
