// lists.mjs: the whole way of a mail to a distribution list of 100 mailboxes, accepted by Postfix and delivered
// by Dovecot, beside one mail with those 100 recipients, alternating in one run; and how long its entry takes.
// LISTS_ROUNDS=7 is how often each, MAIL_ENTRIES=10000 the journal's size.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./instance.mjs";
import { MailLog, untilDelivered } from "./lib/mail_log.mjs";
import { MilterClient } from "./lib/milter_client.mjs";
import { FILL, Office } from "./lib/office.mjs";
import { circumstances, table, writePart } from "./lib/report.mjs";
import { sendMail } from "./lib/talk.mjs";

const ROUNDS = Number(process.env.LISTS_ROUNDS ?? 7);
const ENTRIES = Number(process.env.MAIL_ENTRIES ?? 10000);
const MEMBERS = 100;
const READERS = 3; // of each mailbox
const RATIO = 1.5;
const JOURNALED_MS = 200;
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
const office = new Office(join(work, "lists"), "mariadb milter_name milter_journal postfix dovecot", { DB_FLUSH: "1" });
let failed = false;
try {
	office.load(ENTRIES);
	office.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
	const members = Array.from({ length: MEMBERS }, (_, i) => `mitglied${i}@${office.env.DOMAIN}`);
	const list = `alle@${office.env.DOMAIN}`;
	members.forEach((address, i) => {
		office.stack("cli", "mailbox", "add", address);
		office.sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) SELECT m.id, u.id, 0 FROM mailbox m JOIN user u ON u.id BETWEEN ${1010 + i * READERS} AND ${1009 + (i + 1) * READERS} WHERE m.address = '${address}'`);
	});
	execFileSync(FILL, ["list", join(office.dir, "conf/poststelle.conf"), list, ...members], { stdio: "inherit" });
	const log = new MailLog(`${office.env.LOG_DIR}/postfix.log`);
	const from = "wer@welt.example";
	let number = 0;
	const letter = (to) => `From: <${from}>\r\nTo: ${to.map((one) => `<${one}>`).join(",\r\n ")}\r\nSubject: Rundschreiben ${++number}\r\nMessage-ID: <${number}.${process.pid}@welt.example>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\n\r\n${"Guten Tag zusammen.\r\n".repeat(200)}`;
	const send = async (recipients) => {
		const socket = net.connect(Number(office.env.SMTP_PORT), "127.0.0.1");
		await once(socket, "connect");
		await sendMail(socket, { from, recipients, text: letter(recipients) });
	};
	const times = { list: [], each: [] };
	for (let round = -1; round < ROUNDS; round++) {
		for (const which of round % 2 ? ["list", "each"] : ["each", "list"]) {
			const ms = await untilDelivered(log, MEMBERS, () => send(which === "list" ? [list] : members));
			if (round >= 0) {
				times[which].push(ms);
			}
		}
	}
	const client = await new MilterClient().open(join(office.real, "milter/journal"));
	const journaled = [];
	for (let i = -3; i < 3 * ROUNDS; i++) {
		const start = process.hrtime.bigint();
		const answer = await client.send({ service: "OUTSIDE", from, recipients: [list], headers: [["From", ` <${from}>`], ["To", ` <${list}>`], ["Subject", ` Rundschreiben im Journal ${i}`]], body: "Guten Tag\r\n".repeat(200) });
		if (answer !== "c") {
			throw new Error(`the journal answered ${answer}`);
		}
		if (i >= 0) {
			journaled.push(Number(process.hrtime.bigint() - start) / 1e6);
		}
	}
	client.close();
	const [[reached]] = office.sql("SELECT COUNT(*) FROM journal_mailbox b JOIN journal_entry e ON e.id = b.entry_id WHERE b.reached = 1 AND e.subject = 'Rundschreiben im Journal 0'");
	if (Number(reached) !== MEMBERS) {
		throw new Error(`the entry says that ${reached} mailboxes were reached`);
	}
	const [whole, each, entry] = [median(times.list), median(times.each), median(journaled)];
	const rows = [[`a mail to a list of ${MEMBERS}, to one mail with ${MEMBERS} recipients`, `${whole.toFixed(0)} and ${each.toFixed(0)}`, (whole / each).toFixed(2), RATIO, whole / each <= RATIO],
		[`its entry, ${READERS} readers of each mailbox`, entry.toFixed(0), "", `${JOURNALED_MS} ms`, entry <= JOURNALED_MS]];
	for (const row of rows) {
		const ok = row.pop();
		failed ||= !ok;
		row.push(ok ? "" : "!");
		console.log(row.join("  "));
	}
	writePart("Lists", `From the first octet to the last delivery; the median of ${ROUNDS} rounds, alternating; a journal of ${ENTRIES} entries.\n
${table(["what", "ms", "ratio", "at most", ""], rows)}\n${circumstances(["postfix", "dovecot-core", "mariadb-server"])}`);
} finally {
	office.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
