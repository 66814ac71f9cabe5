// Users: base data, the list, links for a password, leaving the office; as people and as hostile
// programs use them.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { elements, errorsOf, formsOf, linksOf, textOf, titleOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { nextTo, sentTo } from "./lib/message.mjs";
import { DIR, cli, sql, startPart, stopPart, until } from "./lib/stack.mjs";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

const FIELDS = { role: "staff", journal_right: "own", locale: "", active: "1" };
const contactOf = (login) => `${login}@kontakt.example`;

// A new user's page.
async function newUser(login, changes = {}) {
	login = `${login}.${stamp}.${++count}`;
	const fields = { ...FIELDS, login, name: `Name von ${login}`, contact_email: contactOf(login), ...changes };
	const page = await admin.save(await admin.get("/users/new"), "/users/new", fields);
	assert.equal(page.status, 200, textOf(page.text));
	return { login, contact: fields.contact_email, page, path: page.path, id: Number(page.path.split("/").pop()) };
}

async function newMailbox(local) {
	const address = `${local}.${stamp}.${++count}@${env.DOMAIN}`;
	const answer = await admin.newMailbox(address.split("@")[0]);
	assert.equal(answer.status, 303);
	return { address, id: Number(answer.location.split("/").pop()) };
}

const assign = (user, ...boxes) => sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) VALUES ${boxes.map((box) => `(${box.id}, ${user.id}, 1)`).join()}`);
const COLUMNS = ["login", "name", "email_name", "contact_email", "role", "journal_right", "locale", "active", "version"];
const saved = (id) => {
	const [row] = sql(`SELECT ${COLUMNS.join(", ")} FROM user WHERE id = ${id}`);
	return Object.fromEntries(COLUMNS.map((name, i) => [name, row[i]]));
};
const changesOf = (login) => sql(`SELECT action, field, IFNULL(old_value, ''), IFNULL(new_value, '') FROM change_log WHERE subject = '${login}' ORDER BY id`).map((row) => row.join(" ").trim());

// The link of a mail, as a path.
const linkOf = (mail) => new URL(/http\S+\/welcome\/[\w-]+/.exec(mail.text)[0]).pathname;

// Makes a link by the button; {answer, path}: what the page said, and where the mail leads.
async function makeLink(user) {
	const before = sentTo(user.contact).length;
	const answer = await admin.submit(await admin.get(user.path), "/password-link");
	assert.equal(answer.status, 200, textOf(answer.text));
	return { answer, path: linkOf(await nextTo(user.contact, before)) };
}

async function setPassword(path, password, client = new Client()) {
	const page = await client.get(path);
	assert.equal(page.status, 200);
	return client.submit(page, path, { new_password: password, new_password_again: password });
}

const signsIn = (login, password) => new Client().signIn(login, password).then(() => true, () => false);

test("a user from nothing to the first sign-in", async () => {
	const user = await newUser("erste", { name: "Jörg \"Größe\" <Müller>", journal_right: "none", email_name: "Büro, Nord" });
	assert.match(titleOf(user.page.text), /Benutzer: Jörg "Größe" <Müller>/);
	assert.match(textOf(user.page.text), /noch nie angemeldet/);
	assert.deepEqual(saved(user.id), { login: user.login, name: "Jörg \"Größe\" <Müller>", email_name: "Büro, Nord", contact_email: user.contact,
		role: "staff", journal_right: "none", locale: "", active: "1", version: "1" });
	const { answer, path } = await makeLink(user);
	assert.equal(answer.headers.get("cache-control"), "no-store");
	// Until the first sign-in the page shows it too.
	assert.ok(answer.text.includes(path));
	assert.match(textOf(answer.text), new RegExp(`unterwegs.*${path}`));
	const mail = sentTo(user.contact).at(-1);
	assert.match(mail.subject, /Passwort/);
	assert.equal(mail.headers["reply-to"], `<${sql(`SELECT contact_email FROM user WHERE login = '${env.ADMIN_LOGIN}'`)[0][0]}>`);
	assert.match(mail.text, /Guten Tag Jörg "Größe" <Müller>/);
	assert.ok(mail.text.includes(user.login));
	// Looking at it uses nothing up.
	const visitor = new Client();
	for (let i = 0; i < 3; i++) {
		assert.equal((await visitor.get(path)).status, 200);
	}
	assert.equal((await visitor.request("HEAD", path)).status, 200);
	const set = await setPassword(path, "ein langes Passwort", visitor);
	assert.equal(set.status, 303);
	assert.equal(set.location, "/login");
	assert.match(textOf((await visitor.get("/login")).text), /Ihr Passwort ist gesetzt/);
	// It doesn't sign in.
	assert.match((await visitor.request("GET", "/my")).location, /^\/login/);
	assert.ok(await signsIn(user.login.toUpperCase(), "ein langes Passwort"));
	// Used up; and from now on no page shows a link.
	assert.equal((await new Client().get(path)).status, 404);
	const second = await makeLink(user);
	assert.ok(!second.answer.text.includes("/welcome/"));
	assert.ok(!(await admin.get(user.path)).text.includes("/welcome/"));
	assert.deepEqual(changesOf(user.login).map((line) => line.split(" ")[0]).filter((action, i, all) => action !== all[i - 1]),
		["user.created", "user.link_made", "user.link_sent", "user.password_by_link", "user.link_made", "user.link_sent"]);
	const tokens = [path, second.path].map((one) => one.split("/").pop());
	const log = readdirSync(env.LOG_DIR, { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(env.LOG_DIR, entry.name), "latin1")).join("");
	assert.ok(tokens.every((token) => !log.includes(token)), "a log holds the token");
	assert.deepEqual(sql(`SELECT COUNT(*) FROM change_log WHERE CONCAT_WS(' ', old_value, new_value) REGEXP '${tokens.join("|")}'`), [["0"]]);
});

test("a link is void when it is used, replaced, expired, or its user deactivated or reached elsewhere", async () => {
	const gone = async (path) => {
		const client = new Client();
		const page = await client.get(path);
		assert.equal(page.status, 404);
		assert.match(textOf(page.text), /Dieser Link gilt nicht/);
		const token = formsOf((await client.get("/login")).text)[0].fields.csrf;
		const answer = await client.post(path, { csrf: token, new_password: "lang genug ist das", new_password_again: "lang genug ist das" });
		assert.equal(answer.status, 404);
	};
	const user = await newUser("leer");
	const first = await makeLink(user);
	const second = await makeLink(user);
	await gone(first.path);
	sql(`UPDATE password_link SET expires_at = 1 WHERE user_id = ${user.id}`);
	await gone(second.path);
	const third = await makeLink(user);
	await admin.save(await admin.get(user.path), user.path, { active: undefined });
	await gone(third.path);
	// A link for somebody who can't sign in isn't made.
	let page = await admin.get(user.path);
	assert.ok(!formsOf(page.text).some((form) => form.action.endsWith("/password-link")));
	assert.equal((await admin.post(`${user.path}/password-link`, { csrf: await admin.token() })).status, 422);
	await admin.save(page, user.path, { active: "1" });
	await gone(third.path);
	const fourth = await makeLink(user);
	page = await admin.get(user.path);
	await admin.save(page, user.path, { contact_email: "anders@kontakt.example" });
	await gone(fourth.path);
	await gone(`/welcome/${"a".repeat(43)}`);
	await gone("/welcome/x");
	assert.equal((await new Client().get("/welcome/")).status, 404);
	assert.equal((await new Client().get(`/welcome/${"a".repeat(200)}`)).status, 404);
});

test("a password that isn't taken leaves the link; 20 at once: one is done", async () => {
	const user = await newUser("viele");
	const { path } = await makeLink(user);
	const client = new Client();
	for (const [fields, field] of [[{}, "new_password"], [{ new_password: "kurz", new_password_again: "kurz" }, "new_password"],
		[{ new_password: "lang genug ist es", new_password_again: "aber anders" }, "new_password_again"],
		[{ new_password: "a\u0007".repeat(10), new_password_again: "a\u0007".repeat(10) }, "new_password"]]) {
		const answer = await client.submit(await client.get(path), path, fields);
		assert.equal(answer.status, 422);
		assert.ok(errorsOf(answer.text).byField[field], field);
		assert.ok(!answer.text.includes("lang genug"), "a password is given back");
	}
	// Not without the form's own token.
	assert.equal((await new Client().post(path, { new_password: "lang genug ist es", new_password_again: "lang genug ist es" })).status, 403);
	const clients = Array.from({ length: 20 }, () => new Client());
	const pages = await Promise.all(clients.map((one) => one.get(path)));
	const answers = await Promise.all(clients.map((one, i) => one.submit(pages[i], path, { new_password: `Passwort Nummer ${i}`, new_password_again: `Passwort Nummer ${i}` })));
	const done = answers.findIndex(({ status }) => status === 303);
	assert.deepEqual(answers.map(({ status }) => status).filter((status) => status !== 404), [303]);
	assert.ok(await signsIn(user.login, `Passwort Nummer ${done}`));
});

test("a forgotten password ends what the old one opened", async () => {
	const user = await newUser("vergessen");
	await setPassword((await makeLink(user)).path, "das erste Passwort");
	const client = await new Client().signIn(user.login, "das erste Passwort");
	assert.equal((await client.get("/my")).status, 200);
	await setPassword((await makeLink(user)).path, "das zweite Passwort");
	assert.equal((await client.request("GET", "/my")).status, 303);
	assert.ok(!await signsIn(user.login, "das erste Passwort"));
});

test("base data saved, and told where the contact address changes", async () => {
	const user = await newUser("daten");
	const page = await admin.save(user.page, user.path, { name: "  Neuer Name ", email_name: "Ünï 😀", contact_email: `Neu.${user.login}@KONTAKT.example`, role: "admin", journal_right: "all", locale: "en" });
	assert.match(textOf(page.text), /gespeichert/);
	const now = saved(user.id);
	assert.deepEqual([now.name, now.email_name, now.role, now.journal_right, now.locale, now.version], ["Neuer Name", "Ünï 😀", "admin", "all", "en", "2"]);
	assert.match((await nextTo(user.contact)).subject, /contact address was changed/);
	assert.match((await nextTo(now.contact_email)).subject, /new contact address/);
	const log = changesOf(user.login);
	for (const line of ["user.changed role staff admin", "user.changed journal_right own all", "user.changed locale  en"]) {
		assert.ok(log.includes(line), `${line} in ${log.join("; ")}`);
	}
	assert.match(textOf((await admin.get(`/changes?q=${user.login}`)).text), /Mitarbeiter Administrator/);
	// The log-in may change; who is signed in stays so.
	await setPassword((await makeLink({ ...user, contact: now.contact_email })).path, "noch ein Passwort");
	const client = await new Client().signIn(user.login, "noch ein Passwort");
	await admin.save(await admin.get(user.path), user.path, { login: `NEU.${user.login}` });
	assert.equal((await client.get("/my")).status, 200);
	assert.ok(!await signsIn(user.login, "noch ein Passwort"));
	assert.ok(await signsIn(`neu.${user.login}`, "noch ein Passwort"));
});

test("bad input: said beside the field and on top, nothing lost", async () => {
	const user = await newUser("schlecht");
	const cases = [
		["login", ["", "a\nb", "x".repeat(256), user.login.toUpperCase(), `  ${user.login} `]],
		["name", ["", "   ", "a\rb", "ä".repeat(256)]],
		["email_name", ["a\r\nBcc: x@y.example", "ä".repeat(256)]],
		["contact_email", ["", "nix", "a b@c.example", "a@b", "<a@b.example>", "a@b.example\r\nBcc: c@d.example"]],
		["role", ["root", ""]], ["journal_right", ["alles"]], ["locale", ["fr"]], ["active", ["ja"]],
	];
	for (const [field, values] of cases) {
		for (const value of values) {
			const fields = { ...FIELDS, login: `frei.${stamp}`, name: "Bleibt <b>", contact_email: "bleibt@kontakt.example", [field]: value };
			const answer = await admin.submit(await admin.get("/users/new"), "/users/new", fields);
			assert.equal(answer.status, 422, `${field}=${value}`);
			const errors = errorsOf(answer.text);
			assert.ok(errors.byField[field], `${field}=${value}: ${JSON.stringify(errors)}`);
			assert.deepEqual(errors.summary.map((one) => one.field), [field]);
			const kept = formsOf(answer.text).find((form) => form.action.endsWith("/users/new")).fields;
			assert.equal(kept[field === "name" ? "contact_email" : "name"], field === "name" ? "bleibt@kontakt.example" : "Bleibt <b>");
		}
	}
	assert.deepEqual(sql(`SELECT COUNT(*) FROM user WHERE login = 'frei.${stamp}'`), [["0"]]);
	// Missing, repeated and odd fields.
	const csrf = await admin.token();
	for (const body of [`csrf=${csrf}`, `csrf=${csrf}&login=a&login=b&name=c&contact_email=a@b.example&role=staff&journal_right=own&locale=`,
		`csrf=${csrf}&login=%ff&name=c&contact_email=a@b.example&role=staff&journal_right=own&locale=`]) {
		assert.equal((await admin.post("/users/new", body)).status, 422);
	}
	// The list's own address creates too.
	const made = await admin.post("/users", { csrf, ...FIELDS, login: `post.${stamp}`, name: "P", contact_email: "p@kontakt.example" });
	assert.equal(made.status, 303);
	assert.match(made.location, /\/users\/\d+$/);
});

test("names of one and of 255 characters, on every page that shows them", async () => {
	for (const name of ["X", "ä".repeat(255), "😀".repeat(255), "<script>alert(1)</script>", "a'b\"c&amp;"]) {
		const user = await newUser("lang", { name, login: `${"n".repeat(200)}${stamp}${++count}` });
		assert.equal(formsOf(user.page.text).find((form) => form.action === user.path).fields.name, name);
		const box = await newMailbox("lang");
		assign(user, box);
		for (const path of [user.path, `${user.path}/leave`, `/mailboxes/${box.id}/assignments`, `/mailboxes/${box.id}`, `/mailboxes?q=${box.address}`, `/users?q=${"n".repeat(60)}`]) {
			const page = await admin.get(path);
			assert.equal(page.status, 200, path);
			assert.ok(!page.text.includes("<script>"), path);
		}
	}
});

test("two people edit one user", async () => {
	const user = await newUser("zwei");
	const mine = await admin.get(user.path);
	await admin.save(await admin.get(user.path), user.path, { name: "Der Erste", journal_right: "all" });
	const answer = await admin.submit(mine, user.path, { name: "Der Zweite", email_name: "Meins" });
	assert.equal(answer.status, 409);
	const words = textOf(answer.text);
	assert.match(words, /\(admin\) hat/);
	assert.match(words, /Der Erste Der Zweite/);
	assert.match(words, /Alle nur eigene/);
	assert.equal(saved(user.id).name, "Der Erste");
	const page = await admin.save(answer, user.path);
	assert.equal(page.status, 200);
	assert.deepEqual([saved(user.id).name, saved(user.id).email_name], ["Der Zweite", "Meins"]);
	for (const version of ["", "0", "1", "abc", "4294967296"]) {
		const { fields } = formsOf((await admin.get(user.path)).text).find((form) => form.action === user.path);
		assert.equal((await admin.post(user.path, { ...fields, version })).status, 409, version);
	}
});

test("the last administrator stays", async () => {
	// Whoever else is one now is one again afterwards.
	const others = sql(`SELECT id FROM user WHERE role = 'admin' AND active = 1 AND login <> '${env.ADMIN_LOGIN}'`).flat();
	const [[own]] = sql(`SELECT id FROM user WHERE login = '${env.ADMIN_LOGIN}'`);
	sql(`UPDATE user SET role = 'staff' WHERE id IN (${[0, ...others].join()})`);
	try {
		const path = `/users/${own}`;
		let answer = await admin.submit(await admin.get(path), path, { active: undefined, name: "Bleibt" });
		assert.equal(answer.status, 422);
		assert.match(errorsOf(answer.text).byField.active, /letzte aktive Administrator/);
		assert.ok(answer.text.includes("Bleibt"));
		answer = await admin.submit(await admin.get(path), path, { role: "staff" });
		assert.match(errorsOf(answer.text).byField.role, /letzte aktive Administrator/);
		answer = await admin.submit(await admin.get(`${path}/leave`), "/leave", { deactivate: "1" });
		assert.equal(answer.status, 422);
		assert.match(errorsOf(answer.text).byField.deactivate, /letzte aktive Administrator/);
		assert.equal(saved(own).active, "1");
	} finally {
		sql(`UPDATE user SET role = 'admin' WHERE id IN (${[0, ...others].join()})`);
	}
});

test("deactivating ends sessions at once, and no assignment", async () => {
	const user = await newUser("sofort");
	const box = await newMailbox("sofort");
	assign(user, box);
	await setPassword((await makeLink(user)).path, "ein langes Passwort");
	const client = await new Client().signIn(user.login, "ein langes Passwort");
	assert.equal((await client.get(`/mailboxes/${box.id}/access`)).status, 200);
	await admin.save(await admin.get(user.path), user.path, { active: undefined });
	assert.equal((await client.request("GET", `/mailboxes/${box.id}/access`)).status, 303);
	assert.ok(!await signsIn(user.login, "ein langes Passwort"));
	assert.deepEqual(sql(`SELECT removed_at FROM assignment WHERE mailbox_id = ${box.id}`), [["0"]]);
	assert.match(textOf((await admin.get(`/mailboxes?q=${box.address}`)).text), /Passwort bekannt/);
	await admin.save(await admin.get(user.path), user.path, { active: "1" });
	assert.equal((await client.request("GET", `/mailboxes/${box.id}/access`)).status, 303, "the old session is back");
	// The refused try has to wait for 2 seconds.
	assert.ok(await until(8000, () => signsIn(user.login, "ein langes Passwort"), (done) => done));
});

test("the list: search by beginnings, pages, states", async () => {
	const mark = `liste${stamp}`;
	sql(`INSERT INTO user (login, name, contact_email, active, created_at)
		SELECT CONCAT('${mark}.', seq), CONCAT('Zoë Größenwahn ', seq), 'x@kontakt.example', seq % 10 > 0, 1 FROM seq_1_to_55`);
	cli("migrate", "--sql-dir", join(DIR, "share/sql"));
	const first = await admin.get(`/users?q=${mark}`);
	const names = (page) => elements(page.text, "th").filter((th) => th.attributes.scope === "row").map((th) => th.text);
	assert.equal(names(first).length, 50);
	const next = linksOf(first.text).find(({ text }) => text === "Nächste Seite");
	const second = await admin.get(next.href);
	assert.equal(names(second).length, 5);
	assert.equal(new Set([...names(first), ...names(second)]).size, 55);
	assert.ok(linksOf(second.text).some(({ text }) => text === "Erste Seite"));
	assert.equal(names(await admin.get(`/users?q=${encodeURIComponent("größen zoe " + mark)}`)).length, 50);
	assert.equal(names(await admin.get(`/users?q=groessenwahn+${mark}.7`)).length, 1);
	assert.match(textOf((await admin.get("/users?q=gibtesnichtxyz")).text), /Kein Benutzer gefunden/);
	for (const query of ["after=x", "after=%ff", "after=a.b.c", "q=%00", "q=%25", `q=${"a+".repeat(90)}`, "after=" + "A".repeat(790) + ".1"]) {
		assert.equal((await admin.get(`/users?${query}`)).status, 200, query);
	}
	for (const path of ["/users/0", "/users/999999999", "/users/9223372036854775808", "/users/x", "/users/1/leave/x"]) {
		assert.equal((await admin.request("GET", path)).status, 404, path);
	}
});

test("leaving the office: what is ticked is done together, with a summary", async () => {
	const user = await newUser("geht");
	const [stays, ends, renewed, alone] = await Promise.all(["bleibt", "endet", "neu", "allein"].map(newMailbox));
	const colleague = await newUser("kollegin");
	assign(user, stays, ends, renewed, alone);
	assign(colleague, ends, renewed);
	await setPassword((await makeLink(user)).path, "ein langes Passwort");
	const client = await new Client().signIn(user.login, "ein langes Passwort");
	const page = await admin.get(`${user.path}/leave`);
	const row = (html, address) => textOf(html.split("<tr>").find((part) => part.includes(`>${address}<`)) ?? "");
	assert.match(row(page.text, alone.address), /niemand/);
	assert.match(row(page.text, ends.address), /Name von kollegin/);
	const password = (box) => sql(`SELECT password_hash FROM mailbox WHERE id = ${box.id}`)[0][0];
	const before = [stays, ends, renewed, alone].map(password);
	const done = await admin.save(page, "/leave", { end: [ends.id, alone.id], new_password: [renewed.id, alone.id], deactivate: "1" });
	assert.equal(done.status, 200);
	assert.match(titleOf(done.text), /^Gespeichert: Zusammenfassung/);
	const words = textOf(done.text);
	assert.match(words, /deaktiviert/);
	assert.match(row(done.text, ends.address), /unverändert Name von kollegin/);
	assert.match(row(done.text, renewed.address), /neues Passwort Name von kollegin/);
	assert.match(row(done.text, alone.address), /neues Passwort niemand/);
	assert.ok(!words.includes(stays.address));
	assert.deepEqual([stays, ends, renewed, alone].map((box, i) => password(box) !== before[i]), [false, false, true, true]);
	assert.deepEqual(sql(`SELECT mailbox_id FROM assignment WHERE user_id = ${user.id} AND removed_at = 0`), [[String(stays.id)]]);
	assert.deepEqual(sql(`SELECT COUNT(DISTINCT removed_at) FROM assignment WHERE user_id = ${user.id} AND removed_at > 0`), [["1"]]);
	assert.equal((await client.request("GET", "/my")).status, 303);
	assert.match(textOf((await admin.get(user.path)).text), /Frühere Zuordnungen/);
});

test("leaving the office: nothing ticked, an old version, an assignment that ended meanwhile", async () => {
	const user = await newUser("geht.nicht");
	const [one, two] = await Promise.all(["eins", "zwei"].map(newMailbox));
	assign(user, one, two);
	const page = await admin.get(`${user.path}/leave`);
	let answer = await admin.submit(page, "/leave");
	assert.equal(answer.status, 422);
	assert.match(textOf(answer.text), /nichts angekreuzt/);
	answer = await admin.submit(page, "/leave", { end: ["x", "-1"] });
	assert.equal(answer.status, 422);
	await admin.save(await admin.get(user.path), user.path, { name: "Anders" });
	answer = await admin.submit(page, "/leave", { end: [one.id], new_password: [two.id] });
	assert.equal(answer.status, 409);
	const form = formsOf(answer.text).find(({ action, method }) => method === "post" && action.endsWith("/leave"));
	assert.match(form.html, new RegExp(`name="end" value="${one.id}" checked`));
	assert.match(form.html, new RegExp(`name="new_password" value="${two.id}" checked`));
	// Somebody else ends one of the two: none is done.
	const fresh = await admin.get(`${user.path}/leave`);
	await admin.submit(await admin.get(`/mailboxes/${one.id}/assignments`), `/assignments/${user.id}/end`);
	answer = await admin.submit(fresh, "/leave", { end: [one.id, two.id], deactivate: "1" });
	assert.equal(answer.status, 409);
	assert.deepEqual(sql(`SELECT removed_at FROM assignment WHERE mailbox_id = ${two.id}`), [["0"]]);
	assert.equal(saved(user.id).active, "1");
	// Numbers that never were assigned.
	answer = await admin.submit(await admin.get(`${user.path}/leave`), "/leave", { end: [999999999] });
	assert.equal(answer.status, 409);
	answer = await admin.submit(await admin.get(`${user.path}/leave`), "/leave", { end: [two.id] });
	assert.equal(answer.status, 303);
	// Only deactivated.
	answer = await admin.save(await admin.get(`${user.path}/leave`), "/leave", { deactivate: "1" });
	assert.match(textOf(answer.text), /deaktiviert.*keine Zuordnung beendet/);
});

test("320 assignments end at once", async () => {
	const user = await newUser("viele.postfaecher");
	const local = `menge.${stamp}`;
	sql(`INSERT INTO mailbox (domain_id, address, name_sort, created_at) SELECT d.id, CONCAT('${local}.', seq, '@${env.DOMAIN}'), CONCAT(X'FF01', '${local}.', seq), 1
			FROM seq_1_to_320 JOIN domain d ON d.name = '${env.DOMAIN}';
		INSERT INTO mailbox_clock (mailbox_id, at) SELECT id, 1 FROM mailbox WHERE address LIKE '${local}.%';
		INSERT INTO assignment (mailbox_id, user_id, assigned_at) SELECT id, ${user.id}, 1 FROM mailbox WHERE address LIKE '${local}.%'`);
	const page = await admin.get(`${user.path}/leave`);
	const ids = [...page.text.matchAll(/name="end" value="(\d+)"/g)].map(([, id]) => id);
	assert.equal(ids.length, 320);
	const started = Date.now();
	const done = await admin.save(page, "/leave", { end: "all", new_password: ids.slice(0, 5), deactivate: "1" });
	assert.equal(done.status, 200, textOf(done.text).slice(0, 300));
	assert.equal((done.text.match(/>unverändert</g) ?? []).length, 315);
	assert.ok(Date.now() - started < 10000);
	// Nobody else's page should list them for ever.
	sql(`UPDATE mailbox SET deleted = 2 WHERE address LIKE '${local}.%'`);
});

test("the mail server takes nothing: an error on the page, nothing claimed, no link", async (t) => {
	const user = await newUser("stumm");
	stopPart("postfix");
	t.after(() => startPart("postfix"));
	const answer = await admin.submit(await admin.get(user.path), "/password-link");
	assert.equal(answer.status, 503);
	assert.match(textOf(answer.text), /nicht angenommen/);
	assert.ok(!answer.text.includes("/welcome/"));
	assert.ok(!/unterwegs/.test(textOf(answer.text)));
	assert.deepEqual(sql(`SELECT COUNT(*) FROM password_link WHERE user_id = ${user.id}`), [["0"]]);
	assert.match(changesOf(user.login).at(-1), /user\.link_failed/);
});
