// Moving in, by the commands of docs/moving.md: from PostfixAdmin, whose own program makes its tables, with
// passwords of every scheme that Dovecot knows and mail in plain maildirs; from mailcow, with mail in a
// Dovecot that compresses and encrypts it.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminClient } from "../web/lib/client.mjs";
import { ROOT, env } from "../web/lib/env.mjs";
import { textOf } from "../web/lib/html.mjs";
import { Imap, Smtp, rcpt } from "../web/lib/mail.mjs";
import { makePostfixAdmin } from "../web/lib/postfixadmin.mjs";
import { DIR, cli, sql, until } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const work = mkdtempSync(join(process.env.TMPDIR ?? "/tmp", "moving-"));
chmodSync(work, 0o755);
const bin = join(work, "bin");
const owner = "mail"; // of the mail store here; vmail there
const run = (program, args, options = {}) => execFileSync(program, args, { encoding: "utf8", timeout: 120000, ...options });
const guide = readFileSync(join(ROOT, "docs/moving.md"), "utf8");
const mysql = (statements) => run("mariadb", ["--no-defaults", "-S", env.DB_SOCKET], { input: statements });
const PASSWORD = "Alt es-Passw0rt";

// The commands of a part of the guide, on this instance: its paths, its owner of the mail.
function commands(part, heading) {
	const section = guide.slice(guide.indexOf(`\n## ${part}`));
	const text = section.slice(section.indexOf(`\n### ${heading}`)).split(/\n##+ /)[1];
	return [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join("")
		.replaceAll("/root/", `${work}/`).replaceAll("/var/mail/vmail", join(work, "old")).replaceAll("/var/vmail", join(DIR, "mail")).replaceAll("vmail", owner)
		.replaceAll("/etc/dovecot/dovecot.conf", join(DIR, "dovecot/etc/dovecot.conf"));
}
function follow(part, heading) {
	const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", commands(part, heading)], { encoding: "utf8", env: { ...process.env, PATH: `${bin}:${process.env.PATH}` }, maxBuffer: 1 << 26, timeout: 120000 });
	return { status, said: stdout + stderr };
}
function follows(part, heading) {
	const { status, said } = follow(part, heading);
	assert.equal(status, 0, said);
	return said;
}
function program(name, text) {
	writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
}
const schemes = run("doveadm", ["pw", "-l"]).trim().split(/\s+/);
// What doveadm makes of PLAIN-TRUNC it doesn't read itself.
const hashOf = (scheme, user, password) => (scheme === "PLAIN-TRUNC" ? `{PLAIN-TRUNC}${Buffer.byteLength(password)}-${password}` : run("doveadm", ["pw", "-s", scheme, "-u", user, "-p", password]).trim());

async function logsIn(address, password) {
	const imap = await new Imap().open();
	const { ok } = await imap.login(address, password);
	await imap.logout();
	return ok;
}
const letter = (number, size = 1) => `From: a@welt.example\nTo: b@welt.example\nSubject: Alte Mail ${number}\nMessage-ID: <${number}.${stamp}@welt.example>\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n\n${"Guten Tag.\n".repeat(size)}`;

before(() => {
	mkdirSync(bin);
	// The guide's programs find this instance as they would find the machine's.
	program("poststelle", `case "$1 $2" in "import postfixadmin") set -- "$@" --socket ${env.DB_SOCKET} ;; esac
for ((i = 1; i <= $#; i++)); do [ "\${!i}" != 127.0.0.1:13306 ] || set -- "\${@:1:i-2}" --socket ${env.DB_SOCKET} --database mailcow "\${@:i+1}"; done
exec ${join(DIR, "bin/poststelle")} --config ${join(DIR, "conf/poststelle.conf")} "$@"`);
	program("mariadb", `exec /usr/bin/mariadb --no-defaults -S ${env.DB_SOCKET} "$@"`);
	program("doveadm", `case $1 in -c) exec /usr/bin/doveadm "$@" ;; *) exec /usr/bin/doveadm -c ${join(DIR, "dovecot/etc/dovecot.conf")} "$@" ;; esac`);
	program("editor", `case $1 in
*.password) echo geheim >"$1" ;;
*/fetch.conf) sed -i 's/^imapc_host = .*/imapc_host = 127.0.0.1/; s/^imapc_port = .*/imapc_port = '$OLD_PORT'/; s/^imapc_ssl = .*/imapc_ssl = no/; s/SECRET/meister/; /^ssl_client_ca_dir/d' "$1" ;;
esac`);
});
after(() => {
	stopOldDovecot(); // before its directory, with its number, is gone
	mysql("DROP DATABASE IF EXISTS postfixadmin; DROP DATABASE IF EXISTS mailcow; DROP USER IF EXISTS postfixadmin@localhost; DROP USER IF EXISTS mailcow@localhost");
	rmSync(work, { recursive: true, force: true });
});

/* ---- PostfixAdmin ---- */

const pfa = `pfa-${stamp}.example`;
const people = schemes.flatMap((scheme) => Array.from({ length: 4 }, (_, i) => ({ scheme, user: `${scheme.toLowerCase().replace(/[^a-z0-9]/g, "")}${i}@${pfa}`, password: `${PASSWORD} ${scheme} ${i}` })));

const quote = (text) => `'${text.replace(/[\\']/g, "\\$&")}'`;
const insert = (table, rows) => rows.map((row) => `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.values(row).map((value) => (typeof value === "number" ? value : quote(value))).join(", ")});`).join("\n");
const mailbox = (username, password, more = {}) => ({ username, password, name: "", maildir: `${username.split("@")[1]}/${username.split("@")[0]}/`, quota: 0, local_part: username.split("@")[0], domain: username.split("@")[1], created: "2020-01-01 00:00:00", modified: "2020-01-01 00:00:00", active: 1, ...more });
const alias = (address, goto, more = {}) => ({ address, goto, domain: address.split("@")[1], created: "2020-01-01 00:00:00", modified: "2020-01-01 00:00:00", active: 1, ...more });
const domain = (name, more = {}) => ({ domain: name, description: "", created: "2020-01-01 00:00:00", modified: "2020-01-01 00:00:00", active: 1, ...more });
const first = people[0].user;
const [second, third, onward, absent] = people.slice(1, 5).map(({ user }) => user);
const many = Array.from({ length: 1001 }, (_, i) => `v${i}@fremd.example`).join(",");
const outside = (allowed) => ["outside_members", "outside_forward"].forEach((name) => cli("settings", "set", name, allowed ? "yes" : "no"));

test("from PostfixAdmin: what will come, and what can't, is said, and nothing is changed", () => {
	makePostfixAdmin(work, env.DB_SOCKET);
	mysql(`USE postfixadmin; SET sql_mode = "";\n${insert("domain", [domain(pfa), domain(`alias-${pfa}`), domain(`still-${pfa}`, { active: 0 }), domain(`backup-${pfa}`, { backupmx: 1 })])}
${insert("mailbox", [...people.map(({ scheme, user, password }) => mailbox(user, hashOf(scheme, user, password))), mailbox(`stumm@${pfa}`, hashOf("SHA512-CRYPT", `stumm@${pfa}`, PASSWORD), { active: 0, name: "Ä \"Stumm\", GmbH", quota: 1024000 * 250 }),
		mailbox(`nackt@${pfa}`, hashOf("SHA512-CRYPT", "", PASSWORD).replace("{SHA512-CRYPT}", "")), mailbox(`still@still-${pfa}`, hashOf("SSHA512", "", PASSWORD))])}
${insert("alias", [...people.filter(({ user }) => user !== onward && user !== absent).map(({ user }) => alias(user, user)), alias(`chef@${pfa}`, first), alias(`leitung@${pfa}`, `chef@${pfa}`), alias(`alle@${pfa}`, `${first},${second.toUpperCase()},niemand@${pfa}`), alias(`weg@${pfa}`, "x@fremd.example"),
		alias(`@${pfa}`, `chef@${pfa}`), alias(`@still-${pfa}`, `${first},${second}`), alias(`oben@${pfa}`, `alle@${pfa},${third}`), alias(`tot@${pfa}`, `niemand@${pfa}`), alias(`kreis1@${pfa}`, `kreis2@${pfa},${first}`), alias(`kreis2@${pfa}`, `kreis1@${pfa},${second}`), alias(`viele@${pfa}`, many),
		alias(`aus@${pfa}`, first, { active: 0 }), alias(`nackt@${pfa}`, `nackt@${pfa},x@fremd.example`), alias(onward, `chef@alias-${pfa}`), alias(absent, `${absent},${absent.replace("@", "#")}@autoreply.${pfa}`)])}
INSERT INTO alias_domain (alias_domain, target_domain, created, modified, active) VALUES ('alias-${pfa}', '${pfa}', '2020-01-01', '2020-01-01', 1);`);
	// Version 4 has a switch for sending; this one doesn't.
	mysql("USE postfixadmin; ALTER TABLE mailbox DROP COLUMN IF EXISTS smtp_active");
	assert.equal(follow("Moving from PostfixAdmin", "1. What will come").status, 0);
	mysql(`USE postfixadmin; ALTER TABLE mailbox ADD COLUMN smtp_active TINYINT(1) NOT NULL DEFAULT 1 AFTER active; UPDATE mailbox SET smtp_active = 0 WHERE username = 'nackt@${pfa}'`);
	const tables = () => mysql("USE postfixadmin; CHECKSUM TABLE domain, mailbox, alias, alias_domain");
	const unchanged = tables();
	const said = follows("Moving from PostfixAdmin", "1. What will come");
	const kept = [`alle@${pfa}: leads to niemand@${pfa}, which is nobody's address here`, `tot@${pfa}: leads to nobody`, `@still-${pfa}: takes any address`, `aus@${pfa}: is inactive`, `kreis1@${pfa}: leads to itself`, `kreis2@${pfa}: leads to itself`, `backup-${pfa}: is a backup MX`, `${absent}: its absence note`];
	const ways = (text) => [/^list (\S+): (\d+) members$/gm, /^(\S+) is forwarded to (.*)$/gm, /^(\S+) takes what nobody in (\S+) has$/gm].map((pattern) => [...text.matchAll(pattern)].map(([, name, rest]) => `${name} ${rest}`).sort());
	for (const words of [...kept, `weg@${pfa}: leads to x@fremd.example, which is outside the office`, `weg@${pfa}: leads to nobody`, `nackt@${pfa}: leads to x@fremd.example, which is outside`, `nackt@${pfa}: isn't forwarded`, `viele@${pfa}: leads to nobody`]) {
		assert.ok(said.includes(`not taken: ${words}`), `${words}\n${said}`);
	}
	assert.ok(said.includes(`domain ${pfa} would be added`), said);
	assert.match(said, new RegExp(`mailboxes: ${people.length + 3}\n`));
	assert.deepEqual(ways(said), [[`alle@${pfa} 2`, `oben@${pfa} 2`], [`${onward} 1 addresses, no copy stays`], [`${first} ${pfa}`]]);
	assert.match(said, /lists: 2\nforwards: 1\ncatch-all addresses: 1\nother names of domains: 1\n/);
	outside(true);
	const more = follows("Moving from PostfixAdmin", "1. What will come");
	for (const words of [...kept, `viele@${pfa}: leads to more than 1000`]) {
		assert.ok(more.includes(`not taken: ${words}`), `${words}\n${more}`);
	}
	assert.deepEqual(ways(more), [[`alle@${pfa} 2`, `oben@${pfa} 2`, `weg@${pfa} 1`], [`${onward} 1 addresses, no copy stays`, `nackt@${pfa} 1 addresses, a copy stays`].sort(), [`${first} ${pfa}`]]);
	assert.equal(sql(`SELECT 1 FROM domain WHERE name = '${pfa}'`).length, 0);
	assert.equal(tables(), unchanged);
});

test("what the settings forbid before the last step takes the import back: nobody and no list was ever there", async () => {
	const admin = await adminClient();
	const add = async (name) => (await admin.save(await admin.get("/domains"), "/domains", { name })).path;
	const [path, other] = [await add(`alias-${pfa}`), await add(pfa)];
	assert.equal((await admin.save(await admin.get(path), path, { active: "1", alias_of: other.split("/").pop() })).status, 200);
	// Its steps wait for it, when what they will do is written down.
	const holder = spawn("mariadb", ["--no-defaults", "-S", env.DB_SOCKET, "--unbuffered", env.DB_NAME], { stdio: ["pipe", "pipe", "inherit"] });
	const moving = spawn("bash", ["-euo", "pipefail", "-c", commands("Moving from PostfixAdmin", "2. The mailboxes")], { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });
	const ended = new Promise((resolve) => moving.once("close", resolve));
	moving.stdout.resume();
	try {
		holder.stdin.write("BEGIN; SELECT name FROM guard WHERE name = 'ways' FOR UPDATE;\n");
		await new Promise((resolve) => holder.stdout.once("data", resolve));
		const written = await until(30000, () => sql(`SELECT COUNT(*) FROM import_way WHERE content LIKE '%${pfa}%'`), ([[n]]) => Number(n) > 0);
		assert.notEqual(written[0][0], "0");
		outside(false);
	} finally {
		holder.stdin.end("ROLLBACK;\n");
	}
	assert.notEqual(await ended, 0);
	for (const table of [`mailbox WHERE address LIKE '%${pfa}'`, `address WHERE address LIKE '%${pfa}'`, `mail_list WHERE address LIKE '%${pfa}'`, `domain WHERE name = 'still-${pfa}'`, `import_way WHERE content LIKE '%${pfa}%'`, `import_line WHERE content LIKE '%${pfa}%'`]) {
		assert.equal(sql(`SELECT COUNT(*) FROM ${table}`)[0][0], "0", table);
	}
	outside(true);
});

test("the mailboxes: their old passwords of all schemes log in; names, storage, states, aliases, other names of the domain", async () => {
	try {
		assert.match(follows("Moving from PostfixAdmin", "2. The mailboxes"), new RegExp(`${people.length + 3} mailboxes were made`));
	} finally {
		outside(false);
	}
	assert.ok(people.length >= 100);
	for (const { user, password, scheme } of people) {
		assert.ok(await logsIn(user, password), `${scheme}: ${user}`);
	}
	assert.ok(!await logsIn(first, people[1].password));
	assert.ok(await logsIn(`nackt@${pfa}`, PASSWORD));
	assert.deepEqual(sql(`SELECT address, may_log_in FROM mailbox WHERE address LIKE '%@${pfa}' AND may_send = 0`), [[`nackt@${pfa}`, "1"]]);
	assert.deepEqual(sql(`SELECT active, email_name, quota_mb FROM mailbox WHERE address = 'stumm@${pfa}'`), [["0", 'Ä "Stumm", GmbH', "245"]]);
	assert.deepEqual(sql(`SELECT address FROM mail_alias WHERE destination = '${first}' ORDER BY 1`).flat(), [`chef@${pfa}`, `chef@alias-${pfa}`, `leitung@${pfa}`, `leitung@alias-${pfa}`, first.replace("@", "@alias-")].sort());
	assert.equal((await rcpt(`chef@alias-${pfa}`)).code, 250);
	assert.deepEqual(sql(`SELECT o.name FROM domain d JOIN domain o ON o.id = d.alias_of WHERE d.name = 'alias-${pfa}'`), [[pfa]]);
	assert.deepEqual(sql(`SELECT active FROM domain WHERE name IN ('${pfa}', 'still-${pfa}') ORDER BY name`), [["1"], ["0"]]);
	// No password is stored as clear text, though it was there.
	assert.equal(sql(`SELECT 1 FROM mailbox WHERE password_hash REGEXP '^.(PLAIN|CLEAR|CLEARTEXT).${PASSWORD}'`).length, 0);
	const admin = await adminClient();
	const [[id]] = sql(`SELECT id FROM mailbox WHERE address = '${first}'`);
	const page = await admin.get(`/mailboxes/${id}/access`);
	assert.match(textOf(page.text), /von einem früheren Mailserver übernommen.*kann aber nicht angezeigt werden/);
	assert.equal((await admin.save(await admin.get(`/mailboxes/${id}/access/new-password`), "/new-password")).status, 200);
	assert.ok(!await logsIn(first, people[0].password), "a new one ends the old one");
});

test("their mail: every message is there, in every folder", async () => {
	const counts = [3, 0, 7];
	counts.forEach((count, i) => {
		const [local, name] = people[i].user.split("@");
		for (const folder of ["", ".Alte Ordner", ".Projekte.B&APw-ro"]) {
			const path = join(work, "old", name, local, folder);
			["cur", "new", "tmp"].forEach((part) => mkdirSync(join(path, part), { recursive: true }));
			for (let n = 0; n < count; n++) {
				writeFileSync(join(path, n % 2 ? "cur" : "new", `1700000${n}.M${n}P1.old${n % 2 ? ":2,S" : ""}`), letter(`${i}.${folder}.${n}`));
			}
		}
	});
	follows("Moving from PostfixAdmin", "3. Their mail");
	assert.match(follows("Moving from PostfixAdmin", "4. Check"), /All mails are there/);
	const imap = await new Imap().open();
	assert.ok((await imap.login(people[2].user, people[2].password)).ok);
	for (const folder of ["INBOX", "Alte Ordner", "Projekte/B&APw-ro"]) {
		assert.ok((await imap.command(`SELECT "${folder}"`)).lines.includes("* 7 EXISTS"), folder);
	}
	await imap.logout();
	// With the next mail the list knows how full it is.
	run(join(bin, "doveadm"), ["save", "-u", people[2].user, "-m", "INBOX"], { input: letter("neu") });
	assert.deepEqual(await until(20000, () => sql(`SELECT messages FROM mailbox_usage WHERE username = '${people[2].user}'`), ([[count]]) => count === "22"), [["22"]]);
	// The check finds what is missing.
	writeFileSync(join(work, "mails.before"), readFileSync(join(work, "mails.before"), "utf8").replace("\t21", "\t23"));
	const { status, said } = follow("Moving from PostfixAdmin", "4. Check");
	assert.notEqual(status, 0);
	assert.ok(said.includes(`differs: ${people[2].user}`), said);
});

test("lists, forwards and the catch-all mailbox take mail as they did there, and stand in the change log", async () => {
	const admin = await adminClient();
	const send = async (to) => {
		const smtp = await new Smtp().open();
		const answer = await smtp.send("wer@welt.example", to, `From: <wer@welt.example>\nTo: <${to}>\nSubject: an ${to}\n\nx`);
		await smtp.quit();
		assert.equal(answer.code, 250, answer.text);
		return sql(`SELECT m.address FROM journal_entry e JOIN journal_mailbox b ON b.entry_id = e.id AND b.reached = 1 JOIN mailbox m ON m.id = b.mailbox_id WHERE e.subject = 'an ${to}' ORDER BY 1`).flat();
	};
	assert.deepEqual(await send(`alle@${pfa}`), [first, second].sort());
	assert.deepEqual(await send(`oben@alias-${pfa}`), [first, second, third].sort());
	assert.deepEqual(await send(onward), [first, onward].sort());
	assert.deepEqual(await send(`irgendwer@${pfa}`), [first]);
	assert.deepEqual(await send(`nackt@${pfa}`), [`nackt@${pfa}`]);
	assert.deepEqual(sql(`SELECT f.keep_copy, t.address FROM forward f JOIN mailbox m ON m.id = f.mailbox_id JOIN forward_to t USING (mailbox_id) WHERE m.address IN ('nackt@${pfa}', '${onward}') ORDER BY 1`), [["0", `chef@${pfa}`], ["1", "x@fremd.example"]]);
	assert.equal((await rcpt(`kreis1@${pfa}`)).code, 250, "the catch-all mailbox takes it");
	const log = textOf((await admin.get(`/changes?q=alle@${pfa}`)).text);
	assert.match(log, new RegExp(`Mitglieder.*${second}`, "s"));
});

/* ---- mailcow ---- */

const cow = `kuh-${stamp}.example`;
const OLD_PORT = 20000 + Math.floor(Math.random() * 10000);
const cows = ["emil", "frida"].map((local) => ({ user: `${local}@${cow}`, password: `${PASSWORD} ${local}` }));
// What mailcow lets do: [name, active, attributes, then here: active, may_send, may_log_in].
const access = (imap, pop3, smtp, more = {}) => JSON.stringify({ force_pw_update: "0", tls_enforce_in: "0", sogo_access: "1", imap_access: imap, pop3_access: pop3, smtp_access: smtp, sieve_access: "1", ...more });
const states = [["stumm", 1, access("1", "1", "0"), "1", "0", "1"], ["zu", 1, access("0", "0", "1"), "1", "1", "0"], ["ganzzu", 2, access("1", "1", "1"), "1", "0", "0"],
	["pop3", 1, access("0", "1", "1"), "1", "1", "1"], ["zahlen", 1, access(0, 0, 0), "1", "0", "0"], ["aus", 0, access("1", "1", "1"), "0", "1", "1"], ["alt", 1, "{}", "1", "1", "1"]];
const store = join(work, "mailcow");

// A Dovecot as mailcow's: every mail compressed (lz4 there, gz here), then encrypted by a key of the server.
function startOldDovecot() {
	mkdirSync(store);
	run("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", join(store, "key.pem")]);
	run("openssl", ["pkey", "-in", join(store, "key.pem"), "-pubout", "-out", join(store, "public.pem")]);
	writeFileSync(join(store, "users"), cows.map(({ user, password }) => `${user}:${hashOf("BLF-CRYPT", user, password)}\n`).join(""));
	writeFileSync(join(store, "masters"), `mover@mailcow.local:${hashOf("SSHA256", "mover@mailcow.local", "meister")}\n`);
	writeFileSync(join(store, "dovecot.conf"), `base_dir = ${store}/base
state_dir = ${store}/state
instance_name = old${stamp}
log_path = ${store}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_master_user_separator = *
mail_uid = ${owner}
mail_gid = ${owner}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:${store}/vmail/%d/%n/Maildir
mail_plugins = mail_crypt zlib
namespace inbox {
	inbox = yes
	separator = /
}
passdb {
	driver = passwd-file
	args = ${store}/masters
	master = yes
	result_success = continue
}
passdb {
	driver = passwd-file
	args = ${store}/users
}
userdb {
	driver = static
	args = home=${store}/vmail/%d/%n allow_all_users=yes
}
plugin {
	mail_crypt_global_private_key = <${store}/key.pem
	mail_crypt_global_public_key = <${store}/public.pem
	mail_crypt_save_version = 2
	zlib_save = gz
}
service imap-login {
	chroot =
	inet_listener imap {
		port = ${OLD_PORT}
	}
	inet_listener imaps {
		port = 0
	}
}
service anvil {
	chroot =
}
`);
	mkdirSync(join(store, "vmail"));
	run("chown", ["-R", owner, join(store, "vmail")]);
	run("dovecot", ["-c", join(store, "dovecot.conf")], { stdio: "ignore" }); // it keeps what it gets
}
const stopOldDovecot = () => {
	if (existsSync(join(store, "base/master.pid"))) {
		process.kill(Number(readFileSync(join(store, "base/master.pid"), "utf8")), "SIGTERM");
	}
};

test("from mailcow: mailboxes with their passwords, rooms left out; its encrypted mail comes by IMAP", async () => {
	startOldDovecot();
	for (const { user } of cows) {
		for (let n = 0; n < 5; n++) {
			run("doveadm", ["-c", join(store, "dovecot.conf"), "save", "-u", user, "-m", "INBOX"], { input: letter(`kuh.${n}`, 50) });
		}
		run("doveadm", ["-c", join(store, "dovecot.conf"), "mailbox", "create", "-u", user, "Archiv/2025"]);
		run("doveadm", ["-c", join(store, "dovecot.conf"), "save", "-u", user, "-m", "Archiv/2025"], { input: letter("archiv", 50) });
	}
	const [path] = run("find", [join(store, "vmail"), "-type", "f", "-path", "*/new/*"]).split("\n");
	assert.ok(!readFileSync(path, "latin1").includes("Guten Tag"), "the old store isn't readable by anybody else");
	// The columns that mailcow's tables have in common since 2019.
	mysql(`CREATE DATABASE mailcow; CREATE USER mailcow@localhost IDENTIFIED BY 'geheim'; GRANT SELECT ON mailcow.* TO mailcow@localhost; USE mailcow;
CREATE TABLE domain (domain VARCHAR(255) PRIMARY KEY, description VARCHAR(255), aliases INT DEFAULT 0, mailboxes INT DEFAULT 0, defquota BIGINT DEFAULT 3072, maxquota BIGINT DEFAULT 102400, quota BIGINT DEFAULT 102400, relayhost VARCHAR(255) DEFAULT '0', backupmx TINYINT DEFAULT 0, gal TINYINT DEFAULT 1, relay_all_recipients TINYINT DEFAULT 0, created DATETIME DEFAULT NOW(), modified DATETIME, active TINYINT DEFAULT 1);
CREATE TABLE mailbox (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255), name VARCHAR(255), description VARCHAR(255) DEFAULT '', mailbox_path_prefix VARCHAR(150) DEFAULT '/var/vmail/', quota BIGINT DEFAULT 102400, local_part VARCHAR(255), domain VARCHAR(255), attributes JSON, kind VARCHAR(100) NOT NULL DEFAULT '', multiple_bookings INT DEFAULT -1, created DATETIME DEFAULT NOW(), modified DATETIME, active TINYINT DEFAULT 1);
CREATE TABLE alias (id INT AUTO_INCREMENT PRIMARY KEY, address VARCHAR(255), goto TEXT, domain VARCHAR(255), created DATETIME DEFAULT NOW(), modified DATETIME, private_comment TEXT, public_comment TEXT, sogo_visible TINYINT DEFAULT 1, active TINYINT DEFAULT 1);
CREATE TABLE alias_domain (alias_domain VARCHAR(255) PRIMARY KEY, target_domain VARCHAR(255), created DATETIME DEFAULT NOW(), modified DATETIME, active TINYINT DEFAULT 1);
INSERT INTO domain (domain) VALUES ('${cow}');
${cows.map(({ user, password }) => `INSERT INTO mailbox (username, password, name, quota, local_part, domain) VALUES ('${user}', ${quote(hashOf("BLF-CRYPT", user, password))}, 'Herr Kuh', ${500 * 1048576}, 'x', '${cow}');
INSERT INTO alias (address, goto, domain) VALUES ('${user}', '${user}', '${cow}');`).join("\n")}
INSERT INTO mailbox (username, password, name, kind, local_part, domain) VALUES ('saal@${cow}', '', 'Saal', 'location', 'saal', '${cow}');
${states.map(([local, active, attributes]) => `INSERT INTO mailbox (username, password, name, local_part, domain, active, attributes) VALUES ('${local}@${cow}', ${quote(hashOf("BLF-CRYPT", local, PASSWORD))}, '', 'x', '${cow}', ${active}, ${quote(attributes)});`).join("\n")}
INSERT INTO alias (address, goto, domain) VALUES ('kuh@${cow}', '${cows[0].user}', '${cow}'), ('muell@${cow}', 'null@localhost', '${cow}'), ('stall@${cow}', '${cows.map(({ user }) => user).join(",")}', '${cow}'), ('@${cow}', '${cows[1].user}', '${cow}');
INSERT INTO domain (domain) VALUES ('zweit-${cow}'); INSERT INTO alias_domain (alias_domain, target_domain) VALUES ('zweit-${cow}', '${cow}');`);
	writeFileSync(join(work, "mailcow.password"), "geheim\n", { mode: 0o600 });
	const said = follows("Moving from mailcow", "1. The mailboxes");
	assert.ok(said.includes(`not taken: saal@${cow}: is a room`) && said.includes(`not taken: muell@${cow}: `), said);
	assert.match(said, new RegExp(`${2 + states.length} mailboxes were made`));
	assert.match(said, /lists: 1\nforwards: 0\ncatch-all addresses: 1\nother names of domains: 1\n/);
	assert.deepEqual(sql(`SELECT m.address FROM domain d JOIN mailbox m ON m.id = d.catch_all WHERE d.name = '${cow}'`), [[cows[1].user]]);
	assert.equal((await rcpt(`stall@zweit-${cow}`)).code, 250);
	assert.ok(said.includes(`not taken: pop3@${cow}: could be read by POP3 alone`), said);
	assert.deepEqual(sql(`SELECT address, active, may_send, may_log_in FROM mailbox WHERE address LIKE '%@${cow}' AND address NOT IN ('${cows[0].user}', '${cows[1].user}') ORDER BY address`),
		states.map(([local, , , ...expected]) => [`${local}@${cow}`, ...expected]).sort());
	// Log-in and sending, as they were.
	for (const [local, logs] of [["stumm", true], ["zu", false], ["ganzzu", false]]) {
		assert.equal(await logsIn(`${local}@${cow}`, PASSWORD), logs, local);
	}
	assert.deepEqual(sql(`SELECT field FROM change_log WHERE subject = 'ganzzu@${cow}' AND action = 'mailbox.created' AND field LIKE 'may%' ORDER BY 1`).flat(), ["may_log_in", "may_send"]);
	process.env.OLD_PORT = String(OLD_PORT);
	// Only these two are on the old machine.
	program("poststelle.real", readFileSync(join(bin, "poststelle"), "utf8"));
	program("poststelle", `[ "$1 $2" = "mailbox list" ] || exec ${join(bin, "poststelle.real")} "$@"\n${join(bin, "poststelle.real")} "$@" | grep -F ${cows.map(({ user }) => `-e ${user}`).join(" ")}`);
	follows("Moving from mailcow", "2. Their mail");
	const check = follows("Moving from mailcow", "3. Check");
	assert.ok(!check.includes("differs"), check);
	for (const { user, password } of cows) {
		const imap = await new Imap().open();
		assert.ok((await imap.login(user, password)).ok, user);
		assert.ok((await imap.command("SELECT INBOX")).lines.includes("* 5 EXISTS"));
		assert.match((await imap.command("FETCH 1 BODY.PEEK[TEXT]")).lines.join("\n"), /Guten Tag/);
		assert.ok((await imap.command("SELECT Archiv/2025")).lines.includes("* 1 EXISTS"));
		await imap.logout();
	}
	run("doveadm", ["-c", join(store, "dovecot.conf"), "save", "-u", cows[0].user, "-m", "INBOX"], { input: letter("spaeter", 5) });
	assert.ok(follows("Moving from mailcow", "3. Check").includes(`differs: ${cows[0].user} 7 6`));
	assert.match(cli("mailbox", "list"), new RegExp(cows[1].user));
});
