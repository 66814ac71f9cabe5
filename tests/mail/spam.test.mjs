// A spam filter: its milter stands before the journal and on port 25 alone; what it marked goes to Junk
// and gets no absence note. In its place a milter that Debian has: opendkim, which refuses bad signatures.
import test from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { Imap, Smtp } from "../web/lib/mail.mjs";
import { sinkFiles } from "../web/lib/message.mjs";
import { DIR, reloadPostfix, run, until } from "../web/lib/stack.mjs";
import { filesOf, mailbox, sendmail, source, stamp, submission } from "./lib/box.mjs";
import { entries, one } from "./lib/entry.mjs";

const SIGNATURE = "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=welt.example; s=keiner; h=from;\n\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\n";

async function outside(box, subject, headers = "", from = "wer@welt.example") {
	const smtp = await new Smtp().open();
	const answer = await smtp.send(from, box.address, `${headers}From: <${from}>\nTo: <${box.address}>\nSubject: ${subject}\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n\nText`);
	await smtp.quit();
	return answer;
}

const junkOf = (box) => {
	try {
		return readdirSync(join(DIR, "mail", box.id, "Maildir/.Junk/new"));
	} catch {
		return [];
	}
};
const repliesTo = (address) => sinkFiles().filter((file) => readFileSync(file, "latin1").includes(`X-Envelope-To: <${address}>`)).length;

test("what a filter marked goes to Junk, is a journal entry, and gets no note; the rest doesn't", async () => {
	const box = mailbox("spam");
	const admin = await adminClient();
	assert.equal((await admin.submit(await admin.get(`/mailboxes/${box.id}/absence`), "/absence", { active: "1", body: "Bin weg" })).status, 303);
	const marked = ["X-Spam: Yes", "X-Spam-Flag: YES", "X-Spam-Status: Yes, score=15.2 required=15.0", "x-spam: yes"];
	const clean = ["X-Spam: No", "X-Spam-Flag: NO", "X-Spam-Status: No, score=0.1", "X-Spam-Level: ****", "Subject-X: yes"];
	for (const [i, header] of [...marked, ...clean].entries()) {
		assert.equal((await outside(box, `marke ${i} ${stamp}`, `${header}\n`, `kunde${i}.${stamp}@welt.example`)).code, 250);
	}
	await until(20000, () => junkOf(box).length + filesOf(box).length, (count) => count === marked.length + clean.length);
	assert.deepEqual([junkOf(box).length, filesOf(box).length], [marked.length, clean.length]);
	const answered = (i) => repliesTo(`kunde${i}.${stamp}@welt.example`);
	await until(15000, () => clean.every((_, i) => answered(marked.length + i) === 1), Boolean);
	assert.deepEqual([...marked, ...clean].map((_, i) => answered(i)), [...marked.map(() => 0), ...clean.map(() => 1)]);
	assert.ok(one(`marke 0 ${stamp}`));
	// A mail program finds it where its spam is.
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	assert.match((await imap.command("STATUS Junk (MESSAGES)")).lines.join(), new RegExp(`MESSAGES ${marked.length}`));
	await imap.logout();
	assert.equal((await admin.submit(await admin.get(`/mailboxes/${box.id}/absence`), "/absence", { active: undefined })).status, 303);
});

test("its milter sees what comes in on port 25 and nothing else, before the journal", async (t) => {
	const home = mkdtempSync(join(DIR, "filter."));
	run("chmod", "755", home);
	writeFileSync(`${home}/keys`, "x._domainkey.nirgends.example v=DKIM1; p=\n");
	writeFileSync(`${home}/conf`, `Background no\nRequireSafeKeys no\nSyslog no\nUMask 000\nMode v\nTestPublicKeys ${home}/keys\nSocket local:${home}/socket\nAlwaysAddARHeader yes\nAuthservID filter.example\nOn-KeyNotFound reject\nOn-BadSignature reject\nOn-SignatureError reject\nInternalHosts 192.0.2.1\n`);
	const filter = spawn("opendkim", ["-x", `${home}/conf`], { stdio: "inherit" });
	const ended = once(filter, "exit");
	const set = (value) => {
		run("postconf", "-c", `${DIR}/postfix/etc`, "-e", `poststelle_milter_spam=${value}`);
		reloadPostfix();
	};
	t.after(async () => {
		set("");
		filter.kill();
		await ended;
		rmSync(home, { recursive: true });
	});
	assert.ok(await until(10000, () => readdirSync(home).includes("socket"), Boolean));
	set(`unix:${home}/socket`);
	const box = mailbox("filter");
	const seen = /^Authentication-Results: filter\.example/m;
	assert.equal((await until(10000, () => outside(box, `gut ${stamp}`).catch(() => null), Boolean)).code, 250);
	assert.match(await source(box, `gut ${stamp}`), seen);
	const refused = await outside(box, `schlecht ${stamp}`, SIGNATURE);
	assert.equal(Math.floor(refused.code / 100), 5, refused.text);
	assert.deepEqual(entries(`schlecht ${stamp}`), [], "what the filter refused is in the journal");
	assert.ok(one(`gut ${stamp}`));
	const smtp = await submission(box);
	assert.equal((await smtp.send(box.address, box.address, `${SIGNATURE}From: <${box.address}>\nTo: <${box.address}>\nSubject: gesendet ${stamp}\n\nText`)).code, 250);
	await smtp.quit();
	assert.doesNotMatch(await source(box, `gesendet ${stamp}`), seen);
	sendmail(`${SIGNATURE}From: cron@${env.DOMAIN}\nTo: ${box.address}\nSubject: lokal ${stamp}\n\nText\n`, "-f", box.address, box.address);
	assert.doesNotMatch(await source(box, `lokal ${stamp}`), seen);
	// A filter that is away lets nothing pass it by.
	filter.kill("SIGKILL");
	await ended;
	assert.equal((await outside(box, `ohne ${stamp}`)).code, 451);
	assert.deepEqual(entries(`ohne ${stamp}`), []);
});
