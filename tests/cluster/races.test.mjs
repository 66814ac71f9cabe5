// Two web programs at two database nodes do at the same time what only one of them may: the last
// administrator stays, an address has one mailbox, an absence note has the office's time zone,
// migrations follow one another, a new password ends sessions on every machine.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { titleOf } from "../web/lib/html.mjs";
import { newUsers, sessionsOf } from "../web/lib/people.mjs";
import { Site } from "../web/lib/site.mjs";
import { DIR, cli, sleep, sql } from "../web/lib/stack.mjs";
import { mailbox, stamp } from "../mail/lib/box.mjs";
import { all, nodes, program } from "./lib/nodes.mjs";

const ROUNDS = 40;
// So many at once, and about how long they take.
const NOTES = 10;
const ZONES = 20;
const SPREAD_MS = 150;
const MIGRATIONS = 5;

const other = new Site();
// What is sent to the second web program goes to the second node.
const atOther = (client) => Object.assign(client, { base: other.base });
let admin, there;

before(async () => {
	await all((node) => node.joined());
	await other.start({ web: (text) => text.replace(/^hosts=.*$/m, `hosts=${nodes[1].socket} ${nodes[0].socket}`) });
	admin = await adminClient();
	there = atOther(await adminClient());
});
after(() => other.stop());

const both = (...work) => Promise.all(work);
const wonBy = (answers, status = 303) => answers.filter((answer) => answer.status === status).length;

test("of the last two administrators each demotes the other: one stays", async () => {
	const [[own]] = sql(`SELECT id FROM user WHERE login = '${env.ADMIN_LOGIN}'`);
	const [second] = newUsers(["all"]);
	const [session] = sessionsOf([second]);
	const others = sql(`SELECT id FROM user WHERE role = 'admin' AND active = 1 AND id <> ${own}`).flat();
	sql(`UPDATE user SET role = 'staff' WHERE id IN (${[0, ...others].join()}); UPDATE user SET role = 'admin' WHERE id = ${second}`);
	const clients = new Map([[own, admin], [second, atOther(session)]]);
	const save = async (by, of, role) => clients.get(by).submit(await clients.get(by).get(`/users/${of}`), `/users/${of}`, { role });
	let won = 0;
	for (let round = 0; round < ROUNDS; round++) {
		const pages = await both(admin.get(`/users/${second}`), session.get(`/users/${own}`));
		const answers = await both(admin.submit(pages[0], `/users/${second}`, { role: "staff" }), session.submit(pages[1], `/users/${own}`, { role: "staff" }));
		const left = (await nodes[2].sql("SELECT id FROM user WHERE role = 'admin' AND active = 1")).flat();
		assert.equal(left.length, 1, `round ${round}: ${answers.map(({ status }) => status)}`);
		won += wonBy(answers);
		assert.equal((await save(left[0], left[0] === own ? second : own, "admin")).status, 303);
	}
	assert.equal(won, ROUNDS);
	sql(`UPDATE user SET role = 'admin' WHERE id IN (${[0, ...others].join()}); UPDATE user SET role = 'staff' WHERE id = ${second}`);
});

test("the same address at two nodes: one mailbox, and the other is told", async () => {
	for (let round = 0; round < ROUNDS; round++) {
		const answers = await both(admin.newMailbox(`gleich${round}.${stamp}`), there.newMailbox(`gleich${round}.${stamp}`));
		assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422], `round ${round}: ${answers.map(({ text }) => titleOf(text))}`);
		assert.equal(await nodes[2].number_of(`SELECT COUNT(*) FROM mailbox WHERE address LIKE 'gleich${round}.${stamp}@%'`), 1);
	}
});

test("absence notes are saved while the time zone changes: they have the office's", async () => {
	const boxes = Array.from({ length: NOTES }, (_, i) => mailbox(`zone${i}`));
	// In January, without summer time.
	const zones = [["Asia/Tokyo", 9], ["Europe/Berlin", 1]];
	const wrong = [];
	for (let round = 0; round < ZONES; round++) {
		const [timezone, offset] = zones[round % 2], day = 1 + round % 28;
		const pages = await both(there.get("/settings/other"), ...boxes.map(({ id }) => admin.get(`/mailboxes/${id}/absence`)));
		const answers = await both(...pages.slice(1).map((page) => admin.submit(page, "/absence", { active: "1", body: "Weg", starts_on: `2027-01-${String(day).padStart(2, "0")}`, ends_on: "" })),
			sleep(Math.random() * SPREAD_MS).then(() => there.submit(pages[0], "/settings/other", { timezone })));
		assert.equal(wonBy(answers), NOTES + 1, `round ${round}: ${answers.map(({ status, text }) => `${status} ${titleOf(text)}`)}`);
		const starts = (await nodes[2].sql(`SELECT starts_at DIV 1000 FROM absence WHERE mailbox_id IN (${boxes.map(({ id }) => id)})`)).flat().map(Number);
		wrong.push(...starts.filter((at) => at !== Date.UTC(2027, 0, day) - offset * 3600000).map((at) => `${round} ${timezone} ${new Date(at).toISOString()}`));
	}
	assert.deepEqual(wrong, []);
});

test("migrations at two nodes follow one another", async () => {
	const name = `poststelle_two_${stamp}`;
	const configurations = nodes.slice(0, 2).map(({ number, socket }) => {
		const path = `${DIR}/conf/migrate${number}.conf`;
		writeFileSync(path, readFileSync(`${DIR}/conf/poststelle.conf`, "utf8").replace(/^hosts=.*$/m, `hosts=${socket}`).replace(/^name=.*$/m, `name=${name}`), { mode: 0o600 });
		return path;
	});
	for (let round = 0; round < MIGRATIONS; round++) {
		sql(`DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; GRANT ALL ON ${name}.* TO 'poststelle_owner'@'localhost'`);
		const said = await both(...configurations.map((path) => program(`${DIR}/bin/poststelle`, ["--config", path, "migrate", "--sql-dir", `${DIR}/share/sql`], { timeout: 120000 })));
		assert.equal(said.filter((text) => /Applied \d+ migrations/.test(text)).length, 1, said.join());
		const shapes = await all((node) => node.sql(`SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = '${name}' ORDER BY 1, 2`));
		assert.ok(shapes[0].length > 100);
		assert.deepEqual(shapes[1], shapes[0]);
		assert.deepEqual(shapes[2], shapes[0]);
	}
	sql(`DROP DATABASE ${name}; REVOKE ALL ON ${name}.* FROM 'poststelle_owner'@'localhost'`);
});

test("a new password ends sessions on every machine that has an agent", async (t) => {
	const box = mailbox("maschinen");
	const names = ["a", "b"].map((name) => `${name}.${stamp}`);
	sql(`INSERT INTO agent_machine (name) VALUES ${names.map((name) => `('${name}')`).join()}`);
	t.after(() => names.forEach((name) => cli("agent", "--forget", name)));
	assert.equal((await there.save(await there.get(`/mailboxes/${box.id}/access/new-password`), "/access/new-password")).status, 200);
	assert.deepEqual((await nodes[2].sql(`SELECT DISTINCT machine FROM task WHERE kind = 'kick' AND mailbox_id = ${box.id} ORDER BY machine`)).flat(), names);
});
