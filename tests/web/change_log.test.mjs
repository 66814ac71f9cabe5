// Änderungsprotokoll: every field of every form, old and new value. A form or a field that is new
// has to be added here.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { adminClient } from "./lib/client.mjs";
import { ROOT, env } from "./lib/env.mjs";
import { elements, formsOf, linksOf, textOf } from "./lib/html.mjs";
import { cli, sql, until } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const idOf = (page) => page.path.split("/").pop();

// Fields that change nothing by themselves: what says that the form is meant and from when it is, an
// answer's look, and passwords, of which the log holds only that there is a new one.
const NOT_VALUES = new Set(["csrf", "version", "shown", "back", "next", "preview", "login password", "old_password", "new_password_again"]);
// Forms that change nothing that is logged.
const NO_CHANGES = new Set(["/login", "/logout", "/mailboxes/{id}/delivery-check"]);

const seen = new Set();
const walked = new Set();
const general = (path) => path.replace(/\/\d+(?=\/|$)/g, "/{id}");
const fieldNames = (form) => [...new Set([...form.html.matchAll(/<(?:input|select|textarea|button)\b[^>]*\bname="([^"]+)"/g)].map(([, name]) => name))];

function collect(page) {
	for (const form of formsOf(page.text).filter(({ method }) => method === "post")) {
		if (!NO_CHANGES.has(general(form.action))) {
			fieldNames(form).filter((name) => !NOT_VALUES.has(name)).forEach((name) => seen.add(`${general(form.action)} ${name}`));
		}
	}
	return page;
}
const look = async (path) => collect(await admin.get(path));

// The newest rows of the log that name a subject: {what, old, now}.
async function rowsOf(subject) {
	const page = await admin.get(`/changes?q=${encodeURIComponent(subject)}`);
	return [...page.text.matchAll(/<tr><td>[\s\S]*?<\/tr>/g)].map(([row]) => {
		const cells = elements(row, "td").map(({ text }) => text);
		return { subject: elements(row, "th")[0].text, who: cells[1], what: cells[2], old: cells[3], now: cells[4] };
	});
}

// Posts a form of a page with changes and finds each of the rows, [what, old, new], in the log.
async function change(path, action, subject, fields, rows) {
	const page = await look(path);
	const form = formsOf(page.text).find((one) => one.method === "post" && general(one.action).endsWith(action));
	assert.ok(form, `${path} has no form ${action}: ${textOf(page.text)}`);
	const answer = await admin.submit(page, form.action, fields);
	assert.ok([200, 303].includes(answer.status), `${path}: ${answer.status} ${textOf(answer.text)}`);
	Object.keys(fields).forEach((name) => walked.add(`${general(form.action)} ${name}`));
	const log = await rowsOf(subject);
	for (const [what, old, now] of rows) {
		assert.ok(log.some((row) => row.what === what && row.old === old && row.now === now),
			`${what}: ${old} -> ${now} isn't in\n${log.map((row) => Object.values(row).join(" | ")).join("\n")}`);
	}
	return answer;
}

// What the log calls a field.
const labels = /\nT\.field \{([\s\S]*?)\n\}/.exec(readFileSync(`${ROOT}/templates/lang/de.hdf`, "utf8"))[1];
const labelOf = (field) => new RegExp(`\\n\\t${field} = (.*)`).exec(labels)[1];
// A row for each field of a form: {name: [typed, old, new, its name in the log if that is another]}.
const typed = (fields) => Object.fromEntries(Object.entries(fields).map(([name, [value]]) => [name, value]));
const rows = (what, fields) => Object.entries(fields).map(([name, [, old, now, logged]]) => [`${what}: ${labelOf(logged ?? name)}`, old, now]);
const changeAll = (path, action, subject, what, fields) => change(path, action, subject, typed(fields), rows(what, fields));

test("a mailbox, its settings, addresses, people, absence note and access data", async () => {
	const local = `protokoll.${stamp}`;
	const address = `${local}@${env.DOMAIN}`;
	const own = elements((await look("/mailboxes/new")).text, "option").find(({ text }) => text === env.DOMAIN).attributes.value;
	await change("/mailboxes/new", "/mailboxes", address, { local_part: local, domain_id: own }, [["Postfach angelegt", "", ""]]);
	const path = linksOf((await admin.get(`/mailboxes?q=${local}`)).text).find(({ text }) => text === address).href;
	await changeAll(path, path.replace(/\d+$/, "{id}"), address, "Postfach geändert", {
		active: [undefined, "ja", "nein"],
		may_send: [undefined, "ja", "nein"],
		may_log_in: [undefined, "ja", "nein"],
		own_only: ["1", "nein", "ja"],
		email_name: ["Größe & \"Söhne\"", "", "Größe & \"Söhne\""],
		note: [`Zweck & "Ziel" ${stamp}`, "", `Zweck & "Ziel" ${stamp}`],
		vip: ["1", "nein", "ja"],
		quota_mb: ["77", "0", "77"],
		send_limit: ["40", "", "40"],
	});
	await changeAll(path, path.replace(/\d+$/, "{id}"), address, "Postfach geändert", { own_only: [undefined, "ja", "nein"] });
	await change(path, "/aliases", address, { address: `weiter.${local}@${env.DOMAIN}` }, [["Weitere Adresse angelegt", "", `weiter.${local}@${env.DOMAIN}`]]);
	await change(path, "/aliases/{id}/delete", address, {}, [["Weitere Adresse entfernt", `weiter.${local}@${env.DOMAIN}`, ""]]);
	const other = sql(`SELECT id FROM domain WHERE active = 1 AND name <> '${env.DOMAIN}' AND name = display_name LIMIT 1`)[0][0];
	const [[otherName]] = sql(`SELECT name FROM domain WHERE id = ${other}`);
	const before = `vorher.${local}@${otherName}`;
	await change(`${path}/address`, "/address", address, { local_part: `vorher.${local}`, domain_id: other }, [["Postfach umbenannt: Adresse", address, before]]);
	await change(`${path}/address`, "/address", address, { local_part: local, domain_id: own }, [["Postfach umbenannt: Adresse", before, address]]);
	const target = `ziel.${stamp}@${env.DOMAIN}`;
	await admin.saveMailbox(`ziel.${stamp}`);
	await changeAll(`${path}/forward`, "/forward", address, "Weiterleitung geändert", {
		to: [target, "", target, "to_forward"],
		keep_copy: [undefined, "ja", "nein"],
		until: ["2031-01-31", "", "31.1.2031"],
	});
	const [[staff]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	await change(`${path}/assignments`, "/assignments", address, { user_id: staff }, [["Benutzer zugeordnet", "", env.STAFF_LOGIN]]);
	await change(`${path}/assignments`, "/end", address, { new_password: "1" }, [["Zuordnung beendet", env.STAFF_LOGIN, ""], ["Neues Passwort generiert", "", ""]]);
	await changeAll(`${path}/absence`, "/absence", address, "Abwesenheitsnotiz geändert", {
		active: ["1", "nein", "ja", "absence"],
		subject: [`Weg ${stamp}`, "", `Weg ${stamp}`],
		body: ["Bin weg & komme wieder.", "", "Bin weg & komme wieder."],
		internal: ["1", "nein", "ja"],
		internal_body: ["Bin auf Dienstreise.", "", "Bin auf Dienstreise."],
		starts_on: ["2031-01-30", "", "30.1.2031"],
		ends_on: ["2031-01-31", "", "31.1.2031"],
	});
	await change(`${path}/access`, "/access/password", address, {}, [["Passwort angezeigt", "", ""]]);
	await change(`${path}/access/new-password`, "/new-password", address, {}, [["Neues Passwort generiert", "", ""]]);
	const to = `an.${stamp}@kontakt.example`;
	await change(`${path}/access/send`, "/send", address, { recipient: to }, [["Zugangsdaten versandt (Link)", "", to]]);
	await change(`${path}/delete`, "/delete", address, {}, [["Postfach gelöscht", "", ""]]);
	await change(path, "/restore", address, {}, [["Postfach wiederhergestellt", "", ""]]);
});

test("of a long text the part that changed", async () => {
	const { path } = await admin.saveMailbox(`lang.${stamp}`);
	const body = `${"Ärger mit langen Sätzen. ".repeat(300)}`;
	const save = async (text) => assert.equal((await admin.submit(await admin.get(`${path}/absence`), "/absence", { body: text, subject: "" })).status, 303);
	await save(`${body}Schluss.`);
	await save(`${body}Ende.`);
	const [row] = await rowsOf(`lang.${stamp}`);
	assert.match(row.old, /^….*langen Sätzen\. Schluss\.$/);
	assert.match(row.now, /^….*langen Sätzen\. Ende\.$/);
	assert.ok(row.now.length < 1500);
});

test("a user, what the user may, has and loses", async () => {
	const login = `protokoll.${stamp}`;
	const contact = `${login}@kontakt.example`;
	const created = await changeAll("/users/new", "/users/new", login, "Benutzer angelegt", {
		login: [login, "", login],
		name: ["Petra Protokoll", "", "Petra Protokoll"],
		email_name: ["Petra im Büro", "", "Petra im Büro"],
		contact_email: [contact, "", contact],
		role: ["staff", "", "Mitarbeiter"],
		journal_right: ["none", "", "Keine"],
		locale: ["de", "", "Deutsch"],
		active: ["1", "", "ja"],
	});
	const path = created.location;
	await changeAll(path, "/users/{id}", login, "Benutzer geändert", {
		login: [`neu.${login}`, login, `neu.${login}`],
		name: ["Petra Paragraph", "Petra Protokoll", "Petra Paragraph"],
		email_name: ["", "Petra im Büro", ""],
		contact_email: [`neu.${contact}`, contact, `neu.${contact}`],
		role: ["admin", "Mitarbeiter", "Administrator"],
		journal_right: ["all", "Keine", "Alle"],
		locale: ["", "Deutsch", "wie im Browser eingestellt"],
	});
	await change(path, "/users/{id}", `neu.${login}`, { active: undefined }, [[`Benutzer geändert: ${labelOf("active")}`, "ja", "nein"]]);
	await change(path, "/users/{id}", `neu.${login}`, { active: "1" }, [[`Benutzer geändert: ${labelOf("active")}`, "nein", "ja"]]);
	await change(path, "/password-link", `neu.${login}`, {}, [["Passwort-Link erzeugt", "", ""], ["Passwort-Link versandt", "", `neu.${contact}`]]);
	const [[staff]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	const boxes = [];
	for (const name of ["eins", "zwei", "drei"]) {
		boxes.push(idOf(await admin.saveMailbox(`${name}.${stamp}`)));
		const address = `${name}.${stamp}@${env.DOMAIN}`;
		await change(path, "/users/{id}/assignments", address, { mailbox: address }, [["Benutzer zugeordnet", "", `neu.${login}`]]);
	}
	await change(path, "/end", `drei.${stamp}`, { new_password: "1" }, [["Zuordnung beendet", `neu.${login}`, ""], ["Neues Passwort generiert", "", ""]]);
	await change(`${path}/leave`, "/leave", stamp, { end: boxes[0], new_password: boxes[1], successor: staff, deactivate: "1" },
		[["Benutzer zugeordnet", "", env.STAFF_LOGIN], ["Zuordnung beendet", `neu.${login}`, ""], ["Neues Passwort generiert", "", ""], [`Benutzer geändert: ${labelOf("active")}`, "ja", "nein"]]);
});

test("a domain, the settings, the own account", async () => {
	const name = `größe-${stamp}.example`;
	const created = await change("/domains", "/domains", name, { name }, [["Domain angelegt", "", ""]]);
	const reader = `post.${stamp}@${env.DOMAIN}`;
	await admin.saveMailbox(`post.${stamp}`);
	const twin = sql(`SELECT name, id FROM domain WHERE name = display_name AND active = 1 AND alias_of IS NULL LIMIT 1`)[0];
	await change(created.location, "/domains/{id}", name, { alias_of: twin[1] }, [["Domain geändert: Alias-Domain von", "", twin[0]]]);
	await change(created.location, "/domains/{id}", name, { alias_of: "" }, [["Domain geändert: Alias-Domain von", twin[0], ""]]);
	await change(created.location, "/domains/{id}", name, { catch_all: reader }, [["Domain geändert: Auffang-Postfach", "", reader]]);
	await change(created.location, "/domains/{id}", reader, { postmaster: reader }, ["postmaster", "abuse"].map((local) => ["Weitere Adresse angelegt", "", `${local}@${name}`]));
	await change(created.location, "/domains/{id}", name, { active: undefined }, [[`Domain geändert: ${labelOf("active")}`, "ja", "nein"]]);
	const list = `verteiler.${stamp}@${env.DOMAIN}`;
	const madeList = await change("/lists", "/lists", list, { address: list }, [["Verteiler angelegt", "", ""]]);
	await changeAll(madeList.location, "/lists/{id}", list, "Verteiler geändert", {
		member: [reader, "", reader],
		who: ["members", "alle", "nur Mitglieder"],
		active: [undefined, "ja", "nein"],
	});
	await change(madeList.location, "/lists/{id}/delete", list, {}, [["Verteiler gelöscht", "", ""]]);
	const before = formsOf((await look("/settings/other")).text).find(({ action }) => action.endsWith("/settings/other")).fields;
	const server = (kind) => ({
		[`${kind}_host`]: [`${kind}.${stamp}.example`, before[`${kind}_host`], `${kind}.${stamp}.example`],
		[`${kind}_port`]: ["1234", before[`${kind}_port`], "1234"],
		[`${kind}_security`]: ["starttls", "SSL/TLS", "STARTTLS"],
	});
	const switched = (field) => (before[field] ? [undefined, "ja", "nein"] : ["1", "nein", "ja"]);
	await changeAll("/settings/other", "/settings/other", "", "Einstellung geändert", {
		office_name: [`Büro ${stamp}`, before.office_name, `Büro ${stamp}`],
		contact: [`Frau ${stamp}`, before.contact, `Frau ${stamp}`],
		webmail_url: [`https://webmail.${stamp}.example/`, before.webmail_url, `https://webmail.${stamp}.example/`],
		timezone: ["Europe/Vienna", before.timezone, "Europe/Vienna"],
		journal_keep_days: ["999", before.journal_keep_days, "999"],
		send_limit: ["321", before.send_limit, "321"],
		default_quota_mb: ["2345", before.default_quota_mb, "2345"],
		vip_exempt_cc_bcc: switched("vip_exempt_cc_bcc"),
		allow_plain_password: switched("allow_plain_password"),
		own_only_vip: switched("own_only_vip"),
		outside_members: switched("outside_members"),
		outside_forward: switched("outside_forward"),
		...server("imap"), ...server("pop3"), ...server("smtp"),
	});
	const back = await admin.get("/settings/other");
	const { version } = formsOf(back.text).find(({ action }) => action.endsWith("/settings/other")).fields;
	assert.equal((await admin.post("/settings/other", { ...before, version })).status, 303);
	// The own language.
	const own = await adminClient();
	await own.submit(await own.get("/account"), "/account", { locale: "en" });
	await own.submit(await own.get("/account"), "/account", { locale: "" });
	const log = await rowsOf(env.ADMIN_LOGIN);
	assert.equal(log[0].who, `Anna Amann (${env.ADMIN_LOGIN})`, "the name, with the log-in");
	for (const [old, now] of [["wie im Browser eingestellt", "English"], ["English", "wie im Browser eingestellt"]]) {
		assert.ok(log.some((row) => row.what === `Benutzer geändert: ${labelOf("locale")}` && row.old === old && row.now === now), `${old} -> ${now}`);
	}
	walked.add("/account locale");
});

test("many mailboxes at once, and users of a new one", async () => {
	const local = `mehrere.${stamp}`;
	const [[staff]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	const page = await look("/mailboxes/new");
	const domain_id = elements(page.text, "option").find(({ text }) => text === env.DOMAIN).attributes.value;
	assert.equal((await admin.submit(page, "/mailboxes", { local_part: local, domain_id, user_id: staff })).status, 303);
	walked.add("/mailboxes user_id");
	const list = await look(`/mailboxes?q=${local}`);
	const preview = await admin.submit(list, "/mailboxes/bulk", { all: "1", action: "deactivate" });
	assert.equal((await admin.submit(collect(preview), "/mailboxes/bulk")).status, 303);
	for (const form of [list, preview].flatMap(({ text }) => formsOf(text)).filter(({ action }) => action.endsWith("/mailboxes/bulk"))) {
		fieldNames(form).forEach((name) => walked.add(`/mailboxes/bulk ${name}`));
	}
	const log = await rowsOf(`${local}@${env.DOMAIN}`);
	for (const [what, old, now] of [["Benutzer zugeordnet", "", env.STAFF_LOGIN], [`Postfach geändert: ${labelOf("active")}`, "ja", "nein"]]) {
		assert.ok(log.some((row) => row.what === what && row.old === old && row.now === now), what);
	}
});

test("each kind of change can be filtered by", async () => {
	const texts = readFileSync(`${ROOT}/templates/lang/de.hdf`, "utf8");
	const actions = /\nT\.change \{([\s\S]*?)\n\}/.exec(texts)[1];
	const kinds = new Set([...actions.matchAll(/\n\t([a-z_]+)\./g)].map(([, kind]) => kind));
	const offered = elements((await admin.get("/changes")).text, "option").map(({ attributes }) => attributes.value).filter(Boolean);
	assert.deepEqual(offered.sort(), [...kinds].sort());
});

test("mailboxes from a table", async () => {
	const local = `tabelle.${stamp}`;
	const page = await look("/mailboxes/import");
	const preview = collect(await admin.submit(page, "/mailboxes/import", { file: undefined, csv: `address;name;users\n${local}@${env.DOMAIN};Aus der Tabelle;${env.STAFF_LOGIN}\n` }));
	const begun = await admin.save(preview, "/mailboxes/import");
	const done = await until(30000, async () => textOf((await admin.get(begun.path)).text), (text) => /Alles ist angelegt/.test(text));
	assert.match(done, /Alles ist angelegt/);
	["file", "csv", "token", "confirm"].forEach((name) => walked.add(`/mailboxes/import ${name}`));
	const log = await rowsOf(`${local}@${env.DOMAIN}`);
	for (const [what, now] of [["Postfach angelegt", "Aus der Tabelle"], ["Benutzer zugeordnet", env.STAFF_LOGIN]]) {
		assert.ok(log.some((row) => row.what.startsWith(what) && row.now === now), JSON.stringify(log));
	}
});

test("no form and no field was left out", async () => {
	const routes = [...readFileSync(`${ROOT}/cgi-bin/routes.c`, "utf8").matchAll(/\{"GET", "([^"]+)"/g)].map(([, path]) => path).filter((path) => !path.includes("{token}"));
	assert.ok(routes.length > 20);
	for (const route of routes) {
		await look(route.replaceAll("{id}", "1"));
	}
	// One account form is for passwords alone.
	seen.delete("/account new_password");
	// What says that the page knows the tick boxes beside it.
	seen.delete("/mailboxes/{id} switches");
	// A search for users changes nothing.
	assert.deepEqual([...seen].filter((one) => !walked.has(one) && !/ (find|user_q|user_q_shown)$/.test(one)).sort(), []);
	assert.match(cli("user", "list"), new RegExp(`neu.protokoll.${stamp}`));
});
