// Mails that are slow to journal hold up one another, and nobody else.
import test from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { env } from "../web/lib/env.mjs";
import { Smtp } from "../web/lib/mail.mjs";
import { sleep, sql } from "../web/lib/stack.mjs";
import { mailbox, stamp } from "./lib/box.mjs";

const OUTSIDE = "wer@welt.example";

async function send(to, headers) {
	const smtp = await new Smtp().open(env.SMTP_PORT);
	const answer = await smtp.send(OUTSIDE, to, `From: <${OUTSIDE}>\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n${headers}\n\nText`);
	await smtp.quit();
	return answer;
}

// Somebody keeps the mailbox's lock that all its mails need, for longer than a statement waits.
async function keepLock(box) {
	const client = spawn("mariadb", ["--no-defaults", "-uroot", "-S", env.DB_SOCKET, env.DB_NAME, "-e",
		`START TRANSACTION; SELECT at FROM mailbox_clock WHERE mailbox_id = ${box.id} FOR UPDATE; SELECT SLEEP(8); COMMIT`], { stdio: "ignore" });
	assert.deepEqual(await once(client, "exit"), [0, null]);
}

test("20 connections with 180 KB of address headers to one mailbox: of 100 ordinary mails to others none is deferred", async (t) => {
	const crowded = mailbox("langsam.ziel");
	const others = Array.from({ length: 10 }, (_, i) => mailbox(`langsam.andere${i}`));
	// Each is a header of nearly 60 KB, of addresses that no mail named before.
	const list = (run, name) => `${name}: ${crowded.address}${Array.from({ length: 1500 }, (_, i) => `,\n <p${i}.${run}.${name}.${stamp}@welt.example>`).join("")}`;
	let going = true;
	const slow = [];
	const crowd = Array.from({ length: 20 }, async (_, n) => {
		for (let run = 0; going; run++) {
			slow.push((await send(crowded.address, `Subject: langsam ${stamp}\n${["To", "Cc", "Resent-To"].map((name) => list(`${n}x${run}`, name)).join("\n")}`)).code);
		}
	});
	const answers = [];
	const lock = keepLock(crowded);
	await Promise.all(others.map(async (box, n) => {
		for (let i = 0; i < 10; i++) {
			await sleep(1500); // over all the time that the lock is kept
			answers.push((await send(box.address, `To: <${box.address}>\nSubject: flott ${stamp} ${n}.${i}`)).text);
		}
	}));
	going = false;
	await lock;
	await Promise.all(crowd);
	assert.equal(answers.length, 100);
	assert.deepEqual(answers.filter((text) => !text.startsWith("250")), []);
	assert.equal(sql(`SELECT COUNT(*) FROM journal_entry WHERE subject LIKE 'flott ${stamp} %'`)[0][0], "100");
	t.diagnostic(`${slow.length} slow mails, ${slow.filter((code) => code !== 250).length} of them deferred`);
	// What was taken of the slow ones is journaled.
	assert.equal(sql(`SELECT COUNT(*) FROM journal_entry WHERE subject = 'langsam ${stamp}'`)[0][0], String(slow.filter((code) => code === 250).length));
});
