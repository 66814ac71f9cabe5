// site.mjs: a second web program with nginx before it as it is shipped, beside those of the instance:
// for settings that only some offices have.
import net from "node:net";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DIR, run, until } from "./stack.mjs";

const WWW = { uid: Number(run("id", "-u", "www-data")), gid: Number(run("id", "-g", "www-data")) };
const CONF = `${DIR}/conf`;

async function freePort() {
	const server = net.createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	await new Promise((resolve) => server.close(resolve));
	return port;
}

export const secret = readFileSync(`${CONF}/proxy-secret`, "utf8").trim();

export class Site {
	// web: changes the text of web.conf; nginx: that of the site (nginx.conf.example, filled in).
	async start({ web = (text) => text, nginx = (text) => text } = {}) {
		this.directory = mkdtempSync(`${DIR}/site.`);
		chmodSync(this.directory, 0o755);
		mkdirSync(`${this.directory}/web`);
		chownSync(`${this.directory}/web`, WWW.uid, WWW.gid);
		this.socket = `${this.directory}/web/sock`;
		const port = await freePort();
		this.base = `http://127.0.0.1:${port}`;
		const conf = readFileSync(`${CONF}/web.conf`, "utf8").replace(`${DIR}/web/sock`, this.socket);
		writeFileSync(`${this.directory}/web.conf`, web(conf), { mode: 0o640 });
		chownSync(`${this.directory}/web.conf`, 0, WWW.gid);
		this.child = spawn(`${DIR}/bin/poststelle.fcgi`, ["--config", `${this.directory}/web.conf`], { ...WWW, stdio: ["ignore", "ignore", openSync(`${this.directory}/web.log`, "a")] });
		this.ended = once(this.child, "exit");
		await until(20000, () => existsSync(this.socket) || this.child.exitCode !== null, Boolean, 20);
		const site = readFileSync(`${CONF}/nginx-site.conf`, "utf8").replace(/^\tlisten 127\.0\.0\.1:\d+;/m, `\tlisten 127.0.0.1:${port};`)
			.replaceAll(`${DIR}/web/sock`, this.socket).replaceAll(`${DIR}/log`, this.directory);
		writeFileSync(`${this.directory}/site.conf`, nginx(site));
		const frame = readFileSync(`${CONF}/nginx.conf`, "utf8").replace(`${CONF}/nginx-site.conf`, `${this.directory}/site.conf`)
			.replaceAll(`${DIR}/pid/`, `${this.directory}/`).replaceAll(`${DIR}/nginx/`, `${this.directory}/`).replaceAll(`${DIR}/log/`, `${this.directory}/`);
		writeFileSync(`${this.directory}/nginx.conf`, frame);
		const { status, stderr } = spawnSync("nginx", ["-c", `${this.directory}/nginx.conf`, "-p", this.directory, "-e", `${this.directory}/nginx.log`], { encoding: "utf8" });
		if (status !== 0) {
			throw new Error(`nginx: ${stderr}`);
		}
		this.pid = Number(await until(5000, () => existsSync(`${this.directory}/nginx.pid`) && readFileSync(`${this.directory}/nginx.pid`, "utf8"), Boolean, 20));
		return this;
	}

	async stop() {
		if (this.pid > 0) {
			process.kill(this.pid, "SIGQUIT");
			await until(10000, () => existsSync(`/proc/${this.pid}`), (lives) => !lives, 20);
		}
		this.child.kill("SIGTERM");
		await this.ended;
		rmSync(this.directory, { recursive: true, force: true });
	}
}
