// Many clients, slow clients: who takes long keeps nobody waiting, and a whole office behind one address
// meets no limit; somebody alone who asks without end does.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "./lib/client.mjs";
import { SlowClients, crowd } from "./lib/crowd.mjs";
import { env } from "./lib/env.mjs";
import { Site } from "./lib/site.mjs";

const GUARD_MS = 90000;
const base = env.BASE_URL.replace(/\/$/, "");
const admin = await adminClient();
const cookieOf = (client) => Object.entries(client.cookies).map(([name, value]) => `${name}=${value}`).join("; ");

async function expired() {
	const client = await adminClient();
	await client.submit(await client.get("/account"), "/logout");
	return cookieOf(client);
}

test("100 slow readers and 100 slow writers: another one's pages come all the same", { timeout: GUARD_MS }, async (t) => {
	// Over a network that holds little of an answer by itself, and nobody is sent away.
	const site = await new Site().start({ nginx: (text) => text.replace(/^(\tlisten [^;]*);/m, "$1 sndbuf=8k;").replace(/_timeout 15s/g, "_timeout 10m") });
	const slow = new SlowClients(site.base);
	t.after(() => {
		slow.end();
		return site.stop();
	});
	const cookie = await expired();
	const colleague = await adminClient({ base: site.base });
	await slow.readers(80, "/mailboxes/1/absence");
	// As large as pages get: of somebody whose session has expired.
	await slow.readers(20, "/mailboxes/1/absence", { size: 500 * 1024, cookie });
	await slow.writers(100, "/mailboxes/1/absence");
	for (let i = 0; i < 60; i++) {
		assert.equal((await colleague.get("/mailboxes")).status, 200);
	}
	assert.equal(slow.patient, 200, "they are still there");
});

test("400 colleagues behind one address meet no limit", { timeout: GUARD_MS }, async () => {
	const count = (statuses) => Object.fromEntries([...new Set(statuses)].map((status) => [status, statuses.filter((one) => one === status).length]));
	// All of them for the first time, at the same moment.
	assert.deepEqual(count(await crowd(base, "/login", 400, { from: "127.0.0.41" })), { 200: 400 });
	// Signed in, two pages each at the same moment, and again, and again.
	for (let round = 0; round < 3; round++) {
		assert.deepEqual(count(await crowd(base, "/mailboxes", 800, { from: "127.0.0.41", cookie: cookieOf(admin) })), { 200: 800 });
	}
});

test("a stranger who asks without end is told to wait; who is known from the same address isn't", { timeout: GUARD_MS }, async () => {
	let refused = 0;
	for (let round = 0; round < 40 && refused === 0; round++) {
		refused += (await crowd(base, "/login", 300, { from: "127.0.0.42" })).filter((status) => status === 429).length;
	}
	assert.ok(refused > 0, "12,000 pages and nobody minds");
	for (const cookie of [cookieOf(admin), await expired()]) {
		assert.deepEqual(await crowd(base, "/login", 20, { from: "127.0.0.42", cookie }), Array(20).fill(200));
	}
	assert.deepEqual(await crowd(base, "/static/style.css", 20, { from: "127.0.0.42" }), Array(20).fill(200));
});
