// What the journal understands of broken mails, through real Postfix: a sample of those of
// tests/reading/mails.py, which knows what is in them; and that search finds it.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { adminClient } from "../web/lib/client.mjs";
import { ROOT } from "../web/lib/env.mjs";
import { Smtp } from "../web/lib/mail.mjs";
import { sinkFiles } from "../web/lib/message.mjs";
import { sql, until } from "../web/lib/stack.mjs";
import { mailbox, stamp } from "./lib/box.mjs";

const MAILS = 40;
const box = mailbox("lesen");
const senderOf = (number) => `lesen.${number}.${stamp}@welt.example`;
const onOneLine = (text) => text.replace(/\s+/gu, " ").trim();
const fromHex = (hex) => Buffer.from(hex, "hex").toString();

// Octet by octet.
async function send(sender, octets) {
	const smtp = await new Smtp().open();
	for (const line of [`MAIL FROM:<${sender}>`, `RCPT TO:<${box.address}>`, "DATA"]) {
		const answer = await smtp.command(line);
		assert.ok(answer.code < 400, `${line}: ${answer.text}`);
	}
	smtp.lines.socket.write(Buffer.from(octets.toString("latin1").replace(/^\./gm, ".."), "latin1"));
	const answer = await smtp.command("\r\n.");
	await smtp.quit();
	assert.equal(answer.code, 250, answer.text);
}

test(`${MAILS} broken mails are read right`, async () => {
	const mails = JSON.parse(execFileSync("/usr/bin/python3", ["-B", join(ROOT, "tests/reading/mails.py"), String(MAILS)], { encoding: "utf8", maxBuffer: 1 << 26 }));
	for (const [number, mail] of mails.entries()) {
		await send(senderOf(number), Buffer.from(mail.octets, "base64"));
	}
	for (const [number, mail] of mails.entries()) {
		const found = sql(`SELECT e.id, HEX(e.subject), HEX(t.text), HEX(a.name) FROM journal_entry e JOIN journal_text t ON t.entry_id = e.id JOIN journal_party a ON a.entry_id = e.id AND a.role = 0 WHERE e.envelope_from = '${senderOf(number)}'`);
		assert.equal(found.length, 1, `mail ${number}`);
		const [id, subject, text, name] = found[0];
		const files = sql(`SELECT HEX(name), size FROM journal_attachment WHERE entry_id = ${id} ORDER BY place`).map(([file, size]) => [fromHex(file), Number(size)]);
		assert.deepEqual([fromHex(subject), fromHex(name), onOneLine(fromHex(text)), files], [mail.subject, mail.from, onOneLine(mail.text), mail.files], `mail ${number}`);
	}
});

test("search finds what is written by references, raw octets and words", async () => {
	const admin = await adminClient();
	const word = `zeder${stamp}`;
	const cases = [
		["Subject: x\r\nContent-Type: text/html", "<p>&Eacute;ric &#8364;uro &Zcaron;i&zcaron;ek</p>", "Éric"],
		["Subject: x\r\nContent-Type: text/html; charset=iso-8859-1", "<p>S\xfcd &Zcaron;i&#158;ek</p>", "Žižek"],
		["Subject: M\xfcllheim", "Text", "Müllheim"],
		["Subject: =?us-ascii?Q?M=FCllheim-Ost?=", "Text", "Müllheim-Ost"],
		["Subject: x\r\nContent-Type: text/plain; name=\"text.txt\"", "Übergabe", "Übergabe"],
	];
	for (const [number, [head, body]] of cases.entries()) {
		await send(senderOf(`s${number}`), Buffer.from(`From: wer@welt.example\r\nTo: ${box.address}\r\n${head}\r\n\r\n${body} ${word}n${number}`, "latin1"));
	}
	for (const [number, [, , wanted]] of cases.entries()) {
		const page = await admin.get(`/journal?q=${encodeURIComponent(`${wanted} ${word}n${number}`)}`);
		assert.equal((page.text.match(/<th scope="row"/g) ?? []).length, 1, wanted);
	}
});

// Dovecot itself makes U+FFFD of raw windows-1252 before a note sees it.
test("an absence note without a subject of its own repeats the mail's, € and all", async () => {
	const admin = await adminClient();
	const path = `/mailboxes/${box.id}/absence`;
	assert.equal((await admin.submit(await admin.get(path), "/absence", { active: "1", subject: "", body: "Weg" })).status, 303);
	const cases = [
		["=?iso-8859-1?Q?850_=80_=96_S=FCd?=", "850 € – Süd"],
		[Buffer.from("850 € – Süd").toString("latin1"), "850 € – Süd"],
		["=?utf-8?B?R3LDvMOfZQ?=", "Grüße"],
	];
	for (const [number, [subject, wanted]] of cases.entries()) {
		const sender = senderOf(`n${number}`);
		await send(sender, Buffer.from(`From: <${sender}>\r\nTo: <${box.address}>\r\nSubject: ${subject}\r\n\r\nText`, "latin1"));
		const find = () => sinkFiles().find((file) => readFileSync(file, "latin1").includes(`X-Envelope-To: <${sender}>`));
		const file = await until(15000, find, Boolean);
		const [reply] = JSON.parse(execFileSync("/usr/bin/python3", [join(ROOT, "tests/mail/lib/message.py"), file], { encoding: "utf8" }));
		assert.deepEqual(reply.headers.subject, [`Auto: ${wanted}`]);
		const [[noted]] = sql(`SELECT HEX(e.subject) FROM journal_entry e JOIN journal_party p ON p.entry_id = e.id WHERE p.address = '${sender}' AND p.role > 0`);
		assert.equal(fromHex(noted), `Auto: ${wanted}`);
	}
});
