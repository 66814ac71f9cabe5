// The supervisor under real signals: none is lost, at whatever moment it comes; as process 1 of a
// container; killed, and started again at once.
import test, { after, afterEach } from "node:test";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, halfRequest } from "./lib/fastcgi.mjs";
import { Program, childrenOf, familyOf, killAll, lives, stat } from "./lib/program.mjs";
import { DIR, run, sleep, until } from "./lib/stack.mjs";

// More than is needed for anything here; less than what a lost signal costs.
const LONG_MS = 25000;
const directory = mkdtempSync(join(tmpdir(), "ps-supervisor."));
const socket = join(directory, "sock");

function configuration(workers) {
	const path = join(directory, `${workers}.conf`);
	const web = readFileSync(`${DIR}/conf/web.conf`, "utf8").replace(/^(socket|workers)=.*\n/gm, "");
	writeFileSync(path, web.replace("[web]", `[web]\nsocket=${socket}\nworkers=${workers}`), { mode: 0o600 });
	return path;
}

// What it didn't start itself (only `sleep` here), dead or alive.
const strangersOf = (parent) => familyOf(parent).filter((pid) => stat(pid).name === "sleep");

afterEach(killAll);
after(() => rmSync(directory, { recursive: true }));

class Supervisor extends Program {
	constructor({ workers = 4, asFirst = false } = {}) {
		super([`${DIR}/bin/poststelle.fcgi`, "--config", configuration(workers)], { asFirst, longMs: LONG_MS });
		this.count = workers + 1; // the last one goes on with what was begun on pages
	}

	// None once it has ended.
	get workers() {
		return this.pid === undefined ? [] : childrenOf(this.pid);
	}

	// All its workers run, and one of them has answered.
	async answers() {
		assert.ok(await until(LONG_MS, () => this.workers.length === this.count, Boolean, 10), this.log);
		const answer = await until(LONG_MS, () => ask(socket, "/login").catch(() => ""), (text) => text !== "", 10);
		assert.match(answer, /^Status: 200/);
		return this;
	}
}

test("SIGTERM and SIGINT end it at any moment, while its many workers are being forked too", async () => {
	for (let round = 0; round < 24; round++) {
		const supervisor = await new Supervisor({ workers: 12 }).says(/event=started/);
		await sleep(round % 3 === 0 ? 0 : Math.random() * 120);
		await supervisor.stops(round % 2 === 0 ? "SIGTERM" : "SIGINT");
	}
});

test("process 1 of a container: workers answer, a signal at any moment ends it, orphans are reaped", async () => {
	for (let round = 0; round < 12; round++) {
		const supervisor = await new Supervisor({ asFirst: true }).says(/event=started/);
		if (round % 3 === 0) {
			await supervisor.answers();
			// Somebody's child whose parent is gone becomes its own.
			run("nsenter", "--target", String(supervisor.pid), "--pid", "sh", "-c", "(sleep 0.05 >&- 2>&- &)");
			assert.deepEqual(await until(LONG_MS, () => strangersOf(supervisor.pid), (left) => left.length === 0), []);
			assert.doesNotMatch(supervisor.log, /worker_(ended|died)/);
		}
		await sleep(Math.random() * 50);
		await supervisor.stops();
	}
	// Told to stop before it has read its configuration.
	for (let round = 0; round < 6; round++) {
		await (await new Supervisor({ asFirst: true }).holdsSignals()).stops();
	}
});

test("killed: its workers end, and its successor starts at once, however busy they are", async () => {
	const first = await (await new Supervisor().answers());
	const before = first.workers;
	// One that waits for the rest of a request, and goes on waiting.
	const busy = await halfRequest(socket);
	await until(LONG_MS, () => before.filter((pid) => readFileSync(`/proc/${pid}/wchan`, "utf8").includes("stream_read")), (found) => found.length > 0, 10);
	process.kill(first.pid, "SIGKILL");
	await first.ended;
	const second = await (await new Supervisor().says(/event=started/)).answers();
	for (let i = 0; i < 20; i++) {
		assert.match(await ask(socket, "/login"), /^Status: 200/);
	}
	assert.equal((await until(LONG_MS, () => before.filter(lives), (left) => left.length <= 1)).length, 1, "only the busy one");
	busy.destroy();
	assert.deepEqual(await until(LONG_MS, () => before.filter(lives), (left) => left.length === 0), []);
	await second.answers();
	// And a third one is told that this one lives.
	const third = new Supervisor();
	assert.equal(await third.ended, 1);
	assert.match(third.log, /another one is running/);
	await second.stops();
});

test("SIGHUP, however many: every worker is replaced, every request answered", async () => {
	const supervisor = await (await new Supervisor().answers());
	const before = supervisor.workers;
	let asking = true;
	const answers = [];
	const client = async () => {
		while (asking) {
			answers.push(await ask(socket, "/login").catch((error) => error.message));
		}
	};
	const clients = [client(), client()];
	for (let i = 0; i < 10; i++) {
		process.kill(supervisor.pid, "SIGHUP");
		await sleep(Math.random() * 30);
	}
	const now = await until(LONG_MS, () => supervisor.workers, (pids) => pids.length === before.length && pids.every((pid) => !before.includes(pid)));
	asking = false;
	await Promise.all(clients);
	assert.equal(now.length, before.length);
	assert.ok(now.every((pid) => !before.includes(pid)), `${now} of ${before}`);
	assert.ok(answers.length > 0);
	assert.deepEqual(answers.filter((text) => !/^Status: 200/.test(text)), []);
	// A worker told to stop is replaced too: it has the signals that the supervisor holds back.
	process.kill(now[0], "SIGTERM");
	assert.ok(await until(LONG_MS, () => supervisor.workers, (pids) => pids.length === before.length && !pids.includes(now[0])));
	await supervisor.stops();
});
