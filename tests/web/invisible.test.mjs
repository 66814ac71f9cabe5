// Characters that nobody sees come along when an address is copied: at the edge of a line they go, within a
// log-in or an address they are refused with a message that says what they are.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient, Client } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { errorsOf } from "./lib/html.mjs";
import { nextTo } from "./lib/message.mjs";
import { sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const EDGES = ["\u00a0", "\u200b", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202a", "\u2060", "\u3000", "\u2003", "\u200d", " \u200b\u00a0 "];
const INSIDE = ["\u00a0", "\u200b", "\ufeff", "\u00ad", "\u200e", "\u2060", "\u200d"];
const box = await admin.saveMailbox(`unsichtbar.${stamp}`);
const id = box.path.split("/").pop();
const user = (fields) => admin.get("/users/new").then((page) => admin.submit(page, "/users/new", { name: "Ursula Sichtbar", ...fields }));
const refused = (answer, field) => {
	assert.equal(answer.status, 422);
	assert.match(errorsOf(answer.text).byField[field] ?? "", /unsichtbares Zeichen/);
};

test("at the edge they are stripped: addresses, names, log-ins, searches", async () => {
	for (const [n, edge] of EDGES.entries()) {
		const around = (text) => `${edge}${text}${edge}`;
		const name = `rand${n}.${stamp}`;
		assert.equal((await admin.newMailbox(around(name))).status, 303, `mailbox ${JSON.stringify(edge)}`);
		const made = sql(`SELECT id FROM mailbox WHERE address = '${name}@${env.DOMAIN}'`);
		assert.equal(made.length, 1);
		assert.equal((await admin.submit(await admin.get(box.path), "/aliases", { address: around(`${name}.auch@${env.DOMAIN}`) })).status, 303);
		assert.equal((await admin.submit(await admin.get(box.path), box.path, { email_name: around("Max Muster") })).status, 303);
		assert.equal(sql(`SELECT HEX(email_name) FROM mailbox WHERE id = ${id}`)[0][0], Buffer.from("Max Muster").toString("hex").toUpperCase());
		assert.equal((await user({ login: around(`u${name}`), contact_email: around(`${name}@kontakt.example`) })).status, 303);
		assert.deepEqual(sql(`SELECT login, contact_email FROM user WHERE login = 'u${name}'`), [[`u${name}`, `${name}@kontakt.example`]]);
		assert.ok((await admin.get(`/mailboxes?q=${encodeURIComponent(around(name))}`)).text.includes(`${name}@${env.DOMAIN}`));
		await admin.save(await admin.get(`/mailboxes/${made[0][0]}/delete`), "/delete");
	}
	assert.equal((await admin.submit(await admin.get("/domains"), "/domains", { name: `\u200brand-${stamp}.example\u00a0` })).status, 303);
	const recipient = `kopiert.${stamp}@kontakt.example`;
	assert.equal((await admin.submit(await admin.get(`${box.path}/access/send`), "/send", { recipient: `\u200b${recipient}\ufeff` })).status < 400, true);
	await nextTo(recipient);
	await new Client().signIn(`\u200b${env.ADMIN_LOGIN}\u00a0`);
});

test("within a log-in or an address they are refused, and nothing is saved", async () => {
	for (const inside of INSIDE) {
		const name = `in${inside}nen.${stamp}`;
		refused(await admin.newMailbox(name), "local_part");
		refused(await admin.submit(await admin.get(box.path), "/aliases", { address: `${name}@${env.DOMAIN}` }), "address");
		refused(await user({ login: name, contact_email: "wer@kontakt.example" }), "login");
		refused(await user({ login: `gut.${stamp}`, contact_email: `${name}@kontakt.example` }), "contact_email");
		refused(await user({ login: `gut.${stamp}`, contact_email: `wer@kon${inside}takt.example` }), "contact_email");
		refused(await admin.submit(await admin.get("/domains"), "/domains", { name: `in${inside}nen-${stamp}.example` }), "name");
		refused(await admin.submit(await admin.get(`${box.path}/access/send`), "/send", { recipient: `${name}@kontakt.example` }), "recipient");
	}
	assert.equal(sql(`SELECT COUNT(*) FROM user WHERE login LIKE '%nen.${stamp}' OR login = 'gut.${stamp}'`)[0][0], "0");
	assert.equal(sql(`SELECT COUNT(*) FROM domain WHERE display_name LIKE '%nen-${stamp}%'`)[0][0], "0");
});
