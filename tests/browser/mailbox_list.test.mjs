// The list's filter on a person's way: typed, to a mailbox and back, over a new sign-in, as a bookmark, in
// the table to download; pages forth and back, by the keyboard too. Without scripts.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { launch, openContext, signIn, url } from "./lib/browser.mjs";
import { env } from "../web/lib/env.mjs";

const rowsOf = (page) => page.locator("tbody th a").allTextContents();
const fieldsOf = async (page) => ({ q: await page.inputValue("#q"), state: await page.inputValue("#state"), user: await page.inputValue("#user") });

test("a filter stays on the way to a mailbox and back, after signing in again, as bookmark and in the export", async (t) => {
	const browser = await launch();
	t.after(() => browser.close());
	const context = await openContext(browser, { scripts: false });
	const page = await context.newPage();
	await signIn(page);
	await page.goto(url("/mailboxes"));
	await page.fill("#q", env.DOMAIN.split(".")[0]);
	await page.fill("#user", "abendroth");
	await page.selectOption("#state", "active");
	await page.getByRole("button", { name: "Suchen" }).click();
	const wanted = { q: env.DOMAIN.split(".")[0], state: "active", user: "Ruth Abendroth (ruth.abendroth)" };
	assert.deepEqual(await fieldsOf(page), wanted);
	const rows = await rowsOf(page);
	assert.ok(rows.length > 1);
	assert.match(await page.locator("caption").textContent(), new RegExp(`, ${rows.length} gefunden, `));
	const bookmark = page.url();

	await page.locator("tbody th a").first().click();
	await page.locator(".crumbs").getByRole("link", { name: "E-Mail", exact: true }).click();
	assert.deepEqual([await fieldsOf(page), await rowsOf(page)], [wanted, rows]);
	// The other way: a page of the mailbox that is saved in between.
	await page.locator("tbody th a").first().click();
	await page.locator("#email_name").fill(await page.inputValue("#email_name"));
	await page.getByRole("button", { name: "Speichern" }).click();
	assert.match(await page.title(), /^Gespeichert:/);
	await page.locator(".crumbs").getByRole("link", { name: "E-Mail", exact: true }).click();
	assert.deepEqual(await fieldsOf(page), wanted);

	const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /CSV/ }).click()]);
	assert.equal(readFileSync(await download.path(), "utf8").trim().split("\r\n").length, rows.length + 1);

	await context.clearCookies();
	await page.goto(bookmark);
	await page.fill("#login", env.ADMIN_LOGIN);
	await page.fill("#password", env.ADMIN_PASSWORD);
	await page.press("#password", "Enter");
	assert.deepEqual([await fieldsOf(page), await rowsOf(page)], [wanted, rows]);
});

test("a page forth and back shows the same rows", async (t) => {
	const browser = await launch();
	t.after(() => browser.close());
	const page = await (await openContext(browser, { scripts: false })).newPage();
	await signIn(page);
	await page.goto(url("/mailboxes?sort=-name"));
	const first = await rowsOf(page);
	await page.getByRole("link", { name: "Nächste Seite" }).click();
	const second = await rowsOf(page);
	assert.notDeepEqual(second, first);
	await page.getByRole("link", { name: "Nächste Seite" }).click();
	await page.getByRole("link", { name: "Vorige Seite" }).click();
	assert.deepEqual(await rowsOf(page), second);
	await page.getByRole("link", { name: "Vorige Seite" }).click();
	assert.deepEqual(await rowsOf(page), first);
	assert.equal(await page.getByRole("link", { name: "Vorige Seite" }).count(), 0);
});

// Follows a link as one does who has no mouse: Tab until it is reached, Enter.
async function follow(page, name) {
	for (let i = 0; i < 400; i++) {
		await page.keyboard.press("Tab");
		const [rel, text] = await page.evaluate(() => [document.activeElement.rel, document.activeElement.textContent]);
		if (rel !== undefined && text === name) {
			await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
			return;
		}
	}
	assert.fail(`Tab doesn't reach ${name}`);
}

test("the journal's and the change log's pages forth and back by the keyboard", async (t) => {
	const browser = await launch();
	t.after(() => browser.close());
	const page = await (await openContext(browser, { scripts: false })).newPage();
	await signIn(page);
	for (const path of ["/journal", "/changes"]) {
		await page.goto(url(path));
		const rows = () => page.locator("tbody tr").allTextContents();
		const first = await rows();
		await follow(page, "Nächste Seite");
		const second = await rows();
		assert.notDeepEqual(second, first);
		await follow(page, "Nächste Seite");
		await follow(page, "Vorige Seite");
		assert.deepEqual(await rows(), second);
		await follow(page, "Vorige Seite");
		assert.deepEqual(await rows(), first);
		assert.equal(await page.getByRole("link", { name: "Vorige Seite" }).count(), 0);
	}
});
