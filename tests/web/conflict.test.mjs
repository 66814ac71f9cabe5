// Two people and one thing: what the second didn't touch follows what is saved; what was touched is
// kept and shown beside it; a form that asks for a yes says what was changed meanwhile.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "./lib/client.mjs";
import { elements, formsOf, textOf, titleOf } from "./lib/html.mjs";
import { assign, newUsers } from "./lib/people.mjs";
import { sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const fieldsOf = (page, action) => formsOf(page.text).find((form) => form.action.endsWith(action)).fields;
const rowsOf = (page) => elements(page.text, "tr").map(({ text }) => text);

test("a mailbox: the other's VIP stays, the own name is kept", async () => {
	const { path } = await admin.saveMailbox(`zwei.${stamp}`);
	const mine = await admin.get(path);
	await admin.save(await admin.get(path), path, { vip: "1", quota_mb: "700" });
	const page = await admin.submit(mine, path, { email_name: "  Meiner " });
	assert.equal(page.status, 409);
	const form = fieldsOf(page, path);
	assert.deepEqual([form.vip, form.quota_mb, form.email_name, form.active], ["1", "700", "Meiner", "1"]);
	assert.ok(rowsOf(page).some((row) => /VIP.*ja.*wie gespeichert/.test(row)), rowsOf(page).join("\n"));
	assert.ok(rowsOf(page).some((row) => /E-Mail-Name.*Meiner/.test(row)));
	assert.equal((await admin.submit(page, path)).status, 303);
	const now = fieldsOf(await admin.get(path), path);
	assert.deepEqual([now.vip, now.quota_mb, now.email_name], ["1", "700", "Meiner"]);
	// Both touched the same: what was typed stays in the form, what is saved stands beside it.
	const again = await admin.get(path);
	await admin.save(await admin.get(path), path, { quota_mb: "800" });
	const both = await admin.submit(again, path, { quota_mb: "900", vip: undefined });
	assert.deepEqual([fieldsOf(both, path).quota_mb, fieldsOf(both, path).vip], ["900", undefined]);
	assert.ok(rowsOf(both).some((row) => /800.*900/.test(row)));
	// A refused form in between doesn't lose what its page showed at first.
	const first = await admin.get(path);
	const wrong = await admin.submit(first, path, { email_name: "Zweiter", quota_mb: "viel" });
	assert.equal(wrong.status, 422);
	await admin.save(await admin.get(path), path, { send_limit: "77" });
	const late = await admin.submit(wrong, path, { quota_mb: "800" });
	assert.equal(late.status, 409);
	assert.deepEqual([fieldsOf(late, path).send_limit, fieldsOf(late, path).email_name], ["77", "Zweiter"]);
});

test("an absence note, a user, the settings: the same", async () => {
	const { path } = await admin.saveMailbox(`notiz.${stamp}`);
	const note = `${path}/absence`;
	const text = "Zeile 1\r\n\r\n  Zeile 2\r\n";
	await admin.save(await admin.get(note), "/absence", { active: "1", body: text });
	const mine = await admin.get(note);
	await admin.save(await admin.get(note), "/absence", { subject: "Vom anderen", ends_on: "2030-01-31" });
	const page = await admin.submit(mine, "/absence", { active: undefined });
	const form = fieldsOf(page, "/absence");
	assert.deepEqual([page.status, form.subject, form.ends_on, form.active, form.body], [409, "Vom anderen", "2030-01-31", undefined, text.replace(/\r/g, "")]);
	const [id] = newUsers(["own"]);
	const user = `/users/${id}`;
	sql(`UPDATE user SET contact_email = 'wer.${stamp}@kontakt.example' WHERE id = ${id}`);
	const opened = await admin.get(user);
	await admin.save(await admin.get(user), user, { role: "admin" });
	const second = await admin.submit(opened, user, { email_name: "Ich" });
	assert.deepEqual([second.status, fieldsOf(second, user).role, fieldsOf(second, user).email_name], [409, "admin", "Ich"]);
	await admin.save(await admin.get(user), user, { role: "staff", active: undefined });
	const settings = "/settings/other";
	const before = fieldsOf(await admin.get(settings), settings);
	const open = await admin.get(settings);
	await admin.save(await admin.get(settings), settings, { contact: `Frau ${stamp}`, imap_security: "starttls" });
	const third = await admin.submit(open, settings, { office_name: `Büro ${stamp}` });
	assert.deepEqual([third.status, fieldsOf(third, settings).contact, fieldsOf(third, settings).imap_security, fieldsOf(third, settings).office_name], [409, `Frau ${stamp}`, "starttls", `Büro ${stamp}`]);
	await admin.save(await admin.get(settings), settings, { contact: before.contact, imap_security: before.imap_security, office_name: before.office_name });
});

test("a domain: its three addresses and its state follow the other's, the own ones are kept", async () => {
	const added = async (name) => (await admin.save(await admin.get("/domains"), "/domains", { name })).path.replace(/^.*(?=\/domains\/)/, "");
	const [path, main] = [await added(`zweite-${stamp}.example`), await added(`erste-${stamp}.example`)];
	const local = `auf.${stamp}`;
	const { path: box } = await admin.saveMailbox(local);
	const address = titleOf((await admin.get(box)).text).match(/[^ ]+@[^ ]+/)[0];
	const mine = await admin.get(path);
	await admin.save(await admin.get(path), path, { postmaster: address, active: undefined });
	const page = await admin.submit(mine, path, { catch_all: address });
	assert.equal(page.status, 409);
	assert.match(titleOf(page.text), /^Inzwischen geändert: zweite/);
	const form = fieldsOf(page, path);
	assert.deepEqual([form.postmaster, form.catch_all, form.active, form.alias_of], [address, address, undefined, ""]);
	assert.ok(rowsOf(page).some((row) => /Domain aktiv.*nein.*wie gespeichert/.test(row)), rowsOf(page).join("\n"));
	assert.ok(rowsOf(page).some((row) => /Auffang-Postfach.*@/.test(row)), rowsOf(page).join("\n"));
	assert.match(textOf(page.text), / hat am .* gespeichert, nachdem/);
	assert.equal((await admin.submit(page, path)).status, 303);
	const now = fieldsOf(await admin.get(path), path);
	assert.deepEqual([now.postmaster, now.catch_all, now.active], [address, address, undefined]);
	// Of which it is an alias stands there by its name; a refused form keeps its version.
	const opened = await admin.get(path);
	await admin.save(await admin.get(path), path, { alias_of: main.split("/").pop() });
	const wrong = await admin.submit(opened, path, { catch_all: `niemand.${address}`, postmaster: `keiner.${address}` });
	assert.equal(wrong.status, 422);
	const late = await admin.submit(opened, path, { active: "1" });
	assert.deepEqual([late.status, fieldsOf(late, path).alias_of, fieldsOf(late, path).active], [409, main.split("/").pop(), "1"]);
	assert.ok(rowsOf(late).some((row) => new RegExp(`Alias-Domain von.*erste-${stamp}.example.*wie gespeichert`).test(row)), rowsOf(late).join("\n"));
	assert.equal((await admin.submit(wrong, path, { catch_all: "", postmaster: "" })).status, 409);
	assert.equal((await admin.submit(late, path)).status, 303);
});

test("delete, new password and leave say what was changed meanwhile", async () => {
	const { path } = await admin.saveMailbox(`ja.${stamp}`);
	for (const page of [`${path}/delete`, `${path}/access/new-password`]) {
		const opened = await admin.get(page);
		await admin.save(await admin.get(path), path, { email_name: `Neu ${page.length}` });
		const answer = await admin.submit(opened, page);
		assert.equal(answer.status, 409);
		assert.match(titleOf(answer.text), /^Inzwischen geändert: /);
		const rows = rowsOf(answer).slice(1);
		assert.equal(rows.length, 1, rows.join("\n"));
		assert.match(rows[0], new RegExp(`E-Mail-Name.*Neu ${page.length}`));
	}
	const [id] = newUsers(["own"]);
	sql(`UPDATE user SET contact_email = 'geht.${stamp}@kontakt.example' WHERE id = ${id}`);
	assign(path.split("/").pop(), id);
	const leave = await admin.get(`/users/${id}/leave`);
	await admin.save(await admin.get(`/users/${id}`), `/users/${id}`, { email_name: "Anders" });
	const answer = await admin.submit(leave, "/leave", { end: "all", deactivate: "1" });
	assert.equal(answer.status, 409);
	assert.ok(rowsOf(answer).some((row) => /E-Mail-Name Anders/.test(row)), textOf(answer.text));
});
