// A domain with umlauts: its users log in as people write it and as A-label, by IMAP, POP3 and SMTP
// (imaplib, poplib and own clients), and send as either; nobody else gets in by it.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Imap, Pop3, Smtp } from "../web/lib/mail.mjs";
import { env } from "../web/lib/env.mjs";
import { cli, sql, until } from "../web/lib/stack.mjs";
import { filesOf, letter, mailbox, source, stamp } from "./lib/box.mjs";

const TYPED = `fähr-büro${stamp}.example`;
cli("domain", "add", TYPED);
const [[STORED]] = sql(`SELECT name FROM domain WHERE display_name = '${TYPED}'`);

function umlautBox(local) {
	cli("mailbox", "add", `${local}@${TYPED}`);
	const address = `${local}@${STORED}`;
	const password = /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", `${local}@${TYPED}`))[1];
	return { address, password, typed: `${local}@${TYPED}`, id: sql(`SELECT id FROM mailbox WHERE address = '${address}'`)[0][0] };
}

const box = umlautBox("info");
const colleague = umlautBox("kasse");
sql(`INSERT INTO address (address, domain_id, mailbox_id, is_alias, created_at) SELECT 'auch@${STORED}', domain_id, id, 1, 0 FROM mailbox WHERE id = ${box.id}`);
const reader = mailbox("umlaut.leser");

const spellings = (local) => {
	const typed = `${local}@${TYPED}`;
	return [typed, `${local}@${STORED}`, typed.toUpperCase(), `${local}@${TYPED.toUpperCase()}`, typed.replace("ä", "Ä"),
		typed.normalize("NFD"), typed.toUpperCase().normalize("NFD"), `${local}@${STORED}`.toUpperCase()];
};
// What is no spelling of it: another encoding, other letters, other characters around it.
const STRANGERS = [`info@f\u00e4hr-buro${stamp}.example`, `info@fahr-buro${stamp}.example`, `info@faehr-buero${stamp}.example`, `inf\u00f6@${TYPED}`,
	`info @${TYPED}`, `info@${TYPED}.`, `info@${TYPED}@${TYPED}`, `info'@${TYPED}`, `info@${TYPED}' OR '1'='1`, `info@${TYPED}\\`, `%u@${TYPED}`, `@${TYPED}`, TYPED, "info@", `info\u200b@${TYPED}`];

const plain = (user, password, encoding = "utf8") => Buffer.from(`\0${user}\0${password}`, encoding).toString("base64");

// Python's clients, which know nothing of ours: the subjects of the INBOX, by IMAP and POP3.
const read = (logins) => JSON.parse(execFileSync("python3", ["-c", `
import imaplib, json, poplib, re, ssl, sys
context = ssl._create_unverified_context()
ports = json.loads(sys.argv[1])
def subject(octets):
    return re.search(rb"(?im)^Subject: (.*?)\\r?$", octets).group(1).decode()
found = []
for user, password in json.load(sys.stdin):
    imap = imaplib.IMAP4_SSL("127.0.0.1", ports[0], ssl_context=context)
    imap.authenticate("PLAIN", lambda challenge: ("\\0%s\\0%s" % (user, password)).encode())
    imap.select("INBOX", readonly=True)
    by_imap = [subject(imap.fetch(n, "(BODY.PEEK[HEADER])")[1][0][1]) for n in imap.search(None, "ALL")[1][0].decode().split()]
    imap.logout()
    pop = poplib.POP3_SSL("127.0.0.1", ports[1], context=context)
    pop.user(user)
    pop.pass_(password)
    by_pop = [subject(b"\\r\\n".join(pop.top(n + 1, 0)[1])) for n in range(len(pop.list()[1]))]
    pop.quit()
    found.append([by_imap, by_pop])
print(json.dumps(found))`, JSON.stringify([Number(env.IMAPS_PORT), Number(env.POP3S_PORT)])], { input: JSON.stringify(logins), encoding: "utf8" }));

async function smtpLogin(user, password, encoding) {
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	const answer = await smtp.command(`AUTH PLAIN ${plain(user, password, encoding)}`);
	return { smtp, code: answer.code };
}

test("log-in by IMAP, POP3 and SMTP in every spelling: the same mailbox", async () => {
	const subject = `Ankunft ${stamp}`;
	const outside = await new Smtp().open(env.SMTP_PORT);
	assert.equal((await outside.send("wer@welt.example", box.address, letter("From: wer@welt.example", subject))).code, 250);
	await outside.quit();
	await source(box, subject);
	const all = spellings("info");
	assert.deepEqual(read(all.map((user) => [user, box.password])), all.map(() => [[subject], [subject]]));
	for (const user of all) {
		for (const [port, options] of [[env.SUBMISSIONS_PORT, { secure: true }], [env.SUBMISSION_PORT, { startTls: true }]]) {
			const smtp = await new Smtp().open(port, options);
			assert.equal((await smtp.login(user, box.password)).code, 235, user);
			await smtp.quit();
		}
	}
	// AUTH LOGIN, and IMAP's own LOGIN with a literal
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	assert.equal((await smtp.command("AUTH LOGIN")).code, 334);
	assert.equal((await smtp.command(Buffer.from(box.typed).toString("base64"))).code, 334);
	assert.equal((await smtp.command(Buffer.from(box.password).toString("base64"))).code, 235);
	await smtp.quit();
	const imap = await new Imap().open();
	assert.ok((await imap.command(`LOGIN {${Buffer.byteLength(box.typed)}+}\r\n${box.typed} ${box.password}`)).ok);
	await imap.logout();
});

test("what is no spelling of it, and wrong passwords: a plain refusal everywhere, never a temporary failure", async () => {
	const tries = [...STRANGERS.map((user) => [user, box.password, "utf8"]), [box.typed, box.password, "latin1"], [box.typed, colleague.password, "utf8"],
		[box.typed.normalize("NFD"), "falsch", "utf8"], [colleague.typed, box.password, "utf8"], [`auch@${TYPED}`, box.password, "utf8"]];
	await Promise.all(tries.map(async ([user, password, encoding]) => {
		const imap = await new Imap().open();
		assert.match((await imap.command(`AUTHENTICATE PLAIN ${plain(user, password, encoding)}`)).text, /^NO \[AUTHENTICATIONFAILED\]/, `IMAP ${user}`);
		await imap.logout();
		const pop3 = await new Pop3().open();
		if (encoding === "utf8") {
			assert.match(await pop3.login(user, password), /^-ERR \[AUTH\]/, `POP3 ${user}`);
		}
		await pop3.quit();
		const { smtp, code } = await smtpLogin(user, password, encoding);
		assert.equal(code, 535, `SMTP ${user}`);
		await smtp.quit();
	}));
});

test("sending: every spelling of an own address is taken as envelope sender and in From; a colleague's is not", async () => {
	for (const [n, sender] of [...spellings("info"), ...spellings("auch"), `info+x@${TYPED}`].entries()) {
		const { smtp, code } = await smtpLogin(box.typed, box.password);
		assert.equal(code, 235);
		const subject = `${n}. Schreibweise ${stamp}`;
		assert.equal((await smtp.send(sender, reader.address, letter(`From: Büro <${sender}>`, subject))).code, 250, sender);
		await smtp.quit();
		const mail = await source(reader, subject);
		const expected = `${sender.split("@")[0].toLowerCase()}@${STORED}`;
		assert.equal(/^Return-Path: <(.*)>/m.exec(mail)?.[1].toLowerCase(), expected, sender);
		assert.equal(/^From: [\s\S]*?<(.*)>/m.exec(mail)?.[1].toLowerCase(), expected, sender);
	}
	const { smtp } = await smtpLogin(box.typed, box.password);
	for (const sender of [...spellings("kasse"), `niemand@${TYPED}`, reader.address]) {
		await smtp.command(`MAIL FROM:<${sender}>`);
		assert.match((await smtp.command(`RCPT TO:<${reader.address}>`)).text, /^553 5\.7\.1 /, sender);
		await smtp.command("RSET");
	}
	// A domain with umlauts that isn't the office's: no server here takes it unencoded.
	assert.match((await smtp.command(`MAIL FROM:<info@fähr-buro${stamp}.example>`)).text, /^501 5\.1\.7 /);
	await smtp.quit();
	// In From, with the own address around it
	const again = (await smtpLogin(box.address, box.password)).smtp;
	assert.match((await again.send(box.address, reader.address, letter(`From: <${colleague.typed}>`, "fremd"))).text, /^550 5\.7\.1 /);
	await again.quit();
});

test("the journal knows the sender, whichever way it was written", async () => {
	const entries = await until(5000, () => sql(`SELECT e.subject FROM journal_entry e WHERE e.sender_id = ${box.id}`).flat(), (found) => found.length >= 17);
	assert.equal(entries.filter((subject) => subject.includes(`Schreibweise ${stamp}`)).length, 17);
});

test("from outside nobody is an address of the domain, in any spelling", async () => {
	const smtp = await new Smtp().open(env.SMTP_PORT);
	for (const sender of [...spellings("info"), `niemand@${TYPED}`]) {
		assert.match((await smtp.command(`MAIL FROM:<${sender}>`)).text + (await smtp.command(`RCPT TO:<${reader.address}>`)).text, /553 5\.7\.1 /, sender);
		await smtp.command("RSET");
	}
	await smtp.quit();
});

test("recipients: every spelling reaches the mailbox, from outside, unencoded as well", async () => {
	for (const [n, to] of [...spellings("info"), `auch@${TYPED}`, `info+y@${TYPED}`].entries()) {
		const subject = `An ${n} ${stamp}`;
		const smtp = await new Smtp().open(env.SMTP_PORT);
		const answer = await smtp.send("wer@welt.example", to, letter("From: wer@welt.example", subject));
		assert.equal(answer.code, 250, `${to}: ${answer.text}`);
		await smtp.quit();
		await source(box, subject);
	}
	const before = filesOf(box).length;
	const smtp = await new Smtp().open(env.SMTP_PORT);
	await smtp.command("MAIL FROM:<wer@welt.example>");
	assert.match((await smtp.command(`RCPT TO:<niemand@${TYPED}>`)).text, /^550 5\.1\.1 /);
	sql(`UPDATE mailbox SET active = 0 WHERE id = ${colleague.id}`);
	assert.match((await smtp.command(`RCPT TO:<${colleague.typed}>`)).text, /^550 5\.2\.1 /);
	sql(`UPDATE mailbox SET active = 1 WHERE id = ${colleague.id}`);
	assert.equal((await smtp.command(`RCPT TO:<${colleague.typed}>`)).code, 250);
	await smtp.quit();
	assert.equal(filesOf(box).length, before);
});
