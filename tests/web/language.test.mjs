// The language where nobody is signed in: chosen by a link, carried on by the forms, without a cookie.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { errorsOf, formsOf, headingOf, linksOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const other = (page) => linksOf(page.text).find(({ text }) => /^(English|Deutsch)$/.test(text));
const languageOf = (page) => /<html lang="(..)">/.exec(page.text)[1];

test("sign-in: there and back, next is kept, errors and the way on are in the chosen language", async () => {
	const client = new Client({ language: "de" });
	const next = `/mailboxes?q=a&state=vip`;
	const german = await client.get(`/login?next=${encodeURIComponent(next)}`);
	assert.equal(languageOf(german), "de");
	const cookies = Object.keys(client.cookies);
	const english = await client.get(other(german).href);
	assert.equal(languageOf(english), "en");
	assert.equal(headingOf(english.text), "Sign in");
	assert.deepEqual(Object.keys(client.cookies), cookies, "a cookie more");
	assert.equal(languageOf(await client.get(other(english).href)), "de");
	const refused = await client.submit(english, "/login", { login: "", password: "" });
	assert.equal(languageOf(refused), "en");
	assert.match(errorsOf(refused.text).byField.login, /Please/);
	assert.equal(formsOf(refused.text).find(({ action }) => action.endsWith("/login")).fields.next, next);
	const answer = await client.submit(refused, "/login", { login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD });
	assert.equal(answer.status, 303);
	assert.ok(answer.location.endsWith(next));
});

test("what isn't a language changes nothing, and neither does it for who is signed in", async () => {
	for (const query of ["lang=fr", "lang=", "lang=de&lang=en", "lang=%ff", `lang=${"x".repeat(300)}`]) {
		const page = await new Client({ language: "de" }).get(`/login?${query}`);
		assert.equal(page.status, 200);
		assert.equal(languageOf(page), "de", query);
	}
	const admin = await adminClient();
	const page = await admin.get("/my?lang=en");
	assert.equal(languageOf(page), languageOf(await admin.get("/my")));
	assert.equal(other(page), undefined);
});

test("links that work once: the page in the other language, but not once the password is shown", async () => {
	const admin = await adminClient();
	const { path } = await admin.saveMailbox(`sprache.${stamp}`);
	const sent = await admin.save(await admin.get(`${path}/access/send`), "/send", { recipient: `wer.${stamp}@kontakt.example` });
	const link = new URL(/<code id="link">([^<]+)</.exec(sent.text)[1]).pathname;
	const client = new Client({ language: "de" });
	const english = await client.get(other(await client.get(link)).href);
	assert.equal(languageOf(english), "en");
	const shown = await client.submit(english, link);
	assert.equal(languageOf(shown), "en");
	assert.match(shown.text, /<output class="password"/);
	assert.equal(other(shown), undefined);
	const [[id]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	const made = await admin.submit(await admin.get(`/users/${id}`), "/password-link");
	const welcome = /\/welcome\/[\w-]+/.exec(made.text)?.[0];
	if (welcome !== undefined) {
		const page = await client.get(other(await client.get(welcome)).href);
		assert.equal(languageOf(page), "en");
		assert.equal(languageOf(await client.submit(page, welcome, { new_password: "x", new_password_again: "y" })), "en");
	}
});
