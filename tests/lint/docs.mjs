// docs.mjs: `node tests/lint/docs.mjs [ROOT]` holds what docs/architecture.md and CONTRIBUTING.md name
// to the sources: `function()` is one of ours, and defined in the file that stands behind it in
// parentheses; `path/to/file` and `file.c` are there.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../..");
const DOCS = ["docs/architecture.md", "CONTRIBUTING.md"];
// Other people's.
const FOREIGN = /^(?:smfi_\w+|sigtimedwait|epoll_pwait|flock)$/;
// What stands for any name.
const ANY = /NAME|PAGE|NNNN|LANGUAGE|\*|[{}]/;
const PATH = /^[\w.-]+(?:\/[\w.-]+)+\/?$|^[\w-]+\.(?:c|h|cst|hdf|ini|sql|cf|mk|mjs|sh)$/;

const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n")
	.filter((path) => existsSync(join(root, path)));
const names = new Set(files.map((path) => basename(path)));
const sources = new Map(files.filter((path) => /^(?:lib|cgi-bin|milter|cli|stack)\/.*\.[ch]$/.test(path))
	.map((path) => [path, readFileSync(join(root, path), "utf8")]));
const problems = [];

// A definition or declaration, at the beginning of a line.
const has = (text, name) => new RegExp(`^[a-zA-Z].*\\b${name}\\(`, "m").test(text);

function isThere(path) {
	return names.has(path) || existsSync(join(root, path)) ||
		[".c", ".h"].some((ending) => existsSync(join(root, path + ending)));
}

let count = 0;
for (const doc of DOCS) {
	const text = readFileSync(join(root, doc), "utf8");
	const complain = (what) => problems.push(`${doc}: ${what}`);

	for (const [, name, file] of text.matchAll(/`(\w+)\(\)`(?:\s+\(`([^`]+\.[ch])`)?/g)) {
		if (FOREIGN.test(name)) {
			continue;
		}
		count++;
		const [path, source] = [...sources].find(([one]) => file !== undefined && one === file) ?? [];
		if (![...sources.values()].some((one) => has(one, name))) {
			complain(`${name}() is nowhere`);
		} else if (path !== undefined && !has(source, name)) {
			complain(`${name}() is not in ${path}`);
		}
	}
	for (const [, path] of text.matchAll(/`([^`\s]+)`/g)) {
		if (!PATH.test(path) || ANY.test(path)) {
			continue;
		}
		count++;
		if (!isThere(path)) {
			complain(`${path} is not there`);
		}
	}
}
if (count < 100) {
	problems.push("too few names were found: this lint has to learn how they are written");
}
problems.forEach((problem) => console.error(problem));
if (problems.length > 0) {
	process.exit(1);
}
console.log(`docs: ${count} names of functions and files are true`);
