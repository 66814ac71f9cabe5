// office.mjs: a large office with a journal, as fill_journal makes it, on private servers.
import { createHash, randomBytes } from "node:crypto";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Instance, get } from "../instance.mjs";
import { ROOT } from "../../web/lib/env_file.mjs";

export const MAILBOXES = 10000;
const USERS = 1000;
export const FILL = join(ROOT, process.env.BUILD_DIR ?? "build", "tests/bench/fill_journal");
export const READERS = { all: 1001, "nearly nothing": 1002, "200 mailboxes": 1003 };

const COLUMNS = {
	user: "user (id, login, name, journal_right) SET created_at = 1",
	mailbox: "mailbox (id, address, name_sort, vip) SET domain_id = 1000, created_at = 1",
	address: "address (address, mailbox_id) SET domain_id = 1000, created_at = 1",
	mailbox_clock: "mailbox_clock (mailbox_id, at)",
	assignment: "assignment (mailbox_id, user_id, assigned_at)",
	journal_address: "journal_address (id, address)",
	journal_entry: "journal_entry (id, mail_key, service, sender_id, protected, named, envelope_from, sender, recipients, subject)",
	journal_text: "journal_text (entry_id, has_bcc, text, folded)",
	journal_mailbox: "journal_mailbox (entry_id, mailbox_id, role, reached, protects)",
	journal_party: "journal_party (entry_id, role, place, address_id, mailbox_id, address, name, folded)",
	journal_reader: "journal_reader (topic, user_id, entry_id)",
};

export class Office extends Instance {
	sql(query) {
		const { status, stdout, stderr } = spawnSync(join(ROOT, "stack/stack"), ["sql", "-N", "-B", "--local-infile=1", "-e", query],
			{ env: this.environment, encoding: "utf8", maxBuffer: 1 << 28 });
		if (status !== 0) {
			throw new Error(`${query.slice(0, 200)}: ${stdout}${stderr}`);
		}
		return stdout.split("\n").filter(Boolean).map((line) => line.split("\t"));
	}

	load(entries) {
		const dir = `${this.dir}.rows`;
		mkdirSync(dir);
		const rows = execFileSync(FILL, ["rows", dir, String(entries), String(MAILBOXES), String(USERS)], { encoding: "utf8" }).trim();
		console.log(`${entries} entries, ${rows} rows of readers`);
		this.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 0; INSERT INTO domain (id, name, display_name, created_at) VALUES (1000, 'bench.example', 'bench.example', 1); DELETE FROM mailbox_clock");
		// The demo's own mailboxes have the first numbers.
		this.sql("SET foreign_key_checks = 0; DELETE FROM assignment; DELETE FROM address; DELETE FROM mailbox");
		for (const [table, into] of Object.entries(COLUMNS)) {
			const [target, set] = into.split(" SET ");
			this.sql(`SET foreign_key_checks = 0, unique_checks = 0; LOAD DATA LOCAL INFILE '${join(dir, table)}.tsv' INTO TABLE ${target.replace(" (", " CHARACTER SET utf8mb4 (")}${set ? ` SET ${set}` : ""}`);
		}
		this.sql(`SET GLOBAL innodb_flush_log_at_trx_commit = 2; ANALYZE TABLE ${Object.keys(COLUMNS).join(", ")}`);
		rmSync(dir, { recursive: true });
		this.cookies = {};
		for (const [reader, id] of Object.entries(READERS)) {
			const token = randomBytes(32).toString("base64url");
			this.sql(`INSERT INTO session (token_hash, user_id, created_at, seen_at) SELECT UNHEX('${createHash("sha256").update(token).digest("hex")}'), ${id}, n, n FROM (SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED) AS n) t`);
			this.cookies[reader] = `poststelle_session=${token}`;
		}
		[[this.first, this.middle]] = this.sql("SELECT MIN(id), CAST((MIN(id) + MAX(id)) / 2 AS UNSIGNED) FROM journal_entry");
	}

	async page(reader, path) {
		const answer = await get(this.env.BASE_URL + path, this.cookies[reader]);
		if (answer.status !== 200) {
			throw new Error(`${path}: ${answer.status}`);
		}
		return answer;
	}
}
