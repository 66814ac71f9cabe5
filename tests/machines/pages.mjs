// pages.mjs: what a test of a machine does on its pages, as a browser would.
//
// usage: POSTSTELLE_ENV=FILE node pages.mjs mailbox LOCAL-PART    make one; prints its password
//                                           renew LOCAL-PART      a new password, which it prints
//                                           absence LOCAL-PART TEXT    the note is on
//                                           remove LOCAL-PART     delete it; prints its number
//                                           journal SUBJECT       prints who and whom of its entry
//                                           servers               prints the mail servers' names in the settings
//                                           status                prints the page Zustand
import { adminClient } from "../web/lib/client.mjs";
import { elements, formsOf, linksOf, textOf } from "../web/lib/html.mjs";

const commands = { mailbox, renew, absence, remove, journal, servers, status };
const admin = await adminClient();

// The page's path of a mailbox.
async function find(local) {
	const list = await admin.get(`/mailboxes?q=${local}`);
	const link = linksOf(list.text).find(({ href, text }) => /^\/mailboxes\/\d+$/.test(href) && text.startsWith(`${local}@`));
	if (!link) {
		throw new Error(`${local}: ${list.status} ${textOf(list.text)}`);
	}
	return link.href;
}

function wellDone(page) {
	if (page.status !== 200) {
		throw new Error(`${page.path}: ${page.status} ${textOf(page.text)}`);
	}
	return page;
}

async function shownPassword(path) {
	const shown = await admin.submit(await admin.get(`${path}/access`), "/access/password");
	const password = elements(shown.text, "output").find(({ attributes }) => attributes.class === "password");
	if (!password) {
		throw new Error(`${path}: ${shown.status} ${textOf(shown.text)}`);
	}
	return password.text;
}

async function mailbox(local) {
	return shownPassword(wellDone(await admin.saveMailbox(local)).path);
}

async function renew(local) {
	const path = await find(local);
	wellDone(await admin.save(await admin.get(`${path}/access/new-password`), "/new-password"));
	return shownPassword(path);
}

async function absence(local, body) {
	const path = await find(local);
	return textOf(wellDone(await admin.save(await admin.get(`${path}/absence`), "/absence", { active: "1", subject: "Nicht da", body })).text);
}

async function remove(local) {
	const path = await find(local);
	wellDone(await admin.save(await admin.get(`${path}/delete`), "/delete"));
	return path.split("/").pop();
}

async function journal(subject) {
	const list = await admin.get(`/journal?q=${encodeURIComponent(subject)}`);
	const entries = linksOf(list.text).filter(({ text }) => text.includes(subject));
	if (entries.length !== 1) {
		throw new Error(`${entries.length} entries of ${subject}: ${textOf(list.text)}`);
	}
	return textOf((await admin.get(entries[0].href)).text);
}

async function servers() {
	const form = formsOf((await admin.get("/settings/other")).text).find(({ action }) => action.endsWith("/settings/other"));
	return ["imap_host", "pop3_host", "smtp_host"].map((name) => form.fields[name]).join("\n");
}

async function status() {
	return textOf((await admin.get("/status")).text);
}

console.log(await commands[process.argv[2]](...process.argv.slice(3)));
