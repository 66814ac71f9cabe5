// login.mjs: a log-in at a mailbox with 50 own passwords beside one that has its shared password alone,
// alternating in one run: what Postfix asks Dovecot (SASL), and a whole session of IMAP.
// LOGIN_REPEATS=300 is how often each.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Instance, median } from "./instance.mjs";
import { circumstances, table, writePart } from "./lib/report.mjs";
import { talk } from "./lib/talk.mjs";

const REPEATS = Number(process.env.LOGIN_REPEATS ?? 300);
const OWN = 50;
const LIMIT = 1.5;
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
const plain = (address, password) => Buffer.from(`\0${address}\0${password}`).toString("base64");

// Dovecot's own language for servers that let it check passwords.
class Sasl {
	#number = 0;

	async open(path) {
		this.socket = net.connect(path);
		await once(this.socket, "connect");
		this.say = talk(this.socket, /^(DONE|(OK|FAIL)\t.*)\n$/m, "\n");
		await this.say(`VERSION\t1\t1\nCPID\t${process.pid}`);
		return this;
	}

	async login(address, password) {
		const answer = await this.say(`AUTH\t${++this.#number}\tPLAIN\tservice=smtp\tsecured\tresp=${plain(address, password)}`);
		return answer.startsWith("OK\t");
	}
}

async function imap(port, address, password) {
	const socket = net.connect(port, "127.0.0.1");
	const say = talk(socket, /^(\* OK|[ab] (OK|NO|BAD)) .*\r\n$/m);
	await say();
	const answer = await say(`a LOGIN ${address} ${password}`);
	await say("b LOGOUT");
	socket.end();
	return /^a OK/m.test(answer);
}

const instance = new Instance(join(work, "login"), "mariadb dovecot", { DB_POOL: "128M", DB_FLUSH: "1" });
let failed = false;
try {
	const sql = (query) => instance.stack("sql", "-N", "-B", "-e", query);
	const [one, many] = ["eins", "viele"].map((local) => {
		const address = `${local}@${instance.env.DOMAIN}`;
		instance.stack("cli", "mailbox", "add", address);
		return { address, password: /^password: (.+)$/m.exec(instance.stack("cli", "mailbox", "show", "--password", address))[1] };
	});
	const own = Array.from({ length: OWN }, (_, i) => `eigen-${i}-geheim`);
	sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) SELECT m.id, u.id, 1 FROM mailbox m JOIN user u ON u.active = 1 WHERE m.address = '${many.address}';
		${own.map((password, i) => `INSERT INTO own_password (mailbox_id, user_id, name, secret, made_at) SELECT m.id, MIN(u.id), 'Gerät ${i}', UNHEX('${createHash("sha256").update(password).digest("hex")}'), 1 FROM mailbox m JOIN user u ON u.active = 1 WHERE m.address = '${many.address}' GROUP BY m.id`).join(";\n")}`);
	const sasl = await new Sasl().open(join(instance.real, "dovecot/auth"));
	const cases = [["a single, shared password", one.address, () => one.password], [`the shared password beside ${OWN} own ones`, many.address, () => many.password], [`one of ${OWN} own passwords`, many.address, (i) => own[i % OWN]]];
	const ways = { "the question of a log-in": (address, password) => sasl.login(address, password), "a session of IMAP": (address, password) => imap(instance.env.IMAP_PORT, address, password) };
	if (await sasl.login(many.address, "eigen-50-geheim")) {
		throw new Error("a wrong password logs in");
	}
	const rows = [];
	for (const [way, login] of Object.entries(ways)) {
		const times = cases.map(() => []);
		for (let i = -20; i < REPEATS; i++) {
			for (const [n, [name, address, password]] of cases.entries()) {
				const start = process.hrtime.bigint();
				if (!await login(address, password(i + OWN))) {
					throw new Error(`${way}: ${name} doesn't log in`);
				}
				if (i >= 0) {
					times[n].push(Number(process.hrtime.bigint() - start) / 1e6);
				}
			}
		}
		const ms = times.map(median);
		for (const [n, [name]] of cases.entries()) {
			const ratio = ms[n] / ms[0];
			failed ||= n > 0 && !(ratio <= LIMIT);
			rows.push([way, name, ms[n].toFixed(2), n > 0 ? `${ratio.toFixed(2)}${ratio <= LIMIT ? "" : " !"}` : "", n > 0 ? LIMIT : ""]);
			console.log(rows.at(-1).join("  "));
		}
	}
	sasl.socket.destroy();
	writePart("Log-ins with own passwords", `The median of ${REPEATS} log-ins of each kind, one after the other, alternating; Dovecot as shipped.\n
${table(["what", "with", "ms", "ratio", "at most"], rows)}\n${circumstances(["dovecot-core", "mariadb-server"])}`);
} finally {
	instance.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
