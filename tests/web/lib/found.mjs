// found.mjs: whether the rows by which the list finds mailboxes follow from them.
import assert from "node:assert/strict";
import { cli } from "./stack.mjs";

// Of mailboxes whose address or name holds such words; other tests write past the program.
export function assertFound(words) {
	let said;
	try {
		said = cli("mailbox", "check");
	} catch (error) {
		said = error.message;
	}
	assert.match(said, /^All search rows are right|differs: /m);
	assert.deepEqual(said.split("\n").filter((line) => line.startsWith("differs: ") && line.includes(words)), []);
}
