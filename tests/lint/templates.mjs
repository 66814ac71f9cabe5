// templates.mjs: `node tests/lint/templates.mjs [DIR]` lints every page of templates/ (escape.mjs).
// Before that it proves itself on tests/lint/bad: each file there must be found guilty of what its
// first line says.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Templates } from "./cs.mjs";
import { EscapeLint } from "./escape.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dir = process.argv[2] ?? join(here, "../../templates");
// What the program renders: pages, the mail's part for eyes; and what is rendered ahead. Parts are seen
// where those include them.
const renderers = [...readdirSync(join(here, "../../cgi-bin")).filter((name) => name.endsWith(".c")).map((name) => `cgi-bin/${name}`), "mk/error-pages"];
const rendered = new Set(renderers.flatMap((name) => readFileSync(join(here, "../..", name), "utf8").match(/\b\w+\.cst\b/g) ?? []));
const isPage = (file) => rendered.has(file);

function problemsOf(directory, file) {
	try {
		return new EscapeLint(new Templates(directory)).check(file);
	} catch (error) {
		return [error.message];
	}
}

let failed = 0;
const fail = (text) => {
	console.error(text);
	failed++;
};

const bad = join(here, "bad");
for (const file of readdirSync(bad).filter((name) => name.endsWith(".cst"))) {
	const expected = /^<\?cs # finds: (.+?) \?>/.exec(readFileSync(join(bad, file), "utf8"))?.[1];
	const found = problemsOf(bad, file);
	if (!expected || !found.some((problem) => problem.includes(expected))) {
		fail(`lint: ${file} should be found guilty of "${expected}", got: ${found.join("; ") || "nothing"}`);
	}
	if (found.length > 1) {
		fail(`lint: ${file} has more than one fault: ${found.join("; ")}`);
	}
}

const files = readdirSync(dir).filter((name) => name.endsWith(".cst"));
const used = new Set();
let pages = 0;
for (const file of files) {
	for (const match of readFileSync(join(dir, file), "utf8").matchAll(/include:"([^"]+)"/g)) {
		used.add(match[1]);
	}
	if (isPage(file)) {
		pages++;
		problemsOf(dir, file).forEach((problem) => fail(`templates/${problem}`));
	}
}
for (const file of files) {
	if (!isPage(file) && !used.has(file)) {
		fail(`templates/${file}: nothing renders it, and no page includes it`);
	}
}
if (failed > 0) {
	process.exit(1);
}
console.log(`templates: ${pages} pages, no findings`);
