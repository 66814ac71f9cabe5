// peer.mjs: the mailbox list and the edit page beside PostfixAdmin's, with the same mailboxes, on the same
// machine in one run; the list's CPU beside the floor: one covering range, the same octets, no template (floor.c).
// Writes its part of bench/report.md.
// PEER_SECONDS=5 is how long a page is loaded at least, PEER_ROUNDS=3 how often, PEER_ONLY=1 the first data alone.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Instance, get, signIn } from "./instance.mjs";
import { startFloor } from "./lib/floor.mjs";
import { CONNECTIONS, load, middle } from "./lib/load.mjs";
import { Peer, SETTINGS } from "./lib/peer.mjs";
import { circumstances, table, writePart } from "./lib/report.mjs";
import { ROOT } from "../web/lib/env_file.mjs";

const SECONDS = Number(process.env.PEER_SECONDS ?? 5);
const ROUNDS = Number(process.env.PEER_ROUNDS ?? 3);
const DATA = [
	{ name: "1,000 mailboxes in one domain", mailboxes: 1000, domains: 1, list: 35, edit: 5 },
	{ name: "100 domains × 1,000", mailboxes: 100000, domains: 100, list: 500, edit: 5 },
	{ name: "100,000 in one domain", mailboxes: 100000, domains: 1, list: 1000, edit: 5 },
].slice(0, Number(process.env.PEER_ONLY ?? 3));
const FLOOR = 2.5;
const POOL = { DB_POOL: "128M", DB_FLUSH: "1" };
const WORKERS = 4;
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
let failed = false;

const mark = (ok) => {
	failed ||= !ok;
	return ok ? "" : " !";
};

// Several sessions, one for each connection.
async function sessions(sign) {
	const cookies = [];
	for (let i = 0; i < CONNECTIONS; i++) {
		cookies.push(await sign());
	}
	return cookies;
}

// What is measured is what was meant: the page has so many rows, or names the mailbox.
async function check(url, cookie, right) {
	const page = await get(url, cookie);
	if (page.status !== 200 || !right(page.body)) {
		throw new Error(`${url}: ${page.status}\n${page.body.slice(0, 2000)}`);
	}
	return page;
}

// All sides of a page, alternating. A page that takes seconds gets the time for some from each connection, once.
async function sideBySide(dir, sides) {
	for (const side of sides) {
		let { ms } = await get(side.url, side.cookies[0]);
		if (ms * CONNECTIONS < 1000) {
			load(dir, side.url, side.cookies, 1, side.parts);
		}
		({ ms } = await get(side.url, side.cookies[0]));
		side.seconds = Math.max(SECONDS, Math.ceil(ms / 1000 * CONNECTIONS / 2 * (SECONDS < 3 ? 3 : 8)));
		side.runs = [];
	}
	for (let round = 0; round < ROUNDS; round++) {
		for (const side of round % 2 ? [...sides].reverse() : sides) {
			if (round === 0 || side.seconds <= 2 * SECONDS) {
				side.runs.push(load(dir, side.url, side.cookies, side.seconds, side.parts));
			}
		}
	}
	return sides.map(({ runs }) => middle(runs));
}

const row = (name, page, ours, peer, least) => {
	const ratio = ours.perSecond / peer.perSecond;
	const line = [name, page, ours.perSecond.toFixed(0), ours.cpuMs.toFixed(2), peer.perSecond.toFixed(peer.perSecond < 20 ? 1 : 0), peer.cpuMs.toFixed(peer.cpuMs < 20 ? 2 : 0), ratio.toFixed(ratio < 20 ? 1 : 0) + mark(ratio >= least), least];
	console.log(line.join("  "));
	return line;
};

async function measure({ name, mailboxes, domains, list, edit }, number) {
	const dir = join(work, String(number));
	execFileSync("install", ["-d", "-m", "0755", dir]);
	const ours = new Instance(join(dir, "ours"), "mariadb web nginx", POOL);
	let database, peer, floor;
	try {
		database = new Instance(join(dir, "database"), "mariadb", POOL);
		// Filled in memory, measured as both are set up.
		const pool = (size, flush) => ours.stack("sql", "-e", `SET GLOBAL innodb_buffer_pool_size = ${size} << 20, GLOBAL innodb_flush_log_at_trx_commit = ${flush}`);
		pool(2048, 2);
		ours.fill(mailboxes, domains);
		pool(parseInt(POOL.DB_POOL, 10), POOL.DB_FLUSH);
		const rows = ours.stack("sql", "-N", "-B", "-e", `SELECT m.id, m.address, m.email_name, m.quota_mb, m.active, d.id FROM mailbox m JOIN domain d ON d.id = m.domain_id WHERE d.name LIKE 'd%.example' ORDER BY m.address`)
			.trim().split("\n").map((line) => line.split("\t"));
		const boxes = rows.map(([id, address, email_name, quota, active, domain_id]) => ({ id, address, name: email_name, quota: Number(quota), active, domain_id, domain: address.split("@")[1] }));
		const one = boxes.find(({ domain }) => domain === `d${domains - 1}.example`);
		peer = new Peer(dir, database);
		peer.fill(boxes);
		await peer.start();
		const cookies = { ours: await sessions(() => signIn(ours.env)), peer: await sessions(() => peer.signIn()) };
		const ourParts = { database: ours.pids(/^mariadbd/), program: ours.pids(/poststelle\.fcgi/), nginx: ours.pids(/nginx: /) };
		const urls = {
			list: [`${ours.env.BASE_URL}/mailboxes?domain=${one.domain_id}`, `${peer.url}/list-virtual.php?domain=${one.domain}&tab=mailbox`],
			edit: [`${ours.env.BASE_URL}/mailboxes/${one.id}`, `${peer.url}/edit.php?table=mailbox&edit=${encodeURIComponent(one.address)}`],
		};
		const count = (body, pattern) => (body.match(pattern) ?? []).length;
		const page = await check(urls.list[0], cookies.ours[0], (body) => count(body, /<th scope="row">/g) === 50);
		await check(urls.list[1], cookies.peer[0], (body) => count(body, /edit\.php\?table=mailbox/g) >= 50 && body.includes(one.address));
		for (const side of [0, 1]) {
			await check(urls.edit[side], [cookies.ours, cookies.peer][side][0], (body) => body.includes(side === 0 ? one.address : one.address.split("@")[0]));
		}
		floor = await startFloor(dir, ours, Buffer.byteLength(page.body), "range");
		const mine = (url) => ({ url, cookies: cookies.ours, parts: ourParts });
		const its = (url) => ({ url, cookies: cookies.peer, parts: peer.parts });
		const [listOurs, listPeer, least] = await sideBySide(dir, [mine(urls.list[0]), its(urls.list[1]), { url: floor.url, cookies: cookies.ours, parts: floor.parts }]);
		const [editOurs, editPeer] = await sideBySide(dir, [mine(urls.edit[0]), its(urls.edit[1])]);
		const ratio = listOurs.cpuMs / least.cpuMs;
		const parts = ({ cpu }) => cpu.map((ms) => ms.toFixed(2)).join(" + ");
		console.log(`${name}: CPU of a list page ${listOurs.cpuMs.toFixed(2)} ms (${parts(listOurs)}), floor ${least.cpuMs.toFixed(2)} (${parts(least)}): ${ratio.toFixed(2)}`);
		return { pages: [row(name, "list of 50", listOurs, listPeer, list), row(name, "edit one", editOurs, editPeer, edit)],
			floor: [name, `${listOurs.cpuMs.toFixed(2)} (${parts(listOurs)})`, `${least.cpuMs.toFixed(2)} (${parts(least)})`, ratio.toFixed(2) + mark(ratio <= FLOOR), FLOOR] };
	} finally {
		floor?.stop();
		peer?.stop();
		ours.stop();
		database?.stop();
		rmSync(dir, { recursive: true, force: true });
	}
}

try {
	const results = [];
	for (const [number, data] of DATA.entries()) {
		results.push(await measure(data, number));
	}
	writePart("Pages, beside PostfixAdmin and the floor", `${CONNECTIONS} connections with a session each (wrk), side by side in one run, the median of ${ROUNDS} rounds of ${SECONDS} s at least (a page that takes
seconds: one round of some requests from each connection). CPU: the sum over database, program and nginx of what /proc/PID/stat
says, for each request that was answered.

${table(["mailboxes", "page", "Poststelle, requests/s", "CPU ms", "PostfixAdmin, requests/s", "CPU ms", "ratio", "at least"], results.flatMap(({ pages }) => pages))}
The floor is one covering range of 51 rows, prepared once, the same number of octets, no template (tests/bench/floor.c).

${table(["mailboxes", "list page, CPU ms (database + program + nginx)", "floor", "ratio", "at most"], results.map(({ floor }) => floor))}
${circumstances(["mariadb-server", "nginx-common", "php8.2-fpm", "php8.2-opcache", "wrk"])}- PostfixAdmin ${execFileSync("dpkg-deb", ["-f", join(ROOT, "var/postfixadmin.deb"), "Version"], { encoding: "utf8" }).trim()}: ${SETTINGS}
- Poststelle: its own settings; ${WORKERS} workers, as is the floor; nginx.conf.example, 1 worker
- MariaDB, one for each of the two: innodb_buffer_pool_size = ${POOL.DB_POOL}, innodb_flush_log_at_trx_commit = ${POOL.DB_FLUSH}, innodb_adaptive_hash_index on, performance_schema off, unix socket
- Data: names, states, limits and addresses are the same on both sides (tests/bench/fill.c); ours has users and assignments besides`);
} finally {
	rmSync(work, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
