// The key that opens the mailboxes' passwords: changed while everything runs, interrupted, lost; and
// a sealed password in another mailbox's row.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync, renameSync, rmSync, utimesSync } from "node:fs";
import { adminClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { elements, formsOf, textOf } from "./lib/html.mjs";
import { Imap } from "./lib/mail.mjs";
import { DIR, cli, run, sql } from "./lib/stack.mjs";

const KEY = `${DIR}/conf/password.key`;
const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

async function create(local) {
	const page = await admin.saveMailbox(`${local}.${stamp}.${++count}`);
	assert.equal(page.status, 200);
	return { address: `${local}.${stamp}.${count}@${env.DOMAIN}`, path: page.path, id: page.path.split("/").pop() };
}

const show = async ({ path }) => admin.submit(await admin.get(`${path}/access`), "/access/password");
const passwordIn = (page) => elements(page.text, "output").find(({ attributes }) => attributes.class === "password")?.text;
const shown = async (box) => passwordIn(await show(box));
const generate = async ({ path }) => admin.save(await admin.get(`${path}/access/new-password`), "/new-password");
const sealedOf = ({ id }) => sql(`SELECT HEX(password_sealed), password_key_id, version FROM mailbox WHERE id = ${id}`)[0];
const keys = () => readFileSync(KEY, "utf8").trim().split("\n").map((line) => line.split(" ")[0]);

async function logsIn({ address }, password) {
	const imap = await new Imap().open();
	const { ok } = await imap.login(address, password);
	await imap.logout();
	return ok;
}

test("key rotate: while passwords are shown and made; the same passwords, a new key, no open form in conflict", async () => {
	const boxes = await Promise.all(["eins", "zwei", "drei"].map(create));
	const before = await Promise.all(boxes.map(shown));
	const form = await admin.get(boxes[0].path);
	const versions = boxes.map((box) => sealedOf(box)[2]);
	const old = keys();
	let going = true;
	const busy = (async () => {
		const box = await create("dabei");
		for (let i = 0; going || i < 3; i++) {
			await generate(box);
			const password = await shown(box);
			assert.ok(password && await logsIn(box, password));
		}
		return box;
	})();
	await new Promise((resolve) => setImmediate(resolve));
	const said = cli("key", "rotate");
	going = false;
	const other = await busy;
	assert.match(said, /sealed anew: \d+/);
	const fresh = keys();
	assert.deepEqual(fresh.slice(0, -1), old);
	assert.deepEqual(await Promise.all(boxes.map(shown)), before);
	boxes.forEach((box, i) => assert.deepEqual(sealedOf(box).slice(1), [fresh.at(-1), versions[i]]));
	assert.equal(sealedOf(other)[1], fresh.at(-1));
	assert.equal((await admin.submit(form, boxes[0].path, { email_name: "Danach" })).status, 303);
	assert.match(textOf((await admin.get("/changes")).text), new RegExp(`Kommandozeile ${fresh.at(-1)} Alle Passwörter mit einem neuen Schlüssel versiegelt`));
	assert.equal(run("stat", "-c", "%a %G", KEY).trim(), "640 www-data");
});

test("an interrupted rotation goes on with the key it had; old keys go only when nothing needs them", async () => {
	const box = await create("rest");
	const password = await shown(box);
	const [sealed, oldKey] = sealedOf(box);
	cli("key", "rotate");
	// As if it had been killed before this row.
	sql(`UPDATE mailbox SET password_sealed = UNHEX('${sealed}'), password_key_id = '${oldKey}' WHERE id = ${box.id}`);
	const between = keys();
	assert.throws(() => cli("key", "prune"), /minutes ago/);
	utimesSync(KEY, Date.now() / 1000 - 600, Date.now() / 1000 - 600);
	cli("key", "prune");
	assert.deepEqual(keys(), [oldKey, between.at(-1)]);
	assert.equal(await shown(box), password);
	assert.match(cli("key", "rotate"), /Going on with key/);
	assert.deepEqual(keys(), [oldKey, between.at(-1)]);
	assert.equal(sealedOf(box)[1], between.at(-1));
	utimesSync(KEY, Date.now() / 1000 - 600, Date.now() / 1000 - 600);
	assert.match(cli("key", "prune"), /removed: 1; left: 1/);
	assert.deepEqual(keys(), [between.at(-1)]);
	assert.equal(await shown(box), password);
	assert.equal(run("stat", "-c", "%a %G", KEY).trim(), "640 www-data");
});

test("a sealed password moved to another row does not open", async () => {
	const [mine, theirs] = [await create("mein"), await create("dein")];
	const [sealed, key] = sealedOf(theirs);
	sql(`UPDATE mailbox SET password_sealed = UNHEX('${sealed}'), password_key_id = '${key}' WHERE id = ${mine.id}`);
	const page = await show(mine);
	assert.equal(page.status, 200);
	assert.equal(passwordIn(page), undefined);
	assert.ok(!page.text.includes(await shown(theirs)));
	assert.match(textOf(page.text), /lässt sich nicht öffnen/);
	assert.match(cli("key", "rotate"), /can't be opened and stay as they are: 1/);
	assert.equal((await generate(mine)).status, 200);
	assert.ok(await logsIn(mine, await shown(mine)));
});

test("the key is lost: said on the page, log-in goes on; with a new key a new password can be shown", async (t) => {
	const box = await create("verloren");
	const password = await shown(box);
	renameSync(KEY, `${KEY}.lost`);
	t.after(() => {
		rmSync(KEY, { force: true });
		renameSync(`${KEY}.lost`, KEY);
	});
	const none = await admin.get(`${box.path}/access`);
	assert.match(textOf(none.text), /Schlüssel des Servers fehlt/);
	assert.equal(formsOf(none.text).some(({ action }) => action.endsWith("/access/password")), false);
	assert.ok(await logsIn(box, password));
	// A password that nobody could see is not made.
	const refused = await admin.submit(await admin.get(`${box.path}/access/new-password`), "/new-password");
	assert.equal(refused.status, 422);
	assert.match(textOf(refused.text), /Schlüssel des Servers fehlt/);
	const [[user]] = sql("SELECT MAX(id) FROM user WHERE active = 1");
	await admin.submit(await admin.get(`${box.path}/assignments`), "/assignments", { user_id: user });
	const kept = await admin.submit(await admin.get(`${box.path}/assignments`), `/${user}/end`, { new_password: "1" });
	assert.equal(kept.status, 422);
	assert.match(textOf(kept.text), /Schlüssel des Servers fehlt/);
	const left = await admin.submit(await admin.get(`/users/${user}/leave`), "/leave", { new_password: box.id });
	assert.equal(left.status, 422);
	assert.match(textOf(left.text), /Schlüssel des Servers fehlt/);
	assert.deepEqual(sql(`SELECT removed_at FROM assignment WHERE mailbox_id = ${box.id}`), [["0"]]);
	assert.ok(await logsIn(box, password));
	assert.throws(() => cli("key", "rotate"), /key create/);
	cli("key", "create");
	run("chgrp", "www-data", KEY);
	run("chmod", "0640", KEY);
	const lost = await admin.get(`${box.path}/access`);
	assert.match(textOf(lost.text), /mit einem Schlüssel versiegelt, den der Server nicht mehr hat/);
	assert.ok(await logsIn(box, password));
	assert.equal((await generate(box)).status, 200);
	const fresh = await shown(box);
	assert.notEqual(fresh, password);
	assert.ok(await logsIn(box, fresh));
	assert.equal(await logsIn(box, password), false);
});
