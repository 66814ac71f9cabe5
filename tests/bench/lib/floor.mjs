// floor.mjs: the least that a list page can cost (floor.c), behind an nginx of its own.
import { spawn } from "node:child_process";
import { chmodSync, renameSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { FASTCGI_BUFFERS, startNginx, withChildren } from "./load.mjs";
import { ROOT } from "../../web/lib/env_file.mjs";

const WORKERS = 4;

// A listening socket for workers. It must not be this program's as well, which would take connections from them
// whenever it waits for something; closing it removes the path it was made at, so it gets another name before.
async function listenFor(socket, start) {
	const server = net.createServer().listen(`${socket}.made`);
	await new Promise((resolve) => server.once("listening", resolve));
	renameSync(`${socket}.made`, socket);
	chmodSync(socket, 0o666);
	const workers = Array.from({ length: WORKERS }, () => start(server._handle.fd));
	server.close();
	return workers;
}

// office: the Instance whose database is asked; octets: of the page; more: of floor.c's arguments.
export async function startFloor(dir, office, octets, ...more) {
	const socket = join(dir, "floor.sock");
	const program = join(ROOT, process.env.BUILD_DIR ?? "build", "tests/bench/floor");
	const workers = await listenFor(socket, (fd) => spawn(program, [join(office.dir, "conf/poststelle.conf"), String(octets), ...more], { stdio: [fd, "inherit", "inherit"] }));
	const port = Number(new URL(office.env.BASE_URL).port) + 9;
	const nginx = await startNginx(join(dir, "floor.nginx"), port, `location / { fastcgi_pass unix:${socket}; ${FASTCGI_BUFFERS}
		fastcgi_param REQUEST_METHOD $request_method; fastcgi_param QUERY_STRING $query_string; fastcgi_param CONTENT_LENGTH $content_length; }`);
	return { url: `http://127.0.0.1:${port}/`, parts: { database: office.pids(/^mariadbd/), program: workers.map(({ pid }) => String(pid)), nginx: withChildren(nginx.pid) },
		stop() {
			workers.forEach((worker) => worker.kill());
			nginx.kill();
		} };
}
