// Access data whose mail comes back: the page says nicht zugestellt, whoever reports it; nothing else
// that comes to its envelope sender changes that.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { elements, textOf } from "../web/lib/html.mjs";
import { nextTo } from "../web/lib/message.mjs";
import { Smtp } from "../web/lib/mail.mjs";
import { DIR, run, sql, startPart, stopPart, until } from "../web/lib/stack.mjs";
import { OWN_SENDER, mailbox, stamp } from "./lib/box.mjs";
import { one } from "./lib/entry.mjs";

const admin = await adminClient();
const path = (box) => `/mailboxes/${box.id}/access`;

async function send(box, recipient) {
	const answer = await admin.submit(await admin.get(`${path(box)}/send`), "/access/send", { recipient });
	assert.ok(answer.status < 400, textOf(answer.text).slice(0, 300));
	return OWN_SENDER.replace("@", `+b${sql(`SELECT bounce_token FROM access_link WHERE mailbox_id = ${box.id} AND recipient = '${recipient}'`)[0][0]}@`);
}

const stateOf = async (box, recipient) => elements((await admin.get(path(box))).text, "tr").map((row) => row.text).find((text) => text.includes(recipient));

const report = (to, subject, action) => `From: Mail Delivery System <mailer-daemon@welt.example>\nTo: <${to}>\nSubject: ${subject}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nText\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.welt.example\n\nFinal-Recipient: rfc822; wer@welt.example\n${action}\nStatus: 5.1.1\n\n--b--\n`;

async function comesIn(to, message, from = "") {
	const smtp = await new Smtp().open();
	const answer = await smtp.send(from, to, message);
	await smtp.quit();
	assert.equal(answer.code, 250, `${to}: ${answer.text}`);
}

test("a report from outside that says failed; no other mail to that address, and to no other address", async (t) => {
	const [box, reader] = [mailbox("zurueck"), mailbox("absender")];
	const [[domain]] = sql(`SELECT id FROM domain WHERE name = '${env.DOMAIN}'`);
	sql(`INSERT INTO address (address, domain_id, mailbox_id, is_alias, created_at) VALUES ('${OWN_SENDER}', ${domain}, ${reader.id}, 1, 0)`);
	t.after(() => sql(`DELETE FROM address WHERE address = '${OWN_SENDER}' AND mailbox_id = ${reader.id}`));
	const recipient = `neu.${stamp}@welt.example`, other = `andere.${stamp}@welt.example`;
	const sender = await send(box, recipient);
	await send(box, other);
	await nextTo(recipient);
	assert.match(sender, /\+b[0-9a-f]{32}@/);
	const wrong = sender.replace(/\+b./, (text) => `+b${text.at(-1) === "0" ? "1" : "0"}`);
	const harmless = [
		[sender, report(sender, `verzoegert ${stamp}`, "Action: delayed")],
		[sender, report(sender, `zugestellt ${stamp}`, "Action: delivered\nX-Action: failed")],
		[sender, `From: wer@welt.example\nTo: <${sender}>\nSubject: Bin weg\nAuto-Submitted: auto-replied\n\nAction: failed\n`],
		[wrong, report(wrong, `falsch ${stamp}`, "Action: failed")],
		[OWN_SENDER, report(OWN_SENDER, `ohne ${stamp}`, "Action: failed")],
		[sender, report(sender, `mit Absender ${stamp}`, "Action: failed"), "wer@welt.example"],
	];
	for (const [to, message, from] of harmless) {
		await comesIn(to, message, from);
	}
	assert.match(await stateOf(box, recipient), /noch nicht geöffnet/);
	await comesIn(sender.toUpperCase(), report(sender, `gescheitert ${stamp}`, "ACTION:failed"));
	assert.match(await stateOf(box, recipient), /nicht zugestellt, zurückgekommen am \d/);
	assert.match(await stateOf(box, other), /noch nicht geöffnet/);
	assert.equal(one(`gescheitert ${stamp}`).text, null, "a report's text is in the journal");
});

test("what the own mail server gives up", async () => {
	const [box, gone] = [mailbox("eigen"), mailbox("verschwindet")];
	stopPart("dovecot");
	try {
		await send(box, gone.address);
		await until(10000, () => run("postqueue", "-c", `${DIR}/postfix/etc`, "-j"), (queue) => queue.includes(gone.address));
		await admin.save(await admin.get(`/mailboxes/${gone.id}`), `/mailboxes/${gone.id}`, { active: undefined });
	} finally {
		startPart("dovecot");
	}
	assert.match(await stateOf(box, gone.address), /noch nicht geöffnet/);
	// The queue manager keeps what it found out of one recipient for half a minute, if nobody else's mail comes between.
	await comesIn(box.address, `From: wer@welt.example\nTo: <${box.address}>\nSubject: dazwischen ${stamp}\n\nText`, "wer@welt.example");
	const state = await until(60000, () => { run("postqueue", "-c", `${DIR}/postfix/etc`, "-f"); return stateOf(box, gone.address); }, (text) => /nicht zugestellt/.test(text), 1000);
	assert.match(state, /nicht zugestellt, zurückgekommen am \d/);
});
