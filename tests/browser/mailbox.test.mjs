// The whole way once: a mailbox made in the browser receives mail a second later. Everything by
// keyboard; the mail servers are asked as the world and as a mail program would ask them.
import test from "node:test";
import assert from "node:assert/strict";
import { launch, openContext, url } from "./lib/browser.mjs";
import { pressAndGo, tabTo } from "./lib/keyboard.mjs";
import { env } from "../web/lib/env.mjs";
import { Imap, Smtp, rcpt } from "../web/lib/mail.mjs";

const REFUSED_WITHIN_MS = 2000;
const name = `tastatur.${Date.now().toString(36)}`;
const address = `${name}@${env.DOMAIN}`;

for (const scripts of [true, false]) {
	test(`create, read, switch off with the keyboard alone, scripts ${scripts ? "on" : "off"}`, async (t) => {
		const mailbox = scripts ? address : `ohne.${address}`;
		const browser = await launch();
		t.after(() => browser.close());
		const context = await openContext(browser, { scripts });
		const page = await context.newPage();

		// Sign in.
		await page.goto(url("/login"));
		await tabTo(page, "#login");
		await page.keyboard.type(env.ADMIN_LOGIN);
		await tabTo(page, "#password");
		await page.keyboard.type(env.ADMIN_PASSWORD);
		await pressAndGo(page, "Enter");
		assert.equal(await page.textContent("h1"), "Postfächer");

		// Create.
		await tabTo(page, "a", "Neues Postfach anlegen");
		await pressAndGo(page, "Enter");
		await tabTo(page, "#local_part");
		await page.keyboard.type(mailbox.split("@")[0]);
		await tabTo(page, "#domain_id");
		await page.keyboard.type(env.DOMAIN);
		await tabTo(page, "button", "Anlegen");
		await pressAndGo(page, "Enter");
		const home = page.url();
		assert.match(home, /\/mailboxes\/\d+$/);
		assert.equal(await page.textContent("h1"), `Postfach bearbeiten: ${mailbox}`);
		assert.ok(await page.textContent('[role="status"]'), "no message after creating");

		// The password, read off the page.
		await tabTo(page, "button", "Passwort anzeigen");
		const shown = await pressAndGo(page, "Enter");
		assert.match(shown.headers()["cache-control"], /no-store/);
		const password = (await page.textContent("output.password")).trim();
		assert.match(password, /^[A-Za-z0-9-]{20,}$/);

		// A mail from outside, read by IMAP with that password.
		const mark = `Kennwort ${Date.now()}`;
		const outside = await new Smtp().open();
		const accepted = await outside.send("wer@welt.example", mailbox,
			`From: Wer <wer@welt.example>\nTo: <${mailbox}>\nSubject: ${mark}\nMessage-ID: <${Date.now()}@welt.example>\n\nGuten Tag`);
		assert.equal(accepted.code, 250, accepted.text);
		await outside.quit();
		const imap = await new Imap().open();
		assert.ok((await imap.login(mailbox, password)).ok, "IMAP takes the password");
		assert.match(await imap.waitFor(mark), /Guten Tag/);
		await imap.logout();

		// Switched off: the next RCPT is refused as disabled.
		await page.goto(home);
		await tabTo(page, "#active");
		await page.keyboard.press("Space");
		await tabTo(page, "button", "Speichern");
		await pressAndGo(page, "Enter");
		const saved = Date.now();
		assert.equal(page.url(), home);
		let answer = await rcpt(mailbox);
		while (answer.code < 400 && Date.now() - saved < REFUSED_WITHIN_MS) {
			await new Promise((resolve) => setTimeout(resolve, 100));
			answer = await rcpt(mailbox);
		}
		assert.match(answer.text, /^550 5\.2\.1/, `after ${Date.now() - saved} ms: ${answer.text}`);
		t.diagnostic(`refused ${Date.now() - saved} ms after the save returned`);

		// It still sends.
		const submission = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
		assert.equal((await submission.login(mailbox, password)).code, 235);
		const sent = await submission.send(mailbox, "wer@welt.example",
			`From: <${mailbox}>\nTo: <wer@welt.example>\nSubject: Antwort\n\nVon einem inaktiven Postfach`);
		assert.equal(sent.code, 250, sent.text);
		await submission.quit();

		// Switched on again: it takes mail at once.
		await tabTo(page, "#active");
		await page.keyboard.press("Space");
		await tabTo(page, "button", "Speichern");
		await pressAndGo(page, "Enter");
		answer = await rcpt(mailbox);
		assert.equal(answer.code, 250, answer.text);
		assert.deepEqual(context.violations, []);
	});
}
