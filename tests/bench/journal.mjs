// journal.mjs: the journal of a large office beside a small one with the same people, of one run:
// pages, filters and words for a reader of everything, of nearly nothing and of 200 mailboxes; a
// hidden entry beside a missing one; a mail to 100 mailboxes.
// JOURNAL_ENTRIES=1000000 is the large one's size.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { get, median } from "./instance.mjs";
import { FILL, MAILBOXES, Office, READERS } from "./lib/office.mjs";

const SMALL = 10000;
const LARGE = Number(process.env.JOURNAL_ENTRIES ?? 1000000);
const REPEATS = 31;
const PAIRS = 5000;
const work = mkdtempSync(join(tmpdir(), "poststelle-bench."));
chmodSync(work, 0o755);
let failed = false;

function report(name, value, limit, unit = "", note = "") {
	const ok = value <= limit;
	failed ||= !ok;
	console.log(`${ok ? "  " : "! "}${name.padEnd(58)} ${value.toFixed(2)}${unit}  (at most ${limit}${unit})${note}`);
}

// Alternating, so that whatever else the machine does meets both.
async function both(small, large, reader, path) {
	const times = [[], []];
	for (let i = 0; i < REPEATS; i++) {
		for (const [n, office] of [small, large].entries()) {
			times[n].push((await office.page(reader, path(office))).ms);
		}
	}
	return times.map(median);
}

const next = (body) => /<a href="([^"]+)" rel="next">/.exec(body)?.[1].replaceAll("&amp;", "&");
const rowsOf = (body) => (body.match(/<th scope="row">/g) ?? []).length;
const day = (instant) => new Date(Number(instant) / 1000).toISOString().slice(0, 10);

const PAGES = {
	"first page": () => "/journal",
	"middle": (office) => `/journal?after=${office.middle}`,
	"near the end": (office) => `/journal?after=${Number(office.first) + 3 * 86400e6}`,
	"a month": (office) => `/journal?from=${day(office.middle)}&to=${day(Number(office.middle) + 30 * 86400e6)}`,
	"busy mailbox": () => "/journal?mailbox=m1@buero.example",
	"busy mailbox, middle": (office) => `/journal?mailbox=m1@buero.example&after=${office.middle}`,
	"mailbox 30": () => "/journal?mailbox=m30@buero.example",
	"quiet mailbox": () => `/journal?mailbox=m${MAILBOXES}@buero.example`,
	"VIP mailbox": () => "/journal?mailbox=m33@buero.example",
	"busy participant": () => "/journal?participant=kunde0@draussen0.example",
	"participant": () => "/journal?participant=kunde777@draussen1.example",
	"unknown participant": () => "/journal?participant=niemand@draussen1.example",
};
const STEPS = ["mailbox=m1@buero.example&participant=kunde0@draussen0.example", "mailbox=m30@buero.example&participant=kunde0@draussen0.example",
	"mailbox=m1@buero.example&participant=m30@buero.example", "mailbox=m1@buero.example&participant=niemand@draussen1.example"];
const WORDS = ["q=haeufig", "q=selten", "q=geheim", "q=gibtesnicht", "q=haeufig+selten+wort1+wort2", "q=gibtesnicht&mailbox=m1@buero.example",
	"q=gibtesnicht&participant=kunde0@draussen0.example", "q=gibtesnicht&mailbox=m1@buero.example&participant=kunde0@draussen0.example",
	"q=kunde0+draussen0"];

// All steps of a search, each some times: the slowest step's median.
async function steps(office, reader, query) {
	let path = `/journal?${query}`;
	let slowest = 0;
	let count = 0;
	let rows = 0;
	while (path !== undefined && count < 12) {
		const times = [];
		let body = "";
		for (let i = 0; i < 7; i++) {
			const answer = await office.page(reader, path);
			times.push(answer.ms);
			body = answer.body;
		}
		slowest = Math.max(slowest, median(times));
		rows += rowsOf(body);
		path = next(body);
		count++;
	}
	return { slowest, count, rows };
}

// A hidden entry and one that doesn't exist, alternating: the mean difference beside its error.
async function hiddenAndMissing(office) {
	const hidden = office.sql(`SELECT e.id FROM journal_entry e WHERE e.protected = 1 AND NOT EXISTS
		(SELECT 1 FROM journal_reader r WHERE r.topic = 0 AND r.user_id = ${READERS.all} AND r.entry_id = e.id) ORDER BY RAND() LIMIT ${PAIRS}`).flat();
	const differences = [];
	for (const [i, id] of [...hidden.slice(0, 200), ...hidden].entries()) {
		const pair = [id, String(BigInt(id) + 1n)];
		const times = [0, 0];
		for (const which of i % 2 ? [0, 1] : [1, 0]) {
			const answer = await get(`${office.env.BASE_URL}/journal/${pair[which]}`, office.cookies.all);
			if (answer.status !== 404) {
				throw new Error(`/journal/${pair[which]}: ${answer.status}`);
			}
			times[which] = answer.ms * 1000;
		}
		if (i >= 200) {
			differences.push(times[0] - times[1]);
		}
	}
	// Without the tenth at each end, where something else ran.
	const kept = differences.sort((a, b) => a - b).slice(differences.length / 10, -differences.length / 10);
	const mean = kept.reduce((sum, x) => sum + x, 0) / kept.length;
	const deviation = Math.sqrt(kept.reduce((sum, x) => sum + (x - mean) ** 2, 0) / kept.length);
	return { mean, error: deviation / Math.sqrt(kept.length), deviation, pairs: differences.length };
}

const small = new Office(join(work, "small"), "mariadb web nginx");
const large = new Office(join(work, "large"), "mariadb web nginx");
try {
	small.load(SMALL);
	large.load(LARGE);
	for (const reader of Object.keys(READERS)) {
		for (const [name, path] of Object.entries(PAGES)) {
			const [before, after] = await both(small, large, reader, path);
			report(`${reader}: ${name}`, after / before, 2, "", `  ${before.toFixed(2)} -> ${after.toFixed(2)} ms, ${rowsOf((await large.page(reader, path(large))).body)} rows`);
		}
	}
	for (const reader of Object.keys(READERS)) {
		for (const query of STEPS) {
			const { slowest, count, rows } = await steps(large, reader, query);
			report(`${reader}: ${query.replaceAll(/@[a-z0-9.]+example/g, "")}`, slowest, 10, " ms", `  ${count} steps, ${rows} rows`);
		}
		for (const query of WORDS) {
			const { slowest, count, rows } = await steps(large, reader, query);
			report(`${reader}: ${query.replaceAll(/@[a-z0-9.]+example/g, "")}`, slowest, 150, " ms", `  ${count} steps, ${rows} rows`);
		}
	}
	const { mean, error, deviation, pairs } = await hiddenAndMissing(large);
	report(`hidden less missing over ${pairs} pairs, in standard errors`, Math.abs(mean / error), 3, "",
		`  ${mean.toFixed(2)} µs, error ${error.toFixed(2)}, one pair ±${deviation.toFixed(1)}`);
	const mails = execFileSync(FILL, ["mail", join(large.dir, "conf/poststelle.conf"), "100"], { encoding: "utf8" }).trim().split("\n").map((line) => line.split(" ").map(Number));
	report("a mail to 100 mailboxes, named in To", median(mails.map(([named]) => named)), 200, " ms");
	report("a mail to 100 mailboxes, as Bcc", median(mails.map(([, blind]) => blind)), 200, " ms");
} finally {
	small.stop();
	large.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
