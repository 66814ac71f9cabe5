// Aktivitäten / Maklerbuch: who reads what by right, no trace of what is hidden, Bcc, search, filters,
// the page of an entry, hostile input. (Random histories: tests/mail/journal.test.mjs.)
import test from "node:test";
import assert from "node:assert/strict";
import { alias, mailbox, ports, stamp, submission } from "../mail/lib/box.mjs";
import { Client, adminClient } from "./lib/client.mjs";
import { elements, errorsOf, headingOf, linksOf, textOf, titleOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { HERE, Smtp } from "./lib/mail.mjs";
import { assign, newUsers, sessionsOf, unassign } from "./lib/people.mjs";
import { sql } from "./lib/stack.mjs";

const OUTSIDE = "wer@welt.example";
const admin = await adminClient();
const [anna, bert, chef] = ["anna", "bert", "chef"].map((name) => mailbox(`akte.${name}`));
const leitung = alias(chef, "akte.leitung");
const [ofAnna, ofBert, ofChef, ofAll, ofNobody] = newUsers(["own", "own", "own", "all", "none"]);
const [clientAnna, clientBert, clientChef, clientAll, clientNobody] = sessionsOf([ofAnna, ofBert, ofChef, ofAll, ofNobody]);
assign(anna.id, ofAnna);
assign(bert.id, ofBert);
assign(chef.id, ofChef);
assign(anna.id, ofNobody);
let count = 0;
const subjectOf = (what) => `${what} ${stamp}x${++count}`;
const idOf = (subject) => sql(`SELECT id FROM journal_entry WHERE subject = '${subject}'`)[0]?.[0];
const right = (user, name) => sql(`UPDATE user SET journal_right = '${name}' WHERE id = ${user}`);

async function setVip(box, on) {
	const path = `/mailboxes/${box.id}`;
	assert.equal((await admin.submit(await admin.get(path), path, { vip: on ? "1" : undefined })).status, 303);
}

// From outside to recipients; headers beside From and Subject, a body. The entry's number.
async function mail(recipients, { subject = subjectOf("brief"), headers = "", body = "Guten Tag", from = OUTSIDE } = {}) {
	const smtp = await new Smtp().open();
	const answer = await smtp.send(OUTSIDE, recipients, `From: ${from}\n${headers}${subject === null ? "" : `Subject: ${subject}\n`}\n${body}`);
	assert.equal(answer.code, 250, answer.text);
	await smtp.quit();
	return subject;
}

async function sent(box, recipients, headers, subject = subjectOf("gesendet")) {
	const smtp = await submission(box);
	const answer = await smtp.send(box.address, recipients, `From: ${box.address}\n${headers}Subject: ${subject}\n\nGuten Tag`);
	assert.equal(answer.code, 250, answer.text);
	await smtp.quit();
	return subject;
}

const subjectsOf = (page) => elements(page.text, "th").filter((cell) => cell.attributes.scope === "row")
	.map((cell) => cell.text.replace(/ \d+\.\d+\.\d{4}, [\d:,]+$/, ""));
const search = async (client, query) => subjectsOf(await client.get(`/journal?${new URLSearchParams(query)}`));
const sees = async (client, subject) => (await search(client, { q: subject })).includes(subject);
const next = (page) => linksOf(page.text).find((link) => /Nächste Seite|Weitersuchen/.test(link.text))?.href;
// What a page says, but not to whom and for which words it was asked.
const said = (page) => page.text.replace(/name="csrf" value="[^"]*"/g, "").replace(/<input type="(search|text)"[^>]*>/g, "");
// What is found and said at last. How far one page searches is a matter of time, and of the journal's
// size; so the search is followed to its end.
async function atTheEnd(client, query) {
	const found = [];
	let page;
	for (let path = `/journal?${query}`; path; path = next(page)) {
		page = await client.get(path);
		assert.equal(page.status, 200, `${path}: ${textOf(page.text)}`);
		found.push(...subjectsOf(page));
	}
	return { found, said: said(page).replace(/<nav class="pager"[\s\S]*?<\/nav>/g, "") };
}
const withoutRequest = (page) => said(page).replace(/\b[0-9a-f]{32}\b/, "");

test("signed out: the sign-in page, for the list and an entry", async () => {
	for (const path of ["/journal", "/journal/1"]) {
		assert.equal((await new Client().request("GET", path)).status, 303);
	}
});

test("the right counts as it is when reading: Keine, nur eigene, Alle", async () => {
	const subject = await mail(anna.address, { headers: `To: ${anna.address}\n` });
	const id = idOf(subject);
	const expect = async (client, visible) => {
		assert.equal(await sees(client, subject), visible);
		assert.equal((await client.get(`/journal/${id}`)).status, visible ? 200 : 404);
	};
	await expect(clientAnna, true);
	await expect(clientBert, false);
	await expect(clientAll, true);
	await expect(clientNobody, false);
	const denied = (await clientNobody.get("/journal")).text;
	assert.match(textOf(denied), /nicht das Recht.*Administratoren können Ihnen das Recht geben/s);
	assert.doesNotMatch(denied, /Noch keine E-Mail|role="search"/, "nothing to search, and no claim that there is no mail");
	await expect(admin, true);
	right(ofBert, "all");
	await expect(clientBert, true);
	right(ofBert, "none");
	await expect(clientBert, false);
	right(ofBert, "own");
	await expect(clientBert, false);
	right(ofAnna, "none");
	await expect(clientAnna, false);
	right(ofAnna, "own");
	await expect(clientAnna, true);
});

test("assigned later: not the earlier mail; removed later: still that, not the later one", async () => {
	const before = await mail(bert.address);
	assign(bert.id, ofAnna);
	const during = await mail(bert.address);
	unassign(bert.id, ofAnna);
	const after = await mail(bert.address);
	assert.deepEqual([await sees(clientAnna, before), await sees(clientAnna, during), await sees(clientAnna, after)], [false, true, false]);
});

test("VIP: only who was assigned, no exception for administrators, nothing about earlier and later mails", async () => {
	const before = await mail(chef.address);
	await setVip(chef, true);
	const during = await mail([chef.address, anna.address], { headers: `To: ${leitung}\n` });
	await setVip(chef, false);
	const after = await mail(chef.address);
	for (const client of [admin, clientAll]) {
		assert.deepEqual([await sees(client, before), await sees(client, during), await sees(client, after)], [true, false, true]);
		assert.equal((await client.get(`/journal/${idOf(during)}`)).status, 404);
	}
	// The other receiver's users too.
	assert.deepEqual([await sees(clientChef, during), await sees(clientAnna, during), await sees(clientBert, during)], [true, true, false]);
});

test("a hidden mail leaves no trace: list, words, filters, cursors, 404", async () => {
	const word = `geheimwort${stamp}`;
	const stranger = `heimlich.${stamp}@welt.example`;
	const narrow = said(await clientAll.get(`/journal?participant=${stranger}`));
	await mail(chef.address, { headers: `To: ${chef.address}\n` }); // who may read all knows the mailbox by it
	await setVip(chef, true);
	const hidden = [];
	for (let i = 0; i < 3; i++) {
		hidden.push(await mail([chef.address, leitung], { subject: `${word} ${i}`, from: stranger, headers: `To: ${chef.address}\nCc: ${stranger}\n`, body: word }));
	}
	await setVip(chef, false);
	const [first, , id] = hidden.map(idOf);
	for (const client of [clientAll, admin]) {
		assert.equal(await sees(client, hidden[2]), false);
		assert.equal(said(await client.get(`/journal?after=${BigInt(id) + 1n}`)), said(await client.get(`/journal?after=${first}`)));
	}
	assert.equal(said(await clientAll.get(`/journal?participant=${stranger}`)), narrow);
	const nothing = await atTheEnd(clientAll, `q=gibtesnicht${stamp}`);
	assert.deepEqual(nothing.found, []);
	for (const query of [`q=${word}`, `q=${word}&mailbox=${chef.address}`]) {
		assert.deepEqual(await atTheEnd(clientAll, query), nothing, query);
	}
	// An address that only hidden mails name is as unknown as one that nobody has.
	const unknown = said(await clientAll.get(`/journal?participant=niemand.${stamp}@welt.example`));
	for (const query of [`participant=${stranger}`, `participant=${stranger}&q=${word}`]) {
		const page = await clientAll.get(`/journal?${query}`);
		assert.equal(page.status, 422, query);
		assert.equal(said(page), unknown, query);
	}
	// A filter by the mailbox shows what may be read of it, before and behind.
	assert.ok(!(await search(clientAll, { mailbox: chef.address })).some((subject) => subject.includes(word)));
	const missing = await clientAll.get(`/journal/${BigInt(id) + 1n}`);
	const there = await clientAll.get(`/journal/${id}`);
	assert.deepEqual([there.status, missing.status], [404, 404]);
	assert.equal(withoutRequest(there), withoutRequest(missing));
	assert.deepEqual([...there.headers.keys()].sort(), [...missing.headers.keys()].sort());
	assert.equal((await search(clientChef, { q: word })).length, 3);
});

test("Bcc is shown to the users of sender and Bcc mailbox alone, on the list, the page, in words and filters", async () => {
	const stranger = `blind.${stamp}@welt.example`;
	const subject = await sent(anna, [bert.address, leitung, stranger], `To: ${bert.address}\n`);
	const id = idOf(subject);
	const bccOf = (page) => /<dt>Bcc<\/dt>((?:<dd>[^<]*<\/dd>)*)/.exec(page.text)?.[1].replaceAll(/<\/?dd>/g, " ").trim() ?? "";
	const expect = async (client, inside, outside) => {
		const page = await client.get(`/journal/${id}`);
		assert.equal(page.status, 200);
		assert.equal(bccOf(page), [inside && leitung, outside && stranger].filter(Boolean).join("  "));
		assert.equal(page.text.includes(chef.address), inside, "the mailbox behind the address");
		const row = /<tr>(?:(?!<tr>)[\s\S])*?<\/tr>/g;
		const line = (await client.get(`/journal?q=${encodeURIComponent(subject)}`)).text.match(row).find((one) => one.includes(subject));
		assert.equal(line.includes(leitung), inside);
		assert.equal(line.includes(stranger), outside);
		const finds = async (query) => (await search(client, { ...query, q: `${query.q ?? ""} ${subject}` })).length === 1;
		assert.equal(await finds({ q: leitung.split("@")[0] }), inside);
		assert.equal(await finds({ q: stranger.split("@")[0] }), outside);
		assert.equal(await finds({ mailbox: leitung }), inside);
		assert.equal(await finds({ mailbox: chef.address }), inside);
		assert.equal(await finds({ participant: leitung }), inside);
		assert.equal(await finds({ participant: stranger }), outside);
		assert.equal(await finds({ mailbox: bert.address, participant: stranger }), outside);
		assert.equal(await finds({ participant: bert.address }), true);
	};
	await expect(clientAnna, true, true);
	await expect(clientChef, true, false);
	await expect(clientBert, false, false);
	await expect(clientAll, false, false);
	await expect(admin, false, false);
	// Later assignments open nothing.
	assign(anna.id, ofBert);
	await expect(clientBert, false, false);
	unassign(anna.id, ofBert);
});

test("a mailbox that writes to itself in Bcc doesn't tell the others", async () => {
	const subject = await sent(anna, [bert.address, anna.address], `To: ${bert.address}\n`);
	const page = async (client) => (await client.get(`/journal/${idOf(subject)}`)).text;
	assert.match(await page(clientAnna), /<dt>Bcc<\/dt>/);
	assert.doesNotMatch(await page(clientBert), /<dt>Bcc<\/dt>/);
});

test("a VIP mailbox in Bcc protects, and nobody else learns why", async () => {
	await setVip(chef, true);
	const subject = await mail([anna.address, chef.address], { headers: `To: ${anna.address}\n` });
	await setVip(chef, false);
	assert.equal(await sees(clientAll, subject), false);
	assert.doesNotMatch((await clientAnna.get(`/journal/${idOf(subject)}`)).text, /class="caution"/);
	assert.match((await clientChef.get(`/journal/${idOf(subject)}`)).text, /class="caution">VIP/);
});

test("words: beginnings, umlauts both ways, in subject, text, names, addresses and attachments, all of them", async () => {
	const subject = `Größe der Wohnung ${stamp}w`;
	await mail(anna.address, { subject: `=?utf-8?B?${Buffer.from(subject).toString("base64")}?=`, from: `=?utf-8?Q?J=C3=BCrgen_K=C3=A4ufer?= <juergen@kunde.example>`,
		headers: `To: ${anna.address}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n`,
		body: `--b\nContent-Type: text/plain; charset=utf-8\n\nStraße, Façade 42\n--b\nContent-Type: application/pdf; name=grundriss.pdf\n\nx\n--b--` });
	for (const q of ["größe", "groesse", "GROSSE", "grö", "strasse", "Straße", "facade", "42", "käufer", "kaeufer juergen", "juergen@kunde.example", "grundriss", "wohnung strasse grundriss.pdf größe façade"]) {
		assert.ok((await search(clientAnna, { q: `${q} ${stamp}w` })).includes(subject), q);
	}
	for (const q of ["röße", "wohnungen", "4 2 3", "größe gibtesnicht", "%", "_", "\\"]) {
		assert.equal((await search(clientAnna, { q: `${q} ${stamp}w` })).includes(subject), /^[%_\\]$/.test(q), q);
	}
});

test("a period's days both belong to it, in the office's zone", async () => {
	const subject = await mail(anna.address);
	const zone = sql("SELECT timezone FROM setting")[0][0];
	const day = (offset) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(Number(idOf(subject)) / 1000 + offset * 86400e3);
	const within = (from, to) => search(clientAnna, { q: subject, from, to }).then((found) => found.length === 1);
	assert.equal(await within(day(0), day(0)), true);
	assert.equal(await within(day(-1), day(0)), true);
	assert.equal(await within(day(0), ""), true);
	assert.equal(await within("", day(0)), true);
	assert.equal(await within(day(1), day(2)), false);
	assert.equal(await within("", day(-1)), false);
	assert.equal(await within("1970-01-01", "9998-12-31"), true);
});

test("pages follow one another without a gap or a mail twice, newest first", async () => {
	const mark = `blatt${stamp}`;
	const smtp = await new Smtp().open();
	for (let i = 0; i < 103; i++) {
		assert.equal((await smtp.send(OUTSIDE, bert.address, `From: ${OUTSIDE}\nSubject: ${mark} ${i}\n\n`)).code, 250);
	}
	await smtp.quit();
	for (const filter of ["", `q=${mark}`, `mailbox=${bert.address}`, `participant=${OUTSIDE}`, `mailbox=${bert.address}&participant=${OUTSIDE}&q=${mark}`]) {
		const found = [];
		let page = await clientBert.get(`/journal?${filter}`);
		for (;;) {
			const subjects = subjectsOf(page);
			assert.ok(subjects.length <= 50);
			found.push(...subjects.filter((subject) => subject.startsWith(mark)));
			if (!next(page)) {
				break;
			}
			assert.ok(subjects.length === 50 || /Gesucht wurde bis/.test(textOf(page.text)));
			page = await clientBert.get(next(page));
			assert.ok(linksOf(page.text).some((link) => link.text === "Erste Seite"));
		}
		assert.deepEqual(found, Array.from({ length: 103 }, (_, i) => `${mark} ${102 - i}`), filter);
	}
});

test("the page of an entry: text as text, in readable order, nothing of it is markup", async () => {
	const subject = `<script>alert("1")</script> & 'x' ${stamp}`;
	await mail([anna.address, bert.address], { subject, from: `"<b>Böse</b>" <x@welt.example>`, headers: `To: ${anna.address}\nCc: "C, D" <${bert.address}>, e@welt.example\n`,
		body: "Zeile 1\n\n<img src=x onerror=alert(1)>\n\tEnde" });
	const id = sql("SELECT MAX(id) FROM journal_entry")[0][0];
	const page = await clientAnna.get(`/journal/${id}`);
	assert.equal(page.status, 200);
	assert.equal(headingOf(page.text), `E-Mail: ${subject}`);
	assert.match(titleOf(page.text), /^E-Mail: <script>/);
	assert.doesNotMatch(page.text, /<script|<img|<b>Böse/i);
	assert.match(page.text, /<pre>Zeile 1\n\n&lt;img/);
	const text = textOf(page.text);
	assert.match(text, new RegExp(`Von .*x@welt.example.* An ${anna.address} Cc C, D <${bert.address}> e@welt.example`));
	assert.equal(linksOf(page.text).find((link) => link.href.endsWith("/journal"))?.text, "Aktivitäten");
	const list = await clientAnna.get("/journal");
	assert.doesNotMatch(list.text, /<script/);
	assert.ok(subjectsOf(list).includes(subject));
});

test("odd mails: no subject, no From, no text; Poststelle's own without text", async () => {
	const smtp = await new Smtp().open();
	assert.equal((await smtp.send("", anna.address, "X-Nichts: 1\n\n")).code, 250);
	await smtp.quit();
	let page = await clientAnna.get(`/journal/${sql("SELECT MAX(id) FROM journal_entry")[0][0]}`);
	assert.equal(headingOf(page.text), "E-Mail: (ohne Betreff)");
	assert.match(textOf(page.text), /keinen Text/);
	const own = await new Smtp().open(ports.OWN_PORT, { from: HERE });
	const subject = subjectOf("eigene");
	assert.equal((await own.send(`poststelle@${env.DOMAIN}`, anna.address, `From: poststelle@${env.DOMAIN}\nTo: ${anna.address}\nSubject: ${subject}\n\nPasswort: geheim${stamp}`)).code, 250);
	await own.quit();
	page = await clientAnna.get(`/journal/${idOf(subject)}`);
	assert.match(textOf(page.text), /nicht aufbewahrt/);
	assert.ok(!page.text.includes(`geheim${stamp}`));
	assert.deepEqual(await search(clientAnna, { q: `geheim${stamp}` }), []);
});

test("two mails with one Message-ID are two entries; a forged one opens nothing", async () => {
	const headers = `Message-ID: <gleich.${stamp}@welt.example>\n`;
	await setVip(chef, true);
	const secret = await mail(chef.address, { headers });
	await setVip(chef, false);
	const open = await mail(bert.address, { headers: `${headers}In-Reply-To: <gleich.${stamp}@welt.example>\n` });
	assert.notEqual(idOf(secret), idOf(open));
	assert.equal(await sees(clientBert, secret), false);
	assert.equal(await sees(clientBert, open), true);
});

test("numbers in addresses are not consecutive", async () => {
	const [a, b] = [await mail(anna.address), await mail(anna.address)].map(idOf);
	assert.ok(BigInt(b) - BigInt(a) > 100n);
});

test("hostile input: a page, or a clear refusal", async () => {
	for (const [field, value] of [["q", "a".repeat(900)], ["q", "wort+".repeat(60)], ["mailbox", "x".repeat(900)], ["participant", "x".repeat(321)]]) {
		const page = await clientAll.get(`/journal?${field}=${value}`);
		assert.equal(page.status, 422, field);
		assert.match(errorsOf(page.text).byField[field], /zu lang/);
	}
	for (const query of ["q=%ff%fe", "q=%00", "q='%3B+DROP+TABLE+journal_entry%3B--", "after=-1", "after=99999999999999999999", "after=abc", "after=0",
		"q=a&q=b", "unbekannt=1", "from=&to=", "mailbox=&participant="]) {
		assert.equal((await clientAll.get(`/journal?${query}`)).status, 200, query);
	}
	for (const query of ["mailbox=%27%22%3C%3E", "mailbox=@", "mailbox=99999999999", "participant=@@", "participant=b%C3%BCro@b%C3%BCro.example"]) {
		const page = await clientAll.get(`/journal?${query}`);
		assert.equal(page.status, 422, query);
		assert.match(errorsOf(page.text).byField[query.split("=")[0]], /E-Mails.*, die Sie lesen dürfen/, query);
	}
	for (const [query, field] of [["from=2026-02-30", "from"], ["to=gestern", "to"], ["from=2026-13-01", "from"], ["from=2026-01-01'", "from"], ["to=10000-01-01", "to"], ["from=2026-05-02&to=2026-05-01", "to"]]) {
		const page = await clientAll.get(`/journal?${query}&q=bleibt`);
		assert.equal(page.status, 422, query);
		assert.ok(errorsOf(page.text).byField[field], query);
		assert.match(page.text, /value="bleibt"/, "what was typed is lost");
	}
	for (const id of ["0", "1", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "-1", "1e3", "x", "1%00", "%31"]) {
		assert.ok([400, 404].includes((await clientAll.get(`/journal/${id}`)).status), id);
	}
	assert.equal((await clientAll.request("POST", "/journal")).status, 405);
});

test("retention: the agent removes what is older, and the page knows it no more", async () => {
	const subject = await mail(anna.address);
	const id = idOf(subject);
	const old = BigInt(id) - 40n * 86400000000n;
	sql(`UPDATE assignment SET assigned_at = 1 WHERE mailbox_id = ${anna.id} AND removed_at = 0;
		${["text", "party", "mailbox", "attachment", "reader"].map((table) => `UPDATE journal_${table} SET entry_id = ${old} WHERE entry_id = ${id}`).join("; ")};
		UPDATE journal_entry SET id = ${old} WHERE id = ${id}`);
	assert.equal((await clientAnna.get(`/journal/${old}`)).status, 200);
	const page = await admin.get("/settings/other");
	await admin.save(page, "/settings/other", { journal_keep_days: "30" });
	for (const end = Date.now() + 20000; Date.now() < end && (await clientAnna.get(`/journal/${old}`)).status === 200;) {
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	assert.equal((await clientAnna.get(`/journal/${old}`)).status, 404);
	assert.equal(sql(`SELECT COUNT(*) FROM journal_reader WHERE entry_id = ${old}`)[0][0], "0");
	await admin.save(await admin.get("/settings/other"), "/settings/other", { journal_keep_days: "0" });
	assert.equal(await sees(clientAnna, subject), false);
});
