// Whom a note answered, as far as one may know: of a VIP mailbox only what its journal entry shows too.
import test from "node:test";
import assert from "node:assert/strict";
import { alias, mailbox, ports, stamp } from "../mail/lib/box.mjs";
import { adminClient } from "./lib/client.mjs";
import { decode, elements, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { HERE, Smtp } from "./lib/mail.mjs";
import { assign, newUsers, sessionsOf, unassign } from "./lib/people.mjs";
import { sql } from "./lib/stack.mjs";

const admin = await adminClient();
const [chef, anna] = ["chef", "anna"].map((name) => mailbox(`antwort.${name}`));
const [before, later, ofAnna, none] = newUsers(["own", "all", "own", "none"]);
const [clientBefore, clientLater, clientAnna, clientNone] = sessionsOf([before, later, ofAnna, none]);
assign(chef.id, before);
assign(chef.id, none);
assign(anna.id, ofAnna);
sql(`INSERT INTO absence (mailbox_id, body) VALUES (${chef.id}, 'weg')`);

async function setVip(on, box = chef) {
	const path = `/mailboxes/${box.id}`;
	assert.equal((await admin.submit(await admin.get(path), path, { vip: on ? "1" : undefined })).status, 303);
}

// The note's reply, as Dovecot hands it over.
async function answer(to, from = chef.address) {
	const smtp = await new Smtp().open(ports.ABSENCE_PORT, { from: HERE });
	const said = await smtp.send("", to, `From: ${from}\nTo: ${to}\nSubject: Auto\nAuto-Submitted: auto-replied (vacation)\n\nweg`);
	assert.equal(said.code, 250, said.text);
	await smtp.quit();
}

// All pages of the list, and how many rows each has.
async function seen(client) {
	const rows = [];
	const counts = [];
	for (let path = `/mailboxes/${chef.id}/absence`; path;) {
		const page = await client.get(path);
		assert.equal(page.status, 200);
		const found = elements(page.text, "tr").slice(1).map((row) => elements(row.inner, "th")[0].text);
		rows.push(...found);
		counts.push(found.length);
		path = decode(/href="([^"]*)" rel="next"/.exec(page.text)?.[1] ?? "");
		if (found.length === 0) {
			assert.match(textOf(page.text), /Noch niemand\./);
		}
	}
	return { rows, counts };
}

test("VIP: who was assigned at the time, and whom the mail reached", async () => {
	await setVip(true);
	await answer(`kunde.${stamp}@welt.example`);
	await answer(anna.address, alias(chef, "antwort.auch"));
	const both = [anna.address, `kunde.${stamp}@welt.example`];
	assign(chef.id, later);
	assign(chef.id, ofAnna);
	assert.deepEqual((await seen(clientBefore)).rows, both);
	assert.deepEqual((await seen(clientLater)).rows, []);
	assert.deepEqual((await seen(clientAnna)).rows, [anna.address]);
	assert.deepEqual((await seen(admin)).rows, []);
	assert.deepEqual((await seen(clientNone)).rows, []);
	// What came after the assignment; and what was left while it lasted.
	await answer(`neu.${stamp}@welt.example`);
	unassign(chef.id, before);
	await answer(`danach.${stamp}@welt.example`);
	assert.deepEqual((await seen(clientLater)).rows, [`danach.${stamp}@welt.example`, `neu.${stamp}@welt.example`]);
	assign(chef.id, before);
	assert.deepEqual((await seen(clientBefore)).rows, [`neu.${stamp}@welt.example`, ...both]);
	assert.deepEqual((await seen(admin)).rows, []);
});

test("no longer VIP: what it answered before stays as it was, what it answers now everybody of the page sees", async () => {
	await setVip(false);
	await answer(`offen.${stamp}@welt.example`);
	assert.deepEqual((await seen(admin)).rows, [`offen.${stamp}@welt.example`]);
	assert.deepEqual((await seen(clientNone)).rows, [`offen.${stamp}@welt.example`]);
	assert.deepEqual((await seen(clientLater)).rows, [`offen.${stamp}@welt.example`, `danach.${stamp}@welt.example`, `neu.${stamp}@welt.example`]);
	// VIP again: as the journal shows it.
	await setVip(true);
	assert.deepEqual((await seen(admin)).rows, [`offen.${stamp}@welt.example`]);
	assert.deepEqual((await seen(clientNone)).rows, []);
});

test("its entry is gone: nobody is shown what is of a VIP mailbox, or was of one", async (t) => {
	sql(`DELETE r FROM journal_reader r JOIN absence_reply a ON a.entry_id = r.entry_id WHERE a.mailbox_id = ${chef.id}`);
	assert.deepEqual((await seen(clientBefore)).rows, []);
	await setVip(false);
	t.after(() => setVip(true));
	assert.deepEqual((await seen(clientBefore)).rows, [`offen.${stamp}@welt.example`]);
});

test("what is hidden leaves no trace on the pages", async () => {
	const box = mailbox("antwort.seiten");
	sql(`INSERT INTO absence (mailbox_id, body) VALUES (${box.id}, 'weg')`);
	await setVip(true, box);
	// Every second one is readable for one user, as its entry would say.
	const [user] = newUsers(["own"]);
	const [client] = sessionsOf([user]);
	assign(box.id, user);
	const at = (i) => 1790000000000000 + i;
	const rows = Array.from({ length: 240 }, (_, i) => `(${box.id}, 1, 'k${i}@welt.example', ${at(i)}, ${at(i)}, 1)`);
	const readers = Array.from({ length: 120 }, (_, i) => `(0, ${user}, ${at(2 * i)})`);
	sql(`INSERT INTO absence_reply (mailbox_id, generation, address, at, entry_id, protected) VALUES ${rows.join(",")};
		INSERT INTO journal_reader (topic, user_id, entry_id) VALUES ${readers.join(",")}`);
	const list = [];
	const counts = [];
	for (let path = `/mailboxes/${box.id}/absence`; path;) {
		const page = await client.get(path);
		const found = elements(page.text, "tr").slice(1).map((row) => elements(row.inner, "th")[0].text);
		list.push(...found);
		counts.push(found.length);
		path = decode(/href="([^"]*)" rel="next"/.exec(page.text)?.[1] ?? "");
	}
	assert.deepEqual(list, Array.from({ length: 120 }, (_, i) => `k${238 - 2 * i}@welt.example`));
	assert.deepEqual(counts, [50, 50, 20]);
	sql(`DELETE FROM journal_reader WHERE entry_id BETWEEN ${at(0)} AND ${at(240)}`);
});
