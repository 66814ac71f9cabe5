// Folders: what every mailbox has, names as people give them, stores from before and from elsewhere.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../web/lib/env.mjs";
import { Imap } from "../web/lib/mail.mjs";
import { DIR, startPart, stopPart } from "../web/lib/stack.mjs";
import { mailbox } from "./lib/box.mjs";

const CONF = `${DIR}/dovecot/etc/dovecot.conf`;
const doveadm = (...args) => execFileSync("doveadm", ["-c", CONF, ...args], { encoding: "utf8" });
function restart() {
	stopPart("dovecot");
	startPart("dovecot");
}

// Modified UTF-7 where a name isn't ASCII; a backslash as IMAP quotes it.
const BUSINESS = "Gesch&AOQ-ft";
const quote = (name) => `"${name.replaceAll("\\", "\\\\")}"`;

async function imapOf(box) {
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	return imap;
}

async function done(imap, command) {
	const answer = await imap.command(command);
	assert.ok(answer.ok, `${command}: ${answer.text}`);
	return answer.lines;
}

// The folders that LIST or LSUB names, each with its flags.
async function folders(imap, command = "LIST") {
	const lines = await done(imap, `${command} "" *`);
	return new Map(lines.map((line) => /^\* \w+ \(([^)]*)\) "\/" (?:"(.*)"|(\S+))$/.exec(line)).map(([, flags, quoted, atom]) => [quoted?.replaceAll("\\\\", "\\") ?? atom, flags.split(" ")]));
}

const messages = async (imap, name) => Number(/MESSAGES (\d+)/.exec((await done(imap, `STATUS ${quote(name)} (MESSAGES)`))[0])[1]);
const LETTER = "Subject: Akte\r\n\r\nGuten Tag";
const append = (imap, name) => done(imap, `APPEND ${quote(name)} {${LETTER.length}+}\r\n${LETTER}`);

test("a new mailbox has its folders, marked and subscribed to, the archive among them", async () => {
	const imap = await imapOf(mailbox("ordner"));
	const [listed, subscribed] = [await folders(imap), await folders(imap, "LSUB")];
	for (const name of ["Sent", "Drafts", "Junk", "Trash", "Archive"]) {
		assert.ok(listed.get(name)?.includes(`\\${name}`), `${name}: ${listed.get(name)}`);
		assert.ok(subscribed.has(name), name);
	}
	assert.deepEqual([...listed.keys()].sort(), ["Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash"]);
	await imap.logout();
});

test("folders are called what people call them", async () => {
	const names = ["Dr. Meier", "1. OG", "~", "~Alt", "..", BUSINESS, `Archive/${BUSINESS} 2.0`, "Archive/~", "a\\b", "a\\2eb"];
	const box = mailbox("namen");
	let imap = await imapOf(box);
	for (const name of names) {
		await done(imap, `CREATE ${quote(name)}`);
		await done(imap, `SUBSCRIBE ${quote(name)}`);
		await append(imap, name);
	}
	await imap.logout();
	imap = await imapOf(box);
	const [listed, subscribed] = [await folders(imap), await folders(imap, "LSUB")];
	for (const name of names) {
		assert.ok(listed.has(name) && subscribed.has(name), name);
		assert.match((await done(imap, `SELECT ${quote(name)}`)).join("\n"), /^\* 1 EXISTS/m);
	}
	await done(imap, "CLOSE");
	for (const name of names.filter((one) => !one.includes("/"))) {
		await done(imap, `RENAME ${quote(name)} ${quote(`${name} v1.5`)}`);
		assert.equal(await messages(imap, `${name} v1.5`), 1);
		await done(imap, `DELETE ${quote(`${name} v1.5`)}`);
	}
	assert.ok(![...(await folders(imap)).keys()].some((name) => name.includes("v1.5")));
	await imap.logout();
});

test("a store from before has all its folders, after escape-folders those with a backslash too", async () => {
	const box = mailbox("bestand");
	const maildir = join(DIR, "mail", box.id, "Maildir");
	const before = { [BUSINESS]: `.${BUSINESS}`, "Alt/2024/Q1": ".Alt.2024.Q1", "a\\b": ".a\\b", "Alt/x\\y": ".Alt.x\\y", "Alt/~z": ".Alt.~z" };
	let imap = await imapOf(box);
	for (const name of Object.keys(before)) {
		await done(imap, `CREATE ${quote(name)}`);
		await done(imap, `SUBSCRIBE ${quote(name)}`);
		await append(imap, name);
	}
	await imap.logout();
	// As Dovecot writes them without listescape
	const right = (name) => name.replaceAll("\\", "\\5c").replaceAll("~", "\\7e");
	for (const name of Object.values(before)) {
		renameSync(join(maildir, right(name)), join(maildir, name.replaceAll("\\7e", "~")));
	}
	const list = join(maildir, "subscriptions");
	const escaped = readFileSync(list, "latin1");
	writeFileSync(list, escaped.replaceAll("\\5c", "\\").replaceAll("\\7e", "~"), "latin1");
	assert.notEqual(readFileSync(list, "latin1"), escaped);

	imap = await imapOf(box);
	for (const name of [BUSINESS, "Alt/2024/Q1"]) {
		assert.equal(await messages(imap, name), 1, name);
	}
	assert.ok(!(await imap.command('STATUS "a\\\\b" (MESSAGES)')).ok, "this is what escape-folders is for");
	await imap.logout();

	const escape = () => execFileSync(join(ROOT, "mail/escape-folders"), [join(DIR, "mail")], { encoding: "utf8" });
	assert.equal(escape().split("\n").filter((line) => line.includes(maildir)).length, 3);
	assert.equal(escape(), "", "again it finds nothing to do");
	assert.equal(readFileSync(list, "latin1"), escaped);
	for (const name of Object.values(before)) {
		assert.ok(readdirSync(maildir).includes(right(name)), name);
	}
	imap = await imapOf(box);
	const subscribed = await folders(imap, "LSUB");
	for (const name of Object.keys(before)) {
		assert.equal(await messages(imap, name), 1, name);
		assert.ok(subscribed.has(name), name);
	}
	await imap.logout();
});

test("stores with German names: folders.conf maps them, or doveadm moves what is in them", async () => {
	const file = `${DIR}/dovecot/etc/folders.conf`;
	const shipped = readFileSync(file, "utf8");
	const old = mailbox("umzug");
	let imap = await imapOf(old);
	for (const name of ["Gesendete Elemente", "Papierkorb"]) {
		await done(imap, `CREATE ${quote(name)}`);
		await append(imap, name);
	}
	await imap.logout();
	try {
		writeFileSync(file, `${shipped.replace(/^mailbox Sent {/m, 'mailbox "Gesendete Elemente" {').replace(/^mailbox Drafts {/m, "mailbox Entwürfe {")}mailbox Papierkorb {\n\tspecial_use = \\Trash\n}\n`);
		restart();
		imap = await imapOf(mailbox("deutsch"));
		const mapped = [await folders(imap), await folders(imap, "LSUB")];
		await imap.logout();
		assert.deepEqual([...mapped[0].keys()].sort(), ["Archive", "Entw&APw-rfe", "Gesendete Elemente", "INBOX", "Junk", "Trash"]);
		for (const [name, mark] of [["Gesendete Elemente", "\\Sent"], ["Entw&APw-rfe", "\\Drafts"]]) {
			assert.ok(mapped.every((found) => found.get(name).includes(mark)), name);
		}
		imap = await imapOf(old);
		const listed = await folders(imap);
		assert.ok(listed.get("Gesendete Elemente").includes("\\Sent"));
		assert.ok(!listed.get("Sent")?.includes("\\Sent"), "the folder of before is one like others");
		assert.ok(listed.get("Papierkorb").includes("\\Trash") && listed.get("Trash").includes("\\Trash"));
		assert.equal(await messages(imap, "Gesendete Elemente"), 1);
		await imap.logout();
	} finally {
		writeFileSync(file, shipped);
		restart();
	}
	doveadm("move", "-u", old.address, "Sent", "mailbox", "Gesendete Elemente", "all");
	doveadm("mailbox", "delete", "-u", old.address, "-s", "Gesendete Elemente");
	imap = await imapOf(old);
	const listed = await folders(imap);
	assert.ok(listed.get("Sent").includes("\\Sent"));
	assert.ok(!listed.has("Gesendete Elemente"));
	assert.equal(await messages(imap, "Sent"), 1);
	await imap.logout();
});
