// What any account of this machine can do with the mail servers: nothing that isn't journaled, and
// nothing in somebody else's name by the services that are there for Poststelle and Dovecot.
import test from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { env } from "../web/lib/env.mjs";
import { HERE, Smtp } from "../web/lib/mail.mjs";
import { DIR } from "../web/lib/stack.mjs";
import { mailbox, ports, stamp } from "./lib/box.mjs";
import { entries, one } from "./lib/entry.mjs";

const OUTSIDE = "wer@welt.example";
const OWN = `poststelle@${env.DOMAIN}`;
const box = mailbox("lokal");
const [NOBODY] = [/^nobody:[^:]*:(\d+):(\d+)/m.exec(readFileSync("/etc/passwd", "utf8"))];
let count = 0;
const subjectOf = (what) => `${what} ${stamp}l${++count}`;
const letter = (from, to, subject) => `From: ${from}\nTo: ${to}\nSubject: ${subject}\n\nGuten Tag`;

function* sockets(directory) {
	for (const name of readdirSync(directory)) {
		const path = join(directory, name);
		const status = lstatSync(path);
		if (status.isDirectory()) {
			yield* sockets(path);
		} else if (status.isSocket()) {
			yield path;
		}
	}
}

// Those of all paths that nobody's account can connect to.
function openToNobody(paths) {
	const program = `import socket, sys
for path in sys.stdin.read().split("\\n"):
    s = socket.socket(socket.AF_UNIX)
    try:
        s.connect(path)
        print(path)
    except OSError:
        pass`;
	const { stdout, status, stderr } = spawnSync("setpriv", [`--reuid=${NOBODY[1]}`, `--regid=${NOBODY[2]}`, "--clear-groups", "/usr/bin/python3", "-c", program],
		{ input: paths.join("\n"), encoding: "utf8" });
	assert.equal(status, 0, stderr);
	return stdout.split("\n").filter(Boolean);
}

test("no socket of the mail servers is open to everybody that takes mail or shows some", () => {
	const all = [...sockets(join(DIR, "dovecot")), ...sockets(join(DIR, "postfix")), ...sockets(join(DIR, "milter"))];
	assert.ok(all.some((path) => path.endsWith("dovecot/lmtp")) && all.length > 20);
	// Names are looked up there, which anybody can.
	assert.deepEqual(openToNobody(all).map((path) => path.slice(DIR.length)), ["/dovecot/base/dns-client"]);
});

async function said(port, sender, recipient, message) {
	const smtp = await new Smtp().open(port, { from: HERE });
	const answer = await smtp.send(sender, recipient, message);
	await smtp.quit();
	return answer.text;
}

test("the service of absence notes takes notes alone: an empty envelope sender", async () => {
	for (const sender of [OUTSIDE, box.address, OWN, `niemand.${stamp}@${env.DOMAIN}`]) {
		for (const recipient of [OUTSIDE, box.address]) {
			assert.match(await said(ports.ABSENCE_PORT, sender, recipient, letter(box.address, recipient, subjectOf("fremd"))), /^554 5\.7\.1/, sender);
		}
	}
	const subject = subjectOf("Notiz");
	assert.match(await said(ports.ABSENCE_PORT, "", OUTSIDE, letter(box.address, OUTSIDE, subject)), /^250/);
	assert.equal(one(subject).service, "vacation");
});

test("the service of Poststelle's own mails takes its sender alone, in the envelope and in From", async () => {
	for (const sender of [OUTSIDE, box.address, "", `niemand.${stamp}@${env.DOMAIN}`]) {
		assert.match(await said(ports.OWN_PORT, sender, OUTSIDE, letter(OWN, OUTSIDE, subjectOf("fremd"))), /^554 5\.7\.1/, sender);
	}
	for (const from of [box.address, OUTSIDE, `Poststelle <${OWN}>, ${box.address}`, `"${OWN}" <${box.address}>`, `${OWN}\nFrom: ${box.address}`, ""]) {
		const subject = subjectOf("Absender");
		assert.match(await said(ports.OWN_PORT, OWN, OUTSIDE, letter(from, OUTSIDE, subject)), /^550 5\.7\.1/, from);
		assert.equal(entries(subject).length, 0);
	}
	const subject = subjectOf("eigene");
	assert.match(await said(ports.OWN_PORT, OWN, OUTSIDE, letter(`"Hausverwaltung" <${OWN.toUpperCase()}>`, OUTSIDE, subject)), /^250/);
	assert.equal(one(subject).service, "own");
});
