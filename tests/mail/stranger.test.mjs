// Who isn't logged in is nobody of the office: no envelope sender in a domain of it is taken from
// outside, whether the address exists or not, and no bare postmaster that nobody has.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { env } from "../web/lib/env.mjs";
import { HERE, Smtp } from "../web/lib/mail.mjs";
import { DIR, cli, sql, until } from "../web/lib/stack.mjs";
import { OWN_SENDER, alias, filesOf, letter, mailbox, ports, sendmail, source, stamp } from "./lib/box.mjs";

const box = mailbox("fremder");
const other = alias(box, "fremder.auch");
const UMLAUTS = { typed: `größe${stamp}.example`, stored: "" };
const CLOSED = `zu${stamp}.example`;

cli("domain", "add", UMLAUTS.typed);
cli("domain", "add", CLOSED);
UMLAUTS.stored = sql(`SELECT name FROM domain WHERE display_name = '${UMLAUTS.typed}'`)[0][0];
sql(`UPDATE domain SET active = 0 WHERE name = '${CLOSED}'`);

// The answer to RCPT TO (or to MAIL FROM, if that is refused).
async function answer(sender, recipient = box.address, { port = env.SMTP_PORT, ...options } = {}) {
	const smtp = await new Smtp().open(port, options);
	const first = await smtp.command(`MAIL FROM:<${sender}>`);
	const then = first.code < 400 ? await smtp.command(`RCPT TO:<${recipient}>`) : first;
	await smtp.quit();
	return then;
}

test("an address of the office as envelope sender from outside: 553, whatever it is and however it is written", async () => {
	const inactive = mailbox("fremder.inaktiv");
	const deleted = mailbox("fremder.weg");
	sql(`UPDATE mailbox SET active = 0 WHERE id = ${inactive.id}; UPDATE mailbox SET deleted = 1, deleted_at = 1 WHERE id = ${deleted.id}`);
	const [local, domain] = box.address.split("@");
	const senders = [
		box.address, other, inactive.address, deleted.address, `niemand.${stamp}@${domain}`, `postmaster@${domain}`,
		`wer@${CLOSED}`, `wer@${UMLAUTS.stored}`, `wer@${UMLAUTS.stored.toUpperCase()}`,
		box.address.toUpperCase(), `${local}+x@${domain}`, `"${local}"@${domain}`, `"in fo"@${domain}`, `${local}\\@${domain}`, `"\\f\\remder"@${domain}`,
		`@a.example:${box.address}`, `@a.example,@${domain}:${box.address}`, `${local}%${domain}@${domain}`, `${local}%${domain}@[127.0.0.1]`, `wer%a.example@${domain}`,
		`${domain}!${local}@[127.0.0.1]`, `wer@a.example@${domain}`, `"${box.address}"`, `${box.address}.`, ` ${local} @ ${domain} `,
		// without a domain they would get the office's
		"niemand", "postmaster", `${local}%${domain}`, `${domain}!${local}`,
	];
	for (const sender of senders) {
		assert.match((await answer(sender)).text, /^553 5\.7\.1 /, sender);
	}
	// Umlauts, which this server doesn't offer to take.
	assert.match((await answer(`wer@${UMLAUTS.typed}`)).text, /^5\d\d 5\.\d\.\d /);
	for (const sender of ["", "wer@welt.example", `wer@sub.${domain}`, `${domain}@welt.example`, `"${box.address}"@welt.example`, `${local}@x${domain}`]) {
		assert.equal((await answer(sender)).code, 250, sender);
	}
	assert.equal((await answer("wer@welt.example", box.address, { startTls: true })).code, 250);
	assert.equal((await answer(box.address, box.address, { startTls: true })).code, 553);
});

test("a client in the file of exceptions sends in the office's name, others don't; Postfix reads it by itself", async (t) => {
	const file = `${DIR}/postfix/etc/office_senders.cidr`;
	const before = readFileSync(file, "utf8");
	t.after(() => writeFileSync(file, before));
	assert.match(before, /^(#.*\n|\n)+$/, "shipped without an exception");
	writeFileSync(file, `${before}127.0.0.2/31\tOK\n`);
	const sender = `rundbrief.${stamp}@${env.DOMAIN}`;
	assert.equal((await until(150000, () => answer(sender), ({ code }) => code === 250)).code, 250);
	assert.equal((await answer("wer@welt.example")).code, 250);
	assert.equal((await answer(sender, "wer@anderswo.example")).code, 554, "it relays nothing");
	assert.equal((await answer(sender, box.address, { from: HERE })).code, 553);
	writeFileSync(file, before);
	assert.equal((await until(150000, () => answer(sender), ({ code }) => code === 553)).code, 553);
});

test("services of this machine send as before: Poststelle's own mails, absence notes, sendmail", async () => {
	const from = OWN_SENDER;
	for (const [port, sender] of [[ports.OWN_PORT, from], [ports.ABSENCE_PORT, ""]]) {
		const smtp = await new Smtp().open(port, { from: HERE });
		assert.equal((await smtp.send(sender, box.address, letter(`From: <${from}>`, `dienst ${port} ${sender}`))).code, 250);
		await smtp.quit();
	}
	sendmail(letter(`From: <${box.address}>`, "dienst sendmail"), "-f", box.address, box.address);
	assert.ok(await source(box, "dienst sendmail"));
	assert.equal((await until(20000, () => filesOf(box), (files) => files.length === 3)).length, 3);
});

test("a bare postmaster is an address like any other: refused while nobody has it", async (t) => {
	const origin = "postmaster";
	const forms = ["postmaster", "PostMaster", "\"postmaster\"", "\"post\\master\"", "post\\master", " postmaster ", "@a.example:postmaster", "@a.example,@b.example:postmaster"];
	for (const form of forms) {
		assert.match((await answer("wer@welt.example", form)).text, /^550 5\.1\.1 /, form);
		assert.match((await answer(OWN_SENDER, form, { port: ports.OWN_PORT, from: HERE })).text, /^550 5\.1\.1 /, form);
	}
	const { id, address } = mailbox("fremder.post");
	sql(`INSERT INTO address (address, domain_id, mailbox_id, is_alias, created_at) SELECT '${origin}@${env.DOMAIN}', domain_id, id, 1, 0 FROM mailbox WHERE id = ${id}`);
	t.after(() => sql(`DELETE FROM address WHERE address = '${origin}@${env.DOMAIN}'`));
	for (const form of forms) {
		assert.equal((await answer("wer@welt.example", form)).code, 250, form);
	}
	sql(`UPDATE mailbox SET active = 0 WHERE address = '${address}'`);
	assert.match((await answer("wer@welt.example", "postmaster")).text, /^550 5\.2\.1 /);
});
