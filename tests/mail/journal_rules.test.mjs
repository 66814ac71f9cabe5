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

// ---- whom To names ----

const b64 = (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
// Forms that something reads as a VIP mailbox's address; %, the address, and & without its domain.
const ODD = ["'%'", "<'%'>", "\"%\"", "\"%\" <anders@welt.example>", "\"'%'\" <'%'>", "<mailto:%>", "\u200b%", "\"unclosed %", "(%", "%.",
	"a@welt.example;%", "<@welt.example:%>", "Gruppe: %, a@welt.example;", "[%]", "Wer %", ",,%", "smtp:%"];
const ODD_ENCODED = [(a) => b64(a), (a) => `"${b64(a)}" <anders@welt.example>`, (a) => `${b64(a.slice(0, 5))} ${b64(a.slice(5))}`,
	(a) => `${b64(a.slice(0, 5))}\n ${b64(a.slice(5))}`, (a) => `=?utf-8?Q?${a.replace("@", "=40")}?=`, (a) => b64(b64(a)), (a) => `<mailto:${a.replace("@", "%40")}>`,
	(a) => `${a.slice(0, 3)}\n ${a.slice(3)}`, (a) => `'${a.toUpperCase()}'`, (a) => `'${a.replace("@", "+etwas@")}'`, (a) => a.replace("@", "(x)@(y)")];
const oddForms = (address) => [...ODD.map((form) => form.replaceAll("%", address)), ...ODD_ENCODED.map((form) => form(address))];

const letterTo = (to, subject, more = "") => `From: ${OUTSIDE}\nTo: ${to}\n${more}Subject: ${subject}\n\nGuten Tag`;

test("a VIP mailbox that To names in an odd form protects; what is shown stays the strict reading", async (t) => {
	await setVip(chef, true);
	await setExempt(true);
	t.after(async () => {
		await setExempt(false);
		await setVip(chef, false);
	});
	for (const form of oddForms(chef.address)) {
		const subject = subjectOf("seltsam");
		await accepted([chef.address, anna.address], letterTo(form, subject));
		const entry = one(subject);
		assert.ok(isProtected(entry), form);
		assert.equal(await sees(clientAll, subject), false, form);
		assert.equal(await sees(clientChef, subject), true, form);
		assert.equal(await sees(clientAnna, subject), true, form);
		assert.match(rolesOf(entry)[chef.id], /^(to|bcc)\*$/, form);
	}
	// Named in nothing, and in what only looks like it.
	const [local, domain] = chef.address.split("@");
	for (const form of [anna.address, `x${chef.address}`, `${chef.address}x`, `ä${chef.address}`, `${local}@welt.example, ${domain}`, `${local} <anna@${domain}>`]) {
		const subject = subjectOf("anders");
		await accepted([chef.address, anna.address], letterTo(form, subject));
		assert.equal(isProtected(one(subject)), false, form);
		assert.equal(await sees(clientAll, subject), true, form);
	}
});

test("one that isn't reached protects in such a form too, and nothing of it is shown", async (t) => {
	await setVip(chef, true);
	t.after(() => setVip(chef, false));
	for (const exempt of [false, true]) {
		await setExempt(exempt);
		for (const form of oddForms(chef.address)) {
			const subject = subjectOf("genannt");
			await accepted(anna.address, letterTo(form, subject));
			const entry = one(subject);
			assert.ok(isProtected(entry), form);
			assert.equal(await sees(clientAll, subject), false, form);
			assert.equal(await sees(clientChef, subject), false, form);
			assert.match(rolesOf(entry)[chef.id], /^(to|-)$/, form);
			if (rolesOf(entry)[chef.id] === "-") {
				const page = await clientAnna.get(`/journal/${entry.id}`);
				assert.match(textOf(page.text), /Guten Tag/);
				assert.ok(!elements(page.text, "tr").some((row) => textOf(row.inner).includes(chef.address)), form);
				const filtered = await clientAnna.get(`/journal?${new URLSearchParams({ q: subject, mailbox: chef.address })}`);
				assert.ok(!elements(filtered.text, "th").some((cell) => cell.text.startsWith(subject)), form);
			}
		}
		// In Cc it protects as far as Cc does.
		const subject = subjectOf("kopie");
		await accepted(anna.address, letterTo(anna.address, subject, `Cc: '${chef.address}'\n`));
		assert.equal(isProtected(one(subject)), !exempt);
	}
	await setExempt(false);
	for (const form of [`x${chef.address}`, `${chef.address}x`]) {
		const subject = subjectOf("anders");
		await accepted(anna.address, letterTo(form, subject));
		assert.equal(isProtected(one(subject)), false, form);
	}
});

test("both spellings of a domain with umlauts", async (t) => {
	const name = `regel${stamp}-größe.example`;
	assert.equal((await admin.submit(await admin.get("/domains"), "/domains", { name })).status, 303);
	const [[domain]] = sql(`SELECT name FROM domain WHERE display_name = '${name}'`);
	await addAlias(chef, `leitung@${name}`);
	await setVip(chef, true);
	await setExempt(true);
	t.after(async () => {
		await setExempt(false);
		await setVip(chef, false);
	});
	for (const form of [`'leitung@${name}'`, `'LEITUNG@${name.toUpperCase()}'`, `'leitung@${domain}'`, b64(`leitung@${name}`), `<mailto:leitung@${encodeURIComponent(name)}>`]) {
		for (const recipients of [[chef.address], [anna.address]]) {
			const subject = subjectOf("umlaut");
			await accepted(recipients, letterTo(form, subject));
			assert.ok(isProtected(one(subject)), `${form} ${recipients}`);
		}
	}
});

test("headers that are cut protect as if To named every mailbox that is reached", async (t) => {
	await setVip(chef, true);
	await setExempt(true);
	t.after(async () => {
		await setExempt(false);
		await setVip(chef, false);
	});
	const list = (octets, end = "") => {
		const parts = [];
		for (let length = 0; length < octets; length += 24) {
			parts.push(`k${String(parts.length).padStart(6, "0")}@welt.example`);
		}
		return `${parts.join(",\n ")}${end ? `,\n ${end}` : ""}`;
	};
	const cases = {
		"hinten in einem": [`To: ${list(70000, chef.address)}\n`, true],
		"in einer Zeile": [`To: ${list(70000, chef.address).replaceAll("\n", "")}\n`, true],
		"nur Leerraum": [`To: ${anna.address}${` ${"\t".repeat(900)}\n`.repeat(70)} , ${chef.address}\n`, true],
		"in vielen": [`${`To: ${list(50000)}\n`.repeat(4)}To: ${list(50000, chef.address)}\n`, true],
		"anderswo": [`Cc: ${list(70000)}\nTo: ${anna.address}\n`, true],
		"lang, aber ganz": [`To: ${list(50000)}\n`, false],
	};
	for (const [name, [headers, isCut]] of Object.entries(cases)) {
		const subject = subjectOf(name);
		await accepted([chef.address, anna.address], `From: ${OUTSIDE}\nSubject: ${subject}\n${headers}\nGuten Tag`);
		const entry = one(subject);
		assert.equal(isProtected(entry), isCut, name);
		assert.equal(await sees(clientAll, subject), !isCut, name);
		assert.equal(rolesOf(entry)[chef.id], "bcc*", name);
	}
});

// ---- addresses that change meanwhile ----

// A session that has said everything but the final dot.
async function open(recipients, message) {
	const smtp = await new Smtp().open();
	for (const line of [`MAIL FROM:<${OUTSIDE}>`, ...recipients.map((one) => `RCPT TO:<${one}>`), "DATA"]) {
		assert.ok((await smtp.command(line)).code < 400, line);
	}
	smtp.lines.write(`${message.replaceAll("\n", "\r\n")}\r\n`);
	return smtp;
}

test("an address of the mail changed since MAIL: 451, and the next try has its entry", async (t) => {
	await setVip(chef, true);
	t.after(() => setVip(chef, false));
	const moved = `regel.umzug.${stamp}@${env.DOMAIN}`;
	const other = `regel.sonst.${stamp}@${env.DOMAIN}`;
	await addAlias(chef, moved);
	const cases = [
		["entfernt", moved, () => removeAlias(chef, moved)],
		["hinzugefuegt", null, () => addAlias(chef, moved)],
		["umgezogen", moved, async () => {
			await removeAlias(chef, moved);
			await addAlias(bert, moved);
		}],
		["eine andere", null, () => addAlias(chef, other)],
	];
	for (const [what, address, change] of cases) {
		const subject = subjectOf(what);
		const message = letterTo(address ?? moved, subject);
		const smtp = await open([address ?? chef.address], message);
		await change();
		assert.match((await smtp.command(".")).text, /^451 4\.3\.0/, what);
		assert.equal(entries(subject).length, 0, what);
		// Of the session that was open before, and of a new one.
		const recipient = sql(`SELECT 1 FROM address WHERE address = '${address ?? chef.address}'`).length > 0 ? address ?? chef.address : chef.address;
		assert.equal((await smtp.send(OUTSIDE, recipient, message)).code, 250, what);
		await smtp.quit();
		await accepted(recipient, message);
		assert.equal(entries(subject).length, 2, what);
	}
	await removeAlias(bert, moved);
});

test("what changes elsewhere stops no mail; nor does what changed before", async () => {
	const address = `regel.fremd.${stamp}@${env.DOMAIN}`;
	for (const change of [() => addAlias(bert, address), () => removeAlias(bert, address)]) {
		const subject = subjectOf("ungestoert");
		const smtp = await open([anna.address], letterTo(anna.address, subject));
		await change();
		assert.equal((await smtp.command(".")).code, 250);
		await smtp.quit();
		one(subject);
		const next = subjectOf("gleich danach");
		await accepted(bert.address, letterTo(address, next));
		one(next);
	}
});
