// How much a mailbox may send in an hour: what goes beyond it gets 451 and leaves no trace, others send
// on, administrators are told once, and what wasn't accepted doesn't count.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Client, adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { textOf } from "../web/lib/html.mjs";
import { sinkFiles } from "../web/lib/message.mjs";
import { sql, until } from "../web/lib/stack.mjs";
import { letter, mailbox, stamp, submission } from "./lib/box.mjs";

const OVER = /^451 4\.7\.1 /;
const admin = await adminClient();

const out = (n) => Array.from({ length: n }, (_, i) => `wer${i}.${stamp}@welt.example`);
const counted = (box) => Number(sql(`SELECT COALESCE(SUM(recipients), 0) FROM send_count WHERE mailbox_id = ${box.id}`)[0][0]);
const entries = (subject) => Number(sql(`SELECT COUNT(*) FROM journal_entry WHERE subject = '${subject}'`)[0][0]);
const setLimit = async (box, limit) => {
	const path = `/mailboxes/${box.id}`;
	assert.equal((await admin.submit(await admin.get(path), path, { send_limit: limit })).status, 303);
};

async function send(box, recipients, subject, from = `From: <${box.address}>`) {
	const smtp = await submission(box);
	const answer = await smtp.send(box.address, recipients, letter(from, subject));
	await smtp.quit();
	return answer.text;
}

test("a mailbox's own limit: beyond it 451, nothing sent, nothing in the journal; an hour later it goes on", async () => {
	const [box, other] = [mailbox("grenze"), mailbox("grenze.andere")];
	await setLimit(box, "5");
	assert.match(await send(box, out(3), `drei ${stamp}`), /^250/);
	assert.match(await send(box, out(3), `zuviel ${stamp}`), OVER);
	assert.match(await send(box, [other.address, ...out(1)], `voll ${stamp}`), /^250/);
	assert.match(await send(box, other.address, `eine ${stamp}`), OVER);
	assert.deepEqual([entries(`drei ${stamp}`), entries(`zuviel ${stamp}`), entries(`voll ${stamp}`), entries(`eine ${stamp}`)], [1, 0, 1, 0]);
	assert.equal(counted(box), 5);
	assert.match(await send(other, box.address, `andere ${stamp}`), /^250/);
	// In the same session it goes on as soon as it may.
	const smtp = await submission(box);
	assert.match((await smtp.send(box.address, out(1), letter(`From: <${box.address}>`, "x"))).text, OVER);
	sql(`UPDATE send_count SET minute = minute - 50 WHERE mailbox_id = ${box.id}`);
	const early = (await smtp.send(box.address, out(1), letter(`From: <${box.address}>`, "x"))).text;
	sql(`UPDATE send_count SET minute = minute - 10 WHERE mailbox_id = ${box.id}`);
	assert.match((await smtp.send(box.address, out(4), letter(`From: <${box.address}>`, "spaeter"))).text, /^250/);
	await smtp.quit();
	assert.match(early, OVER);
	assert.equal(counted(box), 4, "what is older than an hour is forgotten");
	assert.match(await send(box, out(6), `nie ${stamp}`), OVER);
	await setLimit(box, "0");
	assert.match(await send(box, out(600), `ohne Grenze ${stamp}`), /^250/);
});

test("without a limit of its own the office's: 500 at first, as Sonstiges says", async (t) => {
	const page = await admin.get("/settings/other");
	t.after(async () => admin.save(await admin.get("/settings/other"), "/settings/other", { send_limit: "500" }));
	const box = mailbox("grenze.buero");
	assert.match(await send(box, out(500), `fuenfhundert ${stamp}`), /^250/);
	assert.match(await send(box, out(1), `und eins ${stamp}`), OVER);
	assert.equal((await admin.submit(page, "/settings/other", { send_limit: "501" })).status, 303);
	assert.match(await send(box, out(1), `doch noch ${stamp}`), /^250/);
	assert.match(await send(box, out(1), `und noch ${stamp}`), OVER);
	await setLimit(box, "502");
	assert.match(await send(box, out(1), `eigene ${stamp}`), /^250/);
	await setLimit(box, "");
	assert.match(await send(box, out(1), `wieder ${stamp}`), OVER);
	const log = textOf((await admin.get(`/changes?mailbox=${box.address}`)).text);
	assert.match(log, /Versandgrenze.* 502/);
});

test("what isn't accepted doesn't count, and at the same time no more than the limit is", async () => {
	const [box, colleague] = [mailbox("grenze.zaehlt"), mailbox("grenze.kollege")];
	await setLimit(box, "10");
	const smtp = await submission(box);
	await smtp.command(`MAIL FROM:<${box.address}>`);
	for (const recipient of out(9)) {
		assert.equal((await smtp.command(`RCPT TO:<${recipient}>`)).code, 250);
	}
	await smtp.command("RSET");
	await smtp.command(`MAIL FROM:<${box.address}>`);
	assert.equal((await smtp.command(`RCPT TO:<niemand.${stamp}@${env.DOMAIN}>`)).code, 550);
	await smtp.quit();
	assert.match(await send(box, out(9), "fremd", `From: <${colleague.address}>`), /^550 5\.7\.1/);
	assert.equal(counted(box), 0);
	const answers = await Promise.all(Array.from({ length: 16 }, (_, i) => send(box, out(1), `zugleich ${i} ${stamp}`)));
	assert.equal(answers.filter((text) => text.startsWith("250")).length, 10, answers.join("\n"));
	assert.equal(answers.filter((text) => OVER.test(text)).length, 6);
	assert.equal(counted(box), 10);
});

test("administrators are told once a day, under Meine Postfächer and by mail; the refusals are kept", async () => {
	const box = mailbox("grenze.hinweis");
	await setLimit(box, "1");
	assert.match(await send(box, out(1), "x"), /^250/);
	const mails = () => sinkFiles().map((file) => readFileSync(file, "utf8")).filter((text) => text.includes("anna@kontakt.example") && decoded(text).includes(`Postfach ${box.address}: Versandgrenze erreicht`));
	const decoded = (text) => text.replace(/\?=\s+=\?/g, "?==?").replace(/=\?UTF-8\?B\?(.*?)\?=/gi, (_, word) => Buffer.from(word, "base64").toString());
	for (let i = 0; i < 4; i++) {
		assert.match(await send(box, out(1), "x"), OVER);
	}
	const told = () => sql(`SELECT mails, last_at > first_at, told_at = first_at FROM send_refusal WHERE mailbox_id = ${box.id}`)[0];
	assert.deepEqual(told(), ["4", "1", "1"]);
	const lines = (page) => textOf(page.text).match(new RegExp(`${box.address} Versandgrenze erreicht, E-Mails abgewiesen`, "g"))?.length ?? 0;
	assert.equal(lines(await admin.get("/my")), 1);
	assert.match(textOf((await admin.get("/my")).text), /E-Mails abgewiesen von selbst/);
	const staff = await new Client().signIn(env.STAFF_LOGIN, env.STAFF_PASSWORD);
	assert.equal(lines(await staff.get("/my")), 0);
	assert.equal((await until(20000, mails, (all) => all.length > 0)).length, 1);
	// A new hour of refusals the next day is told again.
	sql(`UPDATE send_refusal SET first_at = first_at - 90000000000, last_at = last_at - 90000000000, told_at = told_at - 90000000000 WHERE mailbox_id = ${box.id}`);
	assert.match(await send(box, out(1), "x"), OVER);
	assert.deepEqual(told(), ["1", "0", "1"]);
	assert.equal(lines(await admin.get("/my")), 2);
});

test("the fields take whole numbers, and a conflict shows the limit", async () => {
	const box = mailbox("grenze.feld");
	const path = `/mailboxes/${box.id}`;
	for (const bad of ["-1", "viele", "1000001", "5.5", "99999999999999999999999"]) {
		const page = await admin.submit(await admin.get(path), path, { send_limit: bad });
		assert.equal(page.status, 422, bad);
		assert.ok(page.text.includes(`value="${bad}"`), bad);
		assert.equal((await admin.submit(await admin.get("/settings/other"), "/settings/other", { send_limit: bad })).status, 422, bad);
	}
	assert.equal((await admin.submit(await admin.get("/settings/other"), "/settings/other", { send_limit: "" })).status, 422);
	const stale = await admin.get(path);
	await setLimit(box, " 700 ");
	assert.match((await admin.get(path)).text, /name="send_limit" value="700"/);
	const conflict = await admin.submit(stale, path, { send_limit: "800", email_name: "Neu" });
	assert.equal(conflict.status, 409);
	assert.match(textOf(conflict.text), /Versandgrenze: Empfänger in einer Stunde 700 800/);
});
