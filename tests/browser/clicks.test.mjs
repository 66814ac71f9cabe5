// How many clicks what an office does every day takes: a person's way in the browser, each click counted.
import test from "node:test";
import assert from "node:assert/strict";
import { launch, openContext, signIn, url } from "./lib/browser.mjs";
import { adminClient } from "../web/lib/client.mjs";
import { EmptyOffice } from "../web/lib/empty.mjs";
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

async function newUser(name, { client = admin, login = `${name.toLowerCase().replace(" ", ".")}.${stamp}` } = {}) {
	const page = await client.save(await client.get("/users/new"), "/users/new", { login, name, contact_email: `${login}@kontakt.example` });
	assert.equal(page.status, 200);
	return { id: Number(page.path.split("/").pop()), name, login };
}

// An office of its own with the demo's forty users, whoever else the files before this one have added there.
async function smallOffice(t) {
	const office = await new EmptyOffice().start();
	t.after(() => office.stop());
	await office.admin.save(await office.admin.get("/domains"), "/domains", { name: "klein.example" });
	for (const [i, [name]] of sql("SELECT name FROM user ORDER BY id LIMIT 2, 40").entries()) {
		await newUser(name, { client: office.admin, login: `mensch${i}` });
	}
	return office;
}

// A page, and what counts the clicks on it; choosing from a list is two. Scrolling and typing are none.
async function open(t, path, { site, login, password } = {}) {
	const browser = await launch();
	t.after(() => browser.close());
	const page = await (await openContext(browser, { scripts: false })).newPage();
	await signIn(page, login, password, site?.base);
	await page.goto(url(path, site?.base));
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
		// A user among those to assign; one who isn't there is searched for.
		async tick(field, { id, name }) {
			const label = `label:has([name="${field}"][value="${id}"])`;
			if (await page.locator(label).count() === 0) {
				await page.locator("#user_q").fill(name);
				await person.go('button[name="find"]');
			}
			await person.click(label);
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
	const office = await smallOffice(t);
	const person = await open(t, "/mailboxes", office);
	await person.go('main a.main[href$="/mailboxes/new"]');
	await person.page.locator("#local_part").fill(`dreierlei.${stamp}`);
	await person.click("summary");
	const ids = await person.page.locator('[name="user_id"]').evaluateAll((boxes) => boxes.map(({ value }) => Number(value)));
	assert.equal(ids.length, 41);
	const users = ids.slice(19, 22);
	for (const id of users) {
		await person.tick("user_id", { id });
	}
	await person.go("main form button.main");
	assert.match(await person.page.textContent('[role="status"]'), /angelegt/);
	const id = Number(person.page.url().split("/").pop());
	const assigned = elements((await office.admin.get(`/mailboxes/${id}`)).text, "a").filter(({ attributes }) => /\/users\/\d+$/.test(attributes.href)).map(({ attributes }) => Number(attributes.href.split("/").pop()));
	assert.deepEqual(assigned, users);
	t.diagnostic(`${person.clicks} clicks`);
	assert.ok(person.clicks <= 6, `${person.clicks} clicks`);
});

test("a leaver with 12 mailboxes, a successor, and the access data sent by 12 clicks", async (t) => {
	const [leaver, successor, stays] = [await newUser("Lena Linde"), await newUser("Magda Linde"), await newUser("Luise Linde")];
	const boxes = [...await newMailboxes("geht", 6, [leaver.id]), ...await newMailboxes("bleibt", 6, [leaver.id, stays.id])];
	const person = await open(t, `/users/${leaver.id}`);
	await person.go('main a[href$="/leave"]');
	const rows = await person.page.textContent("table");
	assert.match(rows, /bleibt\.0.*Luise Linde/s);
	assert.match(rows, /geht\.0.*niemand/s);
	await person.click("#new_password");
	await person.click("summary");
	await person.tick("successor", successor);
	await person.click("#deactivate");
	await person.go("main form button.danger");
	assert.match(await person.page.textContent("table"), /bleibt\.0.*Luise Linde, Magda Linde/s);
	// A request sends for some seconds; on a busy machine some are left for another.
	const send = person.page.locator('main form[action$="/leave/send"] button');
	for (let i = 0; i < 3 && await send.count() > 0; i++) {
		await person.go('main form[action$="/leave/send"] button');
	}
	assert.match(await person.page.textContent('[role="status"]'), /Die neuen Zugangsdaten sind versandt/);
	assert.equal(sql(`SELECT id FROM access_link WHERE sent_at > 0 AND void_at = 0 AND mailbox_id IN (${boxes})`).length, 18);
	assert.equal(await person.page.locator('[name="mailbox"]').count(), 0);
	assert.deepEqual(sql(`SELECT DISTINCT user_id FROM assignment WHERE removed_at = 0 AND mailbox_id IN (${boxes}) ORDER BY user_id`).map(([id]) => Number(id)), [successor.id, stays.id]);
	assert.equal(Number(sql(`SELECT active FROM user WHERE id = ${leaver.id}`)[0][0]), 0);
	t.diagnostic(`${person.clicks} clicks`);
	assert.ok(person.clicks <= 12, `${person.clicks} clicks`);
});

test("who changed a mailbox since a day of last week by 3 clicks, its address and the day", async (t) => {
	const [id] = await newMailboxes("info", 1);
	await admin.save(await admin.get(`/mailboxes/${id}`), `/mailboxes/${id}`, { email_name: "Geändert" });
	const person = await open(t, "/mailboxes");
	await person.go('a[href$="/changes"]');
	await person.page.locator("#mailbox").fill(`info.0.${stamp}@${env.DOMAIN}`);
	const from = new Date(Date.now() - 7 * 86400000).toISOString().slice(0, 10);
	await person.page.locator("#from").fill(from);
	await person.go('main form[role="search"] button');
	assert.equal(await person.page.locator("#from").inputValue(), from);
	assert.match(await person.page.textContent("table"), new RegExp(`${env.ADMIN_LOGIN}.*info\\.0\\.${stamp}.*Geändert`, "s"));
	t.diagnostic(`${person.clicks} clicks`);
	assert.ok(person.clicks <= 3, `${person.clicks} clicks`);
});
