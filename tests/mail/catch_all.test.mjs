// Auffang-Postfach: what goes to unknown addresses of a domain arrives in a mailbox; inactive, deleted
// and SRS addresses are never caught.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "../web/lib/client.mjs";
import { elements, textOf } from "../web/lib/html.mjs";
import { Imap, Smtp, rcpt } from "../web/lib/mail.mjs";
import { cli, sql, until } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const domain = `auffang-${stamp}.example`;
const home = (await admin.save(await admin.get("/domains"), "/domains", { name: domain })).path;
const [[domainId]] = sql(`SELECT id FROM domain WHERE name = '${domain}'`);

async function create(local) {
	const page = await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: local, domain_id: domainId });
	assert.equal(page.status, 200, textOf(page.text));
	const address = `${local}@${domain}`;
	return { address, path: page.path, id: page.path.split("/").pop(), password: /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1] };
}
const setCatcher = async (address) => admin.save(await admin.get(home), home, { catch_all: address });
const set = async (box, fields) => admin.save(await admin.get(box.path), box.path, fields);

async function mail(to, subject, headers = `To: <${to}>`) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send("wer@welt.example", to, `From: <wer@welt.example>\n${headers}\nSubject: ${subject}\n\nGuten Tag`);
	await smtp.quit();
	return answer;
}

const roles = (subject) => sql(`SELECT b.mailbox_id, b.role, b.reached, b.protects FROM journal_entry e JOIN journal_mailbox b ON b.entry_id = e.id WHERE e.subject = '${subject}' ORDER BY 1`);
const box = await create("alles");

test("unknown addresses are caught, those that somebody has are not", async () => {
	const unknown = `wer.auch.immer@${domain}`;
	const off = await create("aus");
	const gone = await create("weg");
	await set(off, { active: undefined });
	await admin.save(await admin.get(`${gone.path}/delete`), "/delete");
	assert.match((await rcpt(unknown)).text, /^550 5\.1\.1/);
	const page = await setCatcher(box.address);
	assert.equal(page.status, 200);
	assert.ok(page.text.includes(`value="${box.address}"`));
	for (const to of [unknown, unknown.toUpperCase(), `noch+einer@${domain}`, `"quo ted"@${domain}`]) {
		assert.equal((await rcpt(to)).code, 250, to);
	}
	for (const to of [off.address, `aus+x@${domain}`]) {
		assert.match((await rcpt(to)).text, /^550 5\.2\.1/, to);
	}
	for (const to of [gone.address, `weg+x@${domain}`, `SRS0=abcd=ef=welt.example=wer@${domain}`, `srs1+x=y==z@${domain}`]) {
		assert.match((await rcpt(to)).text, /^550 5\.1\.1/, to);
	}
	assert.equal((await mail(unknown, `gefangen ${stamp}`)).code, 250);
	assert.equal((await mail(box.address, `eigene ${stamp}`)).code, 250);
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	await imap.waitFor(`gefangen ${stamp}`);
	await imap.waitFor(`eigene ${stamp}`);
	await imap.logout();
	assert.deepEqual(roles(`gefangen ${stamp}`), [[box.id, "1", "1", "0"]]);
});

test("to, cc or bcc is what the named address is; with the switch only a mailbox that To names itself protects", async () => {
	await set(box, { vip: "1" });
	const to = `fremd@${domain}`;
	const old = sql("SELECT vip_exempt_cc_bcc FROM setting")[0][0];
	try {
		for (const [exempt, protects] of [["", "1"], ["1", "0"]]) {
			const settings = await admin.get("/settings/other");
			assert.equal((await admin.save(settings, "/settings/other", { vip_exempt_cc_bcc: exempt || undefined })).status, 200);
			for (const [headers, role] of [[`To: <${to}>`, "1"], [`To: x@welt.example\nCc: ${to}`, "2"], ["To: x@welt.example", "3"]]) {
				const subject = `Rolle ${role} ${protects} ${stamp}`;
				assert.equal((await mail(to, subject, headers)).code, 250);
				assert.deepEqual(roles(subject), [[box.id, role, "1", protects]], subject);
			}
		}
	} finally {
		await admin.save(await admin.get("/settings/other"), "/settings/other", { vip_exempt_cc_bcc: old === "1" ? "1" : undefined });
		await set(box, { vip: undefined });
	}
});

test("changed while a mail comes: it comes again", async () => {
	const other = await create("neu");
	const smtp = await new Smtp().open();
	for (const command of ["EHLO da.example", "MAIL FROM:<wer@welt.example>", `RCPT TO:<unklar@${domain}>`]) {
		assert.equal((await smtp.command(command)).code, 250);
	}
	await setCatcher(other.address);
	assert.equal((await smtp.command("DATA")).code, 354);
	assert.equal((await smtp.command(`From: <wer@welt.example>\r\nSubject: knapp ${stamp}\r\n\r\nx\r\n.`)).code, 451);
	await smtp.quit();
	await setCatcher(box.address);
});

test("a mailbox that takes no mail catches none; a full one says so", async () => {
	const to = `irgendwer@${domain}`;
	await set(box, { quota_mb: "1" });
	sql(`UPDATE mailbox_usage SET bytes = 2000000 WHERE username = '${box.address}'`);
	assert.match((await rcpt(to)).text, /^452 4\.2\.2/);
	await set(box, { quota_mb: "0" });
	assert.equal((await until(2000, () => rcpt(to), ({ code }) => code === 250)).code, 250);
	await set(box, { active: undefined });
	assert.match((await rcpt(to)).text, /^550 5\.1\.1/);
	await set(box, { active: "1" });
	assert.equal((await until(2000, () => rcpt(to), ({ code }) => code === 250)).code, 250);
});

test("pages: of the domain, of the mailbox; a mailbox that isn't there; taken away", async () => {
	assert.match(textOf((await admin.get(box.path)).text), new RegExp(`Auffang-Postfach: Was an unbekannte Adressen von ${domain} geht`));
	assert.match(textOf((await admin.get(`${box.path}/access`)).text), /Auffang-Postfach/);
	const refused = await setCatcher("gibtesnicht@nirgends.example");
	assert.equal(refused.status, 422);
	assert.ok(elements(refused.text, "input").some(({ attributes }) => attributes.name === "catch_all" && attributes.value === "gibtesnicht@nirgends.example"));
	await setCatcher("");
	assert.match((await rcpt(`wieder.unbekannt@${domain}`)).text, /^550 5\.1\.1/);
	assert.match(textOf((await admin.get(`/changes?q=${domain}`)).text), new RegExp(`Domain geändert: Auffang-Postfach\\s+${box.address}`));
});
