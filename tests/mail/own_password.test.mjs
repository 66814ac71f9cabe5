// Own passwords through the real log-ins: made on a page, one a device, they log in by every service,
// end with the assignment, the user and the mailbox, and with them what is open; who wrote is known by
// them. And what a mailbox may be used for: sending, reading.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { elements, errorsOf, formsOf, textOf } from "../web/lib/html.mjs";
import { Imap, Pop3, Smtp } from "../web/lib/mail.mjs";
import { assign, newUsers, sessionsOf } from "../web/lib/people.mjs";
import { sql, until } from "../web/lib/stack.mjs";
import { letter, mailbox, source, stamp, submission } from "./lib/box.mjs";
import { one } from "./lib/entry.mjs";

const admin = await adminClient();
const shown = (page) => elements(page.text, "output").find(({ attributes }) => attributes.class === "password")?.text;
const pathOf = (box) => `/my/${box.id}/passwords`;
const waiting = () => sql("SELECT COUNT(*) FROM task WHERE kind = 'kick' AND done_at = 0")[0][0];
const kicked = () => until(15000, waiting, (count) => count === "0");

// A mailbox of so many users, signed in.
function shared(local, count) {
	const box = mailbox(local);
	const ids = newUsers(Array.from({ length: count }, () => "own"));
	ids.forEach((id) => sql(`UPDATE user SET contact_email = CONCAT(login, '@kontakt.example') WHERE id = ${id}`));
	ids.forEach((id) => assign(box.id, id));
	return { box, ids, users: sessionsOf(ids) };
}

async function make(user, box, name) {
	const answer = await user.submit(await user.get(pathOf(box)), "/passwords", { name });
	assert.equal(answer.status, 200, textOf(answer.text));
	assert.match(answer.headers.get("cache-control"), /no-store/);
	assert.match(shown(answer), /^[a-z2-9]{5}(-[a-z2-9]{5}){4}$/);
	return shown(answer);
}

// What each service says to a password: OK, NO, 235, 535 ...
async function tries(address, password) {
	const imap = await new Imap().open();
	const answer = await imap.login(address, password);
	await imap.logout();
	const pop3 = await new Pop3().open();
	const pop = await pop3.login(address, password);
	await pop3.quit();
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	const auth = await smtp.login(address, password);
	await smtp.quit();
	return [answer.ok, pop.startsWith("+OK"), auth.code];
}
const LET_IN = [true, true, 235], SHUT_OUT = [false, false, 535];

async function openSmtp(address, password) {
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	assert.equal((await smtp.login(address, password)).code, 235);
	return smtp;
}

// What is open with a password while it holds, and that it has ended.
async function openBoth(box, password) {
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, password)).ok);
	const smtp = await openSmtp(box.address, password);
	return { ended: async () => {
		await smtp.command(`MAIL FROM:<${box.address}>`);
		assert.match((await smtp.command(`RCPT TO:<danach.${stamp}@welt.example>`)).text, /^521 5\.7\.0 /);
		await kicked();
		await assert.rejects(async () => {
			await imap.command("NOOP");
			await imap.command("NOOP");
		}, "the open session has ended");
	} };
}

test("an own password logs in beside the shared one, by every service; a wrong one and another mailbox's don't", async () => {
	const { box, users: [user] } = shared("eigen", 1);
	const other = shared("fremd", 1);
	const password = await make(user, box, "iPhone");
	const foreign = await make(other.users[0], other.box, "iPhone");
	assert.deepEqual(await tries(box.address, password), LET_IN);
	assert.deepEqual(await tries(box.address.toUpperCase(), password), LET_IN);
	assert.deepEqual(await tries(box.address, box.password), LET_IN, "the shared one");
	assert.deepEqual(await tries(box.address, foreign), SHUT_OUT);
	assert.deepEqual(await tries(`${box.address}/1`, password), SHUT_OUT, "the name that Postfix knows it by");
	const list = await user.get(pathOf(box));
	assert.match(textOf(list.text), /iPhone/);
	assert.ok(!list.text.includes(password), "it is shown once");
	const again = await user.submit(list, "/passwords", { name: "iPhone" });
	assert.deepEqual([again.status, Object.keys(errorsOf(again.text)).length > 0], [422, true]);
	assert.equal((await user.submit(list, "/passwords", { name: " " })).status, 422);
	assert.equal((await user.submit(list, "/passwords", { name: "x".repeat(101) })).status, 422);
	const [[secrets]] = sql(`SELECT GROUP_CONCAT(CONCAT_WS(' ', subject, action, old_value, new_value)) FROM change_log WHERE mailbox_id = ${box.id}`);
	assert.ok(secrets.includes("own_password.made") && !secrets.includes(password));
});

test("only who is assigned makes one; administrators see whose there are, and revoke; others get 404", async () => {
	const { box, users: [anna, berta], ids } = shared("rechte", 2);
	const [stranger] = sessionsOf(newUsers(["own"]));
	const password = await make(anna, box, "Laptop");
	const hers = await openSmtp(box.address, await make(berta, box, "Handy")), open = await openBoth(box, password);
	assert.equal((await stranger.get(pathOf(box))).status, 404);
	assert.ok(!textOf((await berta.get(pathOf(box))).text).includes("Laptop"), "one's own alone");
	const all = await admin.get(pathOf(box));
	assert.match(textOf(all.text), /Laptop[\s\S]*Handy|Handy[\s\S]*Laptop/);
	assert.equal(formsOf(all.text).some(({ action }) => action.endsWith(pathOf(box))), false, "no form to make one");
	const csrf = await admin.token();
	assert.equal((await admin.post(pathOf(box), { csrf, name: "Admin" })).status, 404);
	const [[laptop]] = sql(`SELECT id FROM own_password WHERE mailbox_id = ${box.id} AND user_id = ${ids[0]}`);
	assert.equal((await berta.post(`${pathOf(box)}/${laptop}/revoke`, { csrf: await berta.token() })).status, 404, "somebody else's");
	assert.equal((await admin.submit(all, `/${laptop}/revoke`)).status, 303);
	await open.ended();
	assert.equal((await hers.command(`MAIL FROM:<${box.address}>`)).code, 250);
	assert.equal((await hers.command(`RCPT TO:<danach.${stamp}@welt.example>`)).code, 250, "nobody else's");
	await hers.quit();
	assert.deepEqual(await tries(box.address, password), SHUT_OUT);
	assert.equal((await admin.post(`${pathOf(box)}/${laptop}/revoke`, { csrf })).status, 404, "it has ended");
	await kicked();
});

test("the end of an assignment ends its user's passwords and open sessions, and nobody else's", async () => {
	const { box, users: [anna, berta], ids } = shared("abschied", 2);
	const hers = await make(anna, box, "Laptop"), other = await make(berta, box, "Laptop");
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, hers)).ok);
	const [atRcpt, atData, atEnd, stays] = [await openSmtp(box.address, hers), await openSmtp(box.address, hers), await openSmtp(box.address, hers), await openSmtp(box.address, other)];
	const to = `danach.${stamp}@welt.example`;
	for (const smtp of [atData, atEnd]) {
		assert.equal((await smtp.command(`MAIL FROM:<${box.address}>`)).code, 250);
		assert.equal((await smtp.command(`RCPT TO:<${to}>`)).code, 250);
	}
	assert.equal((await atEnd.command("DATA")).code, 354);
	const page = await admin.get(`/mailboxes/${box.id}/assignments`);
	assert.equal((await admin.submit(page, `/assignments/${ids[0]}/end`)).status, 303);
	await atRcpt.command(`MAIL FROM:<${box.address}>`);
	assert.match((await atRcpt.command(`RCPT TO:<${to}>`)).text, /^521 5\.7\.0 /);
	assert.match((await atData.command("DATA")).text, /^521 5\.7\.0 /);
	atEnd.lines.write(`From: <${box.address}>\r\nSubject: zu spaet\r\n\r\nText`);
	assert.match((await atEnd.command("\r\n.")).text, /^521 5\.7\.0 /);
	assert.equal((await stays.send(box.address, to, letter(`From: <${box.address}>`, `bleibt ${stamp}`))).code, 250);
	await stays.quit();
	await kicked();
	await assert.rejects(async () => {
		await imap.command("NOOP");
		await imap.command("NOOP");
	}, "the open session has ended");
	assert.deepEqual(await tries(box.address, hers), SHUT_OUT);
	assert.deepEqual(await tries(box.address, other), LET_IN);
	assign(box.id, ids[0]);
	assert.deepEqual(await tries(box.address, hers), SHUT_OUT, "assigned again: the old one stays ended");
});

test("so do a user's deactivation and a mailbox's deletion, and nothing brings one back", async () => {
	const { box, users: [anna, berta], ids } = shared("ende", 2);
	const hers = await make(anna, box, "Laptop"), other = await make(berta, box, "Laptop");
	const path = `/users/${ids[0]}`;
	const open = await openBoth(box, hers);
	assert.equal((await admin.submit(await admin.get(path), path, { active: undefined })).status, 303);
	await open.ended();
	assert.deepEqual(await tries(box.address, hers), SHUT_OUT);
	assert.equal((await admin.submit(await admin.get(path), path, { active: "1" })).status, 303);
	assert.deepEqual(await tries(box.address, hers), SHUT_OUT);
	assert.deepEqual(await tries(box.address, other), LET_IN);
	const own = `/mailboxes/${box.id}`;
	const last = await openBoth(box, other);
	assert.equal((await admin.submit(await admin.get(`${own}/delete`), "/delete")).status, 303);
	await last.ended();
	assert.deepEqual(await tries(box.address, other), SHUT_OUT);
	assert.equal((await admin.submit(await admin.get(own), "/restore")).status, 303);
	assert.deepEqual(await tries(box.address, other), SHUT_OUT);
	assert.deepEqual(await tries(box.address, box.password), LET_IN, "the shared one");
	await kicked();
});

test("a link makes the password when it is opened, once, for who is assigned still", async () => {
	const { box, users: [anna], ids } = shared("link", 1);
	const answer = await anna.submit(await anna.get(pathOf(box)), "/passwords", { name: "Tablet", delivery: "link" });
	assert.equal(answer.status, 200);
	const link = elements(answer.text, "code").find(({ attributes }) => attributes.id === "link").text;
	assert.match(answer.text, /<svg role="img"/);
	assert.equal(sql(`SELECT COUNT(*) FROM own_password WHERE mailbox_id = ${box.id}`)[0][0], "0");
	const token = new URL(link).pathname.split("/").at(-1);
	const device = sessionsOf(newUsers(["none"]))[0];
	const opened = await device.submit(await device.get(`/access/${token}`), `/access/${token}`);
	assert.equal(opened.status, 200);
	assert.deepEqual(await tries(box.address, shown(opened)), LET_IN);
	assert.equal((await device.get(`/access/${token}`)).status, 410);
	assert.match(textOf((await anna.get(pathOf(box))).text), /Tablet/);
	const late = await anna.submit(await anna.get(pathOf(box)), "/passwords", { name: "Tablet 2", delivery: "link" });
	const lost = new URL(elements(late.text, "code").find(({ attributes }) => attributes.id === "link").text).pathname.split("/").at(-1);
	assert.equal((await admin.submit(await admin.get(`/mailboxes/${box.id}/assignments`), `/assignments/${ids[0]}/end`)).status, 303);
	assert.equal((await device.get(`/access/${lost}`)).status, 404);
	await kicked();
});

test("who writes is known by the password: the name that recipients see, and the journal", async () => {
	const { box, users: [anna, berta], ids } = shared("schreibt", 2);
	sql(`UPDATE user SET email_name = 'Anna Größe', name = 'Anna G.' WHERE id = ${ids[0]}; UPDATE user SET email_name = 'Berta B.' WHERE id = ${ids[1]}`);
	const hers = await make(anna, box, "Laptop");
	await make(berta, box, "Laptop");
	const reader = mailbox("liest");
	for (const [password, subject, from, writer] of [[hers, `eigen ${stamp}`, /^From: =\?UTF-8\?B\?/m, ids[0]], [box.password, `geteilt ${stamp}`, /^From: Programm </m, "NULL"]]) {
		const smtp = await openSmtp(box.address, password);
		assert.equal((await smtp.send(box.address, reader.address, letter(`From: Programm <${box.address}>`, subject))).code, 250);
		await smtp.quit();
		assert.match(await source(reader, subject), from);
		assert.deepEqual(sql(`SELECT sender_id, writer_id FROM journal_entry WHERE id = ${one(subject).id}`), [[box.id, writer]]);
	}
	assert.match(textOf((await anna.get(`/journal/${one(`eigen ${stamp}`).id}`)).text), /Anna G\. \(eigenes Passwort\)/);
	assert.match(textOf((await anna.get(pathOf(box))).text), /\(SMTP\)/);
	for (const [Program, service] of [[Imap, "IMAP"], [Pop3, "POP3"]]) {
		sql(`UPDATE own_password SET sent_at = 1 WHERE mailbox_id = ${box.id}; UPDATE own_password_use SET last_login = 1 WHERE password_id IN (SELECT id FROM own_password WHERE mailbox_id = ${box.id})`);
		const program = await new Program().open();
		await program.login(box.address, hers);
		const page = await until(5000, async () => textOf((await anna.get(pathOf(box))).text), (text) => text.includes(`(${service})`));
		assert.match(page, new RegExp(`\\(${service}\\)`));
		assert.doesNotMatch(textOf((await admin.get(`/mailboxes/${box.id}`)).text), /Noch keine Anmeldung/);
		await (program.logout ?? program.quit).call(program);
	}
});

test("own passwords only: the page names who would be locked out, then the shared one logs in no more", async () => {
	const { box, users: [anna] } = shared("nur.eigene", 2);
	const hers = await make(anna, box, "Laptop");
	const path = `/mailboxes/${box.id}`;
	const page = await admin.get(path);
	assert.match(textOf(page.text), /kann sich dann nicht mehr anmelden: leute\.[^,]+\./);
	const smtp = await submission(box);
	assert.equal((await admin.submit(page, path, { own_only: "1" })).status, 303);
	await smtp.command(`MAIL FROM:<${box.address}>`);
	assert.match((await smtp.command(`RCPT TO:<wer@welt.example>`)).text, /^521 5\.7\.0 /);
	assert.deepEqual(await tries(box.address, box.password), SHUT_OUT);
	assert.deepEqual(await tries(box.address, hers), LET_IN);
	assert.doesNotMatch((await admin.get(`${path}/access`)).text, /access\/password"/);
	assert.equal((await admin.submit(await admin.get(path), path, { own_only: undefined })).status, 303);
	assert.deepEqual(await tries(box.address, box.password), LET_IN);
	await kicked();
});

test("without Senden erlaubt sending is refused at the log-in and in an open session; without Anmelden erlaubt reading", async () => {
	const { box, users: [anna] } = shared("schalter", 1);
	const hers = await make(anna, box, "Laptop");
	const path = `/mailboxes/${box.id}`;
	const smtp = await submission(box);
	const save = async (changes) => assert.equal((await admin.submit(await admin.get(path), path, changes)).status, 303);
	await save({ may_send: undefined });
	await smtp.command(`MAIL FROM:<${box.address}>`);
	assert.match((await smtp.command("RCPT TO:<wer@welt.example>")).text, /^521 5\.7\.1 /);
	for (const password of [box.password, hers]) {
		assert.deepEqual(await tries(box.address, password), [true, true, 535]);
	}
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, hers)).ok);
	await save({ may_send: "1", may_log_in: undefined });
	await kicked();
	await assert.rejects(async () => {
		await imap.command("NOOP");
		await imap.command("NOOP");
	});
	for (const password of [box.password, hers]) {
		assert.deepEqual(await tries(box.address, password), [false, false, 235]);
	}
	const told = await new Imap().open();
	assert.match((await told.login(box.address, hers)).text, /abgeschaltet/);
	assert.doesNotMatch((await told.login(box.address, "falsch")).text, /abgeschaltet/, "after the right password alone");
	await told.logout();
	const outside = await new Smtp().open();
	assert.equal((await outside.send("wer@welt.example", box.address, letter("From: <wer@welt.example>", `kommt ${stamp}`))).code, 250);
	await outside.quit();
	assert.ok(await source(box, `kommt ${stamp}`), "mail still arrives");
	// A script that doesn't know the switches leaves them.
	const version = formsOf((await admin.get(path)).text).find(({ action }) => action.endsWith(path)).fields.version;
	assert.equal((await admin.post(path, { csrf: await admin.token(), version, active: "1", email_name: "", quota_mb: "0", send_limit: "" })).status, 303);
	assert.deepEqual(sql(`SELECT may_send, may_log_in FROM mailbox WHERE id = ${box.id}`), [["1", "0"]]);
	await save({ may_log_in: "1" });
	assert.deepEqual(await tries(box.address, hers), LET_IN);
	await kicked();
});
