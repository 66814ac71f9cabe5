// Grundeinstellungen / Sonstiges: what the office sets is checked, saved with its history, holds at
// once, and two people don't overwrite each other.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient, staffClient } from "./lib/client.mjs";
import { elements, errorsOf, formsOf, textOf } from "./lib/html.mjs";
import { cli, sql, until } from "./lib/stack.mjs";

const PATH = "/settings/other";
const admin = await adminClient();
const stored = (field) => sql(`SELECT ${field} FROM setting`)[0][0];
const fieldsOf = (page) => formsOf(page.text).find((form) => form.action.endsWith(PATH)).fields;
const before = fieldsOf(await admin.get(PATH));

// What was there at the start is there again at the end.
test.after(async () => {
	const page = await admin.get(PATH);
	const changes = { ...before, version: fieldsOf(page).version };
	for (const tick of ["vip_exempt_cc_bcc", "allow_plain_password"]) {
		changes[tick] = before[tick];
	}
	assert.equal((await admin.submit(page, PATH, changes)).status, 303);
});

test("staff have no such page", async () => {
	const staff = await staffClient();
	assert.equal((await staff.get(PATH)).status, 404);
	assert.equal((await staff.post(PATH, { csrf: await staff.token(), version: 1 })).status, 404);
});

test("every field is saved, holds at once, and is in the change log with both values", async () => {
	const wanted = { office_name: "Häuser & Söhne <Büro> \"Nord\"", contact: "Frau Öz, Durchwahl 11", webmail_url: "https://webmail.büro.example/?_user=%20&x", timezone: "America/New_York",
		vip_exempt_cc_bcc: "1", allow_plain_password: "1", own_only_vip: "1", journal_keep_days: "400", send_limit: "750", default_quota_mb: "2048", imap_host: "imap.büro.example",
		imap_port: "143", imap_security: "starttls", pop3_host: "pop", pop3_port: "110", pop3_security: "starttls",
		smtp_host: "127.0.0.1", smtp_port: "65535", smtp_security: "starttls" };
	const page = await admin.save(await admin.get(PATH), PATH, wanted);
	assert.equal(page.status, 200);
	assert.match(textOf(page.text), /gespeichert/);
	const now = fieldsOf(page);
	for (const [name, value] of Object.entries(wanted)) {
		assert.equal(now[name], name === "imap_host" ? "imap.xn--bro-hoa.example" : value, name);
	}
	assert.equal(Number(now.version), Number(before.version) + 1);
	assert.match(textOf(page.text), /Häuser & Söhne <Büro> "Nord"/);
	const log = elements((await admin.get("/changes?q=setting")).text, "tr").map((row) => row.text);
	for (const name of Object.keys(wanted).filter((one) => String(before[one] ?? "0") !== now[one])) {
		const label = elements(page.text, "label").find((one) => one.attributes.for === name).text.replace(" (Pflicht)", "");
		const row = log.find((one) => one.includes(`Einstellung geändert: ${label}`));
		assert.ok(row, `${name} is not in the change log`);
		assert.match(row, /Grundeinstellungen/);
	}
	assert.ok(log.some((row) => /VIP-Schutz.*nein.*ja/.test(row)), "a tick is written as 1");
	// New York's clock on the pages of the next request
	const at = Number(sql("SELECT MAX(at) FROM change_log")[0][0]) / 1000;
	const hour = new Intl.DateTimeFormat("de-DE", { timeZone: "America/New_York", hour: "2-digit", minute: "2-digit" }).format(at);
	assert.ok(textOf((await admin.get("/changes")).text).includes(hour));
});

test("a new mailbox begins with the storage that is set, by page and command line; those that are there keep theirs", async () => {
	const old = await admin.saveMailbox(`alt.${Date.now().toString(36)}`);
	const quota = (page) => formsOf(page.text).find((form) => form.fields.quota_mb !== undefined).fields.quota_mb;
	await admin.save(await admin.get(PATH), PATH, { default_quota_mb: "1234" });
	const page = await admin.saveMailbox(`neu.${Date.now().toString(36)}`);
	assert.equal(quota(page), "1234");
	const [[address]] = sql(`SELECT address FROM mailbox WHERE id = ${page.path.split("/").pop()}`);
	assert.match(textOf((await admin.get(`/changes?mailbox=${address}`)).text), /Speicher in MB 1234/);
	const byCommand = address.replace("neu.", "befehl.");
	cli("mailbox", "add", byCommand);
	assert.equal(sql(`SELECT quota_mb FROM mailbox WHERE address = '${byCommand}'`)[0][0], "1234");
	assert.notEqual(quota(await admin.get(old.path)), "1234");
	await admin.save(await admin.get(PATH), PATH, { default_quota_mb: "0" });
	assert.equal(quota(await admin.saveMailbox(`wieder.${Date.now().toString(36)}`)), "0");
});

test("saving what is there changes and logs nothing but the version", async () => {
	const count = () => sql("SELECT COUNT(*) FROM change_log")[0][0];
	const page = await admin.get(PATH);
	const logged = count();
	await admin.save(page, PATH);
	assert.equal(count(), logged);
});

const BAD = {
	timezone: ["", "Mond/Krater", "Europe", "../../etc/passwd", "/etc/localtime", "+02:00", "X1", "europe/berlin", "Europe/Berlin\u0000", "A".repeat(300), "tzdata.zi"],
	imap_host: ["", "kein server", "a..b", "-a.b", "a_b.c", "x".repeat(64), "<script>", "a/b", "mail.example:993"],
	smtp_port: ["", "0", "65536", "-1", "9.5", "abc", "99999999999999999999"],
	pop3_security: ["", "ssl", "TLS", "none"],
	journal_keep_days: ["", "-1", "36501", "ein", "1e3"],
	default_quota_mb: ["", "-1", "1000001", "viel", "1.5"],
	send_limit: ["", "-1", "1000001", "viele", "5.5"],
	office_name: ["a".repeat(256), "a\nb", "a\u0007"],
	webmail_url: ["webmail.example", "javascript:alert(1)", "ftp://a.example/", "https://", "https:///x", "http://u:p@a.example/", `https://a.example/${"x".repeat(255)}`, "data:text/html,x", "//a.example"],
	contact: ["ü".repeat(256), "a\r\nBcc: x"],
	vip_exempt_cc_bcc: ["yes", "0", "on"],
};
for (const [field, values] of Object.entries(BAD)) {
	test(`bad input: ${field}`, async () => {
		const page = await admin.get(PATH);
		const version = stored("version");
		for (const value of values) {
			const answer = await admin.submit(page, PATH, { [field]: value, contact: field === "contact" ? value : "bleibt stehen" });
			assert.equal(answer.status, 422, `${field}=${JSON.stringify(value)}`);
			const errors = errorsOf(answer.text);
			assert.ok(errors.byField[field], `no message beside ${field} for ${JSON.stringify(value)}`);
			assert.ok(errors.summary.some((one) => one.field === field));
			if (field !== "contact") {
				assert.equal(fieldsOf(answer).contact, "bleibt stehen", "what was typed is lost");
			}
		}
		assert.equal(stored("version"), version);
	});
}

test("ticks stay ticked when another field is refused", async () => {
	const ticks = { vip_exempt_cc_bcc: "1", allow_plain_password: "1" };
	const answer = await admin.submit(await admin.get(PATH), PATH, { ...ticks, imap_port: "x" });
	assert.equal(answer.status, 422);
	for (const name of Object.keys(ticks)) {
		assert.equal(fieldsOf(answer)[name], "1", name);
	}
});

test("another time zone moves the period of an absence note", async () => {
	const box = await admin.saveMailbox(`zone.${Date.now().toString(36)}`);
	const absence = `${box.path}/absence`;
	const note = await admin.save(await admin.get(absence), "/absence", { active: "1", subject: "Weg", body: "Bin weg.", starts_on: "2031-07-01", ends_on: "2031-07-02" });
	assert.equal(note.status, 200);
	const begins = () => new Date(Number(sql(`SELECT starts_at FROM absence WHERE mailbox_id = ${box.path.split("/").pop()}`)[0][0]) / 1000).toISOString();
	for (const [timezone, instant] of [["Europe/Berlin", "2031-06-30T22:00:00.000Z"], ["America/New_York", "2031-07-01T04:00:00.000Z"], ["UTC", "2031-07-01T00:00:00.000Z"]]) {
		await admin.save(await admin.get(PATH), PATH, { timezone });
		assert.equal(begins(), instant, timezone);
	}
	// What an outage kept the page from doing, the agent does.
	sql(`UPDATE absence SET starts_at = 1 WHERE mailbox_id = ${box.path.split("/").pop()}`);
	sql("UPDATE task SET done_at = 0, attempts = 0, due_at = 1, result = '' WHERE kind = 'periods' ORDER BY id DESC LIMIT 1");
	const left = () => sql("SELECT COUNT(*) FROM task WHERE kind = 'periods' AND done_at = 0")[0][0];
	await until(10000, left, (count) => count === "0");
	assert.equal(begins(), "2031-07-01T00:00:00.000Z");
});

test("two people at once: the second sees what the first changed, and loses nothing", async () => {
	const second = await adminClient();
	const mine = await admin.get(PATH);
	const theirs = await second.get(PATH);
	await second.save(theirs, PATH, { contact: "Herr Schnell", smtp_port: "587" });
	const conflict = await admin.submit(mine, PATH, { contact: "Frau Langsam", imap_port: "1993" });
	assert.equal(conflict.status, 409);
	const rows = elements(conflict.text, "tr").map((row) => row.text);
	assert.ok(rows.some((row) => /Ansprechpartner Herr Schnell Frau Langsam/.test(row)), rows.join("; "));
	assert.ok(rows.some((row) => /Port für SMTP 587/.test(row)));
	assert.equal(stored("contact"), "Herr Schnell");
	assert.equal(fieldsOf(conflict).contact, "Frau Langsam");
	const saved = await admin.save(conflict, PATH);
	assert.equal(saved.status, 200);
	assert.equal(stored("contact"), "Frau Langsam");
	assert.equal(stored("imap_port"), "1993");
});

test("without a version, with an old or a strange one: nothing is overwritten", async () => {
	const page = await admin.get(PATH);
	for (const version of [undefined, "0", "1", "99999", "x", "18446744073709551616"]) {
		const answer = await admin.submit(page, PATH, { version, contact: "Niemand" });
		assert.equal(answer.status, 409, `version ${version}`);
		assert.notEqual(stored("contact"), "Niemand");
	}
});
