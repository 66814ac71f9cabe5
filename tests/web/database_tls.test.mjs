// A database on another machine: TCP with TLS, by name and by IPv6 address in brackets.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIR, run, until } from "./lib/stack.mjs";

const directory = mkdtempSync(join(tmpdir(), "ps-tls."));
const socket = join(directory, "sock");
const port = 20000 + (process.pid % 10000);
let server;

// An authority, the server's certificate for db.intern.example, and another authority.
function makeCertificates() {
	const at = (name) => join(directory, name);
	for (const ca of ["ca", "other"]) {
		execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${ca}`, "-keyout", at(`${ca}.key`), "-out", at(`${ca}.pem`)], { stdio: "ignore" });
	}
	execFileSync("openssl", ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", at("server.key"), "-out", at("server.csr")], { stdio: "ignore" });
	execFileSync("openssl", ["x509", "-req", "-days", "2", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-out", at("server.pem")], { stdio: "ignore" });
}

function start(...tls) {
	server = spawn("mariadbd", ["--no-defaults", "--user=mysql", `--datadir=${join(directory, "data")}`, `--tmpdir=${directory}`, `--socket=${socket}`, `--port=${port}`,
		"--bind-address=*", "--innodb-buffer-pool-size=32M", `--pid-file=${join(directory, "pid")}`, ...tls], { stdio: "ignore" });
	return until(30000, () => spawnSync("mariadb-admin", ["--no-defaults", "-uroot", "-S", socket, "ping"]).status, (status) => status === 0);
}

async function stop() {
	server.kill("SIGTERM");
	await new Promise((resolve) => server.once("exit", resolve));
}

function poststelle(hosts, more = "", ...command) {
	const conf = join(directory, "conf");
	writeFileSync(conf, readFileSync(`${DIR}/conf/poststelle.conf`, "utf8").replace(/^hosts=.*$/m, `hosts=${hosts}\n${more}`).replace(/^(name|user|password)=.*\n/gm, "")
		.replace("[database]", "[database]\nname=t\nuser=t\npassword=geheim"), { mode: 0o600 });
	return spawnSync(`${DIR}/bin/poststelle`, ["--config", conf, ...(command.length > 0 ? command : ["user", "list"])], { encoding: "utf8" });
}

test.before(async () => {
	const data = join(directory, "data");
	const { uid, gid } = JSON.parse(run("python3", "-c", "import pwd,json; p=pwd.getpwnam('mysql'); print(json.dumps({'uid':p.pw_uid,'gid':p.pw_gid}))"));
	chownSync(directory, uid, gid);
	chmodSync(directory, 0o755);
	makeCertificates();
	execFileSync("mariadb-install-db", ["--no-defaults", "--user=mysql", `--datadir=${data}`, `--tmpdir=${directory}`, "--skip-test-db", "--auth-root-authentication-method=socket", "--auth-root-socket-user=root"], { stdio: "ignore" });
	run("chmod", "-R", "a+r", directory);
	await start();
	execFileSync("mariadb", ["--no-defaults", "-uroot", "-S", socket, "-e", "CREATE DATABASE t CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; CREATE USER t IDENTIFIED BY 'geheim'; GRANT ALL ON t.* TO t"]);
	const migrated = poststelle(`127.0.0.1:${port}`, "", "migrate", "--sql-dir", `${DIR}/share/sql`);
	assert.equal(migrated.status, 0, migrated.stderr);
	await stop();
});

test.after(() => rmSync(directory, { recursive: true, force: true }));

test("a server with TLS: encrypted, and only with a certificate of the authority for that name", async (t) => {
	await start(`--ssl-cert=${join(directory, "server.pem")}`, `--ssl-key=${join(directory, "server.key")}`, "--require-secure-transport=ON");
	t.after(stop);
	const ca = (name) => `tls_ca=${join(directory, name)}`;
	for (const [what, hosts, more] of [
		["asked for, whatever the certificate", `127.0.0.1:${port}`, "tls_required=true"],
		["the authority's, for its name", `localhost:${port}`, ca("ca.pem")],
		["an IPv6 address in brackets", `[::1]:${port}`, "tls_required=true"],
		["a socket needs none", socket, ca("other.pem")],
		["the second host", `[::1]:1 localhost:${port}`, ca("ca.pem")],
	]) {
		const { status, stderr } = poststelle(hosts, more);
		assert.equal(status, 0, `${what}: ${stderr}`);
	}
	for (const [what, hosts, more] of [
		["another authority's", `localhost:${port}`, ca("other.pem")],
		["for another name", `127.0.0.1:${port}`, ca("ca.pem")],
		["no such file", `localhost:${port}`, ca("none.pem")],
	]) {
		const { status, stderr } = poststelle(hosts, more);
		assert.equal(status, 1, what);
		assert.match(stderr, /database (localhost|127\.0\.0\.1):\d+: \[\d+\]/, what);
	}
});

test("a server without TLS: not talked to where TLS is asked for", async (t) => {
	await start("--skip-ssl");
	t.after(stop);
	assert.equal(poststelle(`localhost:${port}`).status, 0);
	for (const more of ["tls_required=true", `tls_ca=${join(directory, "ca.pem")}`]) {
		const { status, stderr } = poststelle(`localhost:${port}`, more);
		assert.equal(status, 1, more);
		assert.match(stderr, /TLS|SSL/, more);
	}
});

test("a host that is none: the program says which line", () => {
	for (const host of ["[::1", "db1:0", "db1:3306:1", "[db1]:3306"]) {
		const { status, stderr } = poststelle(host);
		assert.equal(status, 2, host);
		assert.match(stderr, /conf line \d+: \[database\] hosts/, host);
	}
});
