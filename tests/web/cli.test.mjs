// The command line: what it changes is what the pages show, in the change log as its own; JSON; what it
// refuses.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adminClient } from "./lib/client.mjs";
import { ROOT, env } from "./lib/env.mjs";
import { formsOf, textOf } from "./lib/html.mjs";
import { Imap } from "./lib/mail.mjs";
import { DIR, cli, cliWith, sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const json = (...args) => JSON.parse(cli(...args, "--json"));
const refused = (args, says) => assert.throws(() => cli(...args), says);
const logOf = async (subject) => textOf((await admin.get(`/changes?q=${encodeURIComponent(subject)}`)).text);

async function logsIn(address, password) {
	const imap = await new Imap().open();
	const { ok } = await imap.login(address, password);
	await imap.logout();
	return ok;
}

test("a domain with umlauts: added, listed in both spellings, edited, its postmaster named, deleted only unused", async () => {
	const typed = `köln-${stamp}.example`, label = `xn--kln-${stamp}-`;
	assert.match(cli("domain", "add", typed), new RegExp(`^Domain ${typed} \\(xn--\\S+\\.example\\) has number \\d+\\.`));
	const row = json("domain", "list").find(({ written }) => written === typed);
	assert.ok(row.name.startsWith(label.slice(0, 8)), row.name);
	assert.equal(row.active, true);
	assert.equal(row.postmaster, null);
	assert.match(cli("domain", "list"), new RegExp(`^${row.id}\t${typed}\t${row.name}\tactive\t$`, "m"));
	assert.match(cli("domain", "edit", row.name, "--active", "no"), /is saved/);
	assert.equal(json("domain", "list").find(({ id }) => id === row.id).active, false);
	cli("domain", "edit", typed, "--active", "yes", "--postmaster", `info@${env.DOMAIN}`);
	assert.equal(json("domain", "list").find(({ id }) => id === row.id).postmaster, `info@${env.DOMAIN}`);
	refused(["domain", "edit", typed, "--active", "ja"], /yes or no/);
	refused(["domain", "edit", typed, "--active", "no", "--postmaster", `niemand.${stamp}@${env.DOMAIN}`], /no such mailbox/);
	assert.equal(json("domain", "list").find(({ id }) => id === row.id).active, true);
	refused(["domain", "delete", typed], /köln-.*is used/);
	cli("domain", "edit", typed, "--postmaster", "");
	assert.match(cli("domain", "delete", typed), /is deleted/);
	assert.equal(json("domain", "list").some(({ id }) => id === row.id), false);
	assert.deepEqual(sql(`SELECT * FROM ${env.DB_NAME}.domain_spelling WHERE domain_id = ${row.id}`), []);
	refused(["domain", "delete", typed], /doesn't exist/);
	assert.match(await logOf(typed), new RegExp(`Kommandozeile|command line.*${typed}.*Domain gelöscht`, "s"));
	refused(["domain", "delete", env.DOMAIN], /is used: .*make the domain inactive/);
});

test("a mailbox: edited, its storage, further addresses, users, password, deletion and return", async () => {
	const address = `zeile.${stamp}@${env.DOMAIN}`, other = `zeile2.${stamp}@${env.DOMAIN}`;
	cli("mailbox", "add", address, "--name", "Erste Zeile");
	cli("mailbox", "edit", address, "--name", "Zweite Zeile", "--vip", "yes", "--quota", "321", "--send-limit", "17");
	const box = json("mailbox", "show", address);
	assert.deepEqual([box.name, box.vip, box.quota_mb, box.state, box.aliases, box.users], ["Zweite Zeile", true, 321, "active", [], []]);
	assert.deepEqual(sql(`SELECT send_limit FROM ${env.DB_NAME}.mailbox WHERE id = ${box.id}`), [["17"]]);
	assert.equal(json("mailbox", "list").find(({ id }) => id === box.id).written, address);
	cli("mailbox", "edit", address, "--may-send", "no", "--may-log-in", "no", "--own-only", "yes");
	const closed = json("mailbox", "show", address);
	assert.deepEqual([closed.may_send, closed.may_log_in, closed.own_only], [false, false, true]);
	cli("mailbox", "edit", address, "--may-send", "yes", "--may-log-in", "yes", "--own-only", "no");
	cli("mailbox", "quota", address, "500");
	cli("mailbox", "edit", address, "--active", "no");
	const changed = json("mailbox", "show", address);
	assert.deepEqual([changed.quota_mb, changed.state, changed.name, changed.vip], [500, "inactive", "Zweite Zeile", true]);
	cli("mailbox", "edit", address, "--active", "yes", "--vip", "no");
	refused(["mailbox", "quota", address, "viel"], /number from 0 to/);
	refused(["mailbox", "edit", address, "--vip", "1"], /yes or no/);

	assert.equal(cli("mailbox", "alias", address, "--add", other), `${other}\n`);
	refused(["mailbox", "alias", address, "--add", other], /exists|taken|already/);
	assert.deepEqual(json("mailbox", "show", address).aliases, [other]);
	assert.deepEqual(json("mailbox", "alias", address), [other]);
	assert.equal(cli("mailbox", "alias", address, "--remove", other), "");
	refused(["mailbox", "alias", address, "--remove", other], /no further address/);

	assert.match(cli("mailbox", "assign", address, "--add", env.STAFF_LOGIN, "--add", env.ADMIN_LOGIN), new RegExp(`^${env.STAFF_LOGIN}\t`, "m"));
	assert.deepEqual(json("mailbox", "show", address).users.sort(), [env.ADMIN_LOGIN, env.STAFF_LOGIN].sort());
	assert.deepEqual(json("mailbox", "assign", address).sort(), [env.ADMIN_LOGIN, env.STAFF_LOGIN].sort());
	const first = json("mailbox", "show", address, "--password").password;
	assert.ok(await logsIn(address, first));
	cli("mailbox", "assign", address, "--remove", env.STAFF_LOGIN, "--new-password");
	assert.deepEqual(json("mailbox", "show", address).users, [env.ADMIN_LOGIN]);
	assert.ok(!await logsIn(address, first));
	refused(["mailbox", "assign", address, "--add", "gibtsnicht"], /gibtsnicht: no such user/);

	const second = /^password: (.+)$/m.exec(cli("mailbox", "password", address, "--show"))[1];
	assert.ok(await logsIn(address, second));
	assert.match(cli("mailbox", "delete", address), /is deleted/);
	assert.ok(!await logsIn(address, second));
	assert.equal(json("mailbox", "show", address).state, "deleted");
	cli("mailbox", "restore", address);
	assert.ok(await logsIn(address, second));
	refused(["mailbox", "restore", address], /changed|deleted/);
	const log = await logOf(address);
	for (const what of ["Postfach angelegt", "Zweite Zeile", "Postfach gelöscht", "Postfach wiederhergestellt"]) {
		assert.ok(log.includes(what), what);
	}
	cli("mailbox", "delete", address);
});

test("a mailbox in a domain with umlauts is shown as people write it, beside the A-label", () => {
	const typed = `größe-${stamp}.example`;
	cli("domain", "add", typed);
	assert.match(cli("mailbox", "add", `info@${typed}`), new RegExp(`^Mailbox info@${typed} \\(info@xn--\\S+\\) has number`));
	const said = cli("mailbox", "show", `info@${typed}`);
	assert.match(said, /^address: info@xn--\S+$/m);
	assert.match(said, new RegExp(`^written: info@${typed}$`, "m"));
	assert.match(cli("mailbox", "list"), new RegExp(`\tinfo@xn--\\S+\tactive\t\tinfo@${typed}$`, "m"));
	assert.match(cli("mailbox", "delete", `info@${typed}`), new RegExp(`info@${typed} \\(info@xn--`));
	cli("domain", "edit", typed, "--active", "no");
});

test("a user: edited, role, a link for a password, deactivated; the last administrator stays", async () => {
	const login = `zeile-${stamp}`;
	cliWith("ein langes Passwort\n", "user", "add", login, "--name", "Zora Zeile", "--contact", "zora@privat.example");
	cli("user", "edit", login, "--name", "Zora Zeiler", "--email-name", "Z. Zeiler", "--journal", "none", "--locale", "en");
	const user = json("user", "list").find((one) => one.login === login);
	assert.deepEqual([user.name, user.email_name, user.journal_right, user.locale, user.role, user.active], ["Zora Zeiler", "Z. Zeiler", "none", "en", "staff", true]);
	assert.match(cli("user", "role", login, "admin"), /admin, active/);
	assert.match(cli("user", "role", login, "staff"), /staff, active/);
	refused(["user", "role", login, "chef"], /role can't be chef/);
	refused(["user", "edit", login, "--journal", "viel"], /journal can't be viel/);
	const link = json("user", "password-link", login);
	assert.equal(link.sent_to, "zora@privat.example");
	assert.ok(link.link.startsWith(`${env.BASE_URL}/welcome/`), link.link);
	assert.match(cli("user", "deactivate", login), /staff, inactive/);
	refused(["user", "password-link", login], /inactive/);
	refused(["user", "deactivate", "gibtsnicht"], /no such user/);
	const admins = json("user", "list").filter(({ role, active }) => role === "admin" && active);
	if (admins.length === 1) {
		refused(["user", "role", admins[0].login, "staff"], /administrator/);
	}
	assert.match(await logOf(login), /Zora Zeile Zora Zeiler/);
});

test("settings: one, all, JSON, set, what can't be", async () => {
	const before = json("settings", "get");
	const { html } = formsOf((await admin.get("/settings/other")).text).find(({ action }) => action.endsWith("/settings/other"));
	const fields = new Set([...html.matchAll(/<(?:input|select|textarea)\b[^>]*\sname="(\w+)"/g)].map(([, name]) => name));
	["csrf", "version", "shown"].forEach((name) => fields.delete(name));
	assert.deepEqual(Object.keys(before).sort(), [...fields].sort(), "every field of the page has a name here");
	assert.equal(cli("settings", "get", "timezone"), `${before.timezone}\n`);
	assert.match(cli("settings", "get"), /^imap_host\t\S+$/m);
	assert.equal(cli("settings", "set", "contact", "Frau Zeile"), "contact\tFrau Zeile\n");
	cli("settings", "set", "allow_plain_password", before.allow_plain_password ? "no" : "yes");
	cli("settings", "set", "journal_keep_days", "1234");
	assert.deepEqual(json("settings", "get"), { ...before, contact: "Frau Zeile", allow_plain_password: !before.allow_plain_password, journal_keep_days: 1234 });
	assert.match((await admin.get("/settings/other")).text, /value="Frau Zeile"/);
	refused(["settings", "set", "gibtsnicht", "1"], /no setting is called gibtsnicht/);
	refused(["settings", "set", "imap_port", "99999"], /number from 0 to 65535/);
	refused(["settings", "set", "imap_security", "keine"], /neither tls nor starttls/);
	refused(["settings", "set", "timezone", "Mond/Krater"], /zone/);
	for (const name of ["contact", "journal_keep_days"]) {
		cli("settings", "set", name, String(before[name]));
	}
	cli("settings", "set", "allow_plain_password", before.allow_plain_password ? "yes" : "no");
	assert.deepEqual(json("settings", "get"), before);
});

test("with --json every change prints what it changed, as it is now", () => {
	const name = `json-${stamp}.example`, address = `json@${name}`, login = `json-${stamp}`;
	const domain = json("domain", "add", name);
	assert.deepEqual([domain.written, domain.active, domain.postmaster], [name, true, null]);
	assert.equal(json("domain", "edit", name, "--active", "no").active, false);
	assert.equal(json("domain", "edit", name, "--active", "yes").active, true);
	const box = json("mailbox", "add", address, "--name", "Jot");
	assert.deepEqual([box.address, box.name, box.state], [address, "Jot", "active"]);
	assert.equal(json("domain", "edit", name, "--postmaster", address).postmaster, address);
	assert.equal(json("mailbox", "edit", address, "--vip", "yes").vip, true);
	assert.equal(json("mailbox", "quota", address, "77").quota_mb, 77);
	assert.equal(json("mailbox", "password", address).password, undefined);
	const { id, password } = json("mailbox", "password", address, "--show");
	assert.deepEqual([id, password], [box.id, json("mailbox", "show", address, "--password").password]);
	assert.equal(json("mailbox", "delete", address).state, "deleted");
	assert.equal(json("mailbox", "restore", address).state, "active");
	assert.equal(json("mailbox", "delete", address).id, box.id);
	const user = JSON.parse(cliWith("ein langes Passwort\n", "user", "add", login, "--contact", "jot@privat.example", "--json"));
	assert.deepEqual([user.login, user.role, user.active], [login, "staff", true]);
	assert.equal(json("user", "edit", login, "--name", "Jot").name, "Jot");
	assert.equal(json("user", "role", login, "admin").role, "admin");
	assert.equal(json("user", "deactivate", login).active, false);
	const before = json("settings", "get", "contact");
	assert.deepEqual(Object.keys(before), ["contact"]);
	assert.deepEqual(json("settings", "set", "contact", "Frau Jot"), { contact: "Frau Jot" });
	assert.deepEqual(json("settings", "set", "contact", before.contact), before);
	const unused = `weg-${stamp}.example`;
	json("domain", "add", unused);
	assert.equal(json("domain", "delete", unused).name, unused);
	json("domain", "edit", name, "--active", "no");
});

/* ---- every command, of those that --help names ---- */

const program = join(DIR, "bin/poststelle");
const bare = (...args) => spawnSync(program, ["--config", "/nonexistent/poststelle.conf", ...args], { encoding: "utf8", timeout: 20000 });
const ownHelp = bare("--help").stdout;
const commands = [...ownHelp.matchAll(/^ {2}([a-z][a-z -]*[a-z]) {2}/gm)].map(([, name]) => name);
const helps = new Map(commands.map((command) => [command, bare(...command.split(" "), "--help")]));
const optionsOf = (help) => [...help.matchAll(/^ +(?:-\w, )?(--[a-z][a-z0-9-]*)/gm)].map(([, option]) => option).sort();

// Of each command what poststelle(1) says; two that share their text stand one below the other.
const manual = new Map();
for (const part of readFileSync(join(ROOT, "docs/man/poststelle.1"), "utf8").split("\n.It Ic ").slice(1).reverse()) {
	const [first, ...rest] = part.split("\n");
	const below = [...manual.values()].at(-1);
	manual.set(/^[a-z]+(?: [a-z-]+)*/.exec(first)[0], rest.length > 0 ? part : below);
}

test("every command says by --help what it takes, also where nothing is set up yet; an unknown option is an error", () => {
	assert.ok(commands.length > 30 && commands.includes("key create"), commands.join(", "));
	for (const command of commands) {
		const words = command.split(" ");
		const help = helps.get(command);
		assert.equal(help.status, 0, `${command}: ${help.stderr}`);
		assert.match(help.stdout, new RegExp(`poststelle ${command} `), command);
		const entry = manual.get(command);
		assert.deepEqual(optionsOf(help.stdout).filter((option) => option !== "--help" && !entry.includes(`Fl -${option.slice(2)}`)), [], `${command}: not in the manual`);
		const { status, stderr } = spawnSync(program, ["--config", `${DIR}/conf/poststelle.conf`, ...words, "--gibtsnicht"], { encoding: "utf8", timeout: 20000 });
		assert.ok(status > 0 && stderr.includes("--gibtsnicht"), `${command}: ${status} ${stderr}`);
	}
});

test("bash completes every command, its options and the words that it chooses of", (t) => {
	// What the program says, as it said it, since it would be asked a hundred times.
	const said = mkdtempSync(join(tmpdir(), "ps-completion."));
	t.after(() => rmSync(said, { recursive: true }));
	const say = (words, text) => writeFileSync(join(said, words.join(" ")), text);
	say(["--help"], ownHelp);
	helps.forEach(({ stdout }, command) => say([...command.split(" "), "--help"], stdout));
	say(["settings", "get"], cli("settings", "get"));
	const complete = (...words) => execFileSync("bash", ["-c", `. ${ROOT}/cli/poststelle.bash
		poststelle() { cat "${said}/$*"; }
		COMP_WORDS=(poststelle "$@"); COMP_CWORD=$#; _poststelle; printf '%s\\n' "\${COMPREPLY[@]}"`, "-", ...words], { encoding: "utf8" }).split("\n").filter(Boolean).sort();
	assert.deepEqual(complete("ma"), ["mailbox"]);
	assert.deepEqual(complete(""), [...new Set(commands.map((command) => command.split(" ")[0])), "--config", "--help", "--version"].sort());
	for (const command of commands) {
		const words = command.split(" ");
		assert.ok(words.length === 1 || complete(words[0], "").includes(words[1]), command);
		assert.deepEqual(complete(...words, "--"), optionsOf(helps.get(command).stdout), command);
	}
	assert.deepEqual(complete("user", "edit", "petra", "--locale", ""), ["de", "en"]);
	assert.deepEqual(complete("mailbox", "edit", "a@b", "--vip", "y"), ["yes"]);
	assert.deepEqual(complete("user", "role", "petra", ""), ["admin", "staff"]);
	assert.deepEqual(complete("setup", "--certificate", "/et"), []); // a file: the shell's own
	assert.deepEqual(complete("import", "csv", "tab"), []);
	assert.deepEqual(complete("settings", "set", "imap_"), ["imap_host", "imap_port", "imap_security"]);
});
