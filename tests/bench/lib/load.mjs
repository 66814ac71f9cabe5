// load.mjs: eight connections to a page, and what the processes behind it used meanwhile; an nginx of one's own.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuMs, median } from "../instance.mjs";

export const CONNECTIONS = 8;
export const FASTCGI_BUFFERS = "fastcgi_buffer_size 32k; fastcgi_buffers 32 16k;"; // as nginx.conf.example has them

export const children = (pid) => execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }).split(/\s+/).filter(Boolean);
export const withChildren = (pid) => [String(pid), ...children(pid)];

// An nginx of one worker before a FastCGI program; where: its locations. Returns its process.
export async function startNginx(dir, port, where) {
	mkdirSync(dir);
	const conf = join(dir, "nginx.conf");
	const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir}/${name};`).join(" ");
	writeFileSync(conf, `user www-data; worker_processes 1; pid ${dir}/nginx.pid; error_log ${dir}/nginx.log; daemon off;
events { worker_connections 512; }
http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; ${where} } }\n`);
	const nginx = spawn("nginx", ["-c", conf, "-p", dir], { stdio: ["ignore", openSync("/dev/null", "w"), "inherit"] });
	await new Promise((resolve) => setTimeout(resolve, 500));
	return nginx;
}

// Each connection has a thread and a session of its own: a program that locks a session's file is not
// measured waiting for itself.
const SCRIPT = (cookies) => `local cookies = {${cookies.map((cookie) => `"${cookie}"`).join(", ")}}
local threads = 0
function setup(thread) threads = threads + 1; thread:set("cookie", cookies[threads]) end
function init(args) wrk.headers["Cookie"] = cookie; wrk.headers["Accept-Language"] = "de" end
`;

// One run: requests a second, and CPU in ms a request of each part ({ name: pids }).
export function load(dir, url, cookies, seconds, parts) {
	const script = join(dir, "wrk.lua");
	writeFileSync(script, SCRIPT(cookies));
	const before = Object.values(parts).map(cpuMs);
	const output = execFileSync("wrk", [`-t${CONNECTIONS}`, `-c${CONNECTIONS}`, `-d${seconds}s`, "--timeout", "120s", "-s", script, url], { encoding: "utf8" });
	const count = Number(/(\d+) requests in/.exec(output)[1]);
	if (/Non-2xx|Socket errors/.test(output) || count === 0) {
		throw new Error(`${url}: ${output}`);
	}
	const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]);
	return { perSecond, cpu: Object.values(parts).map((pids, i) => (cpuMs(pids) - before[i]) / count) };
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

// Several runs as one: the medians.
export function middle(runs) {
	return { perSecond: median(runs.map(({ perSecond }) => perSecond)), cpu: runs[0].cpu.map((_, i) => median(runs.map(({ cpu }) => cpu[i]))),
		cpuMs: median(runs.map(({ cpu }) => sum(cpu))) };
}
