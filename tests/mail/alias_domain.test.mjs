// Alias domains: every address of one is that of the other, for receiving and sending, from the moment
// that it is said.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { assertFound } from "../web/lib/found.mjs";
import { formsOf, textOf } from "../web/lib/html.mjs";
import { Imap, Smtp, rcpt } from "../web/lib/mail.mjs";
import { cli, sql, until } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();

async function newDomain(name) {
	const page = await admin.save(await admin.get("/domains"), "/domains", { name });
	return { name, path: page.path, id: page.path.split("/").pop() };
}
const main = await newDomain(`haupt-${stamp}.example`);
const other = await newDomain(`auch-${stamp}.example`);
const third = await newDomain(`dritte-${stamp}.example`);

async function create(local, domain = main) {
	const page = await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: local, domain_id: domain.id });
	assert.equal(page.status, 200, textOf(page.text));
	const address = `${local}@${domain.name}`;
	return { address, local, path: page.path, id: page.path.split("/").pop(), password: /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1] };
}
const set = async (domain, fields) => admin.save(await admin.get(domain.path), domain.path, fields);
const at = (local, domain = other) => `${local}@${domain.name}`;

test("mailboxes and further addresses, those that come later and go, extensions, states, sending, the journal", async () => {
	const before = await create("vorher");
	await set(other, { postmaster: before.address });
	assert.match((await rcpt(at("vorher"))).text, /^550 5\.1\.1/);
	assert.equal((await set(other, { alias_of: main.id })).status, 200);
	const box = await create("nachher");
	await admin.save(await admin.get(box.path), "/aliases", { address: at("weiter", main) });
	for (const local of ["vorher", "nachher", "weiter", "NACHHER", "nachher+x"]) {
		assert.equal((await rcpt(at(local))).code, 250, local);
	}
	assert.match((await rcpt(at("unbekannt"))).text, /^550 5\.1\.1/);
	// postmaster@ is the other domain's, who has none yet.
	assert.match((await rcpt(at("postmaster"))).text, /^550 5\.1\.1/);
	assert.equal((await set(main, { postmaster: before.address })).status, 200);
	assertFound(["vorher"]);
	assert.equal((await rcpt(at("abuse"))).code, 250);
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	assert.equal((await smtp.login(before.address, before.password)).code, 235);
	assert.equal((await smtp.send(at("vorher"), at("weiter"), `From: <${at("vorher")}>\nTo: <${at("weiter")}>\nSubject: anders ${stamp}\n\nx`)).code, 250);
	await smtp.quit();
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	const got = await imap.waitFor(`anders ${stamp}`);
	assert.match(got, new RegExp(`From: .*${at("vorher")}`));
	await imap.logout();
	const rows = sql(`SELECT b.mailbox_id, b.role FROM journal_entry e JOIN journal_mailbox b ON b.entry_id = e.id WHERE e.subject = 'anders ${stamp}' ORDER BY b.role`);
	assert.deepEqual(rows, [[before.id, "0"], [box.id, "1"]]);
	const log = new Imap();
	await log.open();
	assert.equal((await log.login(at("vorher"), before.password)).ok, false, "log-in stays with the main address");
	// Gone with the further address; renamed, both names.
	const alias = formsOf((await admin.get(box.path)).text).find(({ action }) => /aliases\/\d+\/delete$/.test(action));
	await admin.save(await admin.get(box.path), alias.action);
	assert.match((await rcpt(at("weiter"))).text, /^550 5\.1\.1/);
	await admin.save(await admin.get(`${box.path}/address`), "/address", { local_part: "neu" });
	for (const local of ["neu", "nachher"]) {
		assert.equal((await rcpt(at(local))).code, 250, local);
	}
	// The page of the mailbox lists the domain, not each address.
	const page = textOf((await admin.get(box.path)).text);
	assert.match(page, new RegExp(`gilt auch in der Alias-Domain ${other.name}`));
	assert.ok(!page.includes(at("neu")));
	await admin.save(await admin.get(box.path), box.path, { active: undefined });
	assert.match((await until(2000, () => rcpt(at("neu")), ({ code }) => code === 550)).text, /^550 5\.2\.1/);
	await set(other, { active: undefined });
	assert.match((await until(2000, () => rcpt(at("vorher")), ({ code }) => code === 550)).text, /^550 5\.2\.1/);
	assert.equal((await rcpt(before.address)).code, 250);
	await set(other, { active: "1" });
});

test("the absence note answers mail to it, and its catch-all is the other one's", async () => {
	const box = await create("weg");
	await admin.save(await admin.get(`${box.path}/absence`), "/absence", { active: "1", subject: "", body: "Bin weg." });
	const [[script]] = sql(`SELECT script FROM absence WHERE mailbox_id = ${box.id}`);
	assert.ok(script.includes(at("weg")));
	await set(main, { catch_all: box.address });
	assert.equal((await rcpt(at("wer.weiss"))).code, 250);
	await set(main, { catch_all: "" });
	assert.match((await rcpt(at("wer.weiss"))).text, /^550 5\.1\.1/);
});

test("what can't be: loops, addresses of its own, new addresses in it; taken away again", async () => {
	const refused = async (domain, of, text) => {
		const answer = await set(domain, { alias_of: of });
		assert.equal(answer.status, 422);
		assert.match(textOf(answer.text), text);
	};
	await refused(main, third.id, /nicht selbst Alias-Domains haben/);
	const direct = async (domain, of) => admin.post(domain.path, { csrf: await admin.token(), version: sql(`SELECT version FROM domain WHERE id = ${domain.id}`)[0][0], active: "1", alias_of: of });
	for (const [domain, of] of [[third, other.id], [third, third.id], [third, "999999"], [third, "x"]]) {
		assert.equal((await direct(domain, of)).status, 422, of);
	}
	await create("schon.da", third);
	await refused(third, main.id, /schon Adressen/);
	// All or nothing: what stands beside it isn't saved either.
	const before = sql(`SELECT active, version FROM domain WHERE id = ${third.id}`);
	assert.equal((await set(third, { active: undefined, alias_of: main.id })).status, 422);
	assert.deepEqual(sql(`SELECT active, version FROM domain WHERE id = ${third.id}`), before);
	assert.deepEqual(sql(`SELECT COUNT(*) FROM change_log WHERE subject = '${third.name}' AND action = 'domain.changed'`), [["0"]]);
	const both = await set(third, { postmaster: "niemand@nirgends.example", catch_all: "keiner@nirgends.example" });
	assert.ok(both.status === 422 && both.text.includes('id="postmaster-error"') && both.text.includes('id="catch_all-error"'));
	assert.ok(!(await admin.get("/mailboxes/new")).text.includes(`>${other.name}<`));
	const box = await create("nur.hier");
	const alias = await admin.save(await admin.get(box.path), "/aliases", { address: at("eigene") });
	assert.equal(alias.status, 422);
	assert.match(textOf(alias.text), /Alias-Domain/);
	assert.match(textOf((await admin.get("/domains")).text), new RegExp(`${other.name} aktiv Alias-Domain von ${main.name}`));
	await set(other, { alias_of: "" });
	assert.match((await rcpt(at("vorher"))).text, /^550 5\.1\.1/);
	assert.equal((await rcpt(at("vorher", main))).code, 250);
	assert.deepEqual(sql(`SELECT address FROM address WHERE domain_id = ${other.id}`), []);
	assert.match(textOf((await admin.get(`/changes?q=${other.name}`)).text), new RegExp(`Domain geändert: Alias-Domain von\\s+${main.name}`));
});
