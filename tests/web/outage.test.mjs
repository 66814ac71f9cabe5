// The database goes away and comes back; workers die; the mail server is silent.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Client, adminClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { textOf } from "./lib/html.mjs";
import { DIR, cli, reloadPostfix, run, sleep, startPart, stopPart, until } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);

test("the database is gone: 503 with Retry-After and a page that says so; back by itself", async (t) => {
	const client = await adminClient();
	const form = await client.get("/mailboxes/new");
	stopPart("mariadb");
	t.after(() => startPart("mariadb"));
	for (const answer of [await client.get("/mailboxes"), await client.get("/login"), await client.submit(form, "/mailboxes", { local_part: "weg" }), await client.get("/healthz")]) {
		assert.equal(answer.status, 503, answer.path);
		if (!answer.path.endsWith("/healthz")) {
			assert.match(answer.headers.get("retry-after"), /^\d+$/);
			assert.match(textOf(answer.text), /Datenbank/);
		}
	}
	assert.equal((await client.get("/nirgends")).status, 404);
	startPart("mariadb");
	const back = await until(5000, () => client.get("/mailboxes"), (answer) => answer.status === 200);
	assert.equal(back.status, 200);
	assert.equal((await client.get("/healthz")).status, 200);
	reloadPostfix();
});

test("a worker is killed: another takes its place, no request is lost afterwards", async () => {
	const client = await adminClient();
	const supervisor = readFileSync(`${DIR}/pid/web.pid`, "utf8").trim();
	const workers = () => run("ps", "-o", "pid=", "--ppid", supervisor).split(/\s+/).filter(Boolean);
	const before = workers();
	process.kill(Number(before[0]), "SIGKILL");
	await until(5000, () => workers(), (now) => now.length === before.length && !now.includes(before[0]));
	assert.equal(workers().length, before.length);
	for (let i = 0; i < 10; i++) {
		assert.equal((await client.get("/mailboxes")).status, 200);
	}
});

test("SIGTERM finishes the request in hand", async () => {
	const client = await adminClient();
	const slow = client.submit(await new Client().get("/login"), "/login", {}).catch(() => null);
	await slow;
	const asked = Array.from({ length: 20 }, () => client.get("/mailboxes"));
	await sleep(5);
	stopPart("web");
	startPart("web");
	for (const answer of await Promise.all(asked)) {
		// In hand: answered. Not accepted any more: nginx says so.
		assert.ok([200, 502, 504].includes(answer.status), String(answer.status));
		assert.ok(answer.status !== 200 || answer.text.trimEnd().endsWith("</html>"));
	}
});

test("the mail server doesn't answer Zustellung prüfen", async (t) => {
	const id = /number (\d+)/.exec(cli("mailbox", "add", `stumm.${stamp}@${env.DOMAIN}`))[1];
	const client = await adminClient();
	const page = await client.get(`/mailboxes/${id}`);
	const working = await client.submit(page, "/delivery-check");
	assert.match(textOf(working.text), /nimmt jetzt E-Mails für diese Adresse an.*250/s);
	stopPart("postfix");
	t.after(() => startPart("postfix"));
	const answer = await client.submit(page, "/delivery-check");
	assert.equal(answer.status, 200);
	assert.match(textOf(answer.text), /antwortet nicht/);
});
