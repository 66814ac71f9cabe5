// The supervisor under real signals: none is lost, at whatever moment it comes; as process 1 of a
// container; killed, and started again at once.
import test, { after, afterEach } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, halfRequest } from "./lib/fastcgi.mjs";
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

const stat = (pid) => {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, "latin1");
		const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
		return { name: text.slice(text.indexOf("(") + 1, text.lastIndexOf(")")), state, parent: Number(parent) };
	} catch {
		return { name: "", state: "X", parent: 0 };
	}
};
const lives = (pid) => !"XZ".includes(stat(pid).state);
const familyOf = (parent) => readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && stat(pid).parent === parent).map(Number);
const childrenOf = (parent) => familyOf(parent).filter(lives);
// What it didn't start itself (only `sleep` here), dead or alive.
const strangersOf = (parent) => familyOf(parent).filter((pid) => stat(pid).name === "sleep");

const started = [];
afterEach(() => started.forEach(({ child }) => child.kill("SIGKILL")));
after(() => rmSync(directory, { recursive: true }));

class Supervisor {
	log = "";

	// asFirst: as process 1 of a process namespace of its own.
	constructor({ workers = 4, asFirst = false } = {}) {
		const command = [`${DIR}/bin/poststelle.fcgi`, "--config", configuration(workers)];
		const unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
		const [program, ...args] = asFirst ? [...unshare, ...command] : command;
		this.child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
		this.child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
		this.ended = once(this.child, "exit").then(([code, signal]) => code ?? signal);
		this.asFirst = asFirst;
		this.count = workers;
		started.push(this);
	}

	get pid() {
		return this.asFirst ? childrenOf(this.child.pid)[0] : this.child.pid;
	}

	// None once it has ended.
	get workers() {
		return this.pid === undefined ? [] : childrenOf(this.pid);
	}

	async says(text) {
		assert.ok(await until(LONG_MS, () => this.log.includes(text), Boolean, 1), `no ${text} in:\n${this.log}`);
		return this;
	}

	// All its workers run, and one of them has answered.
	async answers() {
		assert.ok(await until(LONG_MS, () => this.workers.length === this.count, Boolean, 10), this.log);
		const answer = await until(LONG_MS, () => ask(socket, "/login").catch(() => ""), (text) => text !== "", 10);
		assert.match(answer, /^Status: 200/);
		return this;
	}

	async stops(signal = "SIGTERM") {
		process.kill(this.pid, signal);
		const limit = setTimeout(() => this.child.kill("SIGKILL"), LONG_MS);
		assert.equal(await this.ended, 0, `of ${signal} it did not end well:\n${this.log}`);
		clearTimeout(limit);
		assert.match(this.log, /event=stopped\n$/);
	}
}

test("SIGTERM and SIGINT end it at any moment, while its many workers are being forked too", async () => {
	for (let round = 0; round < 24; round++) {
		const supervisor = await new Supervisor({ workers: 12 }).says("event=started");
		await sleep(round % 3 === 0 ? 0 : Math.random() * 120);
		await supervisor.stops(round % 2 === 0 ? "SIGTERM" : "SIGINT");
	}
});

test("process 1 of a container: workers answer, a signal at any moment ends it, orphans are reaped", async () => {
	for (let round = 0; round < 12; round++) {
		const supervisor = await new Supervisor({ asFirst: true }).says("event=started");
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
		const early = new Supervisor({ asFirst: true });
		const pid = await until(LONG_MS, () => early.pid, (found) => found !== undefined && /poststelle/.test(readFileSync(`/proc/${found}/cmdline`, "utf8").split("\0")[0]), 1);
		await until(LONG_MS, () => readFileSync(`/proc/${pid}/status`, "utf8"), (text) => !/^SigBlk:\t0+$/m.test(text), 1);
		await early.stops();
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
	const second = await (await new Supervisor().says("event=started")).answers();
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
