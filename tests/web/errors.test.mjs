// All that is wrong with a form is said at once, each error with its field and its limits; days are
// taken as people here write them.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "./lib/client.mjs";
import { errorsOf, formsOf, titleOf } from "./lib/html.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const fieldsOf = (page, action) => formsOf(page.text).find((form) => form.action.endsWith(action)).fields;

async function refused(path, action, changes, expected) {
	const page = await admin.submit(await admin.get(path), action, changes);
	assert.equal(page.status, 422);
	assert.match(titleOf(page.text), /^Fehler: /);
	const { summary, byField } = errorsOf(page.text);
	assert.deepEqual(Object.keys(byField).sort(), Object.keys(expected).sort());
	for (const [field, text] of Object.entries(expected)) {
		assert.match(byField[field], text);
		assert.match(summary.find((one) => one.field === field).text, /^[^:]+: ./, "the summary names the field");
	}
}

test("settings: the form's errors and those of lib together", () => refused("/settings/other", "/settings/other", {
	timezone: "Mond/Krater", imap_port: "0", pop3_port: "65536", smtp_host: "kein server", journal_keep_days: "-1", send_limit: "viel", contact: "x".repeat(300),
}, { timezone: /Europe\/Berlin/, imap_port: /von 1 bis 65535/, pop3_port: /von 1 bis 65535/, smtp_host: /Servername/, journal_keep_days: /von 0 bis 36\.500/, send_limit: /von 0 bis 1\.000\.000/, contact: /höchstens 255/ }));

test("a user: all five", () => refused("/users/new", "/users/new", { login: "", name: "x".repeat(256), contact_email: "keine", email_name: "y".repeat(256), role: "chef" },
	{ login: /den Benutzernamen/, name: /höchstens 255/, contact_email: /E-Mail-Adresse/, email_name: /höchstens 255/, role: /Eintrag aus der Liste/ }));

test("a mailbox and a new one", async () => {
	const { path } = await admin.saveMailbox(`fehler.${stamp}`);
	await refused(path, path, { quota_mb: "viel", send_limit: "-3", email_name: "y".repeat(256) },
		{ quota_mb: /0 bis 1\.000\.000/, send_limit: /0 bis 1\.000\.000/, email_name: /höchstens 255/ });
	await refused("/mailboxes/new", "/mailboxes", { local_part: "x".repeat(65), domain_id: "x" }, { local_part: /höchstens 64/, domain_id: /Domain aus der Liste/ });
});

test("an absence note: subject, both texts and both days", async () => {
	const { path } = await admin.saveMailbox(`notiz.fehler.${stamp}`);
	await refused(`${path}/absence`, "/absence", { active: "1", internal: "1", subject: "x".repeat(256), starts_on: "31.02.2026", ends_on: "morgen" },
		{ subject: /höchstens 255/, body: /braucht einen Text/, internal_body: /einen eigenen Text/, starts_on: /24\.12\.2026/, ends_on: /24\.12\.2026/ });
	assert.equal((await admin.save(await admin.get(`${path}/absence`), "/absence", { active: "1", body: "Weg", starts_on: "1.2.2026", ends_on: " 03.02.2026 " })).status, 200);
	const now = fieldsOf(await admin.get(`${path}/absence`), "/absence");
	assert.deepEqual([now.starts_on, now.ends_on], ["2026-02-01", "2026-02-03"]);
	const journal = await admin.get("/journal?from=1.12.2025&to=24.12.2025");
	assert.equal(journal.status, 200);
	assert.match(journal.text, /value="2025-12-24"/);
	assert.equal((await admin.get("/journal?from=31.2.2025&to=x")).status, 422);
});

test("the own password: too short and not the same twice", () => refused("/account", "/account", { locale: undefined, old_password: "", new_password: "kurz", new_password_again: "anders" },
	{ old_password: /./, new_password: /mindestens 12/, new_password_again: /verschieden/ }));

test("sending access data: a reload of the result sends nothing; link and code are there once", async () => {
	const { path } = await admin.saveMailbox(`einmal.${stamp}`);
	const sent = await admin.submit(await admin.get(`${path}/access/send`), "/send", { recipient: `wer.${stamp}@kontakt.example` });
	assert.equal(sent.status, 303);
	assert.match(sent.location, /\/access\/sent\/\d+$/);
	const first = await admin.get(sent.location);
	assert.match(first.text, /<code id="link">[^<]+\/access\/[\w-]+<\/code>/);
	const again = await admin.get(sent.location);
	assert.equal(again.status, 200);
	assert.doesNotMatch(again.text, /id="link"|<svg/);
	assert.match(again.text, /noch nicht geöffnet/);
	const rows = (await admin.get(`${path}/access`)).text.match(/wer\.\w+@kontakt\.example/g);
	assert.equal(rows.length, 1);
	assert.equal((await admin.get(`${path}/access/sent/999999999`)).status, 404);
	const other = await admin.saveMailbox(`anderes.einmal.${stamp}`);
	assert.equal((await admin.get(`${other.path}/access/sent/${sent.location.split("/").pop()}`)).status, 404);
	const page = await admin.get(`${path}/access/send`);
	for (const [fields, field] of [[{ to: "wer@kontakt.example", recipient: "x@kontakt.example" }, "recipient"], [{ to: "other", recipient: "" }, "recipient"], [{ recipient: "" }, "recipient"]]) {
		const answer = await admin.submit(page, "/send", fields);
		assert.equal(answer.status, 422);
		assert.deepEqual(Object.keys(errorsOf(answer.text).byField), [field]);
	}
});
