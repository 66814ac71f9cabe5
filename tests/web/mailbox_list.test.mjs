// The mailbox list: filters by user, nobody, known passwords, nearly full and soon removed, alone and together; how
// many there are; the page before; inactive domains; further addresses; the way back from a mailbox.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient, Client } from "./lib/client.mjs";
import { assertFound } from "./lib/found.mjs";
import { elements, errorsOf, formsOf, linksOf, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();

async function newMailbox(local, domain) {
	const form = await admin.get("/mailboxes/new");
	const domain_id = elements(form.text, "option").find(({ text }) => text === (domain ?? env.DOMAIN)).attributes.value;
	const page = await admin.save(form, "/mailboxes", { local_part: `${local}.${stamp}`, domain_id });
	assert.equal(page.status, 200, textOf(page.text));
	const id = Number(page.path.split("/").pop());
	return { address: sql(`SELECT address FROM mailbox WHERE id = ${id}`)[0][0], path: page.path, id };
}
async function newUser(login, name) {
	const page = await admin.save(await admin.get("/users/new"), "/users/new", { login: `${login}.${stamp}`, name, contact_email: `${login}.${stamp}@kontakt.example` });
	assert.equal(page.status, 200, textOf(page.text));
	return { path: page.path, id: Number(page.path.split("/").pop()) };
}
const assign = async (box, user) => admin.save(await admin.get(`${box.path}/assignments`), `${box.path}/assignments`, { user_id: user.id });
const list = (query) => admin.get(`/mailboxes?${new URLSearchParams(query)}`);
const idsOf = (page) => elements(page.text, "input").filter(({ attributes }) => attributes.name === "mailbox").map(({ attributes }) => Number(attributes.value));
const captionOf = (page) => elements(page.text, "caption")[0]?.text ?? "";
const found = async (query) => idsOf(await list({ q: stamp, ...query })).sort((a, b) => a - b);

const user = await newUser("liste", `Liste ${stamp}`);
const other = await newUser("leistung", `Liste ${stamp} Zweite`);
const free = await newMailbox("frei");
const assigned = await newMailbox("zugeordnet");
const left = await newMailbox("verlassen");
const full = await newMailbox("voll");

test("nobody, known and nearly full: found by state, shown in the row, the same in the table to download", async () => {
	for (const box of [assigned, left]) {
		await assign(box, user);
	}
	await admin.post(`${left.path}/assignments/${user.id}/end`, { csrf: await admin.token() });
	await admin.save(await admin.get(full.path), full.path, { quota_mb: "1" });
	sql(`UPDATE mailbox_usage SET bytes = 943718 WHERE username = '${full.address}'`);
	assert.deepEqual(await found({ state: "full" }), []);
	sql(`UPDATE mailbox_usage SET bytes = 943719 WHERE username = '${full.address}'`);
	assert.deepEqual(await found({ state: "full" }), [full.id]);
	assert.deepEqual(await found({ state: "unassigned" }), [free.id, left.id, full.id]);
	assert.deepEqual(await found({ state: "known" }), [left.id]);
	assert.deepEqual(await found({}), [free.id, assigned.id, left.id, full.id]);
	assert.match(captionOf(await list({ q: stamp, state: "unassigned" })), /niemand zugeordnet ist.*, 3 gefunden/);
	const row = (await list({ q: stamp, state: "full" })).text;
	assert.equal(elements(row, "meter")[0].attributes.value, "90");
	assert.match(textOf(row), /922\sKB von 1\sMB/);
	for (const [state, box] of [["full", full], ["known", left]]) {
		const table = (await admin.get(`/mailboxes.csv?q=${stamp}&state=${state}`)).text.trim().split("\r\n");
		assert.equal(table.length, 2);
		assert.ok(table[1].startsWith(`${box.address};`));
	}
	// The limit goes: nothing is nearly full any more; it comes back higher.
	await admin.save(await admin.get(full.path), full.path, { quota_mb: "2" });
	assert.deepEqual(await found({ state: "full" }), []);
	await admin.save(await admin.get(full.path), full.path, { quota_mb: "1" });
	assert.deepEqual(await found({ state: "full" }), [full.id]);
});

test("soon removed for good: of the deleted ones those whose days end, each row says its last; the table and all at once hold the same", async () => {
	const day = (at) => new Date(at).toLocaleDateString("de-DE", { timeZone: "Europe/Berlin", day: "numeric", month: "numeric", year: "numeric" });
	const [soon, later] = [await newMailbox("endet"), await newMailbox("bleibtnoch")];
	const days = new Map([[soon, 24], [later, 21]]);
	for (const [box, ago] of days) {
		await admin.save(await admin.get(`${box.path}/delete`), "/delete");
		sql(`UPDATE mailbox SET deleted_at = deleted_at - ${ago} * 86400000000 WHERE id = ${box.id}`);
	}
	assert.deepEqual(await found({ state: "deleted" }), [soon.id, later.id]);
	assert.deepEqual(await found({ state: "ending" }), [soon.id]);
	assert.deepEqual(await found({ state: "ending", domain: sql(`SELECT domain_id FROM mailbox WHERE id = ${soon.id}`)[0][0], sort: "name" }), [soon.id]);
	assert.ok(idsOf(await list({ state: "ending" })).includes(soon.id));
	const page = await list({ q: stamp, state: "ending" });
	assert.match(captionOf(page), /^Gelöschte Postfächer, die bald endgültig entfernt werden, .*, 1 gefunden/);
	const at = Number(sql(`SELECT deleted_at DIV 1000 FROM mailbox WHERE id = ${soon.id}`)[0][0]);
	assert.ok(textOf(page.text).includes(`gelöscht am ${day(at)}, wiederherstellbar bis ${day(at + 30 * 86400000)}`), textOf(page.text));
	const [, row, more] = (await admin.get(`/mailboxes.csv?q=${stamp}&state=ending`)).text.trim().split("\r\n");
	assert.ok(row.startsWith(`${soon.address};`));
	assert.equal(more, undefined);
	const seen = await admin.submit(page, "/mailboxes/bulk", { all: "1", action: "delete" });
	assert.match(textOf(seen.text), new RegExp(soon.address));
	assert.doesNotMatch(textOf(seen.text), new RegExp(later.address));
	for (const box of days.keys()) {
		await admin.submit(await admin.get(box.path), "/restore");
	}
	assert.deepEqual(await found({ state: "ending" }), []);
});

test("an assigned user: by number, log-in, or name; together with a state, a domain and words", async () => {
	assert.deepEqual(await found({ user: user.id }), [assigned.id]);
	assert.deepEqual(idsOf(await list({ user: `liste.${stamp}` })), [assigned.id]);
	const page = await list({ user: user.id });
	assert.match(captionOf(page), /zugeordnet: Liste .*, 1 gefunden/);
	const shown = elements(page.text, "input").find(({ attributes }) => attributes.id === "user").attributes.value;
	assert.equal(shown, `Liste ${stamp} (liste.${stamp})`);
	assert.deepEqual(idsOf(await list({ user: shown })), [assigned.id]);
	assert.deepEqual(await found({ user: user.id, state: "inactive" }), []);
	assert.deepEqual(await found({ user: user.id, state: "active", domain: sql(`SELECT domain_id FROM mailbox WHERE id = ${assigned.id}`)[0][0] }), [assigned.id]);
	assert.deepEqual(await found({ user: user.id, state: "known" }), []);
	assert.deepEqual(idsOf(await list({ user: other.id })), []);
	for (const [typed, words] of [["Gibtesnicht Garnicht", /Keinen Benutzer gefunden/], [`Liste ${stamp}`, /Mehrere Benutzer passen/], ["999999999", /Keinen Benutzer gefunden/]]) {
		const refused = await list({ user: typed });
		assert.equal(refused.status, 422);
		assert.match(JSON.stringify(errorsOf(refused.text)), words);
		assert.equal(elements(refused.text, "input").find(({ attributes }) => attributes.id === "user").attributes.value, typed);
	}
});

test("a user's name that fits several is a choice, with the rest of the filter", async () => {
	await assign(left, other);
	const refused = await list({ q: stamp, state: "active", user: `Liste ${stamp}`, sort: "-name" });
	assert.equal(refused.status, 422);
	assert.match(errorsOf(refused.text).byField.user, /Wählen Sie einen/);
	const links = linksOf(/<nav class="row" aria-labelledby="choices"[\s\S]*?<\/nav>/.exec(refused.text)?.[0] ?? "");
	assert.deepEqual(links.map(({ text }) => text).sort(), [`Liste ${stamp} (liste.${stamp})`, `Liste ${stamp} Zweite (leistung.${stamp})`]);
	for (const [i, box] of [[0, assigned], [1, left]]) {
		const { href } = links.find(({ text }) => text.includes(["(liste.", "(leistung."][i]));
		assert.match(href, new RegExp(`/mailboxes\\?q=${stamp}&state=active&user=\\d+&sort=-name$`));
		const page = await admin.get(href);
		assert.equal(page.status, 200);
		assert.deepEqual(idsOf(page), [box.id]);
	}
	// Nobody of that name: nobody to choose.
	assert.ok(!(await list({ user: "Gibtesnicht Garnicht" })).text.includes('id="choices"'));
	await admin.submit(await admin.get(`${left.path}/assignments`), `${left.path}/assignments/${other.id}/end`);
});

test("a filter that can't be used shows no list: the form with what was typed, and nothing to do to many", async () => {
	await list({ q: stamp });
	for (const [query, field] of [[{ q: `${stamp} `.repeat(40) }, "q"], [{ user: "Gibtesnicht Garnicht" }, "user"], [{ user: `Liste ${stamp}` }, "user"], [{ user: "u".repeat(601) }, "user"]]) {
		for (const path of ["/mailboxes", "/mailboxes.csv"]) {
			const page = await admin.get(`${path}?${new URLSearchParams({ ...query, state: "vip" })}`);
			const why = `${path} ${JSON.stringify(query)}`;
			assert.equal(page.status, 422, why);
			assert.deepEqual(Object.keys(errorsOf(page.text).byField), [field], why);
			assert.deepEqual(idsOf(page), [], why);
			assert.ok(!/<table|mailboxes\.csv|mailboxes\/bulk"|Kein Postfach|class="pager"/.test(page.text), why);
			const form = formsOf(page.text).find(({ method, action }) => method === "get" && action.endsWith("/mailboxes"));
			assert.equal(form.fields[field], query[field].trim(), why);
			assert.equal(form.fields.state, "vip", why);
			for (const next of ["/mailboxes/new", "/mailboxes/import", "/lists"]) {
				assert.ok(linksOf(page.text).some(({ href }) => href.endsWith(next)), `${why}: ${next}`);
			}
		}
	}
	// Nobody is offered with words that are too long.
	assert.ok(!(await list({ q: `${stamp} `.repeat(40), user: `Liste ${stamp}` })).text.includes('id="choices"'));
	// It is no place to lead back to.
	assert.ok(linksOf((await admin.get(free.path)).text).some(({ href }) => href.endsWith(`/mailboxes?q=${stamp}`)));
});

test("what is done with all that are found follows the filter; an unknown user is never everybody", async () => {
	const page = await list({ q: stamp, state: "known" });
	const seen = await admin.submit(page, "/mailboxes/bulk", { all: "1", action: "deactivate" });
	assert.equal(seen.status, 200);
	assert.match(textOf(seen.text), /inaktiv werden: 1/);
	const own = await admin.submit(await list({ user: user.id }), "/mailboxes/bulk", { all: "1", action: "deactivate" });
	assert.match(textOf(own.text), /inaktiv werden: 1/);
	assert.equal((await admin.submit(page, "/mailboxes/bulk", { all: "1", action: "deactivate", user: "Gibtesnicht Garnicht" })).status, 422);
	// Nor where the page that refuses it asks for more.
	for (const user of ["Gibtesnicht Garnicht", `Liste ${stamp}`]) {
		const asked = await admin.submit(page, "/mailboxes/bulk", { all: "1", action: "assign", user });
		assert.equal(asked.status, 422);
		const again = await admin.submit(asked, "/mailboxes/bulk", { user_id: other.id });
		assert.equal(again.status, 422, user);
	}
});

test("known follows deactivation, return and a new password", async () => {
	const box = await newMailbox("wechsel");
	await assign(box, other);
	const set = async (changes) => admin.save(await admin.get(other.path), other.path, changes);
	assert.deepEqual(await found({ q: `wechsel ${stamp}`, state: "known" }), []);
	await set({ active: undefined });
	assert.deepEqual(await found({ q: `wechsel ${stamp}`, state: "known" }), [box.id]);
	await set({ active: "1" });
	assert.deepEqual(await found({ q: `wechsel ${stamp}`, state: "known" }), []);
	await set({ active: undefined });
	await admin.save(await admin.get(`${box.path}/access/new-password`), "/new-password");
	assert.deepEqual(await found({ q: `wechsel ${stamp}`, state: "known" }), []);
});

test("a mailbox of an inactive domain counts as inactive, with any other filter, from the same moment", async () => {
	const name = `ruht-${stamp}.example`;
	const made = await admin.save(await admin.get("/domains"), "/domains", { name });
	assert.ok(made.status < 400, textOf(made.text));
	const box = await newMailbox("ruhend", name);
	const [[id]] = sql(`SELECT id FROM domain WHERE name = '${name}'`);
	const asks = [{ q: `ruhend ${stamp}` }, { q: `ruhend` }, { q: `ruh`, domain: id }, { q: "", domain: id }, { q: `ru ${stamp.slice(0, 2)}`, domain: id }];
	const where = async (state) => Promise.all(asks.map(async (ask) => (await found({ ...ask, state })).includes(box.id)));
	assert.deepEqual(await where("active"), asks.map(() => true));
	assert.deepEqual(await where("inactive"), asks.map(() => false));
	await admin.save(await admin.get(`/domains/${id}`), `/domains/${id}`, { active: undefined });
	assert.deepEqual(await where("active"), asks.map(() => false));
	assert.deepEqual(await where("inactive"), asks.map(() => true));
	assert.match(captionOf(await list({ domain: id, state: "inactive" })), /, 1 gefunden/);
	await admin.save(await admin.get(`/domains/${id}`), `/domains/${id}`, { active: "1" });
	assert.deepEqual(await where("active"), asks.map(() => true));
});

test("a further address is found in both spellings of its domain, and not when it is gone", async () => {
	const [[ascii, readable]] = sql("SELECT name, display_name FROM domain WHERE name LIKE 'xn--%' AND active = 1 ORDER BY id LIMIT 1");
	const added = await admin.save(await admin.get(free.path), `${free.path}/aliases`, { address: `zweitname.${stamp}@${readable}` });
	assert.equal(added.status, 200);
	for (const q of [`zweitname ${stamp}`, `zweitname.${stamp}@${readable}`, `zweitname.${stamp}@${ascii}`]) {
		assert.deepEqual(idsOf(await list({ q })), [free.id], q);
	}
	assert.deepEqual(idsOf(await list({ q: `zweitname ${stamp}`, state: "unassigned" })), [free.id]);
	const page = await admin.get(free.path);
	const [[alias]] = sql(`SELECT id FROM address WHERE mailbox_id = ${free.id} AND is_alias = 1`);
	await admin.save(page, `/aliases/${alias}/delete`);
	assert.deepEqual(idsOf(await list({ q: `zweitname ${stamp}` })), []);
});

test("after all of that the rows, marks and limits are those that are computed anew", () => {
	assertFound(stamp);
});

test("the page before is the same page, in every order", async () => {
	const href = (page, rel) => elements(page.text, "a").find(({ attributes }) => attributes.rel === rel)?.attributes.href;
	for (const query of [{}, { sort: "-address" }, { sort: "name" }, { sort: "-name" }, { sort: "storage" }, { sort: "-storage" }, { state: "active" }, { q: "a" }, { q: "w h" }, { state: "unassigned" }]) {
		const first = await list(query);
		assert.equal(href(first, "prev"), undefined);
		const second = await admin.get(href(first, "next"));
		const third = href(second, "next") && await admin.get(href(second, "next"));
		const back = await admin.get(href(second, "prev"));
		assert.deepEqual(idsOf(back), idsOf(first), JSON.stringify(query));
		assert.equal(href(back, "prev"), undefined);
		if (third) {
			assert.deepEqual(idsOf(await admin.get(href(third, "prev"))), idsOf(second), JSON.stringify(query));
		}
	}
});

test("the filter stays on the way to a mailbox and back, over the sign-in, and goes with the sign-out", async () => {
	const one = await adminClient();
	const query = `q=${stamp}&state=unassigned&sort=name`;
	const page = await one.get(`/mailboxes?${query}`);
	const hrefs = async (path) => linksOf((await one.get(path)).text).map(({ href }) => decodeURIComponent(href));
	const back = new RegExp(`/mailboxes\\?q=${stamp}&state=unassigned&sort=name$`);
	for (const path of [free.path, `${free.path}/access`, `${free.path}/assignments`]) {
		assert.ok((await hrefs(path)).some((href) => back.test(href)), path);
	}
	assert.ok(linksOf(page.text).some(({ href }) => href.endsWith("/mailboxes"))); // the list without it
	await one.get("/mailboxes");
	assert.ok(!(await hrefs(free.path)).some((href) => href.includes("state=unassigned")));
	await one.get(`/mailboxes?${query}`);
	await one.post("/logout", { csrf: await one.token() });
	assert.equal(one.cookies.poststelle_list, undefined);
	const nobody = new Client();
	const answer = await nobody.request("GET", `/mailboxes?${query}`);
	assert.equal(answer.status, 303);
	assert.match(decodeURIComponent(answer.location), back);
});

test("how many there are is told at once, by whichever worker", async () => {
	const there = async () => {
		const pages = await Promise.all(Array.from({ length: 16 }, () => admin.get("/mailboxes")));
		return [...new Set(pages.map((page) => /, ([\d.]+) gefunden/.exec(captionOf(page))[1].replaceAll(".", "")))].map(Number);
	};
	const [before] = await there();
	const box = await newMailbox("sofort");
	assert.deepEqual(await there(), [before + 1]);
	await admin.save(await admin.get(`${box.path}/delete`), "/delete");
	assert.deepEqual(await there(), [before]);
});
