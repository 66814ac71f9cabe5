// How often a password may be tried: by a browser that has signed in before, by one that nobody
// knows, at the sign-in and where the own password is changed.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ask } from "./lib/cgi.mjs";
import { Client, adminClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { errorsOf, formsOf, textOf } from "./lib/html.mjs";
import { sleep, sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
let count = 0;

// A user with the password of the demo's staff; the log-in.
function newUser() {
	const login = `anmeldung.${stamp}.${++count}`;
	sql(`INSERT INTO user (login, name, locale, contact_email, created_at, password_hash)
		SELECT '${login}', 'Ada ${count}', 'de', '${login}@kontakt.example', 1, password_hash FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	return login;
}

const RIGHT = env.STAFF_PASSWORD;
const tryIn = async (client, login, password) => client.submit(await client.get("/login"), "/login", { login, password });
const rows = () => Number(sql("SELECT COUNT(*) FROM sign_in_attempt")[0][0]);
// What the log says of tries since then.
const logged = (from) => readFileSync(`${env.LOG_DIR}/web.log`, "utf8").slice(from);
const logSize = () => readFileSync(`${env.LOG_DIR}/web.log`, "utf8").length;
// Lets time pass for the counted tries.
const age = (seconds, where = "1") => sql(`UPDATE sign_in_attempt SET last_at = last_at - ${seconds * 1e6} WHERE last_at > 0 AND ${where}`);
const ofDevice = (login) => `login = '${login}' AND client LIKE 'device:%'`;

test.beforeEach(() => sql("DELETE FROM sign_in_attempt"));

test("an account that exists and one that doesn't answer alike, where somebody has signed in and where nobody has", async () => {
	const login = newUser();
	await new Client().signIn(login, RIGHT);
	const masked = (answer, name) => textOf(answer.text).replaceAll(name, "WER").replace(/\d+ Sekunden/g, "N Sekunden");
	const answers = {};
	for (const name of [login, `niemand.${stamp}`]) {
		answers[name] = [];
		const client = new Client();
		for (let i = 0; i < 9; i++) {
			const answer = await tryIn(client, name, `falsch ${i}`);
			assert.ok(!answer.text.includes(`falsch ${i}`), "the password is given back");
			answers[name].push([answer.status, answer.headers.get("retry-after") !== null, masked(answer, name)]);
		}
	}
	const [there, not] = Object.values(answers);
	assert.deepEqual(there, not);
	assert.deepEqual(there.map(([status]) => status), [422, 422, 422, 422, 422, 429, 429, 429, 429]);
	assert.ok(there.slice(5).every(([, hasWait]) => hasWait));
});

test("locked out is an account at an address, not another one", async () => {
	const login = newUser();
	const client = new Client();
	for (let i = 0; i < 6; i++) {
		await tryIn(client, login, "falsch");
	}
	const locked = await tryIn(client, login, RIGHT);
	assert.equal(locked.status, 429);
	assert.match(locked.headers.get("retry-after"), /^([1-9]|10)$/);
	assert.ok(formsOf(locked.text).some(({ action }) => action.endsWith("/login")), "the form is there to try again");
	assert.match(errorsOf(locked.text).byField.login, /Sekunden/);
	await new Client().signIn(newUser(), RIGHT);
	age(11);
	assert.equal((await tryIn(client, login, RIGHT)).status, 303);
});

test("who has signed in with this browser isn't locked out, whatever comes from the same address", async () => {
	const login = newUser();
	const colleague = await new Client().signIn(login, RIGHT);
	await colleague.submit(await colleague.get("/account"), "/logout");
	let hammering = true;
	const statuses = [];
	const hammer = (async () => {
		while (hammering) {
			statuses.push((await tryIn(new Client(), login, "falsch")).status);
		}
	})();
	for (let i = 0; i < 15; i++) {
		assert.equal((await tryIn(colleague, login, RIGHT)).status, 303);
		await colleague.submit(await colleague.get("/account"), "/logout");
	}
	hammering = false;
	await hammer;
	assert.ok(statuses.includes(429) && !statuses.includes(303), statuses.join());
});

test("a known browser tries once in two seconds, one at a time", async () => {
	const login = newUser();
	const client = await new Client().signIn(login, RIGHT);
	const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => tryIn(client, login, `falsch ${i}`)));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [422, 429, 429, 429, 429, 429, 429, 429]);
	assert.ok(answers.filter(({ status }) => status === 429).every(({ headers }) => ["1", "2"].includes(headers.get("retry-after"))));
	assert.equal((await tryIn(client, login, RIGHT)).status, 429);
	await sleep(2100);
	assert.equal((await tryIn(client, login, RIGHT)).status, 303);
	// Another account is unknown to it all the same.
	const other = newUser();
	assert.deepEqual([(await tryIn(client, other, "falsch")).status, (await tryIn(client, other, "falsch")).status], [422, 422]);
});

test("after 20 failures in a row it counts as unknown for an hour", async () => {
	const login = newUser();
	const client = await new Client().signIn(login, RIGHT);
	for (let i = 0; i < 20; i++) {
		assert.equal((await tryIn(client, login, "falsch")).status, 422, `try ${i}`);
		age(3, ofDevice(login));
	}
	// Unknown now: five tries, then a wait that grows.
	const statuses = [];
	for (let i = 0; i < 6; i++) {
		statuses.push((await tryIn(client, login, "falsch")).status);
	}
	assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429]);
	assert.equal((await tryIn(client, login, RIGHT)).status, 429);
	age(3500, ofDevice(login));
	assert.equal((await tryIn(client, login, RIGHT)).status, 429, "not yet an hour");
	age(100, ofDevice(login));
	assert.equal((await tryIn(client, login, RIGHT)).status, 303);
	// A success forgets the failures.
	for (let i = 0; i < 3; i++) {
		assert.equal((await tryIn(client, login, "falsch")).status, 422);
		age(3, ofDevice(login));
	}
	assert.equal((await tryIn(client, login, RIGHT)).status, 303);
	assert.deepEqual(sql(`SELECT failures FROM sign_in_attempt WHERE ${ofDevice(login)}`), []);
});

test("a cookie that somebody made up, changed or took from another account is none", async () => {
	const [login, other] = [newUser(), newUser()];
	const { poststelle_device: cookie } = (await new Client().signIn(other, RIGHT)).cookies;
	const [[id]] = sql(`SELECT id FROM user WHERE login = '${login}'`);
	const [device, , signature] = cookie.split(".");
	for (const made of [cookie, `${device}.${id}.${signature}`, `${device}.${id}`, `${device}.${id}.`, `${"x".repeat(24)}.${id}.${"y".repeat(43)}`, ".", "..", "a.b.c.d"]) {
		const client = new Client();
		const answers = [];
		for (let i = 0; i < 2; i++) {
			const page = await client.get("/login");
			const headers = { cookie: `${Object.entries(client.cookies).map(([name, value]) => `${name}=${value}`).join("; ")}; poststelle_device=${made}` };
			answers.push((await client.post("/login", { ...formsOf(page.text)[0].fields, login, password: "falsch" }, headers)).status);
		}
		// A known one would have to wait.
		assert.deepEqual(answers, [422, 422], made);
		sql("DELETE FROM sign_in_attempt");
	}
});

test("the cookie: of the browser alone, for a year, for several accounts", async () => {
	const [login, other] = [newUser(), newUser()];
	const client = new Client();
	const answer = await tryIn(client, login, RIGHT);
	const line = answer.headers.get("set-cookie");
	assert.match(line, /poststelle_device=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d{8}/);
	const first = client.cookies.poststelle_device;
	await client.signIn(other, RIGHT);
	assert.equal(client.cookies.poststelle_device.split(".")[0], first.split(".")[0]);
	for (const one of [login, other]) {
		assert.deepEqual([(await tryIn(client, one, "falsch")).status, (await tryIn(client, one, "falsch")).status], [422, 429], one);
	}
});

test("tries that are refused write nothing, however many log-ins are made up", async () => {
	const client = new Client();
	// One address over all accounts.
	sql("INSERT INTO sign_in_attempt (login, client, failures, last_at) VALUES ('', '127.0.0.1', 1000, UNIX_TIMESTAMP() * 1000000)");
	const before = rows();
	for (let i = 0; i < 30; i++) {
		const answer = await tryIn(client, `${"x".repeat(200)}.${stamp}.${i}`, "falsch");
		assert.equal(answer.status, 429);
		assert.ok(Number(answer.headers.get("retry-after")) <= 60);
	}
	assert.equal(rows(), before);
});

test("an IPv6 client is its /64, however many addresses it takes", async () => {
	const page = await ask("/login");
	const csrf = formsOf(page.text)[0].fields.csrf;
	const login = newUser();
	const from = async (client) => (await ask("/login", { method: "POST", cookie: page.cookies, client, body: new URLSearchParams({ csrf, login, password: "falsch" }).toString() })).status;
	const statuses = [];
	for (let i = 1; i <= 7; i++) {
		statuses.push(await from(`2001:db8:1:2:${i}::${i}`));
	}
	assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429, 429]);
	assert.equal(await from("2001:db8:1:3::1"), 422);
	assert.equal(await from("192.0.2.1"), 422);
	assert.equal(await from("nonsense"), 422);
});

test("the old password of the own account is tried as at the sign-in, and logged", async () => {
	const login = newUser();
	const client = await new Client().signIn(login, RIGHT);
	const page = await client.get("/account");
	const form = formsOf(page.text).find(({ fields }) => "old_password" in fields);
	const fresh = "ein neues langes Passwort";
	const change = (old_password, who = client) => who.post("/account", { ...form.fields, old_password, new_password: fresh, new_password_again: fresh });
	const from = logSize();
	const answers = [];
	for (let i = 0; i < 80; i++) {
		answers.push(await change(`falsch ${i}`));
	}
	const refused = answers.filter(({ status }) => status === 429);
	// As long as it takes, never more than one in two seconds.
	assert.ok(refused.length > 60, `${refused.length} of 80 refused`);
	assert.equal(answers[0].status, 422);
	assert.ok(errorsOf(answers[0].text).byField.old_password);
	assert.match(errorsOf(answers[1].text).byField.old_password, /Sekunden/);
	assert.match(answers[1].headers.get("retry-after"), /^[12]$/);
	const log = logged(from);
	assert.match(log, /event=sign_in_wrong request=\w+ route="\/account" detail="127\.0\.0\.1"/);
	assert.match(log, /event=sign_in_wait request=\w+ route="\/account"/);
	assert.ok(!log.includes("falsch"));
	assert.equal((await change(RIGHT)).status, 429);
	age(3);
	// What is wrong with the new one is said without a try.
	assert.equal((await client.post("/account", { ...form.fields, old_password: RIGHT, new_password: "kurz", new_password_again: "kurz" })).status, 422);
	assert.equal((await change(RIGHT)).status, 303);
	// Somebody who has the session's cookie alone.
	const thief = new Client().resume(client.cookies.poststelle_session);
	const statuses = [];
	for (let i = 0; i < 7; i++) {
		statuses.push((await change(`falsch ${i}`, thief)).status);
	}
	assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429, 429]);
});

test("nobody waits in a worker: pages go on beside a hundred refused tries", async () => {
	const login = newUser();
	const client = await new Client().signIn(login, RIGHT);
	await tryIn(client, login, "falsch");
	const admin = await adminClient();
	const form = await client.get("/login");
	const refused = Array.from({ length: 100 }, () => client.submit(form, "/login", { login, password: "falsch" }));
	const pages = Array.from({ length: 20 }, () => admin.get("/mailboxes"));
	assert.ok((await Promise.all(pages)).every(({ status }) => status === 200));
	assert.ok((await Promise.all(refused)).filter(({ status }) => status === 429).length >= 90);
});
