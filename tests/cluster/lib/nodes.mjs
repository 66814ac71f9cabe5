// nodes.mjs: the three database nodes of the instance: asked, killed, frozen, cut off, stopped, brought
// back, without holding up who writes meanwhile.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ROOT, env } from "../../web/lib/env.mjs";
import { DIR, until } from "../../web/lib/stack.mjs";

const execute = promisify(execFile);
const LONG_MS = 90000;

const stack = async (...args) => (await execute(join(ROOT, "stack/stack"), args, { env: { ...process.env, RUN_DIR: dirname(process.env.POSTSTELLE_ENV) } })).stdout;
export const program = async (...args) => (await execute(...args)).stdout;
export const reloadPostfix = () => program("postfix", ["-c", `${DIR}/postfix/etc`, "reload"]);

class Node {
	constructor(number) {
		this.number = number;
		this.part = number === 1 ? "mariadb" : `node${number}`;
		this.socket = `${DIR}/db${number === 1 ? "" : number}/sock`;
	}

	// Rows as arrays of texts, of what was committed anywhere before.
	async sql(query, database = env.DB_NAME) {
		const { stdout } = await execute("mariadb", ["--no-defaults", "-uroot", "-S", this.socket, "--connect-timeout=2", "-NB", database, "-e", `SET SESSION wsrep_sync_wait = 1; ${query}`], { timeout: 20000, maxBuffer: 1 << 26 });
		return stdout.split("\n").filter(Boolean).map((line) => line.split("\t"));
	}

	async number_of(query) {
		return Number((await this.sql(query))[0][0]);
	}

	signal(name) {
		process.kill(Number(readFileSync(`${DIR}/pid/${this.part}.pid`, "utf8")), name);
	}

	// Those that speak of the node itself are answered by one that is cut off, too.
	async state() {
		const { stdout } = await execute("mariadb", ["--no-defaults", "-uroot", "-S", this.socket, "--connect-timeout=2", "-NB", "-e", "SHOW STATUS LIKE 'wsrep_local_state_comment'; SHOW STATUS LIKE 'wsrep_cluster_size'"], { timeout: 5000 });
		return stdout.match(/\S+$/gm).join(" ");
	}

	async joined() {
		const state = await until(LONG_MS, () => this.state().catch(() => "away"), (now) => now === "Synced 3", 300);
		assert.equal(state, "Synced 3", `node ${this.number}`);
	}

	set(text) {
		return execute("mariadb", ["--no-defaults", "-uroot", "-S", this.socket, "-e", `SET GLOBAL ${text}`], { timeout: 20000 });
	}

	stop() {
		return stack("part-stop", this.part);
	}

	async start() {
		await stack("part-start", this.part);
	}

	// How many connections Poststelle's programs have to it.
	async inUse() {
		return this.number_of("SELECT COUNT(*) FROM information_schema.processlist WHERE user IN ('poststelle_web', 'poststelle_milter')").catch(() => 0);
	}
}

export const nodes = [1, 2, 3].map((number) => new Node(number));
export const all = (act) => Promise.all(nodes.map(act));

export async function nodeInUse() {
	const used = await all((node) => node.inUse());
	return nodes[used.indexOf(Math.max(...used))];
}
