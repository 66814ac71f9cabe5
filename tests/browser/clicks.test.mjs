// How many clicks what an office does every day takes: a person's way in the browser, each click counted.
import test from "node:test";
import assert from "node:assert/strict";
import { launch, openContext, signIn, url } from "./lib/browser.mjs";
import { adminClient } from "../web/lib/client.mjs";
import { elements } from "../web/lib/html.mjs";
import { env } from "../web/lib/env.mjs";
import { sql } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();

async function newMailboxes(name, count, users = []) {
	const page = await admin.get("/mailboxes/new");
	const domain_id = elements(page.text, "option").find(({ text }) => text === env.DOMAIN).attributes.value;
	const made = [];
	for (let i = 0; i < count; i++) {
		const answer = await admin.submit(page, "/mailboxes", { local_part: `${name}.${i}.${stamp}`, domain_id, user_id: users });
		assert.equal(answer.status, 303);
		made.push(Number(answer.location.split("/").pop()));
	}
	return made;
}

async function newUser(name) {
	const login = `${name.toLowerCase()}.${stamp}`;
	const page = await admin.save(await admin.get("/users/new"), "/users/new", { login, name: `Aaa ${name}`, contact_email: `${login}@kontakt.example` });
	assert.equal(page.status, 200);
	return { id: Number(page.path.split("/").pop()), name: `Aaa ${name}`, login };
}

// A page, and what counts the clicks on it; choosing from a list is two.
async function open(t, path) {
	const browser = await launch();
	t.after(() => browser.close());
	const page = await (await openContext(browser, { scripts: false })).newPage();
	await signIn(page);
	await page.goto(url(path));
	const person = {
		page, clicks: 0,
		async click(locator) {
			person.clicks++;
			await page.locator(locator).click();
		},
		async go(locator) {
			await Promise.all([page.waitForNavigation(), person.click(locator)]);
		},
		async choose(locator, value) {
			person.clicks += 2;
			await page.locator(locator).selectOption(value);
		},
	};
	return person;
}

test("30 found mailboxes become inactive by 5 clicks", async (t) => {
	const boxes = await newMailboxes("klick", 30);
	const person = await open(t, `/mailboxes?q=klick+${stamp}`);
	await person.click('[name="all"]');
	await person.choose("#action", "deactivate");
	await person.go('form[action$="/mailboxes/bulk"] button');
	await person.go("main form button");
	assert.match(await person.page.textContent("main"), /Postfächer, die inaktiv werden: 30/);
	for (let i = 0; i < 20 && !/Erledigt/.test(await person.page.textContent("main")); i++) {
		await person.page.waitForTimeout(500);
	}
	assert.match(await person.page.textContent("main"), /Erledigt.*geändert: 30/s);
	assert.equal(sql(`SELECT id FROM mailbox WHERE active = 0 AND id IN (${boxes})`).length, 30);
	t.diagnostic(`${person.clicks} clicks`);
	assert.ok(person.clicks <= 5, `${person.clicks} clicks`);
});

test("a mailbox with 3 users by 6 clicks and its name", async (t) => {
	const users = [await newUser("Klara"), await newUser("Klaus"), await newUser("Klemens")];
	const person = await open(t, "/mailboxes");
	await person.go('main a[href$="/mailboxes/new"]');
	await person.page.locator("#local_part").fill(`dreierlei.${stamp}`);
	await person.click("summary");
	for (const user of users) {
		await person.click(`label:has([name="user_id"][value="${user.id}"])`);
	}
	await person.go("main form button.main");
	assert.match(await person.page.textContent('[role="status"]'), /angelegt/);
	const id = Number(person.page.url().split("/").pop());
	assert.deepEqual(sql(`SELECT user_id FROM assignment WHERE mailbox_id = ${id} AND removed_at = 0 ORDER BY user_id`).map(([user]) => Number(user)), users.map((user) => user.id));
	t.diagnostic(`${person.clicks} clicks`);
	assert.ok(person.clicks <= 6, `${person.clicks} clicks`);
});

test("a leaver with 12 mailboxes, a successor, and the access data sent by 12 clicks", async (t) => {
	const [leaver, successor, stays] = [await newUser("Lena"), await newUser("Nora"), await newUser("Bleibt")];
	const boxes = [...await newMailboxes("geht", 6, [leaver.id]), ...await newMailboxes("bleibt", 6, [leaver.id, stays.id])];
	const person = await open(t, `/users/${leaver.id}`);
	await person.go('main a[href$="/leave"]');
	const rows = await person.page.textContent("table");
	assert.match(rows, /bleibt\.0.*Aaa Bleibt/s);
	assert.match(rows, /geht\.0.*niemand/s);
	await person.click("#new_password");
	await person.click("summary");
	await person.click(`label:has([name="successor"][value="${successor.id}"])`);
	await person.click("#deactivate");
	await person.go("main form button.danger");
	assert.match(await person.page.textContent("table"), /bleibt\.0.*Aaa Bleibt, Aaa Nora/s);
	await person.go('main form[action$="/leave/send"] button');
	assert.match(await person.page.textContent('[role="status"]'), /Zugangsdaten sind versandt/);
	assert.equal(sql(`SELECT id FROM access_link WHERE sent_at > 0 AND void_at = 0 AND mailbox_id IN (${boxes})`).length, 18);
	assert.equal(await person.page.locator('[name="mailbox"]').count(), 0);
	assert.deepEqual(sql(`SELECT DISTINCT user_id FROM assignment WHERE removed_at = 0 AND mailbox_id IN (${boxes}) ORDER BY user_id`).map(([id]) => Number(id)), [successor.id, stays.id]);
	assert.equal(Number(sql(`SELECT active FROM user WHERE id = ${leaver.id}`)[0][0]), 0);
	t.diagnostic(`${person.clicks} clicks`);
	assert.ok(person.clicks <= 12, `${person.clicks} clicks`);
});

test("who changed a mailbox last week by 3 clicks and its name", async (t) => {
	const [id] = await newMailboxes("wer", 1);
	await admin.save(await admin.get(`/mailboxes/${id}`), `/mailboxes/${id}`, { email_name: "Geändert" });
	const person = await open(t, "/mailboxes");
	await person.page.locator("#q").fill(`wer ${stamp}`);
	await person.go('main form[role="search"] button');
	await person.go(`main th a[href$="/mailboxes/${id}"]`);
	await person.go('main a[href*="/changes?mailbox="]');
	assert.match(await person.page.textContent("table"), new RegExp(`${env.ADMIN_LOGIN}.*wer\\.0\\.${stamp}.*Geändert`, "s"));
	t.diagnostic(`${person.clicks} clicks`);
	assert.ok(person.clicks <= 3, `${person.clicks} clicks`);
});
