// A domain with umlauts on the pages: as people write it, found in both spellings; where a program needs
// the A-label it stands beside, with a word on which to type. Python's mail library reads the mail.
import test, { after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { adminClient, Client } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { elements, textOf } from "./lib/html.mjs";
import { Smtp } from "./lib/mail.mjs";
import { nextTo } from "./lib/message.mjs";
import { cli, sql, until } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const TYPED = `fährstraße-${stamp}.example`;
const admin = await adminClient();
cli("domain", "add", TYPED);
const [[STORED, DOMAIN]] = sql(`SELECT name, id FROM domain WHERE display_name = '${TYPED}'`);
const box = { typed: `info@${TYPED}`, stored: `info@${STORED}` };
const alias = { typed: `auch@${TYPED}`, stored: `auch@${STORED}` };

const made = await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: "info", domain_id: DOMAIN });
box.path = made.path;
box.id = made.path.split("/").pop();
await admin.save(await admin.get(box.path), `${box.path}/aliases`, { address: alias.typed });
const [[user]] = sql(`SELECT id FROM user WHERE login = '${env.ADMIN_LOGIN}'`);
await admin.save(await admin.get(`${box.path}/assignments`), "/assignments", { user_id: user });

after(async () => {
	await admin.save(await admin.get(`${box.path}/assignments`), `/${user}/end`);
	await admin.save(await admin.get(`${box.path}/delete`), "/delete");
});

const shows = (page, ...texts) => {
	assert.equal(page.status, 200, page.path);
	const text = textOf(page.text);
	for (const one of texts) {
		assert.ok(text.includes(one), `${page.path} without ${one}`);
	}
	assert.ok(!text.includes("xn--"), `${page.path}: ${/.{30}xn--.{30}/s.exec(text)?.[0]}`);
};
const titleOf = (page) => elements(page.text, "h1")[0].text;

test("pages about the mailbox: titles, breadcrumbs, lists", async () => {
	const page = await admin.get(box.path);
	assert.ok(titleOf(page).includes(box.typed));
	shows(page, box.typed, alias.typed);
	for (const path of ["/assignments", "/absence", "/access/send", "/access/new-password", "/delete"]) {
		const one = await admin.get(box.path + path);
		assert.ok(titleOf(one).includes(box.typed), path);
		shows(one, box.typed);
	}
	for (const path of [`/users/${user}`, "/my", `/users/${user}/leave`]) {
		shows(await admin.get(path), box.typed);
	}
	const links = elements((await admin.get(`/mailboxes?domain=${DOMAIN}`)).text, "a").filter((link) => link.text === box.typed);
	assert.deepEqual(links.map((link) => link.attributes.href.replace(/\?.*/, "")), [box.path]);
});

test("the ways of its mail: a list it is in, and until which day it is forwarded", async () => {
	const { path: list } = await admin.save(await admin.get("/lists"), "/lists", { address: `alle@${TYPED}` });
	await admin.save(await admin.get(list), list, { member: box.typed });
	const other = await admin.saveMailbox(`umleitung.${stamp}`);
	await admin.save(await admin.get(`${other.path}/forward`), "/forward", { to: box.typed, until: "31.01.2031" });
	assert.match(textOf((await admin.get(box.path)).text), new RegExp(`Mitglied im Verteiler alle@${TYPED}`));
	assert.match(textOf((await admin.get(other.path)).text), new RegExp(`bis 31\\.1\\.2031 weiter an: ${box.typed}`));
	await admin.save(await admin.get(`${other.path}/delete`), "/delete");
	await admin.submit(await admin.get(list), "/delete");
});

test("found in both spellings: mailboxes, change log, journal", async () => {
	const subject = `Umlautpost ${stamp}`;
	const smtp = await new Smtp().open(env.SMTP_PORT);
	const answer = await smtp.send("kunde@xn--mller-bau-q9a.example", box.stored,
		`From: Kunde <kunde@xn--mller-bau-q9a.example>\nTo: <${box.stored}>\nCc: <${alias.stored}>\nSubject: ${subject}\nMessage-ID: <u${stamp}@welt.example>\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n\nText\n`);
	assert.equal(answer.code, 250, answer.text);
	await smtp.quit();
	for (const words of [box.typed, box.stored, TYPED, STORED, TYPED.toUpperCase(), TYPED.normalize("NFD"), "fährstraße", "faehrstrasse"]) {
		const q = encodeURIComponent(words);
		const listed = elements((await admin.get(`/mailboxes?q=${q}`)).text, "a").map(({ text }) => text);
		assert.ok(listed.includes(box.typed), `mailboxes: ${words}`);
		const changes = await admin.get(`/changes?q=${q}`);
		if (!words.startsWith("fae") && words !== TYPED.normalize("NFD")) {
			assert.match(textOf(changes.text), /Postfach angelegt/, words);
		}
		const found = await until(5000, () => admin.get(`/journal?q=${q}`), (page) => page.text.includes(subject));
		assert.ok(found.text.includes(subject), `journal: ${words}`);
	}
	for (const address of [box.typed, box.stored, box.typed.replace(/[^ß]/g, (letter) => letter.toUpperCase())]) {
		const q = encodeURIComponent(address);
		assert.match(textOf((await admin.get(`/changes?mailbox=${q}`)).text), /Postfach angelegt/, address);
		for (const field of ["mailbox", "participant"]) {
			assert.ok((await admin.get(`/journal?${field}=${q}`)).text.includes(subject), `${field} ${address}`);
		}
	}
	const changes = await admin.get(`/changes?mailbox=${encodeURIComponent(box.typed)}`);
	shows(changes, box.typed, alias.typed);
	const list = await admin.get(`/journal?participant=${encodeURIComponent(box.typed)}`);
	shows(list, box.typed, "kunde@müller-bau.example");
	const entry = elements(list.text, "a").find((link) => link.text.includes(subject)).attributes.href;
	shows(await admin.get(entry), `Kunde <kunde@müller-bau.example>`, box.typed, alias.typed);
});

test("access data: what to type, and the A-label for programs that take no umlauts", async () => {
	await admin.save(await admin.get(box.path), box.path, { email_name: "Fährhaus Büro" });
	const help = `Nimmt Ihr Programm keine Umlaute an, geben Sie stattdessen ${box.stored} ein; anmelden können Sie sich mit beidem.`;
	const page = await admin.get(`${box.path}/access`);
	assert.ok(titleOf(page).includes(box.typed));
	assert.deepEqual(elements(page.text, "dd").slice(0, 2).map(({ text }) => text), [box.typed, "Fährhaus Büro"]);
	assert.ok(textOf(page.text).includes(help));
	const recipient = `wer.${stamp}@xn--mller-bau-q9a.example`;
	const sent = await admin.save(await admin.get(`${box.path}/access/send`), "/send", { recipient: recipient.replace("xn--mller-bau-q9a", "müller-bau") });
	assert.ok(textOf(sent.text).includes(`wer.${stamp}@müller-bau.example`));
	const link = new URL(/<code id="link">([^<]+)</.exec(sent.text)[1]).pathname;
	const there = await new Client().get(link);
	assert.ok(titleOf(there).includes(box.typed) && textOf(there.text).includes(help));
	assert.ok(textOf(there.text).includes("den Namen „Fährhaus Büro“"));
	const mail = await nextTo(recipient);
	assert.equal(mail.subject, `Zugangsdaten für ${box.typed}`);
	for (const body of [mail.text, textOf(mail.html)]) {
		assert.ok(body.includes(help) && body.includes(box.typed) && body.includes("Fährhaus Büro"));
	}
	// An ASCII domain has nothing to say about it.
	const [[plain]] = sql(`SELECT id FROM mailbox WHERE address LIKE '%@${env.DOMAIN}' AND deleted = 0 LIMIT 1`);
	assert.ok(!textOf((await admin.get(`/mailboxes/${plain}/access`)).text).includes("keine Umlaute"));
});

test("mail programs are told the A-label; the profile shows people the typed spelling", async () => {
	const config = await new Client().get(`/mail/config-v1.1.xml?emailaddress=${encodeURIComponent(box.typed)}`);
	assert.deepEqual([...config.text.matchAll(/<username>(.*?)<\/username>/g)].map(([, name]) => name), Array(3).fill(`%EMAILLOCALPART%@${STORED}`));
	const profile = await admin.get(`${box.path}/profile.mobileconfig`);
	const plist = JSON.parse(execFileSync("python3", ["-c", "import json, plistlib, sys\nprint(json.dumps(plistlib.loads(sys.stdin.buffer.read())))"], { input: profile.text }));
	const [payload] = plist.PayloadContent;
	assert.deepEqual([plist.PayloadDisplayName, payload.EmailAccountDescription, payload.EmailAddress, payload.IncomingMailServerUsername, payload.OutgoingMailServerUsername],
		[box.typed, box.typed, box.stored, box.stored, box.stored]);
});
