// program.mjs: what a page costs the web program alone beside its sign-in page, and how many statements it asks
// of the database. Writes its part of bench/report.md.
// PROGRAM_SECONDS=3 is how long a page is loaded, PROGRAM_ROUNDS=5 how often.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Instance, get, signIn } from "./instance.mjs";
import { CONNECTIONS, load, middle } from "./lib/load.mjs";
import { circumstances, table, writePart } from "./lib/report.mjs";

const SECONDS = Number(process.env.PROGRAM_SECONDS ?? 3);
const ROUNDS = Number(process.env.PROGRAM_ROUNDS ?? 5);
// Statements: at most. CPU: times that of the sign-in page, at most.
const PAGES = [
	{ name: "sign-in", path: "/login", statements: 1, times: 1 },
	{ name: "mailbox", path: "/mailboxes/ID", statements: 3, times: 4 },
	{ name: "list of 50", path: "/mailboxes", statements: 5, times: 10 },
	{ name: "users", path: "/users", statements: 2, times: 6 },
];
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
const office = new Instance(join(work, "office"), "mariadb web nginx");
let failed = false;

const mark = (ok) => {
	failed ||= !ok;
	return ok ? "" : " !";
};

const executed = () => Number(office.stack("sql", "-N", "-B", "-e", "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'").split(/\s+/)[1]);

// Of a worker that has answered the page before; its other worker's first answer doesn't count.
async function statements(url, cookie) {
	const counts = [];
	for (let i = 0; i < 12; i++) {
		const before = executed();
		await get(url, cookie);
		counts.push(executed() - before);
	}
	return Math.min(...counts);
}

try {
	office.fill(1000, 10);
	const id = office.stack("sql", "-N", "-B", "-e", "SELECT MIN(id) FROM mailbox WHERE address LIKE '%@d7.example'").trim();
	const cookies = [];
	for (let i = 0; i < CONNECTIONS; i++) {
		cookies.push(await signIn(office.env));
	}
	const parts = { program: office.pids(/poststelle\.fcgi/) };
	const pages = PAGES.map((page) => ({ ...page, url: office.env.BASE_URL + page.path.replace("ID", id), runs: [] }));
	for (const page of pages) {
		load(work, page.url, cookies, 1, parts);
	}
	for (let round = 0; round < ROUNDS; round++) {
		for (const page of pages) {
			page.runs.push(load(work, page.url, cookies, SECONDS, parts));
		}
	}
	const least = middle(pages[0].runs).cpuMs;
	const rows = [];
	for (const { name, url, runs, ...most } of pages) {
		const { cpuMs } = middle(runs);
		const asked = await statements(url, cookies[0]);
		const times = cpuMs / least;
		rows.push([name, cpuMs.toFixed(3), times.toFixed(1) + mark(times <= most.times), most.times, asked + mark(asked <= most.statements), most.statements]);
		console.log(rows.at(-1).join("  "));
	}
	writePart("What a page costs the web program", `CPU ms a page of poststelle.fcgi alone, the median of ${ROUNDS} rounds of ${SECONDS} s with ${CONNECTIONS} connections (wrk); statements: what a worker
that knows the page asks of the database.

${table(["page", "CPU ms", "times the sign-in page", "at most", "statements", "at most"], rows)}
${circumstances(["mariadb-server", "nginx-common", "wrk"])}`);
} finally {
	office.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
