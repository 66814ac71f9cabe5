// What is read and what is sent has bounds: bodies by who sends them, pages by what fits.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { elements, errorsOf, formsOf, textOf } from "./lib/html.mjs";
import { sql, startPart, stopPart } from "./lib/stack.mjs";

const KB = 1024, PAGE_MAX = 1000000;
const stamp = Date.now().toString(36);
const admin = await adminClient();
const { path } = await admin.saveMailbox(`gross.${stamp}`);
const note = `${path}/absence`;

// A form with a text that makes the body so long.
function body(csrf, octets, letter = "x") {
	const head = `csrf=${csrf}&version=1&subject=&starts_on=&ends_on=&body=`;
	return head + letter.repeat((octets - head.length) / encodeURIComponent(letter).length).replaceAll(letter, encodeURIComponent(letter));
}
const size = ({ text }) => Buffer.byteLength(text);
const areaOf = (page) => formsOf(page.text).find(({ action }) => action.endsWith("/absence"))?.fields.body;

async function expired() {
	const client = await adminClient();
	const csrf = await client.token();
	await client.submit(await client.get("/account"), "/logout");
	assert.ok(client.cookies.poststelle_device && !client.cookies.poststelle_session);
	return { client, csrf };
}

test("a stranger sends 64 KB and no more, and gets no more than that back", async () => {
	const stranger = new Client();
	for (const [octets, status] of [[63 * KB, 403], [65 * KB, 413], [511 * KB, 413], [4096 * KB, 413]]) {
		const answer = await stranger.post(note, body("x", octets, "\""));
		assert.equal(answer.status, status, `${octets} octets`);
		assert.ok(size(answer) < PAGE_MAX);
	}
	// A cookie that somebody made up is none.
	const made = await stranger.post(note, body("x", 100 * KB), { cookie: `poststelle_device=${"x".repeat(24)}.1.${"y".repeat(43)}; poststelle_session=${"z".repeat(43)}` });
	assert.equal(made.status, 413);
	const short = await stranger.post(note, body("x", 63 * KB));
	assert.ok(textOf(short.text).includes("x".repeat(60000)), "what was typed is lost");
});

test("an expired session loses nothing, up to what the form takes", async () => {
	const { client, csrf } = await expired();
	for (const [octets, status] of [[500 * KB, 403], [513 * KB, 413]]) {
		const answer = await client.post(note, body(csrf, octets));
		assert.equal(answer.status, status);
		assert.ok(size(answer) <= PAGE_MAX);
		assert.equal(answer.text.includes("x".repeat(480 * KB)), status === 403);
	}
	// Another form takes less.
	assert.equal((await client.post(path, body(csrf, 65 * KB))).status, 413);
	// All of quotation marks: cut, and said so.
	const marks = await client.post(note, body(csrf, 510 * KB, "\""));
	assert.equal(marks.status, 403);
	assert.ok(size(marks) <= PAGE_MAX && size(marks) > PAGE_MAX / 8, `${size(marks)} octets`);
	assert.match(textOf(marks.text), /Lange Texte sind gekürzt/);
});

test("a session sends what its right allows", async () => {
	const csrf = await admin.token();
	const answer = await admin.post(note, body(csrf, 500 * KB));
	assert.equal(answer.status, 422);
	assert.match(errorsOf(answer.text).byField.body, /lang/);
	assert.equal(areaOf(answer).length, 500 * KB - (body(csrf, 500 * KB).lastIndexOf("=") + 1), "what was typed is lost");
	assert.equal((await admin.post(note, body(csrf, 513 * KB))).status, 413);
	// Somebody whose mailbox it isn't: 404, however long the body is.
	const staff = await new Client().signIn(env.STAFF_LOGIN, env.STAFF_PASSWORD);
	for (const octets of [10 * KB, 400 * KB]) {
		assert.equal((await staff.post(note, body("x", octets))).status, 404);
	}
});

test("no page is larger than 1 MB: typed texts, a conflict, a preview", async () => {
	const csrf = await admin.token();
	const wrong = await admin.post(note, body(csrf, 511 * KB, "\""));
	assert.equal(wrong.status, 422);
	assert.ok(size(wrong) <= PAGE_MAX, `${size(wrong)} octets`);
	assert.match(textOf(wrong.text), /Lange Texte sind gekürzt/);
	assert.match(errorsOf(wrong.text).byField.body, /lang/);
	assert.ok(formsOf(wrong.text).find(({ action }) => action.endsWith("/absence")).fields.csrf === csrf, "the form can be sent");
	// The longest text that is taken, of the largest letters: three times on a conflict page.
	const marks = (letter) => letter.repeat(64 * KB);
	const save = (text, version) => admin.post(note, { csrf, version, subject: "", starts_on: "", ends_on: "", body: text });
	assert.equal((await save(marks("\""), 1)).status, 303);
	const conflict = await save(marks("'"), 1);
	assert.equal(conflict.status, 409);
	assert.ok(size(conflict) <= PAGE_MAX, `${size(conflict)} octets`);
	assert.equal(areaOf(conflict), marks("'"), "the form is whole");
	const stored = await admin.get(note);
	assert.equal(areaOf(stored), marks("\""));
	assert.doesNotMatch(textOf(stored.text), /Lange Texte sind gekürzt/);
	const preview = await admin.post(note, { csrf, version: 2, subject: "", starts_on: "", ends_on: "", body: marks("\""), preview: "1" });
	assert.ok(size(preview) <= PAGE_MAX, `${size(preview)} octets`);
	assert.equal(areaOf(preview), marks("\""));
});

test("no page is larger than 1 MB: a hostile mail", async () => {
	const id = Date.now() * 1000;
	const [[user]] = sql(`SELECT id FROM user WHERE login = '${env.ADMIN_LOGIN}'`);
	const mailbox = path.split("/").pop();
	const name = "REPEAT('\"', 255)";
	sql(`INSERT INTO journal_entry (id, mail_key, service, sender_id, protected, named, envelope_from, sender, recipients, subject)
		VALUES (${id}, 'gross-${stamp}', 'outside', 0, 0, 1000, 'a@b.example', 'a@b.example', 'viele', REPEAT('<', 1000));
	INSERT INTO journal_text (entry_id, has_bcc, text, folded) VALUES (${id}, 0, REPEAT('"', 65536), '');
	INSERT INTO journal_mailbox VALUES (${id}, ${mailbox}, 1, 1, 0);
	INSERT INTO journal_party (entry_id, role, place, address_id, address, name)
		SELECT ${id}, 1, n.seq, n.seq, CONCAT(n.seq, REPEAT('&', 300), '@x.example'), ${name} FROM seq_1_to_1000 n;
	INSERT INTO journal_reader VALUES (0, ${user}, ${id}), (0, 0, ${id})`);
	const page = await admin.get(`/journal/${id}`);
	assert.equal(page.status, 200, textOf(page.text).slice(0, 300));
	assert.ok(size(page) <= PAGE_MAX, `${size(page)} octets`);
	assert.ok(elements(page.text, "a").length > 5);
	sql(`DELETE FROM journal_reader WHERE entry_id = ${id}`);
});

test("the database is away: a long form isn't called too long", async (t) => {
	stopPart("mariadb");
	t.after(() => startPart("mariadb"));
	const answer = await admin.post(note, body("x", 300 * KB));
	assert.equal(answer.status, 503);
	assert.ok(size(answer) <= PAGE_MAX);
});
