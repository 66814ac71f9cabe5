// mail.mjs: the whole way of a mail, accepted by Postfix and delivered by Dovecot, with each milter
// against without, alternating in one run; and the milters' memory over 100,000 messages.
// MAIL_ENTRIES=10000 is the journal's size, MAIL_MESSAGES=100000 those for the memory, MAIL_COUNT=400
// the mails of each of MAIL_ROUNDS=7 rounds.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./instance.mjs";
import { MilterClient } from "./lib/milter_client.mjs";
import { Office } from "./lib/office.mjs";

const ROUNDS = Number(process.env.MAIL_ROUNDS ?? 7);
const MAILS = Number(process.env.MAIL_COUNT ?? 400);
const CLIENTS = 4;
const READERS = 6;
const ENTRIES = Number(process.env.MAIL_ENTRIES ?? 10000);
const MESSAGES = Number(process.env.MAIL_MESSAGES ?? 100000);
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
let failed = false;

function report(name, value, limit, least, note) {
	const ok = least ? value >= limit : value <= limit;
	failed ||= !ok;
	console.log(`${ok ? "  " : "! "}${name.padEnd(58)} ${value.toFixed(2)}  (at ${least ? "least" : "most"} ${limit})${note}`);
}

// What Postfix has logged since the last call.
class Log {
	constructor(path) {
		this.file = openSync(path);
		this.at = fstatSync(this.file).size;
	}

	read() {
		const size = fstatSync(this.file).size;
		const buffer = Buffer.alloc(size - this.at);
		readSync(this.file, buffer, 0, buffer.length, this.at);
		this.at = size;
		return buffer.toString("latin1");
	}
}

// Sends by all clients at once; mails a second from the first to the last that is delivered.
async function rate(log, mails, clients) {
	log.read();
	const start = process.hrtime.bigint();
	await Promise.all(clients.map((client) => client()));
	for (let delivered = 0; delivered < mails;) {
		const text = log.read();
		delivered += (text.match(/ status=sent /g) ?? []).length;
		if (/status=(bounced|deferred)/.test(text)) {
			throw new Error(text);
		}
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	return mails / (Number(process.hrtime.bigint() - start) / 1e9);
}

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
	const service = (options) => {
		execFileSync("postconf", ["-c", etc, "-M", `127.0.0.1:${other}/inet=127.0.0.1:${other} inet n - n - - smtpd -o rewrite_service_name=rewrite-smtpd ${options}`]);
		execFileSync("postfix", ["-c", etc, "reload"], { stdio: "ignore" });
	};
	const option = (port, milters) => execFileSync("postconf", ["-c", etc, "-P", `127.0.0.1:${port}/inet/smtpd_milters=${milters}`]);
	const submission = "-o smtpd_tls_wrappermode=yes -o smtpd_discard_ehlo_keywords= -o smtpd_client_restrictions=$poststelle_authenticated_only -o smtpd_relay_restrictions=$poststelle_authenticated_only -o smtpd_sender_restrictions=reject_sender_login_mismatch -o smtpd_milters= -o milter_macro_daemon_name=SUBMISSION";
	const log = new Log(`${office.env.LOG_DIR}/postfix.log`);
	const ports = (usual) => ({ with: usual, without: other });
	const submitted = (which) => boxes.map((box, i) => submitter(ports(office.env.SUBMISSIONS_PORT)[which], box, boxes[(i + 1) % CLIENTS].address));

	option(office.env.SUBMISSIONS_PORT, "$poststelle_milter_name");
	service(submission);
	await against("a submitted mail, role name against none", 0.85, log, submitted);
	option(office.env.SUBMISSIONS_PORT, "$poststelle_milters_sent");
	execFileSync("postfix", ["-c", etc, "reload"], { stdio: "ignore" });
	await against(`a submitted mail, both roles against none, ${READERS * 2} readers`, 0.5, log, submitted);
	service("-o smtpd_milters= -o milter_macro_daemon_name=OUTSIDE");
	await against(`an inbound mail with the journal, ${ENTRIES} entries, ${READERS} readers`, 0.6, log,
		(which) => boxes.map((box) => source(ports(office.env.SMTP_PORT)[which], box.address)));

	const headers = (n, i) => [["From", ` "x" <${boxes[n % CLIENTS].address}>`], ["To", " <wer@welt.example>"], ["Subject", ` =?utf-8?B?w4RyZ2Vy?= ${i}`], ["Content-Type", " text/plain; charset=utf-8"]];
	const message = (n, i) => ({ service: "SUBMISSION", login: boxes[n % CLIENTS].address, from: boxes[n % CLIENTS].address,
		recipients: [boxes[(n + 1) % CLIENTS].address], headers: headers(n, i), body: "Guten Tag, Größe\r\n".repeat(200) });
	await memory(office, "name", message);
	const count = () => Number(office.sql("SELECT COUNT(*) FROM journal_entry WHERE subject LIKE 'Ärger %'")[0][0]);
	await memory(office, "journal", message, () => `${count()} entries`);
} finally {
	office.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
