// The access data as it is read: steps on the signed-in page, behind the link and in the mail; which name
// to type, the office's webmail; links with what a mail program adds to them.
import test, { after } from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { elements, headingOf, textOf } from "./lib/html.mjs";
import { nextTo } from "./lib/message.mjs";
import { setSetting, sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const box = await admin.saveMailbox(`schritte.${stamp}`);
const address = `schritte.${stamp}@${env.DOMAIN}`;
const CLIENTS = ["Outlook", "iPhone und iPad", "Mail auf dem Mac", "Android (Gmail)", "Thunderbird", "Thunderbird für Android"];
const WEBMAIL = "https://webmail.büro.example/";
after(() => setSetting("webmail_url = ''"));

async function sent() {
	const recipient = `wer.${Math.random().toString(36).slice(2)}@kontakt.example`;
	const page = await admin.save(await admin.get(`${box.path}/access/send`), "/send", { recipient });
	const link = new URL(/<code id="link">([^<]+)</.exec(page.text)[1]).pathname;
	return { link, mail: await nextTo(recipient) };
}

test("steps for each program in three places; a name to type only if it is certain", async () => {
	const { link, mail } = await sent();
	const signedIn = await admin.get(`${box.path}/access`);
	for (const page of [signedIn, await new Client().get(link)]) {
		assert.deepEqual(elements(page.text, "h3").map(({ text }) => text), CLIENTS);
		assert.match(textOf(page.text), /Geben Sie Ihren Namen und die Adresse/);
	}
	for (const text of [textOf(signedIn.text), mail.text, textOf(mail.html)]) {
		for (const words of [...CLIENTS, address, "SSL/TLS"]) {
			assert.ok(text.includes(words), words);
		}
		assert.doesNotMatch(text, /merken Sie|Webmail|Tabelle/);
	}
	assert.match(mail.text, /kopieren Sie es/);
	await admin.save(await admin.get(box.path), box.path, { email_name: "Müller & Söhne" });
	const named = await sent();
	for (const text of [textOf((await admin.get(`${box.path}/access`)).text), textOf((await new Client().get(named.link)).text), named.mail.text, textOf(named.mail.html)]) {
		assert.match(text, /E-Mail-Name:? Müller & Söhne/);
		assert.match(text, /Geben Sie den Namen „Müller & Söhne“ und die Adresse/);
	}
});

test("the office's webmail is named where it is set", async () => {
	await admin.save(await admin.get("/settings/other"), "/settings/other", { webmail_url: WEBMAIL });
	const { link, mail } = await sent();
	for (const html of [(await admin.get(`${box.path}/access`)).text, (await new Client().get(link)).text, mail.html]) {
		assert.ok(elements(html, "a").some((one) => one.attributes.href === WEBMAIL && one.text === WEBMAIL));
	}
	assert.ok(mail.text.includes(`Im Browser (Webmail): ${WEBMAIL}`));
});

test("the mail's table reads well without a style sheet", async () => {
	const { mail } = await sent();
	const [table] = elements(mail.html, "table");
	assert.deepEqual([table.attributes.border, table.attributes.cellpadding], ["1", "6"]);
	const heads = elements(table.inner, "th");
	assert.equal(heads.length, 8);
	assert.ok(heads.every((head) => head.attributes.align === "left"));
	assert.doesNotMatch(mail.html, /style=|<style/);
});

test("a link with what a mail program takes for a part of it still works", async () => {
	const { link } = await sent();
	for (const tail of [".", ")", "%3E", ">", "/", ").", ",", ";", ")/", "%22", "."]) {
		const page = await new Client().get(link + tail);
		assert.equal(page.status, 200, tail);
		assert.ok(headingOf(page.text).includes(address), tail);
	}
	for (const tail of ["x", "/x", "%2e%2e/my", "-", "%00"]) {
		assert.notEqual((await new Client().get(link + tail)).status, 200, tail);
	}
	// The button of such a page shows the password, once.
	const reader = new Client();
	const shown = await reader.submit(await reader.get(`${link}.`), link);
	assert.equal(elements(shown.text, "output").length, 1);
	assert.equal((await new Client().get(`${link}.`)).status, 410);
	const [[user]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	assert.ok(user);
	const made = await admin.submit(await admin.get("/users/new"), "/users/new", { login: `neu.${stamp}`, name: "Neu", contact_email: `neu.${stamp}@kontakt.example` });
	const page = await admin.get(made.location);
	const welcome = new URL(/https?:[^<"]*\/welcome\/[\w-]+/.exec((await admin.submit(page, "/password-link")).text)[0]).pathname;
	for (const tail of [".", ")", "%3E", "/"]) {
		assert.equal((await new Client().get(welcome + tail)).status, 200, tail);
	}
});
