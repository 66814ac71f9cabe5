// writers.mjs: who goes on working while a node is in trouble: people at pages, senders of mail. Each
// notes what it was told is done, and how long it got nothing done.
import { setTimeout as sleep } from "node:timers/promises";
import { Smtp } from "../../web/lib/mail.mjs";
import { formsOf } from "../../web/lib/html.mjs";
import { letter } from "../../mail/lib/box.mjs";

const HANGS_MS = 30000;
const PAUSE_MS = 50;

const inTime = (work) => Promise.race([work, sleep(HANGS_MS, null, { ref: false }).then(() => { throw new Error(`no answer in ${HANGS_MS} ms`); })]);

class Writer {
	done = []; // what was acknowledged
	unsure = []; // what was tried, and not
	said = new Map(); // other answers, and how often
	gap = 0; // the longest time between two things done

	// act(name): "" if it is done, else what was answered.
	constructor(prefix, act) {
		this.prefix = prefix;
		this.act = act;
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
			await sleep(PAUSE_MS);
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
export const reader = (client, path) => new Writer("lesen", async () => told(await client.request("GET", path), 200));

// Somebody who adds further addresses to a mailbox.
export async function aliases(client, box, prefix) {
	const { action, fields } = formsOf((await client.get(`/mailboxes/${box.id}`)).text).find((form) => form.action.endsWith("/aliases"));
	const domain = box.address.split("@")[1];
	return new Writer(prefix, async (name) => told(await client.post(action, { ...fields, address: `${name}@${domain}` }), 303));
}

// Somebody who changes the name of a mailbox again and again.
export const names = (client, box, prefix) => new Writer(prefix, async (name) => {
	const page = await client.request("GET", `/mailboxes/${box.id}`);
	return page.status === 200 ? told(await client.submit(page, `/mailboxes/${box.id}`, { email_name: name }), 303) : told(page, 200);
});

const answer = ({ code, text }) => (code === 250 ? "" : text);

// Mails from outside.
export const outsider = (box, prefix) => new Writer(prefix, async (name) => {
	const smtp = await new Smtp().open();
	const said = await smtp.send("wer@welt.example", box.address, letter("From: <wer@welt.example>", name));
	await smtp.quit();
	return answer(said);
});

// Mails of a mailbox, each with a log-in of its own.
export const sender = (port, box, to, prefix) => new Writer(prefix, async (name) => {
	const smtp = await new Smtp().open(port, { secure: true });
	let said = await smtp.login(box.address, box.password);
	if (said.code === 235) {
		said = await smtp.send(box.address, to.address, letter(`From: <${box.address}>`, name));
	}
	await smtp.quit();
	return answer(said);
});
