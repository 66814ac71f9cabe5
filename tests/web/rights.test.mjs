// The whole route table as nobody, as staff without a mailbox, as staff with one, and as an
// administrator: who may what.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client, adminClient, staffClient } from "./lib/client.mjs";
import { ROOT } from "./lib/env.mjs";
import { cli, sql } from "./lib/stack.mjs";
import { env } from "./lib/env.mjs";

const routes = [...readFileSync(join(ROOT, "cgi-bin/routes.c"), "utf8").matchAll(/\{"(GET|POST)", "([^"]+)", (RIGHT_\w+), (\w+),/g)]
	.map(([, method, pattern, right]) => ({ method, pattern, right }));
const stamp = Date.now().toString(36);
const makeMailbox = (local) => Number(/number (\d+)/.exec(cli("mailbox", "add", `${local}.${stamp}@${env.DOMAIN}`))[1]);
const mailbox = makeMailbox("rechte");
const foreign = makeMailbox("fremd");
const [[staffId]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);

const fill = (pattern, id) => pattern.replace("{id}", String(id)).replaceAll("{id}", "999999999").replaceAll("{token}", "a".repeat(43));

// Answers of a route for one who may not.
async function ask(client, { method, pattern }, id, token) {
	const path = fill(pattern, id);
	return method === "GET" ? client.request("GET", path) : client.post(path, { csrf: token ?? "x" });
}

test("the table is whole", () => {
	assert.ok(routes.length > 20);
	for (const { pattern, right } of routes) {
		assert.match(right, /^RIGHT_(PUBLIC|OPEN_POST|SIGNED_IN|MAILBOX|ADMIN)$/, pattern);
	}
});

test("nobody", async () => {
	const client = new Client();
	for (const route of routes.filter(({ right }) => !/PUBLIC|OPEN_POST/.test(right))) {
		const answer = await ask(client, route, mailbox);
		if (route.method === "GET") {
			assert.equal(answer.status, 303, route.pattern);
			assert.match(answer.location, /^\/login\?next=/);
		} else {
			assert.equal(answer.status, 403, route.pattern);
		}
	}
});

test("staff: a page of administrators, a mailbox of others and one that doesn't exist look alike", async () => {
	const client = await staffClient();
	const token = await client.token();
	const masked = (text) => text.replace(/<code>[0-9a-f]+<\/code>/, "").replace(/value="[^"]*"/g, "");
	for (const route of routes.filter(({ right }) => /ADMIN|MAILBOX/.test(right))) {
		const answer = await ask(client, route, foreign, token);
		assert.equal(answer.status, 404, `${route.method} ${route.pattern}`);
		const missing = await ask(client, route, 999999999, token);
		assert.equal(missing.status, 404);
		assert.equal(masked(answer.text), masked(missing.text), `${route.method} ${route.pattern}`);
	}
});

test("staff: the own mailbox from the assignment to its end", async () => {
	sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) VALUES (${mailbox}, ${staffId}, 1)`);
	const client = await staffClient();
	const own = routes.filter(({ right, method }) => right === "RIGHT_MAILBOX" && method === "GET");
	assert.ok(own.length > 0);
	for (const route of own) {
		// Of a mailbox's own things there is none with that number.
		const status = route.pattern.split("{").length > 2 ? 404 : 200;
		assert.equal((await ask(client, route, mailbox)).status, status, route.pattern);
		assert.equal((await ask(client, route, foreign)).status, 404, route.pattern);
	}
	assert.ok((await client.get("/my")).text.includes(`rechte.${stamp}@`));
	sql(`UPDATE assignment SET removed_at = 2 WHERE mailbox_id = ${mailbox}`);
	for (const route of own) {
		assert.equal((await ask(client, route, mailbox)).status, 404, route.pattern);
	}
	assert.ok(!(await client.get("/my")).text.includes(`rechte.${stamp}@`));
});

test("administrators reach every page of administrators", async () => {
	const client = await adminClient();
	await client.post("/mailboxes/bulk", { csrf: await client.token(), mailbox, action: "delete" });
	const [[run]] = sql("SELECT MAX(id) FROM bulk_run");
	const list = (await client.save(await client.get("/lists"), "/lists", { address: `liste.${stamp}@${env.DOMAIN}` })).path.split("/").pop();
	for (const route of routes.filter(({ right, method, pattern }) => /ADMIN|MAILBOX|SIGNED_IN/.test(right) && method === "GET" && (pattern.match(/\{id\}/g) ?? []).length < 2)) {
		const id = /\/bulk\//.test(route.pattern) ? run : /^\/domains/.test(route.pattern) ? 1 : /^\/users/.test(route.pattern) ? staffId : /^\/lists/.test(route.pattern) ? list : mailbox;
		if (/journal\/\{id\}/.test(route.pattern)) {
			continue; // has its own rules, for administrators too
		}
		const answer = await ask(client, route, id);
		assert.ok([200, 303].includes(answer.status), `${route.pattern}: ${answer.status}`);
	}
});
