// What the journal must not give away, over real SMTP: delivery reports, To in odd forms, headers that
// are cut, addresses that change while a mail comes in.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { elements, linksOf, textOf } from "../web/lib/html.mjs";
import { HERE, Smtp } from "../web/lib/mail.mjs";
import { assign, newUsers, sessionsOf } from "../web/lib/people.mjs";
import { DIR, sql, until } from "../web/lib/stack.mjs";
import { mailbox, ports, stamp, submission } from "./lib/box.mjs";
import { attachmentsOf, entries, isProtected, one, rolesOf } from "./lib/entry.mjs";

const OUTSIDE = "wer@welt.example";
const admin = await adminClient();
const [anna, bert, chef] = ["anna", "bert", "chef"].map((name) => mailbox(`regel.${name}`));
const [ofAnna, ofChef, ofAll] = newUsers(["own", "own", "all"]);
const [clientAnna, clientChef, clientAll] = sessionsOf([ofAnna, ofChef, ofAll]);
assign(anna.id, ofAnna);
assign(chef.id, ofChef);
let count = 0;
const subjectOf = (what) => `${what} ${stamp}r${++count}`;

async function setVip(box, on) {
	const path = `/mailboxes/${box.id}`;
	assert.equal((await admin.submit(await admin.get(path), path, { vip: on ? "1" : undefined })).status, 303);
}

async function setExempt(on) {
	const path = "/settings/other";
	assert.equal((await admin.submit(await admin.get(path), path, { vip_exempt_cc_bcc: on ? "1" : undefined })).status, 303);
}

// Further addresses by the pages, as people make and remove them.
const aliasPath = (box) => `/mailboxes/${box.id}/aliases`;
async function addAlias(box, address) {
	const page = await admin.get(`/mailboxes/${box.id}`);
	assert.equal((await admin.submit(page, aliasPath(box), { address })).status, 303);
}
async function removeAlias(box, address) {
	const [[id]] = sql(`SELECT id FROM address WHERE address = '${address}'`);
	const page = await admin.get(`/mailboxes/${box.id}`);
	assert.equal((await admin.submit(page, `${aliasPath(box)}/${id}/delete`)).status, 303);
}

async function send(port, envelope, recipients, message, options) {
	const smtp = await new Smtp().open(port, options);
	const answer = await smtp.send(envelope, recipients, message);
	await smtp.quit();
	return answer;
}

async function accepted(recipients, message, envelope = OUTSIDE) {
	const answer = await send(env.SMTP_PORT, envelope, recipients, message);
	assert.equal(answer.code, 250, answer.text);
}

const search = async (client, q) => elements((await client.get(`/journal?${new URLSearchParams({ q })}`)).text, "th")
	.filter((cell) => cell.attributes.scope === "row").map((cell) => cell.text);
const sees = async (client, subject) => (await search(client, subject)).some((text) => text.startsWith(subject));

// ---- delivery reports ----

const SECRET = `geheim.${stamp}@welt.example`;
const report = (type, subject, text = `Nicht zustellbar: ${SECRET}`) => `From: MAILER-DAEMON@welt.example\nTo: ${anna.address}\nSubject: ${subject}\nMIME-Version: 1.0\nContent-Type: ${type}\n\n--b\n\n${text}\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ${SECRET}\n\n--b\nContent-Type: message/rfc822; name="${SECRET}.eml"\n\nBcc: ${SECRET}\n\nText\n--b--\n`;

test("a delivery report or receipt is an entry without text and file names, found by neither", async () => {
	const forms = {
		"ein Bericht": ["", "multipart/report; report-type=delivery-status; boundary=b"],
		"mit Absender": [OUTSIDE, "multipart/report; report-type=delivery-status; boundary=b"],
		"eine Lesebestaetigung": [OUTSIDE, "Multipart/REPORT;\n report-type=disposition-notification;\n boundary=\"b\""],
		"mit Kommentar": [OUTSIDE, "(ein) multipart / (kein) report ; boundary=b"],
		"ohne Grenze": [OUTSIDE, "multipart/report"],
		"darin": [OUTSIDE, "multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/report; boundary=b"],
		"ohne Typ": ["", "text/plain"],
	};
	for (const [name, [envelope, type]] of Object.entries(forms)) {
		const subject = subjectOf(name);
		await accepted(anna.address, report(type, subject), envelope);
		const entry = one(subject);
		assert.equal(entry.text, null, name);
		assert.deepEqual(attachmentsOf(entry), [], name);
		assert.ok(await sees(clientAnna, subject), name);
		const page = textOf((await clientAnna.get(`/journal/${entry.id}`)).text);
		assert.ok(!page.includes(SECRET), name);
		assert.match(page, /Der Eintrag eines Zustellberichts oder einer Empfangsbestätigung hat keinen Text/, name);
	}
	assert.deepEqual(await search(clientAnna, SECRET), []);
});

test("what only speaks of a report keeps its text", async () => {
	for (const type of ["multipart/mixed; boundary=b", "text/plain; name=multipart/report", "text/plain"]) {
		const subject = subjectOf("kein Bericht");
		await accepted(anna.address, report(type, subject, "multipart/report Guten Tag"));
		const entry = one(subject);
		if (!type.includes("name=")) {
			assert.match(entry.text, /Guten Tag/, type);
		}
		assert.ok(!textOf((await clientAnna.get(`/journal/${entry.id}`)).text).includes("Zustellbericht"), type);
	}
});

test("a bounce of this mail system has no text either", async () => {
	const lost = subjectOf("verloren");
	execFileSync("/usr/sbin/sendmail", ["-f", bert.address, `niemand.${stamp}@${env.DOMAIN}`],
		{ input: `To: niemand.${stamp}@${env.DOMAIN}\nSubject: ${lost}\n\nText`, env: { ...process.env, MAIL_CONFIG: `${DIR}/postfix/etc` } });
	const bounce = await until(20000, () => sql(`SELECT e.id, COALESCE(t.text, '-'), (SELECT COUNT(*) FROM journal_attachment a WHERE a.entry_id = e.id) FROM journal_entry e JOIN journal_mailbox m ON m.entry_id = e.id JOIN journal_text t ON t.entry_id = e.id WHERE m.mailbox_id = ${bert.id} AND e.envelope_from = ''`), (rows) => rows.length > 0);
	assert.deepEqual(bounce.map(([, ...rest]) => rest), [["-", "0"]]);
});

test("the office's own absence note keeps its text; nobody else's by that service", async () => {
	const note = (from, subject) => `From: ${from}\nTo: ${OUTSIDE}\nSubject: ${subject}\nAuto-Submitted: auto-replied (vacation)\n\nBin weg`;
	for (const [from, text] of [[anna.address, "Bin weg"], ["niemand@welt.example", null]]) {
		const subject = subjectOf("Notiz");
		const answer = await send(ports.ABSENCE_PORT, "", OUTSIDE, note(from, subject), { from: HERE });
		assert.equal(answer.code, 250, answer.text);
		assert.equal(one(subject).text, text, from);
	}
});
