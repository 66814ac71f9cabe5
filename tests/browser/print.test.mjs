// Printed: every page shows its content, the values of forms included, and nothing that only a
// screen can do. Read from the PDF that the browser prints.
import test from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { launch, openContext, signIn, url } from "./lib/browser.mjs";
import { ANSWERING, CIRCULAR, LEAVER, MANY_ALIASES, ROTA, entryId, mailboxId, userId } from "../web/lib/office.mjs";

// The words of a PDF; pages end with a form feed.
function pdfText(pdf) {
	const { status, stdout, stderr } = spawnSync("pdftotext", ["-raw", "-", "-"], { input: pdf, encoding: "utf8", maxBuffer: 1 << 26 });
	assert.equal(status, 0, stderr);
	return stdout;
}
// However it was broken into lines; the emoji of this machine's font have no letters in a PDF.
const bare = (text) => text.replace(/[\s\u00ad\p{Extended_Pictographic}]+/gu, "");

const PAGES = [
	["/mailboxes", "Speicher"],
	[`/mailboxes/${mailboxId(MANY_ALIASES)}`, "VIP-Postfach"],
	[`/mailboxes/${mailboxId(ROTA)}/assignments`, "Frühere Zuordnungen"],
	[`/mailboxes/${mailboxId(ANSWERING)}/absence`, "Wer Antwort bekam"],
	[`/mailboxes/${mailboxId(ROTA)}/access`, "Verschlüsselung"],
	["/users", "Zuletzt angemeldet"],
	[`/users/${userId(LEAVER)}`, "E-Mails in Aktivitäten lesen"],
	[`/users/${userId(LEAVER)}/leave`, "beenden und neues Passwort generieren"],
	["/journal", "Betreff"],
	[`/journal/${entryId(CIRCULAR)}`, "Beteiligte Postfächer"],
	["/changes", "nachher"],
	["/domains", "Zustand"],
	["/settings/other", "IMAP-Server"],
];

test("every page prints its content", async (t) => {
	const browser = await launch();
	t.after(() => browser.close());
	const page = await (await openContext(browser)).newPage();
	await signIn(page);
	const missing = [];
	for (const [path, word] of PAGES) {
		const response = await page.goto(url(path));
		assert.equal(response.status(), 200, path);
		// A text longer than its field on the screen.
		const long = Array.from({ length: 30 }, (_, i) => `Zeile ${i + 1} der Notiz.`).join("\n");
		if (await page.locator("textarea").count() > 0) {
			await page.locator("textarea").first().fill(long);
		}
		const wanted = await page.evaluate(() => {
			const all = (css) => [...document.querySelectorAll(css)].filter((e) => !e.closest(".top, .crumbs, .tabs, [role=search], td details, .plain details"));
			return [
				...all("h1, h2, caption:not(.hide), dt, dd").map((e) => e.textContent),
				...all("tbody th, tbody td").map((e) => [...e.childNodes].filter((n) => n.nodeName !== "DETAILS").map((n) => (n.matches?.(".hide") ? "" : [...n.childNodes].filter((m) => m.className !== "hide").map((m) => m.textContent).join("") || n.textContent)).join("")),
				...all("main input:not([type=hidden], [type=checkbox], [type=radio]), main select, main textarea").map((e) => e.selectedOptions?.[0]?.textContent ?? e.value),
			];
		});
		const pages = pdfText(await page.pdf({ format: "A4" })).split("\f");
		const said = bare(pages.join(""));
		for (const text of [word, ...wanted]) {
			for (const line of text.split("\n").filter((one) => one.trim())) {
				if (!said.includes(bare(line))) {
					missing.push(`${path}: ${line.trim()}`);
				}
			}
		}
		if (said.includes("Abmelden") || said.includes("Siebefindensichhier")) {
			missing.push(`${path}: prints the navigation`);
		}
		// The first sheet isn't left to the heading.
		if (pages.length > 2 && bare(pages[0]).length < bare(pages[1]).length / 4) {
			missing.push(`${path}: the first sheet is nearly empty`);
		}
	}
	assert.ok(missing.length === 0, missing.join("\n"));
});
