// Assignments: added and removed from both pages, two people at once, who may still know the
// password; and what the users of a VIP mailbox are told, on the page and by mail.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { elements, errorsOf, formsOf, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { Imap } from "./lib/mail.mjs";
import { message } from "./lib/message.mjs";
import { DIR, cli, killPart, sql, startPart, stopPart, until } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

async function newMailbox(local, fields) {
	const address = `${local}.${stamp}.${++count}@${env.DOMAIN}`;
	const page = await admin.saveMailbox(address.split("@")[0]);
	assert.equal(page.status, 200);
	if (fields) {
		await admin.save(page, page.path, fields);
	}
	return { address, path: page.path, id: Number(page.path.split("/").pop()) };
}

// A staff user who is signed in, with the password of the demo's.
async function newUser(name, locale = "") {
	const login = `${name.toLowerCase().replace(" ", ".")}.${stamp}.${++count}`;
	sql(`INSERT INTO user (login, name, locale, contact_email, created_at, password_hash)
		SELECT '${login}', '${name}', '${locale}', '${login}@kontakt.example', 1, password_hash FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	const [[id]] = sql(`SELECT id FROM user WHERE login = '${login}'`);
	return { login, name, id: Number(id), path: `/users/${id}`, client: await new Client().signIn(login, env.STAFF_PASSWORD) };
}

const passwordOf = (box) => /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", box.address))[1];
const hashOf = (box) => sql(`SELECT password_hash FROM mailbox WHERE id = ${box.id}`)[0][0];
const choices = (html, name = "user_id") => elements(html, "label").filter(({ inner }) => inner.includes(`name="${name}"`))
	.map(({ inner }) => ({ text: textOf(inner), value: /value="(\d+)"/.exec(inner)[1], ticked: / checked>/.test(inner) }));
const pageOf = (box) => admin.get(`${box.path}/assignments`);
const assign = async (box, user) => {
	const page = await admin.save(await pageOf(box), "/assignments", { user_id: user.id });
	assert.equal(page.status, 200, textOf(page.text));
	return page;
};
const end = async (box, user, fields = {}) => admin.submit(await pageOf(box), `/assignments/${user.id}/end`, fields);
// In the table; the filter has the words too.
const mark = async (box) => /Passwort bekannt/.test(textOf(/<tbody>[\s\S]*<\/tbody>/.exec((await admin.get(`/mailboxes?q=${box.address}`)).text)?.[0] ?? ""));
const note = async (box) => /Frühere Benutzer kennen/.test(textOf((await admin.get(box.path)).text));
const noticesOf = async (user) => {
	const box = /<h2 id="notices">[\s\S]*?<\/table>/.exec((await user.client.get("/my")).text)?.[0] ?? "";
	return elements(box, "tr").slice(1).map((tr) => textOf(tr.inner));
};

test("assigned, used, removed, with the history to be seen", async () => {
	const box = await newMailbox("lauf");
	const user = await newUser("Zoe Lauf");
	assert.match(textOf((await admin.get(box.path)).text), /niemand zugeordnet/);
	const page = await assign(box, user);
	assert.match(textOf(page.text), /Der Benutzer ist zugeordnet/);
	assert.ok(!choices(page.text).some(({ value }) => value === String(user.id)), "still to be chosen");
	assert.match(textOf((await admin.get(box.path)).text), /Zoe Lauf/);
	assert.match(textOf((await admin.get(`/mailboxes?q=${box.address}`)).text), /Zoe Lauf/);
	assert.ok((await user.client.get("/my")).text.includes(box.address));
	assert.equal((await user.client.get(`${box.path}/access`)).status, 200);
	const before = hashOf(box);
	const answer = await end(box, user);
	assert.equal(answer.status, 303);
	assert.equal(answer.location, `${box.path}/assignments`);
	assert.equal((await user.client.get(`${box.path}/access`)).status, 404);
	assert.ok(!(await user.client.get("/my")).text.includes(box.address));
	assert.equal(hashOf(box), before);
	assert.match(textOf((await pageOf(box)).text), /Frühere Zuordnungen.*Zoe Lauf/);
	assert.match(textOf((await admin.get(user.path)).text), new RegExp(`Frühere Zuordnungen.*${box.address}`));
	assert.deepEqual(sql(`SELECT action, CONCAT_WS('', old_value, new_value) FROM change_log WHERE mailbox_id = ${box.id} AND action LIKE 'assignment%' ORDER BY id`),
		[["assignment.added", user.login], ["assignment.ended", user.login]]);
});

test("removed with a new password: the old one fails, open sessions end, no mark", async () => {
	const box = await newMailbox("neu");
	const user = await newUser("Neu");
	await assign(box, user);
	const old = passwordOf(box);
	const open = await new Imap().open();
	assert.ok((await open.login(box.address, old)).ok);
	const ended = open.lines.line().then((line) => line, (error) => error.message);
	const answer = await end(box, user, { new_password: "1" });
	assert.equal(answer.status, 303);
	assert.match(textOf((await pageOf(box)).text), /Die Zuordnung ist beendet, und das Postfach hat ein neues Passwort/);
	const again = await new Imap().open();
	assert.ok(!(await again.login(box.address, old)).ok);
	await again.logout();
	assert.equal(await mark(box), false);
	assert.match(await ended, /BYE|hung up/i);
});

test("the mark where former users still know the password", async () => {
	const box = await newMailbox("marke");
	const user = await newUser("Marke");
	await assign(box, user);
	assert.deepEqual([await mark(box), await note(box)], [false, false]);
	await end(box, user);
	assert.deepEqual([await mark(box), await note(box)], [true, true]);
	assert.match(textOf((await pageOf(box)).text), /Frühere Benutzer kennen/);
	await admin.save(await admin.get(`${box.path}/access/new-password`), "/new-password");
	assert.deepEqual([await mark(box), await note(box)], [false, false]);
	await assign(box, user);
	await admin.save(await admin.get(user.path), user.path, { active: undefined });
	assert.deepEqual([await mark(box), await note(box)], [true, true]);
	await admin.save(await admin.get(`${box.path}/access/new-password`), "/new-password");
	assert.deepEqual([await mark(box), await note(box)], [false, false]);
});

test("from the user's page", async () => {
	const box = await newMailbox("seite");
	const user = await newUser("Seite");
	let page = await admin.save(await admin.get(user.path), `${user.path}/assignments`, { mailbox: ` ${box.address.toUpperCase()} ` });
	assert.equal(page.status, 200, textOf(page.text));
	assert.equal(page.path, user.path);
	assert.ok(page.text.includes(box.address));
	for (const [typed, expected] of [[box.address, /schon zugeordnet/], [`gibtesnicht.${stamp}@${env.DOMAIN}`, /gibt es nicht/], ["", /füllen Sie/], ["nix", /E-Mail-Adresse/], ["a\r\nb@c.example", /Zeichen/]]) {
		const answer = await admin.submit(await admin.get(user.path), `${user.path}/assignments`, { mailbox: typed });
		assert.equal(answer.status, 422, typed);
		assert.match(errorsOf(answer.text).byField.mailbox, expected);
		assert.equal(formsOf(answer.text).find(({ action }) => action === user.path).fields.name, "Seite");
	}
	// An alias isn't a mailbox.
	await admin.save(await admin.get(box.path), "/aliases", { address: `auch.${box.address}` });
	assert.equal((await admin.submit(await admin.get(user.path), `${user.path}/assignments`, { mailbox: `auch.${box.address}` })).status, 422);
	const answer = await admin.submit(await admin.get(user.path), `/assignments/${user.id}/end`, { new_password: "1" });
	assert.equal(answer.status, 303);
	assert.equal(answer.location, user.path);
	page = await admin.get(user.path);
	assert.match(textOf(page.text), /neues Passwort.*kein Postfach zugeordnet/);
});

test("bad input: users who don't exist, are inactive or assigned; mailboxes that are gone", async () => {
	const box = await newMailbox("eingabe");
	const user = await newUser("Eingabe");
	const csrf = await admin.token();
	await assign(box, user);
	for (const [user_id, expected] of [["999999999", /gibt es nicht/], ["0", /wählen/], ["-1", /wählen/], ["x", /wählen/], ["", /wählen/], ["99999999999999999999", /wählen/], [user.id, /schon zugeordnet/]]) {
		const answer = await admin.post(`${box.path}/assignments`, { csrf, user_id });
		assert.equal(answer.status, 422, String(user_id));
		assert.match(errorsOf(answer.text).byField.user_id, expected);
	}
	assert.equal((await admin.post(`${box.path}/assignments`, { csrf, user_id: [user.id, user.id] })).status, 422);
	assert.equal((await admin.post(`${box.path}/assignments`, { csrf })).status, 422);
	assert.equal((await admin.post(`${box.path}/assignments/999999999/end`, { csrf })).status, 404);
	assert.equal((await admin.post(`/mailboxes/999999999/assignments/${user.id}/end`, { csrf })).status, 404);
	assert.equal((await admin.post(`/mailboxes/999999999/assignments`, { csrf, user_id: user.id })).status, 404);
	assert.equal((await admin.post(`${box.path}/assignments/${user.id}/end`, { csrf, new_password: "ja" })).status, 422);
	assert.equal((await admin.post(`/users/999999999/assignments`, { csrf, mailbox: box.address })).status, 404);
	await admin.save(await admin.get(user.path), user.path, { active: undefined });
	const other = await newMailbox("eingabe");
	const answer = await admin.post(`${other.path}/assignments`, { csrf, user_id: user.id });
	assert.match(errorsOf(answer.text).byField.user_id, /nicht aktiv/);
	// A deleted mailbox: nobody is added, but an assignment can end.
	await admin.save(await admin.get(`${box.path}/delete`), "/delete");
	assert.equal((await admin.request("GET", `${box.path}/assignments`)).status, 404);
	assert.match(textOf((await admin.get(user.path)).text), new RegExp(`${box.address} gelöscht`));
	assert.equal((await admin.submit(await admin.get(user.path), `/assignments/${user.id}/end`)).status, 303);
});

test("two people at once: one does it, the other is told, nothing doubled", async () => {
	const box = await newMailbox("zugleich");
	const user = await newUser("Zugleich");
	const other = await adminClient();
	for (let round = 0; round < 5; round++) {
		const pages = [await pageOf(box), await other.get(`${box.path}/assignments`)];
		let answers = await Promise.all([admin, other].map((client, i) => client.submit(pages[i], "/assignments", { user_id: user.id })));
		assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422]);
		assert.match(textOf(answers.find(({ status }) => status === 422).text), /schon zugeordnet/);
		const ends = [await pageOf(box), await other.get(`${box.path}/assignments`)];
		answers = await Promise.all([admin, other].map((client, i) => client.submit(ends[i], `/assignments/${user.id}/end`, { new_password: "1" })));
		assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 409]);
		assert.match(textOf(answers.find(({ status }) => status === 409).text), /inzwischen jemand beendet/);
	}
	assert.deepEqual(sql(`SELECT COUNT(*), SUM(removed_at > assigned_at) FROM assignment WHERE mailbox_id = ${box.id}`), [["5", "5"]]);
	assert.deepEqual(sql(`SELECT COUNT(*) FROM change_log WHERE mailbox_id = ${box.id} AND action LIKE 'assignment%'`), [["10"]]);
	assert.deepEqual(sql(`SELECT COUNT(*) FROM change_log WHERE mailbox_id = ${box.id} AND action = 'password.generated'`), [["5"]]);
});

test("many users: the choice is searched for, the history has pages", async () => {
	const box = await newMailbox("viele");
	sql(`INSERT INTO user (login, name, contact_email, created_at) SELECT CONCAT('wahl.${stamp}.', seq), CONCAT('Aaa Wahl ', seq), 'x@kontakt.example', 1 FROM seq_1_to_60`);
	cli("migrate", "--sql-dir", `${DIR}/share/sql`);
	const page = await pageOf(box);
	assert.ok(choices(page.text).length <= 50);
	assert.match(textOf(page.text), /zeigt nur die ersten/);
	const found = await admin.get(`${box.path}/assignments?q=wahl.${stamp}.57`);
	assert.deepEqual(choices(found.text).map(({ text }) => text), [`Aaa Wahl 57 (wahl.${stamp}.57)`]);
	const done = await admin.save(found, "/assignments", { user_id: choices(found.text)[0].value });
	assert.match(textOf(done.text), /Aaa Wahl 57/);
	// The search is in the form itself, and forgets no tick; words that were typed are searched for by any button.
	const [one, other] = choices(page.text).slice(0, 2).map(({ value }) => value);
	const looked = await admin.submit(page, "/assignments", { user_id: [one, other], user_q: `wahl.${stamp}.58`, find: "1" });
	assert.equal(looked.status, 200);
	assert.deepEqual(choices(looked.text).map(({ value, ticked }) => [value, ticked]).slice(0, 2), [[one, true], [other, true]]);
	assert.deepEqual(choices(looked.text).slice(2).map(({ text, ticked }) => [text, ticked]), [[`Aaa Wahl 58 (wahl.${stamp}.58)`, false]]);
	const again = await admin.submit(looked, "/assignments", { user_id: [one], user_q: `wahl.${stamp}.59` });
	assert.equal(again.status, 200);
	assert.deepEqual(choices(again.text).map(({ ticked }) => ticked), [true, false]);
	const domain_id = elements((await admin.get("/mailboxes/new")).text, "option").find(({ text }) => text === env.DOMAIN).attributes.value;
	const fresh = await admin.submit(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: `suche.${stamp}`, domain_id, user_id: [one], user_q: `wahl.${stamp}.59`, find: "1" });
	assert.equal(fresh.status, 200);
	assert.match(fresh.text, /<details class="fold" open>/);
	assert.match(fresh.text, new RegExp(`value="suche\\.${stamp}"`));
	assert.deepEqual(choices(fresh.text).map(({ ticked }) => ticked), [true, false]);
	const asked = await admin.post("/mailboxes/bulk", { csrf: await admin.token(), mailbox: box.id, action: "assign", ask: "1" });
	const filtered = await admin.submit(asked, "/mailboxes/bulk", { user_id: [one], user_q: `wahl.${stamp}.59` });
	assert.equal(filtered.status, 200);
	assert.deepEqual(choices(filtered.text).map(({ ticked }) => ticked), [true, false]);
	const leave = await admin.get(`/users/${choices(found.text)[0].value}/leave`);
	const successor = await admin.submit(leave, "/leave", { successor: [one], user_q: `wahl.${stamp}.59`, deactivate: "1" });
	assert.equal(successor.status, 200);
	assert.deepEqual(choices(successor.text, "successor").map(({ ticked }) => ticked), [true, false]);
	assert.match(successor.text, /name="deactivate"[^>]* checked/);
	assert.match(textOf((await admin.get(`${box.path}/assignments?q=gibtesnichtxyz`)).text), /keinen weiteren aktiven Benutzer/);
	sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at, removed_at) SELECT ${box.id}, u.id, 1000000, 2000000 + u.id FROM user u WHERE u.login LIKE 'wahl.${stamp}.%'`);
	const past = (html) => elements(/<h2 id="past">[\s\S]*?<\/table>/.exec(html)[0], "tr").slice(1).map((tr) => textOf(tr.inner));
	const first = await pageOf(box);
	const older = elements(first.text, "a").find(({ text }) => text === "Noch frühere").attributes.href;
	const rows = [...past(first.text), ...past((await admin.get(older)).text)];
	assert.equal(rows.length, 60);
	assert.equal(new Set(rows).size, 60);
	for (const query of ["ended_before=x", "ended_before=1&with=-1", "q=%ff"]) {
		assert.equal((await admin.get(`${box.path}/assignments?${query}`)).status, 200);
	}
});

test("what the users of a VIP mailbox are told, on their page and in the mailbox", async () => {
	const box = await newMailbox("vip", { vip: "1", email_name: "Chefin" });
	const plain = await newMailbox("kein.vip");
	const user = await newUser("Eva Eigen");
	const english = await newUser("Ed Other", "en");
	const outsider = await newUser("Otto Ohne");
	await assign(plain, user);
	await assign(box, user);
	await assign(box, english);
	assert.match((await noticesOf(user))[0], new RegExp(`${box.address} Benutzer zugeordnet: Ed Other \\(${english.login}\\) Anna Amann \\(admin\\)`));
	// By those who are assigned: nothing to tell.
	await user.client.save(await user.client.get(`${box.path}/access`), "/access/password");
	assert.equal((await noticesOf(user)).length, 2);
	// By an administrator who isn't: the page says so beforehand.
	const access = await admin.get(`${box.path}/access`);
	assert.match(textOf(access.text), /Seine Benutzer erfahren/);
	assert.equal((await admin.submit(access, "/access/password")).status, 200);
	await admin.save(await admin.get(`${box.path}/access/new-password`), "/new-password");
	await admin.submit(await admin.get(user.path), "/password-link");
	const told = await noticesOf(user);
	assert.equal(told.length, 5);
	assert.match(told[0], /Passwort-Link erzeugt für Eva Eigen/);
	assert.match(told[1], /Neues Passwort generiert/);
	assert.match(told[2], /Passwort angezeigt/);
	assert.equal((await noticesOf(english)).length, 4);
	assert.ok((await noticesOf(english)).some((row) => /Password shown/.test(row)));
	await end(box, english, { new_password: "1" });
	await admin.save(await admin.get(box.path), box.path, { vip: undefined });
	assert.match((await noticesOf(english))[0], /Assignment ended: Ed Other/);
	assert.match((await noticesOf(user))[0], /Kein VIP-Postfach mehr/);
	assert.deepEqual(await noticesOf(outsider), []);
	// Not VIP: nothing more.
	await admin.submit(await admin.get(`${box.path}/access`), "/access/password");
	await admin.submit(await admin.get(`${plain.path}/access`), "/access/password");
	const all = await noticesOf(user);
	assert.ok(all.every((row) => row.includes(box.address)));
	// Every notice is a mail in the mailbox, in the languages of its users; none holds a password.
	// The new passwords ended sessions; one that is opened now is not to be among them.
	await until(10000, () => sql("SELECT COUNT(*) FROM task WHERE kind = 'kick' AND done_at = 0")[0][0], (waiting) => waiting === "0");
	const imap = await new Imap().open();
	const password = passwordOf(box);
	assert.ok((await imap.login(box.address, password)).ok);
	const subjects = ["Benutzer zugeordnet", "Passwort angezeigt", "neues Passwort generiert", "Passwort-Link", "Zuordnung beendet", "nicht mehr VIP"];
	const fetched = async () => {
		await imap.command("SELECT INBOX");
		const numbers = /^\* SEARCH(.*)$/m.exec((await imap.command("SEARCH ALL")).lines.join("\n"))[1].trim().split(" ").filter(Boolean);
		const mails = [];
		for (const number of numbers) {
			mails.push(message((await imap.command(`FETCH ${number} BODY.PEEK[]`)).lines.slice(1, -1).join("\r\n")));
		}
		return mails;
	};
	const mails = await until(15000, fetched, (list) => list.length >= 8);
	assert.equal(mails.length, 8, mails.map(({ subject }) => subject).join("; "));
	for (const subject of subjects) {
		assert.ok(mails.some((mail) => mail.subject.includes(subject)), `${subject} in ${mails.map((mail) => mail.subject).join("; ")}`);
	}
	const shown = mails.find((mail) => /Passwort angezeigt/.test(mail.subject));
	assert.match(shown.text, /Anna Amann \(admin\)/);
	assert.match(shown.text, /The password of this VIP mailbox was shown/);
	assert.equal(shown.headers["auto-submitted"], "auto-generated");
	assert.ok(mails.every((mail) => !mail.text.includes(password) && !/\/welcome\//.test(mail.text)));
	await imap.logout();
});

test("a page waits for no mail, and no notice is lost: mail server away, agent killed", async (t) => {
	const box = await newMailbox("verzug", { vip: "1" });
	const user = await newUser("Verzug");
	await assign(box, user);
	t.after(() => startPart("postfix", "agent"));
	stopPart("postfix");
	const started = Date.now();
	assert.equal((await admin.submit(await admin.get(`${box.path}/access`), "/access/password")).status, 200);
	assert.ok(Date.now() - started < 5000);
	assert.match((await noticesOf(user))[0], /Passwort angezeigt/);
	const waiting = () => sql(`SELECT attempts, result FROM task WHERE kind = 'mail' AND address = '${box.address}' AND done_at = 0 AND attempts > 0 AND result <> ''`);
	assert.ok((await until(15000, waiting, (rows) => rows.length > 0))[0][1].includes("did not take it"));
	killPart("agent");
	startPart("postfix", "agent");
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, passwordOf(box))).ok);
	// The mails rested for up to 10 s; then each has its own delay.
	await imap.waitFor("angezeigt, von jemandem", 60000);
	await imap.logout();
	const done = await until(60000, () => sql(`SELECT COUNT(*) FROM mail_queue WHERE recipient = '${box.address}'`)[0][0], (left) => left === "0");
	assert.equal(done, "0");
});
