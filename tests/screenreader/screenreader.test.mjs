// What Orca says when something was saved, and when something was wrong: the outcome is among the
// first three utterances after the page came. tests/screenreader/spoken keeps what was said (the
// order at the load of a page isn't always the same, so that isn't compared).
import test from "node:test";
import assert from "node:assert/strict";
import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { url } from "../browser/lib/browser.mjs";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { sleep, until } from "../web/lib/stack.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dir = process.env.SCREENREADER_DIR;
const log = join(dir, "orca.log");
const FIRST = 3;
const children = [];

const start = (program, args) => {
	const child = spawn(program, args, { stdio: "ignore" });
	children.push(child);
	return child;
};
// What was said since an offset of the log.
const said = (from) => (existsSync(log) ? readFileSync(log, "utf8").slice(from) : "").split("\n")
	.map((line) => /SPEECH OUTPUT: '(.*)'(?:\{.*\})?$/.exec(line)?.[1]?.trim()).filter(Boolean);
const logEnd = () => (existsSync(log) ? readFileSync(log, "utf8").length : 0);

// Everything that is said until it has been quiet for a while.
async function listen(from) {
	let before = -1;
	await until(20000, async () => {
		const now = said(from).length;
		const quiet = now > 0 && now === before;
		before = now;
		return quiet;
	}, (quiet) => quiet, 1500);
	return said(from);
}

function keep(name, utterances) {
	if (process.env.UPDATE) {
		mkdirSync(join(here, "spoken"), { recursive: true });
		writeFileSync(join(here, "spoken", `${name}.txt`), `${utterances.join("\n")}\n`);
	}
	console.log(`# ${name}: ${utterances.slice(0, 6).join(" | ")}`);
}

test("Orca says first what became of it", async (t) => {
	t.after(() => children.forEach((child) => child.kill()));
	start("openbox", []);
	for (const name of ["IsEnabled", "ScreenReaderEnabled"]) {
		execFileSync("dbus-send", ["--session", "--dest=org.a11y.Bus", "--print-reply", "/org/a11y/bus", "org.freedesktop.DBus.Properties.Set",
			"string:org.a11y.Status", `string:${name}`, "variant:boolean:true"]);
	}
	start("orca", ["--replace", "--debug-file", log]);
	await until(20000, () => existsSync(log), Boolean);
	const context = await chromium.launchPersistentContext(join(dir, "profile"), { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: false, locale: "de-DE",
		args: ["--no-sandbox", "--disable-gpu", "--force-renderer-accessibility", "--disable-features=Translate,TranslateUI", "--lang=de", "--no-first-run", `--app=${url("/login")}`] });
	t.after(() => context.close());
	const page = context.pages()[0] ?? await context.newPage();
	const { path } = await (await adminClient()).saveMailbox(`gehoert.${Date.now().toString(36)}`);
	await page.waitForURL(url("/login"));
	await page.fill("#login", env.ADMIN_LOGIN);
	await page.fill("#password", env.ADMIN_PASSWORD);
	await page.press("#password", "Enter");
	await page.waitForURL((to) => !to.pathname.endsWith("/login"));
	for (const [name, change, outcome] of [
		["saved", "Büro Nord", /Gespeichert|gespeichert/],
		["refused", "x".repeat(300), /Fehler|prüfen Sie/],
	]) {
		await page.goto(url(path));
		await listen(0);
		await page.fill("#email_name", change);
		await sleep(2000);
		const from = logEnd();
		await Promise.all([page.waitForNavigation(), page.press("#email_name", "Enter")]);
		const utterances = await listen(from);
		keep(name, utterances);
		assert.match(utterances.slice(0, FIRST).join("\n"), outcome, utterances.join("\n"));
	}
});
