// Weiterleitung: mail goes on, with or without a copy, until a day, through lists and other forwards, and
// outside if the office allows.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { elements, textOf } from "../web/lib/html.mjs";
import { Imap, Smtp } from "../web/lib/mail.mjs";
import { sinkFiles } from "../web/lib/message.mjs";
import { cli, sql, until } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

async function create(local) {
	const name = `${local}.${stamp}.${++count}`;
	const page = await admin.saveMailbox(name);
	const address = `${name}@${env.DOMAIN}`;
	return { address, path: page.path, id: page.path.split("/").pop(), password: /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1] };
}
const forward = async (box, to, fields = {}) => admin.save(await admin.get(`${box.path}/forward`), "/forward", { to: to.map((one) => one.address ?? one).join("\n"), ...fields });
const set = async (box, fields) => admin.save(await admin.get(box.path), box.path, fields);

async function mail(to, subject, { headers = `To: <${to}>`, from = "wer@welt.example" } = {}) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send(from, to, `From: <wer@welt.example>\n${headers}\nSubject: ${subject}\n\nGuten Tag`);
	await smtp.quit();
	assert.equal(answer.code, 250, answer.text);
}
async function mailsOf(box) {
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	const { lines } = await imap.command("STATUS INBOX (MESSAGES)");
	await imap.logout();
	return Number(/MESSAGES (\d+)/.exec(lines.join(" "))[1]);
}
async function has(box, subject) {
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	const source = await imap.waitFor(subject);
	await imap.logout();
	return source;
}
const roles = (subject) => sql(`SELECT b.mailbox_id, b.role, b.reached FROM journal_entry e JOIN journal_mailbox b ON b.entry_id = e.id WHERE e.subject = '${subject}' ORDER BY b.mailbox_id + 0`);
const sink = () => sinkFiles().map((file) => readFileSync(file, "utf8"));

test("with a copy and without, by a further address and through a list; the journal counts all that are reached", async () => {
	const [one, two, three] = [await create("von"), await create("nach"), await create("weiter")];
	assert.equal((await forward(one, [two], { keep_copy: "1" })).status, 200);
	await mail(one.address, `kopie ${stamp}`);
	await has(one, `kopie ${stamp}`);
	assert.match(await has(two, `kopie ${stamp}`), /Return-Path: <wer@welt\.example>/, "a local copy keeps its envelope sender");
	assert.deepEqual(roles(`kopie ${stamp}`), [[one.id, "1", "1"], [two.id, "1", "1"]]);
	await forward(two, [three], { keep_copy: undefined });
	await forward(one, [two], { keep_copy: undefined });
	const before = [await mailsOf(one), await mailsOf(two)];
	await mail(one.address, `ohne ${stamp}`);
	await has(three, `ohne ${stamp}`);
	assert.deepEqual([await mailsOf(one), await mailsOf(two)], before);
	assert.deepEqual(roles(`ohne ${stamp}`).map(([id, , reached]) => [id, reached]), [one, two, three].map(({ id }) => [id, "1"]));
	const made = await admin.save(await admin.get("/lists"), "/lists", { address: `liste.${stamp}@${env.DOMAIN}` });
	await admin.save(made, made.path, { member: one.address });
	await mail(`liste.${stamp}@${env.DOMAIN}`, `liste ${stamp}`);
	await has(three, `liste ${stamp}`);
	assert.deepEqual([await mailsOf(one), await mailsOf(two)], before);
	assert.deepEqual(roles(`liste ${stamp}`).map(([id]) => id), [one, two, three].map(({ id }) => id));
	// Nobody takes mail there: it stays.
	await set(three, { active: undefined });
	await mail(one.address, `bleibt ${stamp}`);
	await has(two, `bleibt ${stamp}`);
	await mail(`liste.${stamp}@${env.DOMAIN}`, `bleibt auch ${stamp}`);
	await has(two, `bleibt auch ${stamp}`);
	assert.match(textOf((await admin.get(made.path)).text), new RegExp(`E-Mails gehen jetzt an .*${two.address}`));
	assert.equal(await mailsOf(one), before[0]);
	// Nor there: the first one keeps it, also what a list with others in it gets.
	await set(two, { active: undefined });
	const other = await create("andere");
	await admin.save(await admin.get(made.path), made.path, { member: `${one.address}\n${other.address}` });
	await mail(one.address, `hier ${stamp}`);
	await mail(`liste.${stamp}@${env.DOMAIN}`, `hier auch ${stamp}`);
	for (const [box, subject] of [[one, "hier"], [one, "hier auch"], [other, "hier auch"]]) {
		await has(box, `${subject} ${stamp}`);
	}
	await set(two, { active: "1" });
	assert.match(textOf((await admin.get(one.path)).text), new RegExp(`E-Mails gehen weiter an: ${two.address}\\. Im Postfach bleibt keine Kopie`));
	await set(three, { active: "1" });
	const check = await admin.save(await admin.get(one.path), "/delivery-check");
	assert.match(textOf(check.text), new RegExp(`Geht an: ${three.address}`));
	await forward(one, []);
	await mail(one.address, `beendet ${stamp}`);
	await has(one, `beendet ${stamp}`);
});

test("until a day", async () => {
	const [one, two] = [await create("bis"), await create("ziel")];
	await forward(one, [two], { keep_copy: undefined, until: "31.12.2099" });
	assert.match(textOf((await admin.get(one.path)).text), /gehen bis 31\.12\.2099 weiter/);
	await mail(one.address, `noch ${stamp}`);
	await has(two, `noch ${stamp}`);
	await forward(one, [two], { until: "2020-01-01" });
	await mail(one.address, `vorbei ${stamp}`);
	await has(one, `vorbei ${stamp}`);
	assert.equal((await forward(one, [two], { until: "31.2.2026" })).status, 422);
});

test("what can't be: itself, in a circle, outside; two at once; a VIP mailbox's users are told", async () => {
	const [one, two] = [await create("kreis"), await create("lauf")];
	const alias = `auch.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(one.path), "/aliases", { address: alias });
	await forward(two, [one]);
	for (const [to, text] of [[[alias], /kämen E-Mails zu diesem Postfach zurück/], [[two], /kämen E-Mails zu diesem Postfach zurück/],
		[["wer@welt.example"], /keine Weiterleitung nach außerhalb/], [[`niemand.${stamp}@${env.DOMAIN}`], /gibt es im Büro nicht/]]) {
		const answer = await forward(one, to);
		assert.equal(answer.status, 422);
		assert.match(textOf(answer.text), text);
		assert.ok(elements(answer.text, "textarea")[0].text.includes(to[0].address ?? to[0]));
	}
	const three = await create("dritte");
	const early = await admin.get(`${one.path}/forward`);
	assert.equal((await forward(one, [three])).status, 200);
	const late = await admin.save(early, "/forward", { to: three.address, keep_copy: undefined });
	assert.equal(late.status, 409);
	assert.equal((await admin.save(late, "/forward")).status, 200);
	assert.match(textOf((await admin.get(`/changes?mailbox=${one.address}`)).text), new RegExp(`Weiterleitung geändert: Weiterleiten an\\s+${three.address}`));
	await set(one, { vip: "1" });
	const [[user]] = sql(`SELECT id FROM user WHERE login = '${env.ADMIN_LOGIN}'`);
	await admin.save(await admin.get(`${one.path}/assignments`), "/assignments", { user_id: user });
	await forward(one, []);
	await forward(one, [three]);
	const told = textOf((await admin.get("/my")).text);
	assert.match(told, new RegExp(`${one.address} Weitergeleitet|${one.address} E-Mails werden weitergeleitet an: ${three.address}`));
	assert.match(told, new RegExp(`${one.address} Weiterleitung beendet`));
	const smtp = await new Smtp().open();
	for (const command of ["EHLO da.example", "MAIL FROM:<wer@welt.example>", `RCPT TO:<${one.address}>`]) {
		assert.equal((await smtp.command(command)).code, 250);
	}
	await forward(one, []);
	assert.equal((await smtp.command("DATA")).code, 354);
	assert.equal((await smtp.command(`From: <wer@welt.example>\r\nSubject: knapp ${stamp}\r\n\r\nx\r\n.`)).code, 451);
	await smtp.quit();
});

test("outside: a sender outside becomes one of the office, its reports go on to it; nobody else writes there", async () => {
	const [one, two] = [await create("hinaus"), await create("drin")];
	const outside = `ziel.${stamp}@welt.example`;
	await admin.save(await admin.get("/settings/other"), "/settings/other", { outside_forward: "1" });
	try {
		assert.equal((await forward(one, [outside, two], { keep_copy: "1" })).status, 200);
		await mail(one.address, `hinaus ${stamp}`);
		const sent = await until(20000, () => sink().find((text) => text.includes(`hinaus ${stamp}`) && text.includes(`X-Envelope-To: <${outside}>`)), Boolean);
		assert.match(sent, /From: <wer@welt\.example>/);
		const [, srs] = /Return-Path: <(SRS0=[^>]+)>/i.exec(sent);
		assert.ok(srs.endsWith(`=wer@${env.DOMAIN}`), srs);
		for (const box of [one, two]) {
			assert.match(await has(box, `hinaus ${stamp}`), /Return-Path: <wer@welt\.example>/);
		}
		assert.equal(sql(`SELECT COUNT(*) FROM journal_entry WHERE subject = 'hinaus ${stamp}'`)[0][0], "1");
		// The report of a server outside.
		const smtp = await new Smtp().open();
		assert.equal((await smtp.send("", srs, `From: MAILER-DAEMON@welt.example\nTo: <${srs}>\nSubject: Bericht ${stamp}\n\nkam nicht an`)).code, 250);
		await smtp.quit();
		await until(20000, () => sink().find((text) => text.includes(`Bericht ${stamp}`) && text.includes("X-Envelope-To: <wer@welt.example>")), Boolean);
		assert.ok(sink().some((text) => text.includes(`Bericht ${stamp}`)));
		const written = await new Smtp().open();
		const answer = await written.send("wer@welt.example", srs, "Subject: x\n\nx");
		assert.match(answer.text, /^550 5\.7\.1 .*Only delivery reports/);
		await written.quit();
		const forged = await new Smtp().open();
		assert.equal((await forged.command("EHLO da.example")).code, 250);
		assert.equal((await forged.command("MAIL FROM:<>")).code, 250);
		assert.equal((await forged.command(`RCPT TO:<${srs.replace(/=..../, "=xxxx")}>`)).code, 550);
		await forged.quit();
		// What a member of the office sends keeps its own sender.
		const own = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
		await own.login(two.address, two.password);
		await own.send(two.address, one.address, `From: <${two.address}>\nTo: <${one.address}>\nSubject: eigen ${stamp}\n\nx`);
		await own.quit();
		const mine = await until(20000, () => sink().find((text) => text.includes(`eigen ${stamp}`)), Boolean);
		assert.match(mine, new RegExp(`Return-Path: <${two.address}>`));
	} finally {
		await admin.save(await admin.get("/settings/other"), "/settings/other", { outside_forward: undefined });
	}
});
