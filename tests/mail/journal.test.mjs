// Who reads what, through real Postfix and milters: a naive model of the rules, random histories of
// assignments, VIP, the switch, deletion, further addresses that move (while a mail comes in, too) and
// mails: to odd forms of addresses, with headers that are cut, delivery reports; and what every user
// then finds on the pages. JOURNAL_SEED=number repeats a history.
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
const USERS = 34; // half with the right Alle, half with nur eigene
const MAILS = 125;
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
const mails = []; // {subject, word, hasText, readers, protects, named, blind, addresses, blindAddresses}

const owner = (address) => boxes.find((box) => box.address === address || box.alias === address);
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

// Two mailboxes that are there exchange their further addresses, by the pages.
const aliasPage = (box) => `/mailboxes/${box.id}`;
async function moveAliases(from = undefined) {
	const live = boxes.filter((box) => !box.deleted);
	const to = one(live);
	from ??= one(live);
	if (from === to) {
		return null;
	}
	for (const box of [from, to]) {
		const [[id]] = sql(`SELECT id FROM address WHERE address = '${box.alias}'`);
		assert.equal((await admin.submit(await admin.get(aliasPage(box)), `/aliases/${id}/delete`)).status, 303);
	}
	[from.alias, to.alias] = [to.alias, from.alias];
	for (const box of [from, to]) {
		assert.equal((await admin.submit(await admin.get(aliasPage(box)), "/aliases", { address: box.alias })).status, 303);
	}
	return [from, to];
}

async function change() {
	const what = pick(12);
	if (what < 2) {
		await changeVip();
	} else if (what === 2) {
		await changeSwitch();
	} else if (what === 3) {
		await changeDeletion();
	} else if (what === 4) {
		await moveAliases();
	} else {
		changeAssignment();
	}
}

// ---- a mail ----

const anyAddress = () => pick(4) === 0 ? one(STRANGERS) : one([one(boxes), one(boxes)].map((box) => pick(3) ? box.address : box.alias).concat(one(STRANGERS)));
const reachable = (address) => !owner(address)?.deleted;

// As people and programs write it.
function written(address) {
	const text = owner(address) && pick(3) === 0 ? address.replace("@", `+${pick(100)}@`) : address;
	return pick(3) === 0 ? text.toUpperCase() : text;
}

// What something may read as the address, and who reads strictly doesn't.
const base64 = (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
const ODD = [
	(address) => `'${address}'`,
	(address) => `<'${address.toUpperCase()}'>`,
	(address) => `"${address}"`,
	(address) => `"${address}" <anders@fern.example>`,
	(address) => base64(address),
	(address) => `"${base64(`An <${address}>`)}" <anders@fern.example>`,
	(address) => `${base64(address.slice(0, 6))} ${base64(address.slice(6))}`,
	(address) => `=?iso-8859-1?Q?${address.replace("@", "=40")}?=`,
	(address) => `"mailto:${address.replace("@", "%40")}"`,
	(address) => `\u200b${address}`,
	(address) => `"nicht geschlossen ${address}`,
	(address) => `(${address}) anders@fern.example`,
	(address) => `re-${address}`,
];
// And what doesn't name it at all.
const OTHER = [(address) => `x${address}`, (address) => `${address}x`, (address) => `'${address.replace("@", "@x")}'`];
// More than a milter is shown of a header.
const LONG = Array.from({ length: 2600 }, (_, i) => `k${String(i).padStart(6, "0")}@weit.example`).join(",\n ");

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
		const named = holds(to) || holds(mail.odd) || reached && mail.cut;
		if (box.vip && (box === sender || named || (holds(cc) || reached) && !exempt)) {
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

function compose(number) {
	const sender = pick(2) ? one([undefined, ...boxes.filter((box) => !box.deleted)]) : undefined;
	const mail = { subject: `modell ${stamp} ${number}`, word: `inhalt${stamp}n${number}e`, sender, to: [], cc: [], recipients: [], odd: [], extra: "",
		cut: number % 20 === 7, report: number % 13 === 5, empty: !sender && pick(8) === 0,
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
	mail.hasText = !mail.report && !mail.empty;
	return mail;
}

function addOdd(mail) {
	const box = one(boxes);
	const address = pick(3) ? box.address : box.alias;
	const form = pick(4) ? one(ODD) : one(OTHER);
	if (ODD.includes(form)) {
		mail.odd.push(address);
	}
	mail.extra += `To: ${form(address)}\n`;
}

function source(mail) {
	const list = (name, addresses) => addresses.length > 0 ? `${name}: ${addresses.map((address) => pick(2) ? written(address) : `"Wer, auch" <${written(address)}>`).join(",\n ")}\n` : "";
	const type = mail.report ? "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n" : "";
	const text = `Guten Tag ${mail.word}`;
	return `From: ${mail.from}\n${list("To", mail.to)}${list("Cc", mail.cc)}${mail.extra}${mail.cut ? `Cc: ${LONG}\n` : ""}Subject: ${mail.subject}\n${type}\n${mail.report ? `--b\n\n${text}\n--b--` : text}`;
}

// Until DATA is open; what it was accepted for is decided there.
async function begin(mail) {
	const smtp = mail.sender ? await submission(mail.sender) : await new Smtp().open();
	const from = mail.sender ? mail.sender.address : mail.empty ? "" : "wer@welt.example";
	for (const line of [`MAIL FROM:<${from}>`, ...mail.recipients.map((address) => `RCPT TO:<${written(address)}>`), "DATA"]) {
		const answer = await smtp.command(line);
		assert.ok(answer.code < 400, `${line}: ${answer.text}`);
	}
	return smtp;
}

async function end(smtp, text) {
	smtp.lines.write(`${text.replaceAll("\n", "\r\n")}`);
	const answer = await smtp.command("\r\n.");
	await smtp.quit();
	return answer;
}

let moved = 0;

async function send(number) {
	const mail = compose(number);
	for (let i = pick(4); i < 2; i++) {
		addOdd(mail);
	}
	if (number % 9 === 4) {
		mail.from = mail.sender ? mail.sender.address : mail.from;
	}
	const text = source(mail);
	if (number % 9 === 4) {
		const smtp = await begin(mail);
		const concerned = [mail.sender, ...[...mail.odd, ...mail.to, ...mail.cc, ...mail.recipients].map(owner)];
		const pair = await moveAliases(pick(2) ? owner(mail.recipients[0]) : undefined) ?? [];
		const answer = await end(smtp, text);
		if (!pair.some((box) => concerned.includes(box) || box.alias === mail.from)) {
			assert.equal(answer.code, 250, `${answer.text}, ${mail.subject}, JOURNAL_SEED=${seed}`);
			model(mail);
			mails.push(mail);
			return;
		}
		assert.match(answer.text, /^451 4\.3\.0/, `${mail.subject}, JOURNAL_SEED=${seed}`);
		moved++;
	}
	model(mail);
	const answer = await end(await begin(mail), text);
	assert.equal(answer.code, 250, `${answer.text}\n${text.slice(0, 2000)}\n${mail.recipients}, JOURNAL_SEED=${seed}`);
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
	assert.ok(moved > 0, "no mail had to come again");
	assert.ok(mails.filter((mail) => mail.odd.length > 0).length > MAILS / 10);
});

// ---- what they find ----

const clients = sessionsOf(users);
const right = (index) => index % 2 ? "own" : "all";
const reads = (mail, user, index) => mail.readers.has(user) || right(index) === "all" && !mail.protects;

// The subjects of all pages, in their order; q keeps others' mails away.
async function found(client, filter = "") {
	const subjects = [];
	let path = `/journal?q=modell+${stamp}${filter.replace(/^ /, "+")}`;
	while (path) {
		const page = await client.get(path);
		// Who reads nothing of an address is told that it is unknown, as of one that isn't there.
		assert.equal(page.status, /kein Postfach, das|Weder Name/.test(page.text) ? 422 : 200);
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
	assert.ok(pairs >= 4000, `${pairs} pairs`);
	assert.ok(readable > pairs / 10 && readable < pairs * 9 / 10, `${readable} of ${pairs} pairs are readable`);
});

test("the text of what isn't a delivery report is found by whoever may read it, of others by nobody", async () => {
	for (let i = 0; i < 60; i++) {
		const index = pick(users.length);
		const mail = one(mails);
		const wanted = mail.hasText && reads(mail, users[index], index) ? [mail.subject] : [];
		assert.deepEqual(await found(clients[index], ` ${mail.word}`), wanted, `${mail.subject}, user ${index}, JOURNAL_SEED=${seed}`);
	}
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
