// When somebody logged in to a mailbox last: IMAP and POP3 say so, nothing else does, and no log-in waits
// for it or fails by it.
import test from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { adminClient } from "../web/lib/client.mjs";
import { elements, textOf } from "../web/lib/html.mjs";
import { env } from "../web/lib/env.mjs";
import { Imap, Pop3 } from "../web/lib/mail.mjs";
import { sql, until } from "../web/lib/stack.mjs";
import { mailbox, stamp } from "./lib/box.mjs";

const lastOf = (box) => Number(sql(`SELECT last_login FROM mailbox_usage WHERE username = '${box.address}'`)[0][0]);
const noted = (box) => until(10000, () => lastOf(box), (last) => last > 0);
const now = () => Number(sql("SELECT UNIX_TIMESTAMP()")[0][0]);
const forget = (box) => sql(`UPDATE mailbox_usage SET last_login = 0 WHERE username = '${box.address}'`);

async function logIn(box, password = box.password) {
	const imap = await new Imap().open();
	const answer = await imap.login(box.address, password);
	await imap.logout();
	return answer.ok;
}

test("IMAP and POP3 are noted, a wrong password isn't; list, page and table say it", async () => {
	const box = mailbox("anmeldung");
	const admin = await adminClient();
	assert.match(textOf((await admin.get(`/mailboxes/${box.id}`)).text), /Noch keine Anmeldung mit IMAP oder POP3/);
	assert.ok(!await logIn(box, "falsch"));
	assert.equal(lastOf(box), 0);
	const before = now();
	assert.ok(await logIn(box));
	const last = await noted(box);
	assert.ok(last >= before && last <= now());
	forget(box);
	const pop3 = await new Pop3().open();
	assert.match(await pop3.login(box.address, box.password), /^\+OK/);
	await pop3.quit();
	await noted(box);
	const day = new Intl.DateTimeFormat("de-DE", { timeZone: "Europe/Berlin", dateStyle: "medium" }).format(new Date(lastOf(box) * 1000));
	assert.match(textOf((await admin.get(`/mailboxes/${box.id}`)).text), new RegExp(`Letzte Anmeldung mit IMAP oder POP3: ${day}`));
	assert.ok(elements((await admin.get(`/mailboxes?q=anmeldung+${stamp}`)).text, "td").some(({ attributes, text }) => attributes["data-label"] === "Letzte Anmeldung" && text === day));
	assert.match((await admin.get(`/mailboxes.csv?q=anmeldung+${stamp}`)).text, new RegExp(`;${new Date(lastOf(box) * 1000).toISOString().slice(0, 19).replace("T", " ")}Z;;;\r\n$`));
});

test("a log-in doesn't wait for a row that somebody else holds", async () => {
	const box = mailbox("wartet.nicht");
	const holder = spawn("mariadb", ["-S", env.DB_SOCKET, "-N", "-B", "-n", env.DB_NAME, "-e", `BEGIN; SELECT username FROM mailbox_usage WHERE username = '${box.address}' FOR UPDATE; DO SLEEP(8); ROLLBACK`], { stdio: ["ignore", "pipe", "inherit"] });
	const ended = once(holder, "exit");
	await once(holder.stdout, "data");
	assert.ok(await logIn(box));
	assert.equal(lastOf(box), 0);
	assert.equal(holder.exitCode, null, "the row was free before the log-in was over");
	await ended;
	await noted(box);
});

test("where it can't be written, the log-in goes on", async (t) => {
	const box = mailbox("geht.weiter");
	t.after(() => sql("GRANT UPDATE ON mailbox_usage TO 'poststelle_dovecot'@'localhost'"));
	sql("REVOKE UPDATE ON mailbox_usage FROM 'poststelle_dovecot'@'localhost'");
	const imap = await new Imap().open();
	assert.ok((await imap.login(box.address, box.password)).ok);
	assert.ok((await imap.command("SELECT INBOX")).ok);
	await imap.logout();
	assert.equal(lastOf(box), 0);
});
