// poststelle-milter, role journal, in the real mail path: an entry for every mail that is accepted,
// by whatever way it came; what it holds; hostile mail; failures.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, env } from "../web/lib/env.mjs";
import { HERE, Smtp, WORLD } from "../web/lib/mail.mjs";
import { DIR, killPart, reloadPostfix, sleep, sql, startPart, stopPart, until } from "../web/lib/stack.mjs";
import { attachmentsOf, entries, one, rolesOf } from "./lib/entry.mjs";
import { alias, filesOf, letter, mailbox, ports, sendmail, source, stamp, submission } from "./lib/box.mjs";

const OUTSIDE = "wer@welt.example";
let count = 0;
const subjectOf = (what) => `${what} ${stamp} ${++count}`;

const headers = ({ from = OUTSIDE, to, cc, subject, more = "" }) => `From: ${from}\n${to ? `To: ${to}\n` : ""}${cc ? `Cc: ${cc}\n` : ""}Subject: ${subject}\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n${more}`;

// Services of this machine; everybody else comes from outside.
const LOCAL_PORTS = [ports.OWN_PORT, ports.ABSENCE_PORT];

async function send(port, envelope, recipients, message) {
	const smtp = await new Smtp().open(port, { from: LOCAL_PORTS.includes(port) ? HERE : WORLD });
	const answer = await smtp.send(envelope, recipients, message);
	await smtp.quit();
	return answer;
}

async function accepted(port, envelope, recipients, message) {
	const answer = await send(port, envelope, recipients, message);
	assert.equal(answer.code, 250, answer.text);
}

const box = mailbox("journal", "Journal");
const [other, third] = [mailbox("journal.zwei"), mailbox("journal.drei")];
const further = alias(other, "journal.auch");

test("every way in makes one entry: outside, submission, absence notes, Poststelle's own, sendmail, bounces", async () => {
	const text = "\nGuten Tag, Größe\n";
	const outside = subjectOf("aussen");
	await accepted(env.SMTP_PORT, OUTSIDE, box.address, headers({ from: `Chef <${other.address}>`, to: box.address, subject: outside }) + text);
	const entry = one(outside);
	assert.deepEqual({ ...entry, id: 0 }, { id: 0, service: "outside", sender: "0", envelope: OUTSIDE, text: "Guten Tag, Größe" });
	// A From header from outside makes nobody a sender.
	assert.deepEqual(rolesOf(entry), { [box.id]: "to*" });

	const sent = subjectOf("gesendet");
	const smtp = await submission(box);
	assert.equal((await smtp.send(box.address, [OUTSIDE, other.address], headers({ from: box.address, to: OUTSIDE, cc: other.address, subject: sent }) + text)).code, 250);
	await smtp.quit();
	assert.equal(one(sent).service, "submission");
	assert.equal(one(sent).sender, box.id);
	assert.deepEqual(rolesOf(one(sent)), { [box.id]: "from*", [other.id]: "cc*" });
	assert.deepEqual(sql(`SELECT name, address FROM journal_party WHERE entry_id = ${one(sent).id} AND role = 0`), [["Journal", box.address]]);

	sql(`INSERT INTO absence (mailbox_id, body, generation) VALUES (${other.id}, 'weg', 7)`);
	const note = subjectOf("abwesend");
	await accepted(ports.ABSENCE_PORT, "", OUTSIDE, headers({ from: further, to: OUTSIDE, subject: note, more: "Auto-Submitted: auto-replied (vacation)\n" }) + text);
	assert.equal(one(note).service, "vacation");
	assert.equal(one(note).sender, other.id);
	assert.deepEqual(sql(`SELECT mailbox_id, generation, address FROM absence_reply WHERE mailbox_id = ${other.id}`), [[other.id, "7", OUTSIDE]]);

	const own = subjectOf("eigene");
	await accepted(ports.OWN_PORT, `poststelle@${env.DOMAIN}`, box.address, headers({ from: `poststelle@${env.DOMAIN}`, to: box.address, subject: own, more: "Content-Type: application/pdf; name=a.pdf\n" }) + text);
	assert.deepEqual({ ...one(own), id: 0 }, { id: 0, service: "own", sender: "0", envelope: `poststelle@${env.DOMAIN}`, text: null });
	assert.deepEqual(attachmentsOf(one(own)), []);
	assert.deepEqual(rolesOf(one(own)), { [box.id]: "to*" });

	const local = subjectOf("lokal");
	sendmail(headers({ to: box.address, subject: local }) + text, "-f", OUTSIDE, box.address);
	await until(10000, () => entries(local).length, (found) => found > 0);
	assert.deepEqual({ ...one(local), id: 0 }, { id: 0, service: "local", sender: "0", envelope: OUTSIDE, text: "Guten Tag, Größe" });

	// Nobody is asked at RCPT TO: it bounces to the envelope's sender.
	const lost = subjectOf("verloren");
	sendmail(headers({ to: `niemand.${stamp}@${env.DOMAIN}`, subject: lost }) + text, "-f", third.address, `niemand.${stamp}@${env.DOMAIN}`);
	const bounce = await until(15000, () => sql(`SELECT e.id, e.service, e.envelope_from FROM journal_entry e JOIN journal_mailbox m ON m.entry_id = e.id WHERE m.mailbox_id = ${third.id}`), (rows) => rows.length > 0);
	assert.deepEqual(bounce.map(([, ...rest]) => rest), [["local", ""]]);
	assert.equal(one(lost).service, "local");
});

test("an odd extension is an extension: quoted, with signs, longer than an address", async () => {
	const subject = subjectOf("seltsame");
	const odd = [`"${box.address.split("@")[0]}+a (b, c"@${env.DOMAIN}`, other.address.replace("@", `+${"x".repeat(400)}@`)];
	await accepted(env.SMTP_PORT, OUTSIDE, odd, `${headers({ to: odd[0], cc: odd[1], subject })}\nText\n`);
	assert.deepEqual(rolesOf(one(subject)), { [box.id]: "to*", [other.id]: "cc*" });
	assert.ok(await source(box, subject));
	assert.ok(await source(other, subject));
});

test("an address literal of this machine is nobody's", async () => {
	const answer = await send(env.SMTP_PORT, OUTSIDE, "postmaster@[127.0.0.1]", `${headers({ to: box.address, subject: subjectOf("literal") })}\nText\n`);
	assert.match(answer.text, /^550 5\.1\.1/);
});

test("who received it is the envelope's business: aliases, extensions, letter case, Bcc, refused recipients", async () => {
	const subject = subjectOf("empfaenger");
	const smtp = await new Smtp().open();
	await smtp.command(`MAIL FROM:<${OUTSIDE}>`);
	for (const [recipient, code] of [[box.address.toUpperCase(), 250], [further.replace("@", "+x@"), 250], [`niemand.${stamp}@${env.DOMAIN}`, 550], [third.address, 250]]) {
		assert.equal((await smtp.command(`RCPT TO:<${recipient}>`)).code, code, recipient);
	}
	await smtp.command("DATA");
	smtp.lines.write(`${headers({ to: `"X, Y" <${box.address.replace("@", "+Korb@")}>;niemand.${stamp}@${env.DOMAIN}`, cc: further.toUpperCase(), subject }).replaceAll("\n", "\r\n")}\r\nText\r\n`);
	assert.equal((await smtp.command(".")).code, 250);
	const entry = one(subject);
	assert.deepEqual(rolesOf(entry), { [box.id]: "to*", [other.id]: "cc*", [third.id]: "bcc*" });

	// The same session: nothing is left of the mail before, nor of one that was broken off.
	await smtp.command(`MAIL FROM:<${OUTSIDE}>`);
	await smtp.command(`RCPT TO:<${third.address}>`);
	await smtp.command("RSET");
	const next = subjectOf("danach");
	assert.equal((await smtp.send(OUTSIDE, other.address, `Subject: ${next}\n\nkurz`)).code, 250);
	await smtp.quit();
	assert.deepEqual(rolesOf(one(next)), { [other.id]: "bcc*" });
	assert.equal(one(next).text, "kurz");
});

test("subject, text and attachments as people read them", async () => {
	const cases = [
		["=?utf-8?B?w4RyZ2VyIA==?=\n =?utf-8?B?w7xiZXJhbGw=?= %", "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n", "Gr=FC=DFe=\n!", "Ärger überall %", "Grüße!", []],
		["nur HTML %", "Content-Type: text/html; charset=utf-8\n", "<p>Miete&nbsp;f&uuml;r<br>März</p><script>x</script>", null, "Miete für\nMärz", []],
		["mit Anlage %", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n", "--b\n\nsiehe Anlage\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''Miet%C3%BCbersicht.pdf\nContent-Transfer-Encoding: base64\n\nQUJDREVG\n--b--", null, "siehe Anlage", [["Mietübersicht.pdf", "6"]]],
		["ohne Text %", "", "", null, null, []],
	];
	for (const [subject, more, body, shown, text, attachments] of cases) {
		const id = `${stamp}${++count}`;
		await accepted(env.SMTP_PORT, OUTSIDE, box.address, `${headers({ to: box.address, subject: subject.replace("%", id), more })}\n${body}`);
		const entry = one((shown ?? subject).replace("%", id));
		assert.equal(entry.text, text, subject);
		assert.deepEqual(attachmentsOf(entry), attachments);
	}
});

test("a hostile mail is journaled as far as it can be, and arrives", async () => {
	const levels = Array.from({ length: 1000 }, (_, i) => `--b${i}\n\nEbene ${i}\n--b${i}\nContent-Type: multipart/mixed; boundary=b${i + 1}\n\n`).join("");
	const large = `${"QUJD".repeat(19)}\n`.repeat(650000); // 50 MB
	const cases = {
		levels: ["Content-Type: multipart/mixed; boundary=b0\n", levels],
		headers: [`${`X-Lang: ${"x".repeat(900)}\n`.repeat(11000)}To: ${`a@welt.example,\n ${" ".repeat(700)}`.repeat(5000)}b@welt.example\nCc: ${"(".repeat(900)}\n`, "Text"],
		charset: ["Content-Type: text/plain; charset=\"nirgends-1\"\nContent-Transfer-Encoding: base64\n", "/////w=="],
		broken: ["Content-Type: text/plain; charset=utf-8\n", "\xff\xfe\xc3\x28 kaputt"],
		nul: ["Content-Type: text/plain; charset=utf-8\nX-Nul: a\0b\n", "vor\0nach"],
		parts: ["Content-Type: multipart/mixed; boundary=b\n", "--b\n\n".repeat(100000)],
		large: ["Content-Type: multipart/mixed; boundary=b\n", `--b\n\nText\n--b\nContent-Type: a/b; name=gross.bin\nContent-Transfer-Encoding: base64\n\n${large}--b--\n`],
		line: ["", "x".repeat(5000000)],
		subject: [`Subject: ${"=?utf-8?Q?=F0=9F=98=80?= ".repeat(2000)}\n`, "Text"],
	};
	const found = {};
	for (const [name, [more, body]] of Object.entries(cases)) {
		const subject = subjectOf(name);
		const start = Date.now();
		await accepted(env.SMTP_PORT, OUTSIDE, third.address, Buffer.from(`${headers({ to: third.address, subject, more })}\n${body}`).toString());
		assert.ok(Date.now() - start < 20000, `${name}: ${Date.now() - start} ms`);
		found[name] = one(subject);
		assert.deepEqual(rolesOf(found[name]), { [third.id]: "to*" }, name);
	}
	assert.match(found.levels.text, /^Ebene 0\n\nEbene 1\n/);
	assert.match(found.broken.text, /kaputt$/);
	assert.equal(found.nul.text, "vornach");
	assert.deepEqual(attachmentsOf(found.large), [["gross.bin", String(57 * 650000)]]);
	assert.equal(found.line.text, "x".repeat(found.line.text.length));
	assert.ok(found.line.text.length > 65000 && found.line.text.length <= 65536);
	assert.ok(await source(third, "subject"));
});

// A client of the database that holds a mailbox's clock until release().
async function holdClock(id) {
	const client = spawn("mariadb", ["--no-defaults", "-uroot", "-S", env.DB_SOCKET, "-N", "-B", "-n", env.DB_NAME], { stdio: ["pipe", "pipe", "inherit"] });
	client.stdin.write(`BEGIN; SELECT at FROM mailbox_clock WHERE mailbox_id = ${id} FOR UPDATE;\n`);
	await once(client.stdout, "data");
	return { release: async () => {
		client.stdin.end("ROLLBACK;\n");
		await once(client, "exit");
	} };
}

// A session that has said everything but the final dot.
async function open(recipient, message) {
	const smtp = await new Smtp().open();
	for (const line of [`MAIL FROM:<${OUTSIDE}>`, `RCPT TO:<${recipient}>`, "DATA"]) {
		assert.ok((await smtp.command(line)).code < 400);
	}
	smtp.lines.write(`${message.replaceAll("\n", "\r\n")}\r\n`);
	return smtp;
}

test("a right is missing: 451, and the log names it, not a mail server that has given up", async (t) => {
	const grant = (what) => sql(what.replace("RIGHT", "INSERT ON absence_reply").replace("ACCOUNT", "'poststelle_milter'@'localhost'"));
	const log = () => readFileSync(`${env.LOG_DIR}/milter_journal.log`, "utf8");
	const absent = mailbox("journal.recht");
	sql(`INSERT INTO absence (mailbox_id, body, generation) VALUES (${absent.id}, 'weg', 1)`);
	const subject = subjectOf("recht");
	const note = () => send(ports.ABSENCE_PORT, "", OUTSIDE, headers({ from: absent.address, to: OUTSIDE, subject, more: "Auto-Submitted: auto-replied (vacation)\n" }) + "\nx");
	const before = log().length;
	grant("REVOKE RIGHT FROM ACCOUNT");
	t.after(() => grant("GRANT RIGHT TO ACCOUNT"));
	assert.equal((await note()).code, 451);
	assert.match(log().slice(before), /event=deferred .*INSERT command denied.*absence_reply/);
	assert.doesNotMatch(log().slice(before), /nobody waits/);
	assert.deepEqual(entries(subject), []);
	grant("GRANT RIGHT TO ACCOUNT");
	assert.equal((await note()).code, 250);
	one(subject);
});

test("SIGTERM: a mail that is being written is finished, its client gets 250", async () => {
	const subject = subjectOf("beenden");
	const lock = await holdClock(box.id);
	const smtp = await open(box.address, `${headers({ to: box.address, subject })}\nText`);
	const answer = smtp.command(".");
	const pid = Number(readFileSync(`${env.PID_DIR}/milter_journal.pid`, "utf8"));
	await sleep(500); // its end has to be under way
	process.kill(pid, "SIGTERM");
	await sleep(500);
	await lock.release();
	assert.equal((await answer).code, 250);
	await smtp.quit();
	stopPart("milter_journal");
	assert.match(readFileSync(`${env.LOG_DIR}/milter_journal.log`, "utf8"), /event=stopped role=journal\n$/);
	startPart("milter_journal");
	one(subject);
	assert.ok(await source(box, subject));
});

test("the mail server has given up: nothing is written", async () => {
	const subject = subjectOf("aufgegeben");
	const lock = await holdClock(box.id);
	const smtp = await open(box.address, `${headers({ to: box.address, subject })}\nText`);
	const answer = smtp.command(".").catch((error) => error);
	await sleep(500);
	const ours = (name) => execFileSync("pgrep", ["-P", readFileSync(`${env.PID_DIR}/postfix.pid`, "utf8").trim(), "-x", name], { encoding: "utf8" }).split("\n").filter(Boolean);
	const pids = [...ours("smtpd"), ...ours("cleanup")];
	for (const pid of pids) {
		process.kill(Number(pid), "SIGKILL");
	}
	// On a busy machine they may live a little longer, and with them their connections.
	const gone = (pid) => !existsSync(`/proc/${pid}`);
	assert.ok(await until(5000, () => pids.every(gone), Boolean));
	await lock.release();
	await answer;
	await until(5000, () => readFileSync(`${env.LOG_DIR}/milter_journal.log`, "utf8"), (log) => /nobody waits/.test(log));
	assert.equal(entries(subject).length, 0);
	assert.ok(!filesOf(box).some((name) => readFileSync(join(DIR, "mail", box.id, "Maildir/new", name), "latin1").includes(subject)));
});

test("it is down: every service defers, sendmail's mail waits; later each has its entry, none without", async () => {
	const before = await until(5000, () => Number(sql("SELECT COUNT(*) FROM journal_entry")[0][0]), Boolean);
	killPart("milter_journal");
	const subject = subjectOf("wartet");
	for (const port of [env.SMTP_PORT, ports.OWN_PORT, ports.ABSENCE_PORT]) {
		assert.match((await send(port, OUTSIDE, box.address, `${headers({ to: box.address, subject })}\nText`)).text, /^451 4\.7\.1/);
	}
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	await smtp.login(box.address, box.password);
	assert.match((await smtp.send(box.address, box.address, `${headers({ from: box.address, to: box.address, subject })}\nText`)).text, /^451 4\.7\.1/);
	await smtp.quit();
	sendmail(`${headers({ to: box.address, subject })}\nText`, "-f", OUTSIDE, box.address);
	await sleep(1000);
	assert.equal(Number(sql("SELECT COUNT(*) FROM journal_entry")[0][0]), before);
	startPart("milter_journal");
	execFileSync("postqueue", ["-c", `${DIR}/postfix/etc`, "-f"]);
	await until(90000, () => entries(subject).length, (found) => found > 0, 500);
	assert.equal(one(subject).service, "local");
	assert.ok(await source(box, subject));
	await accepted(env.SMTP_PORT, OUTSIDE, box.address, `${headers({ to: box.address, subject })}\nText`);
	assert.equal(entries(subject).length, 2);
});

test("the database is gone at the end of a mail: 451 4.3.0; after several nobody asks for a while; a second try has its entry", async (t) => {
	const subject = subjectOf("datenbank");
	const sessions = [];
	const log = () => readFileSync(`${env.LOG_DIR}/milter_journal.log`, "utf8").split("\n").filter((line) => /event=database_away|a moment ago/.test(line));
	for (let i = 0; i < 5; i++) {
		sessions.push(await open(box.address, `${headers({ to: box.address, subject })}\nText`));
	}
	stopPart("mariadb");
	t.after(() => startPart("mariadb"));
	const before = log().length;
	assert.match((await sessions[0].command(".")).text, /^451 4\.3\.0/);
	assert.equal(log().length, before, "one failure is that mail's own");
	for (const answer of await Promise.all(sessions.slice(1, 3).map((smtp) => smtp.command(".")))) {
		assert.match(answer.text, /^451 4\.3\.0/);
	}
	assert.match((await sessions[3].command(".")).text, /^451 4\.3\.0/);
	assert.match(log().at(-1), /the database was away a moment ago/);
	startPart("mariadb");
	await sleep(3100); // the milter asks again then
	assert.match((await sessions[4].command(".")).text, /^250/);
	await Promise.all(sessions.map((smtp) => smtp.quit()));
	reloadPostfix();
	one(subject);
});
