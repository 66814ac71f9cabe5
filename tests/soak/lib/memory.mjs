// memory.mjs: what the web program (all its processes) and the milters take of memory, as time goes by.
import { readFileSync } from "node:fs";
import { childrenOf } from "../../web/lib/program.mjs";
import { mainOf } from "./kills.mjs";

const PARTS = ["web", "milter_name", "milter_journal"];

// Proportional set size in MB; 0 of one that isn't there.
function pssOf(pid) {
	try {
		return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024;
	} catch {
		return 0;
	}
}

const familyPss = (pid) => [pid, ...childrenOf(pid)].reduce((sum, one) => sum + pssOf(one), 0);

export class Memory {
	samples = []; // { at, web, milter_name, milter_journal } in MB; at: 0 to 1

	take(at) {
		this.samples.push({ at, ...Object.fromEntries(PARTS.map((part) => [part, familyPss(mainOf(part))])) });
	}

	// The median of a part between two times, of samples in which it was there.
	median(part, from, to) {
		const found = this.samples.filter(({ at }) => at >= from && at < to).map((sample) => sample[part]).filter((mb) => mb > 0).sort((a, b) => a - b);
		return found[Math.floor(found.length / 2)];
	}

	// Early against late, a row a part.
	rows() {
		return PARTS.map((part) => ({ part, early: this.median(part, 0.1, 0.4), late: this.median(part, 0.7, 1.01), most: Math.max(...this.samples.map((sample) => sample[part])) }));
	}
}
