// Verteiler: who gets mail to one, who may write to it, what can't be a member, and what the journal and
// the pages say.
import test from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { elements, textOf } from "../web/lib/html.mjs";
import { Imap, Smtp, WORLD, rcpt } from "../web/lib/mail.mjs";
import { DIR, cli, reloadPostfix, run, sql, until } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

async function create(local) {
	const name = `${local}.${stamp}.${++count}`;
	const page = await admin.saveMailbox(name);
	const address = `${name}@${env.DOMAIN}`;
	return { address, path: page.path, id: page.path.split("/").pop(), password: /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1] };
}
async function createList(local, members, fields = {}) {
	const address = `${local}.${stamp}.${++count}@${env.DOMAIN}`;
	const made = await admin.save(await admin.get("/lists"), "/lists", { address });
	assert.equal(made.status, 200, textOf(made.text));
	const list = { address, path: made.path, id: made.path.split("/").pop() };
	const saved = await save(list, members, fields);
	assert.equal(saved.status, 200, textOf(saved.text));
	return list;
}
const save = async (list, members, fields = {}) => admin.save(await admin.get(list.path), list.path, { active: "1", member: members.map((one) => one.address ?? one).join("\n"), ...fields });
const set = async (box, fields) => admin.save(await admin.get(box.path), box.path, fields);

async function mail(to, subject, { headers = `To: <${to}>`, from = "wer@welt.example" } = {}) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send(from, to, `From: <${from}>\n${headers}\nSubject: ${subject}\n\nGuten Tag`);
	await smtp.quit();
	return answer;
}
async function submit(box, to, subject) {
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	assert.equal((await smtp.login(box.address, box.password)).code, 235);
	const answer = await smtp.send(box.address, to, `From: <${box.address}>\nTo: <${to}>\nSubject: ${subject}\n\nx`);
	await smtp.quit();
	return answer;
}
async function has(box, subject) {
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	await imap.waitFor(subject);
	await imap.command("SELECT INBOX");
	const found = (await imap.command(`SEARCH SUBJECT "${subject}"`)).lines.join(" ").match(/\d+/g) ?? [];
	await imap.logout();
	return found.length;
}
const roles = (subject) => sql(`SELECT b.mailbox_id, b.role, b.reached, b.protects FROM journal_entry e JOIN journal_mailbox b ON b.entry_id = e.id WHERE e.subject = '${subject}' ORDER BY b.mailbox_id + 0`);
const [one, two, three] = [await create("eins"), await create("zwei"), await create("drei")];

test("all members get it once; nested, by further addresses; inactive and deleted ones are left out; none left: 550 5.2.1", async () => {
	const alias = `weiter.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(two.path), "/aliases", { address: alias });
	const inner = await createList("innen", [alias, three]);
	const list = await createList("alle", [one, two, inner]);
	assert.equal((await mail(list.address, `rund ${stamp}`)).code, 250);
	for (const box of [one, two, three]) {
		assert.equal(await has(box, `rund ${stamp}`), 1, box.address);
	}
	assert.deepEqual(roles(`rund ${stamp}`), [one, two, three].map(({ id }) => [id, "1", "1", "0"]));
	assert.match(textOf((await admin.get(list.path)).text), new RegExp(`E-Mails gehen jetzt an .*${three.address}.*${one.address}.*${two.address}`));
	await set(one, { active: undefined });
	await save(inner, [alias, three], { active: undefined });
	assert.equal((await mail(list.address, `weniger ${stamp}`)).code, 250);
	assert.equal(await has(two, `weniger ${stamp}`), 1);
	assert.deepEqual(roles(`weniger ${stamp}`).map(([id]) => id), [two.id]);
	assert.match((await rcpt(inner.address)).text, /^550 5\.2\.1/);
	await set(two, { active: undefined });
	assert.match((await rcpt(list.address)).text, /^550 5\.2\.1/);
	assert.match(textOf((await admin.get(list.path)).text), /Niemanden: E-Mails an diesen Verteiler werden abgewiesen/);
	await save(inner, [alias, three]);
	assert.equal((await until(2000, () => rcpt(list.address), ({ code }) => code === 250)).code, 250);
	for (const box of [one, two]) {
		await set(box, { active: "1" });
	}
	assert.match((await rcpt((await createList("leer", [])).address)).text, /^550 5\.2\.1/);
});

test("who may write: all, the office, members", async () => {
	const list = await createList("wer", [one, two], { who: "office" });
	assert.match((await rcpt(list.address)).text, /^550 5\.7\.1 .*[Oo]nly the office/);
	assert.equal((await submit(three, list.address, `büro ${stamp}`.replace("ü", "ue"))).code, 250);
	await save(list, [one, two], { who: "members" });
	assert.match((await rcpt(list.address)).text, /^550 5\.7\.1/);
	assert.equal((await submit(one, list.address, `mitglied ${stamp}`)).code, 250);
	const refused = await submit(three, list.address, `fremd ${stamp}`);
	assert.match(refused.text, /^550 5\.7\.1 Only members may write to wer/);
	assert.deepEqual(roles(`fremd ${stamp}`), []);
	await save(list, [one, two], { who: "all" });
	assert.equal((await rcpt(list.address)).code, 250);
});

test("members outside, if the office allows; they may write where members may", async () => {
	const list = await createList("extern", [one]);
	const refused = await save(list, [one, "gast@welt.example"]);
	assert.equal(refused.status, 422);
	assert.match(textOf(refused.text), /gast@welt\.example: Diese Adresse gehört nicht zum Büro/);
	await admin.save(await admin.get("/settings/other"), "/settings/other", { outside_members: "1" });
	try {
		assert.equal((await save(list, [one, "gast@welt.example"], { who: "members" })).status, 200);
		assert.equal((await mail(list.address, `gast ${stamp}`, { from: "gast@welt.example" })).code, 250);
		assert.match((await mail(list.address, `wer ${stamp}`)).text, /^550 5\.7\.1 Only members/);
		assert.equal(await has(one, `gast ${stamp}`), 1);
	} finally {
		await admin.save(await admin.get("/settings/other"), "/settings/other", { outside_members: undefined });
	}
});

// A mail server outside, that refuses a recipient: [{ from, to, text }] of what it took, and whom it refused.
async function serveOutside(refuses) {
	const took = [], refused = [];
	const server = net.createServer((socket) => {
		let rest = "", mail = null, data = false;
		const say = (text) => socket.write(`${text}\r\n`);
		socket.on("error", () => {});
		socket.on("data", (chunk) => {
			rest += chunk.toString("latin1");
			for (let end; (end = rest.indexOf("\r\n")) >= 0;) {
				const line = rest.slice(0, end), [, address] = /:<(.*?)>/.exec(line) ?? [];
				rest = rest.slice(end + 2);
				if (data && line === ".") {
					took.push(mail);
					data = false;
					say("250 2.0.0 taken");
				} else if (data) {
					mail.text += `${line}\n`;
				} else if (/^MAIL/i.test(line)) {
					mail = { from: address, to: [], text: "" };
					say("250 2.1.0 ok");
				} else if (/^RCPT/i.test(line) && refuses(address)) {
					refused.push(address);
					say("550 5.1.1 nobody here");
				} else if (/^RCPT/i.test(line)) {
					mail.to.push(address);
					say("250 2.1.5 ok");
				} else if (/^DATA/i.test(line)) {
					data = mail.to.length > 0;
					say(data ? "354 go on" : "554 5.5.1 nobody");
				} else {
					say(/^QUIT/i.test(line) ? "221 2.0.0 bye" : "250 outside.example");
				}
			}
		});
		say("220 outside.example");
	}).listen(0, WORLD);
	await once(server, "listening");
	return { took, refused, port: server.address().port, stop: () => server.close() };
}

test("a member outside whose server refuses: who wrote is told once, by name; the others have the mail once; the journal has it once", async () => {
	const outside = await serveOutside((address) => address.startsWith("weg."));
	const postfix = (value) => run("postconf", "-c", `${DIR}/postfix/etc`, "-e", `default_transport=${value}`);
	const before = run("postconf", "-c", `${DIR}/postfix/etc`, "-h", "default_transport").trim();
	const gone = `weg.${stamp}@welt.example`, there = `da.${stamp}@welt.example`, sender = `wer.${stamp}@welt.example`;
	await admin.save(await admin.get("/settings/other"), "/settings/other", { outside_members: "1" });
	postfix(`smtp:[${WORLD}]:${outside.port}`);
	reloadPostfix();
	try {
		const list = await createList("prall", [one, gone, there]);
		assert.equal((await mail(list.address, `prall ${stamp}`, { from: sender })).code, 250);
		const of = (to) => outside.took.filter((one) => one.to.includes(to) && one.text.includes(`prall ${stamp}`));
		const [report] = await until(20000, () => of(sender), ({ length }) => length > 0);
		assert.equal(report.from, "", "a report has no sender");
		assert.match(report.text, new RegExp(`${gone}`));
		assert.match(report.text, /550 5\.1\.1 nobody here/);
		const [copy] = await until(20000, () => of(there), ({ length }) => length > 0);
		assert.match(copy.from, /^SRS0=/);
		assert.equal(await has(one, `prall ${stamp}`), 1);
		assert.deepEqual([of(sender).length, of(there).length, outside.refused], [1, 1, [gone]]);
		assert.equal(sql(`SELECT COUNT(*) FROM journal_entry WHERE subject = 'prall ${stamp}'`)[0][0], "1");
		assert.deepEqual(roles(`prall ${stamp}`).map(([id, , reached]) => [id, reached]), [[one.id, "1"]]);
	} finally {
		postfix(before);
		reloadPostfix();
		outside.stop();
		await admin.save(await admin.get("/settings/other"), "/settings/other", { outside_members: undefined });
	}
});

test("what can't be a member: itself, through another one too, more than 1,000, unknown; nothing typed is lost", async () => {
	const inner = await createList("kreis", []);
	const outer = await createList("aussen", [inner]);
	for (const [list, members, text] of [
		[inner, [inner], /sich selbst enthalten/], [inner, [one, outer], /sich selbst enthalten/],
		[inner, [`gibtesnicht.${stamp}@${env.DOMAIN}`, "unsinn", one], /gibtesnicht.*Diese Adresse gibt es im Büro nicht.*unsinn: /]]) {
		const answer = await save(list, members);
		assert.equal(answer.status, 422);
		assert.match(textOf(answer.text), text);
		assert.ok(elements(answer.text, "textarea")[0].text.includes((members.at(-1).address ?? members.at(-1))));
	}
	sql(`INSERT INTO mailbox (domain_id, address, name_sort, created_at, deleted) SELECT d.id, CONCAT('viel', s.seq, '.${stamp}@${env.DOMAIN}'), 'x', 1, 2 FROM seq_1_to_1001 s JOIN domain d ON d.name = '${env.DOMAIN}'`);
	sql(`INSERT INTO address (address, domain_id, mailbox_id, created_at) SELECT address, domain_id, id, 1 FROM mailbox WHERE address LIKE 'viel%.${stamp}@%'`);
	sql(`UPDATE mailbox SET deleted = 0 WHERE address LIKE 'viel%.${stamp}@%'`);
	try {
		const many = Array.from({ length: 1001 }, (all, i) => `viel${i + 1}.${stamp}@${env.DOMAIN}`);
		assert.match(textOf((await save(inner, many)).text), /mehr als 1\.000/);
		assert.equal((await save(inner, many.slice(0, 1000))).status, 200);
		// Nor by way of another one.
		assert.match(textOf((await save(outer, [inner, one])).text), /mehr als 1\.000/);
		assert.equal((await save(inner, [])).status, 200);
	} finally {
		sql(`DELETE a FROM address a JOIN mailbox m ON m.id = a.mailbox_id WHERE m.address LIKE 'viel%.${stamp}@%'; DELETE FROM mailbox WHERE address LIKE 'viel%.${stamp}@%'`);
	}
});

test("to, cc or bcc is what the list's address is; with the switch only a mailbox that To names itself protects; a member who changes: 451", async () => {
	const list = await createList("rolle", [one, two]);
	await set(one, { vip: "1" });
	const old = sql("SELECT vip_exempt_cc_bcc FROM setting")[0][0];
	try {
		for (const [exempt, protects] of [["", "1"], ["1", "0"]]) {
			await admin.save(await admin.get("/settings/other"), "/settings/other", { vip_exempt_cc_bcc: exempt || undefined });
			for (const [headers, role] of [[`To: <${list.address}>`, "1"], [`To: x@welt.example\nCc: ${list.address}`, "2"], ["To: x@welt.example", "3"]]) {
				const subject = `Verteiler ${role} ${protects} ${stamp}`;
				assert.equal((await mail(list.address, subject, { headers })).code, 250);
				assert.deepEqual(roles(subject), [[one.id, role, "1", protects], [two.id, role, "1", "0"]], subject);
			}
		}
		// Named itself as well: it protects.
		await mail(list.address, `selbst ${stamp}`, { headers: `To: <${list.address}>, <${one.address}>` });
		assert.equal(roles(`selbst ${stamp}`)[0][3], "1");
	} finally {
		await admin.save(await admin.get("/settings/other"), "/settings/other", { vip_exempt_cc_bcc: old === "1" ? "1" : undefined });
		await set(one, { vip: undefined });
	}
	const remove = async () => admin.save(await admin.get(`${three.path}/delete`), "/delete"), restore = async () => admin.save(await admin.get(three.path), "/restore");
	for (const change of [() => save(list, [one, three]), () => set(three, { active: undefined }), () => set(three, { active: "1" }), remove, restore]) {
		const smtp = await new Smtp().open();
		for (const command of ["EHLO da.example", "MAIL FROM:<wer@welt.example>", `RCPT TO:<${list.address}>`]) {
			assert.equal((await smtp.command(command)).code, 250);
		}
		await change();
		assert.equal((await smtp.command("DATA")).code, 354);
		assert.equal((await smtp.command(`From: <wer@welt.example>\r\nSubject: knapp ${stamp}\r\n\r\nx\r\n.`)).code, 451);
		await smtp.quit();
	}
	assert.equal((await mail(list.address, `danach ${stamp}`)).code, 250);
	assert.deepEqual(roles(`danach ${stamp}`).map(([id]) => id), [one.id, three.id]);
});

test("a member that is renamed, loses its address or is purged; two at once; deleted", async () => {
	const [four, five] = [await create("vier"), await create("fuenf")];
	const list = await createList("wandel", [four, five]);
	await admin.save(await admin.get(`${four.path}/address`), "/address", { local_part: `umbenannt.${stamp}` });
	four.address = `umbenannt.${stamp}@${env.DOMAIN}`;
	assert.equal((await mail(list.address, `umbenannt ${stamp}`)).code, 250);
	assert.equal(await has(four, `umbenannt ${stamp}`), 1);
	assert.match(textOf((await admin.get(four.path)).text), new RegExp(`Mitglied im Verteiler ${list.address}`));
	await admin.save(await admin.get(`${five.path}/delete`), "/delete");
	assert.equal((await mail(list.address, `ohne ${stamp}`)).code, 250);
	assert.deepEqual(roles(`ohne ${stamp}`).map(([id]) => id), [four.id]);
	const early = await admin.get(list.path);
	await save(list, [four]);
	const late = await admin.save(early, list.path, { member: `${four.address}\n${one.address}` });
	assert.equal(late.status, 409);
	assert.ok(elements(late.text, "textarea")[0].text.includes(one.address));
	assert.equal((await admin.save(late, list.path)).status, 200);
	assert.match(textOf((await admin.get(`/changes?q=${list.address}`)).text), /Verteiler geändert: Mitglieder/);
	const outer = await createList("oben", [list]);
	const gone = await admin.save(await admin.get(list.path), "/delete");
	assert.match(textOf(gone.text), /Der Verteiler ist gelöscht/);
	assert.match((await rcpt(list.address)).text, /^550 5\.1\.1/);
	assert.match((await rcpt(outer.address)).text, /^550 5\.2\.1/);
	assert.equal((await admin.get(list.path)).status, 404);
});
