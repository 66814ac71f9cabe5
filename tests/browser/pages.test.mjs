// Every page, in both languages, and in German in both colour schemes: no finding of html-validate, axe-core and the
// own checks (lib/checks.mjs), a title of its own, and the area where it belongs marked.
import test from "node:test";
import assert from "node:assert/strict";
import { launchShell, openContext, signIn, url } from "./lib/browser.mjs";
import { colours, everything, withAxe } from "./lib/checks.mjs";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { Smtp } from "../web/lib/mail.mjs";
import { ANSWERING, ATTACHMENTS, BLIND_COPIES, CIRCULAR, LEAVER, MANY_ALIASES, ROTA, UMLAUT_DOMAIN, domainId, entryId, mailboxId, userId } from "../web/lib/office.mjs";

const SETTINGS = "base_settings";
const AREAS = {
	de: { [SETTINGS]: "Grundeinstellungen", domains: "Domains", changes: "Änderungsprotokoll", account: "Eigenes Konto", my: "Meine Postfächer", users: "Benutzer", journal: "Aktivitäten" },
	en: { [SETTINGS]: "Basic settings", domains: "Domains", changes: "Change log", account: "My account", my: "My mailboxes", users: "Users", journal: "Activities" },
};

// What the pages show. Made once, with one of everything in it: an alias, a name, states.
async function prepare(language) {
	const client = await adminClient();
	const stamp = `${language}${Date.now().toString(36)}`;
	const create = async (local) => {
		const page = await client.saveMailbox(`${local}.${stamp}`);
		assert.equal(page.status, 200, `${local} was not created`);
		return page;
	};
	// As long as names get.
	await client.save(await client.get("/domains"), "/domains", { name: `${stamp}.${["d", "e", "f"].map((letter) => letter.repeat(63)).join(".")}.example` });
	const mailbox = await create("ansicht");
	await client.save(mailbox, mailbox.path, { email_name: "Größe & Söhne <Verkauf> \"Nord\"", vip: "1" });
	await client.save(await client.get(mailbox.path), "/aliases", { address: `eine.sehr.lange.weitere.adresse.des.bueros.${stamp}@${env.DOMAIN}` });
	const off = await create("aus");
	await client.save(off, off.path, { active: undefined });
	const gone = await create("geloescht");
	await client.save(await client.get(`${gone.path}/delete`), "/delete");
	// A user with a mailbox, an earlier one, and a link; the administrator with a VIP mailbox, and told of it.
	const login = `jörg.${stamp}`;
	const user = await client.save(await client.get("/users/new"), "/users/new", { login, name: "Jörg \"Größe\" <Müller>", contact_email: `nutzer.${stamp}@kontakt.example` });
	assert.equal(user.status, 200);
	const assigned = { user_id: user.path.split("/").pop() };
	for (const box of [mailbox, off]) {
		await client.save(await client.get(`${box.path}/assignments`), "/assignments", assigned);
	}
	await client.submit(await client.get(`${off.path}/assignments`), "/end");
	const own = await create("eigenes");
	await client.save(own, own.path, { vip: "1" });
	const [admin] = /\/users\/\d+/.exec((await client.get(`/users?q=${env.ADMIN_LOGIN}`)).text);
	await client.submit(await client.get(admin), `${admin}/assignments`, { mailbox: `eigenes.${stamp}@${env.DOMAIN}` });
	const smtp = await new Smtp().open();
	const letter = [`From: "Käufer, Karl" <karl@welt.example>`, `To: eigenes.${stamp}@${env.DOMAIN}, Karla <karla@welt.example>`, "Cc: ein.sehr.langer.name.der.nicht.umbrochen.werden.kann@welt.example",
		`Subject: Brief ${stamp}`, "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", `Guten Tag,\n\n${"langeszeile".repeat(40)}`, "--b", "Content-Type: application/pdf; name=expose.pdf", "", "x", "--b--"];
	assert.equal((await smtp.send("karl@welt.example", `eigenes.${stamp}@${env.DOMAIN}`, letter.join("\n"))).code, 250);
	await smtp.quit();
	const welcome = async () => /\/welcome\/[\w-]+/.exec((await client.submit(await client.get(user.path), "/password-link")).text)[0];
	const link = async () => /<code id="link">([^<]+)</.exec((await client.save(await client.get(`${mailbox.path}/access/send`), "/send", { recipient: `wer${Math.random()}@kontakt.example` })).text)[1];
	const { path: list } = await client.save(await client.get("/lists"), "/lists", { address: `verteiler.${stamp}@${env.DOMAIN}` });
	await client.save(await client.get(list), list, { member: `ansicht.${stamp}@${env.DOMAIN}` });
	return { client, link, list, login, own: own.path.replace("/mailboxes/", "/my/") + "/passwords", stamp, user: user.path, welcome, mailbox: mailbox.path, address: `ansicht.${stamp}@${env.DOMAIN}`, id: mailbox.path.split("/").pop(), gone: gone.path };
}

// What the list's form leads to, with all that are found.
async function many(page, made, action, all = true) {
	await page.goto(url(`/mailboxes?q=aus.${made.stamp}`));
	await page.selectOption("#action", action);
	if (all) {
		await page.check('[name="all"]');
	}
	const [response] = await Promise.all([page.waitForNavigation(), page.locator('form[action$="/mailboxes/bulk"] button').click()]);
	return response;
}

const visit = (path) => (page) => page.goto(url(path));

// Fills fields by id and submits the form whose action ends in `action`.
async function send(page, action, fields = {}) {
	// Of two forms with one address: the one with the fields.
	let form = page.locator(`form[method="post"][action$="${action}"]`);
	for (const name of Object.keys(fields)) {
		form = form.filter({ has: page.locator(`[name="${name}"]`) });
	}
	for (const [name, value] of Object.entries(fields)) {
		await form.locator(`[name="${name}"]`).fill(value);
	}
	const [response] = await Promise.all([page.waitForNavigation(), form.locator("button[type=submit]").first().click()]);
	return response;
}

// [name, status, area, how to get there]; `made` is what prepare() returned.
const SIGNED_OUT = [
	["sign-in", 200, visit("/login")],
	["sign-in refused", 422, async (page) => {
		await page.goto(url("/login"));
		return send(page, "/login", { login: `niemand${Math.random()}`, password: `falsch ${Math.random()}` });
	}],
	["missing page", 404, visit("/nirgends")],
	["nginx's own page", 403, visit("/static/")],
	["link of access data", 200, async (page, made) => page.goto(await made.link())],
	["link opened", 200, async (page, made) => {
		await page.goto(await made.link());
		return send(page, new URL(page.url()).pathname);
	}],
	["link opened before", 410, async (page, made) => {
		await page.goto(await made.link());
		await send(page, new URL(page.url()).pathname);
		return page.goto(page.url());
	}],
	["link not valid", 404, visit("/access/xxxx")],
	["welcome", 200, async (page, made) => page.goto(url(await made.welcome()))],
	["welcome refused", 422, async (page, made) => {
		await page.goto(url(await made.welcome()));
		return send(page, new URL(page.url()).pathname, { new_password: "kurz", new_password_again: "kurz" });
	}],
	["welcome not valid", 404, visit("/welcome/xxxx")],
];
const SIGNED_IN = [
	["mailboxes", 200, SETTINGS, () => visit("/mailboxes")],
	["mailboxes found", 200, SETTINGS, () => visit("/mailboxes?q=ansicht&state=vip&sort=name")],
	["mailboxes refused", 422, SETTINGS, () => visit("/mailboxes?q=ansicht&user=a&sort=name")],
	["mailboxes: words refused", 422, SETTINGS, () => visit(`/mailboxes?q=${"x".repeat(201)}`)],
	["mailboxes not found", 200, SETTINGS, () => visit("/mailboxes?q=gibtesnichtxyz")],
	["new mailbox", 200, SETTINGS, () => visit("/mailboxes/new")],
	["new mailbox refused", 422, SETTINGS, () => async (page) => {
		await page.goto(url("/mailboxes/new"));
		return send(page, "/mailboxes", { local_part: "ä ö <b>" });
	}],
	["import", 200, SETTINGS, () => visit("/mailboxes/import")],
	["import refused", 422, SETTINGS, () => async (page) => {
		await page.goto(url("/mailboxes/import"));
		return send(page, "/mailboxes/import", { csv: "address;quota_mb\nä@fremd.example;viel" });
	}],
	["import looked at", 200, SETTINGS, () => async (page) => {
		await page.goto(url("/mailboxes/import"));
		return send(page, "/mailboxes/import", { csv: `address;name;users;user_names;user_emails\nnur.ansehen@${env.DOMAIN};Nur ansehen;nur.ansehen;Nora Nuransehen;nora.nuransehen@kontakt.example` });
	}],
	["mailbox", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}`)],
	["mailbox refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}`));
		return send(page, `/mailboxes/${made.id}`, { quota_mb: "zwei" });
	}],
	["mailbox saved", 200, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}`));
		return send(page, `/mailboxes/${made.id}`, { quota_mb: "500" });
	}],
	["mailbox conflict", 409, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}`));
		const other = await made.client.get(made.mailbox);
		await made.client.save(other, made.mailbox, { email_name: `Inzwischen ${Math.random()}` });
		return send(page, `/mailboxes/${made.id}`, { email_name: "Meins" });
	}],
	["alias refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}`));
		return send(page, "/aliases", { address: "keine adresse" });
	}],
	["delivery checked", 200, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}`));
		return send(page, "/delivery-check");
	}],
	["access data", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}/access`)],
	["password shown", 200, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/access`));
		return send(page, "/access/password");
	}],
	["own passwords", 200, SETTINGS, (made) => visit(made.own)],
	["own passwords refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(made.own));
		return send(page, "/passwords", { name: "" });
	}],
	["own password made", 200, SETTINGS, (made) => async (page) => {
		await page.goto(url(made.own));
		return send(page, "/passwords", { name: `Gerät ${Math.random()}` });
	}],
	["own password's link", 200, SETTINGS, (made) => async (page) => {
		await page.goto(url(made.own));
		await page.check("#delivery-link");
		return send(page, "/passwords", { name: `Telefon ${Math.random()}` });
	}],
	["send access data", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}/access/send`)],
	["send access data refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/access/send`));
		return send(page, "/access/send", { recipient: "keine adresse" });
	}],
	["access data sent", 200, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/access/send`));
		return send(page, "/access/send", { recipient: "jemand@kontakt.example" });
	}],
	["new password", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}/access/new-password`)],
	["lists", 200, SETTINGS, () => visit("/lists")],
	["list", 200, SETTINGS, (made) => visit(made.list)],
	["list refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(made.list));
		return send(page, made.list, { member: "unsinn" });
	}],
	["forward", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}/forward`)],
	["forward refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/forward`));
		// As in a browser that knows no field for a day.
		await page.evaluate(() => document.getElementById("until").setAttribute("type", "text"));
		return send(page, "/forward", { to: "unsinn", until: "31.2.2026" });
	}],
	["rename mailbox", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}/address`)],
	["rename mailbox refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/address`));
		return send(page, "/address", { local_part: "jörg" });
	}],
	["delete mailbox", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}/delete`)],
	["delete mailbox conflict", 409, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/delete`));
		const other = await made.client.get(made.mailbox);
		await made.client.save(other, made.mailbox, { email_name: `Inzwischen ${Math.random()}` });
		return send(page, "/delete");
	}],
	["deleted mailbox", 200, SETTINGS, (made) => visit(made.gone)],
	["absence note", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}/absence`)],
	["absence note previewed", 200, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/absence`));
		await page.fill("[name=body]", "Bin nicht da.");
		const [response] = await Promise.all([page.waitForNavigation(), page.click("[name=preview]")]);
		return response;
	}],
	["absence note refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/absence`));
		return send(page, "/absence", { starts_on: "2026-12-24", ends_on: "2026-12-23" });
	}],
	["absence note conflict", 409, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/absence`));
		const other = await made.client.get(`${made.mailbox}/absence`);
		await made.client.save(other, "/absence", { active: "1", subject: `Inzwischen ${Math.random()}`, body: "Bin weg." });
		return send(page, "/absence", { subject: "Meins" });
	}],
	["several mailboxes: users asked for", 200, SETTINGS, (made) => (page) => many(page, made, "assign")],
	["several mailboxes: storage refused", 422, SETTINGS, (made) => async (page) => {
		await many(page, made, "quota");
		return send(page, "/mailboxes/bulk", { quota_mb: "viel" });
	}],
	["several mailboxes: nothing ticked", 422, SETTINGS, (made) => (page) => many(page, made, "delete", false)],
	["several mailboxes: what will change", 200, SETTINGS, (made) => (page) => many(page, made, "deactivate")],
	["several mailboxes: done", 200, SETTINGS, (made) => async (page) => {
		await many(page, made, "absence_off");
		await many(page, made, "activate");
		const [response] = await Promise.all([page.waitForNavigation(), page.locator("main form button").click()]);
		return response;
	}],
	["assignments", 200, SETTINGS, (made) => visit(`/mailboxes/${made.id}/assignments`)],
	["assignments refused", 422, SETTINGS, (made) => async (page) => {
		await page.goto(url(`/mailboxes/${made.id}/assignments`));
		// Somebody else was quicker.
		const box = page.locator('[name="user_id"]').first();
		const chosen = await box.inputValue();
		await box.check();
		await made.client.submit(await made.client.get(`/mailboxes/${made.id}/assignments`), "/assignments", { user_id: chosen });
		const response = await send(page, "/assignments");
		await made.client.submit(await made.client.get(`/mailboxes/${made.id}/assignments`), `/${chosen}/end`);
		return response;
	}],
	["users", 200, "users", () => visit("/users")],
	["users found", 200, "users", (made) => visit(`/users?q=${encodeURIComponent(made.login)}`)],
	["users not found", 200, "users", () => visit("/users?q=gibtesnichtxyz")],
	["new user", 200, "users", () => visit("/users/new")],
	["users refused", 422, "users", () => visit(`/users?q=${"x".repeat(201)}`)],
	["new user refused", 422, "users", () => async (page) => {
		await page.goto(url("/users/new"));
		return send(page, "/users/new", { name: "", contact_email: "keine adresse" });
	}],
	["user", 200, "users", (made) => visit(made.user)],
	["user refused", 422, "users", (made) => async (page) => {
		await page.goto(url(made.user));
		return send(page, made.user, { login: env.ADMIN_LOGIN });
	}],
	["user's mailbox refused", 422, "users", (made) => async (page) => {
		await page.goto(url(made.user));
		return send(page, "/assignments", { mailbox: "keine adresse" });
	}],
	["user's link", 200, "users", (made) => async (page) => {
		await page.goto(url(made.user));
		return send(page, "/password-link");
	}],
	["user conflict", 409, "users", (made) => async (page) => {
		await page.goto(url(made.user));
		await made.client.save(await made.client.get(made.user), made.user, { email_name: `Inzwischen ${Math.random()}` });
		return send(page, made.user, { email_name: "Meins" });
	}],
	["leave", 200, "users", (made) => visit(`${made.user}/leave`)],
	["leave, nothing ticked", 422, "users", (made) => async (page) => {
		await page.goto(url(`${made.user}/leave`));
		return send(page, "/leave");
	}],
	["leave summary", 200, "users", (made) => async (page) => {
		await page.goto(url(`${made.user}/leave`));
		await page.check("#new_password");
		const response = await send(page, "/leave");
		await made.client.submit(await made.client.get(made.user), `${made.user}/assignments`, { mailbox: made.address });
		return response;
	}],
	["domains", 200, "domains", () => visit("/domains")],
	["domain refused", 422, "domains", () => async (page) => {
		await page.goto(url("/domains"));
		return send(page, "/domains", { name: "keine domain" });
	}],
	["domain", 200, "domains", () => async (page) => {
		await page.goto(url("/domains"));
		const [response] = await Promise.all([page.waitForNavigation(), page.click("tbody th a")]);
		return response;
	}],
	["journal", 200, "journal", () => visit("/journal")],
	["journal searched", 200, "journal", () => visit("/journal?q=angebot&mailbox=info&participant=a&from=2026-01-01&to=2026-12-31")],
	["journal refused", 422, "journal", () => visit("/journal?from=2026-02-30&to=gestern&mailbox=e")],
	["journal entry", 200, "journal", (made) => async (page) => {
		await page.goto(url(`/journal?q=brief+${made.stamp}`));
		const [response] = await Promise.all([page.waitForNavigation(), page.click("tbody th a")]);
		return response;
	}],
	["missing entry", 404, null, () => visit("/journal/1234567890123456")],
	["other settings", 200, SETTINGS, () => visit("/settings/other")],
	["other settings refused", 422, SETTINGS, () => async (page) => {
		await page.goto(url("/settings/other"));
		return send(page, "/settings/other", { timezone: "Mond/Krater", imap_port: "x", smtp_host: "kein server" });
	}],
	["settings conflict", 409, SETTINGS, (made) => async (page) => {
		await page.goto(url("/settings/other"));
		const other = await made.client.get("/settings/other");
		await made.client.save(other, "/settings/other", { contact: `Frau Inzwischen ${Math.random()}` });
		return send(page, "/settings/other", { contact: "Herr Meins", imap_port: "143" });
	}],
	["changes", 200, "changes", () => visit(`/changes?user=${env.ADMIN_LOGIN}&kind=mailbox`)],
	["changes refused", 422, "changes", () => visit("/changes?mailbox=a&user=gibtesnicht&to=gestern")],
	["status", 200, SETTINGS, () => visit("/status")],
	["account", 200, "account", () => visit("/account")],
	["account refused", 422, "account", () => async (page) => {
		await page.goto(url("/account"));
		return send(page, "/account", { new_password: "kurz" });
	}],
	["my mailboxes", 200, "my", () => visit("/my")],
	["help", 200, null, () => visit("/help")],
	["extras", 200, null, () => visit("/extras")],
	["settings", 200, null, () => visit("/settings")],
	["missing page", 404, null, () => visit("/nirgends")],
	["missing mailbox", 404, null, () => visit("/mailboxes/999999999")],
];
// What an office fills: the same pages, with all that stands on them.
const FULL = [
	["mailboxes of a domain with umlauts", 200, SETTINGS, () => visit(`/mailboxes?domain=${domainId(UMLAUT_DOMAIN.name)}&sort=storage`)],
	["mailboxes that are deleted", 200, SETTINGS, () => visit("/mailboxes?state=deleted")],
	["mailbox with a dozen addresses", 200, SETTINGS, () => visit(`/mailboxes/${mailboxId(MANY_ALIASES)}`)],
	["assignments of many", 200, SETTINGS, () => visit(`/mailboxes/${mailboxId(ROTA)}/assignments`)],
	["absence note that answered", 200, SETTINGS, () => visit(`/mailboxes/${mailboxId(ANSWERING)}/absence`)],
	["user with twelve mailboxes", 200, "users", () => visit(`/users/${userId(LEAVER)}`)],
	["leave with twelve mailboxes", 200, "users", () => visit(`/users/${userId(LEAVER)}/leave`)],
	["users that many words find", 200, "users", () => visit("/users?q=a")],
	["domain with umlauts", 200, "domains", () => visit(`/domains/${domainId(UMLAUT_DOMAIN.name)}`)],
	["journal entry to 300", 200, "journal", () => visit(`/journal/${entryId(CIRCULAR)}`)],
	["journal entry with forty blind copies", 200, "journal", () => visit(`/journal/${entryId(BLIND_COPIES)}`)],
	["journal entry with 24 attachments", 200, "journal", () => visit(`/journal/${entryId(ATTACHMENTS)}`)],
	["changes of one mailbox", 200, "changes", () => visit(`/changes?mailbox=${encodeURIComponent(ROTA)}`)],
];

// Pages that are one page in several states may share their title.
const SAME_TITLE = [
	/^sign-in/,
	/^import( refused)?$/,
	/^list( refused)?$/,
	/^forward/,
	/^rename mailbox/,
	/^mailboxes/,
	/^new mailbox/,
	/^mailbox( |$)|^alias|^delivery/,
	/^access data$|^password shown/,
	/^send access/,
	/^own password/,
	/^link/,
	/^delete mailbox/,
	/^absence note/,
	/^domains|^domain refused/,
	/^account/,
	/^journal( searched| refused)?$/,
	/^other settings/,
	/^assignments/,
	/^users/,
	/^changes/,
	/^new user/,
	/^user( refused)?$|^user's/,
	/^leave( *$|,)/,
	/^welcome/,
	/^missing/,
];

// A new page, which its title tells; what all others answer a form with is what has the focus.
const WITHOUT_OUTCOME = /^import looked at$|^several mailboxes: (users asked for|what will change)$/;

// What autofocus names has it from the page's first frame on, which may come after its load.
const hasFocus = (page) => page.waitForFunction(() => document.querySelector("main").contains(document.activeElement), null, { polling: 50, timeout: 5000 }).then(() => true, () => false);

const answersForm = (response) => [response.request(), response.request().redirectedFrom()].some((request) => request?.method() === "POST");

// Tries to sign in to one account wait for each other.
let signedIn = Promise.resolve();
const signInInTurn = (page) => (signedIn = signedIn.then(() => signIn(page)));

async function everyPage(t, browser, language, made) {
	const context = await openContext(browser, { language });
	await withAxe(context);
	const page = await context.newPage();
	const titles = new Map();
	// Other words have the same colours.
	const coloured = language === "de";
	const look = async (name, status, open, signedIn) => {
		const response = await open(page);
		assert.equal(response.status(), status, `${name}: ${response.url()}`);
		const found = [];
		if (answersForm(response) && !WITHOUT_OUTCOME.test(name) && !await hasFocus(page)) {
			found.push("the outcome of the form doesn't have the focus");
		}
		if (coloured) {
			await page.emulateMedia({ colorScheme: "dark" });
			found.push(...(await colours(page, context.violations)).map((one) => `dark: ${one}`));
			await page.emulateMedia({ colorScheme: "light" });
		}
		found.push(...await everything(page, await response.text(), { language, signedIn, violations: context.violations, coloured }));
		const title = (await page.title()).replace(/^(Fehler|Error|Gespeichert|Saved): /, "");
		const kind = SAME_TITLE.findIndex((pattern) => pattern.test(name));
		for (const [other, place] of titles) {
			if (other === title && (place !== kind || kind < 0)) {
				found.push(`the title "${title}" is another page's too`);
			}
		}
		titles.set(title, kind);
		assert.deepEqual(found, [], name);
	};
	for (const [name, status, open] of SIGNED_OUT) {
		await t.test(`${name}, signed out`, () => look(name, status, (current) => open(current, made), false));
	}
	await signInInTurn(page);
	for (const [name, status, area, open] of [...SIGNED_IN, ...FULL]) {
		await t.test(name, async () => {
			await look(name, status, open(made), true);
			const current = (await page.locator("header [aria-current]").allTextContents()).join("|");
			assert.ok(area === null ? current === "" : current.includes(AREAS[language][area]), `current area: ${current}`);
		});
	}
	await context.close();
}

test("every page", { concurrency: true }, async (t) => {
	const browser = await launchShell();
	t.after(() => browser.close());
	const made = { de: await prepare("de"), en: await prepare("en") };
	await Promise.all(["de", "en"].map((language) => t.test(language, (sub) => everyPage(sub, browser, language, made[language]))));
});

test("no link leads nowhere", async () => {
	const client = await adminClient();
	const seen = new Set();
	const queue = ["/mailboxes", "/extras", "/settings", "/account", "/domains", "/changes", "/users", "/my"];
	const dead = [];
	while (queue.length > 0 && seen.size < 150) {
		const path = queue.shift().replace(/#.*/, "");
		if (seen.has(path)) {
			continue;
		}
		seen.add(path);
		const page = await client.get(path);
		if (page.status !== 200) {
			dead.push(`${path}: ${page.status}`);
			continue;
		}
		for (const [, href] of page.text.matchAll(/<a\b[^>]*\shref="([^"]+)"/g)) {
			queue.push(new URL(href.replace(/&amp;/g, "&"), new URL(page.path, env.BASE_URL)).href.replace(new URL(env.BASE_URL).origin, ""));
		}
	}
	assert.deepEqual(dead, []);
});
