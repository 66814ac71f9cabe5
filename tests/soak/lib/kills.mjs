// kills.mjs: what may be killed, and how long it takes until its unit starts it again.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ROOT } from "../../web/lib/env.mjs";
import { childrenOf, stat } from "../../web/lib/program.mjs";
import { DIR } from "../../web/lib/stack.mjs";

const execute = promisify(execFile);

export const mainOf = (part) => Number(readFileSync(`${DIR}/pid/${part}.pid`, "utf8"));

// Without holding up who works meanwhile.
export const startParts = (...parts) => execute(join(ROOT, "stack/stack"), ["part-start", ...parts],
	{ env: { ...process.env, RUN_DIR: dirname(process.env.POSTSTELLE_ENV) } });

// The main process; seconds as in the unit (RestartSec=), or, where Debian's unit has no Restart=, until
// somebody starts it.
const main = (part, seconds) => ({ name: part, part, seconds, find: () => mainOf(part) });
// One of its children, which it replaces by itself.
const child = (part, name) => ({ name, find: (random) => random.of(childrenOf(mainOf(part))) });

export const kinds = [
	main("web", 2), child("web", "web worker"), main("milter_name", 1), main("milter_journal", 1), main("agent", 2),
	main("mariadb", 5), main("postfix", 5), child("postfix", "postfix service"), main("dovecot", 5),
	child("dovecot", "dovecot service"), main("nginx", 5), child("nginx", "nginx worker"), main("srs", 1),
];

// Kills it, and brings it back: what was done, in a line.
export async function kill(kind, random) {
	const pid = kind.find(random);
	if (pid === undefined) {
		return `${kind.name}: none`;
	}
	const { name } = stat(pid);
	process.kill(pid, "SIGKILL");
	const begin = performance.now();
	if (kind.part !== undefined) {
		await sleep(kind.seconds * 1000);
		await startParts(kind.part);
	}
	return `${kind.name} (${name}, ${pid})${kind.part ? `, started again after ${((performance.now() - begin) / 1000).toFixed(1)} s` : ""}`;
}

// Numbers that follow from a seed alone (mulberry32).
export class Random {
	constructor(seed) {
		this.state = seed >>> 0;
	}

	next() {
		this.state = (this.state + 0x6D2B79F5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	of(list) {
		return list[Math.floor(this.next() * list.length)];
	}
}
