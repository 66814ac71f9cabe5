// The database node in use is killed, frozen, cut off, drained, stopped, and comes back, while people save
// and mails come in and go out: what was acknowledged is there once, on every node, and each accepted
// mail is one entry of the journal and one mail in the mailbox.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { DIR, cli, until } from "../web/lib/stack.mjs";
import { filesOf, mailbox, newMail, stamp } from "../mail/lib/box.mjs";
import { all, nodeInUse, nodes, program, reloadPostfix } from "./lib/nodes.mjs";
import { aliases, held, names, outsider, reader, sender } from "./lib/writers.mjs";

// A node that is away so long has been noticed, and everybody has gone on without it.
const AWAY_MS = 6000;
const QUIET_MS = 1500;
// Nothing here takes so long unless it hangs. How long it took is printed.
const HANGS_MS = 30000;

let box, writers, mails, pages;

before(async () => {
	await all((node) => node.joined());
	const client = await adminClient();
	box = mailbox("knoten");
	// A mail to a mailbox whose addresses change comes again, so those are another one's.
	const extended = mailbox("knoten.mehr"), named = mailbox("knoten.name"), own = mailbox("knoten.von");
	const version = await nodes[0].number_of(`SELECT version FROM mailbox WHERE id = ${named.id}`);
	pages = [reader(client, "/mailboxes"), await aliases(client, extended, `w${stamp}.`), names(client, named, `n${stamp}.`)];
	mails = [outsider(box, `aussen.${stamp}.`), sender(env.SUBMISSIONS_PORT, own, box, `innen.${stamp}.`)];
	writers = [...pages, ...mails];
	pages[1].box = extended;
	pages[2].box = { ...named, version };
});

after(async () => {
	for (const node of nodes) {
		try {
			node.signal("SIGCONT");
		} catch {
			// It isn't there.
		}
	}
});

const longest = (some) => Math.max(...some.map((writer) => writer.takeGap()));

// Trouble for the node in use, and its end.
async function through(t, what, trouble, back) {
	await sleep(QUIET_MS);
	const before = writers.map(({ done }) => done.length), usual = `${longest(pages)} / ${longest(mails)}`;
	const node = await nodeInUse();
	await trouble(node);
	await sleep(AWAY_MS);
	const away = [longest(pages), longest(mails)];
	await back(node);
	await node.joined();
	await sleep(QUIET_MS);
	const rejoined = [longest(pages), longest(mails)];
	t.diagnostic(`node ${node.number}, page / mail: ${usual} ms before, ${away.join(" / ")} ms after it was ${what}, ${rejoined.join(" / ")} ms after it was back`);
	t.diagnostic(`tried again ms after that: ${writers.map((writer) => writer.answers()).filter(Boolean).join("; ") || "nothing"}`);
	writers.forEach((writer, i) => {
		// Another node is asked before anybody reads an error.
		assert.ok(mails.includes(writer) || writer.said.size === 0, `${writer.prefix} ${writer.answers()}`);
		writer.said.clear();
		assert.ok(writer.done.length > before[i], `${writer.prefix} goes on`);
	});
	assert.ok(Math.max(...away, ...rejoined) < HANGS_MS, `${away} ${rejoined}`);
	// In the place of the minute that Postfix leaves a failed way alone, and an administrator waits
	// between two nodes.
	await reloadPostfix();
}

test("killed", (t) => through(t, "killed", (node) => node.signal("SIGKILL"), (node) => node.start()));
test("frozen", (t) => through(t, "frozen", (node) => node.signal("SIGSTOP"), (node) => node.signal("SIGCONT")));
test("cut off from the others", (t) => through(t, "cut off", (node) => node.set("wsrep_provider_options = 'gmcast.isolate=1'"), (node) => node.set("wsrep_provider_options = 'gmcast.isolate=0'")));
test("drained", (t) => through(t, "drained", (node) => node.set("wsrep_reject_queries = ALL"), (node) => node.set("wsrep_reject_queries = NONE")));
test("stopped", (t) => through(t, "stopped", (node) => node.stop(), (node) => node.start()));

test("nothing is lost and nothing doubled, on any node", async (t) => {
	await Promise.all(writers.map((writer) => writer.stop()));
	const [, aliasWriter, nameWriter] = pages;
	t.diagnostic(`done, ms after ms: ${writers.map(({ prefix, done, unsure }) => `${prefix} ${done.length} (and ${unsure.length} not)`).join(", ")}`);
	for (const node of nodes) {
		const column = async (query) => (await node.sql(query)).flat();
		held("addresses", (await column(`SELECT address FROM address WHERE mailbox_id = ${aliasWriter.box.id} AND is_alias = 1`)).map((address) => address.split("@")[0]), aliasWriter);
		held("their log", (await column(`SELECT new_value FROM change_log WHERE mailbox_id = ${aliasWriter.box.id} AND action = 'alias.added'`)).map((address) => address.split("@")[0]), aliasWriter);
		const logged = await column(`SELECT new_value FROM change_log WHERE mailbox_id = ${nameWriter.box.id} AND field = 'email_name'`);
		held("names", logged, nameWriter);
		assert.equal(await node.number_of(`SELECT version FROM mailbox WHERE id = ${nameWriter.box.id}`), nameWriter.box.version + logged.length, "versions");
		for (const writer of mails) {
			held("entries", await column(`SELECT subject FROM journal_entry WHERE subject LIKE '${writer.prefix}%'`), writer);
		}
	}
	const delivered = () => filesOf(box).map((name) => /^Subject: (\S+)/m.exec(readFileSync(join(newMail(box), name), "latin1"))?.[1]);
	const wanted = mails.flatMap(({ done }) => done);
	const found = await until(60000, () => new Set(delivered()), (subjects) => wanted.every((subject) => subjects.has(subject)), 1000);
	assert.deepEqual(wanted.filter((subject) => !found.has(subject)), [], "not delivered");
	for (const writer of mails) {
		held("mails", delivered(), writer);
	}
	assert.match(await program(`${DIR}/bin/poststelle`, ["--config", `${DIR}/conf/poststelle.conf`, "journal", "check"]), /\S/);
	assert.match(cli("mailbox", "check"), /\S/);
});
