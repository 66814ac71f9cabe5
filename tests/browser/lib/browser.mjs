// browser.mjs: one Chromium for a test file, contexts with the settings that pages are looked at in.
import { chromium } from "playwright-core";
import { env } from "../../web/lib/env.mjs";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--no-first-run"];

const start = (executablePath) => chromium.launch({ executablePath, args: FLAGS });
export const launch = () => start(process.env.CHROMIUM ?? "/usr/bin/chromium");
// The same engine without a browser around it, for the files that look at hundreds of pages: a quarter less time.
export const launchShell = () => start(process.env.CHROMIUM_SHELL ?? "/usr/bin/chromium-headless-shell");

export const url = (path, base = env.BASE_URL) => base.replace(/\/$/, "") + path;

// A context; policy violations that its pages report are collected in context.violations.
// options: language, scripts (false: off), scheme (light, dark), width, height and what
// newContext takes. The policy is never bypassed.
export async function openContext(browser, { language = "de", scripts = true, scheme = "light", width = 1280, height = 900, ...rest } = {}) {
	const context = await browser.newContext({ locale: language === "de" ? "de-DE" : "en-GB", javaScriptEnabled: scripts,
		colorScheme: scheme, viewport: { width, height }, ...rest });
	context.violations = [];
	context.on("page", (page) => page.on("console", (message) => {
		if (message.text().includes("Content Security Policy")) {
			context.violations.push(`${page.url()}: ${message.text()}`);
		}
	}));
	return context;
}

export async function signIn(page, login = env.ADMIN_LOGIN, password = env.ADMIN_PASSWORD, base = env.BASE_URL) {
	await page.goto(url("/login", base));
	await page.fill("#login", login);
	await page.fill("#password", password);
	await page.press("#password", "Enter");
	await page.waitForURL((to) => !to.pathname.endsWith("/login"));
}
