// Who reads what, through real Postfix and milters: a naive model of the rules, random histories of
// assignments, VIP, the switch, deletion and mails, and what every user then finds on the pages.
// JOURNAL_SEED=number repeats a history.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "../web/lib/client.mjs";
import { elements, linksOf } from "../web/lib/html.mjs";
import { env } from "../web/lib/env.mjs";
import { Smtp } from "../web/lib/mail.mjs";
import { assign, newUsers, sessionsOf, unassign } from "../web/lib/people.mjs";
import { cli, sql } from "../web/lib/stack.mjs";
import { alias, mailbox, stamp, submission } from "./lib/box.mjs";

const BOXES = 7;
const USERS = 26; // half with the right Alle, half with nur eigene
const MAILS = 85;
const STRANGERS = ["anna@welt.example", "bert@welt.example", "cem@fern.example"];
const SETTINGS = "/settings/other";

const seed = Number(process.env.JOURNAL_SEED ?? Math.floor(Math.random() * 2 ** 31));
let state = seed;
// mulberry32
function random() {
	state = state + 0x6d2b79f5 | 0;
	let t = Math.imul(state ^ state >>> 15, 1 | state);
	t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
	return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
}
const pick = (limit) => Math.floor(random() * limit);
const one = (list) => list[pick(list.length)];

// ---- the office, and the model of it ----

const admin = await adminClient();
const boxes = Array.from({ length: BOXES }, (_, i) => {
	const made = mailbox(`kasten${i}`);
	return { ...made, alias: alias(made, `kasten${i}.auch`), users: new Set(), vip: false, deleted: false, purged: false };
});
const users = newUsers(Array.from({ length: USERS }, (_, i) => i % 2 ? "own" : "all"));
let exempt = false;
const mails = []; // {subject, readers, protects, named, blind, addresses, blindAddresses}

const owner = (address) => boxes.find((box) => !box.purged && (box.address === address || box.alias === address));
const usersOf = (box) => box ? [...box.users] : [];

function changeAssignment() {
	const box = one(boxes);
	const user = one(users);
	if (box.deleted) {
		return;
	}
	if (box.users.has(user)) {
		unassign(box.id, user);
		box.users.delete(user);
	} else if (box.users.size < 5) {
		assign(box.id, user);
		box.users.add(user);
	}
}

async function changeVip() {
	const box = one(boxes.filter((each) => !each.deleted));
	box.vip = !box.vip;
	const path = `/mailboxes/${box.id}`;
	assert.equal((await admin.submit(await admin.get(path), path, { vip: box.vip ? "1" : undefined })).status, 303);
}

async function changeSwitch(to = !exempt) {
	exempt = to;
	assert.equal((await admin.submit(await admin.get(SETTINGS), SETTINGS, { vip_exempt_cc_bcc: exempt ? "1" : undefined })).status, 303);
}

async function changeDeletion() {
	const gone = boxes.filter((box) => box.deleted && !box.purged);
	if (gone.length > 0) {
		const box = one(gone);
		const path = `/mailboxes/${box.id}`;
		if (pick(3) === 0 && !boxes.some((each) => each.purged)) {
			cli("mailbox", "purge", box.address);
			box.purged = true;
		} else {
			assert.equal((await admin.submit(await admin.get(path), `${path}/restore`)).status, 303);
			box.deleted = false;
		}
	} else {
		const box = one(boxes.filter((each) => !each.deleted));
		const path = `/mailboxes/${box.id}/delete`;
		assert.equal((await admin.submit(await admin.get(path), path)).status, 303);
		box.deleted = true;
	}
}

async function change() {
	const what = pick(12);
	if (what < 2) {
		await changeVip();
	} else if (what === 2) {
		await changeSwitch();
	} else if (what === 3) {
		await changeDeletion();
	} else {
		changeAssignment();
	}
}

// ---- a mail ----

const anyAddress = () => pick(4) === 0 ? one(STRANGERS) : one([one(boxes), one(boxes)].filter((box) => !box.purged).map((box) => pick(3) ? box.address : box.alias).concat(one(STRANGERS)));
const reachable = (address) => !owner(address) ? !boxes.some((box) => [box.address, box.alias].includes(address)) : !owner(address).deleted;

// As people and programs write it.
function written(address) {
	const text = owner(address) && pick(3) === 0 ? address.replace("@", `+${pick(100)}@`) : address;
	return pick(3) === 0 ? text.toUpperCase() : text;
}

function model(mail) {
	const { sender, to, cc, recipients } = mail;
	mail.readers = new Set(usersOf(sender));
	mail.protects = false;
	mail.named = new Set(sender ? [sender] : []);
	mail.blind = new Map();
	for (const box of boxes) {
		const holds = (list) => list.some((address) => owner(address) === box);
		const reached = holds(recipients);
		if (reached) {
			usersOf(box).forEach((user) => mail.readers.add(user));
		}
		if (box.vip && (box === sender || holds(to) || (holds(cc) || reached) && !exempt)) {
			mail.protects = true;
		}
		if (holds(to) || holds(cc)) {
			mail.named.add(box);
		} else if (reached) {
			mail.blind.set(box, new Set([...usersOf(sender), ...usersOf(box)]));
		}
	}
	mail.addresses = new Set([mail.from, ...to, ...cc]);
	mail.blindAddresses = new Map(recipients.filter((address) => !to.includes(address) && !cc.includes(address))
		.map((address) => [address, new Set([...usersOf(sender), ...usersOf(owner(address))])]));
	// A mailbox that a header names by its other address is no Bcc.
	mail.bcc = new Map([...mail.blindAddresses].filter(([address]) => !owner(address) || mail.blind.has(owner(address))));
}

async function send(number) {
	const sender = pick(2) ? one([undefined, ...boxes.filter((box) => !box.deleted)]) : undefined;
	const mail = { subject: `modell ${stamp} ${number}`, sender, to: [], cc: [], recipients: [],
		from: sender ? one([sender.address, sender.alias]) : anyAddress() };
	for (const [header, most] of [["to", 3], ["cc", 2]]) {
		for (let i = pick(most + 1); i > 0; i--) {
			const address = anyAddress();
			mail[header].push(address);
			if (reachable(address) && pick(5)) {
				mail.recipients.push(address);
			}
		}
	}
	for (let i = pick(3); i > 0 || mail.recipients.length === 0; i--) {
		const address = anyAddress();
		if (reachable(address)) {
			mail.recipients.push(address);
		}
	}
	// Port 25 takes nothing for others.
	if (!sender) {
		mail.recipients = mail.recipients.filter((address) => owner(address));
		if (mail.recipients.length === 0) {
			mail.recipients.push(one(boxes.filter((box) => !box.deleted)).address);
		}
	}
	model(mail);
	const list = (name, addresses) => addresses.length > 0 ? `${name}: ${addresses.map((address) => pick(2) ? written(address) : `"Wer, auch" <${written(address)}>`).join(",\n ")}\n` : "";
	const message = `From: ${mail.from}\n${list("To", mail.to)}${list("Cc", mail.cc)}Subject: ${mail.subject}\n\nGuten Tag`;
	const smtp = sender ? await submission(sender) : await new Smtp().open();
	const answer = await smtp.send(sender ? sender.address : "wer@welt.example", mail.recipients.map(written), message);
	assert.equal(answer.code, 250, `${answer.text}\n${message}\n${mail.recipients}`);
	await smtp.quit();
	mails.push(mail);
}

test(`a history of ${MAILS} mails (JOURNAL_SEED=${seed})`, async () => {
	await changeSwitch(false);
	for (let i = 0; i < 22; i++) {
		changeAssignment();
	}
	await changeVip();
	for (let i = 0; i < MAILS; i++) {
		while (pick(5) < 2) {
			await change();
		}
		await send(i);
	}
	await changeSwitch(false);
});

// ---- what they find ----

const clients = sessionsOf(users);
const right = (index) => index % 2 ? "own" : "all";
const reads = (mail, user, index) => mail.readers.has(user) || right(index) === "all" && !mail.protects;

// The subjects of all pages, in their order; q keeps others' mails away.
async function found(client, filter = "") {
	const subjects = [];
	let path = `/journal?q=modell+${stamp}${filter}`;
	while (path) {
		const page = await client.get(path);
		assert.equal(page.status, 200);
		subjects.push(...elements(page.text, "th").filter((cell) => cell.attributes.scope === "row").map((cell) => cell.text.replace(/ \d+\.\d+\.\d{4}, [\d:,]+$/, "")));
		path = linksOf(page.text).find((link) => /Nächste Seite|Weitersuchen/.test(link.text))?.href;
	}
	return subjects;
}

const newestFirst = (pleases) => mails.filter(pleases).map((mail) => mail.subject).reverse();

test("every user finds exactly what the model says", async () => {
	let readable = 0;
	for (const [i, user] of users.entries()) {
		const subjects = await found(clients[i]);
		assert.deepEqual(subjects, newestFirst((mail) => reads(mail, user, i)), `user ${i}, JOURNAL_SEED=${seed}`);
		readable += subjects.length;
	}
	const pairs = users.length * mails.length;
	assert.ok(pairs >= 2000);
	assert.ok(readable > pairs / 10 && readable < pairs * 9 / 10, `${readable} of ${pairs} pairs are readable`);
});

test("filters by mailbox and participant follow the same rules, Bcc included", async () => {
	for (let i = 0; i < 60; i++) {
		const index = pick(users.length);
		const user = users[index];
		const box = one(boxes);
		const address = pick(4) ? one([box.address, box.alias]) : one(STRANGERS);
		const hasBox = (mail) => mail.named.has(box) || mail.blind.get(box)?.has(user);
		const hasAddress = (mail) => mail.addresses.has(address) || mail.blindAddresses.get(address)?.has(user);
		const [filter, pleases] = one([
			[`&mailbox=${box.address}`, hasBox],
			[`&participant=${address}`, hasAddress],
			[`&mailbox=${box.address.toUpperCase()}&participant=${address}`, (mail) => hasBox(mail) && hasAddress(mail)],
		]);
		assert.deepEqual(await found(clients[index], filter), newestFirst((mail) => reads(mail, user, index) && pleases(mail)), `${filter}, user ${index}, JOURNAL_SEED=${seed}`);
	}
});

test("an entry's page: there or not as in the list, with the Bcc lines that one may know", async () => {
	const ids = new Map(sql(`SELECT subject, id FROM journal_entry WHERE subject LIKE 'modell ${stamp} %'`));
	assert.equal(ids.size, mails.length);
	for (let i = 0; i < 120; i++) {
		const index = pick(users.length);
		const mail = one(mails);
		const page = await clients[index].get(`/journal/${ids.get(mail.subject)}`);
		assert.equal(page.status, reads(mail, users[index], index) ? 200 : 404, `${mail.subject}, user ${index}, JOURNAL_SEED=${seed}`);
		if (page.status !== 200) {
			continue;
		}
		const lines = /<dt>Bcc<\/dt>((?:<dd>[^<]*<\/dd>)*)/.exec(page.text)?.[1] ?? "";
		const shown = elements(lines, "dd").map((dd) => dd.text.toLowerCase().replace(/\+\d+@/, "@")).sort();
		const wanted = [...mail.bcc].filter(([, knowing]) => knowing.has(users[index])).map(([address]) => address).sort();
		assert.deepEqual(shown, wanted, `${mail.subject}, user ${index}, JOURNAL_SEED=${seed}`);
	}
});

test("administrators have no exception", async () => {
	const subjects = await found(admin);
	assert.deepEqual(subjects, newestFirst((mail) => !mail.protects));
});

test("what is stored is what follows from entries, roles and intervals", () => {
	assert.match(cli("journal", "check"), / 0 differences\n$/);
});
