// poststelle agent while what it needs hangs or refuses: each task has its own schedule, and a signal
// ends it whatever it waits for. Agents of the test's own, with configurations of their own, beside
// the instance's database and mail servers.
import test, { after, afterEach, before } from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "../web/lib/env.mjs";
import { Program, killAll, lives, runningAs } from "../web/lib/program.mjs";
import { DIR, cli, sleep, sql, startPart, stopPart, until } from "../web/lib/stack.mjs";
import { mailbox, stamp } from "./lib/box.mjs";

// More than is needed for anything here, less than what it costs to wait for something that hangs.
const LONG_MS = 30000;
const directory = mkdtempSync(join(tmpdir(), "ps-agent."));

function configuration(name, changes) {
	const path = join(directory, `${name}.conf`);
	let text = readFileSync(`${DIR}/conf/agent.conf`, "utf8");
	for (const [key, value] of Object.entries(changes)) {
		text = text.replace(new RegExp(`^#?${key}=.*\\n`, "m"), "").replace("[mail]", `[mail]\n${key}=${value}`);
	}
	writeFileSync(path, text, { mode: 0o600 });
	return path;
}

// A doveadm that hangs, as one does whose child keeps its output open; says so in a file.
const called = join(directory, "called");
const hanging = join(directory, "doveadm");
writeFileSync(hanging, `#!/bin/sh\nsleep 86399 &\necho $$ >>${called}\nwait\n`, { mode: 0o755 });
const sleepers = () => runningAs("sleep", "86399");

// A mail server that greets, and says nothing to what matters.
const silent = net.createServer((socket) => {
	socket.on("error", () => {});
	socket.write("220 silent.example\r\n");
	socket.once("data", () => {
		socket.write("250 silent.example\r\n");
		socket.once("data", () => silent.emit("mail"));
	});
});

// Told to end it has less time than what it waits for here would take.
class Agent extends Program {
	constructor(name, changes = {}) {
		super([`${DIR}/bin/poststelle`, "--config", configuration(name, changes), "agent"], { longMs: 8000 });
	}
}

before(async () => {
	stopPart("agent");
	sql("UPDATE task SET done_at = 1 WHERE done_at = 0");
	sql("DELETE FROM mail_queue");
	silent.listen(0, "127.0.0.1");
	await once(silent, "listening");
});
afterEach(killAll);
after(() => {
	silent.close();
	rmSync(directory, { recursive: true });
	startPart("agent");
});

let count = 0;

// What a page leaves for the agent. Numbers of the tasks.
const task = (kind, address) => sql(`INSERT INTO task (kind, mailbox_id, address, created_at, due_at) VALUES ('${kind}', 0, '${address}', 1, 1); SELECT LAST_INSERT_ID()`)[0][0];
function mail(recipient) {
	const id = task("mail", recipient);
	sql(`INSERT INTO mail_queue (task_id, recipient, languages, kind, at, person) VALUES (${id}, '${recipient}', 'de', 'contact.new', UNIX_TIMESTAMP() * 1000000, 'Eva ${stamp} ${++count}')`);
	return id;
}
const stateOf = (id) => {
	const [done, attempts, result] = sql(`SELECT done_at > 0, attempts, result FROM task WHERE id = ${id}`)[0];
	return { done: done === "1", attempts: Number(attempts), result };
};
const done = async (id, ms = LONG_MS) => assert.ok((await until(ms, () => stateOf(id), (state) => state.done)).done, JSON.stringify(stateOf(id)));

test("a signal at any moment ends it", async () => {
	for (let round = 0; round < 12; round++) {
		const agent = await new Agent("plain").says(/event=agent_started/);
		await sleep(round % 3 === 0 ? 0 : Math.random() * 150);
		await agent.stops(round % 2 === 0 ? "SIGTERM" : "SIGINT");
	}
});

test("a doveadm that hangs: mails and the other tasks go on, and it is killed with what it started", async () => {
	const box = mailbox("agent.hang");
	const kicks = Array.from({ length: 5 }, () => task("kick", box.address));
	const agent = await new Agent("hanging", { doveadm: hanging }).says(/event=agent_started/);
	await until(LONG_MS, () => existsSync(called), Boolean);
	const mails = Array.from({ length: 5 }, () => mail(box.address));
	for (const id of mails) {
		await done(id);
	}
	assert.ok(await until(LONG_MS, () => kicks.some((id) => /did not end within/.test(stateOf(id).result)), Boolean));
	await agent.says(/kind=kick done=0 result="[^"]*did not end within \d+ seconds/);
	assert.ok(kicks.every((id) => !stateOf(id).done));
	assert.ok(sleepers().length <= 1, `${sleepers()}`);
	await agent.stops();
	assert.deepEqual(sleepers(), []);
	// With one that answers all of them are done.
	const well = new Agent("plain");
	sql(`UPDATE task SET due_at = 1 WHERE id IN (${kicks})`);
	for (const id of kicks) {
		await done(id);
		assert.equal(stateOf(id).result, "no session was open");
	}
	await well.stops();
});

test("the agent is told to end, or killed, while doveadm hangs: nothing of it is left", async () => {
	const id = task("kick", `weg.${stamp}@${env.DOMAIN}`);
	const hang = async () => {
		sql(`UPDATE task SET due_at = 1 WHERE id = ${id}`);
		rmSync(called, { force: true });
		const agent = new Agent("hanging", { doveadm: hanging });
		await until(LONG_MS, () => existsSync(called), Boolean);
		return agent;
	};
	await (await hang()).stops();
	assert.deepEqual(await until(LONG_MS, sleepers, (left) => left.length === 0), []);
	assert.match(stateOf(id).result, /cancelled/i);
	const agent = await hang();
	const stand_in = Number(readFileSync(called, "utf8"));
	agent.child.kill("SIGKILL");
	await agent.ended;
	assert.ok(await until(LONG_MS, () => !lives(stand_in), Boolean), "doveadm goes on");
	// What it had started itself has no such bond.
	sleepers().forEach((pid) => process.kill(pid, "SIGKILL"));
	sql(`UPDATE task SET done_at = 1 WHERE id = ${id}`);
});

test("what doveadm says of its failure, and how it ended, is the task's result", async () => {
	const box = mailbox("agent.fehler");
	const broken = join(directory, "broken");
	for (const [script, result] of [
		["echo Kein Anschluss unter dieser Nummer >&2; exit 75", /exit status 75: Kein Anschluss/],
		["kill -9 $$", /signal 9/],
		[null, /broken/],
	]) {
		rmSync(broken, { force: true });
		if (script !== null) {
			writeFileSync(broken, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
		}
		const id = task("kick", box.address);
		const agent = new Agent("broken", { doveadm: broken });
		assert.match((await until(LONG_MS, () => stateOf(id), (state) => state.result !== "")).result, result);
		assert.ok(!stateOf(id).done);
		await agent.stops();
		sql(`UPDATE task SET done_at = 1 WHERE id = ${id}`);
	}
});

test("a mail server that hangs: sessions are ended all the same, and a signal ends the agent", async () => {
	const box = mailbox("agent.stumm");
	const mails = Array.from({ length: 4 }, () => mail(box.address));
	const hangs = once(silent, "mail");
	const agent = new Agent("silent", { submission_host: "127.0.0.1", submission_port: silent.address().port });
	await hangs;
	const kick = task("kick", box.address);
	await done(kick, 2 * LONG_MS);
	// They rest together: only the first was tried.
	assert.deepEqual(mails.map((id) => stateOf(id).attempts), [1, 0, 0, 0]);
	await agent.stops();
	sql(`UPDATE task SET due_at = 1, attempts = 0 WHERE id IN (${mails})`);
	const again = once(silent, "mail");
	const second = new Agent("silent", { submission_host: "127.0.0.1", submission_port: silent.address().port });
	await again;
	await second.stops();
	// Nothing is lost.
	const well = new Agent("plain");
	sql(`UPDATE task SET due_at = 1 WHERE id IN (${mails})`);
	for (const id of mails) {
		await done(id);
	}
	await well.stops();
});

test("mails that are refused hold back no other, and come again in growing pauses", async () => {
	const box = mailbox("agent.gut");
	const refused = Array.from({ length: 12 }, () => mail(`niemand.${stamp}@${env.DOMAIN}`));
	const agent = await new Agent("plain").says(/event=task/);
	const taken = Array.from({ length: 3 }, () => mail(box.address));
	for (const id of taken) {
		await done(id);
	}
	await until(LONG_MS, () => refused.map(stateOf), (states) => states.every(({ attempts }) => attempts >= 2));
	for (const id of refused) {
		assert.match(stateOf(id).result, /it said: 550 5\.1\.1/);
		assert.ok(!stateOf(id).done);
	}
	const pauses = sql(`SELECT attempts, ROUND((due_at - UNIX_TIMESTAMP(NOW(6)) * 1000000) / 1000000) FROM task WHERE id IN (${refused})`);
	assert.ok(pauses.every(([attempts, pause]) => Number(pause) <= 2 ** Number(attempts)), JSON.stringify(pauses));
	await agent.stops();
	sql(`DELETE FROM mail_queue WHERE task_id IN (${refused}); UPDATE task SET done_at = 1 WHERE id IN (${refused})`);
});

test("a task that a missing right stops is its own trouble", async (t) => {
	const right = (what) => sql(`${what.replace("RIGHT", "DELETE ON mail_queue")} 'poststelle_agent'@'localhost'`);
	const box = mailbox("agent.recht");
	right("REVOKE RIGHT FROM");
	t.after(() => right("GRANT RIGHT TO"));
	const stuck = mail(box.address);
	const agent = await new Agent("plain").says(/kind=mail done=0 result="[^"]*DELETE command denied/);
	assert.match(stateOf(stuck).result, /DELETE command denied/);
	await done(task("kick", box.address));
	assert.doesNotMatch(agent.log, /agent_waits/);
	await agent.stops();
	right("GRANT RIGHT TO");
	sql(`UPDATE task SET due_at = 1 WHERE id = ${stuck}`);
	const well = new Agent("plain");
	await done(stuck);
	await well.stops();
});

test("of several machines each ends its own sessions, and one without a name says so", async (t) => {
	const names = ["mail1", "mail2"].map((name) => `${name}.${stamp}`);
	const address = `ueberall.${stamp}@${env.DOMAIN}`;
	t.after(() => sql(`DELETE FROM agent_machine; DELETE FROM task WHERE address = '${address}'`));
	const agents = [];
	for (const name of names) {
		const doveadm = join(directory, name);
		writeFileSync(doveadm, `#!/bin/sh\necho "$@" >>${doveadm}.said\n`, { mode: 0o755 });
		agents.push(await new Agent(name, { machine: name, doveadm }).says(/event=agent_started/));
	}
	await until(LONG_MS, () => sql("SELECT name FROM agent_machine").flat(), (known) => names.every((name) => known.includes(name)));
	const tasks = names.map((name) => {
		const id = task("kick", address);
		sql(`UPDATE task SET machine = '${name}' WHERE id = ${id}`);
		return id;
	});
	for (const id of tasks) {
		await done(id);
	}
	for (const name of names) {
		assert.equal(readFileSync(join(directory, `${name}.said`), "utf8").match(/ kick /g).length, 1);
	}
	await new Agent("plain").says(/event=agent_waits reason="other machines have agents with a name/);
	for (const agent of agents) {
		await agent.stops();
	}
	for (const name of names) {
		assert.match(cli("agent", "--forget", name), new RegExp(name));
	}
	const alone = new Agent("plain");
	await done(task("kick", address));
	await alone.stops();
});
