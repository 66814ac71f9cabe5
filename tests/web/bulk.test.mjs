// Many at once: ticks and all that are found, what will change, what is left, and a step at a time;
// several users at once, at creation too.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient, staffClient } from "./lib/client.mjs";
import { assertFound } from "./lib/found.mjs";
import { elements, errorsOf, formsOf, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { sql, until } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();

async function newMailbox(local) {
	const page = await admin.saveMailbox(`${local}.${stamp}`);
	assert.equal(page.status, 200, textOf(page.text));
	return { address: `${local}.${stamp}@${env.DOMAIN}`, path: page.path, id: Number(page.path.split("/").pop()) };
}
async function newUser(login) {
	const page = await admin.save(await admin.get("/users/new"), "/users/new", { login: `${login}.${stamp}`, name: `Frau ${login}`, contact_email: `${login}.${stamp}@kontakt.example` });
	assert.equal(page.status, 200, textOf(page.text));
	return Number(page.path.split("/").pop());
}
const list = (query) => admin.get(`/mailboxes?${query}`);
// What the list's form sends, with ticks; the page that says what will change.
const preview = async (query, fields) => admin.submit(await list(query), "/mailboxes/bulk", fields);
const toList = (page) => elements(page.text, "a").find(({ text }) => text === "Zu den Postfächern").attributes.href;
const confirm = (page) => admin.save({ ...page, path: "/mailboxes/bulk" }, "/mailboxes/bulk");
const states = (boxes) => boxes.map((box) => sql(`SELECT active FROM mailbox WHERE id = ${box.id}`)[0][0]).map(Number);
const usersOf = (box) => sql(`SELECT user_id FROM assignment WHERE mailbox_id = ${box.id} AND removed_at = 0 ORDER BY user_id`).map(([id]) => Number(id));

test("ticked mailboxes are switched off after a look at what will change; the log has each", async () => {
	const boxes = [await newMailbox("haken.eins"), await newMailbox("haken.zwei"), await newMailbox("haken.drei")];
	await admin.save(await admin.get(boxes[2].path), boxes[2].path, { active: undefined });
	const seen = await preview(`q=haken+${stamp}&sort=-name`, { mailbox: boxes.map(({ id }) => id), action: "deactivate" });
	assert.equal(seen.status, 200);
	assert.match(seen.headers.get("cache-control"), /no-store/);
	assert.match(seen.text, /<title>Mehrere Postfächer: inaktiv schalten \(Vorschau\) –/);
	assert.match(textOf(seen.text), /Postfächer, die inaktiv werden: 2/);
	assert.match(textOf(seen.text), new RegExp(`${boxes[2].address}: ist schon so`));
	assert.match(toList(seen), new RegExp(`/mailboxes\\?q=haken%20${stamp}&sort=-name$`));
	assert.deepEqual(states(boxes), [1, 1, 0]);
	const done = await confirm(seen);
	assert.match(done.path, /\/mailboxes\/bulk\/\d+$/);
	assert.match(done.text, /<title>Mehrere Postfächer: inaktiv schalten \(erledigt\) –/);
	assert.match(textOf(done.text), /Erledigt/);
	// Back to the list as it was left.
	assert.equal(toList(done), toList(seen));
	assert.deepEqual(states(boxes), [0, 0, 0]);
	assert.deepEqual(sql(`SELECT field, old_value, new_value FROM change_log WHERE mailbox_id = ${boxes[0].id} AND action = 'mailbox.changed'`), [["active", "1", "0"]]);
	// The same button pressed again leads to the same page, and does nothing.
	const again = await confirm(seen);
	assert.equal(again.path, done.path);
	assert.equal(sql(`SELECT id FROM change_log WHERE mailbox_id = ${boxes[0].id} AND action = 'mailbox.changed'`).length, 1);
});

test("all that are found, over the pages; what came since isn't changed, what changed since is named", async () => {
	const boxes = [];
	for (let i = 0; i < 53; i++) {
		boxes.push(await newMailbox(`alle.${i}`));
	}
	const seen = await preview(`q=alle+${stamp}`, { all: "1", action: "deactivate" });
	assert.match(textOf(seen.text), /inaktiv werden: 53/);
	const late = await newMailbox("alle.spaet");
	await admin.save(await admin.get(boxes[7].path), boxes[7].path, { email_name: "Inzwischen" });
	let page = await confirm(seen);
	for (let i = 0; i < 100 && !/Erledigt/.test(textOf(page.text)); i++) {
		assert.ok(page.headers.get("refresh"));
		page = await admin.get(page.path);
	}
	assert.match(textOf(page.text), /Erledigt/);
	assert.equal(page.headers.get("refresh"), null);
	assert.match(textOf(page.text), /ausgelassen: 1/);
	assert.match(textOf(page.text), new RegExp(`${boxes[7].address} hat inzwischen jemand geändert`));
	const expected = boxes.map((box, i) => (i === 7 ? 1 : 0));
	assert.deepEqual(states([...boxes, late]), [...expected, 1]);
	const second = await admin.get(`${page.path}?rows=done`);
	assert.match(textOf(second.text), /geändert: 52/);
	assert.match(second.text, /after=/);
});

test("what was said yes to is done without a page", async () => {
	const boxes = [await newMailbox("allein.a"), await newMailbox("allein.b")];
	const seen = await preview(`q=allein+${stamp}`, { all: "1", action: "deactivate" });
	assert.match(textOf(seen.text), /inaktiv werden: 2/);
	const [[run]] = sql(`SELECT MAX(run_id) FROM bulk_row WHERE mailbox_id = ${boxes[0].id}`);
	// The worker that was told yes was killed before it did anything.
	sql(`UPDATE bulk_run SET began_at = made_at WHERE id = ${run}`);
	assert.deepEqual(await until(20000, () => states(boxes), (now) => now.every((active) => active === 0)), [0, 0]);
	assert.notEqual(await until(5000, () => Number(sql(`SELECT ended_at FROM bulk_run WHERE id = ${run}`)[0][0]), Boolean), 0);
	const page = await admin.get(`/mailboxes/bulk/${run}`);
	assert.match(textOf(page.text), /Erledigt.*geändert: 2/);
});

test("a preview that isn't confirmed changes nothing, and can be confirmed after that", async () => {
	const box = await newMailbox("ohne.ja");
	const asked = await preview(`q=ohne.ja.${stamp}`, { mailbox: [box.id], action: "deactivate" });
	for (const confirmed of [undefined, "0", ""]) {
		const refused = await admin.submit({ ...asked, path: "/mailboxes/bulk" }, "/mailboxes/bulk", { confirm: confirmed });
		assert.equal(refused.status, 422);
		assert.match(textOf(refused.text), /Noch nicht bestätigt.*Es ist nichts geschehen/);
		assert.deepEqual(states([box]), [1]);
	}
	await confirm(asked);
	assert.deepEqual(states([box]), [0]);
	const table = `address\nohne.ja.neu.${stamp}@${env.DOMAIN}\n`;
	const seen = await admin.submit(await admin.get("/mailboxes/import"), "/mailboxes/import", { file: undefined, csv: table });
	assert.equal((await admin.submit(seen, "/mailboxes/import", { confirm: undefined })).status, 422);
	assert.deepEqual(sql(`SELECT 1 FROM address WHERE address = 'ohne.ja.neu.${stamp}@${env.DOMAIN}'`), []);
});

test("all that a filter finds, but the filter isn't known: nothing is proposed", async () => {
	const box = await newMailbox("filter");
	for (const [name, value] of [["state", "nix"], ["domain", "abc"]]) {
		for (const action of ["deactivate", "quota"]) {
			const refused = await preview(`q=filter+${stamp}`, { all: "1", action, [name]: value });
			assert.equal(refused.status, 422, name);
			// Nor is there a form, which would come without that part.
			assert.deepEqual(formsOf(refused.text).filter(({ fields }) => "action" in fields), [], name);
		}
	}
	assert.deepEqual(states([box]), [1]);
});

test("users are asked for, then assigned and removed", async () => {
	const boxes = [await newMailbox("leute.a"), await newMailbox("leute.b")];
	const people = [await newUser("anna"), await newUser("berta")];
	const ids = boxes.map(({ id }) => id);
	const asked = await preview(`q=leute+${stamp}`, { mailbox: ids, action: "assign" });
	assert.equal(asked.status, 200);
	const empty = await admin.submit(asked, "/mailboxes/bulk", { mailbox: ids });
	assert.equal(empty.status, 422);
	assert.match(errorsOf(empty.text).byField.user_id, /mindestens einen/);
	const done = await confirm(await admin.submit(empty, "/mailboxes/bulk", { mailbox: ids, user_id: people }));
	assert.match(textOf(done.text), /Frau anna, Frau berta/);
	assert.deepEqual(boxes.map(usersOf), [people, people]);
	const gone = await confirm(await admin.post("/mailboxes/bulk", { csrf: await admin.token(), mailbox: ids, action: "remove", user_id: people[0] }));
	assert.match(textOf(gone.text), /geändert: 2/);
	assert.deepEqual(boxes.map(usersOf), [[people[1]], [people[1]]]);
	const unknown = await admin.post("/mailboxes/bulk", { csrf: await admin.token(), mailbox: ids, action: "assign", user_id: 999999999 });
	assert.equal(unknown.status, 422);
});

test("storage, absence note, deletion", async () => {
	const boxes = [await newMailbox("rest.a"), await newMailbox("rest.b")];
	const ids = boxes.map(({ id }) => id);
	const asked = await preview(`q=rest+${stamp}`, { mailbox: ids, action: "quota" });
	const wrong = await admin.submit(asked, "/mailboxes/bulk", { mailbox: ids, quota_mb: "viel" });
	assert.equal(wrong.status, 422);
	assert.match(errorsOf(wrong.text).byField.quota_mb, /ganze Zahl/);
	assert.match(textOf((await admin.submit(wrong, "/mailboxes/bulk", { mailbox: ids, quota_mb: "2500" })).text), /Speichergrenze sich ändert \(2\.500\sMB\): 2/);
	await confirm(await admin.submit(wrong, "/mailboxes/bulk", { mailbox: ids, quota_mb: "300" }));
	assert.deepEqual(sql(`SELECT quota_mb FROM mailbox WHERE id IN (${ids})`).map(([mb]) => Number(mb)), [300, 300]);
	const note = await admin.get(`${boxes[0].path}/absence`);
	await admin.save(note, "/absence", { active: "1", body: "Bin weg." });
	await confirm(await preview(`q=rest+${stamp}`, { mailbox: ids, action: "absence_off" }));
	assert.equal(Number(sql(`SELECT active FROM absence WHERE mailbox_id = ${ids[0]}`)[0][0]), 0);
	const seen = await preview(`q=rest+${stamp}`, { all: "1", action: "delete" });
	assert.match(textOf(seen.text), /30 Tage/);
	await confirm(seen);
	assert.deepEqual(sql(`SELECT deleted FROM mailbox WHERE id IN (${ids})`).map(([d]) => Number(d)), [1, 1]);
});

test("nothing ticked, a token of somebody else, staff", async () => {
	const box = await newMailbox("fremd");
	const nothing = await preview(`q=fremd+${stamp}`, { action: "delete" });
	assert.equal(nothing.status, 422);
	assert.match(textOf(nothing.text), /kein Postfach angekreuzt/);
	const csrf = await admin.token();
	assert.equal((await admin.post("/mailboxes/bulk", { csrf, token: "nix", confirm: 1 })).status, 404);
	assert.equal((await admin.get("/mailboxes/bulk/999999999")).status, 404);
	const staff = await staffClient();
	assert.equal((await staff.post("/mailboxes/bulk", { csrf: await staff.token(), mailbox: box.id, action: "delete" })).status, 404);
	const seen = await preview(`q=fremd+${stamp}`, { mailbox: box.id, action: "delete" });
	const fresh = await admin.get(new URL(/href="([^"]*\/mailboxes\/bulk\/\d+)\?/.exec(seen.text)?.[1] ?? `${env.BASE_URL}/mailboxes`, env.BASE_URL).pathname);
	assert.equal(fresh.status, 200);
	assert.equal(Number(sql(`SELECT deleted FROM mailbox WHERE id = ${box.id}`)[0][0]), 0);
});

test("a new mailbox with three users, and three more at once", async () => {
	const people = [];
	for (const name of ["carla", "doris", "emma", "frieda", "gerda", "hanna"]) {
		people.push(await newUser(name));
	}
	const page = await admin.get("/mailboxes/new");
	const domain_id = elements(page.text, "option").find(({ text }) => text === env.DOMAIN).attributes.value;
	const refused = await admin.submit(page, "/mailboxes", { local_part: `team.${stamp}`, domain_id, user_id: [people[0], 999999999] });
	assert.equal(refused.status, 422);
	assert.equal(sql(`SELECT id FROM mailbox WHERE address = 'team.${stamp}@${env.DOMAIN}'`).length, 0);
	assert.equal(formsOf(refused.text).find(({ action }) => action.endsWith("/mailboxes")).fields.local_part, `team.${stamp}`);
	const made = await admin.save(page, "/mailboxes", { local_part: `team.${stamp}`, domain_id, user_id: people.slice(0, 3) });
	const box = { id: Number(made.path.split("/").pop()), path: made.path };
	assert.deepEqual(usersOf(box), people.slice(0, 3));
	const more = await admin.save(await admin.get(`${box.path}/assignments`), "/assignments", { user_id: people.slice(3) });
	assert.match(textOf(more.text), /Die Benutzer sind zugeordnet/);
	assert.deepEqual(usersOf(box), people);
	const twice = await admin.post(`${box.path}/assignments`, { csrf: await admin.token(), user_id: [people[0], people[1]] });
	assert.equal(twice.status, 422);
	assertFound(stamp);
});

test("the list as a table: what is found, on all pages, formulas made harmless", async () => {
	const boxes = [];
	for (let i = 0; i < 52; i++) {
		boxes.push(await newMailbox(`tabelle.${i}`));
	}
	const anna = await newUser("tabea");
	await admin.save(await admin.get(boxes[0].path), boxes[0].path, { email_name: "=1+1; \"x\"", vip: "1", quota_mb: "25", note: "@Ziel; \"Größe\"" });
	await admin.save(await admin.get(boxes[0].path), "/aliases", { address: `tabelle.weiter.${stamp}@${env.DOMAIN}` });
	await admin.save(await admin.get(`${boxes[0].path}/assignments`), "/assignments", { user_id: anna });
	await admin.save(await admin.get(boxes[1].path), boxes[1].path, { active: undefined });
	const page = await list(`q=tabelle+${stamp}`);
	const href = elements(page.text, "a").find(({ text }) => /CSV/.test(text)).attributes.href.replaceAll("&amp;", "&");
	const answer = await admin.get(href);
	assert.equal(answer.status, 200);
	assert.match(answer.headers.get("content-type"), /^text\/csv; charset=utf-8/);
	assert.match(answer.headers.get("content-disposition"), /attachment/);
	const lines = answer.text.replace(/^\uFEFF/, "").split("\r\n");
	assert.equal(lines[0], "address;name;state;vip;quota_mb;aliases;users;last_login;note;user_names;user_emails");
	assert.equal(lines.length, 54);
	assert.ok(lines.includes(`${boxes[0].address};"'=1+1; ""x""";active;1;25;tabelle.weiter.${stamp}@${env.DOMAIN};tabea.${stamp};;"'@Ziel; ""Größe""";Frau tabea;tabea.${stamp}@kontakt.example`), lines[1]);
	assert.ok(lines.includes(`${boxes[1].address};;inactive;0;${sql(`SELECT quota_mb FROM mailbox WHERE id = ${boxes[1].id}`)[0][0]};;;;;;`));
	const off = await admin.get(`${href}&state=inactive`);
	assert.equal(off.text.split("\r\n").length, 3);
	assert.equal((await (await staffClient()).get("/mailboxes.csv")).status, 404);
	const refused = await admin.get(`/mailboxes.csv?q=a+b&state=vip&user=niemand.${stamp}&sort=name`);
	assert.match(errorsOf(refused.text).byField.user, /Keinen Benutzer gefunden/);
	assert.deepEqual(["q", "sort"].map((name) => formsOf(refused.text).find(({ fields }) => "user" in fields).fields[name]), ["a b", "name"]);
});
