// The checks find what they are for: a good page has no findings, and each fault seeded into it is
// found. (A check that finds nothing proves nothing.)
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { launch, openContext } from "./lib/browser.mjs";
import * as checks from "./lib/checks.mjs";
import { ROOT } from "../web/lib/env.mjs";

const style = readFileSync(`${ROOT}/static/style.css`, "utf8");
const good = `<!DOCTYPE html>
<html lang="de">
<head><meta charset="utf-8"><title>Fehler: Seite – Poststelle</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
<body>
<header class="top"><nav aria-label="Bereiche"><ul><li><a href="/a" aria-current="true">Bereich</a></li></ul></nav></header>
<nav class="crumbs" aria-label="Sie befinden sich hier"><ol><li><span aria-current="page">Seite</span></li></ol></nav>
<main id="content"><h1>Seite</h1>
<section class="errors" aria-labelledby="errors"><h2 id="errors">Bitte prüfen</h2><ul><li><a href="#name">Zu lang.</a></li></ul></section>
<div class="scroll" role="region" aria-labelledby="caption" tabindex="0"><table><caption id="caption">Liste</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Zustand</th></tr></thead><tbody><tr><th scope="row">a</th><td><b class="off">inaktiv</b></td></tr></tbody></table></div>
<form method="post" action="/x" aria-label="Eingabe"><input type="hidden" name="csrf" value="t">
<div class="field wrong"><label for="name">Name</label><p class="error" id="name-error">Fehler: Zu lang.</p>
<input type="text" id="name" name="name" autocomplete="off" aria-invalid="true" aria-describedby="name-error"></div>
<p><button type="submit" class="main">Speichern</button></p></form>
</main></body></html>`;

// [which check, what is replaced, by what, a word of the finding, more style, scheme]
const faults = [
	["own", ' lang="de"', ' lang="en"', "html lang"],
	["own", "Fehler: Seite –", "Seite –", "don't agree"],
	["own", "Seite – Poststelle", "Poststelle", "doesn't hold the h1"],
	["own", '<caption id="caption">Liste</caption>', "", "caption"],
	["html", '<th scope="row">a</th>', "<th>a</th>", "scope"],
	["own", ' aria-describedby="name-error"', "", "belongs to no field"],
	["own", 'href="#name"', 'href="#nme"', "doesn't lead to name"],
	["own", '>Zu lang.</a>', '>Gerät: Zu lang.</a>', 'the summary calls "Name" Gerät'],
	["own", ' autocomplete="off"', "", "autocomplete"],
	["axe", '<label for="name">Name</label>', "Name", "label"],
	["own", '<input type="hidden" name="csrf" value="t">', "", "has no token"],
	["own", ' aria-label="Eingabe"', "", "a form without a name"],
	["own", '<h1>Seite</h1>', '<h1>Seite</h1><p><a href="/b">hier</a></p>', "says nothing"],
	["own", '<h1>Seite</h1>', '<h1>Seite</h1><p><a href="/b">Bereich</a></p>', "leads to two places"],
	["own", '<h1>Seite</h1>', '<h1>Seite</h1><div class="ok">Gespeichert</div>', "role=status"],
	["policy", '<h1>Seite</h1>', '<h1>Seite</h1><p style="color:red">x</p>', "Content Security Policy"],
	["own", '<h1>Seite</h1>', "<h1>Seite</h1><script>1</script>", "script"],
	["axe", '<h1>Seite</h1>', '<h1>Seite</h1><p><img src="/x.png"></p>', "alt"],
	["own", '<h1>Seite</h1>', "<h1>Seite</h1><p>T.page.title</p>", "a text is missing"],
	["narrow", '<h1>Seite</h1>', `<h1>Seite</h1><pre class="wide">${"x".repeat(200)}</pre>`, "scrolls sideways", ".wide { white-space: pre; overflow-wrap: normal }"],
	["reach", '<th scope="col">Zustand</th>', `<th scope="col" class="wide">${"Zustand".repeat(30)}</th>`, "at 768 px th", ".wide { overflow-wrap: normal }"],
	["reach", '<b class="off">inaktiv</b>', '<b class="off narrow">inaktiv</b>', "the word inaktiv is broken", "td b.off.narrow { display: block; width: 2em; white-space: normal; overflow-wrap: anywhere }"],
	["focus", "", "", "shows no ring", ":focus-visible { outline: none; box-shadow: none }"],
	["focus", "", "", "px high", "button, input { min-height: 0; padding: 0 }"],
	["border", "", "", "too faint", ":root { --field: #ddd }"],
	["axe", "", "", "color-contrast", ":root { --bad: #f99 }"],
	["colours", "", "", "color-contrast", "@media (prefers-color-scheme: dark) { :root { --bad: #622 } }", "dark"],
	["own", '<input type="text"', '<input type="radio"', "no named group"],
	["own", '<input type="text"', '<input type="email"', "rewrite the domain"],
];

const LANGUAGE = { language: "de", errorMark: "Fehler:" };
const CHECKS = {
	html: (page, html) => checks.validate(html, "page"),
	axe: (page) => checks.axeCheck(page),
	colours: (page) => checks.colours(page, page.context().violations),
	own: (page) => checks.ownCheck(page, LANGUAGE),
	focus: (page) => checks.focusCheck(page),
	border: (page) => checks.borderCheck(page),
	reach: (page) => checks.reachCheck(page),
	narrow: (page) => checks.narrowCheck(page),
	policy: (page) => page.context().violations.splice(0),
};

async function show(page, html, css = "") {
	await page.unrouteAll();
	await page.route("**/*", (route) => route.fulfill(route.request().url().endsWith(".css")
		? { contentType: "text/css", body: style + css }
		: { contentType: "text/html; charset=utf-8", body: html,
			headers: { "content-security-policy": "default-src 'none'; style-src 'self'" } }));
	await page.goto("http://page.test/");
}

test("a good page has no findings, each seeded fault is found", async (t) => {
	const browser = await launch();
	t.after(() => browser.close());
	const pages = {};
	for (const scheme of ["light", "dark"]) {
		const context = await openContext(browser, { scheme });
		pages[scheme] = await context.newPage();
		await show(pages[scheme], good);
		assert.deepEqual(await checks.everything(pages[scheme], good, { language: "de", violations: context.violations }), []);
	}
	for (const [check, from, to, word, css = "", scheme = "light"] of faults) {
		assert.ok(good.includes(from), from);
		const html = from ? good.replace(from, to) : good;
		await show(pages[scheme], html, css);
		const found = await CHECKS[check](pages[scheme], html);
		assert.ok(found.some((text) => text.includes(word)), `${word} was not found by ${check}: ${found.join("; ")}`);
		pages[scheme].context().violations.length = 0;
	}
});
