// poststelle doctor: a table of faults made on purpose, each of which it finds, and no false alarm; what it
// records, and the page Zustand. What needs an installed machine is in tests/machines/doctor.sh.
import test, { after } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { once } from "node:events";
import { adminClient, staffClient } from "../web/lib/client.mjs";
import { ROOT, env } from "../web/lib/env.mjs";
import { elements, textOf } from "../web/lib/html.mjs";
import { cli, reloadPostfix, run, sql, startPart, stopPart, until } from "../web/lib/stack.mjs";
import { nameServer } from "./lib/dns.mjs";
import { Copies, PLACES, doctor } from "./lib/doctor.mjs";

// What is wrong with every demo: it is on loopback, its domains aren't in the DNS, and nobody gets its
// mail for root and postmaster. Other tests change who does.
const DEMO = /^(base_url|units|mail_from|root_mail|postmaster|server_names|certificate_.*|dns_.*|tasks|queue_hold|srs)$/;

test("no false alarm on the demo, and everything is looked at", () => {
	const { checks } = doctor();
	for (const { name, state, found } of Object.values(checks)) {
		assert.ok(state === "ok" || DEMO.test(name), `${name}: ${state}: ${found}`);
	}
	assert.equal(Object.keys(checks).length, readFileSync(`${ROOT}/cli/doctor_checks.c`, "utf8").match(/^ +\{"/gm).length);
});

const replace = (from, to) => (text) => text.replace(from, to);
const main = (line) => (copies) => copies.edit("postfix", "main.cf", (text) => `${text}\n${line}\n`);
const conf = (file, from, to) => (copies) => copies.edit("conf", file, replace(from, to));
const dovecot = (line) => (copies) => copies.edit("dovecot", "dovecot.conf", (text) => `${text}\n${line}\n`);
const revoke = (rights, on, from) => () => {
	sql(`REVOKE ${rights} ON ${env.DB_NAME}.${on} FROM '${from}'@'localhost'`);
	return () => sql(`GRANT ${rights} ON ${env.DB_NAME}.${on} TO '${from}'@'localhost'`);
};
const stopped = (part, ...others) => () => {
	stopPart(part);
	return () => {
		startPart(part);
		others.forEach((other) => other());
	};
};

// A port at which nobody listens.
async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	server.close();
	await once(server, "close");
	return port;
}
const closed = await freePort();

// A server with a certificate that ended yesterday.
async function endedCertificate(copies) {
	const [key, asked, certificate] = ["key", "csr", "pem"].map((end) => `${copies.root}/ended.${end}`);
	run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", asked);
	run("openssl", "x509", "-req", "-in", asked, "-key", key, "-days", "-1", "-copy_extensions", "copy", "-out", certificate);
	const port = await freePort();
	const server = spawn("openssl", ["s_server", "-accept", `127.0.0.1:${port}`, "-key", key, "-cert", certificate, "-quiet"], { stdio: "ignore" });
	await until(10000, () => spawnSync("openssl", ["s_client", "-connect", `127.0.0.1:${port}`], { input: "" }).status, (status) => status === 0);
	copies.edit("conf", "poststelle.conf", replace(/^base_url=.*$/m, `base_url=https://localhost:${port}`));
	return () => server.kill();
}

// A lookup's file with another line; postmap reads it itself, without proxymap.
const lookup = (file, parameter, from, to) => (copies) => {
	copies.edit("postfix", `sql/${file}.cf`, replace(from, to));
	copies.edit("postfix", "main.cf", (text) => `${text}\n${parameter} = mysql:${copies.path("postfix", `sql/${file}.cf`)}\n`);
};

function modeOf(path, mode, group) {
	return () => {
		chmodSync(path, mode);
		if (group !== undefined) {
			chownSync(path, 0, group);
		}
	};
}

// What is done, which check finds it, and what that says (and is it a warning). It gives back what puts
// it right, if that is more than throwing the copies away.
const FAULTS = [
	["an unknown key in web.conf", "config", /web\.conf line \d+.*unknown key/, conf("web.conf", "[web]", "[web]\nunbekannt=1")],
	["agent.conf has another base_url", "config", /base_url is https:\/\/anders\.example in .*agent\.conf/, conf("agent.conf", /^base_url=.*$/m, "base_url=https://anders.example")],
	["milter.conf names another database", "config", /the database is andere in .*milter\.conf/, conf("milter.conf", /^name=.*$/m, "name=andere")],
	["everybody may read web.conf", "config_rights", /web\.conf has mode 0644/, (copies) => modeOf(copies.path("conf", "web.conf"), 0o644)()],
	["the agent can't read its file", "config_rights", /agent\.conf can't be read by mail/, (copies) => modeOf(copies.path("conf", "agent.conf"), 0o640, 0)()],
	["the milter's file is gone", "config_rights", /milter\.conf isn't there/, (copies) => rmSync(copies.path("conf", "milter.conf"))],
	["the web program can't read the key", "key_file", /password\.key can't be read by www-data/, (copies) => {
		copies.edit("conf", "poststelle.conf", replace(/^key_file=.*$/m, `key_file=${copies.path("conf", "password.key")}`));
		copies.edit("conf", "web.conf", replace(/^key_file=.*$/m, `key_file=${copies.path("conf", "password.key")}`));
		modeOf(copies.path("conf", "password.key"), 0o600, 0)();
	}],
	["there is no key", "key_file", /has no key/, conf("poststelle.conf", /^key_file=.*$/m, "key_file=/nonexistent/key")],
	["another key than passwords are sealed with", "key_known", /sealed with key \w+, which .* doesn't hold/, (copies) => {
		const path = copies.path("conf", "password.key");
		copies.edit("conf", "poststelle.conf", replace(/^key_file=.*$/m, `key_file=${path}`));
		writeFileSync(path, `fremd ${"ab".repeat(32)}\n`);
	}],
	["nginx says another secret", "proxy_secret", /nginx-secret\.conf doesn't say/, conf("nginx-secret.conf", /SECRET \w+/, "SECRET anderes")],
	["others read nginx's secret", "proxy_secret", /can be read by others/, (copies) => modeOf(copies.path("conf", "nginx-secret.conf"), 0o644)()],
	["base_url is localhost", "base_url", /lead to http:\/\/localhost/, conf("poststelle.conf", /^base_url=.*$/m, "base_url=http://localhost")],
	["base_url without TLS", "base_url", /without encryption/, conf("poststelle.conf", /^base_url=.*$/m, "base_url=http://post.example"), "warning"],
	["the web program's password is wrong", "database_web", /poststelle_web .*denied/i, conf("web.conf", /^password=.*$/m, "password=falsch")],
	["the database isn't where agent.conf says", "database_agent", /poststelle_agent/, conf("agent.conf", /^hosts=.*$/m, "hosts=/nonexistent/sock")],
	["the milter lacks a right", "database_milter", /poststelle_milter lacks SELECT on assignment/, revoke("SELECT", "assignment", "poststelle_milter")],
	["the agent lacks the right to a column", "database_agent", /poststelle_agent lacks UPDATE \(due_at\) on task/, revoke("UPDATE (due_at)", "task", "poststelle_agent")],
	["the milter may read what it doesn't need", "database_milter", /may more than it needs: SELECT on journal_text/, () => {
		sql(`GRANT SELECT ON ${env.DB_NAME}.journal_text TO 'poststelle_milter'@'localhost'`);
		return () => sql(`REVOKE SELECT ON ${env.DB_NAME}.journal_text FROM 'poststelle_milter'@'localhost'`);
	}, "warning"],
	["the owner can't alter tables", "database_owner", /poststelle_owner lacks ALTER on mailbox/, () => {
		sql(`REVOKE ALTER ON ${env.DB_NAME}.* FROM 'poststelle_owner'@'localhost'`);
		return () => sql(`GRANT ALTER ON ${env.DB_NAME}.* TO 'poststelle_owner'@'localhost'`);
	}],
	["a migration is missing", "migrations", /lacks 9999_morgen\.sql/, (copies) => writeFileSync(copies.path("sql", "9999_morgen.sql"), "SELECT 1;\n")],
	["nobody listens at the web program's socket", "web_socket", /nobody answers at \/nonexistent/, conf("web.conf", /^socket=.*$/m, "socket=/nonexistent/sock")],
	["the pages don't answer", "web_answer", /healthz: /, conf("poststelle.conf", /^base_url=.*$/m, `base_url=http://127.0.0.1:${closed}`)],
	["another site answers", "web_answer", /answers 404/, conf("poststelle.conf", /^base_url=.*$/m, `base_url=${env.BASE_URL}/anderswo`)],
	["the agent doesn't run", "agent", /doesn't answer/, stopped("agent")],
	["the agent doesn't reach Dovecot", "agent_sessions", /mail can't ask Dovecot/, conf("agent.conf", /^dovecot_config=.*$/m, "dovecot_config=/nonexistent")],
	["a task fails again and again", "tasks", /of the oldest \(\w+\): .+/, () => {
		const [[id]] = sql(`INSERT INTO ${env.DB_NAME}.task (kind, created_at, due_at, attempts, result) VALUES ('kick', 1, 9000000000000000, 7, 'kein Anschluss'); SELECT LAST_INSERT_ID()`);
		return () => sql(`DELETE FROM ${env.DB_NAME}.task WHERE id = ${id}`);
	}, "warning"],
	["Postfix doesn't run", "postfix_runs", /doesn't run/, stopped("postfix")],
	["another recipient_delimiter", "postfix_settings", /recipient_delimiter is "-", not "\+"/, main("recipient_delimiter = -")],
	["an own domain in mydestination", "postfix_settings", new RegExp(`mydestination names ${env.DOMAIN}`), main(`mydestination = localhost, ${env.DOMAIN}`)],
	["mail passes without its entry", "postfix_settings", /milter_default_action is "accept"/, main("milter_default_action = accept")],
	["virtual_mailbox_domains isn't the lookup", "lookup_domain", /doesn't ask domain\.cf/, main(`virtual_mailbox_domains = ${env.DOMAIN}`)],
	["the lookup of mailboxes asks another table", "lookup_mailbox", /doesn't know/, lookup("mailbox", "virtual_mailbox_maps", /^query.*$/m, "query = SELECT id FROM mail_mailbox WHERE address = CONCAT('x', CONVERT('%s' USING ascii))")],
	["the lookup of aliases has a wrong password", "lookup_alias", /alias\.cf: .*(denied|error)/i, lookup("alias", "virtual_alias_maps", /^password.*$/m, "password = falsch")],
	["Postfix can't read a lookup", "lookup_transport", /transport\.cf can't be read by postfix/, () => {
		chownSync(`${PLACES.postfix}/sql/transport.cf`, 0, 0);
		return () => spawnSync("chgrp", ["postfix", `${PLACES.postfix}/sql/transport.cf`]);
	}],
	["everybody reads a lookup's password", "lookup_sender_login", /sender_login\.cf, which holds a password, can be read by everybody/, () => {
		chmodSync(`${PLACES.postfix}/sql/sender_login.cf`, 0o644);
		return () => chmodSync(`${PLACES.postfix}/sql/sender_login.cf`, 0o640);
	}],
	["nobody asks for the catch-all mailbox", "lookup_catch_all", /doesn't ask catch_all\.cf/, main("virtual_alias_maps = $poststelle_sql/alias.cf")],
	["mail is sent on with its sender", "lookup_srs_transport", /doesn't ask srs_transport\.cf/, main("sender_dependent_default_transport_maps =")],
	["open sessions aren't asked about", "lookup_session", /doesn't ask session\.cf/, main("poststelle_session_holds =")],
	["port 25 doesn't refuse own senders", "lookup_sender_access", /doesn't ask sender_access\.cf/, main("smtpd_sender_restrictions =")],
	["inactive mailboxes aren't refused", "lookup_recipient_access", /doesn't ask recipient_access\.cf/, main("smtpd_recipient_restrictions =")],
	["umlauts aren't looked up", "lookup_umlauts", /doesn't ask umlauts\.cf/, main("smtpd_command_filter =")],
	["Postfix may not read a view", "lookup_mailbox", /mailbox\.cf/, (copies) => {
		copies.edit("postfix", "main.cf", (text) => `${text}\nvirtual_mailbox_maps = mysql:${PLACES.postfix}/sql/mailbox.cf\n`);
		return revoke("SELECT", "mail_mailbox", "poststelle_postfix")();
	}],
	["main.cf names another socket of the milter", "milter_name", /Postfix asks unix:\/nonexistent, but milter\.conf says/, main("poststelle_milter_name = unix:/nonexistent")],
	["the journal's milter doesn't run", "milter_journal", /nobody answers .*451/, stopped("milter_journal")],
	["something else answers as the milter", "milter_journal", /nobody speaks as a milter/, main(`poststelle_milter_journal = inet:127.0.0.1:${env.IMAP_PORT}`)],
	["port 25 doesn't ask the journal", "milter_services", /inet doesn't ask the journal/, (copies) => copies.edit("postfix", "master.cf", replace("smtpd_milters=$poststelle_milters_outside", "smtpd_milters="))],
	["sendmail doesn't ask the journal", "milter_services", /sendmail .*doesn't ask the journal/, main("non_smtpd_milters =")],
	["mail waits for ten days", "queue_lifetime", /maximal_queue_lifetime is 10d/, main("maximal_queue_lifetime = 10d")],
	["bounces wait for two weeks", "queue_lifetime", /bounce_queue_lifetime is 2w/, main("bounce_queue_lifetime = 2w")],
	["mail is on hold", "queue_hold", /2 mails are on hold/, (copies) => {
		mkdirSync(`${copies.root}/queue/hold/A`, { recursive: true });
		writeFileSync(`${copies.root}/queue/hold/4XyZ`, "");
		writeFileSync(`${copies.root}/queue/hold/A/4XyZ`, "");
		main(`queue_directory = ${copies.root}/queue`)(copies);
	}, "warning"],
	["Dovecot doesn't run", "dovecot_runs", /doesn't answer/, dovecot("base_dir = /nonexistent")],
	["Dovecot keeps old passwords", "dovecot_settings", /auth_cache_size is "10 M"/, dovecot("auth_cache_size = 10 M")],
	["Dovecot sends no absence notes", "dovecot_settings", /mail_plugins is .*not "sieve"/, dovecot("protocol lmtp {\n mail_plugins = quota\n}")],
	["Dovecot may not read log-ins", "dovecot_login", /login\.conf, password_query/, revoke("SELECT", "mail_login", "poststelle_dovecot")],
	["Dovecot may not read storage", "dovecot_storage", /login\.conf, user_query/, revoke("SELECT", "mail_storage", "poststelle_dovecot")],
	["Dovecot may not read absence notes", "dovecot_absence", /absence\.conf/, revoke("SELECT", "mail_absence", "poststelle_dovecot")],
	["Dovecot may not read the use", "dovecot_usage", /usage\.conf/, revoke("SELECT", "mailbox_usage", "poststelle_dovecot")],
	["Postfix delivers to another socket", "lmtp_socket", /no mail is delivered/, main("virtual_transport = lmtp:unix:private/anders")],
	["Postfix asks another socket for log-ins", "sasl_socket", /nobody can log in to send/, main("smtpd_sasl_path = private/anders")],
	["the agent has another mail store", "mail_store", /mail_store is \/var\/anders.*isn't there/, conf("agent.conf", /^mail_store=.*$/m, "mail_store=/var/anders")],
	["the agent may not write in the mail store", "mail_store", /mail may not write in \/etc/, conf("agent.conf", /^mail_store=.*$/m, "mail_store=/etc")],
	["nobody takes mail from outside", "smtp_in", /mail server/, conf("web.conf", /^check_port=.*$/m, `check_port=${closed}`)],
	["a mail server that takes connections and says nothing", "smtp_in", /not done within 9 seconds/, async (copies) => {
		const server = createServer(() => {}).listen(0, "127.0.0.1");
		await once(server, "listening");
		conf("web.conf", /^check_port=.*$/m, `check_port=${server.address().port}`)(copies);
		return () => server.close();
	}],
	["mail_from is missing", "own_mails", /agent\.conf has no mail_from/, conf("agent.conf", /^mail_from=.*\n/m, "")],
	["two mail_from", "own_mails", /mail_from is \S+ in web\.conf and anders@/, conf("agent.conf", /^mail_from=.*$/m, `mail_from=anders@${env.DOMAIN}`)],
	["mail_from isn't Postfix's MAIL_FROM", "own_mails", /554 5\.7\.1/, (copies) => ["web.conf", "agent.conf"].forEach((file) => conf(file, /^mail_from=.*$/m, `mail_from=anders@${env.DOMAIN}`)(copies))],
	["nobody gets what comes back", "mail_from", /550 5\.1\.1/, conf("web.conf", /^mail_from=.*$/m, `mail_from=niemand.da@${env.DOMAIN}`), "warning"],
	["absence notes go nowhere", "absence_service", /mail server/, dovecot(`submission_host = 127.0.0.1:${closed}`)],
	["postsrsd is gone, and mail is sent on outside", "srs", /postsrsd doesn't answer: what lists/, (copies) => {
		const before = JSON.parse(cli("settings", "get", "--json")).outside_forward ? "yes" : "no";
		main(`recipient_canonical_maps = tcp:127.0.0.1:${closed}`)(copies);
		cli("settings", "set", "outside_forward", "yes");
		return () => cli("settings", "set", "outside_forward", before);
	}],
	["nobody gets root's mail", "root_mail", /root@unbekannt\.example/, main("myorigin = unbekannt.example"), "warning"],
	["the settings name localhost", "server_names", /server for imap is "localhost"/, async () => {
		const admin = await adminClient();
		const host = /name="imap_host" value="([^"]*)"/.exec((await admin.get("/settings/other")).text)[1];
		await admin.save(await admin.get("/settings/other"), "/settings/other", { imap_host: "localhost" });
		return async () => admin.save(await admin.get("/settings/other"), "/settings/other", { imap_host: host });
	}],
	["Postfix calls itself localhost", "server_names", /Postfix calls itself "localhost"/, main("myhostname = localhost")],
	["a certificate for another name", "certificate_web", /isn't for ip6-localhost/, conf("poststelle.conf", /^base_url=.*$/m, `base_url=https://ip6-localhost:${env.IMAPS_PORT}`)],
	["a certificate that ended", "certificate_web", /the certificate of localhost ended 1 days ago/, endedCertificate],
	["no certificate at all", "certificate_web", /can't be reached with encryption/, conf("poststelle.conf", /^base_url=.*$/m, `base_url=https://localhost:${closed}`)],
];

after(() => reloadPostfix());

test("the table has at least 25 faults, of at least 25 kinds", () => {
	assert.ok(FAULTS.length >= 25);
	assert.ok(new Set(FAULTS.map(([, check]) => check)).size >= 25);
});

for (const [what, check, says, make, state = "fault"] of FAULTS) {
	test(`found: ${what}`, async () => {
		const copies = new Copies();
		let undo;
		try {
			undo = await make(copies);
			const found = doctor(copies.places, [check]);
			const { state: was, found: text, advice } = found.checks[check];
			assert.match(text, says);
			assert.equal(was, state, text);
			assert.notEqual(advice, "");
			assert.equal(found.status, state === "fault" ? 2 : 1);
		} finally {
			await undo?.();
			copies.remove();
		}
	});
}

// All domains of the office, each with what it needs.
function goodRecords() {
	const records = { [`${MAIL_NAME} A`]: ["192.0.2.25"] };
	for (const [name] of sql(`SELECT name FROM ${env.DB_NAME}.domain`)) {
		records[`${name} MX`] = ["mx.provider.example", MAIL_NAME];
		records[`${name} TXT`] = ["ein Text", "v=spf1 mx -all"];
	}
	return records;
}
const MAIL_NAME = `mail.${env.DOMAIN}`;

for (const [what, change, check, state, says] of [
	["all as it should be", () => {}, "dns_mx", "ok", /domains have it/],
	["all as it should be", () => {}, "dns_address", "ok", /have addresses/],
	["all as it should be", () => {}, "dns_spf", "ok", /domains have it/],
	["no MX", (records) => delete records[`${env.DOMAIN} MX`], "dns_mx", "warning", new RegExp(`${env.DOMAIN} has no MX`)],
	["localhost as MX", (records) => (records[`${env.DOMAIN} MX`] = ["localhost"]), "dns_mx", "fault", new RegExp(`the MX of ${env.DOMAIN} is localhost`)],
	["another server as MX", (records) => (records[`${env.DOMAIN} MX`] = ["mx.anders.example"]), "dns_mx", "warning", /goes to mx\.anders\.example, not to/],
	["the server has no address", (records) => delete records[`${MAIL_NAME} A`], "dns_address", "warning", /has no address there/],
	["the server is 127.0.0.1", (records) => (records[`${MAIL_NAME} A`] = ["127.0.0.1"]), "dns_address", "fault", /has the address 127\.0\.0\.1/],
	["no SPF", (records) => (records[`${env.DOMAIN} TXT`] = ["v=spf2"]), "dns_spf", "warning", /has no SPF record/],
]) {
	test(`the DNS: ${what}: ${check}`, async () => {
		const directory = mkdtempSync(`${tmpdir()}/ps-dns.`), records = goodRecords();
		change(records);
		const server = await nameServer(directory, records);
		try {
			const { checks } = doctor({}, [check], [], server.before);
			assert.equal(checks[check].state, state, checks[check].found);
			assert.match(checks[check].found, says);
		} finally {
			await server.end();
			rmSync(directory, { recursive: true });
		}
	});
}

test("the DNS: nobody answers, which is no fault, and takes no longer", () => {
	const directory = mkdtempSync(`${tmpdir()}/ps-dns.`);
	writeFileSync(`${directory}/resolv.conf`, "nameserver 127.0.0.78\n");
	const { checks, status } = doctor({}, ["dns_mx", "dns_address", "dns_spf"], [], ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf; exec "$@"', `${directory}/resolv.conf`]);
	rmSync(directory, { recursive: true });
	assert.deepEqual(Object.values(checks).map(({ state }) => state), ["note", "note", "note"]);
	assert.match(checks.dns_mx.found, /no resolver answers/);
	assert.equal(status, 0);
});

test("an unknown check is an error, and what is well ends with 0", () => {
	assert.throws(() => doctor({}, ["gibtsnicht"]), /no check is called gibtsnicht/);
	assert.equal(doctor({}, ["config", "agent"]).status, 0);
});

test("--record, and the page Zustand: for administrators, in both languages, and it says when it is too old", async () => {
	const admin = await adminClient();
	doctor({}, [], ["--record"]);
	const page = await admin.get("/status");
	assert.match(textOf(page.text), /Geprüft am .* \(vor weniger als zwei Minuten\)/);
	assert.match(textOf(page.text), /Fehler: [1-9]/);
	const row = elements(page.text, "tr").find(({ text }) => text.includes("Namen der Server"));
	assert.match(row.text, /Fehler.*server for imap/s);
	assert.doesNotMatch(page.text, /älter als eine Stunde/);
	const told = /href="[^"]*\/status">Maschinen mit Fehlern oder ohne neuen Bericht: 1</;
	assert.match((await until(20000, () => admin.get("/mailboxes"), (list) => told.test(list.text))).text, told);
	const names = ["th", "li"].flatMap((name) => elements(page.text, name)).map(({ text }) => text);
	for (const [, check] of readFileSync(`${ROOT}/cli/doctor_checks.c`, "utf8").matchAll(/^ +\{"(\w+)"/gm)) {
		assert.ok(!names.includes(check), `${check} has a name`);
	}
	sql(`UPDATE ${env.DB_NAME}.health_run SET recorded_at = recorded_at - 3 * 3600000000`);
	const old = textOf((await admin.get("/status")).text);
	assert.match(old, /\(vor 3 Stunden\)/);
	assert.match(old, /älter als eine Stunde/);
	const english = textOf((await (await adminClient({ language: "en" })).get("/status")).text);
	assert.match(english, /\(3 hours ago\).*more than an hour old.*Names of the servers Fault server for imap/s);
	assert.equal((await (await staffClient()).get("/status")).status, 404);
	const links = await admin.get("/settings");
	assert.match(links.text, /href="[^"]*\/status"/);
	assert.throws(() => doctor({}, ["config"], ["--record"]), /name none/);
	doctor({}, [], ["--record"]);
	assert.match(textOf((await admin.get("/status")).text), /vor weniger als zwei Minuten/);
});
