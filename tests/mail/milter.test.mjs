// poststelle-milter, role name, in the real mail path: which display name recipients see, whose
// address may stand in From and Sender, a DKIM signer behind it, and failures.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminClient } from "../web/lib/client.mjs";
import { ROOT, env } from "../web/lib/env.mjs";
import { textOf } from "../web/lib/html.mjs";
import { HERE, Smtp } from "../web/lib/mail.mjs";
import { DIR, killPart, reloadPostfix, run, sql, startPart, stopPart, until } from "../web/lib/stack.mjs";
import { alias, assign, filesOf, letter, mailbox, newMail, ports, quoted, source, stamp, submission, user } from "./lib/box.mjs";

// What the mailbox has got, when it is so many mails: Subject -> {raw, from} (lib/headers.py).
async function delivered(box, mails) {
	await until(60000, () => filesOf(box).length, (found) => found >= mails);
	return JSON.parse(execFileSync("/usr/bin/python3", [join(ROOT, "tests/mail/lib/headers.py"), newMail(box)], { maxBuffer: 1 << 26 }));
}

test("the display name is set, whatever the mail program writes, and nothing else changes", async () => {
	const box = mailbox("name", "Müller, \"Büro\" & Söhne");
	const other = alias(box, "name.auch");
	const name = "Müller, \"Büro\" & Söhne";
	const upper = box.address.toUpperCase();
	const cases = [
		[`From: ${box.address}`],
		[`From: <${box.address}>`],
		[`From: Max Muster <${box.address}>`],
		[`From: "Muster, Max" <${other}>`, other],
		[`FROM: Chef <${upper}>`, upper],
		[`From: ${box.address.replace("@", "+Korb@")}`, box.address.replace("@", "+Korb@")],
		[`From: =?iso-8859-1?Q?M=FCller?=\n\t=?utf-8?B?w7w=?=\n <${box.address}>`],
		[`From: ${box.address} (Chef)`],
		[`From: Max (der Chef) <${box.address}>`],
		[`From : Chef <${box.address}>`],
		[`From: M\u00fcller <${box.address}>`],
		[`From: Team: ${box.address}, x <${other}>;`, box.address, other],
		[`From: a <${box.address}>, b <${other}>`, box.address, other],
		[`From: a <${box.address}>\nX-Nichts: 1\nFrom: b <${other}>`, box.address, other],
		[`From: ${"x".repeat(980)}\n <${box.address}>`],
		[`From: ${"=?utf-8?Q?=C3=BC?= ".repeat(200)}\n <${box.address}>`],
		[""],
		[`Sender: ${other}`],
	];
	const smtp = await submission(box);
	for (const [i, [headers]] of cases.entries()) {
		assert.equal((await smtp.send(box.address, box.address, letter(headers, `fall ${i}`))).code, 250, headers);
	}
	await smtp.quit();
	const mails = await delivered(box, cases.length);
	for (const [i, [headers, ...addresses]] of cases.entries()) {
		assert.deepEqual(mails[`fall ${i}`]?.from, (addresses.length > 0 ? addresses : [box.address]).map((address) => [name, address]), headers);
		for (const line of mails[`fall ${i}`].raw.flatMap((value) => value.split(/\r?\n/))) {
			assert.match(line, /^[\x20-\x7e\t]{0,300}$/, headers);
		}
	}
	const text = await source(box, `fall ${cases.findIndex(([headers]) => headers.includes("X-Nichts"))}`);
	assert.match(text, /\r?\nFrom: [^\n]+(\n [^\n]+)*\nX-Nichts: 1\r?\nFrom: /, "headers keep their places");
	assert.match(text, /Guten Tag\r?\n\.\r?\nEnde/);
	const page = await (await adminClient()).get(`/mailboxes/${box.id}`);
	assert.ok(textOf(page.text).includes(`Empfänger sehen: ${name} <${box.address}>`), textOf(page.text));
});

test("without a name of its own: the one active user's, that of the user whom the mail program names, or the program's", async () => {
	const box = mailbox("benutzer");
	const admin = await adminClient();
	const sees = async () => /Empfänger sehen: (.*)/.exec(textOf((await admin.get(`/mailboxes/${box.id}`)).text))[1];
	const smtp = await submission(box);
	let mails = 0;
	const ask = async (from) => {
		const subject = `nach ${++mails}`;
		assert.equal((await smtp.send(box.address, box.address, letter(`From: ${from} <${box.address}>`, subject))).code, 250);
		return (await delivered(box, mails))[subject].from[0][0];
	};
	assert.equal(await ask("Irgendwer"), "Irgendwer");
	assert.equal(await ask("\"Wer, auch immer\""), "Wer, auch immer");
	assert.match(await sees(), /^den Namen, den das E-Mail-Programm angibt/);
	assign(box, user("Weggegangen", "Ich war hier", 0));
	assert.equal(await ask("Irgendwer"), "Irgendwer");
	assign(box, user("Jörg Müller", "Müller, Jörg"));
	assert.equal(await ask("Irgendwer"), "Müller, Jörg");
	assert.ok((await sees()).startsWith(`Müller, Jörg <${box.address}>`));
	assign(box, user("Zoë Meyer", "Zoë 👩‍👩‍👧 Meyer"));
	assign(box, user("Ohne Namen", ""));
	assert.equal(await ask("Irgendwer"), "Irgendwer");
	assert.equal(await ask("=?utf-8?Q?J=C3=B6rg?= =?utf-8?Q?_M=C3=BCller?="), "Müller, Jörg");
	assert.equal(await ask("=?utf-8?B?Wm/Dqw==?= =?utf-8?B?IG1leWVy?="), "Zoë 👩‍👩‍👧 Meyer");
	assert.equal(await ask("\"Ohne Namen\""), "Ohne Namen");
	assert.match(await sees(), /^den E-Mail-Namen des zugeordneten Benutzers, der schreibt/);
	await smtp.quit();
});

test("nobody sends with somebody else's address in From or Sender", async () => {
	const [box, colleague] = [mailbox("eigen", "Eigen"), mailbox("kollege", "Kollege")];
	const own = `From: <${box.address}>`;
	const refused = [
		`From: <${colleague.address}>`,
		`From: Eigen <chef@anderswo.example>`,
		`From: "${box.address}" <${colleague.address}>`,
		`From: ${box.address}, ${colleague.address}`,
		`From: Team: ${box.address}, ${colleague.address};`,
		`${own}\nFrom: ${colleague.address}`,
		`${own}\nfrom : ${colleague.address}`,
		`${own}\n${"From: \n".repeat(30)}From: ${colleague.address}`,
		`${own}\nSender: Kollege <${colleague.address}>`,
		`${own}\nSENDER: ${box.address}, ${colleague.address}`,
		`${own}\nSender: x`,
		`From: ${box.address} <${colleague.address}>`,
		`From: ${box.address} (\\) <${colleague.address}>`,
		`From: <${box.address}>\0, <${colleague.address}>`,
		`From: ${box.address},${" \n ".repeat(20)}${colleague.address}`,
		`From: ${box.address},${`${" ".repeat(900)}\n `.repeat(80)}${colleague.address}`,
		`From: ${box.address}.evil.example`,
		"From: undisclosed-recipients:;",
		"From: ",
		"From: niemand",
		`From: niemand.${stamp}@${env.DOMAIN}`,
		`From: =?utf-8?Q?${box.address.replace("@", "=40")}?=`,
	];
	let smtp = await submission(box);
	for (const [i, headers] of refused.entries()) {
		if (i % 8 === 7) { // Postfix slows down and leaves after many errors
			await smtp.quit();
			smtp = await submission(box);
		}
		const answer = await smtp.send(box.address, box.address, letter(headers, "fremd"));
		assert.match(answer.text, /^550 5\.7\.1 /, JSON.stringify(headers.slice(0, 100)));
	}
	assert.equal((await smtp.send(box.address, box.address, letter(own, "erlaubt"))).code, 250);
	await smtp.quit();
	assert.deepEqual(Object.keys(await delivered(box, 1)), ["erlaubt"]);
	// From outside the header says what it says.
	const outside = await new Smtp().open();
	assert.equal((await outside.send("wer@welt.example", box.address, letter(`From: Chef <${colleague.address}>`, "von aussen"))).code, 250);
	await outside.quit();
	assert.deepEqual((await delivered(box, 2))["von aussen"].from, [["Chef", colleague.address]]);
});

test("an absence note carries the name of the mailbox that answers", async () => {
	const box = mailbox("abwesend", "Büro Müller");
	const plain = mailbox("ohne");
	const smtp = await new Smtp().open(ports.ABSENCE_PORT, { from: HERE });
	for (const [i, from] of [box.address, `"falsch" <${box.address}>`, plain.address, "fremd@welt.example"].entries()) {
		assert.equal((await smtp.send("", box.address, letter(`From: ${from}`, `notiz ${i}`))).code, 250);
	}
	await smtp.quit();
	const mails = await delivered(box, 4);
	assert.deepEqual([0, 1, 2, 3].map((i) => mails[`notiz ${i}`].from[0]), [["Büro Müller", box.address], ["Büro Müller", box.address],
		["", plain.address], ["", "fremd@welt.example"]]);
});

// Printable ASCII specials alone and mixed, umlauts, RTL, emoji with joiners, 1 to 255 characters.
function awkwardNames() {
	const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
	const others = ["ä", "ß", "é", "e\u0301", "€", "ש", "ל", "م", "\u200f", "字", "👩‍👩‍👧", "🏳️‍🌈", "😀", "\u00a0", " ", "  ", "=?", "?=", "=?utf-8?Q?x?=", "\\\"", "<a@b.de>", ", ", "(x)"];
	let seed = 20261124;
	const pick = (list) => list[(seed = (seed * 1103515245 + 12345) % 2147483648) % list.length];
	const names = [...ascii, ...ascii.map((sign) => `Max ${sign}`), ...ascii.map((sign) => `${sign}ü`), "=?utf-8?Q?x?=", "=?utf-8?B?eA==?= Max", "a".repeat(255), "ü".repeat(255), "😀".repeat(127), "שלום ".repeat(50), "a b ".repeat(63)];
	while (names.length < 1000) {
		let name = "";
		const length = 1 + (names.length * 7) % 255;
		for (let part = ""; (name + part).length <= length; part = pick(pick([ascii, others, others]))) {
			name += part;
		}
		names.push(name);
	}
	return names.map((name) => name.trim() || "x");
}

// 20 From addresses a mail, each of which gets the name of the user whom the mail program names.
test("1,000 awkward names come out as they were entered, in words of at most 75 octets", async () => {
	const box = mailbox("seltsam");
	const names = awkwardNames();
	const rows = names.map((name, i) => `('${stamp}.seltsam.${i}', 'u${i}', ${quoted(name)}, 1, 0)`);
	for (let i = 0; i < rows.length; i += 100) {
		sql(`INSERT INTO user (login, name, email_name, active, created_at) VALUES ${rows.slice(i, i + 100).join(", ")}`);
	}
	const smtp = await submission(box);
	for (let i = 0; i < names.length; i += 20) {
		const logins = Array.from({ length: 20 }, (_, k) => `'${stamp}.seltsam.${i + k}'`);
		sql(`DELETE FROM assignment WHERE mailbox_id = ${box.id};
			INSERT INTO assignment (mailbox_id, user_id, assigned_at) SELECT ${box.id}, id, 0 FROM user WHERE login IN (${logins.join(", ")})`);
		const from = Array.from({ length: 20 }, (_, k) => `u${i + k} <${box.address}>`).join(",\n ");
		assert.equal((await smtp.send(box.address, box.address, letter(`From: ${from}`, `name ${i}`, "x"))).code, 250);
	}
	await smtp.quit();
	const mails = await delivered(box, names.length / 20);
	for (let i = 0; i < names.length; i += 20) {
		const { raw: [value], from } = mails[`name ${i}`];
		assert.deepEqual(from, names.slice(i, i + 20).map((name) => [name, box.address]));
		for (const [word] of value.matchAll(/=\?UTF-8\?B\?[^?]*\?=/g)) {
			assert.ok(word.length <= 75, value);
		}
		for (const line of `From: ${value}`.split(/\r?\n/)) {
			assert.ok(line.length <= (line.includes("=?") ? 76 : 300), value);
		}
	}
	const own = mailbox("seltsam.selbst", names.at(-1));
	const again = await submission(own);
	assert.equal((await again.send(own.address, own.address, letter(`From: x <${own.address}>`, "selbst"))).code, 250);
	await again.quit();
	assert.deepEqual((await delivered(own, 1)).selbst.from, [[names.at(-1), own.address]]);
});

test("CR LF in a name of the database adds no header", async () => {
	const box = mailbox("zeilen");
	sql(`UPDATE mailbox SET email_name = CONCAT('Eva', CHAR(13), CHAR(10), 'Bcc: wer@welt.example', CHAR(13, 10, 13, 10), 'Text', CHAR(0)) WHERE id = ${box.id}`);
	const smtp = await submission(box);
	assert.equal((await smtp.send(box.address, box.address, letter(`From: <${box.address}>`, "zeilen"))).code, 250);
	await smtp.quit();
	assert.deepEqual((await delivered(box, 1)).zeilen.from, [["EvaBcc: wer@welt.exampleText", box.address]]);
	assert.doesNotMatch(await source(box, "zeilen"), /^Bcc:/im);
});

test("a DKIM signer behind it: the signature verifies, also for a name that was set", async (t) => {
	const home = join(DIR, "dkim");
	mkdirSync(home, { mode: 0o755 });
	run("openssl", "genrsa", "-out", `${home}/key.pem`, "2048");
	const key = execFileSync("openssl", ["rsa", "-in", `${home}/key.pem`, "-pubout"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
	chmodSync(`${home}/key.pem`, 0o600);
	writeFileSync(`${home}/keys`, `s._domainkey.${env.DOMAIN} v=DKIM1; k=rsa; p=${key.replace(/-----.*-----|\s/g, "")}\n`);
	const common = `Background no\nRequireSafeKeys no\nSyslog no\nUMask 000\nCanonicalization simple/simple\nTestPublicKeys ${home}/keys\n`;
	writeFileSync(`${home}/sign.conf`, `${common}Domain ${env.DOMAIN}\nSelector s\nKeyFile ${home}/key.pem\nSocket local:${home}/socket\nMode s\nInternalHosts 127.0.0.1\nOversignHeaders From\n`);
	writeFileSync(`${home}/verify.conf`, `${common}Mode v\n`);
	const signer = spawn("opendkim", ["-x", `${home}/sign.conf`], { stdio: "inherit" });
	const ended = once(signer, "exit");
	const set = (value) => {
		run("postconf", "-c", `${DIR}/postfix/etc`, "-e", `poststelle_milter_dkim=${value}`);
		reloadPostfix();
	};
	t.after(async () => {
		set("");
		signer.kill();
		await ended;
	});
	assert.ok(await until(10000, () => readdirSync(home).includes("socket"), Boolean));
	set(`unix:${home}/socket`);
	const box = mailbox("signiert", "Müller, Büro 👩‍👩‍👧");
	const smtp = await until(10000, () => submission(box).catch(() => null), Boolean);
	assert.equal((await smtp.send(box.address, box.address, letter(`From: "anders" <${box.address}>`, "signiert"))).code, 250);
	assert.equal((await smtp.send(box.address, box.address, "Subject: ohne alles\n\nScan")).code, 250);
	await smtp.quit();
	const text = await source(box, "signiert");
	assert.match(text, /^DKIM-Signature: /m);
	const verify = (mail) => spawnSync("opendkim", ["-x", `${home}/verify.conf`, "-t", "-"], { input: Buffer.from(mail.replace(/\r?\n/g, "\r\n"), "latin1"), encoding: "utf8" });
	const good = verify(text);
	assert.match(good.stdout + good.stderr, /verification .*succeeded/);
	// What submission adds is there before the signer.
	const bare = await source(box, "ohne alles");
	const added = verify(bare);
	assert.match(added.stdout + added.stderr, /verification .*succeeded/);
	for (const header of ["Date", "From"]) {
		assert.match(bare, new RegExp(`^DKIM-Signature: [^\\0]*\\bh=[^;]*\\b${header}\\b`, "mi"), header);
		const other = verify(bare.replace(new RegExp(`^${header}: .*`, "mi"), `${header}: x`));
		assert.doesNotMatch(other.stdout + other.stderr, /verification .*succeeded/, header);
	}
	const bad = verify(text.replace(/^From: .*/m, "From: Jemand"));
	assert.doesNotMatch(bad.stdout + bad.stderr, /verification .*succeeded/);
});

test("it runs unprivileged, and a second one doesn't take its socket", () => {
	const pid = readFileSync(`${env.PID_DIR}/milter_name.pid`, "utf8").trim();
	assert.match(readFileSync(`/proc/${pid}/status`, "utf8"), /^Uid:\t([1-9]\d*)\t\1\t\1\t\1$/m);
	const second = spawnSync(`${DIR}/bin/poststelle-milter`, ["--config", `${DIR}/conf/milter.conf`, "--role", "name"], { encoding: "utf8" });
	assert.equal(second.status, 1);
	assert.match(second.stderr, /another one is running/);
});

test("killed or stopped: 451 and nothing queued; it is there again at once when it runs", async () => {
	const box = mailbox("ausfall", "Ausfall");
	const smtp = await submission(box);
	assert.equal((await smtp.send(box.address, box.address, letter(`From: <${box.address}>`, "vorher"))).code, 250);
	killPart("milter_name");
	const inSession = await smtp.send(box.address, box.address, letter(`From: <${box.address}>`, "verloren"));
	assert.match(inSession.text, /^451 4\.7\.1/);
	await smtp.quit();
	const without = await new Smtp().open(env.SUBMISSIONS_PORT, { secure: true });
	await without.login(box.address, box.password);
	assert.match((await without.send(box.address, box.address, letter(`From: <${box.address}>`, "verloren"))).text, /^451 4\.7\.1/);
	await without.quit();
	startPart("milter_name");
	stopPart("milter_name");
	startPart("milter_name");
	const again = await submission(box);
	assert.equal((await again.send(box.address, box.address, letter(`From: <${box.address}>`, "nachher"))).code, 250);
	await again.quit();
	assert.deepEqual(Object.keys(await delivered(box, 2)).sort(), ["nachher", "vorher"]);
});

test("the database is gone at the end of a mail: 451; back by itself", async (t) => {
	const box = mailbox("datenbank", "Datenbank");
	const sessions = [await submission(box), await submission(box), await submission(box)];
	for (const smtp of sessions) {
		for (const line of [`MAIL FROM:<${box.address}>`, `RCPT TO:<${box.address}>`, "DATA"]) {
			assert.ok((await smtp.command(line)).code < 400);
		}
	}
	stopPart("mariadb");
	t.after(() => startPart("mariadb"));
	const end = (smtp) => smtp.command(`${letter(`From: <${box.address}>`, "weg").replaceAll("\n.\n", "\n..\n").replaceAll("\n", "\r\n")}\r\n.`);
	// 4.3.5: Postfix couldn't ask whether the log-in holds still.
	assert.match((await end(sessions[0])).text, /^451 4\.3\.[05] /);
	assert.match((await end(sessions[1])).text, /^451 4\.3\.[05] /);
	startPart("mariadb");
	// Postfix leaves the database alone for a minute, unless it is reloaded; the milter doesn't.
	reloadPostfix();
	await until(10000, () => new Promise((resolve) => setTimeout(resolve, 3100, true)), Boolean);
	assert.match((await end(sessions[2])).text, /^250/);
	for (const smtp of sessions) {
		await smtp.quit();
	}
	assert.deepEqual(Object.keys(await delivered(box, 1)), ["weg"]);
});
