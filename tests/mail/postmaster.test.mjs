// postmaster@ and abuse@ of each domain reach the mailbox that the domain's page names; without one the
// page warns, and its DNS table sends no reports there.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { elements, errorsOf, formsOf, textOf } from "../web/lib/html.mjs";
import { Smtp, rcpt } from "../web/lib/mail.mjs";
import { sql, until } from "../web/lib/stack.mjs";
import { filesOf, mailbox, newMail, stamp } from "./lib/box.mjs";
import { one, rolesOf } from "./lib/entry.mjs";

const admin = await adminClient();
const domainId = (name) => sql(`SELECT id FROM domain WHERE name = '${name}'`)[0][0];
const fieldOf = (page) => formsOf(page.text).find((form) => form.fields.version !== undefined).fields.postmaster;
const warning = (page) => elements(page.text, "div").filter(({ attributes }) => attributes.class === "note").map(({ text }) => text).join(" ");
const dmarc = (page) => elements(page.text, "code").map(({ text }) => text).find((text) => text.includes("v=DMARC1"));

async function set(path, fields) {
	const page = await admin.submit(await admin.get(path), path, fields);
	assert.equal(page.status, 303, textOf(page.text).slice(0, 400));
	return admin.get(path);
}

async function arrives(box, to, subject) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send("wer@welt.example", to, `From: wer@welt.example\nTo: <${to}>\nSubject: ${subject}\n\nText`);
	await smtp.quit();
	assert.equal(answer.code, 250, `${to}: ${answer.text}`);
	const there = () => filesOf(box).some((file) => readFileSync(join(newMail(box), file), "latin1").includes(`Subject: ${subject}`));
	assert.ok(await until(15000, there, Boolean), `${to} didn't arrive`);
	assert.deepEqual(rolesOf(one(subject)), { [box.id]: "to*" }, "the journal knows whom it reached");
}

test("a new domain warns; the named mailbox gets both, another one after it, then nobody", async () => {
	const name = `post${stamp}.example`;
	const { path } = await admin.save(await admin.get("/domains"), "/domains", { name });
	const [first, second] = [mailbox("erste"), mailbox("zweite")];
	let page = await admin.get(path);
	assert.match(warning(page), new RegExp(`postmaster@${name} abuse@${name}`));
	assert.equal(dmarc(page), "\"v=DMARC1; p=none\"");
	assert.match((await rcpt(`postmaster@${name}`)).text, /^550 5\.1\.1/);

	page = await set(path, { postmaster: first.address });
	assert.equal(warning(page), "");
	assert.equal(fieldOf(page), first.address);
	assert.equal(dmarc(page), `"v=DMARC1; p=none; rua=mailto:postmaster@${name}"`);
	await arrives(first, `postmaster@${name}`, `post ${stamp}`);
	await arrives(first, `Abuse@${name.toUpperCase()}`, `abuse ${stamp}`);

	await set(path, { postmaster: second.id });
	await arrives(second, `PostMaster+x@${name}`, `post zwei ${stamp}`);
	await arrives(second, `abuse@${name}`, `abuse zwei ${stamp}`);
	assert.equal(filesOf(first).length, 2);

	// abuse@ may be somebody else's; saving the page leaves that as it is.
	const [[aliasId]] = sql(`SELECT id FROM address WHERE address = 'abuse@${name}'`);
	assert.equal((await admin.submit(await admin.get(`/mailboxes/${second.id}`), `/aliases/${aliasId}/delete`)).status, 303);
	assert.match(warning(await admin.get(path)), new RegExp(`: abuse@${name}$`));
	assert.equal((await admin.submit(await admin.get(`/mailboxes/${first.id}`), "/aliases", { address: `abuse@${name}` })).status, 303);
	page = await set(path, {});
	assert.equal(warning(page), "");
	assert.match(textOf(page.text), new RegExp(`abuse@${name} ?: ${first.address}`));
	await arrives(first, `abuse@${name}`, `abuse drei ${stamp}`);

	// An inactive mailbox reads nothing.
	await admin.save(await admin.get(`/mailboxes/${second.id}`), `/mailboxes/${second.id}`, { active: undefined });
	assert.match(warning(await admin.get(path)), new RegExp(`: postmaster@${name}$`));
	assert.equal(dmarc(await admin.get(path)), "\"v=DMARC1; p=none\"");
	page = await set(path, { postmaster: "" });
	assert.match(warning(page), new RegExp(`: postmaster@${name}$`));
	assert.match((await until(3000, () => rcpt(`postmaster@${name}`), ({ code }) => code === 550)).text, /^550 5\.1\.1/);
	const log = textOf((await admin.get(`/changes?mailbox=${second.address}`)).text);
	assert.match(log, new RegExp(`postmaster@${name}`));
	await set(path, { active: undefined });
});

test("what can't be: no such mailbox, and a postmaster@ that is a mailbox itself", async () => {
	const name = `eigen${stamp}.example`;
	const { path } = await admin.save(await admin.get("/domains"), "/domains", { name });
	for (const postmaster of [`gibtesnicht.${stamp}@${env.DOMAIN}`, "x", "wer@welt.example", "999999999", "ü@büro"]) {
		const page = await admin.submit(await admin.get(path), path, { postmaster, active: undefined });
		assert.equal(page.status, 422, postmaster);
		assert.match(errorsOf(page.text).byField.postmaster, /Dieses Postfach gibt es nicht/);
		assert.equal(fieldOf(page), postmaster, "what was typed is lost");
	}
	assert.equal(sql(`SELECT active FROM domain WHERE name = '${name}'`)[0][0], "1");
	assert.equal((await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: "postmaster", domain_id: domainId(name) })).status, 200);
	const box = mailbox("andere");
	let page = await admin.submit(await admin.get(path), path, { postmaster: box.address });
	assert.match(errorsOf(page.text).byField.postmaster, /selbst ein Postfach/);
	page = await set(path, { postmaster: `postmaster@${name}` });
	assert.equal(warning(page), "");
	assert.equal((await rcpt(`abuse@${name}`)).code, 250);
	await set(path, { active: undefined });
});

test("a bare postmaster reaches that of the machine's domain", async () => {
	const path = `/domains/${domainId(env.DOMAIN)}`, box = mailbox("maschine");
	const before = fieldOf(await admin.get(path));
	await set(path, { postmaster: box.address });
	try {
		const smtp = await new Smtp().open();
		assert.equal((await smtp.send("wer@welt.example", "Postmaster", `From: wer@welt.example\nTo: postmaster@${env.DOMAIN}\nSubject: nackt ${stamp}\n\nText`)).code, 250);
		await smtp.quit();
		assert.ok(await until(15000, () => filesOf(box).length, Boolean));
		assert.deepEqual(rolesOf(one(`nackt ${stamp}`)), { [box.id]: "to*" });
	} finally {
		await set(path, { postmaster: before });
	}
});
