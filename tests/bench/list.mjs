// list.mjs: the mailbox list: the same time first and last, small office and large; its cost beside
// the floor (floor.c); the workers' memory. Ratios, all of one run.
//
// BENCH_DIR=DIR keeps the two instances in DIR for the next run (RUN_DIR=DIR/large stack/stack stop ends one);
// BENCH_ONLY=REGEXP measures only the lines whose name matches, e.g. "user=" or "CPU".
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Instance, cpuMs, get, median, pssKb, signIn } from "./instance.mjs";
import { sum, withChildren } from "./lib/load.mjs";
import { ROOT } from "../web/lib/env_file.mjs";

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

async function time(env, cookie, path) {
	const values = [];
	for (let i = 0; i < REPEATS; i++) {
		const answer = await get(env.BASE_URL + path, cookie);
		if (answer.status !== 200) {
			throw new Error(`${path}: ${answer.status}`);
		}
		values.push(answer.ms);
	}
	return median(values);
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

// nginx alone before the floor's workers.
async function startFloor(large, octets) {
	const socket = join(work, "floor.sock");
	const server = net.createServer().listen(socket);
	await new Promise((resolve) => server.once("listening", resolve));
	chmodSync(socket, 0o666);
	const workers = [];
	for (let i = 0; i < 4; i++) {
		workers.push(spawn(join(ROOT, process.env.BUILD_DIR ?? "build", "tests/bench/floor"),
			[join(large.dir, "conf/poststelle.conf"), String(octets)], { stdio: [server._handle.fd, "inherit", "inherit"] }));
	}
	const port = Number(new URL(large.env.BASE_URL).port) + 9;
	const conf = join(work, "nginx.conf");
	writeFileSync(conf, `user www-data; worker_processes 1; pid ${work}/nginx.pid; error_log ${work}/nginx.log;
daemon off; events { worker_connections 512; }
http { access_log off; client_body_temp_path ${work}/b; proxy_temp_path ${work}/p; fastcgi_temp_path ${work}/f; uwsgi_temp_path ${work}/u; scgi_temp_path ${work}/s;
server { listen 127.0.0.1:${port}; location / { fastcgi_pass unix:${socket}; fastcgi_buffers 16 16k;
fastcgi_param REQUEST_METHOD $request_method; fastcgi_param QUERY_STRING $query_string; fastcgi_param CONTENT_LENGTH $content_length; } } }\n`);
	const nginx = spawn("nginx", ["-c", conf, "-p", work], { stdio: ["ignore", openSync("/dev/null", "w"), "inherit"] });
	await new Promise((resolve) => setTimeout(resolve, 500));
	return { url: `http://127.0.0.1:${port}/`, workers, nginx, server,
		stop() {
			workers.forEach((worker) => worker.kill());
			nginx.kill();
			server.close();
		} };
}

function load(url, cookie, seconds) {
	const output = execFileSync("wrk", ["-t1", "-c8", `-d${seconds}s`, "-H", `Cookie: ${cookie}`, "-H", "Accept-Language: de", url], { encoding: "utf8" });
	if (/Non-2xx/.test(output)) {
		throw new Error(output);
	}
	return Number(/(\d+) requests in/.exec(output)[1]);
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
	const page = await get(`${large.env.BASE_URL}/mailboxes`, cookie);
	const floor = await startFloor(large, Buffer.byteLength(page.body));
	const database = large.pids(/^mariadbd/);
	const ours = { web: large.pids(/poststelle\.fcgi/), nginx: large.pids(/nginx: /) };
	const parts = {
		floor: { program: floor.workers.map((worker) => worker.pid), nginx: withChildren(floor.nginx.pid), database },
		ours: { program: ours.web, nginx: ours.nginx, database },
	};
	const urls = { floor: floor.url, ours: `${large.env.BASE_URL}/mailboxes` };
	const costs = { floor: [], ours: [] };
	for (const who of ["floor", "ours"]) {
		load(urls[who], cookie, 1);
	}
	for (let round = 0; round < 5; round++) {
		for (const who of ["floor", "ours"]) {
			const before = Object.values(parts[who]).map(cpuMs);
			const count = load(urls[who], cookie, 3);
			costs[who].push(Object.values(parts[who]).map((pids, i) => (cpuMs(pids) - before[i]) / count));
		}
	}
	floor.stop();
	const [mine, least] = ["ours", "floor"].map((who) => median(costs[who].map(sum)));
	for (const who of ["ours", "floor"]) {
		const each = Object.keys(parts[who]).map((name, i) => `${name} ${median(costs[who].map((values) => values[i])).toFixed(3)}`);
		console.log(`CPU ms a page of ${page.body.length} characters, ${who}: ${each.join(", ")}`);
	}
	report("CPU of a list page to the floor's", mine / least, 2);
	const workers = ours.web.filter((pid) => ours.web.includes(execFileSync("ps", ["-o", "ppid=", "-p", pid], { encoding: "utf8" }).trim()));
	report(`PSS of ${workers.length} workers`, pssKb(workers) / 1024, 35, " MB");
}

try {
	console.log("filling 1,000 and 100,000 mailboxes ...");
	small.fill(1000, 10);
	large.fill(100000, 100);
	const smallCookie = await signIn(small.env);
	const cookie = await signIn(large.env);
	await time(small.env, smallCookie, "/mailboxes");
	await time(large.env, cookie, "/mailboxes");

	const first = await time(small.env, smallCookie, "/mailboxes");
	console.log(`first page of 1,000 mailboxes: ${first.toFixed(2)} ms`);
	const domain = /<option value="(\d+)">d42\.example/.exec((await get(`${large.env.BASE_URL}/mailboxes`, cookie)).body)[1];
	const lasts = { address: "a.zoe.zimmermann99", "-address": "a.anna.bauer2", name: "n.em9lIHdl", "-name": "n.YW5uYSBiYXVlcgE=", storage: "s.420000000000.m", "-storage": "s.20.a" };
	const ratio = (path) => async () => await time(large.env, cookie, path) / first;
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
