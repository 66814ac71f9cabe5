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
import { ANSWERING, CIRCULAR, DOMAINS, LEAVER, MANY_ALIASES, ROTA, UMLAUT_DOMAIN, entryId, mailboxId, userId } from "../web/lib/office.mjs";
import { DIR, run, sql, until } from "../web/lib/stack.mjs";

// A second one, as it is made, which no other test has changed. Nothing but its agent runs beside the
// database.
const work = mkdtempSync("/tmp/poststelle-office-");
const STACK = join(ROOT, "stack/stack");
const stack = (args, extra = {}) => execFileSync(STACK, args, { env: { ...process.env, RUN_DIR: join(work, "run"), ...extra }, encoding: "utf8", maxBuffer: 1 << 26 });
stack(["start"], { PARTS: "mariadb agent", PORT_BASE: stack(["free-base"]).trim() });
test.after(() => {
	stack(["stop"]);
	rmSync(work, { recursive: true });
});
const fresh = (query) => stack(["sql", "-N", "-B", "-e", query]).split("\n").filter(Boolean).map((line) => line.split("\t"));
const number = (query) => Number(fresh(query)[0][0]);

test("as many of everything as an office has", () => {
	const count = (where) => number(`SELECT COUNT(*) FROM mailbox m WHERE ${where}`);
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
	assert.equal(number("SELECT COUNT(*) FROM user WHERE login NOT IN ('admin', 'staff')"), 40);
	assert.ok(number("SELECT COUNT(*) FROM user WHERE active = 0") >= 4);
	assert.deepEqual(fresh("SELECT name FROM domain ORDER BY id").flat(), DOMAINS);
	assert.ok(number(`SELECT COUNT(*) FROM assignment WHERE mailbox_id = ${mailboxId(ROTA)}`) >= 400);
	assert.equal(number(`SELECT COUNT(*) FROM assignment WHERE user_id = ${userId(LEAVER)} AND removed_at = 0`), 12);
	assert.ok(number(`SELECT COUNT(*) FROM address WHERE mailbox_id = ${mailboxId(MANY_ALIASES)}`) >= 13);
	const now = "UNIX_TIMESTAMP() * 1000000";
	for (const [state, where] of [["answers", `starts_at <= ${now} AND (ends_at = 0 OR ends_at > ${now})`], ["planned", `starts_at > ${now}`], ["past", `ends_at > 0 AND ends_at <= ${now}`]]) {
		assert.ok(number(`SELECT COUNT(*) FROM absence WHERE active = 1 AND ${where}`) >= 2, state);
	}
	assert.equal(fresh(`SELECT display_name FROM domain WHERE name = '${UMLAUT_DOMAIN.name}'`)[0][0], UMLAUT_DOMAIN.display);
	// A week of mails, by every way, with everything that a reader may see or not.
	const mails = "journal_entry e WHERE e.mail_key LIKE 'office-%'";
	assert.ok(number(`SELECT COUNT(*) FROM ${mails}`) >= 300);
	assert.equal(number(`SELECT MAX(named) FROM ${mails}`), 300);
	assert.deepEqual(fresh(`SELECT DISTINCT service FROM ${mails} ORDER BY 1`).flat(), ["local", "outside", "own", "submission", "vacation"]);
	const days = number(`SELECT (MAX(id) - MIN(id)) / 86400000000 FROM ${mails}`);
	assert.ok(days > 6 && days < 9, `${days} days`);
	for (const [what, where] of [["protected", "protected = 1"], ["Bcc", "EXISTS (SELECT 1 FROM journal_party p WHERE p.entry_id = e.id AND p.role = 3)"],
		["Cc", "EXISTS (SELECT 1 FROM journal_mailbox b WHERE b.entry_id = e.id AND b.role = 2)"]]) {
		assert.ok(number(`SELECT COUNT(*) FROM ${mails} AND ${where}`) >= 20, what);
	}
});

test("what the rules say is what is stored; what was the agent's is done", () => {
	assert.match(stack(["cli", "journal", "check"]), /, 0 differences/);
	assert.match(stack(["cli", "mailbox", "check"]), /^All search rows are right/);
	assert.deepEqual(fresh("SELECT kind, COUNT(*) FROM task WHERE done_at = 0 GROUP BY kind"), [["mail", "2"]]);
	// No change, mail or assignment of the future, none before its time, and the log in its order.
	const now = "UNIX_TIMESTAMP() * 1000000";
	assert.equal(number(`SELECT COUNT(*) FROM change_log WHERE at > ${now}`), 0);
	assert.equal(number("SELECT COUNT(*) FROM change_log a JOIN change_log b ON b.id = a.id + 1 WHERE b.at < a.at"), 0);
	assert.equal(number(`SELECT COUNT(*) FROM mailbox_clock c WHERE c.at > ${now}`), 0);
	assert.equal(number(`SELECT COUNT(*) FROM assignment a JOIN mailbox m ON m.id = a.mailbox_id JOIN user u ON u.id = a.user_id
		WHERE a.assigned_at > ${now} OR a.removed_at > ${now} OR a.assigned_at < m.created_at OR a.assigned_at < u.created_at`), 0);
});

test("made again it is the same", () => {
	// By their order, not by their numbers: a transaction that was run again leaves a gap;
	// and without addresses that the agent may have set free by now.
	for (const query of ["SELECT address, domain_id, quota_mb, vip, created_at - (SELECT MIN(created_at) FROM mailbox) FROM mailbox WHERE id <= 310 ORDER BY id",
		"SELECT login, name, email_name, contact_email, role, journal_right FROM user WHERE id BETWEEN 3 AND 42 ORDER BY id",
		"SELECT a.address, a.mailbox_id FROM address a JOIN mailbox m ON m.id = a.mailbox_id WHERE m.deleted = 0 ORDER BY a.id LIMIT 390",
		"SELECT mailbox_id, user_id, removed_at > 0 FROM assignment ORDER BY id LIMIT 1000",
		"SELECT subject, action, field, old_value, new_value FROM change_log ORDER BY id LIMIT 1900",
		"SELECT service, sender_id, protected, named, envelope_from, sender, recipients, subject, SHA1(t.text), t.has_bcc FROM journal_entry e JOIN journal_text t ON t.entry_id = e.id WHERE mail_key LIKE 'office-%' ORDER BY id",
		"SELECT mailbox_id, subject, SHA1(body) FROM absence WHERE mailbox_id <= 310 ORDER BY mailbox_id"]) {
		const found = fresh(query);
		assert.ok(found.length > 10, query);
		assert.deepEqual(found, sql(query), query);
	}
	// Not what is secret.
	assert.notDeepEqual(fresh("SELECT password_hash FROM mailbox WHERE id = 1"), sql("SELECT password_hash FROM mailbox WHERE id = 1"));
});

test("how full the mailboxes are is what lies in them, as Dovecot counts it", () => {
	const rows = sql(`SELECT m.address, m.id, u.bytes, u.messages FROM mailbox m JOIN mailbox_usage u ON u.username = m.address WHERE m.deleted = 0 AND m.id <= 310`);
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
	const [[full], [nearly]] = sql(`SELECT m.address FROM mailbox m JOIN mailbox_usage u ON u.username = m.address WHERE m.id <= 310 AND m.quota_mb = 2 AND m.active = 1 ORDER BY u.bytes DESC LIMIT 2`);
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
	const page = textOf((await admin.get(`/journal/${entryId(CIRCULAR)}`)).text);
	assert.ok(new Set(page.match(/[\w.-]+@(?:größe-immobilien|buero|wohnen-am-stadtpark|draussen)\.example/g)).size >= 300);
	assert.match(textOf((await (await staffClient()).get("/my")).text), new RegExp(`hausmeister@${env.DOMAIN}`));
});

test("what happened in the last minutes is told to the users of the VIP mailboxes, by the agent", async () => {
	for (const local of ["personal", "geschaeftsfuehrung"]) {
		const told = () => sql(`SELECT e.id FROM journal_entry e JOIN journal_mailbox b ON b.entry_id = e.id WHERE e.service = 'own' AND b.mailbox_id = ${mailboxId(`${local}@${DOMAINS[0]}`)}`);
		assert.ok((await until(20000, told, ({ length }) => length > 0)).length > 0, local);
	}
});
