// What else the users of a VIP mailbox are told: that it is deleted or switched off, that one of them
// is deactivated, and where its addresses go. And what is forgotten when a mailbox is purged.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { elements, linksOf, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { Imap } from "./lib/mail.mjs";
import { message } from "./lib/message.mjs";
import { cli, sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

// A staff user who is signed in, with the password of the demo's.
async function newUser(name) {
	const login = `${name.toLowerCase()}.${stamp}.${++count}`;
	sql(`INSERT INTO user (login, name, locale, contact_email, created_at, password_hash)
		SELECT '${login}', '${name}', 'de', '${login}@kontakt.example', 1, password_hash FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	const [[id]] = sql(`SELECT id FROM user WHERE login = '${login}'`);
	return { login, id, path: `/users/${id}`, client: await new Client().signIn(login, env.STAFF_PASSWORD) };
}

// A mailbox with a user.
async function newMailbox(local, user, { vip = "1", domain } = {}) {
	const address = `${local}.${stamp}.${++count}@${domain?.name ?? env.DOMAIN}`;
	const page = domain
		? await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: address.split("@")[0], domain_id: domain.id })
		: await admin.saveMailbox(address.split("@")[0]);
	assert.equal(page.status, 200, textOf(page.text));
	await admin.save(page, page.path, { vip: vip || undefined });
	await admin.save(await admin.get(`${page.path}/assignments`), "/assignments", { user_id: user.id });
	return { address, path: page.path, id: page.path.split("/").pop() };
}

// What a user was told of a mailbox, newest first.
async function told(user, box) {
	const page = await user.client.get("/my");
	const rows = /<h2 id="notices"[\s\S]*$/.exec(page.text)?.[0] ?? "";
	return elements(rows, "tr").map(({ text }) => text).filter((text) => text.includes(box.address));
}

// Waits for a mail in a mailbox that holds such words (ASCII); its subject.
async function mailed(box, words) {
	const password = /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", box.address))[1];
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, password)).ok);
	const source = await imap.waitFor(words);
	await imap.logout();
	return message(source.split("\n").slice(1).join("\r\n")).subject;
}

// How many mails were queued for it so far.
const mailsFor = (box) => sql(`SELECT COUNT(*) FROM task WHERE kind = 'mail' AND address = '${box.address}'`)[0][0];
const save = async (path, fields) => assert.equal((await admin.save(await admin.get(path), path, fields)).status, 200);

test("deleted, and switched off", async () => {
	const user = await newUser("Lea");
	const [box, plain] = [await newMailbox("weg", user), await newMailbox("egal", user, { vip: false })];
	assert.match(await mailed(box, user.login), /Benutzer zugeordnet/);
	const before = mailsFor(box);
	for (const one of [box, plain]) {
		await save(one.path, { active: undefined });
	}
	assert.match((await told(user, box))[0], /inaktiv.*Anna Amann \(admin\)/);
	const goals = async () => linksOf(/<h2 id="notices"[\s\S]*$/.exec((await user.client.get("/my")).text)[0]).filter(({ text }) => text === box.address).map(({ href }) => href);
	assert.deepEqual([...new Set(await goals())], [`${box.path}/access`]);
	assert.equal((await user.client.get(`${box.path}/access`)).status, 200);
	for (const one of [box, plain]) {
		await save(one.path, { active: "1" });
		await admin.save(await admin.get(`${one.path}/delete`), "/delete");
	}
	assert.match((await told(user, box))[0], /gelöscht.*Anna Amann \(admin\)/);
	assert.deepEqual(await goals(), []);
	assert.deepEqual(await told(user, plain), []);
	// Nothing is mailed to where no mail is taken.
	assert.equal(mailsFor(box), before);
});

test("no mail waits for a mailbox that takes none", async () => {
	const user = await newUser("Ina");
	const box = await newMailbox("stumm", user);
	assert.match(await mailed(box, user.login), /Benutzer zugeordnet/);
	const before = mailsFor(box);
	await save(box.path, { active: undefined });
	await admin.submit(await admin.get(`${box.path}/access`), "/access/password");
	assert.match((await told(user, box))[0], /Passwort angezeigt/);
	assert.equal(mailsFor(box), before);
});

test("its domain switched off", async () => {
	const user = await newUser("Dora");
	const name = `vip-${stamp}.example`;
	const page = await admin.save(await admin.get("/domains"), "/domains", { name });
	const box = await newMailbox("chefin", user, { domain: { name, id: page.path.split("/").pop() } });
	await save(page.path, { active: undefined });
	assert.match((await told(user, box))[0], /inaktiv/);
	await save(page.path, { active: "1" });
	assert.equal((await told(user, box)).filter((row) => /inaktiv/.test(row)).length, 1);
});

test("an address moved from one mailbox to another", async () => {
	const [user, other] = [await newUser("Ada"), await newUser("Udo")];
	const [box, goal] = [await newMailbox("quelle", user), await newMailbox("ziel", other)];
	const alias = `chefin.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(box.path), "/aliases", { address: alias });
	assert.match((await told(user, box))[0], new RegExp(`Weitere Adresse angelegt: ${alias}`));
	await admin.save(await admin.get(box.path), "/delete", {});
	assert.match((await told(user, box))[0], new RegExp(`Weitere Adresse entfernt: ${alias}.*Anna Amann`));
	await admin.save(await admin.get(goal.path), "/aliases", { address: alias });
	assert.match((await told(other, goal))[0], new RegExp(`Weitere Adresse angelegt: ${alias}`));
	assert.match(await mailed(goal, alias), /weitere Adresse/);
	assert.match(await mailed(box, alias), /weitere Adresse/);
});

test("one of its users deactivated, by the form and by leaving", async () => {
	const user = await newUser("Ulla");
	const [first, second] = [await newUser("Finn"), await newUser("Sven")];
	const box = await newMailbox("team", user);
	for (const one of [first, second]) {
		await admin.save(await admin.get(`${box.path}/assignments`), "/assignments", { user_id: one.id });
	}
	await save(first.path, { active: undefined });
	await admin.submit(await admin.get(`${second.path}/leave`), "/leave", { deactivate: "1" });
	const rows = await told(user, box);
	assert.match(rows[1], /Benutzer deaktiviert: Finn/);
	assert.match(rows[0], /Benutzer deaktiviert: Sven/);
});

test("purged: the text of its absence note is in no log any more", async () => {
	const secret = `Geheimtext ${stamp}`;
	const [box, kept] = [await admin.saveMailbox(`purge.${stamp}`), await admin.saveMailbox(`bleibt.${stamp}`)];
	for (const { path } of [box, kept]) {
		await admin.submit(await admin.get(`${path}/absence`), "/absence", { active: "1", subject: `Betreff ${secret}`, body: `Text ${secret}`, internal_body: `Intern ${secret}` });
		await admin.submit(await admin.get(`${path}/absence`), "/absence", { subject: "", body: "anders", internal_body: "" });
	}
	const logged = () => sql(`SELECT COUNT(*) FROM change_log WHERE CONCAT_WS(' ', old_value, new_value) LIKE '%${secret}%'`)[0][0];
	assert.equal(logged(), "12");
	await admin.save(await admin.get(`${box.path}/delete`), "/delete");
	cli("mailbox", "purge", `purge.${stamp}@${env.DOMAIN}`);
	assert.equal(logged(), "6");
	// What was changed and by whom stays.
	assert.equal(sql(`SELECT COUNT(*) FROM change_log WHERE mailbox_id = ${box.path.split("/").pop()} AND action = 'absence.changed'`)[0][0], "7");
});
