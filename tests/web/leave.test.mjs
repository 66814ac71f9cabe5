// Benutzer verlässt das Büro: successors, and the new access data to who remains.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "./lib/client.mjs";
import { elements, errorsOf, formsOf, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const domain_id = elements((await admin.get("/mailboxes/new")).text, "option").find(({ text }) => text === env.DOMAIN).attributes.value;

async function newUser(name) {
	const page = await admin.save(await admin.get("/users/new"), "/users/new", { login: `${name}.${stamp}`, name: `Herr ${name}`, contact_email: `${name}.${stamp}@kontakt.example` });
	assert.equal(page.status, 200, textOf(page.text));
	return { id: Number(page.path.split("/").pop()), path: page.path };
}
async function newMailbox(local, users) {
	const page = await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: `${local}.${stamp}`, domain_id, user_id: users.map(({ id }) => id) });
	assert.equal(page.status, 200, textOf(page.text));
	return { id: Number(page.path.split("/").pop()), path: page.path };
}
const usersOf = (box) => sql(`SELECT user_id FROM assignment WHERE mailbox_id = ${box.id} AND removed_at = 0 ORDER BY user_id`).map(([id]) => Number(id));
const sentOf = (box) => sql(`SELECT recipient FROM access_link WHERE mailbox_id = ${box.id} AND sent_at > 0 ORDER BY id`).map(([to]) => to);

test("a successor takes over what ends; a deleted mailbox only ends; nobody succeeds to themselves", async () => {
	const [leaver, next, gone] = [await newUser("geher"), await newUser("folger"), await newUser("weg")];
	const [one, both, deleted] = [await newMailbox("folge.eins", [leaver]), await newMailbox("folge.beide", [leaver, next]), await newMailbox("folge.weg", [leaver])];
	await admin.save(await admin.get(`${deleted.path}/delete`), "/delete");
	await admin.save(await admin.get(gone.path), gone.path, { active: undefined });
	const page = await admin.get(`${leaver.path}/leave`);
	assert.match(textOf(page.text), /Herr folger/);
	for (const [successor, expected] of [[leaver.id, /kann sich nicht selbst nachfolgen/], [gone.id, /nicht aktiv/], [999999999, /gibt es nicht/], ["x", /wählen Sie|gibt es nicht/]]) {
		const refused = await admin.submit(page, "/leave", { end: [one.id, both.id, deleted.id], successor });
		assert.equal(refused.status, 422, String(successor));
		assert.match(errorsOf(refused.text).byField.successor, expected);
		assert.deepEqual([one, both, deleted].map(usersOf), [[leaver.id], [leaver.id, next.id], [leaver.id]]);
	}
	const done = await admin.save(page, "/leave", { end: [both.id, deleted.id], new_password: [one.id], successor: [next.id] });
	assert.equal(done.status, 200, textOf(done.text));
	assert.deepEqual([one, both, deleted].map(usersOf), [[next.id], [next.id], []]);
	assert.deepEqual(sql(`SELECT action, CONCAT_WS('', old_value, new_value) FROM change_log WHERE mailbox_id = ${one.id} ORDER BY id DESC LIMIT 1`), [["assignment.added", `folger.${stamp}`]]);
	// Only the one with a new password has something to send; once it is sent there is nothing left.
	assert.equal(elements(done.text, "label").filter(({ inner }) => /name="mailbox"/.test(inner)).length, 1);
	const sent = await admin.save(done, "/leave/send", { mailbox: one.id });
	assert.match(textOf(sent.text), /Zugangsdaten sind versandt/);
	assert.match(textOf(sent.text), new RegExp(`folger.${stamp}@kontakt.example`));
	assert.deepEqual(sentOf(one), [`folger.${stamp}@kontakt.example`]);
	assert.doesNotMatch(sent.text, /name="mailbox"/);
	assert.equal((await admin.get(sent.path)).status, 200);
	assert.deepEqual(sentOf(one).length, 1);
});

test("nothing to send says so", async () => {
	const [leaver] = [await newUser("allein")];
	const box = await newMailbox("folge.allein", [leaver]);
	const done = await admin.save(await admin.get(`${leaver.path}/leave`), "/leave", { new_password: box.id });
	assert.match(textOf(done.text), /niemand/);
	const answer = await admin.post(`${leaver.path}/leave/send`, { csrf: await admin.token(), mailbox: box.id, done: 1 });
	assert.equal(answer.status, 303);
	const after = await admin.get(answer.location);
	assert.match(textOf(after.text), /Nicht alle Zugangsdaten/);
	assert.doesNotMatch(after.text, /<title>Gespeichert/);
});

test("all at once is each of them; what else was chosen stays where something has to be mended", async () => {
	const [leaver, next] = [await newUser("alle.geht"), await newUser("alle.folgt")];
	const [one, two, deleted] = [await newMailbox("alle.eins", [leaver]), await newMailbox("alle.zwei", [leaver]), await newMailbox("alle.weg", [leaver])];
	await admin.save(await admin.get(`${deleted.path}/delete`), "/delete");
	const versions = () => sql(`SELECT password_changed_at FROM mailbox WHERE id IN (${one.id}, ${two.id}, ${deleted.id}) ORDER BY id`).map(([at]) => at);
	const before = versions();
	const page = await admin.get(`${leaver.path}/leave`);
	const refused = await admin.submit(page, "/leave", { new_password: "all", successor: [leaver.id], deactivate: "1" });
	assert.equal(refused.status, 422);
	const { html, fields } = formsOf(refused.text).find(({ action }) => action.endsWith("/leave"));
	assert.deepEqual([...html.matchAll(/name="(end|new_password)" value="(\w+)" checked/g)].map(([, name, id]) => `${name} ${id}`).sort(), [`end ${deleted.id}`, `new_password ${one.id}`, `new_password ${two.id}`]);
	assert.equal(fields.deactivate, "1");
	const done = await admin.save(page, "/leave", { end: ["all", two.id], new_password: [one.id], successor: [next.id], deactivate: "1" });
	assert.equal(done.status, 200, textOf(done.text));
	assert.deepEqual([one, two, deleted].map(usersOf), [[next.id], [next.id], []]);
	assert.deepEqual(versions().map((at, i) => at !== before[i]), [true, false, false]);
	// None is left: all of them is nothing.
	assert.equal((await admin.submit(await admin.get(`${leaver.path}/leave`), "/leave", { end: "all" })).status, 422);
});
