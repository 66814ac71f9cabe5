// soak.mjs: mails, pages, log-ins and saves for SOAK_MINUTES (30), while every 20 seconds a random part of
// the product is killed with -9 and started again as its unit would. At the end every mail is accounted
// for, each that was accepted is one entry of the journal, each save that was acknowledged is there,
// memory is what it was, and no page said 500. SOAK_SEED: the random numbers of an earlier run.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { counted, held, Writer, aliases, names, outsider, reader, sender } from "../cluster/lib/writers.mjs";
import { filesOf, mailbox, newMail, stamp } from "../mail/lib/box.mjs";
import { Client, adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { Imap } from "../web/lib/mail.mjs";
import { DIR, cli, run, sql, until } from "../web/lib/stack.mjs";
import { Random, kill, kinds, startParts } from "./lib/kills.mjs";
import { Memory } from "./lib/memory.mjs";

const MINUTES = Number(process.env.SOAK_MINUTES || 30);
const SEED = Number(process.env.SOAK_SEED || Math.floor(Math.random() * 1e9));
const EVERY_MS = 20000;
const SAMPLE_MS = 5000;
// What was queued when the last part came back is delivered by then.
const DRAIN_MS = 300000;
// Of memory: a worker that has just begun takes less than one that has shown every page.
const GROWTH = 1.25, GROWTH_MB = 4;
// Pauses in ms between two of a kind.
const PAGE = 200, SAVE = 400, MAIL = 300, LOG_IN = 500, SIGN_IN = 3000;

const say = (text) => console.log(text);
const postfix = (...args) => run("postfix", "-c", `${DIR}/postfix/etc`, ...args);
const queued = () => run("postqueue", "-c", `${DIR}/postfix/etc`, "-j").split("\n").filter(Boolean).map((line) => JSON.parse(line));

// Somebody who reads mail: a log-in of IMAP each time.
const imapUser = (box) => new Writer("imap", async () => {
	const imap = await new Imap().open();
	const answer = await imap.login(box.address, box.password);
	const folder = answer.ok ? await imap.command("SELECT INBOX") : answer;
	await imap.logout();
	return folder.ok ? "" : folder.text;
}, LOG_IN);

// Somebody who signs in at the pages.
const signIn = () => new Writer("anmelden", async () => {
	await new Client().signIn();
	return "";
}, SIGN_IN);

async function begin() {
	const client = await adminClient();
	const box = mailbox("dauer"), extended = mailbox("dauer.mehr"), named = mailbox("dauer.name"), own = mailbox("dauer.von");
	// It sends more than an office's mailbox may in an hour.
	cli("settings", "set", "send_limit", "0");
	const version = Number(sql(`SELECT version FROM mailbox WHERE id = ${named.id}`)[0][0]);
	const mails = [outsider(box, `aussen.${stamp}.`, MAIL), sender(env.SUBMISSIONS_PORT, own, box, `innen.${stamp}.`, MAIL)];
	const saves = [await aliases(client, extended, `w${stamp}.`, SAVE), names(client, named, `n${stamp}.`, SAVE)];
	const others = [reader(client, "/mailboxes", PAGE), reader(client, "/journal", PAGE), imapUser(own), signIn()];
	return { box, extended, named: { ...named, version }, mails, saves, others, writers: [...mails, ...saves, ...others] };
}

async function killing(random, memory) {
	const begun = performance.now(), whole = MINUTES * 60000;
	const passed = () => performance.now() - begun;
	const sampling = setInterval(() => memory.take(passed() / whole), SAMPLE_MS);
	const killed = new Map();

	for (let at = EVERY_MS; at < whole; at += EVERY_MS) {
		await sleep(Math.max(0, at - passed()));
		const kind = random.of(kinds);
		say(`${String(Math.round(passed() / 1000)).padStart(5)} s  ${await kill(kind, random)}`);
		killed.set(kind.name, (killed.get(kind.name) ?? 0) + 1);
	}
	await sleep(Math.max(0, whole - passed()));
	clearInterval(sampling);
	return killed;
}

// Answers of a kind are one: without numbers of queues, processes and the like.
function kindsOf(writer) {
	const some = new Map();
	writer.said.forEach((times, answer) => {
		const kind = answer.split("\n")[0].replace(/<[^>]*>/g, "<...>").replace(/\b[0-9A-Za-z]{10,}\b/g, "...").replace(/127\.0\.0\.1:\d+/, "...").replace(/ \[\S+:[-0-9]+ [:0-9]+\]$/, "").slice(0, 100);
		some.set(kind, (some.get(kind) ?? 0) + times);
	});
	return some;
}

// What may be said while a part is away: never that something is wrong with the page, the mail, the
// password (but for SMTP AUTH, which says so of any failure of its database).
const AWAY = [/^HTTP 50[234]$/, /^no answer in/, /ECONNREFUSED|ECONNRESET|EPIPE|hung up|other side closed|socket disconnected|socket hang up|before secure TLS/,
	/^4\d\d[ -]/, /^535 5\.7\.8/, /^NO \[UNAVAILABLE\]/, /(answered|\() ?50[234]\)?/];
const isAway = (answer) => AWAY.some((pattern) => pattern.test(answer));

const subjectsOf = (box) => filesOf(box).map((name) => /^Subject: (\S+)/m.exec(readFileSync(join(newMail(box), name), "latin1"))?.[1]);

// Waits until nothing is queued but what nobody waits for.
async function drain() {
	await startParts("mariadb", "milter_name", "milter_journal", "srs", "postfix", "dovecot", "web", "nginx", "agent");
	// In the place of the minute for which Postfix leaves a failed database alone.
	postfix("reload");
	return until(DRAIN_MS, () => {
		postfix("flush");
		return queued();
	}, (list) => list.length === 0, 2000);
}

function account(mails, box, left) {
	const found = counted(subjectsOf(box));
	const subjects = new Set(mails.flatMap(({ prefix }) => [...found.keys()].filter((subject) => subject?.startsWith(prefix))));
	const sum = { sent: 0, accepted: 0, delivered: subjects.size, refused: 0, late: 0, queued: left.length, twice: 0, lost: [] };
	for (const { done, unsure } of mails) {
		sum.sent += done.length + unsure.length;
		sum.accepted += done.length;
		sum.refused += unsure.filter((name) => !found.has(name)).length;
		sum.late += unsure.filter((name) => found.has(name)).length;
		sum.lost.push(...done.filter((name) => !found.has(name)));
		sum.twice += [...done, ...unsure].filter((name) => (found.get(name) ?? 0) > 1).length;
	}
	return sum;
}

function check(work, memory, killed, left) {
	const { box, extended, named, mails, saves: [aliasWriter, nameWriter], writers } = work;
	const column = (query) => sql(query).flat();

	const sum = account(mails, box, left);
	say(`mails: ${sum.sent} sent = ${sum.delivered} delivered (${sum.late} of them without an answer to the sender) + ${sum.refused} refused + ${sum.queued} queued; ${sum.twice} came twice`);
	say(`saves: ${aliasWriter.done.length} addresses, ${nameWriter.done.length} names; pages, log-ins: ${work.others.map(({ prefix, done }) => `${prefix} ${done.length}`).join(", ")}`);
	for (const writer of writers) {
		kindsOf(writer).forEach((times, kind) => say(`  ${writer.prefix} ${String(times).padStart(5)} × ${kind}`));
	}
	const rows = memory.rows();
	rows.forEach(({ part, early, late, most }) => say(`memory of ${part}: early ${early?.toFixed(1)} MB, late ${late?.toFixed(1)} MB, at most ${most.toFixed(1)} MB`));

	const faults = [];
	const holds = (what, test) => {
		try {
			test();
		} catch (error) {
			faults.push(`${what}: ${error.message}`);
		}
	};
	holds("mails lost", () => assert.deepEqual(sum.lost, []));
	holds("mails", () => assert.equal(sum.sent, sum.delivered + sum.refused + sum.queued));
	// Who hands a mail over doesn't know what became of it if one of the two is killed then.
	const handOvers = ["postfix", "postfix service", "dovecot", "dovecot service"].reduce((times, name) => times + (killed.get(name) ?? 0), 0);
	holds("mails that came twice", () => assert.ok(sum.twice <= 4 * handOvers, `${sum.twice}`));
	for (const writer of mails) {
		holds("journal", () => held("entries", column(`SELECT subject FROM journal_entry WHERE subject LIKE '${writer.prefix}%'`), writer));
	}
	holds("addresses", () => held("addresses", column(`SELECT address FROM address WHERE mailbox_id = ${extended.id} AND is_alias = 1`).map((address) => address.split("@")[0]), aliasWriter));
	holds("addresses", () => held("their log", column(`SELECT new_value FROM change_log WHERE mailbox_id = ${extended.id} AND action = 'alias.added'`).map((address) => address.split("@")[0]), aliasWriter));
	const logged = column(`SELECT new_value FROM change_log WHERE mailbox_id = ${named.id} AND field = 'email_name'`);
	holds("names", () => held("names", logged, nameWriter));
	holds("versions", () => assert.equal(Number(sql(`SELECT version FROM mailbox WHERE id = ${named.id}`)[0][0]), named.version + logged.length));
	for (const writer of writers) {
		const wrong = [...writer.said.keys()].filter((answer) => !isAway(answer) && !(writer === nameWriter && answer === "HTTP 409"));
		holds(`answers to ${writer.prefix}`, () => assert.deepEqual(wrong, []));
	}
	holds("status 500", () => assert.deepEqual(readFileSync(`${DIR}/log/web.log`, "utf8").split("\n").filter((line) => / status=500 /.test(line)).slice(0, 5), []));
	for (const { part, early, late } of rows) {
		holds(`memory of ${part}`, () => assert.ok(late <= early * GROWTH + GROWTH_MB, `${early} MB, then ${late} MB`));
	}
	holds("journal check", () => assert.match(cli("journal", "check"), /\S/));
	holds("mailbox check", () => assert.match(cli("mailbox", "check"), /\S/));
	return faults;
}

say(`soak: ${MINUTES} minutes, SOAK_SEED=${SEED}`);
const memory = new Memory();
const work = await begin();
const killed = await killing(new Random(SEED), memory);
await Promise.all(work.writers.map((writer) => writer.stop()));
const left = await drain();
const faults = check(work, memory, killed, left);
faults.forEach((fault) => say(`NOT OK  ${fault}`));
say(faults.length === 0 ? "soak: everything holds" : `soak: ${faults.length} faults (SOAK_SEED=${SEED})`);
process.exit(faults.length === 0 ? 0 : 1);
