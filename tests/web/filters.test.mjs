// The filters of the journal and the change log: names, parts of addresses, numbers and a period;
// several that a name fits; what is unknown, and to whom. What leads there, what a mailbox is for, and
// what needs a look.
import test from "node:test";
import assert from "node:assert/strict";
import { alias, mailbox, stamp } from "../mail/lib/box.mjs";
import { adminClient } from "./lib/client.mjs";
import { elements, errorsOf, formsOf, linksOf, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { Smtp } from "./lib/mail.mjs";
import { assign, newUsers, sessionsOf, unassign } from "./lib/people.mjs";
import { sql } from "./lib/stack.mjs";

// A name of letters alone that nobody else has.
const own = `q${[...stamp].map((c) => String.fromCharCode(97 + (c.charCodeAt(0) % 26))).join("")}`;
const admin = await adminClient();
const [left, right, vip, far] = ["links", "rechts", "vip", "fern"].map((name) => mailbox(`${own}${name}`));
const other = alias(left, `anders${own}`);
const [ofBoth, ofAll, ofNobody] = newUsers(["own", "all", "none"]);
const [both, all, nobody] = sessionsOf([ofBoth, ofAll, ofNobody]);
assign(left.id, ofBoth);
assign(right.id, ofBoth);

async function send(box, { name = "", from = `gast.${own}@welt.example` } = {}) {
	const smtp = await new Smtp().open();
	const subject = `${own} ${box.address.split(".")[0]} ${Math.random()}`;
	const answer = await smtp.send(from, box.address, `From: ${name} <${from}>\nTo: ${box.address}\nSubject: ${subject}\n\nText`);
	assert.equal(answer.code, 250, answer.text);
	await smtp.quit();
	return subject;
}
async function setVip(box, on) {
	const path = `/mailboxes/${box.id}`;
	assert.equal((await admin.submit(await admin.get(path), path, { vip: on ? "1" : undefined })).status, 303);
}
await setVip(vip, true);
const toLeft = await send(left, { name: "Grete Gräfin" });
const toRight = await send(right);
const toVip = await send(vip, { from: `heimlich.${own}@welt.example` });
const toFar = await send(far);

const ask = (client, path, query) => client.get(`${path}?${new URLSearchParams(query)}`);
// The subjects that a journal page shows, of this test; the last words of a link are the time.
const shown = (page) => elements(page.text, "th").filter((cell) => cell.attributes.scope === "row")
	.map((cell) => cell.text.replace(/ \d+\.\d+\.\d{4}, [\d:,]+$/, "")).filter((subject) => subject.startsWith(own));
const finds = async (client, query, ...subjects) => {
	const page = await ask(client, "/journal", query);
	assert.equal(page.status, 200, `${JSON.stringify(query)}: ${textOf(page.text)}`);
	assert.deepEqual(shown(page).sort(), subjects.sort(), JSON.stringify(query));
	return page;
};
const refuses = async (client, path, query, field, words) => {
	const page = await ask(client, path, query);
	assert.equal(page.status, 422, JSON.stringify(query));
	assert.match(errorsOf(page.text).byField[field], words, JSON.stringify(query));
	assert.match(page.text, new RegExp(`value="${query[field].replace(/[+.]/g, "\\$&")}"`), "what was typed is kept");
	return page;
};
const choices = (page) => linksOf(/<nav class="row" aria-labelledby="choices"[\s\S]*?<\/nav>/.exec(page.text)?.[0] ?? "");

test("journal: a mailbox by address, alias, extension, number, name and part", async () => {
	await admin.submit(await admin.get(`/mailboxes/${left.id}`), `/mailboxes/${left.id}`, { email_name: `Größe ${own}haus` });
	for (const client of [admin, both]) {
		for (const typed of [left.address, left.address.toUpperCase(), other, left.address.replace("@", "+mehr@"), left.id,
			`${own}links`, `groesse ${own}`, `${own}HAUS`, `${own}links.${stamp}@`]) {
			await finds(client, { mailbox: typed }, toLeft);
		}
	}
	await finds(both, { mailbox: left.id, participant: `gast.${own}@welt.example` }, toLeft);
});

test("journal: a name that fits several shows the mails of all, and leads to each", async () => {
	for (const [client, subjects] of [[both, [toLeft, toRight]], [admin, [toLeft, toRight, toFar]]]) {
		const page = await finds(client, { mailbox: own, q: own }, ...subjects);
		const links = choices(page);
		assert.ok(links.length >= 2);
		const one = links.find(({ text }) => text === right.address);
		assert.deepEqual(shown(await client.get(one.href)), [toRight]);
		assert.match(one.href, /[?&]q=/, "the rest of the filter stays");
	}
});

test("journal: participants by a part of an address or a name, in what may be read", async () => {
	for (const [client, subjects] of [[both, [toLeft, toRight]], [admin, [toLeft, toRight, toFar]], [all, [toLeft, toRight, toFar]]]) {
		await finds(client, { participant: `gast.${own}`, q: own }, ...subjects);
		await finds(client, { participant: "@welt.example", q: own }, ...subjects);
		await finds(client, { participant: "graefin", q: own }, toLeft);
		await finds(client, { participant: "Gräf grete", q: own, mailbox: left.address }, toLeft);
	}
	// The words of one address, not of two.
	await refuses(both, "/journal", { participant: `grete ${own}links` }, "participant", /Weder/);
	const page = await finds(both, { participant: own, q: own }, toLeft, toRight);
	assert.ok(choices(page).some(({ text }) => text === left.address) && choices(page).some(({ text }) => text === `gast.${own}@welt.example`));
});

test("journal: what somebody may not know is as unknown as what isn't there", async () => {
	const said = (page) => page.text.replace(/name="csrf" value="[^"]*"/g, "").replace(/<input type="(search|text)"[^>]*>/g, "");
	const missing = `fehlt${own}.${stamp}@${env.DOMAIN}`;
	for (const client of [both, all, nobody]) {
		const unknown = said(await refuses(client, "/journal", { mailbox: missing }, "mailbox", /Ihnen zugeordnet ist oder war/));
		for (const typed of [vip.address, vip.id, "4000000000"]) {
			assert.equal(said(await refuses(client, "/journal", { mailbox: typed }, "mailbox", /Ihnen zugeordnet/)), unknown, typed);
		}
		const stranger = said(await refuses(client, "/journal", { participant: `fehlt.${own}@welt.example` }, "participant", /Weder Name noch Adresse/));
		for (const typed of [vip.address, `heimlich.${own}@welt.example`]) {
			assert.equal(said(await refuses(client, "/journal", { participant: typed }, "participant", /Weder/)), stranger, typed);
		}
	}
	// Whose mails are few enough is told it at once of a part, too.
	for (const typed of [`${own}vip`, `${own}fern`, `heimlich.${own}`, "%", "@"]) {
		await refuses(both, "/journal", { mailbox: typed }, "mailbox", /Ihnen zugeordnet/);
		await refuses(both, "/journal", { participant: typed }, "participant", /Weder/);
	}
	for (const typed of [`${own}links`, own]) {
		await refuses(nobody, "/journal", { mailbox: typed }, "mailbox", /Ihnen zugeordnet/);
	}
	// Parts find nothing hidden, and offer nothing hidden.
	const parts = await finds(all, { mailbox: own, q: own }, toLeft, toRight, toFar);
	assert.ok(!parts.text.includes(vip.address) && choices(parts).length >= 3);
	assert.ok(!(await finds(all, { participant: own, q: own }, toLeft, toRight, toFar)).text.includes("heimlich"));
	// Administrators know that it is there, and still read nothing of it.
	await finds(admin, { mailbox: vip.address });
	assert.ok(choices(await ask(admin, "/journal", { mailbox: own })).some(({ text }) => text === vip.address));
	await refuses(admin, "/journal", { mailbox: missing }, "mailbox", /Dieses Postfach gibt es nicht/);
	assert.ok(toVip);
});

test("journal: assigned once is known for ever, with or without a mail; a filter that is known finds nothing by other words", async () => {
	const quiet = mailbox(`${own}still`);
	await refuses(both, "/journal", { mailbox: quiet.address }, "mailbox", /zugeordnet/);
	assign(quiet.id, ofBoth);
	unassign(quiet.id, ofBoth);
	await finds(both, { mailbox: quiet.address });
	await finds(both, { mailbox: `${own}still` });
	await finds(both, { mailbox: left.address, q: "gibtesnicht" });
	await finds(both, { participant: "graefin", q: "gibtesnicht" });
	await finds(both, { participant: "graefin", to: "1.1.2001" });
});

test("journal: more mailboxes than are shown at once are offered, not cut off silently", async () => {
	for (let i = 0; i < 11; i++) {
		mailbox(`viele${own}${String.fromCharCode(97 + i)}`);
	}
	for (const path of ["/journal", "/changes"]) {
		const page = await refuses(admin, path, { mailbox: `viele${own}` }, "mailbox", /mehr als 10/);
		assert.equal(choices(page).length, 10);
	}
});

// The rows of the change log: [who, on what, what].
const rowsOf = (page) => [...page.text.matchAll(/<tr><td>[\s\S]*?<\/tr>/g)].map(([row]) => {
	const cells = elements(row, "td").map(({ text }) => text);
	return [cells[1], elements(row, "th")[0].text, cells[2]];
});

test("changes: mailbox and user by name or part, kind and period", async () => {
	const of = async (query) => {
		const page = await ask(admin, "/changes", query);
		assert.equal(page.status, 200, `${JSON.stringify(query)}: ${textOf(page.text)}`);
		return rowsOf(page);
	};
	for (const typed of [left.address, other, left.id, `${own}links`, `größe ${own}`]) {
		const rows = await of({ mailbox: typed });
		assert.ok(rows.length > 0 && rows.every(([, subject]) => subject === left.address), typed);
		assert.ok(rows.some(([, , what]) => what === "Postfach geändert: E-Mail-Name"), typed);
	}
	const several = await ask(admin, "/changes", { mailbox: own });
	assert.ok(new Set(rowsOf(several).map(([, subject]) => subject)).size >= 2);
	assert.ok(rowsOf(await admin.get(choices(several).find(({ text }) => text === right.address).href)).every(([, subject]) => subject === right.address));
	// Whose name it is, or whose log-in.
	const [[login, name]] = sql(`SELECT login, name FROM user WHERE login = '${env.ADMIN_LOGIN}'`);
	for (const typed of [login, login.toUpperCase(), name, name.slice(0, 4)]) {
		const rows = await of({ user: typed, mailbox: left.address });
		assert.ok(rows.length > 0 && rows.every(([who]) => who.includes(login)), typed);
	}
	for (const kind of ["mailbox", "setting", "password"]) {
		const words = { mailbox: /^Postfach/, setting: /^Einstellung/, password: /Passwort/ }[kind];
		assert.ok((await of({ kind })).every(([, , what]) => words.test(what)), kind);
	}
	assert.ok((await of({ kind: "mailbox", mailbox: left.address })).length > 0);
	assert.deepEqual(await of({ kind: "domain", mailbox: left.address }), []);
	const day = (offset) => new Intl.DateTimeFormat("de-DE", { timeZone: sql("SELECT timezone FROM setting")[0][0] }).format(Date.now() + offset * 86400e3);
	const within = async (from, to) => (await of({ mailbox: left.address, from, to })).length > 0;
	assert.deepEqual([await within(day(-1), day(1)), await within(day(-1), ""), await within("", day(1)), await within(day(1), day(2)), await within("", day(-2))],
		[true, true, true, false, false]);
	for (const [query, field, words] of [[{ mailbox: `fehlt${own}` }, "mailbox", /gibt es nicht/], [{ user: `fehlt${own}` }, "user", /Keinen Benutzer gefunden/],
		[{ mailbox: `${own}links@${env.DOMAIN}` }, "mailbox", /gibt es nicht/], [{ from: "31.2.2026" }, "from", /ersten Tag gibt es nicht/]]) {
		await refuses(admin, "/changes", query, field, words);
	}
	await refuses(admin, "/changes", { from: "2026-05-02", to: "2026-05-01" }, "to", /vor dem ersten/);
});

test("a mailbox says what it is for: kept, found by its words, shown in the list, in a conflict, too long refused", async () => {
	const path = `/mailboxes/${far.id}`;
	const first = await admin.get(path);
	await admin.save(await admin.get(path), path, { note: `  Vermietung Übersee${own}  ` });
	assert.match((await admin.get(path)).text, new RegExp(`name="note" value="Vermietung Übersee${own}"`));
	const list = async (words) => (await admin.get(`/mailboxes?q=${encodeURIComponent(words)}`)).text;
	for (const words of [`uebersee${own}`, `Über vermietung ${own}fern`]) {
		assert.match(await list(words), new RegExp(`${far.address}[\\s\\S]*<small>Vermietung Übersee${own}</small>`), words);
	}
	// A script that doesn't know the note leaves it.
	const { note, ...rest } = formsOf((await admin.get(path)).text).find(({ action }) => action.endsWith(path)).fields;
	assert.equal((await admin.post(path, rest)).status, 303);
	assert.ok((await admin.get(path)).text.includes(note));
	// Somebody else's note follows; the own one is kept.
	const conflict = await admin.submit(first, path, { note: "Meiner" });
	assert.equal(conflict.status, 409);
	assert.match(textOf(conflict.text), new RegExp(`Zweck .*Vermietung Übersee${own}.*Meiner`));
	const long = await admin.submit(await admin.get(path), path, { note: "ä".repeat(256), quota_mb: "-1" });
	assert.equal(long.status, 422);
	assert.deepEqual(Object.keys(errorsOf(long.text).byField).sort(), ["note", "quota_mb"]);
	await admin.save(await admin.get(path), path, { note: "" });
	assert.ok(!(await list(`uebersee${own}`)).includes(far.address));
});

test("a mailbox's page leads to its mails and its changes, a deleted one's as well; a user's page to what concerns the user", async () => {
	const leads = async (page, text, words) => {
		const { href } = linksOf(page.text).find((link) => link.text === text);
		const there = await admin.get(href);
		assert.equal(there.status, 200);
		assert.match(textOf(there.text), words);
	};
	for (const deleted of [false, true]) {
		const page = await admin.get(`/mailboxes/${far.id}`);
		await leads(page, "E-Mails dieses Postfachs", new RegExp(`${own} ${own}fern`));
		await leads(page, "Was an diesem Postfach geändert wurde", /Postfach geändert: Zweck/);
		if (!deleted) {
			await admin.submit(await admin.get(`/mailboxes/${far.id}/delete`), "/delete");
		}
	}
	await admin.submit(await admin.get(`/mailboxes/${far.id}`), "/restore");
	await leads(await both.get(`/mailboxes/${left.id}/access`), "E-Mails dieses Postfachs", new RegExp(`${own} ${own}links`));
	const [[id, login]] = sql(`SELECT id, login FROM user WHERE login = '${env.ADMIN_LOGIN}'`);
	const user = await admin.get(`/users/${id}`);
	await leads(user, "Was dieser Benutzer geändert hat", /Postfach geändert: Zweck/);
	assert.ok(linksOf(user.text).some((link) => link.href.endsWith(`/changes?q=${login}`)));
});

test("what needs a look is above the whole list, counted, each with a link to just those", async () => {
	const known = mailbox(`${own}bekannt`);
	const full = mailbox(`${own}voll`);
	const ending = mailbox(`${own}bald`);
	const line = (page, words) => linksOf(/<nav class="note row"[\s\S]*?<\/nav>/.exec(page.text)?.[0] ?? "").find(({ text }) => text.startsWith(words));
	const number = (page, words) => Number(line(page, words)?.text.replace(/.*: /, "") ?? 0);
	const before = await admin.get("/mailboxes");
	const path = `/mailboxes/${known.id}/assignments`;
	await admin.save(await admin.get(path), "/assignments", { user_id: ofBoth });
	await both.submit(await both.get(`/mailboxes/${known.id}/access`), "/access/password");
	await admin.submit(await admin.get(path), "/end", {});
	await admin.save(await admin.get(`/mailboxes/${full.id}`), `/mailboxes/${full.id}`, { quota_mb: "1" });
	sql(`UPDATE mailbox_usage SET bytes = 1000000 WHERE username = '${full.address}'`);
	await admin.submit(await admin.get(`/mailboxes/${ending.id}/delete`), "/delete");
	sql(`UPDATE mailbox SET deleted_at = deleted_at - 24 * 86400000000 WHERE id = ${ending.id}`);
	const after = await admin.get("/mailboxes");
	for (const [words, address] of [["Passwort früheren", known.address], ["Niemand zugeordnet", full.address], ["Fast voll", full.address], ["Gelöscht, bald", ending.address]]) {
		assert.equal(number(after, words), number(before, words) + (words.startsWith("Niemand") ? -1 : 1), words);
		assert.match((await admin.get(`${line(after, words).href}&q=${address.split("@")[0]}`)).text, new RegExp(address.split("@")[0]), words);
		const [, found] = /, (\d+) gefunden/.exec(textOf((await admin.get(line(after, words).href)).text));
		const counted = number(after, words); // not a number: more than 20
		assert.ok(Number.isNaN(counted) ? Number(found) > 20 : Number(found) === counted, `${words}: ${counted} are counted, the list has ${found}`);
	}
	for (const query of ["q=a", "state=active", "domain=1"]) {
		assert.equal(line(await admin.get(`/mailboxes?${query}`), "Niemand"), undefined, query);
	}
	sql(`UPDATE mailbox SET deleted_at = deleted_at + 24 * 86400000000 WHERE id = ${ending.id}; UPDATE mailbox_usage SET bytes = 0 WHERE username = '${full.address}'`);
	await admin.submit(await admin.get(`/mailboxes/${ending.id}`), "/restore");
});

test("journal and change log: a wrong day and an unknown name are told at once", async () => {
	for (const [path, names] of [["/journal", ["mailbox", "participant"]], ["/changes", ["mailbox", "user"]]]) {
		const query = new URLSearchParams({ from: "gestern", ...Object.fromEntries(names.map((name) => [name, `niemand.${own}@welt.example`])) });
		const page = await admin.get(`${path}?${query}`);
		assert.equal(page.status, 422, path);
		assert.deepEqual(Object.keys(errorsOf(page.text).byField).sort(), ["from", ...names].sort(), path);
	}
});
