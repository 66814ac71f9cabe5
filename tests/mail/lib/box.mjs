// box.mjs: mailboxes, users and letters for tests of the mail path, made by the command line and
// the database, not by pages.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { env, readEnv } from "../../web/lib/env.mjs";
import { Smtp } from "../../web/lib/mail.mjs";
import { DIR, cli, sql, until } from "../../web/lib/stack.mjs";

export const stamp = Date.now().toString(36);
export const ports = readEnv(`${DIR}/stack.env`);
let count = 0;

// Who sends by the services of this machine, and nobody else does.
export const OWN_SENDER = `poststelle@${env.DOMAIN}`;
export const senderAt = (port, usual) => ({ [ports.OWN_PORT]: OWN_SENDER, [ports.ABSENCE_PORT]: "" })[port] ?? usual;

export const quoted = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

// A mailbox with its number and password.
export function mailbox(local, emailName = "") {
	const address = `${local}.${stamp}@${env.DOMAIN}`;
	cli("mailbox", "add", address);
	const password = /^password: (.+)$/m.exec(cli("mailbox", "show", "--password", address))[1];
	const [[id]] = sql(`UPDATE mailbox SET email_name = ${quoted(emailName)} WHERE address = '${address}'; SELECT id FROM mailbox WHERE address = '${address}'`);
	return { address, password, id };
}

export function alias(box, local) {
	const address = `${local}.${stamp}@${env.DOMAIN}`;
	sql(`INSERT INTO address (address, domain_id, mailbox_id, is_alias, created_at) SELECT '${address}', domain_id, id, 1, 0 FROM mailbox WHERE id = ${box.id}`);
	return address;
}

// The number of a user who can't sign in.
export function user(name, emailName, active = 1) {
	const login = `${stamp}.${++count}`;
	return sql(`INSERT INTO user (login, name, email_name, active, created_at) VALUES ('${login}', ${quoted(name)}, ${quoted(emailName)}, ${active}, 0); SELECT id FROM user WHERE login = '${login}'`)[0][0];
}

export const assign = (box, id) => sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) VALUES (${box.id}, ${id}, 0)`);

export async function submission(box) {
	const smtp = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	assert.equal((await smtp.login(box.address, box.password)).code, 235);
	return smtp;
}

// What a program of this machine hands to Postfix's sendmail.
export const sendmail = (message, ...args) => execFileSync("/usr/sbin/sendmail", args, { input: message, env: { ...process.env, MAIL_CONFIG: `${DIR}/postfix/etc` } });

export const letter = (headers, subject, body = "Guten Tag\n.\nEnde") => `${headers.length > 0 ? `${headers}\n` : ""}To: <wer@welt.example>\nSubject: ${subject}\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n\n${body}`;

// Where Dovecot puts a mailbox's new mail.
export const newMail = (box) => join(DIR, "mail", box.id, "Maildir/new");

export function filesOf(box) {
	try {
		return readdirSync(newMail(box));
	} catch {
		return [];
	}
}

// The source of the delivered mail with that subject.
export async function source(box, subject) {
	const find = () => filesOf(box).map((name) => readFileSync(join(newMail(box), name), "latin1")).find((text) => text.includes(`Subject: ${subject}`));
	return until(20000, find, Boolean);
}
