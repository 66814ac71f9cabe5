// The change log can't be written: nothing is shown, nothing is changed, and the page says why.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { elements, textOf } from "./lib/html.mjs";
import { sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const passwordIn = (page) => elements(page.text, "output").find(({ attributes }) => attributes.class === "password")?.text;

async function mailbox(local) {
	const page = await admin.saveMailbox(`${local}.${stamp}`);
	assert.equal(page.status, 200);
	return page;
}

// While it runs, the web program may not write into the log.
async function unlogged(work) {
	sql("REVOKE INSERT ON change_log FROM 'poststelle_web'@'localhost'");
	try {
		await work();
	} finally {
		sql("GRANT INSERT ON change_log TO 'poststelle_web'@'localhost'");
	}
}

function assertSaysWhy(page, what) {
	assert.equal(page.status, 503, what);
	assert.match(textOf(page.text), /Änderungsprotokoll lässt sich gerade nicht schreiben/, what);
	assert.doesNotMatch(textOf(page.text), /gehört nicht zu diesem Postfach|Datenbank antwortet/, what);
	assert.equal(passwordIn(page), undefined, what);
}

test("a password is neither shown nor made nor sent", async () => {
	const { path } = await mailbox("unlogged");
	const access = await admin.get(`${path}/access`);
	const fresh = await admin.get(`${path}/access/new-password`);
	const send = await admin.get(`${path}/access/send`);
	const sent = await admin.save(send, "/send", { recipient: `vorher.${stamp}@kontakt.example` });
	const link = /\/access\/[\w-]{20,}/.exec(sent.text)[0];
	const visitor = new Client();
	const opened = await visitor.get(link);
	await unlogged(async () => {
		assertSaysWhy(await admin.submit(access, "/access/password"), "show");
		assertSaysWhy(await admin.submit(fresh, "/new-password"), "new password");
		const answer = await visitor.submit(opened, link);
		assertSaysWhy(answer, "link");
	});
	// Nothing had happened, the link isn't used up.
	const password = passwordIn(await admin.submit(access, "/access/password"));
	assert.ok(password);
	assert.equal(passwordIn(await visitor.submit(await visitor.get(link), link)), password);
});

test("what was typed isn't lost, and nothing is saved", async () => {
	const page = await mailbox("getippt");
	await unlogged(async () => {
		const answer = await admin.submit(page, page.path, { email_name: "Behalten & gut" });
		assertSaysWhy(answer, "save");
		assert.match(textOf(answer.text), /Behalten & gut/);
	});
	assert.doesNotMatch((await admin.get(page.path)).text, /Behalten/);
	assert.equal((await admin.submit(page, page.path, { email_name: "Jetzt" })).status, 303);
});

test("a password that can't be opened is said to be that, on a link too", async () => {
	const { path } = await mailbox("versiegelt");
	const id = path.split("/").pop();
	const sent = await admin.save(await admin.get(`${path}/access/send`), "/send", { recipient: `siegel.${stamp}@kontakt.example` });
	const link = /\/access\/[\w-]{20,}/.exec(sent.text)[0];
	sql(`UPDATE mailbox SET password_sealed = UNHEX(REPEAT('00', 60)) WHERE id = ${id}`);
	const visitor = new Client();
	const answer = await visitor.submit(await visitor.get(link), link);
	assert.equal(answer.status, 503);
	assert.match(textOf(answer.text), /lässt sich zurzeit nicht öffnen/);
	assert.doesNotMatch(textOf(answer.text), /Datenbank/);
	assert.match(textOf((await admin.submit(await admin.get(`${path}/access`), "/access/password")).text), /gehört nicht zu diesem Postfach/);
	assert.equal((await admin.save(await admin.get(`${path}/access/new-password`), "/new-password")).status, 200);
});
