// The page of a one-time link, and the signed-in one, on a phone: server, port and encryption are on the
// screen without scrolling sideways, however long the server's name is.
import test from "node:test";
import assert from "node:assert/strict";
import { launch, openContext, signIn, url } from "./lib/browser.mjs";
import { adminClient } from "../web/lib/client.mjs";
import { setSetting, sql } from "../web/lib/stack.mjs";

test("access data at 360 and 320 pixels", async (t) => {
	const [before] = sql("SELECT imap_host, smtp_port FROM setting WHERE id = 1");
	setSetting("imap_host = 'posteingang.hausverwaltung-sonnenschein.example'");
	const browser = await launch();
	t.after(async () => {
		setSetting(`imap_host = '${before[0]}'`);
		await browser.close();
	});
	const client = await adminClient();
	const box = await client.saveMailbox(`telefon.${Date.now().toString(36)}`);
	const link = /<code id="link">([^<]+)</.exec((await client.save(await client.get(`${box.path}/access/send`), "/send", { recipient: "telefon@kontakt.example" })).text)[1];
	for (const width of [360, 320]) {
		const context = await openContext(browser, { width, height: 740 });
		const page = await context.newPage();
		await signIn(page);
		for (const address of [link, url(`${box.path}/access`)]) {
			await page.goto(address);
			const rows = await page.locator("#servers ~ .scroll tbody tr").evaluateAll((list) => list.map((row) => [...row.cells].map((cell) => {
				const range = document.createRange();
				range.selectNodeContents(cell);
				const { left, right } = range.getBoundingClientRect();
				return { text: cell.textContent, head: getComputedStyle(cell, "::before").content, left, right };
			})));
			assert.equal(rows.length, 3);
			for (const cell of rows.flat()) {
				assert.ok(cell.left >= 0 && cell.right <= width, `${width}: ${cell.text} ends at ${cell.right}`);
			}
			assert.deepEqual(rows[2].slice(2).map(({ text }) => text), ["127.0.0.1", before[1], "SSL/TLS"]);
			assert.match(rows[2][4].head, /Verschlüsselung/);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width);
			assert.ok(await page.locator("#servers ~ .scroll table").evaluate((table) => table.scrollWidth <= table.parentElement.clientWidth));
		}
		await context.close();
	}
});
