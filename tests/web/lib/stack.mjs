// stack.mjs: the instance that is tested, from its administrator's side: servers stopped and
// started, the database asked, the command line used.
import { execFileSync, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT, env } from "./env.mjs";

// The directory of the instance; its parts are named in stack/common.sh.
export const DIR = realpathSync(dirname(env.DB_SOCKET) + "/..");
const environment = { ...process.env, RUN_DIR: process.env.POSTSTELLE_ENV ? dirname(process.env.POSTSTELLE_ENV) : join(ROOT, "var/run") };

function output(program, args, input, more) {
	const { status, stdout, stderr } = spawnSync(program, args, { env: { ...environment, ...more }, encoding: "utf8", input, maxBuffer: 1 << 26 });
	if (status !== 0) {
		throw new Error(`${args.slice(0, 4).join(" ")}: ${stdout}${stderr}`);
	}
	return stdout;
}
const stack = (args, input) => output(join(ROOT, "stack/stack"), args, input);

export const startPart = (...parts) => stack(["part-start", ...parts]);
export const stopPart = (...parts) => stack(["part-stop", ...parts]);
export const killPart = (...parts) => stack(["part-kill", ...parts]);
// After a database outage Postfix bars that host for a minute; for tests that aren't about that.
export const reloadPostfix = () => run("postfix", "-c", `${DIR}/postfix/etc`, "reload");
// As `stack cli` and `stack sql` do it, in a fraction of their time; tests ask thousands of times.
const isRoot = process.getuid() === 0;
// Of a sanitized program: to look for leaks at its end takes it as long as all the rest.
export const WITHOUT_LEAKS = { ASAN_OPTIONS: "detect_leaks=0" };
// A file's first of each command looks for leaks.
const known = new Set();
function command(args, input) {
	if (!isRoot) {
		return stack(["cli", ...args], input);
	}
	const kind = args.slice(0, 2).join(" ");
	const more = known.has(kind) ? WITHOUT_LEAKS : {};
	known.add(kind);
	return output(`${DIR}/bin/poststelle`, ["--config", `${DIR}/conf/poststelle.conf`, ...args], input, more);
}
// poststelle(1) on this instance.
export const cli = (...args) => command(args);
// The same with something on standard input.
export const cliWith = (input, ...args) => command(args, input);
const client = ["--no-defaults", "-uroot", "-S", `${DIR}/db/sock`, "--default-character-set=utf8mb4", env.DB_NAME];
const ask = (...args) => (isRoot ? output("mariadb", [...client, ...args]) : stack(["sql", ...args]));
// Rows of a query as arrays of texts. A single statement that lost a deadlock with the product's is asked again.
export function sql(query) {
	for (;;) {
		try {
			return ask("-N", "-B", "-e", query).split("\n").filter(Boolean).map((line) => line.split("\t"));
		} catch (error) {
			if (query.includes(";") || !error.message.includes("ERROR 1213 ")) {
				throw error;
			}
		}
	}
}
// Settings as they are saved: with another version, by which a worker knows its copy to be old.
export const setSetting = (columns) => sql(`UPDATE setting SET ${columns}, version = version + 1 WHERE id = 1`);
// Without an error for what goes wrong.
export const run = (program, ...args) => execFileSync(program, args, { encoding: "utf8" });

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// On a busy machine everything takes some times as long as on a quiet one, for which tests say how long they wait.
const PATIENCE = 4;
// Asks again every so often until the answer pleases, at most so long; the last answer.
export async function until(ms, ask, pleases, every = 100) {
	const end = Date.now() + ms * PATIENCE;
	for (;;) {
		const answer = await ask();
		if (pleases(answer) || Date.now() > end) {
			return answer;
		}
		await sleep(every);
	}
}
