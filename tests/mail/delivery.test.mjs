// What the mail servers do with what is saved: refusals, aliases, sending, storage, log-in; each
// told by the servers themselves.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { adminClient } from "../web/lib/client.mjs";
import { env, readEnv } from "../web/lib/env.mjs";
import { HERE, Imap, Pop3, Smtp, WORLD, rcpt } from "../web/lib/mail.mjs";
import { sinkFiles } from "../web/lib/message.mjs";
import { DIR, cli, run, sleep, sql, reloadPostfix, startPart, stopPart, until } from "../web/lib/stack.mjs";

const AT_MOST_MS = 2000;
const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

// A mailbox with its password and its page.
async function mailbox(local, fields) {
	const address = `${local}.${stamp}.${++count}@${env.DOMAIN}`;
	const page = await admin.saveMailbox(address.split("@")[0]);
	assert.equal(page.status, 200, page.text);
	if (fields) {
		await set(page.path, fields);
	}
	return { address, path: page.path, password: /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1] };
}

async function set(path, fields) {
	const page = await admin.save(await admin.get(path), path, fields);
	assert.equal(page.status, 200);
}

const letter = (from, to, subject, body = "Guten Tag") => `From: <${from}>\nTo: <${to}>\nSubject: ${subject}\nMessage-ID: <${Date.now()}.${Math.random()}@welt.example>\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n\n${body}`;

async function outside(to, subject, body) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send("wer@welt.example", to, letter("wer@welt.example", to, subject, body));
	await smtp.quit();
	return answer;
}

async function submission(user, password) {
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	assert.equal((await smtp.login(user, password)).code, 235);
	return smtp;
}

async function read({ address, password }, text, ms) {
	const imap = await new Imap().open();
	assert.ok((await imap.login(address, password)).ok);
	const found = await imap.waitFor(text, ms);
	await imap.logout();
	return found;
}

test("unknown, inactive and full are three answers, by alias, extension and in capitals too", async () => {
	const box = await mailbox("antworten");
	const alias = `noch.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(box.path), "/aliases", { address: alias });
	const forms = [box.address, alias, box.address.replace("@", "+etwas@"), alias.replace("@", "+x@"), box.address.toUpperCase(), alias.toUpperCase()];
	assert.match((await rcpt(`gibtesnicht.${stamp}@${env.DOMAIN}`)).text, /^550 5\.1\.1/);
	for (const form of forms) {
		assert.equal((await rcpt(form)).code, 250, form);
	}
	await set(box.path, { active: undefined });
	for (const form of forms) {
		const answer = await until(AT_MOST_MS, () => rcpt(form), ({ code }) => code >= 400);
		assert.match(answer.text, /^550 5\.2\.1/, form);
	}
	await set(box.path, { active: "1", quota_mb: "2" });
	for (const form of forms) {
		assert.equal((await until(AT_MOST_MS, () => rcpt(form), ({ code }) => code === 250)).code, 250, form);
	}
	assert.equal((await outside(box.address, `voll ${stamp}`, "Zeile\n".repeat(190000))).code, 250);
	await until(10000, () => sql(`SELECT bytes FROM mailbox_usage WHERE username = '${box.address}'`), ([[bytes]]) => Number(bytes) > 1048576);
	await set(box.path, { quota_mb: "1" });
	for (const form of forms) {
		assert.match((await rcpt(form)).text, /^452 4\.2\.2/, form);
	}
	await set(box.path, { quota_mb: "100" });
	assert.equal((await until(AT_MOST_MS, () => rcpt(box.address), ({ code }) => code === 250)).code, 250);
});

test("an inactive domain refuses all its addresses; a new one takes mail", async () => {
	const name = `domain${stamp}.example`;
	const page = await admin.save(await admin.get("/domains"), "/domains", { name });
	assert.equal((await rcpt(`neu@${name}`)).text.slice(0, 9), "550 5.1.1");
	const domainId = page.path.split("/").pop();
	const created = await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: "neu", domain_id: domainId });
	assert.equal(created.status, 200);
	assert.equal((await rcpt(`neu@${name}`)).code, 250);
	await set(page.path, { active: undefined });
	assert.match((await until(AT_MOST_MS, () => rcpt(`neu@${name}`), ({ code }) => code >= 400)).text, /^550 5\.2\.1/);
	await set(page.path, { active: "1" });
	assert.equal((await until(AT_MOST_MS, () => rcpt(`neu@${name}`), ({ code }) => code === 250)).code, 250);
	assert.match((await rcpt("wer@anderswo.example")).text, /^55[04] 5\.7\.1/);
});

test("mail queued for a mailbox that goes inactive comes back as disabled, also the one that the queue manager just asked about", async () => {
	const box = await mailbox("wartet");
	const senders = ["zurueck@welt.example", `zuletzt.${stamp}@welt.example`];
	stopPart("dovecot");
	try {
		for (const from of ["", ...senders]) {
			const smtp = await new Smtp().open(env.SMTP_PORT);
			assert.equal((await smtp.send(from, box.address, letter(from || "wer@welt.example", box.address, `wartet ${stamp}`))).code, 250);
			await smtp.quit();
		}
		await until(10000, () => readFileSync(`${env.LOG_DIR}/postfix.log`, "utf8"), (log) => log.split(`to=<${box.address}>`).length - 1 >= 3);
		await set(box.path, { active: undefined });
	} finally {
		startPart("dovecot");
	}
	run("postqueue", "-c", `${DIR}/postfix/etc`, "-f");
	const bounced = () => sinkFiles().map((file) => readFileSync(file, "utf8"))
		.filter((text) => text.includes(box.address) && /Status: 5\.2\.1/.test(text));
	const bounces = await until(60000, bounced, (all) => all.length >= 2);
	for (const from of senders) {
		assert.equal(bounces.filter((text) => text.includes(`X-Envelope-To: <${from}>`)).length, 1, `to ${from}`);
	}
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	assert.match((await imap.command("STATUS INBOX (MESSAGES)")).lines.join("\n"), /MESSAGES 0/, "delivered all the same");
	await imap.logout();
});

test("an inactive mailbox still sends and reads", async () => {
	const box = await mailbox("still", { active: undefined });
	const smtp = await submission(box.address, box.password);
	assert.equal((await smtp.send(box.address, "wer@welt.example", letter(box.address, "wer@welt.example", `still ${stamp}`))).code, 250);
	await smtp.quit();
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	const folders = (await imap.command('LIST "" "*"')).lines.join("\n");
	for (const [mark, name] of [["Sent", "Sent"], ["Drafts", "Drafts"], ["Junk", "Junk"], ["Trash", "Trash"], ["Archive", "Archive"]]) {
		assert.match(folders, new RegExp(`\\\\${mark}\\b.*"?${name}"?`), folders);
	}
	await imap.logout();
});

test("the envelope sender is the log-in's own address or one of its aliases", async () => {
	const [box, other] = [await mailbox("eigen"), await mailbox("kollege")];
	const alias = `eigen.alias.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(box.path), "/aliases", { address: alias });
	const smtp = await submission(box.address, box.password);
	for (const [from, ok] of [[box.address, true], [alias, true], [box.address.toUpperCase(), true], [box.address.replace("@", "+x@"), true],
		[other.address, false], ["chef@anderswo.example", false], [`niemand.${stamp}@${env.DOMAIN}`, false]]) {
		await smtp.command(`MAIL FROM:<${from}>`);
		const answer = await smtp.command("RCPT TO:<wer@welt.example>");
		assert.equal(answer.code < 400, ok, `${from}: ${answer.text}`);
		if (!ok) {
			assert.match(answer.text, /^55\d 5\.7\.1/);
		}
		await smtp.command("RSET");
	}
	await smtp.quit();
	// From outside nobody needs a log-in to write from elsewhere, but nobody is a colleague either.
	const outsideSmtp = await new Smtp().open();
	await outsideSmtp.command(`MAIL FROM:<${box.address}>`);
	assert.match((await outsideSmtp.command(`RCPT TO:<${other.address}>`)).text, /^55\d 5\.7\.1/);
	await outsideSmtp.quit();
	const nobody = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	await nobody.command(`MAIL FROM:<${box.address}>`);
	assert.ok((await nobody.command(`RCPT TO:<${other.address}>`)).code >= 500);
	await nobody.quit();
});

test("every way to fetch: IMAP and POP3, TLS and STARTTLS; on an open line from this machine alone", async () => {
	const box = await mailbox("abholen");
	const subject = `abholen ${stamp}`;
	assert.equal((await outside(box.address.replace("@", "+korb@"), subject)).code, 250);
	assert.match(await read(box, subject), /Guten Tag/);
	const imap = await new Imap().open(env.IMAP_PORT, { secure: false, from: HERE });
	assert.ok((await imap.login(box.address.toUpperCase(), box.password)).ok);
	await imap.logout();
	for (const [port, secure, from] of [[env.POP3S_PORT, true, WORLD], [env.POP3_PORT, false, HERE]]) {
		const pop3 = await new Pop3().open(port, { secure, from });
		assert.match(await pop3.login(box.address, box.password), /^\+OK/);
		assert.match(await pop3.first(), new RegExp(subject));
		await pop3.quit();
	}
	const smtp = await new Smtp().open(env.SUBMISSION_PORT, { startTls: true });
	assert.equal((await smtp.login(box.address, box.password)).code, 235);
	await smtp.quit();
	const plain = await new Smtp().open(env.SUBMISSION_PORT);
	assert.ok((await plain.login(box.address, box.password)).code >= 500, "a password over an open line");
	await plain.quit();
	const openImap = await new Imap().open(env.IMAP_PORT, { secure: false });
	assert.match((await openImap.login(box.address, box.password)).text, /PRIVACYREQUIRED/);
	await openImap.logout();
	const openPop3 = await new Pop3().open(env.POP3_PORT, { secure: false });
	assert.match(await openPop3.login(box.address, box.password), /^-ERR/);
	await openPop3.quit();
});

test("a mail from outside is left as it is: no header is added", async () => {
	const box = await mailbox("bloss");
	const smtp = await new Smtp().open();
	assert.equal((await smtp.send("wer@welt.example", box.address, `From: wer@welt\nSubject: bloss ${stamp}\n\nOhne`)).code, 250);
	await smtp.quit();
	const mail = await read(box, `bloss ${stamp}`);
	assert.match(mail, /^From: wer@welt$/m);
	assert.doesNotMatch(mail, /^(Date|Message-ID|To):/im);
});

test("what is for this machine alone lets nobody else in", async () => {
	const box = await mailbox("dienste");
	const { OWN_PORT, ABSENCE_PORT } = readEnv(`${DIR}/stack.env`);
	for (const [port, sender] of [[OWN_PORT, `poststelle@${env.DOMAIN}`], [ABSENCE_PORT, ""]]) {
		for (const [from, code] of [[WORLD, 554], [HERE, 250]]) {
			const smtp = await new Smtp().open(port, { from });
			await smtp.command(`MAIL FROM:<${sender}>`);
			assert.equal((await smtp.command(`RCPT TO:<${box.address}>`)).code, code, `${port} from ${from}`);
			await smtp.quit();
		}
	}
});

test("a new password: the old one fails at the very next log-in, open sessions end", async () => {
	const box = await mailbox("neu");
	const open = await new Imap().open();
	assert.ok((await open.login(box.address, box.password)).ok);
	await open.command("SELECT INBOX");
	const ended = open.lines.line().then((line) => line, (error) => error.message);
	const page = await admin.get(`${box.path}/access/new-password`);
	assert.equal((await admin.save(page, "/new-password")).status, 200);
	const imap = await new Imap().open();
	assert.equal((await imap.login(box.address, box.password)).ok, false);
	await imap.logout();
	const fresh = /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", box.address))[1];
	assert.notEqual(fresh, box.password);
	const again = await new Imap().open();
	assert.ok((await again.login(box.address, fresh)).ok);
	await again.logout();
	const late = new Promise((resolve) => setTimeout(() => resolve("still open"), 8000));
	assert.match(await Promise.race([ended, late]), /BYE|hung up/i);
});

test("the database is gone: mail waits, nothing is refused for good; back by itself", async (t) => {
	const box = await mailbox("ausfall");
	stopPart("mariadb");
	t.after(() => startPart("mariadb"));
	const answer = await rcpt(box.address);
	assert.match(answer.text, /^4\d\d/, answer.text);
	// A right password is never called wrong.
	const imap = await new Imap().open();
	const login = imap.login(box.address, box.password);
	await sleep(3000);
	startPart("mariadb");
	assert.match((await login).text, /^OK|UNAVAILABLE/);
	// Postfix bars a database host for a minute, each map by itself; its queue tries again.
	assert.equal((await until(150000, () => outside(box.address, `danach ${stamp}`), ({ code }) => code === 250, 1000)).code, 250);
	assert.match(await read(box, `danach ${stamp}`, 90000), /Guten Tag/);
	reloadPostfix();
});

test("the database was away and was restarted later: no log-in notices the second time", async () => {
	const box = await mailbox("neustart");
	const logIn = async () => {
		const imap = await new Imap().open();
		const { text } = await imap.login(box.address, box.password);
		await imap.logout();
		return text;
	};
	const logIns = () => Promise.all(Array.from({ length: 4 }, logIn));
	await logIns();
	// A pool makes itself a second connection when the first can't be had.
	stopPart("mariadb");
	const waiting = logIns();
	await sleep(3000);
	startPart("mariadb");
	await waiting;
	await until(20000, logIn, (text) => /^OK/.test(text));
	for (let i = 0; i < 3; i++) {
		await logIns();
	}
	stopPart("mariadb");
	startPart("mariadb");
	for (const text of await logIns()) {
		assert.match(text, /^OK/);
	}
	reloadPostfix();
});
