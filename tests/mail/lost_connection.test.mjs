// The connection to the database is cut at every question of a page, a command and a mail in turn,
// before the server gets it and after it was answered: nothing is lost, nothing is done twice.
import test from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { adminClient } from "../web/lib/client.mjs";
import { ask, configuration } from "../web/lib/cgi.mjs";
import { Cutter } from "../web/lib/cutter.mjs";
import { env } from "../web/lib/env.mjs";
import { formsOf, textOf } from "../web/lib/html.mjs";
import { Smtp } from "../web/lib/mail.mjs";
import { DIR, WITHOUT_LEAKS, cli, sql, startPart, stopPart } from "../web/lib/stack.mjs";
import { alias, mailbox, stamp } from "./lib/box.mjs";

const through = (cutter) => (text) => text.replace(/^hosts=.*$/m, `hosts=${cutter.path}`);

const nameOf = (mode, at) => `${mode === "before" ? "v" : "n"}${String(at).padStart(3, "0")}`; // as long as the others: the same questions
// Both ways to cut lead through the same code: leaks are looked for in one of them.
const looksForLeaks = (name) => !name.startsWith("n");

// Does it uncut to count its questions (a first time, since that may make what later ones find),
// then once for each of them and each way to cut.
// act(name): does it with that name; check(name): how often it was done. All are to be 1.
async function cutEverywhere(t, cutter, act, check) {
	await act("e000");
	cutter.arm();
	await act("g000");
	assert.equal(check("g000"), 1, "uncut");
	const questions = cutter.asked;
	assert.ok(questions > 3, `${questions} questions`);
	for (const mode of ["before", "after"]) {
		for (let at = 1; at <= questions; at++) {
			const name = nameOf(mode, at);
			cutter.arm(mode, at);
			await act(name);
			// Counters that are there already, or others at work: there may be less to ask.
			assert.ok(cutter.isCut ? cutter.asked > at : cutter.asked < at, `${name}: it was cut and asked again`);
			assert.equal(check(name), 1, name);
		}
	}
	t.diagnostic(`${questions} questions`);
}

async function withCutter(t, name) {
	const cutter = await new Cutter(`${DIR}/db/${name}`).listen();
	t.after(() => cutter.close());
	return cutter;
}

const inLog = (address) => Number(sql(`SELECT COUNT(*) FROM change_log WHERE mailbox_id = (SELECT id FROM mailbox WHERE address = '${address}') AND action = 'mailbox.created'`)[0][0]);

test("a page that shows: the same page, whatever is cut", async (t) => {
	const cutter = await withCutter(t, "cut-show");
	const conf = configuration("cut-show", through(cutter));
	const client = await adminClient();
	const cookie = Object.entries(client.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
	const seen = new Map();
	for (const path of ["/mailboxes", "/journal", "/users"]) {
		await cutEverywhere(t, cutter, async (name) => {
			const answer = await ask(path, { conf, cookie, leaks: looksForLeaks(name) });
			assert.equal(answer.status, 200, `${path} ${name}`);
			seen.set(name, (answer.text.match(/<tr/g) ?? []).length);
		}, (name) => (seen.get(name) === seen.get("g000") ? 1 : 0));
	}
});

test("a page that saves: one mailbox, one line in the change log", async (t) => {
	const cutter = await withCutter(t, "cut-save");
	const conf = configuration("cut-save", through(cutter));
	const client = await adminClient();
	const cookie = Object.entries(client.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
	const form = formsOf((await client.get("/mailboxes/new")).text).find((one) => one.action.endsWith("/mailboxes"));
	const [[domain]] = sql(`SELECT id FROM domain WHERE name = '${env.DOMAIN}'`);
	const address = (name) => `schnitt.${name}.${stamp}@${env.DOMAIN}`;
	await cutEverywhere(t, cutter, async (name) => {
		const body = new URLSearchParams({ csrf: form.fields.csrf, local_part: `schnitt.${name}.${stamp}`, domain_id: domain }).toString();
		const answer = await ask("/mailboxes", { conf, cookie, method: "POST", body, leaks: looksForLeaks(name) });
		assert.equal(answer.status, 303, `${name}: ${answer.text.slice(0, 2000)}`);
	}, (name) => inLog(address(name)));
});

test("a page that saves in several tables: a domain's state and catch-all change once, and together", async (t) => {
	const cutter = await withCutter(t, "cut-domain");
	const conf = configuration("cut-domain", through(cutter));
	const client = await adminClient();
	const cookie = Object.entries(client.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
	const domain = await client.save(await client.get("/domains"), "/domains", { name: `schnitt-${stamp}.example` });
	const id = domain.path.split("/").pop();
	const csrf = formsOf(domain.text).find(({ action }) => action === domain.path).fields.csrf;
	const who = [await mailbox("schnitt.eins"), await mailbox("schnitt.zwei")];
	const state = () => sql(`SELECT version, active, catch_all FROM domain WHERE id = ${id}`)[0].map(Number);
	const lines = () => Number(sql(`SELECT COUNT(*) FROM change_log WHERE subject = 'schnitt-${stamp}.example'`)[0][0]);
	const seen = new Map();
	await cutEverywhere(t, cutter, async (name) => {
		const [version, active] = state(), next = who[active], before = lines();
		const body = new URLSearchParams({ csrf, version, ...(active ? {} : { active: "1" }), catch_all: next.address }).toString();
		const answer = await ask(`/domains/${id}`, { conf, cookie, method: "POST", body, leaks: looksForLeaks(name) });
		assert.equal(answer.status, 303, `${name}: ${answer.text.slice(0, 2000)}`);
		assert.deepEqual(state().slice(1), [1 - active, Number(next.id)], name);
		seen.set(name, lines() - before);
	}, (name) => (seen.get(name) === seen.get("g000") ? 1 : 0));
});

test("several mailboxes at once, each with a new user: each is done once", async (t) => {
	const cutter = await withCutter(t, "cut-bulk");
	const conf = configuration("cut-bulk", through(cutter));
	const client = await adminClient();
	const cookie = Object.entries(client.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
	const form = formsOf((await client.get("/mailboxes/new")).text).find((one) => one.action.endsWith("/mailboxes"));
	const [[user]] = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	const like = (name) => `viele.${name}.${stamp}.%`;
	// The mailboxes of all that will be done, made at once.
	const names = ["e000", "g000", ...["before", "after"].flatMap((mode) => Array.from({ length: 120 }, (_, i) => nameOf(mode, i + 1)))];
	writeFileSync(`${DIR}/viele.csv`, ["address", ...names.flatMap((name) => ["a", "b"].map((one) => `viele.${name}.${stamp}.${one}@${env.DOMAIN}`))].join("\n"));
	cli("import", "csv", `${DIR}/viele.csv`);
	await cutEverywhere(t, cutter, async (name) => {
		const boxes = sql(`SELECT id FROM mailbox WHERE address LIKE '${like(name)}'`).map(([id]) => id);
		assert.equal(boxes.length, 2, name);
		const preview = await client.post("/mailboxes/bulk", { csrf: form.fields.csrf, mailbox: boxes, action: "assign", user_id: user });
		const { token } = formsOf(preview.text).find(({ action }) => action.endsWith("/mailboxes/bulk")).fields;
		const body = new URLSearchParams({ csrf: form.fields.csrf, token, confirm: "1" }).toString();
		const answer = await ask("/mailboxes/bulk", { conf, cookie, method: "POST", body, leaks: looksForLeaks(name) });
		assert.equal(answer.status, 303, `${name}: ${answer.text.slice(0, 2000)}`);
		// On a slow machine a step may end before the second.
		for (let page = await client.get(answer.headers.location[0]); page.headers.get("refresh");) {
			page = await client.get(page.path);
		}
	}, (name) => {
		const boxes = `(SELECT id FROM mailbox WHERE address LIKE '${like(name)}')`;
		const counts = ["assignment WHERE", "change_log WHERE action = 'assignment.added' AND", "bulk_row WHERE state = 1 AND"]
			.map((what) => `(SELECT COUNT(*) FROM ${what} mailbox_id IN ${boxes})`);
		return sql(`SELECT ${counts.join()}`)[0].every((count) => count === "2") ? 1 : 0;
	});
});

test("COMMIT's answer is lost and nobody can be asked: the page doesn't say that nothing was saved, and keeps what was typed", async (t) => {
	const client = await adminClient();
	const cookie = Object.entries(client.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
	const form = formsOf((await client.get("/mailboxes/new")).text).find((one) => one.action.endsWith("/mailboxes"));
	const [[domain]] = sql(`SELECT id FROM domain WHERE name = '${env.DOMAIN}'`);
	// Each tries for a quarter of a minute: at the same time.
	const create = async (name, mode, at) => {
		const cutter = await withCutter(t, `cut-${name}`);
		cutter.arm(mode, at, { forGood: true });
		const body = new URLSearchParams({ csrf: form.fields.csrf, local_part: `zweifel.${name}.${stamp}`, domain_id: domain }).toString();
		const { status, text } = await ask("/mailboxes", { conf: configuration(`cut-${name}`, through(cutter)), cookie, method: "POST", body });
		assert.equal(status, 503);
		assert.ok(textOf(text).includes(`zweifel.${name}.${stamp}`));
		return textOf(text);
	};
	const doubt = async (name, mode, done) => {
		const said = await create(name, mode, "COMMIT");
		assert.match(said, /Ausgang unbekannt.*steht nicht fest/s);
		assert.doesNotMatch(said, /Es wurde nichts gespeichert/);
		assert.equal(inLog(`zweifel.${name}.${stamp}@${env.DOMAIN}`), done);
	};
	// The last is away before anything was sent: nothing was saved, and the page says so.
	const never = async () => assert.match(await create("nie", "before", "START TRANSACTION"), /Es wurde nichts gespeichert/);
	await Promise.all([doubt("danach", "after", 1), doubt("davor", "before", 0), never()]);
});

test("a command: the same", async (t) => {
	const cutter = await withCutter(t, "cut-cli");
	const conf = `${DIR}/conf/cut-cli.conf`;
	writeFileSync(conf, through(cutter)(readFileSync(`${DIR}/conf/poststelle.conf`, "utf8")), { mode: 0o600 });
	const address = (name) => `befehl.${name}.${stamp}@${env.DOMAIN}`;
	await cutEverywhere(t, cutter, async (name) => {
		const child = spawn(`${DIR}/bin/poststelle`, ["--config", conf, "mailbox", "add", address(name)], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...(looksForLeaks(name) ? {} : WITHOUT_LEAKS) } });
		const said = [];
		child.stderr.on("data", (data) => said.push(data));
		const [status] = await once(child, "close");
		assert.equal(status, 0, `${name}: ${Buffer.concat(said)}`);
	}, (name) => inLog(address(name)));
});

test("a mail: accepted once, one entry", async (t) => {
	const [box, other] = [mailbox("schnitt.post"), mailbox("schnitt.kopie")];
	const second = alias(other, "schnitt.auch");
	const cutter = await withCutter(t, "cut-mail");
	const conf = `${DIR}/conf/milter.conf`;
	const usual = readFileSync(conf, "utf8");
	t.after(() => {
		stopPart("milter_journal");
		writeFileSync(conf, usual);
		startPart("milter_journal");
	});
	stopPart("milter_journal");
	writeFileSync(conf, through(cutter)(usual));
	startPart("milter_journal");
	const subject = (name) => `schnitt ${name} ${stamp}`;
	await cutEverywhere(t, cutter, async (name) => {
		const smtp = await new Smtp().open(env.SMTP_PORT);
		const answer = await smtp.send("wer@welt.example", [box.address, second], `From: <wer@welt.example>\nTo: <${box.address}>\nSubject: ${subject(name)}\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n\nText`);
		assert.equal(answer.code, 250, `${name}: ${answer.text}`);
		await smtp.quit();
	}, (name) => Number(sql(`SELECT COUNT(*) FROM journal_entry WHERE subject = '${subject(name)}'`)[0][0]));
});
