// Abwesenheitsnotiz in the browser: saved, previewed, refused, changed by two, and who was answered.
// What it does to real mail is in tests/mail/absence.test.mjs.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient, staffClient } from "./lib/client.mjs";
import { decode, elements, errorsOf, formsOf, textOf, titleOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { cli, sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();

function mailbox(local) {
	const address = `${local}.${stamp}@${env.DOMAIN}`;
	cli("mailbox", "add", address);
	const id = sql(`SELECT id FROM mailbox WHERE address = '${address}'`)[0][0];
	return { address, id, path: `/mailboxes/${id}/absence` };
}

const open = (box, client = admin) => client.get(box.path);
const post = async (box, fields) => admin.submit(await open(box), "/absence", fields);
const fieldsOf = (page) => formsOf(page.text).find((form) => form.action.endsWith("/absence")).fields;
const stored = ({ id }) => sql(`SELECT active, version, generation, subject, LENGTH(body), starts_on, ends_on FROM absence WHERE mailbox_id = ${id}`);

// Days from now in the office's time zone, as a field wants it and as the German pages write it.
function day(offset) {
	const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" }).format(new Date(Date.now() + offset * 86400000));
	const [y, m, d] = parts.split("-");
	return { iso: parts, german: `${Number(d)}.${Number(m)}.${y}` };
}

function assertRefused(page, field, expected) {
	assert.equal(page.status, 422, textOf(page.text).slice(0, 300));
	const { summary, byField } = errorsOf(page.text);
	assert.match(byField[field] ?? "", expected, JSON.stringify(byField));
	assert.ok(summary.some((one) => one.field === field), "the summary doesn't lead to it");
	assert.match(titleOf(page.text), /^Fehler:/);
}

test("nothing saved yet, then saved with awkward texts, and it stands there again", async () => {
	const box = mailbox("texte");
	let page = await open(box);
	assert.equal(page.status, 200);
	assert.deepEqual({ ...fieldsOf(page), csrf: undefined, shown: undefined }, { csrf: undefined, shown: undefined, version: "1", subject: "", body: "", internal_body: "", starts_on: "", ends_on: "" });
	const subject = "Grüße & <b>\"Bis bald\"</b> 😀 \\";
	const body = "</textarea><script>alert(1)</script>\n\n.\n  eingerückt\n\t\"; discard; #\n😀 Ende\\";
	const answer = await admin.submit(page, "/absence", { active: "1", subject, body: body.replaceAll("\n", "\r\n") });
	assert.equal(answer.status, 303);
	page = await admin.get(answer.location);
	assert.match(textOf(page.text), /Die Abwesenheitsnotiz ist gespeichert/);
	const fields = fieldsOf(page);
	assert.deepEqual([fields.version, fields.active, fields.subject, fields.body], ["2", "1", subject, body]);
	assert.ok(!page.text.includes("<script"), "a text is markup");
	assert.equal((await post(box, { active: undefined })).status, 303);
	assert.equal(fieldsOf(await open(box)).active, undefined);
	assert.equal(fieldsOf(await open(box)).body, body, "switching off keeps the text");
});

test("list, detail page and change log say it; the filter finds it", async () => {
	const box = mailbox("zustand");
	const rows = async (query) => elements((await admin.get(`/mailboxes?q=zustand.${stamp}${query}`)).text, "tr").slice(1).map((row) => textOf(row.inner));
	assert.deepEqual(await rows("&state=absent"), []);
	const states = [
		[{}, /abwesend$/],
		[{ ends_on: day(3).iso }, new RegExp(`abwesend bis ${day(3).german}`)],
		[{ starts_on: day(-3).iso, ends_on: day(0).iso }, new RegExp(`abwesend bis ${day(0).german}`)],
		[{ starts_on: day(2).iso, ends_on: "" }, new RegExp(`abwesend ab ${day(2).german}`)],
		[{ starts_on: "", ends_on: day(-1).iso }, /abgelaufen/],
	];
	for (const [fields, expected] of states) {
		assert.equal((await post(box, { active: "1", body: "Bin weg", ...fields })).status, 303);
		const [row] = await rows("&state=absent");
		const cells = elements(elements((await admin.get(`/mailboxes?q=zustand.${stamp}&state=absent`)).text, "tr")[1].inner, "td").map((cell) => cell.text.trim());
		assert.match(cells[1], expected, row);
		assert.match(textOf((await admin.get(`/mailboxes/${box.id}`)).text), new RegExp(`Abwesenheitsnotiz ${expected.source.replace("$", " ")}`));
	}
	// Sorted by name and storage the rows are others' statements.
	for (const sort of ["name", "-storage", "-address"]) {
		assert.match((await rows(`&sort=${sort}`))[0], /abgelaufen/, sort);
	}
	// What else changes the mailbox keeps the mark.
	const page = await admin.get(`/mailboxes/${box.id}`);
	await admin.save(page, `/mailboxes/${box.id}`, { email_name: "Umbenannt", active: undefined });
	assert.equal((await rows("&state=absent")).length, 1);
	assert.match(textOf((await open(box)).text), /Dieses Postfach ist inaktiv/);
	await admin.save(await admin.get(`/mailboxes/${box.id}/delete`), "/delete");
	assert.deepEqual(await rows("&state=absent"), []);
	assert.equal((await open(box)).status, 404);
	await admin.save(await admin.get(`/mailboxes/${box.id}`), "/restore");
	assert.equal((await rows("&state=absent")).length, 1);
	assert.equal((await post(box, { active: undefined })).status, 303);
	assert.deepEqual(await rows("&state=absent"), []);
	const changes = textOf((await admin.get(`/changes?mailbox=${box.address}`)).text);
	assert.match(changes, /Abwesenheitsnotiz geändert: Abwesenheitsnotiz aktiv nein ja/);
	assert.match(changes, /Abwesenheitsnotiz geändert: Text +Bin weg/);
});

test("bad input: a message beside the field, nothing lost, nothing stored", async () => {
	const box = mailbox("schlecht");
	const good = { active: "1", subject: "Behalten", body: "Auch behalten", starts_on: "2026-12-24", ends_on: "2027-01-06" };
	const cases = [
		[{ ends_on: "2026-12-23" }, "ends_on", /vor dem ersten/],
		[{ starts_on: "2026-02-29" }, "starts_on", /gibt es nicht/],
		[{ ends_on: "2026-13-01" }, "ends_on", /gibt es nicht/],
		[{ starts_on: "31.11.2026" }, "starts_on", /zum Beispiel/],
		[{ starts_on: "", ends_on: "x" }, "ends_on", /gibt es nicht/],
		[{ starts_on: "0000-00-00" }, "starts_on", /gibt es nicht/],
		[{ starts_on: "2026-12-24\r\nX" }, "starts_on", /Zeilenumbruch/],
		[{ starts_on: "9".repeat(100) }, "starts_on", /zu lang/],
		[{ subject: "Hallo\r\nBcc: alle@welt.example" }, "subject", /Zeilenumbruch/],
		[{ subject: "x".repeat(256) }, "subject", /höchstens 255/],
		[{ subject: "😀".repeat(256) }, "subject", /höchstens 255/],
		[{ body: "" }, "body", /braucht einen Text/],
		[{ body: " \r\n \r\n" }, "body", /braucht einen Text/],
		[{ body: "a\x07b" }, "body", /Steuerzeichen/],
		[{ body: "x".repeat(65537) }, "body", /höchstens 64 KB/],
		[{ body: "ü".repeat(32769) }, "body", /höchstens 64 KB/],
		[{ body: "Zeile\r\n".repeat(40000) }, "body", /höchstens 64 KB/], // 440 KB on its way
		[{ body: "😀".repeat(40000) }, "body", /höchstens 64 KB/], // 480 KB on its way
		[{ body: ["a", "b"] }, "body", /mehrfach/],
		[{ internal: "1" }, "internal_body", /eigenen Text/],
		[{ internal: "1", internal_body: " \r\n" }, "internal_body", /eigenen Text/],
		[{ internal_body: "a\x07b" }, "internal_body", /Steuerzeichen/],
		[{ internal: "1", internal_body: "ü".repeat(32769) }, "internal_body", /höchstens 64 KB/],
		[{ active: "ja" }, "active", /Liste/],
	];
	for (const preview of [undefined, "1"]) {
		for (const [change, field, expected] of cases) {
			const sent = { ...good, ...change };
			const page = await post(box, { ...sent, preview });
			assertRefused(page, field, expected);
			const kept = fieldsOf(page);
			for (const name of ["subject", "body", "internal_body", "starts_on", "ends_on"]) {
				if (typeof sent[name] === "string" && !/[\x07]/.test(sent[name])) {
					assert.equal(kept[name].trim(), sent[name].replaceAll("\r\n", name.endsWith("body") ? "\n" : kept[name].includes("\r") ? "\r\n" : "\n").trim(), `${name} was lost`);
				}
			}
			assert.equal(kept.version, "1");
		}
	}
	const token = await admin.token();
	for (const [value, field] of [["body=a%00b", "body"], ["body=%ff%fe", "body"], ["body=x&subject=a%00b", "subject"]]) {
		assertRefused(await admin.post(box.path, `csrf=${token}&version=1&active=1&${value}`), field, /zeichen/i);
	}
	assert.equal((await admin.post(box.path, `csrf=${token}&version=1&body=${"x".repeat(5 << 20)}`)).status, 413);
	assert.deepEqual(stored(box), []);
	// Only one of the two days, the days of the change to summer time and back: all right.
	for (const period of [{ starts_on: "2026-03-29", ends_on: "" }, { starts_on: "", ends_on: "2026-03-29" }, { starts_on: "2026-03-29", ends_on: "2026-03-29" },
		{ starts_on: "2026-10-25", ends_on: "2026-10-25" }, { starts_on: "2028-02-29", ends_on: "2028-02-29" }]) {
		assert.equal((await post(box, { ...good, ...period })).status, 303, JSON.stringify(period));
		assert.deepEqual([fieldsOf(await open(box)).starts_on, fieldsOf(await open(box)).ends_on], [period.starts_on, period.ends_on]);
	}
	const hours = sql(`SELECT (ends_at - starts_at) / 3600000000 FROM absence WHERE mailbox_id = ${box.id}`)[0][0];
	assert.equal(Number(hours), 24);
	// A note that is switched off needs no text.
	assert.equal((await post(box, { active: undefined, subject: "", body: "", starts_on: "", ends_on: "" })).status, 303);
});

test("the preview shows the reply, keeps the form, stores nothing, and nobody keeps it", async () => {
	const box = mailbox("vorschau");
	await admin.save(await admin.get(`/mailboxes/${box.id}`), `/mailboxes/${box.id}`, { email_name: "Büro <Nord>" });
	const body = "Zeile 1\n  Zeile 2 <i>\n\nEnde";
	const page = await post(box, { active: "1", subject: "Bin \"weg\"", body, ends_on: "2027-01-06", preview: "1" });
	assert.equal(page.status, 200);
	assert.match(page.headers.get("cache-control"), /no-store/);
	const [shown] = elements(page.text, "pre");
	assert.equal(decode(shown.inner), body);
	assert.deepEqual(elements(page.text, "dd").slice(0, 2).map((dd) => dd.text), [`Büro <Nord> <${box.address}>`, "Bin \"weg\""]);
	assert.match(textOf(page.text), /Das ist eine Vorschau; gespeichert ist sie noch nicht\./);
	const fields = fieldsOf(page);
	assert.deepEqual([fields.version, fields.active, fields.subject, fields.body, fields.ends_on], ["1", "1", "Bin \"weg\"", body, "2027-01-06"]);
	assert.deepEqual(stored(box), []);
	assert.equal((await admin.submit(page, "/absence")).status, 303, "what was previewed can be saved");
	assert.equal(stored(box)[0][3], "Bin \"weg\"");
	const plain = await post(box, { subject: "", preview: "1" });
	assert.match(elements(plain.text, "dd")[1].text, /^Auto: \(Betreff der E-Mail\)$/);
});

test("a text of its own for the office: saved, previewed, logged, and kept when it is switched off", async () => {
	const box = mailbox("intern");
	const both = { active: "1", body: "An alle", internal: "1", internal_body: "Nur für <uns>\n\nSchlüssel: Erna" };
	let page = await post(box, { ...both, preview: "1" });
	assert.equal(page.status, 200);
	assert.deepEqual(elements(page.text, "pre").map(({ inner }) => decode(inner)), [both.body, both.internal_body]);
	assert.deepEqual(elements(page.text, "h3").map(({ text }) => text), ["An Absender von außen", "An Absender aus dem Büro"]);
	assert.equal((await admin.submit(page, "/absence")).status, 303);
	let fields = fieldsOf(await open(box));
	assert.deepEqual([fields.internal, fields.internal_body, fields.body], ["1", both.internal_body, both.body]);
	page = await post(box, { internal: undefined, preview: "1" });
	assert.deepEqual(elements(page.text, "pre").map(({ inner }) => decode(inner)), [both.body]);
	assert.equal((await post(box, { internal: undefined })).status, 303);
	fields = fieldsOf(await open(box));
	assert.deepEqual([fields.internal, fields.internal_body], [undefined, both.internal_body]);
	const changes = textOf((await admin.get(`/changes?mailbox=${box.address}`)).text);
	assert.match(changes, /Eigener Text für Absender aus dem Büro nein ja/);
	assert.match(changes, /Eigener Text für Absender aus dem Büro ja nein/);
	assert.match(changes, /Text für Absender aus dem Büro +Nur für <uns>/);
	// Two at once, with the largest texts there are
	const first = await open(box), second = await open(box);
	assert.equal((await admin.submit(first, "/absence", { internal_body: "\"".repeat(65536), body: "&".repeat(65536) })).status, 303);
	page = await admin.submit(second, "/absence", { internal: "1", internal_body: "<".repeat(65536), body: "\"".repeat(65536) });
	assert.equal(page.status, 409);
	assert.match(textOf(page.text), /Eigener Text für Absender aus dem Büro nein ja/);
	assert.deepEqual([fieldsOf(page).internal_body, fieldsOf(page).body], ["<".repeat(65536), "\"".repeat(65536)]);
	assert.equal((await admin.submit(page, "/absence")).status, 303);
	assert.equal((await post(box, { active: undefined })).status, 303);
});

test("two people edit one note: the second sees what the first saved, and loses nothing", async () => {
	const box = mailbox("zwei");
	for (const active of ["1", undefined]) {
		const first = await open(box);
		const second = await open(box);
		assert.equal((await admin.submit(first, "/absence", { active, subject: `Erster ${active}`, body: "Text des Ersten", starts_on: "2026-12-01" })).status, 303);
		const page = await admin.submit(second, "/absence", { active: "1", subject: `Zweiter ${active}`, body: `Text des Zweiten ${active}` });
		assert.equal(page.status, 409);
		assert.match(textOf(page.text), / \(admin\) hat am .* gespeichert, nachdem Sie/);
		assert.match(textOf(page.text), new RegExp(`Betreff Erster ${active} Zweiter ${active}`));
		if (!active) {
			assert.match(textOf(page.text), /Abwesenheitsnotiz aktiv nein wie gespeichert/);
		}
		assert.equal(fieldsOf(page).body, `Text des Zweiten ${active}`);
		assert.match(stored(box)[0][3], /^Erster/);
		assert.equal((await admin.submit(page, "/absence")).status, 303);
		assert.equal(stored(box)[0][3], `Zweiter ${active}`);
	}
	for (const version of ["", "0", "1", "x", "99999999999"]) {
		assert.equal((await post(box, { version, subject: "Dritter" })).status, 409, version);
	}
	assert.equal(stored(box)[0][3], "Zweiter undefined");
});

test("an assigned user has the page by Meine Postfächer; nobody else does", async () => {
	const [mine, other] = [mailbox("meins"), mailbox("anderes")];
	sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) SELECT ${mine.id}, id, 1 FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	const staff = await staffClient();
	const my = await staff.get("/my");
	assert.ok(my.text.includes(`href="${new URL(env.BASE_URL).pathname.replace(/\/$/, "")}${mine.path}"`));
	let page = await open(mine, staff);
	assert.equal(page.status, 200);
	assert.equal((await staff.save(page, "/absence", { active: "1", body: "Bin weg" })).status, 200);
	assert.match(textOf((await staff.get("/my")).text), new RegExp(`abwesend : Abwesenheitsnotiz ${mine.address}|abwesend: Abwesenheitsnotiz ${mine.address}`));
	page = await open(mine, staff);
	assert.equal((await open(other, staff)).status, 404);
	const answer = await staff.post(other.path, { ...fieldsOf(page), subject: "fremd" });
	assert.equal(answer.status, 404);
	assert.deepEqual(stored(other), []);
	sql(`UPDATE assignment SET removed_at = 2 WHERE mailbox_id = ${mine.id}`);
	assert.equal((await open(mine, staff)).status, 404);
});

test("whom the note answered, page by page", async () => {
	const box = mailbox("liste");
	assert.match(textOf((await open(box)).text), /Noch niemand\./);
	const values = Array.from({ length: 120 }, (_, i) => `(${box.id}, 1, 'k${i}@welt.example', ${1790000000000000 + Math.floor(i / 3) * 60000000})`);
	sql(`INSERT INTO absence_reply (mailbox_id, generation, address, at) VALUES ${values.join(",")}, (${box.id}, 2, '<b>x@welt.example', 1800000000000000)`);
	const seen = [];
	for (let path = box.path; path;) {
		const page = await admin.get(path);
		assert.equal(page.status, 200);
		seen.push(...elements(page.text, "tr").slice(1).map((row) => elements(row.inner, "th")[0].text));
		path = decode(/href="([^"]*)" rel="next"/.exec(page.text)?.[1] ?? "");
	}
	assert.deepEqual(seen, ["<b>x@welt.example", ...Array.from({ length: 120 }, (_, i) => `k${119 - i}@welt.example`)]);
	assert.match(textOf((await open(box)).text), /<b>x@welt\.example 15\.1\.2027, 09:00/);
	for (const after of ["x", "1", "..", "-1.-1", "99999999999999999999999.1", "%00"]) {
		assert.equal((await admin.get(`${box.path}?after=${after}`)).status, 200);
	}
});
