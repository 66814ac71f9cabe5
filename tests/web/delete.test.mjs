// Deleting a mailbox, restoring it and purging it: what the pages say and what the mail servers,
// the mail store and the change log make of it. (Its search rows are compared by `mailbox check`.)
import test from "node:test";
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { adminClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { assertFound } from "./lib/found.mjs";
import { formsOf, textOf } from "./lib/html.mjs";
import { Imap, Smtp, rcpt } from "./lib/mail.mjs";
import { DIR, cli, killPart, run, sql, startPart, stopPart, until } from "./lib/stack.mjs";

const AT_MOST_MS = 2000;
const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

async function create(local) {
	const address = `${local}.${stamp}.${++count}@${env.DOMAIN}`;
	const page = await admin.saveMailbox(address.split("@")[0]);
	assert.equal(page.status, 200);
	return { address, path: page.path, id: page.path.split("/").pop(), password: passwordOf(address) };
}

const passwordOf = (address) => /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1];
const remove = async ({ path }) => {
	const page = await admin.save(await admin.get(`${path}/delete`), "/delete");
	assert.equal(page.status, 200, page.text);
	return page;
};
const store = (id) => `${DIR}/mail/${id}`;

async function login(address, password) {
	const imap = await new Imap().open();
	return { imap, ok: (await imap.login(address, password)).ok };
}

async function mail(to, subject) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send("wer@welt.example", to, `From: <wer@welt.example>\nTo: <${to}>\nSubject: ${subject}\n\nGuten Tag`);
	await smtp.quit();
	assert.equal(answer.code, 250, answer.text);
}

async function deliver({ address, password }, subject) {
	await mail(address, subject);
	const { imap } = await login(address, password);
	await imap.waitFor(subject);
	await imap.logout();
}

// The mailbox's deletion is some minutes ago: no delivery can be under way.

const longAgo = (id, seconds = 200) => sql(`UPDATE mailbox SET deleted_at = deleted_at - ${seconds} * 1000000 WHERE id = ${id}`);
const taskOf = (kind, id) => sql(`SELECT done_at > 0, attempts, result FROM task WHERE kind = '${kind}' AND mailbox_id = ${id}`)[0];
const purgeTask = (id) => taskOf("purge", id);

test("deleted: no delivery, no log-in, open sessions end, its addresses stay taken; restored it is as before", async () => {
	const box = await create("weg");
	const alias = `weg.auch.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(box.path), "/aliases", { address: alias });
	const note = await admin.get(`${box.path}/absence`);
	assert.equal((await admin.submit(note, "/absence", { active: "1", subject: "Bin weg", body: "Bis bald" })).status, 303);
	const listed = async (state) => (await admin.get(`/mailboxes?q=weg.${stamp}&state=${state}`)).text.includes(`>${box.address}<`);
	assert.ok(await listed("absent"));
	await deliver(box, `vorher ${stamp}`);
	const open = await login(box.address, box.password);
	await open.imap.command("SELECT INBOX");
	const ended = open.imap.lines.line().then((line) => line, (error) => error.message);

	const confirm = await admin.get(`${box.path}/delete`);
	for (const words of [box.address, alias, "belegt", "30 Tage"]) {
		assert.ok(textOf(confirm.text).includes(words), words);
	}
	const page = await remove(box);
	assert.match(textOf(page.text), /gelöscht.*wiederherstellen/);
	for (const address of [box.address, alias]) {
		const answer = await until(AT_MOST_MS, () => rcpt(address), ({ code }) => code >= 400);
		assert.match(answer.text, /^550 5\.1\.1/, address);
	}
	const late = new Promise((resolve) => setTimeout(() => resolve("still open"), 8000));
	assert.match(await Promise.race([ended, late]), /BYE|hung up/i);
	assert.equal((await login(box.address, box.password)).ok, false);
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	assert.notEqual((await smtp.login(box.address, box.password)).code, 235);
	await smtp.quit();

	// Not there for anybody else, and nobody gets its addresses.
	for (const path of ["/access", "/access/new-password", "/access/send", "/absence"]) {
		assert.equal((await admin.get(box.path + path)).status, 404, path);
	}
	assert.equal((await admin.get(`${box.path}/delete`)).path, box.path);
	assert.deepEqual([await listed(""), await listed("absent"), await listed("deleted")], [false, false, true]);
	assertFound(stamp);
	for (const address of [box.address, alias]) {
		const taken = await admin.saveMailbox(address.split("@")[0]);
		assert.equal(taken.status, 422);
	}

	const restored = await admin.save(page, "/restore");
	assert.equal(restored.status, 200);
	for (const address of [box.address, alias]) {
		assert.equal((await until(AT_MOST_MS, () => rcpt(address), ({ code }) => code === 250)).code, 250, address);
	}
	const again = await login(box.address, box.password);
	assert.ok(again.ok);
	assert.deepEqual([await listed(""), await listed("absent"), await listed("deleted")], [true, true, false]);
	await again.imap.waitFor(`vorher ${stamp}`);
	await again.imap.logout();
	const log = textOf((await admin.get(`/changes?mailbox=${box.address}`)).text);
	for (const words of ["Postfach gelöscht", "Postfach wiederhergestellt"]) {
		assert.ok(log.includes(words), words);
	}
	assertFound(stamp);
});

test("two people: the second one's form does nothing, and says so", async () => {
	const box = await create("zwei");
	const [first, second] = [await admin.get(`${box.path}/delete`), await admin.get(`${box.path}/delete`)];
	await admin.save(await admin.get(box.path), box.path, { email_name: "Inzwischen" });
	const stale = await admin.submit(first, "/delete");
	assert.equal(stale.status, 409);
	assert.match(textOf(stale.text), /inzwischen geändert/);
	// The page it got now is up to date.
	assert.equal((await admin.submit(stale, "/delete")).status, 303);
	const late = await admin.submit(second, "/delete");
	assert.equal(late.status, 409);
	assert.ok(formsOf(late.text).some(({ action }) => action.endsWith("/restore")));
	const version = formsOf(late.text).find(({ action }) => action.endsWith("/restore")).fields.version;
	assert.equal((await admin.submit(late, "/restore", { version: "1" })).status, 409);
	assert.equal((await admin.submit(late, "/restore", { version: undefined })).status, 409);
	assert.equal((await admin.submit(late, "/restore")).status, 303);
	const twice = await admin.submit(late, "/restore", { version });
	assert.equal(twice.status, 409);
	assert.match(textOf(twice.text), /inzwischen geändert/);
	assert.equal((await admin.post("/mailboxes/999999999/delete", { csrf: await admin.token(), version: "1" })).status, 404);
	assert.equal((await admin.get("/mailboxes/999999999/delete")).status, 404);
});

test("without the agent the pages say that open sessions haven't been ended", async (t) => {
	const box = await create("ohne");
	stopPart("agent");
	t.after(() => startPart("agent"));
	await admin.save(await admin.get(`${box.path}/access/new-password`), "/new-password");
	const says = async (path) => /Offene Verbindungen .* noch nicht beendet/.test(textOf((await admin.get(path)).text));
	assert.ok(!(await says(`${box.path}/access`)), "at once it is too early to say");
	assert.ok(await until(8000, () => says(`${box.path}/access`), Boolean));
	await remove(box);
	assert.ok(await until(8000, () => says(box.path), Boolean));
	startPart("agent");
	assert.ok(!(await until(8000, () => says(box.path), (said) => !said)));
});

test("purged: its mail, password and addresses go, number, history and neighbours stay; a new one inherits nothing", async () => {
	const [box, neighbour] = [await create("endgueltig"), await create("nachbar")];
	const alias = `endgueltig.alias.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(box.path), "/aliases", { address: alias });
	sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) VALUES (${box.id}, (SELECT MIN(id) FROM user), 1)`);
	sql(`INSERT INTO absence (mailbox_id, body) VALUES (${box.id}, 'Bin weg')`);
	sql(`INSERT INTO absence_reply (mailbox_id, generation, address, at) VALUES (${box.id}, 1, 'a@welt.example', 1), (${box.id}, 1, 'b@welt.example', 2)`);
	await deliver(box, `geheim ${stamp}`);
	await deliver(neighbour, `bleibt ${stamp}`);
	assert.throws(() => cli("mailbox", "purge", box.address), /not deleted/);
	await remove(box);
	const deletedPage = await admin.get(box.path);
	longAgo(box.id, 6 * 86400);
	assert.match(cli("mailbox", "purge", box.address), /is purged/);
	// From here on it can't be restored, whatever the agent does meanwhile.
	assert.equal((await admin.submit(deletedPage, "/restore")).status, 404);
	assert.equal((await admin.get(box.path)).status, 404);
	assert.throws(() => cli("mailbox", "purge", box.address), /no such mailbox/);
	const [done] = await until(15000, () => purgeTask(box.id), ([over]) => over === "1");
	assert.equal(done, "1", String(purgeTask(box.id)));
	assert.equal((await until(15000, () => taskOf("free", box.id), ([over]) => over === "1"))[0], "1", String(taskOf("free", box.id)));

	assert.ok(!existsSync(store(box.id)));
	assert.ok(existsSync(store(neighbour.id)));
	assert.deepEqual(sql(`SELECT address, deleted, password_hash, password_sealed, email_name FROM mailbox WHERE id = ${box.id}`),
		[[box.address, "2", "NULL", "NULL", ""]]);
	assert.deepEqual(sql(`SELECT COUNT(*) FROM address WHERE mailbox_id = ${box.id}`), [["0"]]);
	assert.deepEqual(sql(`SELECT COUNT(*) FROM mailbox_usage WHERE username = '${box.address}'`), [["0"]]);
	assert.deepEqual(sql(`SELECT (SELECT COUNT(*) FROM absence WHERE mailbox_id = ${box.id}) + (SELECT COUNT(*) FROM absence_reply WHERE mailbox_id = ${box.id})`), [["0"]]);
	assert.deepEqual(sql(`SELECT COUNT(*) FROM assignment WHERE mailbox_id = ${box.id}`), [["1"]]);
	assert.deepEqual(sql(`SELECT COUNT(*) > 2 FROM change_log WHERE mailbox_id = ${box.id}`), [["1"]]);
	assert.ok(!(await admin.get(`/mailboxes?q=endgueltig.${stamp}&state=deleted`)).text.includes(box.address));

	// The change log is found by the address, and leads nowhere that isn't there.
	const log = await admin.get(`/changes?mailbox=${box.address.toUpperCase()}`);
	assert.match(textOf(log.text), /angelegt/);
	assert.ok(!log.text.includes(`${box.path}"`));

	const fresh = await admin.saveMailbox(box.address.split("@")[0]);
	assert.equal(fresh.status, 200);
	assert.notEqual(fresh.path, box.path);
	const [[users]] = sql(`SELECT COUNT(*) FROM assignment WHERE mailbox_id = ${fresh.path.split("/").pop()}`);
	assert.equal(users, "0");
	assert.equal((await login(box.address, box.password)).ok, false);
	const { imap, ok } = await login(box.address, passwordOf(box.address));
	assert.ok(ok);
	assert.match((await imap.command("STATUS INBOX (MESSAGES)")).lines.join(), /MESSAGES 0/);
	await imap.logout();
	const { imap: other } = await login(neighbour.address, neighbour.password);
	await other.waitFor(`bleibt ${stamp}`);
	await other.logout();
	assertFound(stamp);
});

test("a mailbox deleted a moment ago keeps its mail until no delivery can be under way", async () => {
	const box = await create("eben");
	await deliver(box, `eben ${stamp}`);
	await remove(box);
	cli("mailbox", "purge", box.address);
	const [[wait]] = sql(`SELECT (due_at - created_at) DIV 1000000 FROM task WHERE kind = 'purge' AND mailbox_id = ${box.id}`);
	assert.ok(Number(wait) >= 110 && Number(wait) <= 120, wait);
	// Even an agent that takes it too early leaves the mail alone.
	sql(`UPDATE task SET due_at = 1 WHERE kind = 'purge' AND mailbox_id = ${box.id}`);
	const [done, , result] = await until(10000, () => purgeTask(box.id), ([, , why]) => why !== "");
	assert.equal(done, "0");
	assert.match(result, /under way/);
	assert.ok(existsSync(store(box.id)));
});

test("its addresses stay taken until nothing that was accepted for it can be queued any more, and the purge says from when", async () => {
	const box = await create("spaeter");
	const alias = `spaeter.auch.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(box.path), "/aliases", { address: alias });
	await deliver(box, `spaeter ${stamp}`);
	await remove(box);
	longAgo(box.id, 6 * 86400 - 60);
	const said = cli("mailbox", "purge", box.address);
	const [[free]] = sql(`SELECT (deleted_at DIV 1000000) + 6 * 86400 FROM mailbox WHERE id = ${box.id}`);
	const local = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin", dateStyle: "short", timeStyle: "short" }).format(new Date(Number(free) * 1000));
	const [day, time] = local.split(" ");
	assert.ok(said.includes(time) && said.includes(day.slice(0, 4)) && said.includes("(Europe/Berlin)"), `${said} has no ${local}`);
	assert.equal((await until(15000, () => purgeTask(box.id), ([over]) => over === "1"))[0], "1");
	assert.ok(!existsSync(store(box.id)));
	assert.deepEqual(sql(`SELECT COUNT(*), SUM(due_at DIV 1000000 = ${free}) FROM task WHERE kind = 'free' AND mailbox_id = ${box.id}`), [["1", "1"]]);
	// Even an agent that takes it too early frees nothing.
	sql(`UPDATE task SET due_at = 1 WHERE kind = 'free' AND mailbox_id = ${box.id}`);
	const [done, , result] = await until(10000, () => taskOf("free", box.id), ([, , why]) => why !== "");
	assert.deepEqual([done, result], ["0", "too early, or its mail isn't removed yet"]);
	for (const address of [box.address, alias]) {
		assert.equal((await admin.saveMailbox(address.split("@")[0])).status, 422, address);
		assert.match((await rcpt(address)).text, /^550 5\.1\.1/);
	}
	longAgo(box.id, 120);
	sql(`UPDATE task SET due_at = 1, attempts = 0 WHERE kind = 'free' AND mailbox_id = ${box.id}`);
	assert.equal((await until(15000, () => taskOf("free", box.id), ([over]) => over === "1"))[0], "1");
	for (const address of [box.address, alias]) {
		assert.equal((await admin.saveMailbox(address.split("@")[0])).status, 200, address);
	}
});

test("an agent killed in the middle of a purge goes on where it was; other mailboxes' mail is untouched", async () => {
	const [box, neighbour] = [await create("abbruch"), await create("daneben")];
	await deliver(box, `abbruch ${stamp}`);
	await deliver(neighbour, `daneben ${stamp}`);
	await remove(box);
	longAgo(box.id);
	// Enough files for several seconds of work.
	run("sh", "-c", `cd '${store(box.id)}/Maildir' && mkdir .Archiv && for d in cur .Archiv; do seq 1 20000 | sed "s,^,$d/," | xargs touch; done && chown -R --reference=. .`);
	const size = () => (existsSync(store(box.id)) ? Number(run("sh", "-c", `find '${store(box.id)}' 2>/dev/null | wc -l`)) : 0);
	const whole = size();
	cli("mailbox", "purge", box.address);
	const left = await until(15000, size, (files) => files < whole);
	killPart("agent");
	assert.ok(left > 0 && size() > 0, "it was done before it could be killed");
	assert.ok(readdirSync(store(neighbour.id)).length > 0);
	assert.equal((await admin.saveMailbox(box.address.split("@")[0])).status, 422);
	startPart("agent");
	const [done] = await until(30000, () => purgeTask(box.id), ([over]) => over === "1");
	assert.equal(done, "1", String(purgeTask(box.id)));
	assert.ok(!existsSync(store(box.id)));
	const { imap, ok } = await login(neighbour.address, neighbour.password);
	assert.ok(ok);
	await imap.waitFor(`daneben ${stamp}`);
	await imap.logout();
});

test("mailbox purge --due takes what was deleted 30 days ago, and nothing younger", async () => {
	const [old, young] = [await create("alt"), await create("jung")];
	await remove(old);
	await remove(young);
	longAgo(old.id, 30 * 86400);
	longAgo(young.id, 30 * 86400 - 60);
	assert.match(cli("mailbox", "purge", "--due"), /purged: [1-9]/);
	assert.equal((await admin.get(old.path)).status, 404);
	assert.equal((await admin.get(young.path)).status, 200);
	assert.equal(cli("mailbox", "purge", "--due"), "", "nothing to say");
});
