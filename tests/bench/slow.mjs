// slow.mjs: the list page of somebody beside 100 slow readers and 100 slow writers, as a ratio to the
// same page alone.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SlowClients } from "../web/lib/crowd.mjs";
import { Instance, get, median, signIn } from "./instance.mjs";

const REPEATS = 200;
const LIMIT = 2;
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
const instance = new Instance(join(work, "run"), "mariadb web nginx");
const slow = new SlowClients(instance.env.BASE_URL);
let ratio = Infinity;

async function listPage(cookie) {
	const values = [];
	for (let i = 0; i < REPEATS; i++) {
		const { status, ms } = await get(`${instance.env.BASE_URL}/mailboxes`, cookie);
		if (status !== 200) {
			throw new Error(`the list was answered ${status}`);
		}
		values.push(ms);
	}
	return median(values);
}

try {
	instance.fill(1000, 10);
	const cookie = await signIn(instance.env);
	await listPage(cookie);
	const alone = await listPage(cookie);
	await slow.readers(100, "/mailboxes/1/absence");
	await slow.writers(100, "/mailboxes/1/absence");
	const beside = await listPage(cookie);
	if (slow.patient !== 200) {
		throw new Error(`only ${slow.patient} of 200 slow clients are still there`);
	}
	ratio = beside / alone;
	console.log(`${ratio <= LIMIT ? "  " : "! "}list page alone ${alone.toFixed(2)} ms, beside 100 slow readers and 100 slow writers ${beside.toFixed(2)} ms: ${ratio.toFixed(2)}  (at most ${LIMIT})`);
} finally {
	slow.end();
	instance.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exit(ratio <= LIMIT ? 0 : 1);
