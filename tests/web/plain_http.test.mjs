// nginx.conf.example on ports of its own, with TLS and without, before the workers of this instance: what
// port 80 answers and where it leads.
import test from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { ROOT, env } from "./lib/env.mjs";
import { DIR, until } from "./lib/stack.mjs";

const work = mkdtempSync("/tmp/poststelle-nginx-");
const freePort = () => new Promise((resolve) => {
	const server = net.createServer().listen(0, "127.0.0.1", () => {
		const { port } = server.address();
		server.close(() => resolve(port));
	});
});
const ports = { http: await freePort(), https: await freePort() };

// The example as it is shipped but for places of this machine.
const site = [["443 ssl", `127.0.0.1:${ports.https} ssl`], ["[::]:443 ssl", `[::1]:${ports.https} ssl`], ["80", `127.0.0.1:${ports.http}`], ["[::]:80", `[::1]:${ports.http}`]]
	.reduce((text, [from, to]) => text.replace(`listen ${from};`, `listen ${to};`), readFileSync(`${ROOT}/nginx.conf.example`, "utf8"))
	.replaceAll("/run/poststelle/web.sock", `${DIR}/web/sock`).replaceAll("/etc/poststelle/nginx-secret.conf", `${DIR}/conf/nginx-secret.conf`)
	.replaceAll("/usr/share/poststelle", `${DIR}/share`).replaceAll("/var/log/nginx", work)
	.replace("/etc/ssl/poststelle.pem", `${DIR}/tls/cert.pem`).replace("/etc/ssl/private/poststelle.key", `${DIR}/tls/key.pem`);
writeFileSync(`${work}/site.conf`, site);
writeFileSync(`${work}/nginx.conf`, readFileSync(`${ROOT}/stack/nginx.conf`, "utf8").replaceAll("@DIR@/conf/nginx-site.conf", `${work}/site.conf`)
	.replaceAll("@DIR@/pid/", `${work}/`).replaceAll("@DIR@/log/", `${work}/`).replaceAll("@DIR@/nginx/", `${work}/`));

function ask(kind, host, path, address = "127.0.0.1") {
	return new Promise((resolve, reject) => {
		(kind === "https" ? https : http).get({ host: address, port: ports[kind], path, headers: { host }, rejectUnauthorized: false }, (response) => {
			const parts = [];
			response.on("data", (part) => parts.push(part));
			response.on("end", () => resolve({ status: response.statusCode, location: response.headers.location, text: Buffer.concat(parts).toString() }));
		}).on("error", reject);
	});
}

test("the nginx example: autoconfig without TLS, everything else led to it, IPv6 too", async (t) => {
	const nginx = spawn("nginx", ["-c", `${work}/nginx.conf`, "-p", work, "-g", "daemon off;"], { stdio: ["ignore", "ignore", "inherit"] });
	t.after(() => {
		nginx.kill("SIGQUIT");
		rmSync(work, { recursive: true });
	});
	assert.ok(await until(10000, () => ask("https", "poststelle.example", "/healthz").catch(() => null), Boolean), "nginx doesn't start");
	const config = `/mail/config-v1.1.xml?emailaddress=wer%40${env.DOMAIN}`;
	for (const address of ["127.0.0.1", "::1"]) {
		assert.equal((await ask("https", "poststelle.example", "/healthz", address)).text.trim(), "ok");
		const plain = await ask("http", `autoconfig.${env.DOMAIN}`, config, address);
		assert.equal(plain.status, 200);
		assert.equal(plain.text, (await ask("https", `autoconfig.${env.DOMAIN}`, config, address)).text);
		assert.equal((await ask("http", env.DOMAIN, "/.well-known/autoconfig/mail/config-v1.1.xml", address)).status, 200);
		// Outlook's redirect method: from http to an address whose certificate holds.
		for (const path of ["/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml", "/login?next=%2Fmy", "/mailer", "/"]) {
			const there = await ask("http", `autodiscover.${env.DOMAIN}`, path, address);
			assert.deepEqual([there.status, there.location], [302, `https://poststelle.example${path}`]);
		}
	}
	assert.equal((await ask("https", `autodiscover.${env.DOMAIN}`, `/AutoDiscover/AutoDiscover.xml?Email=wer%40${env.DOMAIN}`)).status, 200);
});
