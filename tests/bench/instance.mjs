// instance.mjs: private servers for a benchmark, and what their processes cost.
import http from "node:http";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, readEnv } from "../web/lib/env_file.mjs";

const STACK = join(ROOT, "stack/stack");
const TICK_MS = 1000 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

// kept: what runs there already is taken, with the web program as it is now, and stays when the run is over.
export class Instance {
	// more: what stack/ takes from the environment, otherwise than a benchmark usually has it.
	constructor(dir, parts, { kept = false, ...more } = {}) {
		this.kept = kept;
		const base = execFileSync(STACK, ["free-base"], { encoding: "utf8" }).trim();
		this.environment = { ...process.env, RUN_DIR: dir, PORT_BASE: base, PARTS: parts, OFFICE: "first",
			DB_POOL: "2G", DB_FLUSH: "2", WEB_WORKERS: "4", ...more };
		if (kept && existsSync(join(dir, "demo.env"))) {
			this.stack("part-stop", "web");
			copyFileSync(join(ROOT, process.env.BUILD_DIR ?? "build", "poststelle.fcgi"), join(dir, "bin/poststelle.fcgi"));
			this.stack("part-start", "web");
		} else {
			this.stack("start");
		}
		this.dir = dir;
		this.real = readlinkSync(dir);
		this.env = readEnv(join(dir, "demo.env"));
	}

	stack(...args) {
		const { status, stdout, stderr } = spawnSync(STACK, args, { env: this.environment, encoding: "utf8", maxBuffer: 1 << 28 });
		if (status !== 0) {
			throw new Error(`stack ${args.join(" ")}: ${stdout}${stderr}`);
		}
		return stdout;
	}

	fill(mailboxes, domains) {
		const filled = join(this.dir, "filled");
		if (existsSync(filled)) {
			return;
		}
		execFileSync(join(ROOT, process.env.BUILD_DIR ?? "build", "tests/bench/fill"),
			[join(this.dir, "conf/poststelle.conf"), String(mailboxes), String(domains)], { stdio: "inherit" });
		writeFileSync(filled, "");
	}

	// Processes of this instance: of a program by its name.
	pids(pattern) {
		return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).filter((pid) => {
			try {
				const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
				return pattern.test(command) && (command.includes(this.real) || this.env.PID_DIR && readFileSync(`/proc/${pid}/environ`, "utf8").includes(this.real) ||
					this.#parentIsOurs(pid));
			} catch {
				return false;
			}
		});
	}

	#parentIsOurs(pid) {
		const parent = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ")[1];
		return readFileSync(`/proc/${parent}/cmdline`, "utf8").includes(this.real);
	}

	stop() {
		if (!this.kept) {
			this.stack("stop");
		}
	}
}

// CPU time that processes have used so far, in milliseconds.
export function cpuMs(pids) {
	let ticks = 0;
	for (const pid of pids) {
		const words = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
		ticks += Number(words[11]) + Number(words[12]);
	}
	return ticks * TICK_MS;
}

// Memory that belongs to the processes alone, shared pages by their share, in KB.
export function pssKb(pids) {
	return pids.reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]), 0);
}

const agent = new http.Agent({ keepAlive: true });

// A page and how long it took, on a connection that stays open.
// A kept connection that the server has ended meanwhile is no answer: it is asked again.
export function get(url, cookie) {
	return new Promise((resolve, reject) => {
		const start = process.hrtime.bigint();
		const request = http.get(url, { agent, headers: { "accept-language": "de", ...(cookie ? { cookie } : {}) } }, (response) => {
			const parts = [];
			response.on("data", (part) => parts.push(part));
			response.on("end", () => resolve({ ms: Number(process.hrtime.bigint() - start) / 1e6, status: response.statusCode,
				body: Buffer.concat(parts).toString(), headers: response.headers }));
		}).on("error", (error) => request.reusedSocket ? resolve(get(url, cookie)) : reject(error));
	});
}

export const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

// The session's cookie of the administrator.
export async function signIn(env) {
	const page = await get(`${env.BASE_URL}/login`);
	const before = page.headers["set-cookie"].map((line) => line.split(";")[0]).join("; ");
	const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)[1];
	const body = new URLSearchParams({ csrf, login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD }).toString();
	return new Promise((resolve, reject) => {
		const request = http.request(`${env.BASE_URL}/login`, { method: "POST", agent: false, headers: { cookie: before,
			"content-type": "application/x-www-form-urlencoded", "content-length": body.length } }, (response) => {
			response.resume();
			resolve(response.headers["set-cookie"].map((line) => line.split(";")[0]).find((cookie) => cookie.startsWith("poststelle_session=")));
		}).on("error", reject);
		request.end(body);
	});
}
