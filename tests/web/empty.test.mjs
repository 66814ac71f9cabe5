// An office that has just been set up: every page says what to do first, in order, until there is a
// mailbox with a user; nothing was searched for, so nothing wasn't found.
import test from "node:test";
import assert from "node:assert/strict";
import { EmptyOffice } from "./lib/empty.mjs";
import { elements, linksOf, textOf } from "./lib/html.mjs";

const office = await new EmptyOffice().start();
const { admin } = office;
test.after(() => office.stop());
const main = (page) => /<main[\s\S]*<\/main>/.exec(page.text)[0];
const steps = (page) => elements(/<ol>[\s\S]*?<\/ol>/.exec(main(page))?.[0] ?? "", "li").map(({ inner }) => linksOf(inner)[0]?.href ?? "");
const pages = ["/my", "/mailboxes", "/mailboxes/new", "/journal", "/users", "/users/new", "/domains", "/changes", "/settings/other", "/extras", "/settings", "/account"];

test("every page is there, and says nothing of a search", async () => {
	for (const path of pages) {
		const page = await admin.get(path);
		assert.equal(page.status, 200, path);
		assert.doesNotMatch(textOf(main(page)), /gefunden|Gesucht|command line/, path);
	}
});

test("what to do first, in order, and what is done isn't said again", async () => {
	const all = ["/settings/other", "/domains", "/users/new", "/mailboxes/new", ""];
	for (const path of ["/my", "/mailboxes", "/mailboxes?q=x", "/mailboxes?state=inactive"]) {
		assert.deepEqual(steps(await admin.get(path)), all, path);
	}
	assert.doesNotMatch((await admin.get("/mailboxes")).text, /role="search"/, "there is nothing to search");
	const early = await admin.get("/mailboxes/new");
	assert.match(textOf(main(early)), /Fügen Sie zuerst/);
	assert.ok(linksOf(main(early)).some(({ href }) => href === "/domains"));
	assert.equal((await admin.save(await admin.get("/settings/other"), "/settings/other", { office_name: "Büro Köhler" })).status, 200);
	assert.deepEqual(steps(await admin.get("/my")), all.slice(1));
	assert.match(textOf(main(await admin.get("/domains"))), /Noch keine Domain\. Fügen Sie/);
	assert.equal((await admin.save(await admin.get("/domains"), "/domains", { name: "koehler.example" })).status, 200);
	assert.deepEqual(steps(await admin.get("/mailboxes")), all.slice(2));
	const made = await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: "info" });
	assert.match(textOf(made.text), /Das Postfach ist angelegt/);
	assert.deepEqual(steps(await admin.get("/mailboxes")), []);
	const mine = await admin.get("/my");
	assert.deepEqual(steps(mine), []);
	assert.match(textOf(main(mine)), /Ihnen ist kein Postfach zugeordnet/);
	assert.ok(linksOf(main(mine)).some(({ href }) => href === "/mailboxes"));
	const filtered = textOf(main(await admin.get("/mailboxes?state=inactive")));
	assert.match(filtered, /Kein Postfach gefunden/);
	assert.doesNotMatch(filtered, /Gesucht wird/, "nothing was searched for");
	assert.match(textOf(main(await admin.get("/mailboxes?q=xyz"))), /Kein Postfach gefunden\. Gesucht wird/);
});

test("what needs a look is told at once, by whichever worker", async () => {
	const told = async () => {
		const pages = await Promise.all(Array.from({ length: 16 }, () => admin.get("/mailboxes")));
		return [...new Set(pages.map((page) => elements(page.text, "nav").find(({ attributes }) => attributes["aria-labelledby"] === "attention")?.text.replace(/\s+/g, " ") ?? ""))];
	};
	const unassigned = (count) => `Was einen Blick braucht: Niemand zugeordnet: ${count}`;
	assert.deepEqual(await told(), [unassigned(1)]);
	const { path } = await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: "post" });
	assert.deepEqual(await told(), [unassigned(2)]);
	await admin.save(await admin.get(`${path}/assignments`), "/assignments", { user_id: "1" });
	assert.deepEqual(await told(), [unassigned(1)]);
	await admin.post(`${path}/assignments/1/end`, { csrf: await admin.token() });
	assert.deepEqual(await told(), [`Was einen Blick braucht: Passwort früheren Benutzern bekannt: 1 ${unassigned(2).slice(25)}`]);
	await admin.save(await admin.get(`${path}/delete`), "/delete");
	assert.deepEqual(await told(), [unassigned(1)]);
});

test("what the command line did says so in the page's language", async () => {
	assert.match(textOf(main(await admin.get("/changes"))), /Kommandozeile petra Benutzer angelegt/);
});
