// Mail programs of others, configured with nothing but what the page or the mail says: curl, msmtp,
// mutt send; curl, mbsync, fetchmail, mutt fetch. Their own certificate check stays on; the demo's
// certificate is given to them as the authority, as an office's would be known to the system. Those
// that can choose it come from the world's address.
import test from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { elements, textOf } from "../web/lib/html.mjs";
import { WORLD } from "../web/lib/mail.mjs";
import { nextTo } from "../web/lib/message.mjs";
import { DIR, setSetting, until } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const work = mkdtempSync("/tmp/poststelle-clients-");
const CA = join(work, "ca.pem");
cpSync(`${DIR}/tls/cert.pem`, CA);
test.after(() => {
	rmSync(work, { recursive: true });
	setSetting("imap_host = '127.0.0.1', pop3_host = '127.0.0.1', smtp_host = '127.0.0.1'");
});
// A name, as an office has; some programs know no certificates for addresses.
setSetting("imap_host = 'localhost', pop3_host = 'localhost', smtp_host = 'localhost'");

// A program with a home of its own; its output, or an error that says what it said.
function run(name, args, { input = "", env: extra = {}, ms = 30000 } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(name, args, { cwd: work, env: { PATH: process.env.PATH, HOME: work, LC_ALL: "C.UTF-8", TERM: "xterm", ...extra }, timeout: ms });
		let said = "";
		child.stdout.on("data", (data) => (said += data));
		child.stderr.on("data", (data) => (said += data));
		child.on("error", reject);
		child.on("close", (code) => (code === 0 ? resolve(said) : reject(new Error(`${name} ended with ${code}: ${said}`))));
		child.stdin.end(input);
	});
}

// What a person reads off the page of access data and, after the button, of its answer.
async function fromPage(path) {
	const page = await admin.get(`${path}/access`);
	const password = elements((await admin.submit(page, "/access/password")).text, "output")[0].text;
	const servers = {};
	for (const row of elements(page.text, "tr")) {
		const [name, host, port, security] = elements(row.inner, "td").map(({ text }) => text);
		if (security) {
			servers[name] = { host, port, security };
		}
	}
	return { user: elements(page.text, "dd")[0].text, password, ...servers };
}

// What the mail says, with the password behind its link.
async function fromMail(recipient) {
	const { text } = await nextTo(recipient);
	const link = new URL(/^https?:\S+\/access\/\S+$/m.exec(text)[0]).pathname;
	const client = new Client();
	const password = elements((await client.submit(await client.get(link), link)).text, "output")[0].text;
	const found = { user: /^Benutzername: (\S+)/m.exec(text)[1], password };
	for (const [, name, host, port, security] of text.matchAll(/, (IMAP|POP3|SMTP): (\S+), Port (\d+), (\S+)$/gm)) {
		found[name] = { host, port, security };
	}
	return found;
}

const { path, address } = await (async () => {
	const page = await admin.saveMailbox(`programme.${stamp}`);
	return { path: page.path, address: `programme.${stamp}@${env.DOMAIN}` };
})();
const data = await fromPage(path);
const letter = (subject) => `From: <${address}>\nTo: <${address}>\nSubject: ${subject}\n\nGuten Tag von ${subject}\n`;
const tlsOf = ({ security }) => security === "SSL/TLS";

// curl fetches a message with that subject in some way.
const curl = (...args) => run("curl", ["--silent", "--show-error", "--interface", WORLD, "--cacert", CA, "--user", `${data.user}:${data.password}`, ...args]);
async function arrives(subject) {
	const found = await until(15000, () => curl(`imaps://${data.IMAP.host}:${data.IMAP.port}/INBOX`, "--request", `SEARCH SUBJECT "${subject}"`), (said) => /SEARCH \d/.test(said));
	assert.match(found, /SEARCH \d/, `${subject} did not arrive`);
}

test("the page and the mail say the same, and everything needed", async () => {
	const recipient = `neu.${stamp}@kontakt.example`;
	assert.equal((await admin.save(await admin.get(`${path}/access/send`), "/send", { recipient })).status, 200);
	assert.deepEqual(await fromMail(recipient), data);
	assert.equal(data.user, address);
	assert.ok([data.IMAP, data.POP3, data.SMTP].every(tlsOf));
});

test("curl sends, and fetches by IMAP and POP3", async () => {
	writeFileSync(join(work, "letter"), letter("curl"));
	await curl(`smtps://${data.SMTP.host}:${data.SMTP.port}`, "--mail-from", address, "--mail-rcpt", address, "--upload-file", "letter");
	await arrives("curl");
	assert.match(await curl(`imaps://${data.IMAP.host}:${data.IMAP.port}/INBOX;MAILINDEX=1`), /Guten Tag von curl/);
	assert.match(await curl(`pop3s://${data.POP3.host}:${data.POP3.port}/1`), /Guten Tag von curl/);
	await assert.rejects(run("curl", ["--silent", "--interface", WORLD, "--cacert", CA, "--user", `${data.user}:falsch`, `imaps://${data.IMAP.host}:${data.IMAP.port}/`]));
});

test("msmtp sends", async () => {
	writeFileSync(join(work, "msmtprc"), `account office\nsource_ip ${WORLD}\nhost ${data.SMTP.host}\nport ${data.SMTP.port}\ntls on\ntls_starttls off\ntls_trust_file ${CA}\nauth on\nuser ${data.user}\npassword ${data.password}\nfrom ${address}\n`, { mode: 0o600 });
	await run("msmtp", ["--file", "msmtprc", "--account", "office", address], { input: letter("msmtp") });
	await arrives("msmtp");
});

test("mbsync fetches all folders", async () => {
	mkdirSync(join(work, "sync"));
	writeFileSync(join(work, "mbsyncrc"), `IMAPAccount office\nHost ${data.IMAP.host}\nPort ${data.IMAP.port}\nUser ${data.user}\nPass ${data.password}\nSSLType IMAPS\nCertificateFile ${CA}\n\nIMAPStore far\nAccount office\n\nMaildirStore near\nPath ${work}/sync/\nInbox ${work}/sync/INBOX\nSubFolders Verbatim\n\nChannel office\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nSync Pull\n`, { mode: 0o600 });
	await curl(`imaps://${data.IMAP.host}:${data.IMAP.port}/`, "--request", 'CREATE "Dr. Meier"');
	await run("mbsync", ["--config", "mbsyncrc", "office"]);
	const folders = readdirSync(join(work, "sync"));
	for (const folder of ["INBOX", "Sent", "Drafts", "Junk", "Trash", "Archive", "Dr. Meier"]) {
		assert.ok(folders.includes(folder), folders.join());
	}
	const fetched = ["new", "cur"].flatMap((part) => readdirSync(join(work, "sync/INBOX", part)).map((name) => readFileSync(join(work, "sync/INBOX", part, name), "utf8")));
	for (const subject of ["curl", "msmtp"]) {
		assert.ok(fetched.some((text) => text.includes(`Guten Tag von ${subject}`)), subject);
	}
});

test("fetchmail fetches by IMAP and POP3", async () => {
	for (const protocol of ["IMAP", "POP3"]) {
		const box = join(work, `fetched.${protocol}`);
		writeFileSync(box, "");
		writeFileSync(join(work, "fetchmailrc"), `poll ${data[protocol].host} protocol ${protocol} port ${data[protocol].port} user "${data.user}" password "${data.password}" ssl sslcertck sslcertfile "${CA}" fetchall keep mda "cat >>${box}"\n`, { mode: 0o600 });
		await run("fetchmail", ["--fetchmailrc", "fetchmailrc", "--idfile", "ids", "--nosyslog", "--pidfile", "pid"], { env: { FETCHMAILHOME: work } });
		for (const subject of ["curl", "msmtp"]) {
			assert.ok(readFileSync(box, "utf8").includes(`Guten Tag von ${subject}`), `${protocol}: ${subject}`);
		}
	}
});

test("mutt sends and fetches", async () => {
	const url = (scheme, { host, port }) => `${scheme}://${encodeURIComponent(data.user)}@${host}:${port}/`;
	writeFileSync(join(work, "muttrc"), `set from="${address}"\nset smtp_url="${url("smtps", data.SMTP)}"\nset smtp_pass="${data.password}"\nset imap_pass="${data.password}"\nset ssl_force_tls=yes\nset ssl_ca_certificates_file="${CA}"\nset certificate_file="${CA}"\nset copy=no\nset folder="${work}"\nset record=""\nset mail_check=1\nset header_cache=""\n`, { mode: 0o600 });
	await run("mutt", ["-F", "muttrc", "-s", "mutt", address], { input: "Guten Tag von mutt\n" });
	await arrives("mutt");
	const read = join(work, "read");
	// It needs a terminal; the keys tag everything and write the messages' text to a file.
	writeFileSync(join(work, "keys"), `set wait_key=no\npush "<tag-pattern>~A<enter><tag-prefix><pipe-message>cat >>${read}<enter><exit>y"\n`);
	await run("script", ["--quiet", "--return", "--command", `mutt -F muttrc -e 'source keys' -f '${url("imaps", data.IMAP)}'`, "/dev/null"]);
	assert.match(readFileSync(read, "utf8"), /Guten Tag von mutt/);
	assert.match(textOf((await admin.get(`${path}/access`)).text), new RegExp(address));
});
