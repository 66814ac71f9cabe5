// doctor.mjs: `poststelle doctor` on the instance that is tested, or on copies of its files with a fault.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DIR } from "../../web/lib/stack.mjs";

export const PLACES = { conf: `${DIR}/conf`, postfix: `${DIR}/postfix/etc`, dovecot: `${DIR}/dovecot/etc`, sql: `${DIR}/share/sql` };

// What it says of these checks (all of them without a name), by their names; status: what it ended with.
// before: words before the command.
export function doctor(places = {}, checks = [], options = [], before = []) {
	const at = { ...PLACES, ...places };
	const [program, ...words] = [...before, `${DIR}/bin/poststelle`];
	const { status, stdout, stderr } = spawnSync(program, [...words, "--config", `${at.conf}/poststelle.conf`, "doctor", "--json",
		"--postfix", at.postfix, "--dovecot", `${at.dovecot}/dovecot.conf`, "--sql-dir", at.sql, ...options, ...checks], { encoding: "utf8" });
	if (stdout === "") {
		throw new Error(`doctor: ${stderr}`);
	}
	const result = JSON.parse(stdout);
	return { ...result, status, checks: Object.fromEntries(result.checks.map((check) => [check.name, check])) };
}

// Copies of the instance's files, with their owners and rights, that a test may break.
export class Copies {
	root = mkdtempSync(join(tmpdir(), "ps-doctor."));
	places = {};

	copy(name) {
		if (this.places[name] === undefined) {
			this.places[name] = join(this.root, name);
			spawnSync("chmod", ["0755", this.root]);
			spawnSync("cp", ["-a", PLACES[name], this.places[name]]);
		}
		return this.places[name];
	}

	path(name, file) {
		return join(this.copy(name), file);
	}

	// The file's text is what change() makes of it; it has to change.
	edit(name, file, change) {
		const path = this.path(name, file);
		const old = readFileSync(path, "utf8");
		const text = change(old);
		if (text === old) {
			throw new Error(`${file}: nothing changed`);
		}
		writeFileSync(path, text);
	}

	remove() {
		rmSync(this.root, { recursive: true });
	}
}
