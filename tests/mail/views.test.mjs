// What the mail servers may read, and what it costs them: each account's rights, and the plan of
// every lookup at 100,000 mailboxes. Migrations on the way: twice, and two at once.
import test from "node:test";
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { adminClient } from "../web/lib/client.mjs";
import { ROOT, env } from "../web/lib/env.mjs";
import { DIR, sql } from "../web/lib/stack.mjs";

const MAILBOXES = 100000;
const PLANS = "poststelle_plans";
const secrets = Object.fromEntries([...readFileSync(`${DIR}/stack.env`, "utf8").matchAll(/^DB_PASSWORD_(\w+)=(.*)$/gm)].map(([, name, value]) => [name.toLowerCase(), value]));

// What the server says to each statement of an account: "" if it was done.
function ask(account, statements) {
	const { stderr } = spawnSync("mariadb", ["--no-defaults", "--force", `-upoststelle_${account}`, `-p${secrets[account]}`, "-S", env.DB_SOCKET, env.DB_NAME],
		{ encoding: "utf8", input: statements.map((one) => `${one};`).join("\n") });
	const answers = statements.map(() => "");
	for (const [, line, text] of stderr.matchAll(/^ERROR \d+ .*?at line (\d+): (.*)$/gm)) {
		answers[Number(line) - 1] = text;
	}
	return answers;
}

function assertDenied(account, statements) {
	ask(account, statements).forEach((answer, i) => assert.match(answer, /denied/, `${account}: ${statements[i]}`));
}

// What an update has its administrator run.
const grants = () => sql(`source ${join(DIR, "share/sql/grants.sql")}`);

const tables = sql("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = DATABASE()").map(([name, type]) => ({ name, isView: type === "VIEW" }));

// Which tables and views an account may read as a whole.
function readable(account) {
	const answers = ask(account, tables.map(({ name }) => `SELECT * FROM \`${name}\` LIMIT 1`));
	return tables.filter((table, i) => answers[i] === "").map(({ name }) => name).sort();
}

test("Postfix and Dovecot see their views alone, Postfix no hash, and change nothing but the use of storage", () => {
	const views = tables.filter(({ name, isView }) => isView && !name.startsWith("hidden_")).map(({ name }) => name);
	const postfix = readable("postfix");
	const dovecot = readable("dovecot");
	assert.ok(postfix.length > 0 && postfix.every((name) => views.includes(name)), postfix.join());
	assert.ok(dovecot.every((name) => views.includes(name) || ["mailbox_usage", "own_password_use"].includes(name)), dovecot.join());
	assert.deepEqual(postfix.filter((name) => dovecot.includes(name)), [], "no view serves both");
	assert.deepEqual([...postfix, ...dovecot].filter((name) => !["mailbox_usage", "own_password_use"].includes(name)).sort(), views.sort(), "a view that nobody reads");
	for (const name of postfix) {
		const columns = sql(`SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '${name}'`).flat();
		assert.deepEqual(columns.filter((column) => /hash|password|sealed|body|subject/.test(column)), [], name);
	}
	for (const account of ["postfix", "dovecot"]) {
		assertDenied(account, [
			...tables.flatMap(({ name }) => [`DELETE FROM \`${name}\` WHERE 1 = 0`, `DROP TABLE \`${name}\``, `ALTER TABLE \`${name}\` ADD x INT`]),
			...tables.filter(({ name }) => account !== "dovecot" || !["mailbox_usage", "own_password_use"].includes(name)).map(({ name }) => `INSERT INTO \`${name}\` VALUES (1)`),
			"CREATE TABLE x (x INT)", "SELECT user FROM mysql.user", "SELECT 1 INTO OUTFILE '/tmp/x'"]);
	}
});

test("web, milter and agent delete no log, no mailbox, no assignment; only the web program reads a user's password", () => {
	for (const account of ["web", "milter", "agent"]) {
		assertDenied(account, [...["change_log", "mailbox", "assignment", "user", "domain", "setting"].map((name) => `DELETE FROM ${name} WHERE 1 = 0`),
			"UPDATE change_log SET actor = '' WHERE 1 = 0", "DROP TABLE change_log"]);
	}
	for (const account of ["milter", "agent", "postfix", "dovecot"]) {
		assertDenied(account, ["SELECT password_hash FROM user", "SELECT password_sealed FROM mailbox"]);
	}
	assertDenied("milter", ["SELECT password_hash FROM mailbox"]);
});

// Numbers and names of what a row is about, and when and by whom it was made.
const NEVER = /^(id|.*_id|at|created_at|made_at|made_by|assigned_at|actor|person|action|kind|recipient|address|username|domain|display_name|prefix|sort|pair|state|service|protected|protects|reached|login|name|write_id|minute)$/;
// What is called so and changes.
const CHANGE = ["web user.login", "web user.name", "web mailbox.address", "web mailbox.domain_id", "web mailbox_usage.username", "web mailbox.password_key_id", "web absence.script_id", "web mailbox_clock.at", "milter mailbox_clock.at", "web address_change.at", "web bulk_row.state", "agent absence.script_id", "agent mailbox_clock.at"];

function assertNarrow() {
	const grantees = "grantee LIKE '\\'poststelle\\_%' AND grantee NOT LIKE '\\'poststelle\\_owner%' AND table_schema = DATABASE() AND privilege_type = 'UPDATE'";
	assert.deepEqual(sql(`SELECT grantee, table_name FROM information_schema.table_privileges WHERE ${grantees} ORDER BY 1, 2`), [["'poststelle_dovecot'@'localhost'", "mailbox_usage"], ["'poststelle_dovecot'@'localhost'", "own_password_use"], ["'poststelle_milter'@'localhost'", "send_count"]], "rights to change whole rows");
	const columns = sql(`SELECT grantee, table_name, column_name FROM information_schema.column_privileges WHERE ${grantees}`)
		.map(([grantee, table, column]) => ({ column, text: `${/poststelle_(\w+)/.exec(grantee)[1]} ${table}.${column}` }));
	assert.ok(columns.length > 60);
	assert.deepEqual(columns.filter(({ column, text }) => NEVER.test(column) && !CHANGE.includes(text)).map(({ text }) => text), []);
	assertDenied("web", ["assignment SET assigned_at = 1", "assignment SET user_id = 1", "mailbox SET created_at = 1", "user SET created_at = 1",
		"domain SET name = 'x'", "access_link SET recipient = 'x'", "access_link SET token_hash = NULL", "access_link SET expires_at = 1", "session SET user_id = 1",
		"address SET mailbox_id = 1", "mailbox_find SET mailbox_id = 1", "setting SET id = 2", "password_seen SET user_id = 1", "user_inactive SET ended_at = 1"].map((change) => `UPDATE ${change} WHERE 1 = 0`));
	assert.deepEqual(ask("web", ["UPDATE assignment SET removed_at = 1 WHERE 1 = 0", "UPDATE mailbox SET vip = 0 WHERE 1 = 0"]), ["", ""]);
}

// What deletes a view's row deletes that of its table: the web program's rights end where somebody has seen one.
test("through the views of what an import hides nothing can be deleted that was ever seen, or that is old", () => {
	const [[id, address]] = sql("SELECT id, address FROM mailbox WHERE deleted = 0 ORDER BY id LIMIT 1");
	const deletes = [`DELETE FROM hidden_clock WHERE mailbox_id = ${id}`, `DELETE FROM hidden_usage WHERE username = '${address}'`, `DELETE FROM hidden_mailbox WHERE id = ${id}`];
	const rows = () => [sql(`SELECT 1 FROM mailbox WHERE id = ${id}`).length, sql(`SELECT 1 FROM mailbox_clock WHERE mailbox_id = ${id}`).length, sql(`SELECT 1 FROM mailbox_usage WHERE username = '${address}'`).length];
	assert.deepEqual(ask("web", deletes), ["", "", ""]);
	assert.deepEqual(rows(), [1, 1, 1]);
	assertDenied("web", ["UPDATE mailbox SET created_at = 1 WHERE 1 = 0"]);
	for (const account of ["milter", "agent", "postfix", "dovecot"]) {
		assertDenied(account, deletes);
	}
});

test("what never changes nobody may change", assertNarrow);

test("the rights of 0.1.0 are narrowed, and everything goes on", async () => {
	const admin = await adminClient();
	sql(readFileSync(new URL("lib/grants_0.1.0.sql", import.meta.url), "utf8"));
	assert.deepEqual(ask("web", ["UPDATE assignment SET assigned_at = 1 WHERE 1 = 0"]), [""]);
	for (let i = 0; i < 2; i++) {
		grants();
		assertNarrow();
	}
	const page = await admin.saveMailbox(`rechte.${Date.now().toString(36)}`);
	assert.equal((await admin.save(page, page.path, { email_name: "Rechte", vip: "1" })).status, 200);
	assert.equal((await admin.save(await admin.get(`${page.path}/access/new-password`), "/new-password")).status, 200);
	assert.equal((await admin.save(await admin.get(`${page.path}/delete`), "/delete")).status, 200);
});

// A database of its own, made by the owner's migrations as the product's is.
async function makeDatabase() {
	sql(`CREATE DATABASE ${PLANS} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
	sql(`GRANT ALL ON ${PLANS}.* TO 'poststelle_owner'@'localhost'`);
	const conf = join(DIR, "conf/plans.conf");
	writeFileSync(conf, readFileSync(join(DIR, "conf/poststelle.conf"), "utf8").replace(/^name=.*$/m, `name=${PLANS}`), { mode: 0o600 });
	const migrate = () => promisify(execFile)(join(DIR, "bin/poststelle"), ["--config", conf, "migrate", "--sql-dir", join(DIR, "share/sql")]);
	return migrate;
}

const digits = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";

function fill() {
	const numbers = `SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n FROM ${digits} a, ${digits} b, ${digits} c, ${digits} e, ${digits} f`;
	for (const statement of [
		`INSERT INTO ${PLANS}.domain (id, name, display_name, created_at) SELECT n + 1, CONCAT('d', n, '.example'), CONCAT('d', n, '.example'), 1 FROM (${numbers}) x WHERE n < 100`,
		`INSERT INTO ${PLANS}.domain_spelling SELECT name, id FROM ${PLANS}.domain UNION SELECT CONCAT('ä', display_name), id FROM ${PLANS}.domain`,
		`INSERT INTO ${PLANS}.mailbox (id, domain_id, address, name_sort, active, quota_mb, password_hash, created_at) SELECT n + 1, n % 100 + 1, CONCAT('m', n, '@d', n % 100, '.example'), 'x', n % 10 > 0, 100, 'x', 1 FROM (${numbers}) x`,
		`INSERT INTO ${PLANS}.address (address, domain_id, mailbox_id, is_alias, created_at) SELECT address, domain_id, id, 0, 1 FROM ${PLANS}.mailbox`,
		`INSERT INTO ${PLANS}.address (address, domain_id, mailbox_id, is_alias, created_at) SELECT CONCAT('a', address), domain_id, id, 1, 1 FROM ${PLANS}.mailbox`,
		`INSERT INTO ${PLANS}.mailbox_usage (username) SELECT address FROM ${PLANS}.mailbox`,
		`INSERT INTO ${PLANS}.absence (mailbox_id, active, body, script, script_id) SELECT id, 1, 'x', 'x', 'note' FROM ${PLANS}.mailbox`,
		`INSERT INTO ${PLANS}.user (id, login, name, created_at) SELECT n + 1, n, n, 1 FROM (${numbers}) x WHERE n < 1000`,
		`INSERT INTO ${PLANS}.assignment (mailbox_id, user_id, assigned_at) SELECT id, id % 1000 + 1, 1 FROM ${PLANS}.mailbox`,
		...["0", "F"].map((digit) => `INSERT INTO ${PLANS}.own_password (mailbox_id, user_id, name, secret, made_at) SELECT id, id % 1000 + 1, 'x', UNHEX('${digit.repeat(64)}'), 1 FROM ${PLANS}.mailbox`),
		...sql(`SELECT CONCAT('ANALYZE TABLE ${PLANS}.', table_name) FROM information_schema.tables WHERE table_schema = '${PLANS}' AND table_type = 'BASE TABLE'`).flat(),
	]) {
		sql(statement);
	}
}

// [file, SELECT] of all lookups in the configuration of the mail servers.
function lookups() {
	const found = [];
	for (const folder of ["mail/postfix/sql", "mail/dovecot/sql"]) {
		for (const name of readdirSync(join(ROOT, folder))) {
			const text = readFileSync(join(ROOT, folder, name), "utf8");
			for (const [, key, query] of text.matchAll(/^(query|password_query|user_query)\s*=\s*(.+)$/gm)) {
				found.push([`${name} ${key}`, query.replace(/@MAIL_STORE@/g, "/x").replace(/%\{sha256:password\}/g, "0".repeat(64))
					.replace(/%([sund])/g, (all, letter) => (letter === "d" ? "äd11.example" : letter === "n" || (letter === "u" && folder.includes("postfix")) ? "m4711" : "m4711@d11.example"))]);
			}
			for (const [, block] of text.matchAll(/^map \{\n([\s\S]*?)\n\}/gm)) {
				const value = (setting) => new RegExp(`^\\s*${setting}\\s*=\\s*(\\S+)`, "m").exec(block)?.[1];
				const field = /fields \{\s*(\w+)\s*=/.exec(block)?.[1];
				const user = value("username_field");
				const values = { ...(user ? { [user]: "m4711@d11.example" } : {}), ...(field ? { [field]: { name: "absence", username: "m4711@d11.example" }[field] ?? "note" } : {}) };
				const where = Object.entries(values).map(([column, text]) => `${column} = '${text}'`);
				found.push([`${name} ${value("pattern")}`, `SELECT ${value("value_field")} FROM ${value("table")} WHERE ${where.join(" AND ")}`]);
			}
		}
	}
	return found;
}

test("migrations: two at once, then again; and every lookup of the mail servers goes by a key", async (t) => {
	const migrate = await makeDatabase();
	t.after(() => sql(`DROP DATABASE ${PLANS}; REVOKE ALL ON ${PLANS}.* FROM 'poststelle_owner'@'localhost'`));
	await Promise.all([migrate(), migrate()]);
	const shape = () => sql(`SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = '${PLANS}' ORDER BY 1, 2`).join("\n");
	const applied = () => sql(`SELECT * FROM ${PLANS}.schema_migration`).join("\n");
	const before = [shape(), applied()];
	await migrate();
	assert.deepEqual([shape(), applied()], before, "a second run changed something");

	fill();
	assert.equal(Number(sql(`SELECT COUNT(*) FROM ${PLANS}.mailbox`)[0][0]), MAILBOXES);
	const all = lookups();
	assert.ok(all.length >= 10, String(all.length));
	for (const [name, query] of all) {
		const plan = sql(`USE ${PLANS}; EXPLAIN ${query}`);
		for (const [, , table, type, , key, , , rows] of plan) {
			// A row that can't exist is found without a table ("Impossible WHERE ...").
			if (table === "NULL") {
				continue;
			}
			assert.ok(["const", "eq_ref", "ref", "system"].includes(type) && key !== "NULL" && Number(rows) <= 2,
				`${name}: ${table} by ${type}, key ${key}, ${rows} rows`);
		}
		assert.ok(plan.length > 0, name);
	}
});
