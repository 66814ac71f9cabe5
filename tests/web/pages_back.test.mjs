// Every list that has pages: forth to the last and back by the links, each page the same both ways; and
// back to it from what it holds.
import test from "node:test";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminClient } from "./lib/client.mjs";
import { elements, linksOf, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { newUsers, sessionsOf } from "./lib/people.mjs";
import { DIR, cli, until } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const FORTH = 4; // pages that are read at most
const href = (page, name) => linksOf(page.text).find(({ text }) => text === name)?.href;
const next = (page) => href(page, "Nächste Seite") ?? href(page, "Weitersuchen");
// The rows of the table that the links lead through.
const rowsOf = ({ text }) => elements(elements(text, "tbody")[0]?.inner ?? "", "tr").map(({ text: row }) => row.replace(/\s+/g, " "));

async function forthAndBack(client, path) {
	const first = await client.get(path);
	assert.equal(first.status, 200, `${path}: ${textOf(first.text)}`);
	assert.equal(href(first, "Vorige Seite"), undefined, path);
	const pages = [first];
	while (next(pages.at(-1)) && pages.length < FORTH) {
		pages.push(await client.get(next(pages.at(-1))));
	}
	assert.ok(pages.length > 1, `${path} has one page`);
	const forth = pages.map(rowsOf);
	// Two changes may well read alike.
	if (!path.startsWith("/changes")) {
		assert.equal(new Set(forth.flat()).size, forth.flat().length, `${path}: a row twice`);
	}
	let page = pages.at(-1);
	for (let i = pages.length - 2; i >= 0; i--) {
		page = await client.get(href(page, "Vorige Seite"));
		assert.equal(page.status, 200);
		assert.deepEqual(rowsOf(page), forth[i], `${path}, page ${i + 1}`);
		assert.ok(next(page), `${path}, page ${i + 1} leads on`);
	}
	assert.equal(href(page, "Vorige Seite"), undefined, `${path}: before the first page`);
	assert.deepEqual(rowsOf(await client.get(next(page))), forth[1]);
}

// Where the breadcrumbs of a page lead, the names of the lists aside.
const crumbs = (page) => linksOf(/<nav class="crumbs"[\s\S]*?<\/nav>/.exec(page.text)[0]).map((link) => link.href);

// From a page of a list to one of its rows, whose breadcrumb leads to that page.
async function leadsBack(client, path, row) {
	const page = await client.get(path);
	assert.equal(page.status, 200, `${path}: ${textOf(page.text)}`);
	const one = await client.get(linksOf(page.text).find((link) => row.test(link.href)).href);
	assert.equal(one.status, 200);
	const back = crumbs(one).find((link) => link.endsWith(path));
	assert.ok(back, `${path}: ${crumbs(one)}`);
	// It is told from the main area, which leads to the list as a whole.
	assert.equal(/\(wie zuletzt\)<\/a>/.test(one.text), !/^(\/\w+)*\/(mailboxes|lists)\b/.test(path), path);
	assert.ok(!page.text.includes("(wie zuletzt)"), path);
	assert.deepEqual(rowsOf(await client.get(back)), rowsOf(page));
	return one.path;
}

test("what is in a list leads back to it as it was left, each to its own; the main areas to it as a whole", async () => {
	const places = [["/mailboxes?state=active&sort=name", /\/mailboxes\/\d+$/], [`/journal?participant=${env.DOMAIN}`, /\/journal\/\d+$/], ["/users?q=a", /\/users\/\d+$/]];
	const rows = [];
	for (const [path, row] of places) {
		await leadsBack(admin, path, row);
		rows.push(await leadsBack(admin, next(await admin.get(path)) ?? path, row));
	}
	await leadsBack(admin, "/users?q=a", /\/users\/\d+$/);
	// One list's filter changes nothing of another's; what can't be used is no place.
	await admin.get(places[0][0]);
	assert.equal((await admin.get(`/users?q=${"x".repeat(201)}`)).status, 422);
	assert.equal((await admin.get("/journal?from=gestern")).status, 422);
	assert.ok(crumbs(await admin.get(rows[2])).some((link) => link.endsWith("/users?q=a")));
	assert.ok(crumbs(await admin.get(rows[1])).some((link) => link.includes(`/journal?participant=${env.DOMAIN}`)));
	assert.ok(crumbs(await admin.get(`${rows[2]}/leave`)).some((link) => link.endsWith("/users?q=a")));
	for (const [i, [path]] of places.entries()) {
		const whole = path.replace(/\?.*/, "");
		await admin.get(whole);
		assert.ok(crumbs(await admin.get(rows[i])).some((link) => link.endsWith(whole)), whole);
	}
});

test("where somebody was in a list isn't told to another who signs in, nor after the sign-out; a cookie leads to no other list", async () => {
	const [one, other] = sessionsOf(newUsers(["all", "all"]));
	const row = await leadsBack(one, `/journal?participant=${env.DOMAIN}`, /\/journal\/\d+$/);
	const place = one.cookies.poststelle_journal;
	const asked = (client, cookie) => client.request("GET", row, { headers: { cookie: `poststelle_session=${client.cookies.poststelle_session}; poststelle_journal=${cookie}` } });
	const leads = async (client, cookie) => crumbs(await asked(client, cookie)).some((link) => link.includes("?"));
	assert.equal(await leads(one, place), true);
	assert.equal(await leads(other, place), false);
	for (const bad of ["", place.replace(/\..*/, "."), `${place}"`, `${place}/x`, place + "a".repeat(1500), `x${place}`]) {
		assert.equal(await leads(one, bad), false, bad);
	}
	// What is longer than a browser should carry is the list as a whole, not where it was before.
	const long = new URLSearchParams({ q: "ä".repeat(100), mailbox: "ü".repeat(160), participant: env.DOMAIN });
	await one.get(`/journal?${long}`);
	assert.ok((one.cookies.poststelle_journal ?? "").length < 1600);
	await one.get(`/journal?participant=${env.DOMAIN}`);
	await one.post("/logout", { csrf: await one.token() });
	assert.equal(one.cookies.poststelle_journal, undefined);
});

test("journal, change log, mailboxes: with and without a filter", async () => {
	for (const path of ["/mailboxes", "/journal", `/journal?participant=${env.DOMAIN}`, "/changes", "/changes?kind=assignment", `/changes?user=${env.ADMIN_LOGIN}`]) {
		await forthAndBack(admin, path);
	}
});

test("what is no cursor, or of a row that isn't there, is the first page", async () => {
	for (const path of ["/journal", "/changes", "/users", "/lists", "/my"]) {
		const first = rowsOf(await admin.get(path));
		for (const before of ["x", "9223372036854775807", "%ff", "zzzz"]) {
			const page = await admin.get(`${path}?before=${before}`);
			assert.equal(page.status, 200, `${path}?before=${before}`);
			assert.equal(href(page, "Vorige Seite"), undefined);
			if (path !== "/lists" && path !== "/my") {
				assert.deepEqual(rowsOf(page), first);
			}
		}
	}
});

test("lists for distribution", async (t) => {
	const made = [];
	t.after(async () => {
		for (const path of made) {
			await admin.save(await admin.get(path), `${path}/delete`);
		}
	});
	for (let i = 0; i < 52; i++) {
		const page = await admin.save(await admin.get("/lists"), "/lists", { address: `blatt${i}.${stamp}@${env.DOMAIN}` });
		assert.equal(page.status, 200, textOf(page.text));
		made.push(page.path);
	}
	await forthAndBack(admin, "/lists");
	const second = next(await admin.get("/lists"));
	await leadsBack(admin, second, /\/lists\/\d+$/);
	// Who deletes one is where the list was.
	const last = made.pop();
	await admin.get(second);
	assert.ok((await admin.save(await admin.get(last), `${last}/delete`)).path.endsWith(second));
});

test("a person's mailboxes, on the own page and on the administrator's; what is done to many", async () => {
	const page = await admin.save(await admin.get("/users/new"), "/users/new", { login: `viel.${stamp}`, name: "Frau Viel", contact_email: `viel.${stamp}@kontakt.example` });
	assert.equal(page.status, 200, textOf(page.text));
	const id = page.path.split("/").pop();
	const file = join(DIR, `seiten-${stamp}.csv`);
	writeFileSync(file, `address;users\n${Array.from({ length: 105 }, (_, i) => `seite${i}.${stamp}@${env.DOMAIN};viel.${stamp}`).join("\n")}\n`);
	cli("import", "csv", file);
	writeFileSync(file, `address;users;user_names;user_emails\n${Array.from({ length: 105 }, (_, i) => `seite.mit${i}.${stamp}@${env.DOMAIN};seite${i}.${stamp};Seite ${i};seite${i}.${stamp}@kontakt.example`).join("\n")}\n`);
	cli("import", "csv", file);
	await forthAndBack(admin, "/users");
	await forthAndBack(admin, `/users?q=${stamp}`);
	await forthAndBack(admin, `/users?q=seite+${stamp}`);
	await forthAndBack(sessionsOf([id])[0], "/my");
	await forthAndBack(admin, `/users/${id}`);
	// Nothing of it is to be done, so all are in the list of those that are left; then they go.
	const same = await admin.submit(await admin.get(`/mailboxes?q=${stamp}`), "/mailboxes/bulk", { all: "1", action: "activate" });
	assert.match(textOf(same.text), /ist schon so/);
	const seen = await admin.submit(await admin.get(`/mailboxes?q=seite+${stamp}`), "/mailboxes/bulk", { all: "1", action: "delete" });
	const begun = await admin.save({ ...seen, path: "/mailboxes/bulk" }, "/mailboxes/bulk");
	const path = begun.path.replace(/\?.*/, "");
	await until(60000, () => admin.get(path), ({ headers }) => headers.get("refresh") === null, 1);
	await forthAndBack(admin, `${path}?rows=done`);
});
