// includes.mjs: `node tests/lint/includes.mjs [ROOT]` holds the sources to the house's order: who
// may include whom (tests, and the tools of mk, whatever they like), a first line that says what the
// file does, and no file too long to be read.
//
// Layers: cgi-bin, milter, cli and the demo office in stack use lib, and nobody uses them. Rooms of
// lib use those further down in the list below, never those above; files use each other without a
// circle (a header and the .c of its name are one). In one program no two files have a static
// function or a type of the same name, so that a debugger can tell them apart. Before that it proves
// itself on tests/lint/bad/includes: each file there is a little tree that must be found guilty of
// what its first line says, and of nothing else.
// `--map` prints which room uses which.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

// From above to below.
const ROOMS = ["journal", "mailbox", "user", "office", "mail", "db", "base"];
const LAYERS = ["cgi-bin", "milter", "cli", "stack"];
const MOST_LINES = 400;

// Headers without a .c of their name: the handlers of all pages, a type or a number alone, the demo office.
const ALONE = new Set(["cgi-bin/pages.h", "lib/db/list_page.h", "lib/office/actor.h",
	"stack/office/office.h"]);

const C_FILE = /\.[ch]$/;
const TOLD = /\.(?:[ch]|mjs|sh|py|php|cst|sql|hdf|ini|mk|conf|cf|service|css|example)$|(?:^|\/)Makefile$/;
const UNTOLD = /^tests\/lint\/bad\/|^tests\/browser\/sample\/|^mk\/config-samples\//;

/* ---- who includes whom ---- */

const moduleOf = (path) => path.replace(C_FILE, "");

// "lib/mailbox", "cgi-bin", "tests", ...: what an arrow between rooms goes from and to.
function placeOf(path) {
	const parts = path.split("/");
	return parts[0] === "lib" && parts.length > 2 ? `lib/${parts[1]}` : parts[0];
}

function mayUse(from, to) {
	if (from === to || from === "tests" || from === "mk") {
		return true;
	}
	const [above, below] = [from, to].map((place) => ROOMS.indexOf(place.slice("lib/".length)));
	return LAYERS.includes(from) ? below >= 0 : below >= 0 && above >= 0 && above < below;
}

// What the text of a file includes of our own.
function includesOf(text) {
	const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
	return [...code.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map(([, path]) => path);
}

function arrows(files, say) {
	const graph = new Map();
	for (const [path, text] of files) {
		if (!C_FILE.test(path)) {
			continue;
		}
		const from = moduleOf(path);
		graph.set(from, graph.get(from) ?? new Set());
		for (const included of includesOf(text)) {
			if (!files.has(included)) {
				if (!/^(?:cs|util)\//.test(included)) { // ClearSilver's own
					say(`${path}: includes "${included}", which is no path from the root of the tree`);
				}
				continue;
			}
			if (!mayUse(placeOf(path), placeOf(included))) {
				say(`${path}: includes ${included}, which is above it`);
			}
			if (moduleOf(included) !== from) {
				graph.get(from).add(moduleOf(included));
			}
		}
	}
	return graph;
}

// Each circle once, as the way round it.
function circles(graph, say) {
	const state = new Map();
	const way = [];
	const visit = (node) => {
		state.set(node, "open");
		way.push(node);
		for (const next of [...(graph.get(node) ?? [])].sort()) {
			if (state.get(next) === "open") {
				say(`a circle of includes: ${[...way.slice(way.indexOf(next)), next].join(" -> ")}`);
			} else if (!state.has(next)) {
				visit(next);
			}
		}
		way.pop();
		state.set(node, "done");
	};
	[...graph.keys()].sort().forEach((node) => state.has(node) || visit(node));
}

// lib/x/y.c lies in a room; a header has the .c of its name beside it.
function homes(files, say) {
	for (const path of files.keys()) {
		const parts = path.split("/");
		if (parts[0] === "lib" && (parts.length !== 3 || !ROOMS.includes(parts[1]))) {
			say(`${path}: lies in no room of lib`);
		}
		if (path.endsWith(".h") && parts[0] !== "tests" && !ALONE.has(path) && !files.has(`${moduleOf(path)}.c`)) {
			say(`${path}: there is no ${basename(moduleOf(path))}.c that does what it declares`);
		}
	}
}

/* ---- what a file says of itself ---- */

// The first words of the comment that a file begins with. A #! line and what opens a document or a
// page may come before it. "": it begins with something else.
function firstWords(text) {
	for (const line of text.split("\n", 4)) {
		const rest = line.replace(/^#!.*|^<!DOCTYPE[^>]*>|^<\?xml[^>]*\?>|^<\?php/, "").replace(/^<\?cs/, "").trim();
		const comment = /^(?:\/\*|\*(?!\/)|\/\/|--|#(?!include)|""")\s*(.*?)\s*(?:\*\/|\?>.*)?$/.exec(rest);
		if (rest !== "" && comment === null) {
			return "";
		}
		if (comment !== null && comment[1] !== "") {
			return comment[1];
		}
	}
	return "";
}

function purposes(files, say) {
	const told = new Map();
	for (const [path, text] of files) {
		if (UNTOLD.test(path) || !(TOLD.test(path) || text.startsWith("#!"))) {
			continue;
		}
		const words = firstWords(text);
		const name = basename(path);
		if (words === "") {
			say(`${path}: its first line doesn't say what it does`);
			continue;
		}
		if (C_FILE.test(path) && !text.startsWith(`/* ${name}: `)) {
			say(`${path}: its first line doesn't begin with "${name}: "`);
			continue;
		}
		const purpose = words.startsWith(`${name}: `) ? words.slice(name.length + 2) : words;
		if (/^see\b/i.test(purpose) || /\bsee [\w/]+\.[ch]\b/i.test(purpose)) {
			say(`${path}: its first line sends the reader elsewhere ("${purpose}")`);
		} else if (purpose.split(/\s+/).length < 3) {
			say(`${path}: its first line says too little ("${purpose}")`);
		} else if (C_FILE.test(path) && told.has(purpose)) {
			say(`${path}: its first line is that of ${told.get(purpose)}`);
		}
		told.set(purpose, path);
	}
}

/* ---- names ---- */

// The static functions that a file defines, and the types that it names for itself.
function localNames(path, text) {
	const code = text.replace(/\/\*[\s\S]*?\*\//g, " ");
	const functions = [...code.matchAll(/^static [^=;{}()]*?\b(\w+)\([^;{}]*\)\s*\{/gm)].map(([, name]) => name);
	return path.endsWith(".c") ? [...functions, ...[...code.matchAll(/^\} (\w+);/gm)].map(([, name]) => name)] : [];
}

function names(files, say) {
	const program = (path) => placeOf(path).startsWith("lib/") ? "lib" : placeOf(path);
	const homes = new Map();
	for (const [path, text] of files) {
		if (["lib", "cgi-bin", "cli"].includes(program(path))) {
			localNames(path, text).forEach((name) => homes.set(name, [...(homes.get(name) ?? []), path]));
		}
	}
	for (const [name, paths] of homes) {
		paths.forEach((path, index) => {
			const other = paths.slice(0, index).find((one) => one !== path &&
				(program(one) === program(path) || [program(one), program(path)].includes("lib")));
			if (other !== undefined) {
				say(`${path}: has a ${name} as ${other} has one`);
			}
		});
	}
}

/* ---- columns ---- */

// A column of a statement has a name (an enum beside the statement); a sole one may be number 0.
function columns(files, say) {
	for (const [path, text] of files) {
		if (path.startsWith("lib/") || path.startsWith("stack/")) {
			for (const [, number] of text.matchAll(/\bdb_rows_(?:u64|i64|text|blob|is_null)\(\w+, ([1-9]\d*)/g)) {
				say(`${path}: column ${number} has no name`);
			}
		}
	}
}

/* ---- size ---- */

function lengths(files, say) {
	for (const [path, text] of files) {
		const lines = text.split("\n").length - 1;
		if (C_FILE.test(path) && lines > MOST_LINES) {
			say(`${path}: ${lines} lines, more than ${MOST_LINES}`);
		}
	}
}

function check(files) {
	const found = [];
	const say = (text) => found.push(text);
	const graph = arrows(files, say);
	circles(graph, say);
	homes(files, say);
	purposes(files, say);
	names(files, say);
	columns(files, say);
	lengths(files, say);
	return { found: [...new Set(found)], graph };
}

/* ---- the proof, and the tree ---- */

// A sample: "# finds: WORDS", then files, each under "== PATH" ("== PATH x N": its last line N times).
function sample(text) {
	const files = new Map();
	for (const part of text.split(/^== /m).slice(1)) {
		const [, path, times] = /^(\S+)(?: x (\d+))?\n/.exec(part);
		const body = part.slice(part.indexOf("\n") + 1);
		const last = body.trimEnd().split("\n").at(-1);
		files.set(path, body + `${last}\n`.repeat(times ? Number(times) - 1 : 0));
	}
	return files;
}

let failed = 0;
const fail = (text) => {
	console.error(text);
	failed++;
};

const bad = join(here, "bad/includes");
for (const name of readdirSync(bad)) {
	const text = readFileSync(join(bad, name), "utf8");
	const expected = /^# finds: (.+)/.exec(text)?.[1];
	const { found } = check(sample(text));
	if (expected === undefined || found.length !== 1 || !found[0].includes(expected)) {
		fail(`lint: ${name} should be found guilty of "${expected}" alone, got: ${found.join("; ") || "nothing"}`);
	}
}

const args = process.argv.slice(2).filter((arg) => arg !== "--map");
const root = args[0] ?? join(here, "../..");
const paths = execFileSync("git", ["-C", root, "ls-files", "-co", "--exclude-standard"], { encoding: "utf8" })
	.split("\n").filter((path) => path !== "" && !path.endsWith(".svg") && statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
const files = new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
const { found, graph } = check(files);
found.forEach(fail);

if (process.argv.includes("--map")) {
	const uses = new Map();
	for (const [from, others] of graph) {
		others.forEach((to) => placeOf(from) === placeOf(to) ||
			uses.set(placeOf(from), (uses.get(placeOf(from)) ?? new Set()).add(placeOf(to))));
	}
	[...LAYERS, ...ROOMS.map((room) => `lib/${room}`)].forEach((place) =>
		console.log(`${place}: ${[...(uses.get(place) ?? [])].sort().join(" ")}`));
}
if (failed > 0) {
	process.exit(1);
}
console.log(`includes: ${graph.size} modules, no circle and no arrow up`);
