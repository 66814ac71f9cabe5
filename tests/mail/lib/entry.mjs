// entry.mjs: what the journal holds of a mail, read from its tables.
import assert from "node:assert/strict";
import { sql } from "../../web/lib/stack.mjs";

// The entries with that subject, the oldest first; text is null if there is none.
export function entries(subject) {
	return sql(`SELECT e.id, e.service, e.sender_id, e.envelope_from, COALESCE(HEX(t.text), '-') FROM journal_entry e JOIN journal_text t ON t.entry_id = e.id WHERE e.subject = '${subject}' ORDER BY e.id`)
		.map(([id, service, sender, envelope, text]) => ({ id, service, sender, envelope, text: text === "-" ? null : Buffer.from(text, "hex").toString() }));
}

export function one(subject) {
	const found = entries(subject);
	assert.equal(found.length, 1, `${found.length} entries of ${subject}`);
	return found[0];
}

// "from", "to", "cc", "bcc" of the entry's mailboxes, with * if the mail reached it; "-": it only
// protects the entry.
const ROLES = ["from", "to", "cc", "bcc", "-"];
export const rolesOf = (entry) => Object.fromEntries(sql(`SELECT mailbox_id, role, reached FROM journal_mailbox WHERE entry_id = ${entry.id} ORDER BY role DESC`)
	.map(([id, role, reached]) => [id, ROLES[role] + (reached === "1" ? "*" : "")]));

export const attachmentsOf = (entry) => sql(`SELECT name, size FROM journal_attachment WHERE entry_id = ${entry.id} ORDER BY place`);

export const isProtected = (entry) => sql(`SELECT protected FROM journal_entry WHERE id = ${entry.id}`)[0][0] === "1";
