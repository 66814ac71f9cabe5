// Addresses that are closed, and addresses that come free: no way into the mail system leads past an
// inactive domain, and nobody inherits the mail that was accepted for the one who had an address before.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, env } from "../web/lib/env.mjs";
import { HERE, Smtp } from "../web/lib/mail.mjs";
import { sinkFiles } from "../web/lib/message.mjs";
import { DIR, cli, run, sql, startPart, stopPart, until } from "../web/lib/stack.mjs";
import { filesOf, letter, mailbox, ports, senderAt, sendmail, source, stamp, submission } from "./lib/box.mjs";

const OUTSIDE = "wer@welt.example";
const flush = () => run("postqueue", "-c", `${DIR}/postfix/etc`, "-f");

async function send(to, subject, { port = env.SMTP_PORT, ...options } = {}) {
	const smtp = await new Smtp().open(port, options);
	const answer = await smtp.send(senderAt(port, OUTSIDE), to, letter(`From: <${OUTSIDE}>`, subject));
	await smtp.quit();
	return answer;
}

// What came back to an address outside, by what it says.
const returned = (word) => sinkFiles().map((file) => readFileSync(file, "utf8")).filter((text) => text.includes(word));

test("an alias in an inactive domain of a mailbox elsewhere takes no mail, whichever way it comes", async () => {
	const box = mailbox("anderswo");
	const name = `geschlossen${stamp}.example`;
	const alias = `tor@${name}`;
	cli("domain", "add", name);
	sql(`INSERT INTO address (address, domain_id, mailbox_id, is_alias, created_at) SELECT '${alias}', d.id, ${box.id}, 1, 0 FROM domain d WHERE d.name = '${name}'`);
	assert.equal((await send(alias, "offen")).code, 250);
	assert.ok(await source(box, "offen"));

	// Accepted and expanded before: it is delivered.
	stopPart("dovecot");
	try {
		assert.equal((await send(alias, "vorher")).code, 250);
		sql(`UPDATE domain SET active = 0 WHERE name = '${name}'`);
	} finally {
		startPart("dovecot");
	}
	flush();
	assert.ok(await source(box, "vorher"));

	for (const form of [alias, alias.toUpperCase(), alias.replace("@", "+x@")]) {
		assert.match((await send(form, "zu")).text, /^550 5\.2\.1 /, form);
		assert.match((await send(form, "zu", { port: ports.OWN_PORT, from: HERE })).text, /^550 5\.2\.1 /, form);
		assert.match((await send(form, "zu", { port: ports.ABSENCE_PORT, from: HERE })).text, /^550 5\.2\.1 /, form);
		const smtp = await submission(box);
		assert.match((await smtp.send(box.address, form, letter(`From: <${box.address}>`, "zu"))).text, /^550 5\.2\.1 /, form);
		await smtp.quit();
	}
	const back = `zurueck.${stamp}@welt.example`;
	for (const form of [alias, alias.replace("@", "+x@")]) {
		sendmail(letter(`From: <${back}>`, "zu"), "-f", back, form);
	}
	assert.equal((await until(30000, () => returned(back).filter((text) => text.includes("Status: 5.2.1")), (all) => all.length === 2)).length, 2);
	// The report on a mail that it can't have sent itself.
	sendmail(letter(`From: <${alias}>`, `bericht ${stamp}`), "-f", alias, `niemand.${stamp}@${env.DOMAIN}`);
	const ended = () => readFileSync(`${env.LOG_DIR}/postfix.log`, "utf8").split("\n").filter((line) => line.includes(`to=<${alias}>`) && line.includes("dsn=5.2.1"));
	assert.equal((await until(30000, ended, (lines) => lines.length === 2)).length, 2, "its first mail by sendmail, and the report");
	assert.equal(filesOf(box).length, 2, "what came before");

	sql(`UPDATE domain SET active = 1 WHERE name = '${name}'`);
	assert.equal((await send(alias, "wieder")).code, 250);
	assert.ok(await source(box, "wieder"));
	sendmail(letter(`From: <${back}>`, "auch so"), "-f", back, alias);
	assert.ok(await source(box, "auch so"));
});

test("mail that waits for a mailbox that is purged meanwhile reaches nobody: the address isn't free before it is gone", async () => {
	const box = mailbox("vorbesitzer");
	const back = `wartend.${stamp}@welt.example`;
	stopPart("dovecot");
	try {
		const smtp = await new Smtp().open();
		assert.equal((await smtp.send(back, box.address, letter(`From: <${back}>`, "wartend"))).code, 250);
		await smtp.quit();
		sql(`UPDATE mailbox SET deleted = 1, deleted_at = ROUND(UNIX_TIMESTAMP(NOW(6)) * 1000000) - 5 * 86400 * 1000000 WHERE id = ${box.id}`);
		cli("mailbox", "purge", box.address);
		assert.throws(() => cli("mailbox", "add", box.address), /taken/);
	} finally {
		startPart("dovecot");
	}
	flush();
	assert.equal((await until(30000, () => returned(back), (all) => all.length > 0)).length, 1, "it comes back");
	// What Postfix keeps longest is over a day before the address is free.
	const days = Number(/MAILBOX_ADDRESS_DAYS (\d+)/.exec(readFileSync(join(ROOT, "lib/mailbox/mailbox_delete.h"), "utf8"))[1]);
	for (const name of ["maximal_queue_lifetime", "bounce_queue_lifetime"]) {
		const [, value] = /^(\d+)d$/.exec(run("postconf", "-c", `${DIR}/postfix/etc`, "-h", name).trim());
		assert.ok(Number(value) + 1 <= days, `${name} = ${value}d`);
	}
});
