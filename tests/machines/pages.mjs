// pages.mjs: what a test of a machine does on its pages, as a browser would.
//
// usage: POSTSTELLE_ENV=FILE node pages.mjs mailbox LOCAL-PART    make one; prints its password
//                                           journal SUBJECT       prints who and whom of its entry
//                                           servers NAME          the mail servers' name in the settings
//                                           status                prints the page Zustand
import { adminClient } from "../web/lib/client.mjs";
import { elements, linksOf, textOf } from "../web/lib/html.mjs";

const commands = { mailbox, journal, servers, status };
const admin = await adminClient();

async function mailbox(local) {
	const page = await admin.saveMailbox(local);
	const access = await admin.get(`${page.path}/access`);
	const shown = await admin.submit(access, "/access/password");
	const password = elements(shown.text, "output").find(({ attributes }) => attributes.class === "password");
	if (page.status !== 200 || !password) {
		throw new Error(`${page.path}: ${page.status} ${shown.status} ${textOf(shown.text)}`);
	}
	return password.text;
}

async function journal(subject) {
	const list = await admin.get(`/journal?q=${encodeURIComponent(subject)}`);
	const entries = linksOf(list.text).filter(({ text }) => text.includes(subject));
	if (entries.length !== 1) {
		throw new Error(`${entries.length} entries of ${subject}: ${textOf(list.text)}`);
	}
	return textOf((await admin.get(entries[0].href)).text);
}

async function servers(name) {
	const page = await admin.save(await admin.get("/settings/other"), "/settings/other", { imap_host: name, pop3_host: name, smtp_host: name });
	if (page.status !== 200) {
		throw new Error(`${page.status} ${textOf(page.text)}`);
	}
	return textOf(page.text);
}

async function status() {
	return textOf((await admin.get("/status")).text);
}

console.log(await commands[process.argv[2]](...process.argv.slice(3)));
