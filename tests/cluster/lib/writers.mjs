// writers.mjs: who goes on working while a node is in trouble: people at pages, senders of mail. Each
// notes what it was told is done, and how long it got nothing done.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Smtp } from "../../web/lib/mail.mjs";
import { formsOf } from "../../web/lib/html.mjs";
import { letter } from "../../mail/lib/box.mjs";

const HANGS_MS = 30000;
const PAUSE_MS = 50;

const inTime = (work) => Promise.race([work, sleep(HANGS_MS, null, { ref: false }).then(() => { throw new Error(`no answer in ${HANGS_MS} ms`); })]);

export class Writer {
	done = []; // what was acknowledged
	unsure = []; // what was tried, and not
	said = new Map(); // other answers, and how often
	gap = 0; // the longest time between two things done

	// act(name): "" if it is done, else what was answered. pause: in ms between two.
	constructor(prefix, act, pause = PAUSE_MS) {
		this.prefix = prefix;
		this.act = act;
		this.pause = pause;
		this.running = this.#run();
	}

	async #run() {
		let last = performance.now();
		for (let count = 0; !this.isStopped; count++) {
			const name = `${this.prefix}${String(count).padStart(4, "0")}`;
			const answer = await inTime(this.act(name)).catch((error) => error.cause?.message ?? error.message);
			if (answer === "") {
				this.done.push(name);
				this.gap = Math.max(this.gap, performance.now() - last);
				last = performance.now();
			} else {
				this.unsure.push(name);
				this.said.set(answer, (this.said.get(answer) ?? 0) + 1);
			}
			await sleep(this.pause);
		}
		this.gap = Math.max(this.gap, performance.now() - last);
	}

	// The longest time without anything done since the last time it was asked.
	takeGap() {
		const { gap } = this;
		this.gap = 0;
		return Math.round(gap);
	}

	async stop() {
		this.isStopped = true;
		await this.running;
	}

	answers() {
		return [...this.said].map(([answer, times]) => `${times} × ${answer}`).join("; ");
	}
}

const told = ({ status }, wanted) => (status === wanted ? "" : `HTTP ${status}`);

// Somebody who looks at a page.
export const reader = (client, path, pause) => new Writer("lesen", async () => told(await client.request("GET", path), 200), pause);

// Somebody who adds further addresses to a mailbox.
export async function aliases(client, box, prefix, pause) {
	const { action, fields } = formsOf((await client.get(`/mailboxes/${box.id}`)).text).find((form) => form.action.endsWith("/aliases"));
	const domain = box.address.split("@")[1];
	return new Writer(prefix, async (name) => told(await client.post(action, { ...fields, address: `${name}@${domain}` }), 303), pause);
}

// Somebody who changes the name of a mailbox again and again.
export const names = (client, box, prefix, pause) => new Writer(prefix, async (name) => {
	const page = await client.request("GET", `/mailboxes/${box.id}`);
	return page.status === 200 ? told(await client.submit(page, `/mailboxes/${box.id}`, { email_name: name }), 303) : told(page, 200);
}, pause);

const answer = ({ code, text }) => (code === 250 ? "" : text);

// Mails from outside.
export const outsider = (box, prefix, pause) => new Writer(prefix, async (name) => {
	const smtp = await new Smtp().open();
	const said = await smtp.send("wer@welt.example", box.address, letter("From: <wer@welt.example>", name));
	await smtp.quit();
	return answer(said);
}, pause);

// Mails of a mailbox, each with a log-in of its own.
export const sender = (port, box, to, prefix, pause) => new Writer(prefix, async (name) => {
	const smtp = await new Smtp().open(port, { secure: true });
	let said = await smtp.login(box.address, box.password);
	if (said.code === 235) {
		said = await smtp.send(box.address, to.address, letter(`From: <${box.address}>`, name));
	}
	await smtp.quit();
	return answer(said);
}, pause);

// How often each of the texts is there.
export function counted(texts) {
	const counts = new Map();
	texts.forEach((text) => counts.set(text, (counts.get(text) ?? 0) + 1));
	return counts;
}

// What was acknowledged is there once, what wasn't at most once, unless a retry may leave a second.
export function held(what, found, writer) {
	const counts = counted(found);
	assert.ok(writer.done.length > 20, `${what}: ${writer.done.length}`);
	assert.deepEqual(writer.done.filter((name) => counts.get(name) !== 1), [], `${what}: lost or doubled`);
	assert.deepEqual(writer.unsure.filter((name) => (counts.get(name) ?? 0) > 1), [], `${what}: not acknowledged, and doubled`);
}
