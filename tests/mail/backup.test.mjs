// docs/backup.md: its commands are run as they stand there (paths of this machine put in), from the
// instance that is tested to a second one, which then shows the same passwords and the same mail.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminClient } from "../web/lib/client.mjs";
import { ROOT, env, readEnv } from "../web/lib/env.mjs";
import { Imap, Smtp } from "../web/lib/mail.mjs";
import { DIR, cli } from "../web/lib/stack.mjs";

const stamp = Date.now().toString(36);
const STACK = join(ROOT, "stack/stack");
const work = mkdtempSync("/tmp/poststelle-backup-");
const second = join(work, "run");
const stack = (args, extra = {}) => execFileSync(STACK, args, { env: { ...process.env, RUN_DIR: second, ...extra }, encoding: "utf8" });
const blocks = [...readFileSync(join(ROOT, "docs/backup.md"), "utf8").matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block]) => block);

// A block of the guide on one instance: its paths, and the programs with its socket or configuration.
function follow(block, dir) {
	const bin = join(work, `bin.${Math.random()}`);
	mkdirSync(bin);
	const program = (name, line) => {
		writeFileSync(join(bin, name), `#!/bin/sh\nexec ${line} "$@"\n`);
		chmodSync(join(bin, name), 0o755);
	};
	program("mariadb", `/usr/bin/mariadb --no-defaults -uroot -S ${dir}/db/sock --default-character-set=utf8mb4`);
	program("mariadb-dump", `/usr/bin/mariadb-dump --no-defaults -uroot -S ${dir}/db/sock --default-character-set=utf8mb4`);
	program("poststelle", `${dir}/bin/poststelle --config ${dir}/conf/poststelle.conf`);
	const here = block.replaceAll("/var/backups/poststelle", join(work, "backup")).replaceAll("/usr/share/poststelle/setup/", `${ROOT}/setup/`)
		.replaceAll("/var/vmail", `${dir}/mail`)
		.replaceAll("/etc/poststelle/values", `${dir}/values`).replaceAll("/etc/poststelle/", `${dir}/conf/`)
		.replaceAll("-o poststelle -g poststelle", "-o www-data -g www-data").replaceAll("/usr/share/poststelle/mail/", `${ROOT}/mail/`).replaceAll("/usr/share/poststelle/", `${dir}/share/`)
		.replace(/^poststelle migrate$/m, `poststelle migrate --sql-dir ${dir}/share/sql`);
	return execFileSync("bash", ["-euc", here], { env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, VALUES: `${dir}/values`, KEY: `${dir}/conf/password.key`, DATABASE_ADMIN: "/nonexistent" }, encoding: "utf8" });
}

test("backed up and restored as the guide says: passwords open, log-in and mail are there", async (t) => {
	assert.equal(blocks.length, 2, "the guide's blocks of commands");
	const admin = await adminClient();
	const page = await admin.saveMailbox(`sichern.${stamp}`);
	const address = `sichern.${stamp}@${env.DOMAIN}`;
	await admin.save(page, page.path, { email_name: "Größe & Söhne 🏠" });
	const passwordOf = (said) => /^password: (.+)$/m.exec(said)[1];
	const password = passwordOf(cli("mailbox", "show", "--password", address));
	const smtp = await new Smtp().open();
	assert.equal((await smtp.send("wer@welt.example", address, `From: <wer@welt.example>\nTo: <${address}>\nSubject: sichern ${stamp}\n\nGuten Tag`)).code, 250);
	await smtp.quit();
	const imap = await new Imap().open();
	await imap.login(address, password);
	await imap.waitFor(`sichern ${stamp}`);
	await imap.logout();
	// Passwords of two keys at once.
	cli("key", "rotate");

	follow(blocks[0], DIR);
	stack(["start"], { PARTS: "mariadb dovecot", OFFICE: "first", PORT_BASE: execFileSync(STACK, ["free-base"], { encoding: "utf8" }).trim() });
	t.after(() => {
		stack(["stop"]);
		rmSync(work, { recursive: true });
	});
	const there = realpathSync(second);
	assert.throws(() => stack(["cli", "mailbox", "show", address]), /no such mailbox/);
	assert.match(follow(blocks[1], there), /All search rows are right/);

	const said = stack(["cli", "mailbox", "show", "--password", address]);
	assert.equal(passwordOf(said), password);
	assert.match(said, /^name: Größe & Söhne 🏠$/m);
	const restored = await new Imap().open(readEnv(join(second, "demo.env")).IMAPS_PORT);
	assert.ok((await restored.login(address, password)).ok);
	assert.match(await restored.waitFor(`sichern ${stamp}`), /Guten Tag/);
	await restored.logout();
});
