// Abwesenheitsnotizen on real mail: whom Dovecot answers, whom never, and with what; each note was
// saved in the browser, each mail carried by Postfix.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { adminClient } from "../web/lib/client.mjs";
import { ROOT, env } from "../web/lib/env.mjs";
import { elements } from "../web/lib/html.mjs";
import { Smtp, rcpt } from "../web/lib/mail.mjs";
import { sinkFiles } from "../web/lib/message.mjs";
import { DIR, cli, reloadPostfix, run, sleep, sql, startPart, stopPart, until } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

function mailbox(local, name) {
	const address = `${local}.${stamp}@${env.DOMAIN}`;
	cli("mailbox", "add", address, ...(name ? ["--name", name] : []));
	const id = sql(`SELECT id FROM mailbox WHERE address = '${address}'`)[0][0];
	const password = /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1];
	return { address, id, password, path: `/mailboxes/${id}/absence` };
}

async function note(box, fields) {
	const answer = await admin.submit(await admin.get(box.path), "/absence", fields);
	assert.equal(answer.status, 303, answer.text.slice(0, 500));
}

async function alias(box, local) {
	const address = `${local}.${stamp}@${env.DOMAIN}`;
	const answer = await admin.submit(await admin.get(`/mailboxes/${box.id}`), "/aliases", { address });
	assert.equal(answer.status, 303);
	return address;
}

const stranger = () => `kunde.${stamp}.${++count}@welt.example`;
const quoted = (address) => `<${address}>`;

// One mail from outside, or by the mailbox's own log-in. headers: in place of the usual ones;
// undefined leaves one out.
async function send(from, to, headers = {}, { login, body = "Guten Tag" } = {}) {
	const id = `<${++count}.${stamp}@welt.example>`;
	const all = { From: `Kunde <${from}>`, To: quoted([to].flat()[0]), Subject: `Frage ${count}`, "Message-ID": id, Date: "Tue, 24 Nov 2026 10:00:00 +0100", ...headers };
	const smtp = await (login ? new Smtp().open(env.SUBMISSIONS_PORT, { secure: true }) : new Smtp().open());
	if (login) {
		assert.equal((await smtp.login(login.address, login.password)).code, 235);
	}
	const answer = await smtp.send(from, to, `${Object.entries(all).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}: ${value}\n`).join("")}\n${body}`);
	await smtp.quit();
	assert.equal(answer.code, 250, `${from}: ${answer.text}`);
	return id;
}

// No mail is on its way any more, so what hasn't been answered by now never is.
const queue = () => run("postqueue", "-c", `${DIR}/postfix/etc`, "-j").split("\n").filter(Boolean).length;
async function settled() {
	assert.equal(await until(20000, queue, (left) => left === 0), 0, "mail is left in the queue");
}

// Replies to a sender outside, oldest first.
function repliesTo(address) {
	return sinkFiles()
		.filter((file) => readFileSync(file, "latin1").includes(`X-Envelope-To: <${address}>`));
}
const read = (files) => JSON.parse(execFileSync("/usr/bin/python3", [join(ROOT, "tests/mail/lib/message.py"), ...files], { encoding: "utf8", maxBuffer: 1 << 26 }));

async function replies(address, wanted) {
	const files = await until(10000, () => repliesTo(address), (found) => found.length >= wanted);
	assert.equal(files.length, wanted, `replies to ${address}`);
	return read(files);
}

// What Dovecot answers to RCPT TO when Postfix hands a mail over.
async function lmtp(address) {
	const socket = net.connect(`${DIR}/dovecot/lmtp`);
	let text = "";
	socket.setEncoding("latin1");
	socket.on("data", (data) => {
		text += data;
	});
	socket.write(`LHLO test\r\nMAIL FROM:<wer@welt.example>\r\nRCPT TO:<${address}>\r\nQUIT\r\n`);
	await once(socket, "end");
	return /250 2\.1\.0 [^\n]*\n([\s\S]*)/.exec(text)?.[1] ?? text;
}

const inbox = (box) => {
	try {
		return readdirSync(join(DIR, "mail", box.id, "Maildir/new")).map((name) => join(DIR, "mail", box.id, "Maildir/new", name));
	} catch {
		return [];
	}
};

test("a note saved is answered for the next mail, once a sender; switched off none; on again or another period once more", async () => {
	const box = mailbox("urlaub", "Müller, Büro Nord");
	const [a, b, c, d] = [stranger(), stranger(), stranger(), stranger()];
	await send(a, box.address);
	await settled();
	await note(box, { active: "1", subject: "Bin im Urlaub", body: "Bis zum 6. Januar." });
	const id = await send(a, box.address);
	const [reply] = await replies(a, 1);
	assert.deepEqual(reply.headers.from, [`Müller, Büro Nord <${box.address}>`]);
	assert.match(reply.headers.to[0], new RegExp(a));
	assert.deepEqual(reply.headers.subject, ["Bin im Urlaub"]);
	assert.deepEqual([reply.headers["in-reply-to"], reply.headers.references], [[id], [id]]);
	assert.match(reply.headers["auto-submitted"][0], /^auto-replied/);
	assert.match(readFileSync(repliesTo(a)[0], "latin1"), /^Return-Path: <(MAILER-DAEMON)?>/);
	assert.equal(reply.text.trimEnd(), "Bis zum 6. Januar.");

	await send(a, box.address);
	await send(b, box.address);
	await replies(b, 1);
	await note(box, { subject: "Neuer Text", body: "Bis zum 7. Januar." });
	await send(a, box.address);
	await send(d, box.address);
	assert.equal((await replies(d, 1))[0].text.trimEnd(), "Bis zum 7. Januar.");
	await note(box, { active: undefined });
	await send(c, box.address);
	await settled();
	assert.deepEqual([a, b, c, d].map((one) => repliesTo(one).length), [1, 1, 0, 1]);

	await note(box, { active: "1" });
	await send(a, box.address);
	await send(a, box.address);
	await replies(a, 2);
	const day = (offset) => new Date(Date.now() + offset * 86400000).toISOString().slice(0, 10);
	for (const period of [{ starts_on: day(3), ends_on: "" }, { starts_on: "", ends_on: day(-3) }]) {
		await note(box, period);
		await send(a, box.address);
		await settled();
		assert.equal(repliesTo(a).length, 2, JSON.stringify(period));
	}
	await note(box, { starts_on: day(-3), ends_on: day(3) });
	await send(a, box.address);
	await send(a, box.address);
	await settled();
	assert.equal(repliesTo(a).length, 3);
	assert.equal(inbox(box).length, 13, "every mail still lands in the inbox");

	// An inactive mailbox takes none, so it answers none; back with it comes its note.
	const page = await admin.get(`/mailboxes/${box.id}`);
	await admin.save(page, `/mailboxes/${box.id}`, { active: undefined });
	assert.match((await rcpt(box.address)).text, /^550 5\.2\.1/);
	await admin.save(await admin.get(`/mailboxes/${box.id}`), `/mailboxes/${box.id}`, { active: "1" });
	assert.equal((await until(2000, () => rcpt(box.address), ({ code }) => code === 250)).code, 250);
	await send(c, box.address);
	await replies(c, 1);

	// The page lists them all, newest first.
	const rows = elements((await admin.get(box.path)).text, "tr").slice(1).map((row) => row.inner);
	assert.deepEqual(rows.map((row) => elements(row, "th")[0].text), [c, a, a, d, b, a]);
	assert.ok(rows.every((row) => /^\d+\.\d+\.\d{4}, \d\d:\d\d$/.test(elements(row, "td")[0].text)));
});

test("mail to it under any of its addresses is answered; mail that names it in neither To nor Cc isn't", async () => {
	const box = mailbox("adressen");
	const before = await alias(box, "vorher");
	await note(box, { active: "1", body: "Bin weg" });
	const later = await alias(box, "nachher");
	const plus = (address) => address.replace("@", "+Korb.7@");
	const other = mailbox("andere");
	const named = [
		[box.address, {}], [before, {}], [later, {}], [plus(box.address), {}], [plus(before), {}], [plus(later), {}],
		[box.address.toUpperCase(), { To: box.address.toUpperCase() }],
		[box.address, { To: quoted(other.address), Cc: `"Büro, das" <${later}>, wer@welt.example` }],
		[box.address, { To: `Alle: ${other.address}, ${plus(before)};` }],
		[later, { To: quoted(box.address) }],
		[box.address, { To: `wer@welt.example,\n\tNoch einer <${box.address}>` }],
		// As programs write it that know no RFC, or many recipients
		[box.address, { To: `wer@welt.example; ${box.address}` }],
		[box.address, { To: `${box.address}; wer@welt.example` }],
		[box.address, { To: `"Wer, da" <wer@welt.example>; Büro <${plus(later)}>;` }],
		[box.address, { To: `wer@welt.example`, Cc: `a@welt.example;\n\t${later.toUpperCase()} ;b@welt.example` }],
		...[256, 257, 300, 1000].map((many) => [box.address, { To: [...Array(many).keys()].map((i) => `Nummer ${i} <n${i}@welt.example>`).concat(box.address).join(",\n ") }]),
		...[990, 996, 1000].map((column) => [box.address, { To: `${"x".repeat(column - 30)} <wer@welt.example>, <${box.address}>, <wer@welt.example>` }]),
		[box.address, { To: [...Array(400).keys()].map((i) => `n${i}@welt.example`).concat(later).join(",") }],
	];
	const unnamed = [
		[box.address, { To: quoted(other.address) }],
		[box.address, { To: undefined, Subject: `Hallo ${box.address}` }],
		[box.address, { To: "undisclosed-recipients:;", "X-To": box.address }],
		[later, { To: quoted(`x${later}`) }],
		[box.address, { To: `"${box.address}" <wer@welt.example>` }],
		[box.address, { To: undefined, Bcc: quoted(box.address) }],
		[box.address, { To: `"Frage an ${box.address} von" <wer@welt.example>; a@welt.example` }],
		[box.address, { To: `x${box.address}; ${box.address}.welt.example; <${box.address}x>` }],
		[box.address, { To: `wer@welt.example; ${box.address.replace("@", "@welt.")}` }],
	];
	const answered = [], quiet = [];
	for (const [cases, senders] of [[unnamed, quiet], [named, answered]]) {
		for (const [to, headers] of cases) {
			const from = stranger();
			await send(from, to, headers);
			senders.push([from, JSON.stringify([to, headers])]);
		}
	}
	await settled();
	for (const [from, what] of answered) {
		assert.equal(repliesTo(from).length, 1, what);
	}
	for (const [from, what] of quiet) {
		assert.equal(repliesTo(from).length, 0, what);
	}
	assert.equal(inbox(box).length, named.length + unnamed.length);
});

test("never: lists, bounces, automatic mail, senders that nobody reads, spam, itself", async () => {
	const box = mailbox("nie");
	const own = await alias(box, "nieauch");
	await note(box, { active: "1", body: "Bin weg" });
	const local = (name) => `${name}@${stamp}.welt.example`;
	const never = [
		...["owner-liste", "liste-request", "MAILER-DAEMON", "listserv", "liste-owner", "liste-bounces", "bounce-123", "bounces+kunde=welt", "x.bounce", "postmaster", "Postmaster",
			"noreply", "no-reply", "No-Reply", "noreply+abc", "shop-noreply", "no_reply", "no.reply", "donotreply", "do-not-reply", "keine-antwort", "nichtantworten"].map((name) => [local(name), {}]),
		...[{ "List-Id": "<liste.welt.example>" }, { "List-Unsubscribe": "<https://welt.example/x>" }, { "List-Post": "<mailto:liste@welt.example>" },
			{ Precedence: "bulk" }, { Precedence: "list" }, { Precedence: "junk" }, { "Auto-Submitted": "auto-generated" }, { "Auto-Submitted": "auto-replied (vacation)" },
			{ "X-Auto-Response-Suppress": "All" }, { "X-Auto-Response-Suppress": "OOF" }, { "X-Spam-Flag": "YES" }, { "X-Spam-Status": "Yes, score=9.1" }, { "X-Spam": "Yes" },
			{ From: "Shop <no-reply@shop.example>" }, { Sender: "<noreply@shop.example>" }, { "Reply-To": "Bitte nicht <donotreply@shop.example>" }, { From: "Postmaster@shop.example" },
			{ Sender: "liste-bounces@shop.example" },
			// Marks of older programs
			{ "X-Autoreply": "yes" }, { "X-Autorespond": "Re: Frage" }, { "X-Auto-Reply-From": "wer@welt.example" }, { "X-Mail-Autoreply": "1" }, { "X-FC-MachineGenerated": "true" },
			{ "X-POST-MessageClass": "9; Autoresponder" }, { Precedence: "auto_reply" }, { "X-Precedence": "auto_reply" }, { "X-Precedence": "Bulk" }, { "Delivered-To": "Autoresponder" },
			{ "Mailing-List": "contact liste-help@welt.example; run by ezmlm" }, { "X-Mailing-List": "<liste@welt.example> archive/latest/7" }, { "X-Mailman-Version": "2.1.39" },
			{ "X-Failed-Recipients": "gibtesnicht@welt.example" }, { "Content-Type": "multipart/report; report-type=delivery-status; boundary=b" },
			{ "Content-Type": "Multipart/Report;\n\tboundary=b; report-type=disposition-notification" },
		].map((headers) => [stranger(), headers]),
	];
	for (const [from, headers] of never) {
		await send(from, box.address, headers);
	}
	// Its own mail, as a web form too, whose From says that it is the mailbox.
	const form = stranger();
	await send("", box.address, { From: "Mail Delivery System <bounce@welt.example>" });
	for (const sender of [box.address, own, box.address.replace("@", "+x@")]) {
		await send(sender, box.address, {}, { login: box });
	}
	const controls = [[stranger(), {}], [stranger(), { "Auto-Submitted": "no" }], [stranger(), { "X-Spam-Flag": "NO", "X-Spam-Status": "No, score=0.1" }],
		[stranger(), { Precedence: "first-class" }], [stranger(), { "X-Auto-Response-Suppress": "DR" }], [stranger(), { "X-Auto-Response-Suppress": "DR, RN, NRN" }],
		[stranger(), { "Delivered-To": box.address }], [stranger(), { "Content-Type": "multipart/mixed; boundary=report" }], [local("norbert.reply"), {}], [local("bounty"), {}]];
	for (const [from, headers] of controls) {
		await send(from, box.address, headers);
	}
	await settled();
	for (const [from, headers] of never) {
		assert.equal(repliesTo(from).length, 0, `${from} ${JSON.stringify(headers)}`);
	}
	for (const [from, headers] of controls) {
		assert.equal(repliesTo(from).length, 1, `${from} ${JSON.stringify(headers)}`);
	}
	assert.equal(repliesTo(form).length, 0);
	const spam = never.filter(([, headers]) => /^X-Spam/.test(Object.keys(headers)[0])).length;
	assert.equal(inbox(box).length, never.length - spam + 1 + 3 + controls.length, "a mail is missing, or it has answered itself");
});

test("an umlaut domain counts in either spelling: in small letters, capitals and apart", async () => {
	const name = `fähr-büro-${stamp}.example`;
	const domain = (await admin.save(await admin.get("/domains"), "/domains", { name })).path.split("/").pop();
	assert.equal((await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: "info", domain_id: domain })).status, 200);
	const [[id, address]] = sql(`SELECT id, address FROM mailbox WHERE domain_id = ${domain}`);
	assert.match(address, /^info@xn--/);
	const box = { id, address, path: `/mailboxes/${id}/absence` };
	await note(box, { active: "1", body: "Bin weg" });
	const typed = `info@${name}`;
	const named = [quoted(typed), typed, `Büro <${typed.toUpperCase()}>`, `wer@welt.example; ${typed}`, quoted(typed.normalize("NFD")), `"Büro, das" <${typed.replace("@", "+x@").toUpperCase().normalize("NFD")}>`, quoted(address.toUpperCase())];
	const unnamed = [quoted(typed.replace("ä", "a")), quoted(`x${typed}`), `"${typed}" <wer@welt.example>`];
	const own = stranger();
	await send(own, address, { From: `Formular <${typed}>` });
	const senders = [];
	for (const To of [...named, ...unnamed]) {
		const from = stranger();
		await send(from, address, { To });
		senders.push([from, To]);
	}
	await settled();
	assert.deepEqual(senders.map(([from, To]) => [To, repliesTo(from).length]), senders.map(([, To]) => [To, named.includes(To) ? 1 : 0]));
	assert.equal(repliesTo(own).length, 0, "it answers what says to be from itself");
	await admin.save(await admin.get(`/domains/${domain}`), `/domains/${domain}`, { active: undefined });
});

test("senders of the office's domains get a text of their own, of a domain that came later too", async () => {
	const box = mailbox("zweierlei"), colleague = mailbox("kollegin");
	const [before, after, without] = [stranger(), stranger(), stranger()];
	await note(box, { active: "1", subject: "Bin weg", body: "An Kunden.\n", internal: "1", internal_body: "An Kollegen: Schlüssel liegt bei Erna.\n.\n" });
	const textIn = async (one, number) => {
		const mails = await until(10000, () => read(inbox(one)).filter(({ headers }) => headers.subject[0] === "Bin weg"), (found) => found.length >= number);
		assert.equal(mails.length, number);
		return mails.map(({ text }) => text.trimEnd());
	};
	await send(colleague.address, box.address, {}, { login: colleague });
	assert.deepEqual(await textIn(colleague, 1), ["An Kollegen: Schlüssel liegt bei Erna.\n."]);
	await send(before, box.address, { From: `Kollegin <${colleague.address}>`, To: quoted(box.address) });
	assert.equal((await replies(before, 1))[0].text.trimEnd(), "An Kunden.", "From is no proof");
	await send(colleague.address, box.address, {}, { login: colleague });
	await settled();
	await textIn(colleague, 1);

	const name = `spaeter-${stamp}.example`;
	const domain = (await admin.save(await admin.get("/domains"), "/domains", { name })).path.split("/").pop();
	await until(10000, () => sql("SELECT COUNT(*) FROM task WHERE kind = 'scripts' AND done_at = 0"), ([[open]]) => open === "0");
	assert.equal((await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: "neu", domain_id: domain })).status, 200);
	const [[id, address]] = sql(`SELECT id, address FROM mailbox WHERE domain_id = ${domain}`);
	const late = { id, address, password: /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1] };
	await send(late.address, box.address, {}, { login: late });
	assert.deepEqual(await textIn(late, 1), ["An Kollegen: Schlüssel liegt bei Erna.\n."]);
	await note(box, { internal: undefined });
	await send(without, box.address);
	assert.equal((await replies(without, 1))[0].text.trimEnd(), "An Kunden.");
	const third = mailbox("kollege");
	await send(third.address, box.address, {}, { login: third });
	assert.deepEqual(await textIn(third, 1), ["An Kunden."]);

	// As long as both may be
	const most = mailbox("laengste");
	await note(most, { active: "1", body: "ü".repeat(32768), internal: "1", internal_body: "😀".repeat(16384) });
	await send(after, most.address);
	assert.equal((await replies(after, 1))[0].text.trimEnd(), "ü".repeat(32768));
	await send(third.address, most.address, {}, { login: third });
	const long = await until(10000, () => read(inbox(third)).filter(({ headers }) => headers.from[0].includes(most.address)), (found) => found.length > 0);
	assert.equal(long[0]?.text.trimEnd(), "😀".repeat(16384));
	await admin.save(await admin.get(`/domains/${domain}`), `/domains/${domain}`, { active: undefined });
});

test("two absent mailboxes that write to each other: one reply each way, no loop", async () => {
	const [x, y] = [mailbox("hin", "Hin"), mailbox("her", "Her")];
	await note(x, { active: "1", subject: "X ist weg", body: "Ich bin X." });
	await note(y, { active: "1", subject: "Y ist weg", body: "Ich bin Y." });
	await send(x.address, y.address, {}, { login: x });
	await until(10000, () => inbox(x).length, (found) => found > 0);
	await settled();
	assert.deepEqual([inbox(x).length, inbox(y).length], [1, 1]);
	await send(y.address, x.address, {}, { login: y });
	await until(10000, () => inbox(y).length, (found) => found > 1);
	await settled();
	assert.deepEqual([inbox(x).length, inbox(y).length], [2, 2]);
	const subjects = [x, y].map((box) => read(inbox(box)).map(({ headers }) => headers.subject[0]).filter((subject) => / ist weg$/.test(subject)));
	assert.deepEqual(subjects, [["Y ist weg"], ["X ist weg"]]);
	const [reply] = read(inbox(x)).filter(({ headers }) => headers.subject[0] === "Y ist weg");
	assert.deepEqual(reply.headers.from, [`Her <${y.address}>`]);
});

test("texts arrive as they were written", async () => {
	const box = mailbox("worte");
	const texts = [
		["Grüße \"aus\" dem Urlaub 😀👩‍💻", "Zeile 1\n\n.\n..\n.x\nFrom mir\n  eingerückt \n\tEnde \\ \" ; discard; #"],
		["=?utf-8?Q?x?= ist kein Kürzel", "=3D ist keins, = auch nicht =\n${name} %{x} {{y}} text:\n.\n"],
		["שלום, 你好, ü", `${"Ein Absatz ohne Umbruch. ".repeat(400)}\nEnde`],
		["ä".repeat(255), "😀".repeat(16384)],
		["😀".repeat(255), "x"],
		["a ".repeat(127) + "z", "x".repeat(65536)],
		["\\\"; stop; \"", "\";\n\tdiscard;\n}\n"],
	];
	for (const [subject, body] of texts) {
		await note(box, { active: "1", subject, body });
		const from = stranger();
		await send(from, box.address);
		const [reply] = await replies(from, 1);
		assert.equal(reply.headers.subject[0], subject);
		assert.equal(reply.text.replace(/\n$/, ""), body.replace(/\n$/, ""));
		assert.ok(reply.longest < 998, `a line of ${reply.longest} octets`);
		const words = readFileSync(repliesTo(from)[0], "latin1").match(/=\?[^?]+\?[BbQq]\?[^?]*\?=/g) ?? [];
		assert.ok(words.every((word) => word.length <= 75), "an encoded word is too long");
	}
	await note(box, { subject: "" });
	const from = stranger();
	await send(from, box.address, { Subject: "=?utf-8?Q?Fr=C3=A4ge?=" });
	assert.equal((await replies(from, 1))[0].headers.subject[0], "Auto: Fräge");
});

test("when the note can't be read, the mail waits and is answered later", async (t) => {
	const box = mailbox("wartet");
	await note(box, { active: "1", body: "Bin weg" });
	const from = stranger();
	t.after(() => sql("GRANT SELECT ON mail_absence TO 'poststelle_dovecot'@'localhost'"));
	sql("REVOKE SELECT ON mail_absence FROM 'poststelle_dovecot'@'localhost'");
	await send(from, box.address);
	const deferred = () => readFileSync(`${DIR}/log/postfix.log`, "utf8").split("\n").some((line) => line.includes(box.address) && line.includes("status=deferred"));
	assert.ok(await until(15000, deferred, Boolean), "the mail was not deferred");
	assert.deepEqual([inbox(box).length, repliesTo(from).length], [0, 0]);
	sql("GRANT SELECT ON mail_absence TO 'poststelle_dovecot'@'localhost'");
	run("postqueue", "-c", `${DIR}/postfix/etc`, "-f");
	await settled();
	assert.equal(inbox(box).length, 1);
	await replies(from, 1);
});

test("mail that meets Dovecot while the database is away waits; after that a note answers as before", async (t) => {
	const box = mailbox("zurueck");
	await note(box, { active: "1", body: "Bin weg" });
	const [before, after] = [stranger(), stranger()];
	await send(before, box.address);
	await replies(before, 1);
	t.after(() => startPart("mariadb", "dovecot"));
	stopPart("dovecot", "mariadb");
	startPart("dovecot");
	// Dovecot asks for the user when there is a database again.
	const [answer] = await Promise.all([lmtp(box.address), sleep(500).then(() => startPart("mariadb"))]);
	assert.match(answer, /^451 4\.3\.0/);
	reloadPostfix();
	assert.equal((await until(20000, () => rcpt(box.address), ({ code }) => code === 250)).code, 250);
	await send(after, box.address);
	await replies(after, 1);
	await send(before, box.address);
	await settled();
	assert.deepEqual([repliesTo(before).length, inbox(box).length], [1, 3]);
});
