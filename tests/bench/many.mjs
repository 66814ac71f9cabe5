// many.mjs: many at once in a large office, by the pages: 10,000 found mailboxes become inactive, and a table of
// 10,000 lines is imported; how long it takes in all, and the longest single request, of which each is a step.
// Writes its part of bench/report.md. MANY_MAILBOXES=100000 is the office's size, 10,000 in each domain.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { elements, formsOf, textOf } from "../web/lib/html.mjs";
import { Instance } from "./instance.mjs";
import { circumstances, table, writePart } from "./lib/report.mjs";

const MAILBOXES = Number(process.env.MANY_MAILBOXES ?? 100000);
const MANY = 10000;
const USERS = 100; // as fill.c makes them
const REQUEST_S = 1;
const IMPORT_S = 60;
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
const office = new Instance(join(work, "many"), "mariadb web nginx");
const rows = [];
let failed = false;

function report(what, seconds, limit) {
	const ok = limit === undefined || seconds <= limit;
	failed ||= !ok;
	rows.push([what, seconds.toFixed(2), limit ?? "", ok ? "" : "!"]);
	console.log(rows.at(-1).join("  "));
}

// A client that notes how long each request takes.
async function timedClient() {
	process.env.POSTSTELLE_ENV = join(office.dir, "demo.env");
	const { Client } = await import("../web/lib/client.mjs");
	class Timed extends Client {
		took = [];
		async request(...args) {
			const start = process.hrtime.bigint();
			const answer = await super.request(...args);
			this.took.push(Number(process.hrtime.bigint() - start) / 1e9);
			return answer;
		}
	}
	return new Timed().signIn();
}

// Says yes and loads the page of the run as a browser does, until it has ended. In seconds: all of it, and its
// longest request; since: when it began.
async function toTheEnd(client, preview, path, since, words) {
	let page = await client.save({ ...preview, path }, path);
	for (let refresh; (refresh = page.headers.get("refresh")) !== null;) {
		await setTimeout(Number.parseInt(refresh, 10) * 1000);
		page = await client.get(page.path);
	}
	if (!words.test(textOf(page.text))) {
		throw new Error(`${page.path} ended with: ${textOf(page.text)}`);
	}
	return { whole: (performance.now() - since) / 1000, longest: Math.max(...client.took) };
}

async function change(client, action, domain, words) {
	const list = await client.get(`/mailboxes?domain=${domain}`);
	const since = performance.now();
	client.took.length = 0;
	const preview = await client.submit(list, "/mailboxes/bulk", { all: "1", action });
	return toTheEnd(client, preview, "/mailboxes/bulk", since, words);
}

// Two users and a further address each.
function csv() {
	const lines = Array.from({ length: MANY }, (_, i) =>
		`neu.${i}@d1.example;Neu ${i};neu.${i}.zweit@d1.example;bench${i % USERS}, bench${(i + 7) % USERS}`);
	return `address;name;aliases;users\n${lines.join("\n")}\n`;
}

async function importTable(client) {
	const form = new FormData();
	form.append("csrf", formsOf((await client.get("/mailboxes/import")).text).find(({ fields }) => fields.csrf).fields.csrf);
	form.append("file", new Blob([csv()], { type: "text/csv" }), "neu.csv");
	form.append("csv", "");
	const since = performance.now();
	client.took.length = 0;
	const preview = await client.request("POST", "/mailboxes/import", { body: form });
	return toTheEnd(client, preview, "/mailboxes/import", since, /Alles ist angelegt\./);
}

try {
	console.log(`filling ${MAILBOXES} mailboxes ...`);
	office.fill(MAILBOXES, MAILBOXES / MANY);
	office.stack("sql", "-e", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
	const client = await timedClient();
	const domain = elements((await client.get("/mailboxes")).text, "option").find(({ text }) => text === "d0.example").attributes.value;
	await change(client, "activate", domain, /Erledigt\./);
	const changed = await change(client, "deactivate", domain, new RegExp(`Erledigt\\..*geändert: ${MANY / 1000}\\.000`, "s"));
	report(`${MANY} found mailboxes become inactive`, changed.whole);
	report("the longest request of it", changed.longest, REQUEST_S);
	const imported = await importTable(client);
	report(`${MANY} lines imported, with aliases and two users each`, imported.whole, IMPORT_S);
	report("the longest request of it", imported.longest);
	writePart("Many at once", `By the pages, from the form that is sent to the page that says that all is done, as a browser loads it; an office of
${MAILBOXES} mailboxes; innodb_flush_log_at_trx_commit = 1.

${table(["what", "seconds", "at most", ""], rows)}
${circumstances(["mariadb-server", "nginx-common"])}`);
} finally {
	office.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
