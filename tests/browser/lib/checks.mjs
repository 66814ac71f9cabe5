// checks.mjs: everything that a page is looked at for; each function returns its findings as texts.
import axe from "axe-core";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { readFileSync } from "node:fs";
import { ROOT } from "../../web/lib/env.mjs";
import { tabWalk } from "./keyboard.mjs";
import config from "./html_validate.config.mjs";

const validator = new HtmlValidate(new StaticConfigLoader(config));

// The source as the server sent it.
export async function validate(html, name) {
	const report = await validator.validateString(html, name);
	return report.results.flatMap((result) => result.messages.map((m) => `html-validate ${m.ruleId}: ${m.message} (line ${m.line})`));
}

const EXTRA_RULES = ["target-size", "td-has-header", "label-content-name-mismatch", "p-as-heading", "table-fake-caption"];
// Not only "violations": what axe can't decide about these is a fault of ours.
const FAIL_INCOMPLETE = ["aria-valid-attr-value", "duplicate-id-aria"];

// Puts axe-core into every page of the context; Chromium compiles it once so.
export const withAxe = (context) => context.addInitScript({ content: axe.source });

const enabled = (rules, yes) => Object.fromEntries(rules.map((rule) => [rule, { enabled: yes }]));
// What depends on colours: two thirds of axe's time.
const COLOURS = ["color-contrast", "link-in-text-block"];
const EVERY_RULE = { rules: enabled(EXTRA_RULES, true) };
const COLOUR_RULES = { runOnly: { type: "rule", values: COLOURS } };
// Where what is right stands, nobody asks: a third of axe's time.
const ONLY_FAULTS = { resultTypes: ["violations", "incomplete"], selectors: false };
const OTHER_RULES = { rules: { ...enabled(EXTRA_RULES, true), ...enabled(COLOURS, false) } };

export async function axeCheck(page, options = EVERY_RULE) {
	if (await page.evaluate("window.axe === undefined")) {
		await page.evaluate(axe.source);
	}
	const results = await page.evaluate((wanted) => window.axe.run(document, wanted), { ...options, ...ONLY_FAULTS });
	return [...results.violations, ...results.incomplete.filter((rule) => FAIL_INCOMPLETE.includes(rule.id))]
		.flatMap((rule) => rule.nodes.map((node) => `axe ${rule.id}: ${node.html.slice(0, 160)}: ${node.failureSummary?.replace(/\s+/g, " ")}`));
}

// The words that the interface uses.
const WORDS = [...new Set(["de", "en"].flatMap((language) => readFileSync(`${ROOT}/templates/lang/${language}.hdf`, "utf8").match(/\p{L}{2,16}/gu)))];

// A text that is missing shows as its key: the blocks of the language files.
const BLOCKS = [...readFileSync(`${ROOT}/templates/lang/de.hdf`, "utf8").matchAll(/^T\.(\w+) \{/gm)].map((m) => m[1]);

// What no rule engine knows of our pages. language: of the page; errorMark: "Fehler:" or "Error:".
export function ownCheck(page, { language, errorMark, signedIn = true }) {
	return page.evaluate(({ language, errorMark, signedIn, blocks }) => {
		const found = [];
		const say = (text) => found.push(`own: ${text}`);
		const all = (css) => [...document.querySelectorAll(css)];
		const words = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();
		const describe = (element) => (element.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean)
			.map((id) => words(document.getElementById(id))).join(" ");

		if (document.documentElement.lang !== language) {
			say(`html lang is ${document.documentElement.lang}`);
		}
		for (const form of all("form")) {
			const by = form.getAttribute("aria-labelledby");
			if (!(by ? words(document.getElementById(by)) : form.getAttribute("aria-label"))) {
				say(`a form without a name: ${form.getAttribute("action")}`);
			}
		}
		if (all("h1").length !== 1 || !document.title.includes(words(document.querySelector("h1")))) {
			say(`the title "${document.title}" doesn't hold the h1`);
		}
		const invalid = all('[aria-invalid="true"]');
		const summary = all(".errors a[href^='#']").map((a) => a.getAttribute("href").slice(1));
		const isError = all(".errors").length > 0;
		if (isError !== document.title.startsWith(errorMark)) {
			say(`the title "${document.title}" and the errors don't agree`);
		}
		for (const field of invalid) {
			if (!describe(field).includes(errorMark)) {
				say(`${field.id} is invalid, but its description doesn't say why`);
			}
			if (!summary.includes(field.id)) {
				say(`the summary doesn't lead to ${field.id}`);
			}
		}
		for (const id of summary) {
			if (document.getElementById(id)?.getAttribute("aria-invalid") !== "true") {
				say(`the summary leads to ${id}, which isn't an invalid field`);
			}
		}
		for (const a of all(".errors a[href^='#']")) {
			const [, name] = /^([^:.]+): /.exec(words(a)) ?? [];
			const field = document.getElementById(a.getAttribute("href").slice(1));
			const label = words(field?.labels?.[0] ?? field?.querySelector("legend"));
			if (name && !label.startsWith(name)) {
				say(`the summary calls "${label}" ${name}`);
			}
		}
		for (const error of all(".error")) {
			const field = all("[aria-describedby]").find((f) => f.getAttribute("aria-describedby").split(" ").includes(error.id));
			if (!field) {
				say(`the error "${words(error)}" belongs to no field`);
			}
		}
		for (const table of all("table")) {
			// Its name is its caption, or the heading that the box around it is named by.
			const region = table.closest('[role="region"][tabindex="0"]');
			if (!words(table.caption) && !words(document.getElementById(region?.getAttribute("aria-labelledby")))) {
				say("a table without a caption");
			}
			if (!region) {
				say(`the table "${words(table.caption)}" can't scroll in a box of its own`);
			}
			if ([...table.querySelectorAll("th")].some((th) => !th.scope)) {
				say(`the table "${words(table.caption)}" has a th without scope`);
			}
		}
		for (const radio of all('input[type="radio"]')) {
			if (!words(radio.closest("fieldset")?.querySelector("legend"))) {
				say(`the radio button ${radio.name} stands in no named group`);
			}
		}
		for (const field of all('input[type="email"]')) {
			say(`browsers rewrite the domain that is typed into ${field.name}: type email`);
		}
		for (const note of all(".ok")) {
			if (note.getAttribute("role") !== "status") {
				say("a message without role=status");
			}
		}
		if (signedIn && all("header nav [aria-current], .who [aria-current]").length > 1) {
			say("more than one current area");
		}
		if (signedIn && all(".crumbs [aria-current='page']").length !== 1) {
			say("the breadcrumbs don't say where we are");
		}
		if (all("script, [style], iframe").length > 0) {
			say("script, inline style or frame");
		}
		for (const element of all("*")) {
			for (const attribute of element.attributes) {
				if (attribute.name.startsWith("on")) {
					say(`attribute ${attribute.name}`);
				}
			}
		}
		const goals = new Map();
		for (const a of all("a[href]")) {
			const name = words(a);
			if (goals.has(name) && goals.get(name) !== a.href) {
				say(`the link text "${name}" leads to two places`);
			}
			goals.set(name, a.href);
			if (/^(hier|here|mehr|more|klick|link)$/i.test(name)) {
				say(`the link text "${name}" says nothing`);
			}
		}
		const buttons = all("button").map((b) => `${words(b)} ${b.form?.getAttribute("action")}`);
		const names = all("button").map(words);
		names.filter((name, i) => names.indexOf(name) !== i && buttons.indexOf(buttons[i]) === i)
			.forEach((name) => say(`two buttons "${name}" do different things`));
		for (const field of all("input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=submit]):not([type=file])")) {
			if (!field.getAttribute("autocomplete")) {
				say(`${field.name} says nothing about autocomplete`);
			}
		}
		for (const field of all("input:not([type=hidden]), select, textarea")) {
			if (field.id !== field.name && field.type !== "checkbox" && field.type !== "radio") {
				say(`the id of ${field.name} is ${field.id}`);
			}
		}
		for (const form of all('form[method="post"]')) {
			if (form.querySelectorAll('input[name="csrf"]').length !== 1) {
				say(`the form to ${form.getAttribute("action")} has no token`);
			}
		}
		const missing = new RegExp(`(?<![@.\\w-])(T|${blocks.join("|")})\\.[a-z0-9_]+(?![\\p{L}\\w@-]|\\.\\d)|\\{[123]\\}`, "u").exec(document.body.innerText);
		if (missing) {
			say(`a text is missing: ${missing[0]}`);
		}
		return found;
	}, { language, errorMark, signedIn, blocks: BLOCKS });
}

// A ring on everything that the Tab key reaches, and targets that a finger hits.
export async function focusCheck(page) {
	const stops = await tabWalk(page);
	return stops.flatMap((stop) => [
		...(stop.outline && stop.ring ? [] : [`focus: ${stop.what} shows no ring`]),
		...(stop.height >= stop.wanted ? [] : [`target: ${stop.what} is ${stop.height} px high`]),
	]);
}

// Nothing but a table's own box scrolls sideways, at 320 px and with more space between letters.
export async function narrowCheck(page) {
	const size = page.viewportSize();
	const found = [];
	const measure = async (what) => {
		const wide = await page.evaluate(() => {
			const edge = document.documentElement.clientWidth;
			if (document.documentElement.scrollWidth <= edge) {
				return null;
			}
			const out = [...document.querySelectorAll("body *")].filter((e) => !e.closest(".scroll") && e.getBoundingClientRect().right > edge + 1);
			return out.map((e) => `${e.tagName.toLowerCase()}.${e.className} "${e.textContent.trim().slice(0, 30)}"`).slice(-1)[0] ?? "?";
		});
		if (wide !== null) {
			found.push(`narrow: ${what} scrolls sideways because of ${wide}`);
		}
	};
	await page.setViewportSize({ width: 320, height: 256 });
	await measure("320 px");
	await page.evaluate(() => {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }");
		document.adoptedStyleSheets = [sheet];
	});
	await measure("text spacing");
	const clipped = await page.evaluate(() => [...document.querySelectorAll("button, a, label, h1, h2, p, b, td, dd")]
		.filter((e) => !e.closest(".hide") && getComputedStyle(e).overflowX === "hidden" && e.scrollWidth > e.clientWidth + 1)
		.map((e) => e.textContent.trim().slice(0, 30)));
	clipped.forEach((text) => found.push(`text spacing cuts off "${text}"`));
	await page.evaluate(() => {
		document.adoptedStyleSheets = [];
	});
	await page.setViewportSize(size);
	return found;
}

const WIDTHS = [320, 768, 1280];

// Links, buttons, fields and cells that lie outside what is seen without scrolling sideways: out of
// the window, or out of a box that scrolls or cuts off.
export async function reachCheck(page, widths = WIDTHS) {
	const size = page.viewportSize();
	const found = [];
	for (const width of widths) {
		await page.setViewportSize({ width, height: size.height });
		found.push(...await page.evaluate(([at, ours]) => {
			const vocabulary = new Set(ours);
			const hidden = (e) => e.closest(".hide, details:not([open]) > :not(summary)") || !e.checkVisibility();
			// From where to where what is within a box is seen; asked once for each box.
			const seenIn = new Map([[null, [0, document.documentElement.clientWidth]]]);
			const seen = (box) => {
				if (!seenIn.has(box)) {
					let [from, to] = seen(box.parentElement);
					if (getComputedStyle(box).overflowX !== "visible") {
						const { left } = box.getBoundingClientRect();
						[from, to] = [Math.max(from, left), Math.min(to, left + box.clientLeft + box.clientWidth)];
					}
					seenIn.set(box, [from, to]);
				}
				return seenIn.get(box);
			};
			const outside = (e) => {
				const { left, right } = e.getBoundingClientRect();
				const [from, to] = seen(e.parentElement);
				return left < from - 1 || right > to + 1 ? Math.round(Math.max(from - left, right - to)) : 0;
			};
			// The interface's own words in a table's cell: each in one line, unless it is a long compound.
			const broken = (cell) => {
				const range = document.createRange();
				const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
				for (let text = texts.nextNode(); text; text = texts.nextNode()) {
					for (const { 0: word, index } of hidden(text.parentElement) ? [] : text.data.matchAll(/(?<!\S)\p{L}{2,16}(?=[.,:;…]?(\s|$))/gu)) {
						if (!vocabulary.has(word)) {
							continue;
						}
						range.setStart(text, index);
						range.setEnd(text, index + word.length);
						if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) {
							return word;
						}
					}
				}
				return undefined;
			};
			const split = [...document.querySelectorAll("td b, td a, th[scope=col], .when")].map(broken).filter(Boolean)
				.map((word) => `reach: at ${at} px the word ${word} is broken`);
			return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, label, th, td")]
				.filter((e) => !hidden(e) && outside(e))
				.map((e) => `reach: at ${at} px ${e.tagName.toLowerCase()} "${(e.textContent || e.name || "").trim().slice(0, 40)}" lies ${outside(e)} px outside`)
				.concat(split)
				.slice(0, 5);
		}, [width, WORDS]));
	}
	await page.setViewportSize(size);
	return found;
}

// Contrast of what makes a field or button visible: its border against what lies around it, 3:1.
export function borderCheck(page) {
	return page.evaluate(() => {
		const rgb = (text) => text.match(/[\d.]+/g).map(Number);
		const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
			.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
		const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
		const around = (element) => {
			for (let at = element.parentElement; at; at = at.parentElement) {
				const colour = rgb(getComputedStyle(at).backgroundColor);
				if (colour.length < 4 || colour[3] > 0) {
					return colour;
				}
			}
			return [255, 255, 255];
		};
		return [...document.querySelectorAll("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea, button:not(.link), .button")]
			.filter((e) => contrast(rgb(getComputedStyle(e).borderTopColor), around(e)) < 3)
			.map((e) => `contrast: the border of ${e.name || e.textContent.trim()} is too faint`);
	});
}

// What the colour scheme makes a difference to: the source, sizes and the focus are the same.
export async function colours(page, violations) {
	return [...await axeCheck(page, COLOUR_RULES), ...await borderCheck(page), ...violations.splice(0)];
}

const ERROR_MARK = { de: "Fehler:", en: "Error:" };

// All of it; html is the source as it was sent, violations what the context collected; coloured: false where
// the same page was looked at in the same colours before.
export async function everything(page, html, { language, signedIn = true, violations, coloured = true }) {
	return [
		...await validate(html, page.url()),
		...await axeCheck(page, coloured ? EVERY_RULE : OTHER_RULES),
		...await ownCheck(page, { language, errorMark: ERROR_MARK[language], signedIn }),
		...await focusCheck(page),
		...await borderCheck(page),
		...await narrowCheck(page),
		...await reachCheck(page),
		...violations.splice(0),
	];
}
