// mail.mjs: the whole way of a mail, accepted by Postfix and delivered by Dovecot, with each milter
// against without, alternating in one run; and the milters' memory over 100,000 messages. Without: a service
// that has the same options but no milter.
// MAIL_ENTRIES=10000 is the journal's size, MAIL_MESSAGES=100000 those for the memory, MAIL_COUNT=400
// the mails of each of MAIL_ROUNDS=7 rounds.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./instance.mjs";
import { MailLog, untilDelivered } from "./lib/mail_log.mjs";
import { MilterClient } from "./lib/milter_client.mjs";
import { Office } from "./lib/office.mjs";
import { circumstances, table, writePart } from "./lib/report.mjs";

const ROUNDS = Number(process.env.MAIL_ROUNDS ?? 7);
const MAILS = Number(process.env.MAIL_COUNT ?? 400);
const CLIENTS = 4;
const READERS = 6;
const ENTRIES = Number(process.env.MAIL_ENTRIES ?? 10000);
const MESSAGES = Number(process.env.MAIL_MESSAGES ?? 100000); // 0: none
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
const rows = [];
let failed = false;

function report(name, value, limit, least, note) {
	const ok = least ? value >= limit : value <= limit;
	failed ||= !ok;
	rows.push([name, value.toFixed(2) + (ok ? "" : " !"), `${least ? "≥" : "≤"} ${limit}`, note.trim()]);
	console.log(`${ok ? "  " : "! "}${name.padEnd(58)} ${value.toFixed(2)}  (at ${least ? "least" : "most"} ${limit})${note}`);
}

// Sends by all clients at once; mails a second from the first to the last that is delivered.
const rate = async (log, mails, clients) => mails / await untilDelivered(log, mails, () => Promise.all(clients.map((client) => client()))) * 1000;

async function against(name, limit, log, run) {
	const rates = { with: [], without: [] };
	await rate(log, MAILS, run("with"));
	await rate(log, MAILS, run("without"));
	for (let round = 0; round < ROUNDS; round++) {
		for (const which of round % 2 ? ["with", "without"] : ["without", "with"]) {
			rates[which].push(await rate(log, MAILS, run(which)));
		}
	}
	const [with_, without] = [median(rates.with), median(rates.without)];
	report(name, with_ / without, limit, true, `  ${with_.toFixed(0)} and ${without.toFixed(0)} mails a second`);
}

// An own program for each client, so that this one isn't what is measured.
const submitter = (port, { address, password }, to) => async () => {
	const child = spawn(process.execPath, [new URL("lib/submit.mjs", import.meta.url).pathname, String(port), address, password, to, String(MAILS / CLIENTS)], { stdio: "inherit" });
	const [code] = await once(child, "exit");
	if (code !== 0) {
		throw new Error(`submit.mjs ended with ${code}`);
	}
};

const source = (port, to) => async () => {
	const child = spawn("smtp-source", ["-s", "1", "-m", String(MAILS / CLIENTS), "-l", "4096", "-f", "wer@welt.example", "-t", to, `127.0.0.1:${port}`], { stdio: "inherit" });
	const [code] = await once(child, "exit");
	if (code !== 0) {
		throw new Error(`smtp-source ended with ${code}`);
	}
};

function rssKb(pid) {
	return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

// Hands messages to a milter and says how its memory grew after the first tenth.
async function memory(office, role, message, sql) {
	const pid = readFileSync(`${office.env.PID_DIR}/milter_${role}.pid`, "utf8").trim();
	const path = join(office.real, "milter", role);
	const part = async (count) => {
		const clients = Array.from({ length: 8 }, async (_, n) => {
			for (let sent = 0; sent < count / 8; sent += 10) {
				const client = await new MilterClient().open(path);
				for (let i = 0; i < 10; i++) {
					const answer = await client.send(message(n, sent + i));
					if (answer !== "c") {
						throw new Error(`${role}: ${answer}`);
					}
				}
				client.close();
			}
		});
		const start = Date.now();
		await Promise.all(clients);
		return count / (Date.now() - start) * 1000;
	};
	await part(MESSAGES / 10);
	const before = rssKb(pid);
	const speed = await part(MESSAGES * 9 / 10);
	report(`memory of role ${role} after ${MESSAGES} messages to ${MESSAGES / 10}`, rssKb(pid) / before, 1.1, false,
		`  ${before} and ${rssKb(pid)} KB, ${speed.toFixed(0)} messages a second${sql ? `, ${sql()}` : ""}`);
}

const office = new Office(join(work, "mail"), "mariadb milter_name milter_journal postfix dovecot");
try {
	office.load(ENTRIES);
	office.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
	const boxes = Array.from({ length: CLIENTS }, (_, i) => {
		const address = `bench${i}@${office.env.DOMAIN}`;
		office.stack("cli", "mailbox", "add", address);
		const password = /^password: (.+)$/m.exec(office.stack("cli", "mailbox", "show", "--password", address))[1];
		office.sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) SELECT m.id, u.id, 0 FROM mailbox m JOIN user u ON u.id BETWEEN ${1010 + i * 10} AND ${1009 + i * 10 + READERS} WHERE m.address = '${address}'`);
		office.sql(`UPDATE mailbox SET email_name = 'Müller, Verwaltung', send_limit = 1000000 WHERE address = '${address}'`);
		return { address, password };
	});
	const etc = join(office.real, "postfix/etc");
	const other = new URL(office.env.BASE_URL).port; // the pages aren't started
	// A service like the one at a port, without milters.
	const without = (port) => {
		const shipped = execFileSync("postconf", ["-c", etc, "-M", `127.0.0.1:${port}/inet`], { encoding: "utf8" }).trim();
		execFileSync("postconf", ["-c", etc, "-M", `127.0.0.1:${other}/inet=${shipped.replace(/^\S+/, `127.0.0.1:${other}`).replace(/smtpd_milters=\S*/, "smtpd_milters=")}`]);
	};
	const reload = () => execFileSync("postfix", ["-c", etc, "reload"], { stdio: "ignore" });
	const option = (port, milters) => execFileSync("postconf", ["-c", etc, "-P", `127.0.0.1:${port}/inet/smtpd_milters=${milters}`]);
	const log = new MailLog(`${office.env.LOG_DIR}/postfix.log`);
	const ports = (usual) => ({ with: usual, without: other });
	const submitted = (which) => boxes.map((box, i) => submitter(ports(office.env.SUBMISSIONS_PORT)[which], box, boxes[(i + 1) % CLIENTS].address));

	without(office.env.SUBMISSIONS_PORT);
	option(office.env.SUBMISSIONS_PORT, "$poststelle_milter_name");
	reload();
	await against("a submitted mail, role name against none", 0.85, log, submitted);
	option(office.env.SUBMISSIONS_PORT, "$poststelle_milters_sent");
	reload();
	await against(`a submitted mail, both roles against none, ${READERS * 2} readers`, 0.85, log, submitted);
	without(office.env.SMTP_PORT);
	reload();
	await against(`an inbound mail with the journal, ${READERS} readers`, 0.85, log,
		(which) => boxes.map((box) => source(ports(office.env.SMTP_PORT)[which], box.address)));

	const headers = (n, i) => [["From", ` "x" <${boxes[n % CLIENTS].address}>`], ["To", " <wer@welt.example>"], ["Subject", ` =?utf-8?B?w4RyZ2Vy?= ${i}`], ["Content-Type", " text/plain; charset=utf-8"]];
	const message = (n, i) => ({ service: "SUBMISSION", login: boxes[n % CLIENTS].address, from: boxes[n % CLIENTS].address,
		recipients: [boxes[(n + 1) % CLIENTS].address], headers: headers(n, i), body: "Guten Tag, Größe\r\n".repeat(200) });
	const count = () => Number(office.sql("SELECT COUNT(*) FROM journal_entry WHERE subject LIKE 'Ärger %'")[0][0]);
	if (MESSAGES > 0) {
		await memory(office, "name", message);
		await memory(office, "journal", message, () => `${count()} entries`);
	}
	writePart("Mail", `The whole way of mails of 4 KB by ${CLIENTS} clients, a session each, accepted by Postfix and delivered by Dovecot: the median of ${ROUNDS}
rounds of ${MAILS}, with the milters and without, alternating. A journal of ${ENTRIES} entries; innodb_flush_log_at_trx_commit = 1.\n
${table(["what", "ratio", "goal", ""], rows)}\n${circumstances(["postfix", "dovecot-core", "mariadb-server"])}`);
} finally {
	office.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
