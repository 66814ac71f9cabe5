// Umbenennen: a new main address; the old one stays as a further one, and so does everything that
// hangs on the mailbox.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { assertFound } from "../web/lib/found.mjs";
import { textOf } from "../web/lib/html.mjs";
import { Imap, Smtp, rcpt } from "../web/lib/mail.mjs";
import { DIR, cli, run, sql, startPart, stopPart, until } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();

async function create(local) {
	const page = await admin.saveMailbox(`${local}.${stamp}`);
	const address = `${local}.${stamp}@${env.DOMAIN}`;
	return { address, path: page.path, id: page.path.split("/").pop(), password: /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1] };
}

const rename = async (box, local, fields = {}) => admin.save(await admin.get(`${box.path}/address`), "/address", { local_part: local, ...fields });

async function mail(to, subject) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send("wer@welt.example", to, `From: <wer@welt.example>\nTo: <${to}>\nSubject: ${subject}\n\nGuten Tag`);
	await smtp.quit();
	assert.equal(answer.code, 250, answer.text);
}

async function login(address, password) {
	const imap = await new Imap().open();
	return { imap, ok: (await imap.login(address, password)).ok };
}

test("mail, log-in, sending, sessions, storage and the list follow; what was queued for the old address arrives", async () => {
	const box = await create("huber");
	const now = `huber-mueller.${stamp}@${env.DOMAIN}`;
	await mail(box.address, `vorher ${stamp}`);
	const open = await login(box.address, box.password);
	await open.imap.waitFor(`vorher ${stamp}`);
	await until(5000, () => sql(`SELECT bytes FROM mailbox_usage WHERE username = '${box.address}'`)[0][0], (bytes) => bytes > 0);
	await admin.save(await admin.get(`${box.path}/absence`), "/absence", { active: "1", subject: "", body: "Bin weg." });
	stopPart("dovecot");
	await mail(box.address, `unterwegs ${stamp}`);
	const answer = await rename(box, ` Huber-Mueller.${stamp}`);
	assert.equal(answer.status, 200, textOf(answer.text));
	assert.match(textOf(answer.text), /Das Postfach hat seine neue Adresse/);
	startPart("dovecot");
	assert.equal((await login(box.address, box.password)).ok, false);
	const again = await login(now, box.password);
	assert.ok(again.ok);
	run("postqueue", "-c", `${DIR}/postfix/etc`, "-f");
	await again.imap.waitFor(`unterwegs ${stamp}`, 30000);
	await mail(box.address, `danach alt ${stamp}`);
	await mail(now, `danach neu ${stamp}`);
	await again.imap.waitFor(`danach alt ${stamp}`);
	await again.imap.waitFor(`danach neu ${stamp}`);
	// It sends by both, logged in by the new one.
	for (const from of [now, box.address]) {
		const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
		assert.equal((await smtp.login(now, box.password)).code, 235);
		assert.equal((await smtp.send(from, now, `From: <${from}>\nTo: <${now}>\nSubject: von ${stamp}\n\nx`)).code, 250, from);
		await smtp.quit();
	}
	assert.ok(Number(await until(5000, () => sql(`SELECT bytes FROM mailbox_usage WHERE username = '${now}'`)[0][0], (bytes) => bytes > 0)) > 0);
	const list = await admin.get(`/mailboxes?q=huber-mueller.${stamp}`);
	assert.ok(list.text.includes(now));
	assert.match(textOf((await admin.get(`/changes?mailbox=${now}`)).text), new RegExp(`Postfach umbenannt: Adresse\\s+${box.address}\\s+${now}`));
	// Both addresses are in the note's script, and the answer comes from the new one.
	const [[script]] = sql(`SELECT script FROM absence WHERE mailbox_id = ${box.id}`);
	assert.ok(script.includes(box.address) && script.includes(now));
	const journal = await admin.get(`/journal?mailbox=${encodeURIComponent(now)}`);
	for (const subject of ["vorher", "unterwegs", "danach alt", "danach neu"]) {
		assert.ok(journal.text.includes(`${subject} ${stamp}`), subject);
	}
	assertFound([stamp]);
});

test("an open session ends", async () => {
	const box = await create("offen");
	const { imap } = await login(box.address, box.password);
	await rename(box, `zu.${stamp}`);
	const state = async () => (await imap.command("NOOP").catch(() => ({ ok: false }))).ok;
	assert.equal(await until(5000, state, (ok) => !ok), false);
});

test("back to a further address, and what can't be", async () => {
	const box = await create("hin");
	const other = await create("besetzt");
	const refused = async (local, text, fields) => {
		const answer = await rename(box, local, fields);
		assert.equal(answer.status, 422);
		assert.match(textOf(answer.text), text);
		assert.ok(answer.text.includes(`value="${local}"`), "what was typed is kept");
	};
	await refused(`besetzt.${stamp}`, /vergeben/);
	await refused(`hin.${stamp}`, /schon die Adresse/);
	await refused("jörg", /Umlaute/);
	const page = await admin.get(`${box.path}/address`);
	await admin.save(await admin.get(box.path), box.path, { email_name: "Anders" });
	const late = await admin.save(page, "/address", { local_part: `her.${stamp}` });
	assert.equal(late.status, 409);
	assert.match(textOf(late.text), /inzwischen geändert/);
	assert.equal((await admin.save(late, "/address")).status, 200);
	assert.equal((await rename(box, `hin.${stamp}`)).status, 200);
	const aliases = sql(`SELECT address, is_alias FROM address WHERE mailbox_id = ${box.id} ORDER BY 1`);
	assert.deepEqual(aliases, [[`her.${stamp}@${env.DOMAIN}`, "1"], [`hin.${stamp}@${env.DOMAIN}`, "0"]]);
	assert.equal((await rcpt(`her.${stamp}@${env.DOMAIN}`)).code, 250);
	await admin.save(await admin.get(`${other.path}/delete`), "/delete");
	assert.equal((await admin.get(`${other.path}/address`)).status, 404);
	assertFound([stamp]);
});
