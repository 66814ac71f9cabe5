// An address is sent as it was typed, and stands so in its field again: a browser that knows a field to
// be for an address writes the domain's ß as ss, which is another domain.
import test from "node:test";
import assert from "node:assert/strict";
import { launch, openContext, signIn, url } from "./lib/browser.mjs";
import { adminClient } from "../web/lib/client.mjs";

const stamp = Date.now().toString(36);
const TYPED = `${stamp}@straße-${stamp}.example`;

test("a domain with ß is sent as typed", async (t) => {
	const browser = await launch();
	t.after(() => browser.close());
	const box = await (await adminClient()).saveMailbox(`getippt.${stamp}`);
	const page = await (await openContext(browser)).newPage();
	await signIn(page);
	for (const [path, field] of [["/lists", "address"], ["/users/new", "contact_email"], [box.path, "address"],
		[`${box.path}/access/send`, "recipient"], ["/users/1", "mailbox"]]) {
		await page.goto(url(path));
		await page.fill(`#${field}`, TYPED);
		const form = page.locator("form", { has: page.locator(`#${field}`) });
		const [request] = await Promise.all([page.waitForRequest((one) => one.method() === "POST"), form.locator("button").last().click()]);
		assert.equal(new URLSearchParams(request.postData()).get(field), TYPED, path);
		await page.waitForLoadState();
		if (await page.locator(`#${field}`).count()) {
			assert.equal(await page.inputValue(`#${field}`), TYPED, path);
		}
	}
	await page.goto(url(`${box.path}/delete`));
	await page.locator("main form button").click();
});
