// Mailboxes from a table: every fault named, a look at what will be made, unseen before the last step, all
// or none; what is exported can be imported; whoever is cut off goes on, or takes back.
import test from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminClient, staffClient } from "./lib/client.mjs";
import { assertFound } from "./lib/found.mjs";
import { elements, errorsOf, formsOf, headingOf, textOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { DIR, cli, sql, until } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const at = (local) => `${local}.${stamp}@${env.DOMAIN}`;
const HEAD = "address;name;state;vip;quota_mb;aliases;users";

async function send(client, text, fields = {}) {
	const form = new FormData();
	form.append("csrf", fields.csrf ?? formsOf((await client.get("/mailboxes/import")).text).find(({ fields: { csrf } }) => csrf).fields.csrf);
	form.append("file", new Blob([text], { type: "text/csv" }), "postfächer.csv");
	form.append("csv", "");
	return client.request("POST", "/mailboxes/import", { body: form });
}
const yes = async (preview) => admin.save({ ...preview, path: "/mailboxes/import" }, "/mailboxes/import");
const faultsOf = ({ text }) => elements(text, "tr").slice(1).map(({ text: row }) => row.replace(/\s+/g, " ").trim());
const pathOf = (page) => page.path.replace(/\?.*$/, "");

// Asks for the page of a run until that has come to an end.
async function toTheEnd(path) {
	const page = await until(60000, () => admin.get(path), ({ headers }) => headers.get("refresh") === null, 1);
	assert.equal(page.headers.get("refresh"), null, textOf(page.text));
	return page;
}
async function newUser(login) {
	const page = await admin.save(await admin.get("/users/new"), "/users/new", { login: `${login}.${stamp}`, name: `Frau ${login}`, contact_email: `${login}.${stamp}@kontakt.example` });
	assert.equal(page.status, 200, textOf(page.text));
	return { login: `${login}.${stamp}`, path: page.path };
}
// All rows that an import could leave; of a purged mailbox the agent takes its own time to remove them.
const tables = ["mailbox", "address", "assignment", "mailbox_clock", "mailbox_usage", "mailbox_find", "mailbox_pair", "mailbox_hidden", "import_line", "import_user", "import_new_user", "user", "user_find"];
const counts = () => Object.fromEntries(tables.map((table) => [table, Number(sql(`SELECT COUNT(*) FROM ${table}${table === "mailbox_usage" ? " WHERE username NOT IN (SELECT address FROM mailbox WHERE deleted = 2)" : ""}`)[0][0])]));

test("every faulty line is named, and nothing is made", async () => {
	const taken = await admin.saveMailbox(`schon.${stamp}`);
	assert.equal(taken.status, 200);
	const before = counts();
	const page = await send(admin, [HEAD,
		`müller.${stamp}@${env.DOMAIN};;;;;;`,
		`${at("schon")};;;;;;`,
		`${at("eins")};Eins;vielleicht;ja;viel;kein@fremd.example, ${at("schon")};niemand.${stamp}`,
		`${at("eins")};Noch einmal;active;0;;;`,
		`${at("zwei")};Zwei;active;0;1;${at("zwei")};`,
		`;Ohne Adresse;;;;;`,
		`${at("drei")};;;;;;;zu viel`].join("\r\n"));
	assert.equal(page.status, 422);
	const faults = faultsOf(page);
	const expected = [[2, "address", "ae statt ä"], [3, "address", "schon vergeben"], [4, "state", "active"], [4, "vip", "0 und 1"], [4, "quota_mb", "ganze Zahl"], [4, "aliases", "nicht zu den aktiven Domains"],
		[4, "aliases", "auch in Zeile 3"], [4, "aliases", "schon vergeben"], [4, "users", "gibt es nicht"], [5, "address", "auch in Zeile 4"], [6, "aliases", "auch in Zeile 6"], [7, "address", "fehlt"], [8, "", "mehr Zellen"]];
	assert.deepEqual(faults.map((row) => Number(/^\d+/.exec(row)[0])), expected.map(([line]) => line), faults.join("\n"));
	expected.forEach(([line, column, words], i) => assert.match(faults[i], new RegExp(`^${line} ${column}.*${words}`)));
	assert.match(errorsOf(page.text).byField.file, /Fehler in der Tabelle: 13/);
	assert.deepEqual(counts(), before);
});

test("what is too long is told with its limit", async () => {
	const page = await send(admin, `address;name;note;users\n${"a".repeat(65)}@${env.DOMAIN};${"b".repeat(256)};${"c".repeat(256)};${"d".repeat(256)}\n`);
	assert.equal(page.status, 422);
	for (const words of [/address a{65}@\S+ .*höchstens 64 Zeichen, die ganze Adresse höchstens 254/, /name b+ .*höchstens 255 Zeichen/, /note c+ .*höchstens 255 Zeichen/]) {
		assert.match(textOf(page.text), words);
	}
});

test("the table's form: quotes, unknown columns, no head, not UTF-8, nothing at all", async () => {
	for (const [text, words] of [
		[`${HEAD}\n"${at("a")};x`, /paarweise/], ["adresse;name\nx;y", /So heißt keine Spalte.*keine Spalte „address“|keine Spalte/s], ["", /keine Spalte „address“/], [HEAD, /nennt kein Postfach/],
		[Buffer.from(`address;name\n${at("b")};M\xfcller\n`, "latin1"), /UTF-8/], [`address;address\n${at("b")};x\n`, /zweimal/]]) {
		const page = await send(admin, text);
		assert.equal(page.status, 422);
		assert.match(textOf(page.text), words);
	}
	const typed = await admin.submit(await admin.get("/mailboxes/import"), "/mailboxes/import", { csv: "", file: undefined });
	assert.equal(typed.status, 422);
	assert.match(errorsOf(typed.text).byField.file, /wählen Sie eine Datei/);
});

test("a preview, a yes, and all is there: names, aliases, users, storage, VIP, a password, the change log", async () => {
	const people = [await newUser("anna"), await newUser("berta")];
	const preview = await send(admin, `\ufeffaddress,users,aliases,quota_mb,vip,name\n${at("voll")},"${people.map(({ login }) => login).join(", ")}","${at("weiter")}, ${at("weiter2")}",250,1,"'=Büro ""Süd"", Kasse"\n${at("leer")},,,,,\n`);
	assert.equal(preview.status, 200, textOf(preview.text));
	assert.match(preview.headers.get("cache-control"), /no-store/);
	assert.match(textOf(preview.text), /Postfächer 2 Weitere Adressen 2 Zuordnungen 2/);
	assert.match(textOf(preview.text), /=Büro "Süd", Kasse/);
	assert.equal(sql(`SELECT 1 FROM address WHERE address LIKE '%.${stamp}@%' AND address LIKE 'voll%'`).length, 0);
	const begun = await yes(preview);
	assert.match(begun.path, /\/mailboxes\/bulk\/\d+$/);
	const done = await toTheEnd(pathOf(begun));
	assert.match(textOf(done.text), /Alles ist angelegt/);
	const [[id, name, active, vip, quota]] = sql(`SELECT id, email_name, active, vip, quota_mb FROM mailbox WHERE address = '${at("voll")}' AND deleted = 0`);
	assert.deepEqual([name, active, vip, quota], ['=Büro "Süd", Kasse', "1", "1", "250"]);
	assert.deepEqual(sql(`SELECT action, field, new_value FROM change_log WHERE mailbox_id = ${id} ORDER BY id`), [
		["mailbox.created", "email_name", '=Büro "Süd", Kasse'], ["mailbox.created", "quota_mb", "250"], ["mailbox.created", "vip", "1"],
		["alias.added", "", at("weiter")], ["alias.added", "", at("weiter2")], ["assignment.added", "", people[0].login], ["assignment.added", "", people[1].login]]);
	assert.deepEqual(sql(`SELECT DISTINCT actor FROM change_log WHERE mailbox_id = ${id}`), [[env.ADMIN_LOGIN]]);
	assert.deepEqual(sql(`SELECT address FROM mail_alias WHERE destination = '${at("voll")}' ORDER BY 1`).flat(), [at("weiter"), at("weiter2")]);
	assert.equal((await admin.get(`/mailboxes/${id}`)).status, 200);
	const shown = await admin.submit(await admin.get(`/mailboxes/${id}/access`), "/password");
	assert.match(textOf(shown.text), /[a-z2-9]{5}(-[a-z2-9]{5}){4}/);
	// The same button pressed again leads to the same page, and does nothing.
	assert.equal(pathOf(await yes(preview)), pathOf(begun));
	assert.equal(sql(`SELECT 1 FROM mailbox WHERE address = '${at("voll")}'`).length, 1);
	assert.equal(sql(`SELECT 1 FROM import_line WHERE run_id = ${pathOf(begun).split("/").pop()}`).length, 0, "what nobody needs any more, passwords perhaps, is gone");
});

test("what is exported can be imported: the same again in another domain", async () => {
	const other = `runde-${stamp}.example`;
	assert.equal((await admin.save(await admin.get("/domains"), "/domains", { name: other })).status, 200);
	const user = await newUser("carla");
	const names = ["Ä; \"B\", 'c'", "=1+1", "'=x", "''@y", "'s-Hertogenbosch", "-minus", "+49 30", "", "Zwei  Leerzeichen"];
	const table = [HEAD, ...names.map((name, i) => [`r${i}.runde.${stamp}@${env.DOMAIN}`, `"${(/^'*[=+\-@]/.test(name) ? `'${name}` : name).replace(/"/g, '""')}"`, i % 2 ? "inactive" : "active", i % 3 ? 0 : 1, i * 100, i % 2 ? `w${i}.runde.${stamp}@${env.DOMAIN}` : "", i % 4 ? "" : user.login, i % 2 ? `"Für ${i}; wozu"` : ""].join(";"))].join("\r\n").replace(HEAD, `${HEAD};note`);
	await toTheEnd(pathOf(await yes(await send(admin, table))));
	assert.deepEqual(sql(`SELECT CONCAT('<', email_name, '>') FROM mailbox WHERE address LIKE 'r_.runde.${stamp}@%' ORDER BY address`).flat(), names.map((name) => `<${name}>`));
	const exported = (await admin.get(`/mailboxes.csv?q=runde+${stamp}`)).text;
	assert.equal(exported.split("\r\n").length, names.length + 2);
	const done = await toTheEnd(pathOf(await yes(await send(admin, exported.replaceAll(`@${env.DOMAIN}`, `@${other}`)))));
	assert.match(textOf(done.text), /Alles ist angelegt/);
	const domain = sql(`SELECT id FROM domain WHERE name = '${other}'`)[0][0];
	const again = (await admin.get(`/mailboxes.csv?q=runde+${stamp}&domain=${domain}`)).text;
	assert.equal(again.replaceAll(`@${other}`, `@${env.DOMAIN}`).replace(/^\ufeff/, ""), exported.replace(/^\ufeff/, ""));
});

const many = (local, count, login = "") => `${HEAD}\n${Array.from({ length: count }, (_, i) => `${local}${i}.${stamp}@${env.DOMAIN};Viele ${local};active;0;;w${local}${i}.${stamp}@${env.DOMAIN};${i === 7 ? login : ""}`).join("\n")}\n`;
const seen = async (local) => [(await admin.get(`/mailboxes?q=${local}0.${stamp}`)).text.includes(`${local}0.${stamp}@`), (await admin.get(`/mailboxes?q=Viele+${local}`)).text.includes(`${local}0.${stamp}@`),
	(await admin.get(`/mailboxes?q=Viele+${local}&sort=name`)).text.includes(`${local}0.${stamp}@`), (await admin.get(`/mailboxes.csv?q=${local}0`)).text.includes(`${local}0.${stamp}@`),
	...["mail_mailbox", "mail_login", "mail_storage", "mail_sender"].map((view) => sql(`SELECT 1 FROM ${view} WHERE address = '${local}0.${stamp}@${env.DOMAIN}'`).length > 0),
	sql(`SELECT 1 FROM mail_alias WHERE address = 'w${local}0.${stamp}@${env.DOMAIN}'`).length > 0, sql(`SELECT 1 FROM mail_recipient_access WHERE address = '${local}0.${stamp}@${env.DOMAIN}'`).length > 0];
const hidden = () => Number(sql("SELECT COUNT(*) FROM mailbox_hidden")[0][0]);

// Holds a user's row, which the last step of an import alone asks for: the program writes all others meanwhile.
async function hold(login) {
	const client = spawn("mariadb", ["--no-defaults", "-S", env.DB_SOCKET, "-N", "-n", env.DB_NAME], { stdio: ["pipe", "pipe", "inherit"] });
	client.stdin.write(`BEGIN;\nSELECT id FROM user WHERE login = '${login}' FOR UPDATE;\n`);
	await once(client.stdout, "data");
	const ended = once(client, "exit");
	return () => {
		client.stdin.end();
		return ended;
	};
}
async function allWritten(count) {
	assert.equal(await until(60000, hidden, (now) => now === count), count);
}

test("users who aren't there yet are made with the mailboxes: seen before, in the log, a link for their password", async () => {
	const there = await newUser("hanna");
	const who = (name) => `${name}.${stamp}`;
	const mail = (name) => `${name}.${stamp}@privat.example`;
	const preview = await send(admin, [`${HEAD};user_names;user_emails`,
		`${at("team")};;;;;;${there.login}, ${who("ida")}, ${who("jan")};"Niemand; Berger, Ida; Jan Ähre";"; ${mail("ida")}; jan.${stamp}@büro-privat.example"`,
		`${at("ida")};;;;;;${who("ida").toUpperCase()};;`,
		`${at("karl")};;;;;;${who("karl")};Karl König;${mail("karl")}`].join("\n"));
	assert.equal(preview.status, 200, textOf(preview.text));
	assert.match(textOf(preview.text), /Zuordnungen 5 Neue Benutzer 3/);
	assert.match(textOf(preview.text), new RegExp(`Diese Benutzer werden angelegt Berger, Ida \\(${who("ida")}\\), ${mail("ida")} Jan Ähre .*büro-privat.example Karl König`));
	assert.equal(sql(`SELECT 1 FROM user WHERE login LIKE '%.${stamp}' AND login LIKE 'ida%'`).length, 0);
	const done = await toTheEnd(pathOf(await yes(preview)));
	assert.match(textOf(done.text), /Alles ist angelegt\. Angelegte Benutzer: 3/);
	assert.deepEqual(sql(`SELECT login, name, contact_email, role, journal_right, active, password_hash IS NULL FROM user WHERE login IN ('${who("ida")}', '${who("jan")}', '${there.login}') ORDER BY login`), [
		[there.login, "Frau hanna", `${there.login}@kontakt.example`, "staff", "own", "1", "1"],
		[who("ida"), "Berger, Ida", mail("ida"), "staff", "own", "1", "1"], [who("jan"), "Jan Ähre", `jan.${stamp}@xn--bro-privat-9db.example`, "staff", "own", "1", "1"]]);
	assert.deepEqual(sql(`SELECT u.login FROM assignment a JOIN user u ON u.id = a.user_id JOIN mailbox m ON m.id = a.mailbox_id WHERE m.address = '${at("team")}' AND a.removed_at = 0 ORDER BY 1`).flat(), [there.login, who("ida"), who("jan")]);
	assert.deepEqual(sql(`SELECT field, new_value FROM change_log WHERE subject = '${who("karl")}' AND action = 'user.created' AND actor = '${env.ADMIN_LOGIN}' ORDER BY id`).slice(0, 4), [["login", who("karl")], ["name", "Karl König"], ["contact_email", mail("karl")], ["role", "staff"]]);
	assert.equal(sql(`SELECT unassigned FROM mailbox WHERE address = '${at("karl")}'`)[0][0], "0");
	// They are found, and get a link; the table that the list gives brings all of it along.
	const found = await admin.get(`/users?q=${who("karl")}`);
	const karl = elements(found.text, "a").find(({ text }) => text.startsWith("Karl König")).attributes.href;
	assert.match((await admin.submit(await admin.get(karl), "/password-link")).text, /\/welcome\/[\w-]{40,}/);
	const exported = (await admin.get(`/mailboxes.csv?q=team.${stamp}`)).text;
	assert.ok(exported.includes(`${there.login}, ${who("ida")}, ${who("jan")};;;"Frau hanna; Berger, Ida; Jan Ähre";"${there.login}@kontakt.example; ${mail("ida")}; jan.${stamp}@büro-privat.example"`), exported);
	assertFound(stamp);
});

test("what is wrong with users to be made is named; taken back, none is left", async () => {
	const before = counts();
	const mail = `x.${stamp}@privat.example`;
	const rows = [["niemand", "", ""], ["nurname", "Nur Name", ""], ["lisa", "Lisa Licht", "keine Adresse"], ["mia, nora", "Mia", `${mail}, y.${mail}`],
		["otto", "Otto Eins", mail], ["otto", "Otto Zwei", mail], ["paul", `Paul${"l".repeat(300)}`, mail]];
	const page = await send(admin, `address;users;user_names;user_emails\n${rows.map(([users, names, emails], i) => `${at(`wer${i}`)};"${users.replace(/\w+/g, (login) => `${login}.${stamp}`)}";${names};"${emails}"`).join("\n")}`);
	assert.equal(page.status, 422);
	const faults = faultsOf(page);
	const expected = [[2, "users", "gibt es nicht"], [3, "users", "user_emails"], [4, "user_emails", "Adresse"], [5, "user_names", "so viele"], [5, "users", "gibt es nicht"], [5, "users", "gibt es nicht"], [7, "users", "In Zeile 6"], [8, "user_names", "lang"]];
	assert.deepEqual(faults.map((row) => Number(/^\d+/.exec(row)[0])), expected.map(([line]) => line), faults.join("\n"));
	expected.forEach(([line, column, words], i) => assert.match(faults[i], new RegExp(`^${line} ${column}.*${words}`)));
	const crowd = `address;users;user_names;user_emails\n${Array.from({ length: 501 }, (_, i) => `${at(`menge${i}`)};menge${i}.${stamp};Menge ${i};menge${i}.${mail}`).join("\n")}`;
	assert.match(faultsOf(await send(admin, crowd)).join("\n"), /^502 users.*500 neue Benutzer/);
	assert.deepEqual(counts(), before);
});

test("until the last step nobody sees any, then everybody sees all", async () => {
	const user = await newUser("erna");
	const release = await hold(user.login);
	try {
		const begun = await yes(await send(admin, many("viel", 505, user.login)));
		assert.notEqual(begun.headers.get("refresh"), null);
		assert.ok((await admin.get("/mailboxes")).text.includes(pathOf(begun)));
		await allWritten(505);
		assert.deepEqual([...new Set(await seen("viel"))], [false]);
		assert.equal((await admin.get(`/mailboxes/${sql("SELECT MIN(mailbox_id) FROM mailbox_hidden")[0][0]}`)).status, 404);
		assert.equal((await admin.newMailbox(`viel0.${stamp}`)).status, 422, "its address is taken");
		assertFound(stamp);
		await release();
		assert.match(textOf((await toTheEnd(pathOf(begun))).text), /Alles ist angelegt/);
	} finally {
		await release();
	}
	assert.deepEqual([...new Set(await seen("viel"))], [true]);
	assert.equal(Number(sql(`SELECT COUNT(*) FROM mail_mailbox WHERE address LIKE 'viel%.${stamp}@%'`)[0][0]), 505);
});

test("cancelled, or found wrong in the middle, everything is taken back; nothing is left", async () => {
	const user = await newUser("dora");
	const late = await newUser("frieda");
	const before = counts();
	const release = await hold(user.login);
	try {
		const begun = await yes(await send(admin, many("weg", 510, user.login).replace(HEAD, `${HEAD};user_names;user_emails`).replace(/;\n$/, `;neu.${stamp};Frau Neu;neu.${stamp}@privat.example\n`)));
		await allWritten(510);
		await admin.save(await admin.get(pathOf(begun)), "/mailboxes/import");
		const page = await toTheEnd(pathOf(begun));
		assert.match(textOf(page.text), /abgebrochen.*Alles ist zurückgenommen/);
		assert.deepEqual(counts(), before);
		// The last line's user is deactivated when all are written.
		const second = await yes(await send(admin, many("spaet", 510, user.login).replace(HEAD, `${HEAD};user_names;user_emails`).replace(/;\n$/, `;"${late.login}, neu.${stamp}";;\n`).replace(/(spaet5.*;)\n/, `$1neu.${stamp};Frau Neu;neu.${stamp}@privat.example\n`)));
		await allWritten(510);
		await admin.save(await admin.get(late.path), late.path, { active: undefined });
		await release();
		const back = await toTheEnd(pathOf(second));
		assert.match(textOf(back.text), new RegExp(`Zeile 511, users: ${late.login.replace(".", "\\.")}.*nicht aktiv.*Alles ist zurückgenommen`));
	} finally {
		await release();
	}
	assert.deepEqual(counts(), before);
	assert.equal(sql(`SELECT 1 FROM change_log WHERE subject LIKE 'spaet%.${stamp}@%'`).length, 0);
	assertFound(stamp);
});

test("what changed between preview and yes is found: nothing begins", async () => {
	const preview = await send(admin, `address\n${at("zwischen")}\n${at("frei")}\n`);
	assert.equal((await admin.saveMailbox(`zwischen.${stamp}`)).status, 200);
	const page = await yes(preview);
	assert.equal(page.status, 409);
	assert.match(textOf(page.text), /Seit der Vorschau hat sich etwas geändert/);
	assert.match(faultsOf(page)[0], /^2 address .*schon vergeben/);
	assert.equal(sql(`SELECT 1 FROM address WHERE address = '${at("frei")}'`).length, 0);
});

test("killed on the command line, it leaves whole steps, and the program goes on; or it is taken back", async () => {
	const user = await newUser("gerda");
	const before = counts();
	const file = join(DIR, `import-${stamp}.csv`);
	writeFileSync(file, many("mord", 1010, user.login));
	const release = await hold(user.login);
	try {
		const child = spawn(join(DIR, "bin/poststelle"), ["--config", join(DIR, "conf/poststelle.conf"), "import", "csv", file], { stdio: ["ignore", "pipe", "pipe"] });
		await once(child.stderr, "data");
		child.kill("SIGKILL");
		await once(child, "exit");
		assert.ok(hidden() <= 1010, String(hidden()));
		await allWritten(1010);
		assert.throws(() => cli("import", "resume", "--cancel"), /taken back, no mailbox was made/);
	} finally {
		await release();
	}
	assert.deepEqual(counts(), before);
	assert.match(cli("import", "resume"), /No import is under way/);
});

test("on the command line: what is wrong, a dry run, and in earnest", () => {
	const file = join(DIR, `import-${stamp}.csv`);
	writeFileSync(file, `address;users\n${at("kommando")};niemand.${stamp}\n`);
	assert.throws(() => cli("import", "csv", "--dry-run", file), new RegExp(`line 2, users: niemand.${stamp} is the log-in of no user`));
	writeFileSync(file, `address\n${at("kommando")}\n`);
	assert.match(cli("import", "csv", "--dry-run", file), /mailboxes: 1/);
	assert.equal(sql(`SELECT 1 FROM address WHERE address = '${at("kommando")}'`).length, 0);
	assert.match(cli("import", "csv", file), /1 mailboxes were made/);
});

test("a VIP mailbox takes own passwords alone if the settings say so, and it brings none along", (t) => {
	const file = join(DIR, "eigene.csv");
	writeFileSync(file, `address;vip;password_hash\n${at("vip.neu")};1;\n${at("vip.alt")};1;{SHA512-CRYPT}$6$abcdefgh$x\n${at("kein.vip")};0;\n`);
	cli("settings", "set", "own_only_vip", "yes");
	t.after(() => cli("settings", "set", "own_only_vip", "no"));
	cli("import", "csv", file);
	assert.deepEqual(["vip.neu", "vip.alt", "kein.vip"].map((local) => sql(`SELECT own_only FROM mailbox WHERE address = '${at(local)}'`)[0][0]), ["1", "0", "0"]);
});

test("an expired session and a wrong token ask for the file again; staff has no such page; too large is refused", async () => {
	const client = await adminClient();
	const csrf = formsOf((await client.get("/mailboxes/import")).text).find(({ fields }) => fields.csrf).fields.csrf;
	sql(`DELETE FROM session WHERE token_hash = UNHEX(SHA2('${client.cookies.poststelle_session}', 256))`);
	const large = many("gross", 3000);
	assert.ok(large.length > 200000);
	const expired = await send(client, large, { csrf });
	assert.equal(expired.status, 403);
	assert.equal(headingOf(expired.text), "Anmeldung abgelaufen");
	assert.match(textOf(expired.text), /Die Datei ist nicht mitgekommen/);
	const wrong = await send(admin, large, { csrf: "falsch" });
	assert.equal(wrong.status, 403);
	assert.match(textOf(wrong.text), /Die Datei ist nicht mitgekommen/);
	const staff = await staffClient();
	assert.equal((await send(staff, large, { csrf: await staff.token() })).status, 404);
	const over = await send(admin, Buffer.alloc(8 * 1024 * 1024 + 100000, "x"));
	assert.equal(over.status, 413);
	assert.match(textOf(over.text), /Zu viele Daten.*größer als 8 MB/);
	assert.match(over.text, /<p><a href="[^"]*\/mailboxes\/import">/, "another is chosen there");
});
