// list.mjs: the mailbox list: the same time first and last, small office and large; its cost beside
// the floor (floor.c); the workers' memory. Ratios, all of one run.
//
// BENCH_DIR=DIR keeps the two instances in DIR for the next run (RUN_DIR=DIR/large stack/stack stop ends one);
// BENCH_ONLY=REGEXP measures only the lines whose name matches, e.g. "user=" or "CPU".
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Instance, get, median, pssKb, signIn } from "./instance.mjs";
import { startFloor } from "./lib/floor.mjs";
import { CONNECTIONS, load, middle } from "./lib/load.mjs";

const REPEATS = 41;
const PARTS = "mariadb web nginx";
const kept = process.env.BENCH_DIR;
const only = new RegExp(process.env.BENCH_ONLY ?? "");
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
if (kept !== undefined) {
	mkdirSync(kept, { recursive: true });
}
let failed = false;

// Of each side (env, cookie, path) the median, in turns: a machine's speed changes from one moment to the next.
async function times(...sides) {
	const values = sides.map(() => []);
	for (let i = 0; i < REPEATS; i++) {
		for (const [side, { env, cookie, path }] of sides.entries()) {
			const answer = await get(env.BASE_URL + path, cookie);
			if (answer.status !== 200) {
				throw new Error(`${path}: ${answer.status}`);
			}
			values[side].push(answer.ms);
		}
	}
	return values.map(median);
}

async function time(env, cookie, path) {
	return (await times({ env, cookie, path }))[0];
}

// A line of the report, if it is wanted.
async function line(name, measure, limit, unit) {
	if (only.test(name)) {
		report(name, await measure(), limit, unit);
	}
}

const next = (body) => /<a href="([^"]+)" rel="next">/.exec(body)?.[1].replaceAll("&amp;", "&");

function report(name, value, limit, unit = "") {
	const ok = value <= limit;
	failed ||= !ok;
	console.log(`${ok ? "  " : "! "}${name.padEnd(58)} ${value.toFixed(2)}${unit}  (at most ${limit}${unit})`);
}

const small = new Instance(join(kept ?? work, "small"), PARTS, { kept: kept !== undefined });
const large = new Instance(join(kept ?? work, "large"), PARTS, { kept: kept !== undefined });

async function slowestStep(q, cookie) {
	let path = `/mailboxes?q=${encodeURIComponent(q)}`;
	let slowest = 0;
	for (let steps = 0; path !== undefined && steps < 40; steps++) {
		slowest = Math.max(slowest, await time(large.env, cookie, path));
		path = next((await get(large.env.BASE_URL + path, cookie)).body);
	}
	return slowest;
}

// CPU a request beside the floor's, alternating, and memory.
async function cost(cookie) {
	const cookies = Array(CONNECTIONS).fill(cookie);
	const url = `${large.env.BASE_URL}/mailboxes`;
	const page = await get(url, cookie);
	const floor = await startFloor(work, large, Buffer.byteLength(page.body));
	const parts = { database: large.pids(/^mariadbd/), program: large.pids(/poststelle\.fcgi/), nginx: large.pids(/nginx: /) };
	const sides = { ours: { url, parts, runs: [] }, floor: { ...floor, runs: [] } };
	for (const { url, parts } of Object.values(sides)) {
		load(work, url, cookies, 1, parts);
	}
	for (let round = 0; round < 5; round++) {
		for (const { url, parts, runs } of Object.values(sides)) {
			runs.push(load(work, url, cookies, 3, parts));
		}
	}
	floor.stop();
	for (const [who, { runs }] of Object.entries(sides)) {
		const each = Object.keys(parts).map((name, i) => `${name} ${middle(runs).cpu[i].toFixed(3)}`);
		console.log(`CPU ms a page of ${page.body.length} characters, ${who}: ${each.join(", ")}`);
	}
	report("CPU of a list page to the floor's", middle(sides.ours.runs).cpuMs / middle(sides.floor.runs).cpuMs, 2);
	const workers = parts.program.filter((pid) => parts.program.includes(execFileSync("ps", ["-o", "ppid=", "-p", pid], { encoding: "utf8" }).trim()));
	report(`PSS of ${workers.length} workers`, pssKb(workers) / 1024, 35, " MB");
}

try {
	console.log("filling 1,000 and 100,000 mailboxes ...");
	small.fill(1000, 10);
	large.fill(100000, 100);
	const smallFirst = { env: small.env, cookie: await signIn(small.env), path: "/mailboxes" };
	const cookie = await signIn(large.env);
	await times(smallFirst, { env: large.env, cookie, path: "/mailboxes" });

	console.log(`first page of 1,000 mailboxes: ${(await times(smallFirst))[0].toFixed(2)} ms`);
	const domain = /<option value="(\d+)">d42\.example/.exec((await get(`${large.env.BASE_URL}/mailboxes`, cookie)).body)[1];
	const lasts = { address: "a.zoe.zimmermann99", "-address": "a.anna.bauer2", name: "n.em9lIHdl", "-name": "n.YW5uYSBiYXVlcgE=", storage: "s.420000000000.m", "-storage": "s.20.a" };
	const ratio = (path) => async () => {
		const [page, first] = await times({ env: large.env, cookie, path }, smallFirst);
		return page / first;
	};
	for (const sort of ["address", "-address", "name", "-name", "storage", "-storage"]) {
		const path = `/mailboxes?sort=${sort}`;
		await line(`100,000, sort=${sort}, first page`, ratio(path), 2);
		await line(`100,000, sort=${sort}, domain, first page`, ratio(`${path}&domain=${domain}`), 2);
		await line(`100,000, sort=${sort}, near the end`, ratio(`${path}&after=${lasts[sort]}`), 2);
		await line(`100,000, sort=${sort}, domain, near the end`, ratio(`${path}&domain=${domain}&after=${lasts[sort]}`), 2);
	}
	// A word within a mark or a user's mailboxes is looked for in two lists: in bounded steps, as several words are.
	const lists = ["unassigned", "known", "full", "&user=bench7"];
	for (const q of ["", "m", "mueller", "zoe", "gibtesnicht"]) {
		for (const state of ["", "active", "inactive", "vip", "deleted", ...lists]) {
			for (const where of ["", `&domain=${domain}`]) {
				for (const sort of ["", "&sort=name", "&sort=-storage"]) {
					const path = `/mailboxes?q=${q}&state=${state}${where}${sort}`;
					await (q !== "" && lists.includes(state) ? line(path.slice(10), () => time(large.env, cookie, path), 20, " ms") : line(path.slice(10), ratio(path), 2));
				}
			}
		}
	}
	for (const q of ["mueller max", "max mueller zoe", "m a", "anna weiss d42", "max gibtesnicht", "k z e", "ida ida1"]) {
		await line(`several words "${q}": the slowest step`, () => slowestStep(q, cookie), 20, " ms");
	}
	if (only.test("CPU and memory")) {
		await cost(cookie);
	}
} finally {
	small.stop();
	large.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
