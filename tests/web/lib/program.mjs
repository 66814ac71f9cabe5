// program.mjs: one of our programs started by a test itself, its signals, and what it starts; also as
// process 1 of a process namespace of its own, as in a container.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { until } from "./stack.mjs";

export function stat(pid) {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, "latin1");
		const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
		return { name: text.slice(text.indexOf("(") + 1, text.lastIndexOf(")")), state, parent: Number(parent) };
	} catch {
		return { name: "", state: "X", parent: 0 };
	}
}

export const lives = (pid) => !"XZ".includes(stat(pid).state);
const pids = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
// Its children, dead or alive.
export const familyOf = (parent) => pids().filter((pid) => stat(pid).parent === parent);
export const childrenOf = (parent) => familyOf(parent).filter(lives);
export const commandOf = (pid) => {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").slice(0, -1);
	} catch {
		return [];
	}
};
// Those that were started with exactly this command.
export const runningAs = (...command) => pids().filter((pid) => commandOf(pid).join("\0") === command.join("\0"));

const started = [];
// For afterEach(): what a test that failed left.
export const killAll = () => started.splice(0).forEach(({ child }) => child.kill("SIGKILL"));

export class Program {
	log = "";

	constructor(command, { asFirst = false, longMs = 25000 } = {}) {
		const [program, ...args] = asFirst ? ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", ...command] : command;
		this.child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
		this.child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
		this.ended = once(this.child, "exit").then(([code, signal]) => code ?? signal);
		this.command = command;
		this.asFirst = asFirst;
		this.longMs = longMs;
		started.push(this);
	}

	// Undefined once it has ended, or before it has begun.
	get pid() {
		return this.asFirst ? childrenOf(this.child.pid)[0] : this.child.pid;
	}

	async says(pattern) {
		assert.match(await until(this.longMs, () => this.log, (log) => pattern.test(log), 1), pattern);
		return this;
	}

	// It holds back its signals, the first thing that it does (or has got further and waits for them).
	async holdsSignals() {
		const holds = () => {
			const pid = this.pid;
			return /event=started/.test(this.log)
				|| (pid !== undefined && commandOf(pid)[0] === this.command[0] && !/^SigBlk:\t0+$/m.test(readFileSync(`/proc/${pid}/status`, "utf8")));
		};
		assert.ok(await until(this.longMs, holds, Boolean, 1), this.log);
		return this;
	}

	// It ends well when it is told to.
	async stops(signal = "SIGTERM") {
		process.kill(this.pid, signal);
		const limit = setTimeout(() => this.child.kill("SIGKILL"), this.longMs);
		assert.equal(await this.ended, 0, `of ${signal} it did not end well:\n${this.log}`);
		clearTimeout(limit);
		assert.match(this.log, /event=(agent_)?stopped[^\n]*\n$/);
	}
}
