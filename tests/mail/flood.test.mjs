// One mailbox sends a hundred mails a second, as a program with a list would (or whoever
// stole its password, were its own limit not there): the mails of others are taken meanwhile.
import test from "node:test";
import assert from "node:assert/strict";
import { DIR, run, sleep, sql } from "../web/lib/stack.mjs";
import { letter, mailbox, stamp, submission } from "./lib/box.mjs";

const SECONDS = 20;
const PER_SECOND = 100;
const SESSIONS = 20;
const OTHERS = 10;
const ORDINARY = 100;

test("a flood from one mailbox, its own limit raised: none of a hundred ordinary mails of others gets 451", async () => {
	const flooding = mailbox("flut");
	const target = mailbox("flut.ziel");
	const others = Array.from({ length: OTHERS }, (_, i) => mailbox(`flut.andere${i}`));
	sql(`UPDATE mailbox SET send_limit = 1000000 WHERE id = ${flooding.id}`);
	const begin = Date.now();
	const end = begin + SECONDS * 1000;
	let next = 0, taken = 0;
	const pump = async () => {
		const smtp = await submission(flooding);
		while (Date.now() < end) {
			const at = begin + (next++ * 1000) / PER_SECOND;
			await sleep(Math.max(0, at - Date.now()));
			const { code } = await smtp.send(flooding.address, target.address, letter(`From: <${flooding.address}>`, `flut ${stamp}`, "x"));
			taken += code === 250 ? 1 : 0;
		}
		await smtp.quit();
	};
	const ordinary = async (box, i) => {
		const answers = [];
		for (let n = 0; n < ORDINARY / OTHERS; n++) {
			await sleep(Math.max(0, begin + ((n * OTHERS + i) * SECONDS * 1000) / ORDINARY - Date.now()));
			const smtp = await submission(box);
			answers.push((await smtp.send(box.address, [others[(i + 1) % OTHERS].address, `wer@welt.example`], letter(`From: <${box.address}>`, `gewoehnlich ${stamp}`))).text);
			await smtp.quit();
		}
		return answers;
	};
	const [answers] = await Promise.all([Promise.all(others.map(ordinary)), ...Array.from({ length: SESSIONS }, pump)]);
	assert.deepEqual(answers.flat().filter((text) => !text.startsWith("250 ")), []);
	assert.equal(answers.flat().length, ORDINARY);
	assert.ok(taken > 0);
	// Thousands of entries would make each later search in the journal one of several steps.
	for (const table of ["journal_reader", "journal_party", "journal_mailbox", "journal_attachment", "journal_text"]) {
		sql(`DELETE t FROM ${table} t JOIN journal_entry e ON e.id = t.entry_id WHERE e.subject = 'flut ${stamp}'`);
	}
	sql(`DELETE FROM journal_entry WHERE subject = 'flut ${stamp}'`);
	// What isn't delivered yet would keep later tests waiting.
	run("postsuper", "-c", `${DIR}/postfix/etc`, "-d", "ALL");
});
