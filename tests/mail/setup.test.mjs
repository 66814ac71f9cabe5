// poststelle setup: what it asks, what it takes for an answer, and what its steps get. The steps
// themselves are tried on machines of their own (tests/machines/installed.sh); here the first one says
// what it was given.
import test from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DIR } from "../web/lib/stack.mjs";

const work = mkdtempSync("/tmp/poststelle-setup-test-");
const program = join(DIR, "bin/poststelle");
const cert = join(DIR, "tls/cert.pem");
const key = join(DIR, "tls/key.pem");
test.after(() => rmSync(work, { recursive: true }));

mkdirSync(join(work, "setup"));
const step = (name, text) => {
	writeFileSync(join(work, "setup", name), `#!/bin/sh\n${text}\n`);
	chmodSync(join(work, "setup", name), 0o755);
};
step("stage", 'cat "$1/answers"');
step("install", `touch ${work}/installed; exit 1`);

const whole = { name: "Mail.Example.org", domain: "größe.example", certificate: cert, key, admin: "Petra", contact: "petra@example.net" };
const options = (answers) => Object.entries(answers).flatMap(([name, value]) => value === true ? [`--${name}`] : [`--${name}`, value]);
const words = (answers) => ["setup", "--share", work, ...options(answers)];
const setup = (answers, { input = "a-long-enough-one\n" } = {}) =>
	spawnSync(program, words(answers), { input, encoding: "utf8", timeout: 20000 });

// On a terminal of its own: each line is typed when something was asked.
async function typed(lines) {
	const command = [program, ...words({})].map((word) => `'${word}'`).join(" ");
	const person = spawn("script", ["-qefc", command, "/dev/null"], { timeout: 60000 });
	let seen = "", asked = 0;
	person.stdout.on("data", (data) => {
		seen += data;
		for (; asked < lines.length && /: $/.test(seen); asked++) {
			person.stdin.write(`${lines[asked]}\n`);
			seen += "\n";
		}
	});
	const status = await new Promise((resolve) => person.on("close", resolve));
	return { status, seen, asked };
}

test("all answers as options: nothing is asked, and the steps get them in their stored form", () => {
	assert.ok(!existsSync("/etc/poststelle/values"), "this machine isn't set up itself");
	const done = setup({ ...whole, "dry-run": true });
	assert.equal(done.status, 0, done.stderr);
	for (const line of ["MAIL_NAME=mail.example.org", "MAIL_ORIGIN=xn--gre-6ka8i.example", "BASE_URL=https://mail.example.org",
		`TLS_CERT=${cert}`, `TLS_KEY=${key}`, "MAIL_FROM=poststelle@xn--gre-6ka8i.example"]) {
		assert.ok(done.stdout.split("\n").includes(line), `${line}: ${done.stdout}`);
	}
	assert.match(done.stdout, /administrator petra/);
	assert.match(done.stdout, /Nothing was changed/);
	const remote = setup({ ...whole, url: "https://intern.example/post/", mailbox: "haus", "database-host": "db.example:3307", "database-ca": cert, "dry-run": true });
	for (const line of ["DATABASE_HOST=db.example", "DATABASE_PORT=3307", `DATABASE_CA=${cert}`, "BASE_URL=https://intern.example/post",
		"MAIL_FROM=haus@xn--gre-6ka8i.example"]) {
		assert.ok(remote.stdout.split("\n").includes(line), `${line}: ${remote.stdout}${remote.stderr}`);
	}
});

test("what is missing or won't do is named by its option, and nothing is done", () => {
	const cases = [["name", undefined], ["domain", undefined], ["certificate", undefined], ["key", undefined], ["admin", undefined],
		["contact", undefined], ["name", "mail"], ["domain", "a..b"], ["url", "http://mail.example.org"], ["url", "https://a.example/x;y"],
		["certificate", "/nonexistent.pem"], ["key", "key.pem"], ["contact", "nobody"], ["mailbox", "a+b"], ["database-host", "/run/sock"],
		["mail-store", "mail"], ["database-admin", "/nonexistent"]];
	for (const [name, value] of cases) {
		const answers = { ...whole, [name]: value };
		if (value === undefined) {
			delete answers[name];
		}
		const done = setup(answers);
		assert.equal(done.status, 1, `${name}=${value}`);
		assert.match(done.stderr, value === undefined ? new RegExp(`--${name} is missing`) : /--|can't be read/, `${name}=${value}`);
	}
	const short = setup(whole, { input: "short\n" });
	assert.equal(short.status, 1);
	assert.match(short.stderr, /12/);
	assert.ok(!existsSync(join(work, "installed")));
});

test("on a terminal each question says what it is for, and is asked again until the answer will do", async () => {
	const lines = ["mail", "mail.example.org", "example.org", "", cert, key, "petra", "petra", "petra@example.net", "short", "short",
		"long-enough-one", "another-long-one", "long-enough-one", "long-enough-one", "n"];
	const { status, seen, asked } = await typed(lines);
	assert.equal(asked, lines.length, seen);
	assert.match(seen, /provider/);
	assert.equal(seen.match(/Name of the machine/g).length, 2);
	assert.equal(seen.match(/Contact address/g).length, 2);
	assert.match(seen, /Address of the pages \[https:\/\/mail\.example\.org\]/);
	assert.match(seen, /at least 12 characters/);
	assert.match(seen, /fewer than 12/);
	assert.match(seen, /differ/);
	assert.doesNotMatch(seen, /long-enough-one/);
	assert.match(seen, /MAIL_FROM=poststelle@example\.org/);
	assert.match(seen, /Go on\? \[y\/N\]/);
	assert.match(seen, /nothing was changed/);
	assert.equal(status, 1);
	assert.ok(!existsSync(join(work, "installed")));
});

test("what isn't its own is replaced only if that was said", () => {
	step("stage", "exit 3");
	const refused = setup(whole);
	assert.equal(refused.status, 1);
	assert.match(refused.stderr, /--replace/);
	assert.ok(!existsSync(join(work, "installed")));
	setup({ ...whole, replace: true });
	assert.ok(existsSync(join(work, "installed")));
});
