// people.mjs: users that a test makes for itself, signed in without a password, and their assignments
// by the mailbox's clock, as the pages make them.
import { createHash, randomBytes } from "node:crypto";
import { Client } from "./client.mjs";
import { sql } from "./stack.mjs";

const stamp = Date.now().toString(36);
let count = 0;
const NOW = "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)";

// rights: a list of all, own, none; one user of staff each. Their numbers.
export function newUsers(rights) {
	const logins = rights.map(() => `leute.${stamp}.${++count}`);
	const rows = rights.map((right, i) => `('${logins[i]}', '${logins[i]}', '${right}', ${NOW})`);
	return sql(`INSERT INTO user (login, name, journal_right, created_at) VALUES ${rows.join(", ")};
		SELECT id FROM user WHERE login IN (${logins.map((login) => `'${login}'`).join(", ")}) ORDER BY id`).map(([id]) => id);
}

// A client for each user, signed in.
export function sessionsOf(ids) {
	const tokens = ids.map(() => randomBytes(32).toString("base64url"));
	const rows = ids.map((id, i) => `(UNHEX('${createHash("sha256").update(tokens[i]).digest("hex")}'), ${id}, ${NOW}, ${NOW})`);
	sql(`INSERT INTO session (token_hash, user_id, created_at, seen_at) VALUES ${rows.join(", ")}`);
	return tokens.map((token) => new Client().resume(token));
}

const locked = (mailbox, change) => sql(`BEGIN; SELECT GREATEST(${NOW}, at + 1) INTO @at FROM mailbox_clock WHERE mailbox_id = ${mailbox} FOR UPDATE;
	${change}; UPDATE mailbox_clock SET at = @at WHERE mailbox_id = ${mailbox}; COMMIT`);
export const assign = (mailbox, user) => locked(mailbox, `INSERT INTO assignment (mailbox_id, user_id, assigned_at) VALUES (${mailbox}, ${user}, @at)`);
export const unassign = (mailbox, user) => locked(mailbox, `UPDATE assignment SET removed_at = @at WHERE mailbox_id = ${mailbox} AND user_id = ${user} AND removed_at = 0`);
