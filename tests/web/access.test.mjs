// Zugangsdaten versenden: the mail, its one-time link, what makes the link void, and what is said
// when the mail server doesn't take the mail.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync, renameSync } from "node:fs";
import jsQR from "jsqr";
import { Client, adminClient, staffClient } from "./lib/client.mjs";
import { ask, configuration } from "./lib/cgi.mjs";
import { env } from "./lib/env.mjs";
import { elements, errorsOf, formsOf, headingOf, textOf } from "./lib/html.mjs";
import { nextTo, sentTo } from "./lib/message.mjs";
import { DIR, cli, setSetting, sql, startPart, stopPart } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const [[staffId]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);
const STAFF_CONTACT = "stefan@kontakt.example";
setSetting("office_name = 'Hausverwaltung Beispiel', contact = 'Frau Muster', allow_plain_password = 0");
let count = 0;

async function create(local) {
	const address = `${local}.${stamp}.${++count}@${env.DOMAIN}`;
	const page = await admin.saveMailbox(address.split("@")[0]);
	assert.equal(page.status, 200);
	return { address, path: page.path, id: page.path.split("/").pop() };
}

const passwordOf = ({ address }) => /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1];
const assign = ({ id }) => sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) VALUES (${id}, ${staffId}, 1)`);
const fresh = (name) => `${name}.${stamp}.${++count}@kontakt.example`;
const outputs = (html) => elements(html, "output").filter(({ attributes }) => attributes.class === "password");
const linkOf = (html) => /<code id="link">([^<]+)<\/code>/.exec(html)?.[1];
const pathOf = (link) => link.slice(env.BASE_URL.replace(/\/$/, "").length);

async function send(client, box, fields) {
	return client.save(await client.get(`${box.path}/access/send`), "/access/send", fields);
}

// What a phone reads off the page's QR code.
function scanned(html) {
	const SCALE = 4;
	const [, viewBox, path] = /viewBox="0 0 (\d+) \d+"[\s\S]*?<path fill="#000" d="([^"]+)"/.exec(html);
	const width = Number(viewBox) * SCALE;
	const pixels = new Uint8ClampedArray(4 * width * width).fill(255);
	for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
		for (let row = y * SCALE; row < (Number(y) + 1) * SCALE; row++) {
			for (let column = x * SCALE; column < (Number(x) + Number(length)) * SCALE; column++) {
				pixels.fill(0, 4 * (row * width + column), 4 * (row * width + column) + 3);
			}
		}
	}
	return jsQR.default(pixels, width, width)?.data;
}

// A link that holds, as a path.
async function madeLink(box, recipient = fresh("jemand")) {
	const answer = await send(admin, box, { recipient });
	assert.equal(answer.status, 200, answer.text);
	return pathOf(linkOf(answer.text));
}

const press = async (path, client = new Client()) => client.submit(await client.get(path), path);

test("a link: the mail, the page after sending, shown once by the button, then gone", async () => {
	const box = await create("link");
	const recipient = fresh("neu");
	const password = passwordOf(box);
	const answer = await send(admin, box, { recipient });
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get("cache-control"), "no-store");
	const link = linkOf(answer.text);
	assert.match(link, new RegExp(`^${env.BASE_URL}/access/[A-Za-z0-9_-]{43}$`));
	assert.match(answer.text, /<svg role="img" aria-label="QR-Code des Links"/);
	assert.equal(scanned(answer.text), link);
	assert.ok(textOf(answer.text).includes(recipient));
	assert.ok(!answer.text.includes(password));
	const state = async () => textOf(/<caption id="sent">[\s\S]*?<\/table>/.exec((await admin.get(`${box.path}/access`)).text)?.[0] ?? "");
	assert.match(await state(), new RegExp(`${recipient} .* \\(admin\\) noch nicht geöffnet`));

	const mail = await nextTo(recipient);
	assert.equal(mail.subject, `Zugangsdaten für ${box.address}`);
	// Answers go to who sent it.
	assert.equal(mail.headers["reply-to"], `<${sql(`SELECT contact_email FROM user WHERE login = '${env.ADMIN_LOGIN}'`)[0][0]}>`);
	assert.match(mail.headers.from, /^Hausverwaltung Beispiel <poststelle@/);
	assert.equal(mail.headers["auto-submitted"], "auto-generated");
	for (const body of [mail.text, textOf(mail.html)]) {
		for (const words of [box.address, link, "127.0.0.1", env.IMAPS_PORT, env.POP3S_PORT, env.SUBMISSIONS_PORT, "TLS", "Anna Amann", "Hausverwaltung Beispiel", "Frau Muster",
			"Outlook", "iPhone", "Android", "Thunderbird", "ein einziges Mal"]) {
			assert.ok(body.includes(words), words);
		}
		assert.ok(!body.includes(password));
	}
	assert.doesNotMatch(mail.html, /<img|<style|style=|<script|https?:\/\/(?!127\.0\.0\.1)/);

	// A scanner that only looks uses nothing up.
	const path = pathOf(link);
	for (let i = 0; i < 3; i++) {
		const looked = await new Client().get(path);
		assert.equal(looked.status, 200);
		assert.equal(looked.headers.get("cache-control"), "no-store");
		assert.equal(outputs(looked.text).length, 0);
	}
	assert.equal((await new Client().request("HEAD", path)).status, 200);
	assert.equal((await new Client().post(path, {})).status, 403, "without the form's token");
	const reader = new Client({ language: "en" });
	const opened = await press(path, reader);
	assert.equal(opened.status, 200);
	assert.equal(opened.headers.get("cache-control"), "no-store");
	assert.deepEqual(outputs(opened.text).map(({ text }) => text), [password]);
	assert.equal(headingOf(opened.text), `Your access data: ${box.address}`);
	for (const client of [reader, new Client()]) {
		const again = await client.get(path);
		assert.equal(again.status, 410);
		assert.match(textOf(again.text), /hat das Passwort schon gezeigt|has shown the password already/);
		assert.ok(!again.text.includes(password));
		assert.ok(again.text.includes(`${path}/profile.mobileconfig`));
	}
	assert.equal((await reader.post(path, { csrf: formsOf((await reader.get("/login")).text)[0].fields.csrf })).status, 410);
	assert.match(await state(), /geöffnet am \d/);
	const log = textOf((await admin.get(`/changes?mailbox=${box.address}`)).text);
	assert.match(log, new RegExp(`Zugangsdaten versandt \\(Link\\) ${recipient}`));
	assert.match(log, new RegExp(`${recipient} ${box.address} Passwort über den Link gezeigt`));
});

test("50 presses at once: one gets the password", async () => {
	const box = await create("viele");
	const path = await madeLink(box);
	const client = new Client();
	const { csrf } = formsOf((await client.get(path)).text).find(({ action }) => action.endsWith(path)).fields;
	const answers = await Promise.all(Array.from({ length: 50 }, () => client.post(path, { csrf })));
	const password = passwordOf(box);
	const shown = answers.filter(({ text }) => outputs(text).length > 0);
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(49).fill(410)]);
	assert.deepEqual(shown.map(({ text }) => outputs(text)[0].text), [password]);
	assert.equal(answers.filter(({ text }) => text.includes(password)).length, 1);
});

test("new password, deletion, the end of the assignment and time make a link void; all look like one that never was", async (t) => {
	const missing = await new Client().get(`/access/${"x".repeat(43)}`);
	assert.equal(missing.status, 404);
	const masked = (text) => text.replace(/<code>[0-9a-f]+<\/code>/, "");
	const ways = {
		password: async (box) => admin.save(await admin.get(`${box.path}/access/new-password`), "/new-password"),
		deleted: async (box) => admin.save(await admin.get(`${box.path}/delete`), "/delete"),
		assignment: async (box) => sql(`UPDATE assignment SET removed_at = 2 WHERE mailbox_id = ${box.id}`),
		time: async (box) => sql(`UPDATE access_link SET expires_at = made_at WHERE mailbox_id = ${box.id}`),
		left: async () => sql(`UPDATE user SET active = 0 WHERE id = ${staffId}`),
	};
	t.after(() => sql(`UPDATE user SET active = 1 WHERE id = ${staffId}`));
	for (const [why, end] of Object.entries(ways)) {
		for (const used of [false, true]) {
			const box = await create("ende");
			assign(box);
			const path = await madeLink(box, STAFF_CONTACT);
			const client = new Client();
			const page = await client.get(path);
			assert.equal(page.status, 200);
			if (used) {
				assert.equal((await client.submit(page, path)).status, 200);
			}
			await end(box);
			for (const answer of [await client.get(path), await client.submit(page, path), await client.get(`${path}/profile.mobileconfig`)]) {
				assert.equal(answer.status, 404, `${why}: ${answer.path}`);
				assert.ok(!answer.text.includes(box.address));
			}
			assert.equal(masked((await client.get(path)).text), masked(missing.text), why);
			sql(`UPDATE user SET active = 1 WHERE id = ${staffId}`);
		}
	}
	// A stranger's link to the same mailbox outlives the end of somebody's assignment.
	const box = await create("fremder");
	assign(box);
	const path = await madeLink(box);
	await ways.assignment(box);
	assert.equal((await new Client().get(path)).status, 200);
	for (const token of ["", "x", "a".repeat(129), "x".repeat(43)]) {
		assert.equal((await new Client().get(`/access/${token}`)).status, 404, token);
	}
});

test("a new password is made only from the mailbox as it was seen", async () => {
	const box = await create("version");
	const csrf = await admin.token();
	const hash = () => sql(`SELECT password_hash FROM mailbox WHERE id = ${box.id}`)[0][0];
	const before = hash();
	for (const version of [{}, { version: "0" }, { version: "abc" }, { version: "999" }, { version: ["1", "1"] }]) {
		assert.equal((await admin.post(`${box.path}/access/new-password`, { csrf, ...version })).status, 409, JSON.stringify(version));
	}
	assert.equal(hash(), before);
});

test("recipients: any address but the mailbox itself; staff only the own contact address", async () => {
	const box = await create("wohin");
	const alias = `wohin.auch.${stamp}@${env.DOMAIN}`;
	await admin.save(await admin.get(box.path), "/aliases", { address: alias });
	assign(box);
	const offered = await admin.get(`${box.path}/access/send`);
	assert.ok(textOf(offered.text).includes(`${STAFF_CONTACT} (Stefan Stabel)`));
	assert.deepEqual(elements(offered.text, "input").map(({ attributes }) => attributes).filter(({ name }) => name === "to").map(({ value }) => value), [STAFF_CONTACT, "other"]);
	assert.match(errorsOf((await send(admin, box, { recipient: "" })).text).byField.to, /wohin die E-Mail geht/);
	for (const recipient of ["kein", "a@b", "a b@kontakt.example", "a@kontakt.example, b@kontakt.example", "a@kontakt.example\r\nBcc: b@kontakt.example", `${"a".repeat(65)}@kontakt.example`, "x".repeat(2000),
		box.address, box.address.toUpperCase(), box.address.replace("@", "+x@"), alias]) {
		const answer = await send(admin, box, { recipient });
		assert.equal(answer.status, 422, recipient);
		assert.ok(errorsOf(answer.text).byField.recipient, recipient);
		assert.equal(linkOf(answer.text), undefined);
	}
	assert.match(errorsOf((await send(admin, box, { recipient: alias })).text).byField.recipient, /dieses Postfach selbst/);
	const typed = await send(admin, box, { recipient: "a@@b <script>" });
	assert.equal(formsOf(typed.text).find(({ action }) => action.endsWith("/send")).fields.recipient, "a@@b <script>");
	assert.equal((await send(admin, box, { recipient: fresh("wahl"), delivery: "telegramm" })).status, 422);

	const staff = await staffClient();
	const own = await staff.get(`${box.path}/access/send`);
	assert.equal(formsOf(own.text).find(({ action }) => action.endsWith("/send")).fields.to, STAFF_CONTACT);
	const before = sentTo(STAFF_CONTACT).length;
	const other = await staff.save(own, "/send", { recipient: fresh("fremd") });
	assert.equal(other.status, 422);
	assert.match(errorsOf(other.text).byField.recipient, /eigene Kontaktadresse/);
	assert.equal((await staff.save(own, "/send", { recipient: STAFF_CONTACT.toUpperCase() })).status, 200);
	assert.ok(await nextTo(STAFF_CONTACT.toUpperCase().replace("KONTAKT.EXAMPLE", "kontakt.example"), 0) || before);
	// The list: what one sent oneself; administrators see all.
	await send(admin, box, { recipient: fresh("admin") });
	const seen = async (client) => elements(/<caption id="sent">[\s\S]*?<\/table>/.exec((await client.get(`${box.path}/access`)).text)[0], "tr").length - 1;
	assert.equal(await seen(staff), 1);
	assert.equal(await seen(admin), 2);
});

test("clear text only where the settings allow it; the mail is in its reader's language", async (t) => {
	const box = await create("klar");
	assign(box);
	assert.ok(!(await admin.get(`${box.path}/access/send`)).text.includes('value="plain"'));
	const refused = await send(admin, box, { recipient: STAFF_CONTACT, delivery: "plain" });
	assert.equal(refused.status, 422);
	assert.ok(errorsOf(refused.text).byField.delivery);
	setSetting("allow_plain_password = 1, office_name = 'A & <b>B</b> \"C\"'");
	sql(`UPDATE user SET locale = 'en' WHERE id = ${staffId}`);
	t.after(() => {
		setSetting("allow_plain_password = 0, office_name = 'Hausverwaltung Beispiel'");
		sql(`UPDATE user SET locale = '' WHERE id = ${staffId}`);
	});
	const before = sentTo(STAFF_CONTACT).length;
	const answer = await send(admin, box, { recipient: STAFF_CONTACT, delivery: "plain" });
	assert.equal(answer.status, 200);
	assert.equal(linkOf(answer.text), undefined);
	assert.ok(!answer.text.includes(passwordOf(box)));
	const mail = await nextTo(STAFF_CONTACT, before);
	assert.equal(mail.subject, `Access data for ${box.address}`);
	for (const body of [mail.text, textOf(mail.html)]) {
		assert.ok(body.includes(`Password: ${passwordOf(box)}`));
		assert.ok(body.includes("Hello Stefan Stabel"));
		assert.ok(body.includes('A & <b>B</b> "C"'));
		assert.ok(!body.includes("/access/"));
	}
	assert.match(mail.html, /A &amp; &lt;b&gt;B&lt;\/b&gt;/);
	assert.match(textOf((await admin.get(`${box.path}/access`)).text), /im Klartext versandt/);
	assert.match(textOf((await admin.get(`/changes?mailbox=${box.address}`)).text), /Passwort im Klartext/);
	// A link is in the reader's language too.
	await send(admin, box, { recipient: STAFF_CONTACT });
	assert.match((await nextTo(STAFF_CONTACT, before + 1)).text, /This link shows the password once/);
});

test("VIP: the users are told who sent it, unless one of them did; who opened the link has seen the password", async () => {
	const box = await create("vip");
	assign(box);
	await admin.save(await admin.get(box.path), box.path, { vip: "1" });
	const notices = () => sql(`SELECT kind, actor FROM notice WHERE mailbox_id = ${box.id} AND kind = 'sent'`);
	const page = await admin.get(`${box.path}/access/send`);
	assert.match(textOf(page.text), /VIP-Postfach, dem Sie nicht zugeordnet sind/);
	const path = pathOf(linkOf((await admin.save(page, "/send", { recipient: STAFF_CONTACT })).text));
	assert.equal(notices().length, 1);
	assert.match(notices()[0][1], /admin/);
	const seen = () => sql(`SELECT user_id FROM password_seen WHERE mailbox_id = ${box.id}`);
	assert.deepEqual(seen(), []);
	assert.equal((await press(path)).status, 200);
	assert.deepEqual(seen(), [[staffId]]);
	const staff = await staffClient();
	const own = await staff.get(`${box.path}/access/send`);
	assert.doesNotMatch(textOf(own.text), /VIP-Postfach/);
	assert.equal((await staff.save(own, "/send")).status, 200);
	assert.equal(notices().length, 1);
});

test("the mail server doesn't take it: the page says so, the link is void, nothing is claimed", async (t) => {
	const box = await create("fehl");
	const check = async (answer, recipient) => {
		assert.equal(answer.status, 503);
		assert.match(answer.text, /<title>Fehler: /);
		assert.equal(linkOf(answer.text), undefined);
		assert.equal(formsOf(answer.text).find(({ action }) => action.endsWith("/send")).fields.recipient, recipient);
		const [[sent, reason]] = sql(`SELECT sent_at, void_reason FROM access_link WHERE mailbox_id = ${box.id} AND recipient = '${recipient}'`);
		assert.deepEqual([sent, reason], ["0", "failed"]);
		const log = textOf((await admin.get(`/changes?mailbox=${box.address}`)).text);
		assert.match(log, new RegExp(`nicht versandt: vom Mailserver nicht angenommen oder Mailserver nicht zu erreichen ${recipient}`));
		assert.doesNotMatch(log, /versandt \(Link\)/);
		assert.match(textOf((await admin.get(`${box.path}/access`)).text), new RegExp(`${recipient} .* nicht versandt`));
	};
	const unknown = `gibtesnicht.${stamp}@${env.DOMAIN}`;
	const answer = await send(admin, box, { recipient: unknown });
	await check(answer, unknown);
	assert.match(errorsOf(answer.text).byField.recipient, /nicht angenommen/);
	assert.match(elements(answer.text, "pre")[0].text, /^5\d\d[ -]/, "what the server said, and no more");
	assert.match(textOf(answer.text), /Antwort im Wortlaut/);
	stopPart("postfix");
	t.after(() => startPart("postfix"));
	const away = fresh("weg");
	const silent = await send(admin, box, { recipient: away });
	await check(silent, away);
	assert.equal(errorsOf(silent.text).byField.recipient, undefined, "it isn't the address's fault");
	assert.match(textOf(silent.text), /Der Mailserver war nicht zu erreichen/);
	assert.doesNotMatch(textOf(silent.text), /mail server|connect/i, "our own English isn't for pages");
	assert.equal(sentTo(away).length, 0);
});

test("without mail_from the page says so before and after, and nothing is made; an address that nobody has is named to administrators", async () => {
	const box = await create("absender");
	assign(box);
	const conf = configuration("no_sender", (text) => text.replace(/^mail_from=.*$/m, ""));
	const path = `${box.path}/access/send`;
	const cookieOf = (client) => Object.entries(client.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
	for (const client of [admin, await staffClient()]) {
		const cookie = cookieOf(client);
		const page = await ask(path, { conf, cookie });
		assert.equal(page.status, 200);
		assert.match(textOf(page.text), /mail_from/);
		const { csrf } = formsOf(page.text).find(({ action }) => action.endsWith("/send")).fields;
		const answer = await ask(path, { conf, cookie, method: "POST", body: new URLSearchParams({ csrf, recipient: STAFF_CONTACT, delivery: "link" }).toString() });
		assert.equal(answer.status, 422, answer.text.slice(0, 300));
		assert.match(errorsOf(answer.text).byField.recipient, /mail_from/);
	}
	assert.equal(sql(`SELECT COUNT(*) FROM access_link WHERE mailbox_id = ${box.id}`)[0][0], "0");
	const notice = /nimmt keine E-Mails an/;
	for (const [from, shown] of [[`gibtesnicht.${stamp}@${env.DOMAIN}`, true], [box.address, false], [box.address.replace("@", "+x@").toUpperCase(), false], ["wer@welt.example", false]]) {
		const other = configuration("other_sender", (text) => text.replace(/^mail_from=.*$/m, `mail_from=${from}`));
		assert.equal(notice.test(textOf((await ask(path, { conf: other, cookie: cookieOf(admin) })).text)), shown, from);
	}
});

test("the key is gone: nothing is sent, a link isn't used up; it is back, everything works", async (t) => {
	const box = await create("schluessel");
	const path = await madeLink(box);
	const key = `${DIR}/conf/password.key`;
	renameSync(key, `${key}.away`);
	let back = false;
	const bring = () => {
		if (!back) {
			renameSync(`${key}.away`, key);
		}
		back = true;
	};
	t.after(bring);
	const before = sql(`SELECT COUNT(*) FROM access_link WHERE mailbox_id = ${box.id}`);
	const page = await admin.get(`${box.path}/access/send`);
	assert.match(textOf(page.text), /Schlüssel/);
	assert.equal((await admin.save(page, "/send", { recipient: fresh("ohne") })).status, 422);
	assert.deepEqual(sql(`SELECT COUNT(*) FROM access_link WHERE mailbox_id = ${box.id}`), before);
	assert.equal((await press(path)).status, 503);
	bring();
	assert.deepEqual(outputs((await press(path)).text).map(({ text }) => text), [passwordOf(box)]);
});

test("logs hold no token", async () => {
	const box = await create("log");
	const path = await madeLink(box);
	await press(path);
	await new Client().get(`${path}/nichts`);
	const token = path.split("/").pop();
	for (const name of ["web.log", "nginx.log", "poststelle-access.log", "poststelle-error.log"]) {
		assert.ok(!readFileSync(`${env.LOG_DIR}/${name}`, "utf8").includes(token), name);
	}
	// What they name instead, nginx's and ours by the same number.
	const [, request] = /request=(\w+) .*route="\/access\/\{token\}"/.exec(readFileSync(`${env.LOG_DIR}/poststelle-access.log`, "utf8"));
	assert.match(readFileSync(`${env.LOG_DIR}/web.log`, "utf8"), new RegExp(`request=${request} .*route="/access/\\{token\\}"`));
	const stored = sql(`SELECT HEX(token_hash) FROM access_link WHERE mailbox_id = ${box.id}`)[0][0];
	assert.equal(stored.length, 64);
	assert.ok(!stored.includes(Buffer.from(token).toString("hex").toUpperCase()));
});
