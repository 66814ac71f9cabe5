// The demo's office (stack/office): its rows are such as the product writes, its mail is there, and
// made again it is the same.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { adminClient, staffClient } from "../web/lib/client.mjs";
import { ROOT, env } from "../web/lib/env.mjs";
import { elements, textOf } from "../web/lib/html.mjs";
import { Imap, Smtp, rcpt } from "../web/lib/mail.mjs";
import { nextTo, sentTo } from "../web/lib/message.mjs";
import { ANSWERING, CIRCULAR, DOMAINS, LEAVER, MANY_ALIASES, ROTA, UMLAUT_DOMAIN, mailboxId, userId } from "../web/lib/office.mjs";
import { DIR, cli, run, sql, until } from "../web/lib/stack.mjs";

const number = (query) => Number(sql(query)[0][0]);
const DOMAIN_IDS = DOMAINS.map((name) => `'${name}'`).join(", ");
// Of the office, not of tests that ran before.
const MAILBOX = `mailbox m JOIN domain d ON d.id = m.domain_id AND d.name IN (${DOMAIN_IDS})`;

test("as many of everything as an office has", () => {
	const count = (where) => number(`SELECT COUNT(*) FROM ${MAILBOX} WHERE ${where}`);
	assert.ok(count("m.deleted = 0") >= 300);
	assert.ok(count("m.deleted = 0 AND m.active = 0") >= 10);
	assert.ok(count("m.deleted = 1") >= 8);
	assert.ok(count("m.deleted = 2") >= 1);
	assert.ok(count("m.deleted = 0 AND m.vip = 1") >= 10);
	assert.ok(count("CHAR_LENGTH(m.email_name) = 40") >= 10);
	for (const signs of ["%ü%", "%\"%", "%,%", "%<%", "%\\\\\\\\%", "%👩‍👩‍👧%"]) {
		assert.ok(count(`m.email_name LIKE '${signs}'`) >= 1, signs);
	}
	assert.ok(count(`m.deleted = 0 AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.mailbox_id = m.id AND a.removed_at = 0)`) >= 30);
	assert.ok(number("SELECT COUNT(*) FROM user WHERE login NOT IN ('admin', 'staff') AND id <= 42") === 40);
	assert.ok(number("SELECT COUNT(*) FROM user WHERE active = 0 AND id <= 42") >= 4);
	assert.ok(number(`SELECT COUNT(*) FROM assignment WHERE mailbox_id = ${mailboxId(ROTA)}`) >= 400);
	assert.equal(number(`SELECT COUNT(*) FROM assignment WHERE user_id = ${userId(LEAVER)} AND removed_at = 0`), 12);
	assert.ok(number(`SELECT COUNT(*) FROM address WHERE mailbox_id = ${mailboxId(MANY_ALIASES)}`) >= 13);
	const now = "UNIX_TIMESTAMP() * 1000000";
	for (const [state, where] of [["answers", `starts_at <= ${now} AND (ends_at = 0 OR ends_at > ${now})`], ["planned", `starts_at > ${now}`], ["past", `ends_at > 0 AND ends_at <= ${now}`]]) {
		assert.ok(number(`SELECT COUNT(*) FROM absence WHERE active = 1 AND ${where}`) >= 2, state);
	}
	assert.equal(sql(`SELECT display_name FROM domain WHERE name = '${UMLAUT_DOMAIN.name}'`)[0][0], UMLAUT_DOMAIN.display);
	// A week of mails, by every way, with everything that a reader may see or not.
	const mails = "journal_entry e WHERE e.mail_key LIKE 'office-%'";
	assert.ok(number(`SELECT COUNT(*) FROM ${mails}`) >= 300);
	assert.equal(number(`SELECT MAX(named) FROM ${mails}`), 300);
	assert.deepEqual(sql(`SELECT DISTINCT service FROM ${mails} ORDER BY 1`).flat(), ["local", "outside", "own", "submission", "vacation"]);
	const days = number(`SELECT (MAX(id) - MIN(id)) / 86400000000 FROM ${mails}`);
	assert.ok(days > 6 && days < 9, `${days} days`);
	for (const [what, where] of [["protected", "protected = 1"], ["Bcc", "EXISTS (SELECT 1 FROM journal_party p WHERE p.entry_id = e.id AND p.role = 3)"],
		["Cc", "EXISTS (SELECT 1 FROM journal_mailbox b WHERE b.entry_id = e.id AND b.role = 2)"]]) {
		assert.ok(number(`SELECT COUNT(*) FROM ${mails} AND ${where}`) >= 20, what);
	}
});

test("what the rules say is what is stored; no task waits", async () => {
	assert.equal(await until(20000, () => number("SELECT COUNT(*) FROM task WHERE done_at = 0 AND due_at < UNIX_TIMESTAMP() * 1000000"), (waiting) => waiting === 0), 0);
	// What happened in the last minutes was told to the VIP mailboxes' users, by the agent.
	for (const local of ["personal", "geschaeftsfuehrung"]) {
		const told = () => number(`SELECT COUNT(*) FROM journal_entry e JOIN journal_mailbox b ON b.entry_id = e.id WHERE e.service = 'own' AND b.mailbox_id = ${mailboxId(`${local}@${DOMAINS[0]}`)}`);
		assert.ok(await until(20000, told, Boolean), local);
	}
	// No change, mail or assignment of the future, and none before its time.
	const soon = "(UNIX_TIMESTAMP() + 1) * 1000000";
	assert.equal(number(`SELECT COUNT(*) FROM change_log WHERE at > ${soon}`), 0);
	assert.equal(number("SELECT COUNT(*) FROM change_log a JOIN change_log b ON b.id = a.id + 1 WHERE b.at < a.at AND b.id <= 1800"), 0);
	assert.equal(number(`SELECT COUNT(*) FROM assignment a JOIN mailbox m ON m.id = a.mailbox_id JOIN user u ON u.id = a.user_id WHERE a.assigned_at > ${soon} OR a.removed_at > ${soon} OR a.id <= 1000 AND (a.assigned_at < m.created_at OR a.assigned_at < u.created_at)`), 0);
	assert.equal(number(`SELECT COUNT(*) FROM mailbox_clock c WHERE c.at > ${soon}`), 0);
});

test("how full the mailboxes are is what lies in them, as Dovecot counts it", () => {
	const rows = sql(`SELECT m.address, m.id, u.bytes, u.messages FROM ${MAILBOX} JOIN mailbox_usage u ON u.username = m.address WHERE m.deleted = 0 AND m.id <= 310`);
	const counted = {};
	const doveadm = run("doveadm", "-f", "tab", "-c", `${DIR}/dovecot/etc/dovecot.conf`, "quota", "get", "-A");
	for (const [user, , type, value] of doveadm.split("\n").map((line) => line.split("\t"))) {
		counted[user] = { ...counted[user], [type]: Number(value) };
	}
	let full = 0;
	for (const [address, id, bytes, messages] of rows) {
		const sizes = [];
		for (const part of ["new", "cur"]) {
			const folder = join(DIR, "mail", id, "Maildir", part);
			for (const name of messages > 0 ? readdirSync(folder) : []) {
				const text = readFileSync(join(folder, name), "latin1");
				assert.equal(Number(/,S=(\d+)/.exec(name)[1]), text.length, name);
				sizes.push(text.replace(/\r?\n/g, "\r\n").length);
				assert.equal(Number(/,W=(\d+)/.exec(name)[1]), sizes.at(-1), name);
			}
		}
		const sum = sizes.reduce((all, size) => all + size, 0);
		assert.deepEqual([Number(bytes), Number(messages)], [sum, sizes.length], address);
		assert.deepEqual([counted[address].STORAGE, counted[address].MESSAGE], [Math.ceil(sum / 1024), sizes.length], address);
		full += sum > 1.8e6;
	}
	assert.ok(full >= 5);
	assert.equal(statSync(join(DIR, "mail", rows.find(([, , , messages]) => messages > 0)[1], "Maildir")).uid, statSync(join(DIR, "mail")).uid);
});

test("its mailboxes are real ones: shown password, log-in, mail that is there, mail that comes", async () => {
	const admin = await adminClient();
	const address = `klaus.meyer@${DOMAINS[0]}`;
	const path = `/mailboxes/${mailboxId(address)}/access`;
	const password = elements((await admin.submit(await admin.get(path), "/access/password")).text, "output")[0].text;
	const imap = await new Imap().open();
	assert.ok((await imap.login(address, password)).ok);
	await imap.command("SELECT INBOX");
	const mail = (await imap.command("FETCH 1:* BODY.PEEK[]")).lines.join("\n");
	assert.match(mail, /^From: /m);
	await imap.logout();
	// One that is full, one that nearly is.
	const [[full], [nearly]] = sql(`SELECT m.address FROM ${MAILBOX} JOIN mailbox_usage u ON u.username = m.address WHERE m.quota_mb = 2 AND m.active = 1 ORDER BY u.bytes DESC LIMIT 2`);
	assert.match((await rcpt(full)).text, /^452 4\.2\.2/);
	assert.equal((await rcpt(nearly)).code, 250);
	// A note that answers.
	const from = `kunde.${Date.now().toString(36)}@welt.example`;
	const smtp = await new Smtp().open();
	assert.equal((await smtp.send(from, ANSWERING, `From: <${from}>\nTo: <${ANSWERING}>\nSubject: Frage\nMessage-ID: <${Date.now()}@welt.example>\n\nGuten Tag`)).code, 250);
	await smtp.quit();
	assert.match((await nextTo(from)).text, /Exposé mit Grundrissen/);
	assert.equal(sentTo(from).length, 1);
});

test("the circular to 300: one entry, there for who may read it, with all of them", async () => {
	const admin = await adminClient();
	const list = await admin.get(`/journal?q=${encodeURIComponent(CIRCULAR)}`);
	const [href] = /\/journal\/\d+/.exec(list.text);
	const page = textOf((await admin.get(href)).text);
	assert.equal(new Set(page.match(/[\w.-]+@(?:xn--gre-immobilien-1fb18a|buero|wohnen-am-stadtpark|draussen)\.example/g)).size >= 300, true);
	assert.match(textOf((await (await staffClient()).get("/my")).text), new RegExp(`hausmeister@${env.DOMAIN}`));
});

test("made again it is the same", (t) => {
	const work = mkdtempSync("/tmp/poststelle-office-");
	const STACK = join(ROOT, "stack/stack");
	const options = { env: { ...process.env, RUN_DIR: join(work, "run") }, encoding: "utf8", maxBuffer: 1 << 26 };
	const base = execFileSync(STACK, ["free-base"], options).trim();
	execFileSync(STACK, ["start"], { ...options, env: { ...options.env, PARTS: "mariadb agent", PORT_BASE: base } });
	t.after(() => {
		execFileSync(STACK, ["stop"], options);
		rmSync(work, { recursive: true });
	});
	const second = (query) => execFileSync(STACK, ["sql", "-N", "-B", "-e", query], options).split("\n").filter(Boolean).map((line) => line.split("\t"));
	// Here, since other tests have assigned users to mailboxes of theirs by hand.
	assert.match(execFileSync(STACK, ["cli", "journal", "check"], options), /, 0 differences/);
	assert.match(execFileSync(STACK, ["cli", "mailbox", "check"], options), /All search rows are right/);
	// By their order, not by their numbers: a transaction that was run again leaves a gap;
	// and without addresses that the agent may have set free by now.
	for (const query of ["SELECT address, domain_id, quota_mb, vip, created_at - (SELECT MIN(created_at) FROM mailbox) FROM mailbox WHERE id <= 310 ORDER BY id",
		"SELECT login, name, email_name, contact_email, role, journal_right FROM user WHERE id BETWEEN 3 AND 42 ORDER BY id",
		"SELECT a.address, a.mailbox_id FROM address a JOIN mailbox m ON m.id = a.mailbox_id WHERE m.deleted = 0 ORDER BY a.id LIMIT 390",
		"SELECT mailbox_id, user_id, removed_at > 0 FROM assignment ORDER BY id LIMIT 1000",
		"SELECT subject, action, field, old_value, new_value FROM change_log ORDER BY id LIMIT 1900",
		"SELECT service, sender_id, protected, named, envelope_from, sender, recipients, subject, SHA1(t.text), t.has_bcc FROM journal_entry e JOIN journal_text t ON t.entry_id = e.id WHERE mail_key LIKE 'office-%' ORDER BY id",
		"SELECT mailbox_id, subject, SHA1(body) FROM absence WHERE mailbox_id <= 310 ORDER BY mailbox_id"]) {
		const found = second(query);
		assert.ok(found.length > 10, query);
		assert.deepEqual(found, sql(query), query);
	}
	// Not what is secret.
	assert.notDeepEqual(second("SELECT password_hash FROM mailbox WHERE id = 1"), sql("SELECT password_hash FROM mailbox WHERE id = 1"));
});
