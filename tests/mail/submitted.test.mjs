// What the mail servers do to a mail on its way: what submission adds and leaves out, and that nothing
// else is touched.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, env } from "../web/lib/env.mjs";
import { Smtp } from "../web/lib/mail.mjs";
import { sinkFiles } from "../web/lib/message.mjs";
import { until } from "../web/lib/stack.mjs";
import { filesOf, mailbox, newMail, sendmail, stamp, submission } from "./lib/box.mjs";

const MAIL_NAME = `mail.${env.DOMAIN}`;
const read = (files) => JSON.parse(execFileSync("/usr/bin/python3", [join(ROOT, "tests/mail/lib/message.py"), ...files], { encoding: "utf8", maxBuffer: 1 << 26 }));
const newest = () => sinkFiles();

// What left for an address outside, as it was written, and where.
async function left(to) {
	const find = () => newest().find((file) => readFileSync(file, "latin1").includes(`X-Envelope-To: <${to}>`));
	const file = await until(15000, find, Boolean);
	assert.ok(file, `nothing left for ${to}`);
	return { file, text: readFileSync(file, "latin1"), headers: read([file])[0].headers };
}

async function stored(box, number = 1) {
	await until(15000, () => filesOf(box).length, (found) => found >= number);
	const files = filesOf(box).map((name) => join(newMail(box), name));
	return files.map((file) => ({ file, text: readFileSync(file, "latin1"), headers: read([file])[0].headers }));
}

async function outside(to, message) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send("wer@welt.example", to, message);
	await smtp.quit();
	assert.equal(answer.code, 250, answer.text);
}

test("submitted mail without Date, Message-ID and From gets them; with them it keeps its own", async () => {
	const box = mailbox("scanner", "Scanner im Flur");
	const bare = `bare.${stamp}@welt.example`, whole = `whole.${stamp}@welt.example`;
	for (const [port, options] of [[env.SUBMISSIONS_PORT, { secure: true }], [env.SUBMISSION_PORT, { startTls: true }]]) {
		const smtp = await new Smtp().open(port, options);
		assert.equal((await smtp.login(box.address, box.password)).code, 235);
		assert.equal((await smtp.send(box.address, `${port}.${bare}`, "Subject: Scan\n\nSeite 1")).code, 250);
		await smtp.quit();
		const { headers } = await left(`${port}.${bare}`);
		assert.equal(headers.date?.length, 1, `Date by port ${port}`);
		assert.ok(!Number.isNaN(Date.parse(headers.date[0])), headers.date[0]);
		assert.match(headers["message-id"]?.join() ?? "", /^<[^<>@\s]+@[^<>@\s]+>$/, `Message-ID by port ${port}`);
		assert.deepEqual(headers.from, [`Scanner im Flur <${box.address}>`]);
		assert.deepEqual(headers.subject, ["Scan"]);
	}
	const own = { date: "Tue, 24 Nov 2026 10:00:00 +0100", "message-id": `<eigene.${stamp}@scanner.example>` };
	const smtp = await submission(box);
	assert.equal((await smtp.send(box.address, whole, `From: ${box.address}\nTo: ${whole}\nDate: ${own.date}\nMessage-ID: ${own["message-id"]}\nSubject: Scan\n\nSeite 1`)).code, 250);
	await smtp.quit();
	const { headers } = await left(whole);
	assert.deepEqual([headers.date, headers["message-id"]], [[own.date], [own["message-id"]]]);
});

test("mail from outside is left as it is, without Date and Message-ID too", async () => {
	const box = mailbox("unberuehrt");
	await outside(box.address, `From: Kunde <wer@welt.example>\nSubject: ohne ${stamp}\n\nGuten Tag`);
	const [{ text, headers }] = await stored(box);
	assert.deepEqual([headers.date, headers["message-id"], headers.to], [undefined, undefined, undefined]);
	assert.match(text, /\n\tfor <[^\n]*\nFrom: Kunde <wer@welt\.example>\nSubject: ohne [^\n]*\n\nGuten Tag\n$/);
});

test("a signed mail with long lines is stored as it was sent, and its signature verifies", async () => {
	const box = mailbox("lang");
	const dir = mkdtempSync(join(tmpdir(), "signed."));
	try {
		const openssl = (args, input) => spawnSync("openssl", args, { cwd: dir, input });
		assert.equal(openssl(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=Kunde/emailAddress=wer@welt.example", "-days", "2"]).status, 0);
		const lines = ["x".repeat(4000), "y".repeat(998), "z".repeat(999), `.${"p".repeat(5000)}`, "ä".repeat(1500), "k".repeat(70000)];
		const part = `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${lines.join("\r\n")}\r\n`;
		writeFileSync(join(dir, "part"), part);
		const signed = openssl(["cms", "-sign", "-binary", "-crlfeol", "-signer", "cert.pem", "-inkey", "key.pem", "-in", "part"]).stdout.toString("utf8");
		assert.match(signed, /multipart\/signed/);
		await outside(box.address, `From: wer@welt.example\nTo: ${box.address}\nSubject: signiert ${stamp}\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n${signed}`);
		const [{ file, text }] = await stored(box);
		const body = Buffer.from(text, "latin1").toString("utf8").split("\n");
		assert.deepEqual(lines.filter((line) => !body.includes(line)).map((line) => line.slice(0, 3)), [], "lines that were broken");
		const verify = (message) => openssl(["cms", "-verify", "-CAfile", "cert.pem", "-purpose", "any"], message);
		const crlf = readFileSync(file, "latin1").replace(/\n/g, "\r\n");
		const good = verify(Buffer.from(crlf, "latin1"));
		assert.equal(good.status, 0, String(good.stderr));
		assert.notEqual(verify(Buffer.from(crlf.replace("xxxx", "xxx\r\n x"), "latin1")).status, 0);
	} finally {
		rmSync(dir, { recursive: true });
	}
});

test("what is submitted doesn't tell the client's address and name; other Received fields stay", async () => {
	const box = mailbox("woher"), colleague = mailbox("woher.kollege");
	const earlier = "Received: from alt.welt.example (alt.welt.example [192.0.2.44])\n\tby mx.welt.example (Postfix) with ESMTPSA id 4XyZ\n\tfor <wer@welt.example>; Tue, 24 Nov 2026 09:59:00 +0100 (CET)";
	const inner = `Content-Type: message/rfc822\n\n${earlier.replace("mx.welt.example", MAIL_NAME)}\nSubject: innen\n\nText`;
	const to = [`woher.${stamp}@welt.example`, colleague.address];
	for (const [port, options] of [[env.SUBMISSIONS_PORT, { secure: true }], [env.SUBMISSION_PORT, { startTls: true }]]) {
		const smtp = await new Smtp().open(port, options);
		await smtp.command("EHLO pc-von-erna.buero.lan");
		assert.equal((await smtp.login(box.address, box.password)).code, 235);
		assert.equal((await smtp.send(box.address, to.map((one) => one.replace("@", `+${port}@`)), `${earlier}\nFrom: ${box.address}\nTo: ${to[0]}\nSubject: woher\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n${inner}\n--b--\n`)).code, 250);
		await smtp.quit();
		const { text, headers } = await left(to[0].replace("@", `+${port}@`));
		assert.equal(headers.received.length, 2);
		assert.match(headers.received[0], new RegExp(`^from localhost \\(localhost \\[127\\.0\\.0\\.1\\]\\)\\s+by ${MAIL_NAME} \\(Postfix\\) with ESMTPSA id \\w+`));
		assert.doesNotMatch(text, /127\.0\.0\.2|erna/);
		assert.match(text.split("\n\n")[0], /192\.0\.2\.44/);
		assert.ok(text.includes(inner), "an attached mail is as it was");
	}
	for (const { text } of await stored(colleague, 2)) {
		assert.doesNotMatch(text, /127\.0\.0\.2|erna/);
	}
	await outside(box.address, `From: wer@welt.example\nSubject: aussen ${stamp}\n\nText`);
	assert.match((await stored(box))[0].headers.received.join("\n"), /from test\.example .*\[127\.0\.0\.2\]/, "outside mail says where it came from");
});

test("programs of this machine: sendmail's mails have Date and Message-ID", async () => {
	const box = mailbox("cron");
	sendmail(`From: cron@${env.DOMAIN}\nTo: ${box.address}\nSubject: cron ${stamp}\n\nfertig\n`, "-f", box.address, box.address);
	const [{ headers }] = await stored(box);
	assert.deepEqual([headers.date?.length, headers["message-id"]?.length], [1, 1]);
});
