// What a screen reader says on each template, filled with tests/browser/sample: kept as text in
// tests/browser/spoken, so that a lost label, description, header or role shows as a difference.
// UPDATE=1 writes what is said now. BUILD_DIR holds the program `render` (make browser-tests).
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { JSDOM } from "jsdom";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const render = join(root, process.env.BUILD_DIR ?? "build", "render");
const samples = readdirSync(join(here, "sample")).map((name) => name.replace(/\.hdf$/, "")).filter((name) => name !== "base");

const dom = new JSDOM("<!DOCTYPE html><html lang='de'><body></body></html>", { url: "http://page.test/" });
globalThis.window = dom.window;
globalThis.document = dom.window.document;
for (const key of Object.getOwnPropertyNames(dom.window)) {
	if (!(key in globalThis)) {
		globalThis[key] = dom.window[key];
	}
}
// jsdom has none; the reader needs it for a field's list of suggestions.
globalThis.CSS = { escape: (text) => text.replace(/[^\w-]/g, "\\$&") };
const { virtual } = await import("@guidepup/virtual-screen-reader");

async function spoken(html) {
	const page = new JSDOM(html).window.document;
	document.body.innerHTML = page.body.innerHTML;
	await virtual.start({ container: document.body });
	while (await virtual.lastSpokenPhrase() !== "end of document") {
		await virtual.next();
	}
	const phrases = await virtual.spokenPhraseLog();
	await virtual.stop();
	return `${page.title}\n${phrases.join("\n")}\n`;
}

for (const name of samples) {
	test(name, async () => {
		const data = [name === "login" ? null : "base", name].filter(Boolean).map((part) => join(here, "sample", `${part}.hdf`));
		const html = execFileSync(render, [join(root, "templates"), join(root, "templates/lang/de.hdf"), `${name}.cst`, ...data], { encoding: "utf8" });
		const whole = await spoken(html);
		// What stands around the content is the same on every page: once, with the mailbox list.
		const said = name === "mailboxes" ? whole : whole.replace(/\ndocument\n[\s\S]*?\nmain\n/, "\nmain\n").replace(/\nend of main\n[\s\S]*/, "\n");
		const file = join(here, "spoken", `${name}.txt`);
		if (process.env.UPDATE) {
			writeFileSync(file, said);
		}
		assert.ok(existsSync(file), `${file} is missing; UPDATE=1 writes it`);
		assert.equal(said, readFileSync(file, "utf8"));
	});
}
