// envelope.mjs: whom Dovecot shows a mail as being from: IMAP's ENVELOPE, the view of mail programs.
import assert from "node:assert/strict";
import { Imap } from "../../web/lib/mail.mjs";

// An IMAP list, with its quoted strings, literals and NIL, as arrays, strings and null.
function parse(text) {
	let at = 0;
	const value = () => {
		while (" \r\n".includes(text[at])) {
			at++;
		}
		if (text[at] === "(") {
			const list = [];
			for (at++; text[at] !== ")";) {
				list.push(value());
				while (" \r\n".includes(text[at])) {
					at++;
				}
			}
			at++;
			return list;
		}
		if (text[at] === "\"") {
			let string = "";
			for (at++; text[at] !== "\""; at++) {
				string += text[at] === "\\" ? text[++at] : text[at];
			}
			at++;
			return string;
		}
		const literal = /^\{(\d+)\}\r\n/.exec(text.slice(at, at + 16));
		if (literal) {
			const begin = at + literal[0].length;
			at = begin + Number(literal[1]);
			return text.slice(begin, at);
		}
		const atom = /^[^\s()]+/.exec(text.slice(at))[0];
		at += atom.length;
		return atom === "NIL" ? null : atom;
	};
	return value();
}

const addresses = (list) => (list ?? []).map(([name, , local, host]) => [name ?? "", host === null ? `${local}:` : `${local}@${host}`]);

// Subject -> {from, sender, head} of all that is in INBOX: [name as it is on the wire, address] each,
// and the whole header.
export async function envelopes({ address, password }) {
	const imap = await new Imap().open();
	assert.ok((await imap.login(address, password)).ok);
	await imap.command("SELECT INBOX");
	const { lines } = await imap.command("FETCH 1:* (ENVELOPE BODY.PEEK[HEADER])");
	await imap.logout();
	const found = {};
	for (const answer of `\r\n${lines.join("\r\n")}`.split(/\r\n(?=\* \d+ FETCH \()/).slice(1)) {
		const [, [, subject, from, sender], , head] = parse(answer.slice(answer.indexOf("(")));
		found[subject] = { from: addresses(from), sender: addresses(sender), head };
	}
	return found;
}
