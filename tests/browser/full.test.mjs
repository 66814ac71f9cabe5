// Full pages keep their forms at hand: what many users, recipients or mailboxes add to a page comes
// after what one does there, or folds away.
import test from "node:test";
import assert from "node:assert/strict";
import { launchShell, openContext, signIn, url } from "./lib/browser.mjs";
import { CIRCULAR, LEAVER, ROTA, entryId, mailboxId, userId } from "../web/lib/office.mjs";

const SCREENS = 2;
const HEIGHT = 900;

test("full pages keep their forms at hand", async (t) => {
	const browser = await launchShell();
	t.after(() => browser.close());
	const page = await (await openContext(browser, { height: HEIGHT })).newPage();
	await signIn(page);
	const within = async (path, selector) => {
		await page.goto(url(path));
		const box = await page.locator(selector).first().boundingBox();
		assert.ok(box && box.y + box.height < SCREENS * HEIGHT, `${path}: ${selector} lies at ${box?.y} px`);
	};
	await within(`/mailboxes/${mailboxId(ROTA)}/assignments`, 'form[action$="/assignments"] button');
	await within(`/mailboxes/${mailboxId(ROTA)}/access/send`, 'form[action$="/send"] button');
	await within(`/journal/${entryId(CIRCULAR)}`, "pre");
	await within(`/users/${userId(LEAVER)}`, 'a[href$="/leave"]');
	// What is folded away is there.
	await page.goto(url(`/journal/${entryId(CIRCULAR)}`));
	assert.ok(await page.locator("details li").count() >= 200);
	await page.locator("summary").first().press("Enter");
	assert.ok(await page.locator("details li").first().isVisible());
});
