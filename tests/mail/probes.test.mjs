// What a stranger finds who goes through the ports: which listen, who offers and takes a log-in, what
// each answers to commands that tell or relay, and what ends a mail. Every expected answer in a table.
import test from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { env } from "../web/lib/env.mjs";
import { HERE, Imap, Pop3, Smtp, WORLD } from "../web/lib/mail.mjs";
import { sql } from "../web/lib/stack.mjs";
import { mailbox, ports, senderAt, stamp } from "./lib/box.mjs";

const box = mailbox("probe");
const plain = (user, password) => `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString("base64")}`;
const OUT = "wer@anderswo.example";

// Everything that listens, and nothing else.
test("what listens on the instance's ports", async () => {
	const listens = (port) => new Promise((resolve) => {
		const socket = net.connect({ host: HERE, port, localAddress: WORLD });
		socket.on("connect", () => socket.destroy(resolve(true)));
		socket.on("error", () => resolve(false));
	});
	const expected = ["WEB", "SMTP", "SUBMISSION", "SUBMISSIONS", "IMAP", "IMAPS", "POP3", "POP3S", "OWN", "ABSENCE"].map((name) => Number(ports[`${name}_PORT`]));
	const base = Number(ports.PORT_BASE);
	const found = [];
	for (let port = base; port < base + 10; port++) {
		found.push(...(await listens(port) ? [port] : []));
	}
	assert.deepEqual(found, expected.sort((a, b) => a - b));
});

// The commands, each tried on every port in a state of its own.
const COMMANDS = {
	AUTH: plain(box.address, box.password),
	"AUTH LOGIN": "AUTH LOGIN",
	VRFY: `VRFY ${box.address}`,
	EXPN: `EXPN ${box.address}`,
	ETRN: `ETRN ${env.DOMAIN}`,
	XCLIENT: "XCLIENT ADDR=127.0.0.1",
	XFORWARD: "XFORWARD ADDR=127.0.0.1",
};
// Recipients after MAIL FROM of somebody outside, or of the only one whom the service takes; all but the
// last two try to be relayed.
const RECIPIENTS = {
	relay: OUT,
	percent: `wer%anderswo.example@${env.DOMAIN}`,
	route: `@${env.DOMAIN}:${OUT}`,
	bang: "anderswo.example!wer",
	quoted: `"${OUT}"`,
	literal: "wer%anderswo.example@[127.0.0.1]",
	postmaster: "postmaster",
	own: box.address,
};
const forEach = (names, code) => Object.fromEntries(Object.keys(names).map((name) => [name, code]));
const NOT_HERE = { VRFY: 502, EXPN: 500, ETRN: 554, XCLIENT: 550, XFORWARD: 550 };
const TLS_FIRST = { ...forEach(COMMANDS, 530), EXPN: 500, XCLIENT: 550, ...forEach(RECIPIENTS, 530) };
const LOG_IN_FIRST = { AUTH: 235, "AUTH LOGIN": 334, ...NOT_HERE, ...forEach(RECIPIENTS, 554) };
const NO_LOG_IN = { AUTH: 503, "AUTH LOGIN": 503, ...NOT_HERE };
const OUTSIDE = { ...NO_LOG_IN, ...forEach(RECIPIENTS, 554), postmaster: 550, own: 250 };
const LOCAL = { ...NO_LOG_IN, ...forEach(RECIPIENTS, 250), percent: 550, bang: 550, postmaster: 550 };
// Whom else the services of this machine don't take as a sender.
const NO_SENDERS = { OWN: ["", box.address, "wer@welt.example"], ABSENCE: [`poststelle@${env.DOMAIN}`, box.address, "wer@welt.example"] };
const CLOSED = { ...NO_LOG_IN, ...forEach(RECIPIENTS, 554) };

// [port, how it is reached, what EHLO offers of these, answers]
const OFFERS = ["STARTTLS", "AUTH", "VRFY", "EXPN", "ETRN", "SMTPUTF8", "XCLIENT", "XFORWARD", "TURN", "HELP"];
const SMTP_PORTS = [
	["SMTP", {}, ["STARTTLS"], OUTSIDE],
	["SMTP", { startTls: true }, [], OUTSIDE],
	["SMTP", { from: HERE }, ["STARTTLS"], OUTSIDE],
	["SUBMISSION", {}, ["STARTTLS"], TLS_FIRST],
	["SUBMISSION", { startTls: true }, ["AUTH"], LOG_IN_FIRST],
	["SUBMISSION", { startTls: true, from: HERE }, ["AUTH"], LOG_IN_FIRST],
	["SUBMISSIONS", { secure: true }, ["AUTH"], LOG_IN_FIRST],
	["SUBMISSIONS", { secure: true, from: HERE }, ["AUTH"], LOG_IN_FIRST],
	["OWN", {}, [], CLOSED],
	["OWN", { from: HERE }, [], LOCAL],
	["ABSENCE", {}, [], CLOSED],
	["ABSENCE", { from: HERE }, [], LOCAL],
];

async function withSmtp(name, options, act) {
	const smtp = await new Smtp().open(ports[`${name}_PORT`], options);
	try {
		return await act(smtp);
	} finally {
		await smtp.quit();
	}
}

for (const [name, options, offers, answers] of SMTP_PORTS) {
	test(`${name} ${JSON.stringify(options)}: what it offers, tells and relays`, async () => {
		const found = {};
		for (const [command, line] of Object.entries(COMMANDS)) {
			found[command] = await withSmtp(name, options, async (smtp) => (await smtp.command(line)).code);
		}
		for (const [recipient, address] of Object.entries(RECIPIENTS)) {
			found[recipient] = await withSmtp(name, options, async (smtp) => {
				await smtp.command(`MAIL FROM:<${senderAt(ports[`${name}_PORT`], "wer@welt.example")}>`);
				return (await smtp.command(`RCPT TO:<${address}>`)).code;
			});
		}
		assert.deepEqual(found, answers);
		for (const sender of NO_SENDERS[name] ?? []) {
			await withSmtp(name, options, async (smtp) => {
				await smtp.command(`MAIL FROM:<${sender}>`);
				assert.equal((await smtp.command(`RCPT TO:<${box.address}>`)).code, 554, sender);
			});
		}
		await withSmtp(name, options, async (smtp) => {
			const words = (await smtp.command("EHLO test.example")).text.split("\n").slice(1).map((line) => line.slice(4).split(/[ =]/)[0]);
			assert.deepEqual(words.filter((word) => OFFERS.includes(word)), offers);
		});
		await withSmtp(name, options, async (smtp) => {
			await smtp.command("HELO test.example");
			assert.equal((await smtp.command(COMMANDS.AUTH)).code, answers.AUTH, "after HELO");
		});
	});
}

// Whoever reads, from the world, before TLS.
test("IMAP and POP3: no log-in on an open line", async () => {
	const imap = await new Imap().open(env.IMAP_PORT, { secure: false });
	const capability = (await imap.command("CAPABILITY")).lines.join();
	assert.match(capability, /STARTTLS/);
	assert.match(capability, /LOGINDISABLED/);
	assert.doesNotMatch(capability, /AUTH=/);
	assert.match((await imap.login(box.address, box.password)).text, /^NO \[PRIVACYREQUIRED\]/);
	await imap.logout();
	const pop3 = await new Pop3().open(env.POP3_PORT, { secure: false });
	assert.match(await pop3.login(box.address, box.password), /^-ERR/);
	await pop3.quit();
});

// What could end a mail for somebody else on the way. Only CR LF . CR LF does.
const ENDS = ["\n.\n", "\n.\r\n", "\r\n.\n", "\r\n.\r\r\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r\r\n.\r\r\n", "\n\n.\n\n", "\r\n\0.\r\n", "\r\n.\0\r\n", "\r\n.\x0b\r\n", "\r\n. \r\n", "\r\n.\r\n"];
const DATA_PORTS = [["SMTP", {}], ["SMTP", { startTls: true }], ["SMTP", { from: HERE }], ["SUBMISSION", { startTls: true }], ["SUBMISSIONS", { secure: true }], ["OWN", { from: HERE }], ["ABSENCE", { from: HERE }]];

async function rest(smtp) {
	const lines = [];
	try {
		for (;;) {
			lines.push(await smtp.lines.line());
		}
	} catch {
		return lines;
	}
}

for (const [name, options] of DATA_PORTS) {
	test(`${name} ${JSON.stringify(options)}: no second mail within a mail`, async () => {
		const needsLogin = name.startsWith("SUBMISSION");
		const from = needsLogin ? box.address : senderAt(ports[`${name}_PORT`], "wer@welt.example");
		const open = async () => {
			const smtp = await new Smtp().open(ports[`${name}_PORT`], options);
			if (needsLogin) {
				assert.equal((await smtp.login(box.address, box.password)).code, 235);
			}
			return smtp;
		};
		const begin = async (smtp) => {
			await smtp.command(`MAIL FROM:<${from}>`);
			await smtp.command(`RCPT TO:<${box.address}>`);
			assert.equal((await smtp.command("DATA")).code, 354);
		};
		const mail = (subject) => `From: <${from}>\r\nSubject: ${subject}\r\n\r\nText`;
		const entries = (subject) => Number(sql(`SELECT COUNT(*) FROM journal_entry WHERE subject = '${subject}'`)[0][0]);
		for (const [i, end] of ENDS.entries()) {
			const [first, second] = ["erste", "zweite"].map((word) => `${word} ${name} ${JSON.stringify(options).length} ${i} ${stamp}`);
			const smtp = await open();
			await begin(smtp);
			smtp.lines.write(`${mail(first)}${end}MAIL FROM:<${from}>\r\nRCPT TO:<${box.address}>\r\nDATA\r\n${mail(second)}\r\n.\r\nQUIT\r\n`);
			const answers = await rest(smtp);
			assert.match(answers[0], /^250 /, JSON.stringify(end));
			assert.deepEqual([entries(first), entries(second)], [1, 0], `${JSON.stringify(end)}: ${answers.join(" | ")}`);
		}
		// Who waits where RFC 2920 says so may send the rest in one go.
		const smtp = await open();
		for (const subject of ["lauter", "recht"].map((word) => `${word} ${name} ${JSON.stringify(options).length} ${stamp}`)) {
			smtp.lines.write(`MAIL FROM:<${from}>\r\nRCPT TO:<${box.address}>\r\nDATA\r\n`);
			for (const code of ["250", "250", "354"]) {
				assert.equal((await smtp.lines.line()).slice(0, 3), code);
			}
			assert.equal((await smtp.command(`${mail(subject)}\r\n.`)).code, 250);
			assert.equal(entries(subject), 1);
		}
		await smtp.quit();
	});
}

test("who talks before the greeting is sent away", async () => {
	const socket = net.connect({ host: HERE, port: Number(env.SMTP_PORT), localAddress: WORLD });
	socket.write("EHLO test.example\r\nMAIL FROM:<wer@welt.example>\r\nRCPT TO:<wer@welt.example>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n");
	let said = "";
	for await (const data of socket) {
		said += data;
	}
	assert.match(said, /^554 5\.5\.0 /m);
	assert.doesNotMatch(said, /^354 /m);
});
