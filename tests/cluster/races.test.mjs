// Two web programs at two database nodes do at the same time what only one of them may: the last
// administrator stays, an address has one mailbox, an absence note and a forward have the office's time
// zone, what somebody loses at one node is made at no other (own passwords, sessions), migrations follow one another, a new password ends sessions on every machine.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { Client, adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { elements, titleOf } from "../web/lib/html.mjs";
import { assign, newUsers, sessionsOf } from "../web/lib/people.mjs";
import { Site } from "../web/lib/site.mjs";
import { DIR, cli, cliWith, sleep, sql, until } from "../web/lib/stack.mjs";
import { mailbox, stamp } from "../mail/lib/box.mjs";
import { all, nodes, program } from "./lib/nodes.mjs";

const ROUNDS = 40;
// So many at once, and about how long they take.
const NOTES = 10;
const ZONES = 20;
const SPREAD_MS = 150;
const MIGRATIONS = 5;
const CLOSE_MS = 20;

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

test("forwards are saved while the time zone changes: their last day ends when it ends there", async () => {
	const target = mailbox("zonenziel"), boxes = Array.from({ length: NOTES }, (_, i) => mailbox(`fort${i}`));
	const zones = [["Asia/Tokyo", 9], ["Europe/Berlin", 1]];
	const wrong = [];
	for (let round = 0; round < ZONES; round++) {
		const [timezone, offset] = zones[round % 2], day = 1 + round % 28;
		const pages = await both(there.get("/settings/other"), ...boxes.map(({ id }) => admin.get(`/mailboxes/${id}/forward`)));
		const answers = await both(...pages.slice(1).map((page) => admin.submit(page, "/forward", { to: target.address, until: `2027-01-${String(day).padStart(2, "0")}` })),
			sleep(Math.random() * SPREAD_MS).then(() => there.submit(pages[0], "/settings/other", { timezone })));
		assert.equal(wonBy(answers), NOTES + 1, `round ${round}: ${answers.map(({ status, text }) => `${status} ${titleOf(text)}`)}`);
		for (const table of ["forward", "way"]) {
			const ends = (await nodes[2].sql(`SELECT ends_at DIV 1000 FROM ${table} WHERE mailbox_id IN (${boxes.map(({ id }) => id)}) AND ends_at > 0`)).flat().map(Number);
			assert.ok(ends.length >= NOTES);
			wrong.push(...ends.filter((at) => at !== Date.UTC(2027, 0, day + 1) - offset * 3600000).map((at) => `${round} ${table} ${timezone} ${new Date(at).toISOString()}`));
		}
	}
	assert.deepEqual(wrong, []);
});

// Two that take about as long are begun at about the same time.
const close = (work) => sleep(Math.random() * CLOSE_MS).then(work);
const count = (what) => nodes[2].number_of(`SELECT COUNT(*) FROM ${what}`);
const LIVE = "ended_at = 0";

test("an own password is made, on the page or by a link, while the assignment ends, the user or the mailbox goes: none stays", async () => {
	const box = mailbox("eigen"), [user] = newUsers(["own"]);
	const path = `/my/${box.id}/passwords`, mine = `/mailboxes/${box.id}`;
	const link = async (session) => {
		const made = await session.submit(await session.get(path), "/passwords", { name: "Tablet", delivery: "link" });
		const opened = new URL(elements(made.text, "code").find(({ attributes }) => attributes.id === "link").text).pathname.split("/").at(-1);
		const page = await session.get(`/access/${opened}`);
		return () => session.submit(page, `/access/${opened}`);
	};
	const form = async (session) => {
		const page = await session.get(path);
		return () => session.submit(page, "/passwords", { name: "Handy" });
	};
	const ends = {
		assignment: async () => {
			const page = await there.get(`${mine}/assignments`);
			return () => there.submit(page, `/assignments/${user}/end`);
		},
		user: async () => {
			const page = await there.get(`/users/${user}`);
			return () => there.submit(page, `/users/${user}`, { active: undefined });
		},
		mailbox: async () => {
			const page = await there.get(`${mine}/delete`);
			return () => there.submit(page, "/delete");
		},
	};
	const back = {
		assignment: () => assign(box.id, user),
		user: async () => admin.submit(await admin.get(`/users/${user}`), `/users/${user}`, { active: "1" }),
		mailbox: async () => admin.submit(await admin.get(mine), "/restore"),
	};
	sql(`UPDATE user SET contact_email = CONCAT(login, '@kontakt.example') WHERE id = ${user}`);
	assign(box.id, user);
	const stayed = [], made = { form: 0, link: 0 };
	for (const what of Object.keys(ends)) {
		for (let round = 0; round < ROUNDS; round++) {
			const [session] = sessionsOf([user]);
			const way = round % 2 ? "link" : "form";
			const make = await (round % 2 ? link : form)(session), end = await ends[what]();
			const [answer, ended] = await both(close(make), close(end));
			assert.equal(ended.status, 303, `${what} ${round}`);
			made[way] += answer.status === 200 ? 1 : 0;
			if (await count(`own_password WHERE mailbox_id = ${box.id} AND ${LIVE}`) > 0) {
				stayed.push(`${what} ${way} ${round}`);
				sql(`UPDATE own_password SET ended_at = 1 WHERE mailbox_id = ${box.id} AND ${LIVE}`);
			}
			await back[what]();
		}
	}
	assert.deepEqual(stayed, []);
	assert.ok(made.form > 0 && made.link > 0);
});

test("a sign-in with a password that is changed at that moment: no session stays", async () => {
	const login = `wechsel.${stamp}`;
	const password = (round) => `Kennwort-${round}-${stamp}`;
	cliWith(`${password(0)}\n`, "user", "add", login, "--contact", `${login}@kontakt.example`, "--password-stdin");
	const [[id]] = sql(`SELECT id FROM user WHERE login = '${login}'`);
	// A database host that went away is asked by Postfix again after a minute (proxymap(8), mysql_table(5)).
	const linked = () => until(120000, () => {
		try {
			return cli("user", "password-link", login, "--json");
		} catch {
			return "";
		}
	}, Boolean, 2000);
	const welcome = async (password) => {
		const path = /\/welcome\/[\w-]+/.exec(JSON.parse(await linked()).link)[0];
		const page = await there.get(path);
		return () => there.submit(page, path, { new_password: password, new_password_again: password });
	};
	const stayed = [];
	let signed = 0;
	for (let round = 0; round < ROUNDS; round++) {
		sql(`DELETE FROM sign_in_attempt; UPDATE user SET signed_in_at = NULL WHERE id = ${id}`);
		const client = new Client(), page = await client.get("/login"), change = await welcome(password(round + 1));
		const [answer, changed] = await both(close(() => client.submit(page, "/login", { login, password: password(round) })), close(change));
		assert.equal(changed.status, 303);
		signed += answer.status === 303 ? 1 : 0;
		if (await count(`session WHERE user_id = ${id}`) > 0) {
			stayed.push(round);
			sql(`DELETE FROM session WHERE user_id = ${id}`);
		}
	}
	assert.deepEqual(stayed, []);
	assert.ok(signed > 0);
});

test("a domain becomes another's name while an address is made in it: it has no address of its own then", async () => {
	const box = mailbox("zweitname"), page = await admin.get("/domains");
	const [[target]] = sql(`SELECT id FROM domain WHERE name = '${env.DOMAIN}'`);
	const both_have = [];
	for (let round = 0; round < ROUNDS; round++) {
		const name = `zweit${round}-${stamp}.example`;
		const { path } = await admin.save(page, "/domains", { name });
		const id = path.split("/").pop();
		const forms = await both(there.get(path), admin.get(`/mailboxes/${box.id}`), admin.get("/mailboxes/new"));
		const answers = await both(close(() => there.submit(forms[0], path, { alias_of: target })), close(() => (round % 2 ? admin.submit(forms[1], "/aliases", { address: `neu@${name}` }) : admin.submit(forms[2], "/mailboxes", { local_part: "neu", domain_id: id }))));
		const alias = await count(`domain WHERE id = ${id} AND alias_of IS NOT NULL`), own = await count(`address WHERE domain_id = ${id} AND twin_of IS NULL`);
		assert.equal(wonBy(answers), 1, `round ${round}: ${answers.map(({ status }) => status)} ${alias} ${own}`);
		if (alias > 0 && own > 0) {
			both_have.push(round);
		}
	}
	assert.deepEqual(both_have, []);
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
