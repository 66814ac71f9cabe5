// Every page of the office's lists, and every mailbox, user and domain page that differs by what
// stands on it: at 320, 768 and 1,280 px no link, button, field or column lies outside what is seen
// without scrolling sideways (the same is asked of every page in pages.test.mjs).
import test from "node:test";
import assert from "node:assert/strict";
import { launchShell, openContext, signIn, url } from "./lib/browser.mjs";
import { reachCheck } from "./lib/checks.mjs";
import { sql } from "../web/lib/stack.mjs";

const LISTS = ["/mailboxes", "/mailboxes?state=deleted", "/users", "/journal", "/changes", "/domains", "/my", "/lists"];
const LIST_PAGES = 12;

// The widest of each: long addresses and names, many addresses, users, mailboxes.
const WIDEST = [
	...sql("SELECT id FROM mailbox WHERE deleted = 0 ORDER BY CHAR_LENGTH(address) + CHAR_LENGTH(email_name) DESC LIMIT 3").map(([id]) => id),
	...sql("SELECT mailbox_id FROM address WHERE is_alias = 1 GROUP BY mailbox_id ORDER BY MAX(CHAR_LENGTH(address)) DESC, COUNT(*) DESC LIMIT 2").map(([id]) => id),
].flatMap((id) => ["", "/assignments", "/absence", "/access", "/access/send", "/address", "/forward", "/delete"].map((part) => `/mailboxes/${id}${part}`));
const USERS = sql("SELECT id FROM user ORDER BY CHAR_LENGTH(name) + CHAR_LENGTH(contact_email) DESC LIMIT 3")
	.flatMap(([id]) => [`/users/${id}`, `/users/${id}/leave`]);
const OTHERS = [...sql("SELECT id FROM domain ORDER BY CHAR_LENGTH(name) DESC LIMIT 2").map(([id]) => `/domains/${id}`),
	"/mailboxes/new", "/mailboxes/import", "/settings/other", "/status", "/help", "/account", "/users/new"];

for (const language of ["de", "en"]) {
	test(`nothing of the office's pages lies out of reach, ${language}`, async (t) => {
		const browser = await launchShell();
		t.after(() => browser.close());
		const page = await (await openContext(browser, { language })).newPage();
		await signIn(page);
		const found = [];
		const look = async () => found.push(...(await reachCheck(page)).map((one) => `${page.url().replace(/^.*?\/\/[^/]*/, "")}: ${one}`));
		for (const list of LISTS) {
			await page.goto(url(list));
			for (let seen = 1; ; seen++) {
				await look();
				const next = page.locator("a[rel=next]").first();
				if (seen === LIST_PAGES || await next.count() === 0) {
					break;
				}
				await page.goto(new URL(await next.getAttribute("href"), page.url()).href);
			}
		}
		for (const path of [...WIDEST, ...USERS, ...OTHERS]) {
			const response = await page.goto(url(path));
			assert.equal(response.status(), 200, path);
			await look();
		}
		assert.ok(found.length === 0, found.join("\n"));
	});
}
