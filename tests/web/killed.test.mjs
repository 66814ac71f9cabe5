// A server's main process is killed with -9: what it leaves behind doesn't keep it from starting again,
// as none of it would under systemd, where the rest of a unit is killed first.
import test, { afterEach } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Client } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { Imap, Smtp } from "./lib/mail.mjs";
import { childrenOf, lives } from "./lib/program.mjs";
import { DIR, killPart, startPart, until } from "./lib/stack.mjs";

const mainOf = (part) => Number(readFileSync(`${DIR}/pid/${part}.pid`, "utf8"));

async function page() {
	const { status } = await new Client().get("/login");
	assert.equal(status, 200);
}
async function smtp() {
	const session = await new Smtp().open();
	assert.equal((await session.command("NOOP")).code, 250);
	await session.quit();
}
async function imap() {
	const session = await new Imap().open(env.IMAPS_PORT);
	assert.ok((await session.command("NOOP")).ok);
	await session.logout();
}

const parts = { nginx: page, web: page, postfix: smtp, dovecot: imap };

afterEach(() => startPart(...Object.keys(parts)));

for (const [part, answers] of Object.entries(parts)) {
	test(`${part} starts again, and answers`, async () => {
		await answers();
		const main = mainOf(part), children = childrenOf(main);
		assert.ok(children.length > 0);
		killPart(part);
		startPart(part);
		assert.notEqual(mainOf(part), main);
		await answers();
		// A worker that got no word of it goes on holding the port, or the socket.
		assert.deepEqual(await until(5000, () => children.filter(lives), (left) => left.length === 0), []);
	});
}
