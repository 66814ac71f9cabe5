// languages.mjs: `node tests/lint/languages.mjs [ROOT]` holds templates/lang/de.hdf and en.hdf to the
// same keys in the same order with the same {1}..{3}; every key that a template or the C code uses
// has to be there, and none may stand there unused.
//
// How keys are used: T.a.b in templates; in C every string literal that is a key (text(req, "a.b"),
// tables), a literal that ends in "." or holds a %-directive (the rest is computed), and
//	page_redirect(req, "K", ...)       T.flash.K
//	field_error(req, "F", "R"), ps_invalid(error, "F", "R", ...)   T.error.F.R or T.error.R
//	text_check_line(text, "F", ...)    the same with the reasons control and too_long
//	a key K with K.title and K.text    page.csrf, page.404
//	K in mk/error-pages                K.title and K.text
//	T.field.F                          the name of a field in a template, or in the change log
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../..");
const problems = [];
const say = (text) => problems.push(text);

function readLanguage(file) {
	const texts = new Map();
	let block = null;
	readFileSync(join(root, "templates/lang", file), "utf8").split("\n").forEach((line, index) => {
		const at = `${file}:${index + 1}`;
		if (line.trim() === "" || line.startsWith("#")) {
			return;
		}
		const open = /^T\.([a-z0-9_]+) \{$/.exec(line);
		const entry = /^\t([a-z0-9_]+(?:\.[a-z0-9_-]+)*) = (.+)$/.exec(line);
		if (open && block === null) {
			block = open[1];
		} else if (line === "}" && block !== null) {
			block = null;
		} else if (entry && block !== null) {
			const key = `${block}.${entry[1]}`;
			if (texts.has(key)) {
				say(`${at}: ${key} stands there twice`);
			}
			if (/<\/?[a-z]/i.test(entry[2]) && !/<[^>]*@/.test(entry[2])) {
				say(`${at}: ${key} holds markup, which pages show as it stands`);
			}
			if (/\s$|  /.test(entry[2])) {
				say(`${at}: ${key} has stray blanks`);
			}
			texts.set(key, entry[2]);
		} else {
			say(`${at}: neither "T.block {", "\tkey = text" nor "}"`);
		}
	});
	return texts;
}

function compare(de, en) {
	const left = [...de.keys()];
	const right = [...en.keys()];
	left.filter((key) => !en.has(key)).forEach((key) => say(`en.hdf: ${key} is missing`));
	right.filter((key) => !de.has(key)).forEach((key) => say(`de.hdf: ${key} is missing`));
	if (problems.length === 0) {
		const index = left.findIndex((key, i) => right[i] !== key);
		if (index >= 0) {
			say(`the order differs from ${left[index]} on`);
		}
	}
	for (const [key, text] of de) {
		const marks = (t) => [...new Set((t ?? "").match(/\{\d\}/g) ?? [])].sort().join("");
		if (en.has(key) && marks(text) !== marks(en.get(key))) {
			say(`${key}: {1}..{3} differ`);
		}
	}
}

function sources(dir, end) {
	return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => entry.isDirectory() && dir !== "templates"
		? sources(`${dir}/${entry.name}`, end)
		: entry.name.endsWith(end)
			? [{ name: `${dir}/${entry.name}`, text: readFileSync(join(root, dir, entry.name), "utf8") }]
			: []);
}

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, " ").replace(/(^|[^:"])\/\/.*$/gm, "$1");

const de = readLanguage("de.hdf");
const en = readLanguage("en.hdf");
compare(de, en);

const used = new Set();
const words = new Set();      // every string literal of the C code
const patterns = [];          // of literals whose rest is computed
const blocks = new Set([...de.keys()].map((key) => key.split(".")[0]));
const fields = new Set();

const need = (keys, where) => {
	const found = keys.filter((key) => de.has(key));
	found.forEach((key) => used.add(key));
	if (found.length === 0) {
		say(`${where}: no text ${keys.join(" or ")}`);
	}
};

for (const { name, text } of sources("templates", ".cst")) {
	const code = text.replace(/<\?cs\s*#[\s\S]*?\?>/g, "");
	for (const [, key] of code.matchAll(/\bT\.([a-z0-9_]+(?:\.[a-z0-9_-]+)*)/g)) {
		const leaf = [...de.keys()].some((other) => other.startsWith(`${key}.`));
		if (!leaf) {
			need([key], name);
		}
	}
	// with:s = T.state names the block once; its texts are s.NAME
	for (const [, short, block] of code.matchAll(/with:(\w+)\s*=\s*T\.(\w+)/g)) {
		for (const [, key] of code.matchAll(new RegExp(`\\b${short}\\.(\\w+)`, "g"))) {
			need([`${block}.${key}`], name);
		}
	}
	for (const [, field] of code.matchAll(/(?:\bname="|call:field_\w+\(")(\w+)"/g)) {
		fields.add(field);
	}
}

for (const { name, text } of [...sources("cgi-bin", ".c"), ...sources("lib", ".c")]) {
	const code = withoutComments(text);
	for (const [, literal] of code.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)) {
		words.add(literal);
		if (/^[a-z0-9_]+(\.[a-z0-9_%-]+)*\.?$/.test(literal) && blocks.has(literal.split(".")[0]) &&
			!["error", "flash", "field"].includes(literal.split(".")[0])) {
			if (literal.endsWith(".") && literal !== ".") {
				patterns.push(new RegExp(`^${literal.replaceAll(".", "\\.")}`));
			} else if (literal.includes("%") && literal.includes(".")) {
				patterns.push(new RegExp(`^${literal.replaceAll(".", "\\.").replace(/%[a-z]+/g, "[a-z0-9_.-]+")}$`));
			} else if (de.has(literal)) {
				used.add(literal);
			} else if (de.has(`${literal}.title`)) {
				used.add(`${literal}.title`);
				used.add(`${literal}.text`);
			}
		}
	}
	const calls = (pattern) => [...code.matchAll(pattern)];
	for (const [, key] of calls(/\btext(?:_with)?\(\s*\w+,\s*"([^"%]+)"/g)) {
		if (!key.endsWith(".")) {
			need([key], name);
		}
	}
	for (const [, key] of calls(/\bpage_redirect\(\s*\w+,\s*"(\w+)"/g)) {
		need([`flash.${key}`], name);
	}
	for (const [, field, reason] of calls(/\b(?:field_error|ps_invalid)\(\s*\w+,\s*"(\w+)",\s*"(\w+)"/g)) {
		need([`error.${field}.${reason}`, `error.${reason}`], name);
	}
	for (const [, field] of calls(/\btext_check_line\([^,]+,\s*"(\w+)"/g)) {
		["control", "too_long"].forEach((reason) => need([`error.${field}.${reason}`, `error.${reason}`], name));
	}
}

for (const [key] of readFileSync(join(root, "mk/error-pages"), "utf8").matchAll(/\b(?:page|server)\.\d+\b/g)) {
	need([`${key}.title`], "mk/error-pages");
	need([`${key}.text`], "mk/error-pages");
}

for (const key of de.keys()) {
	const parts = key.split(".");
	const last = parts[parts.length - 1];
	const reached = used.has(key) || patterns.some((pattern) => pattern.test(key)) ||
		(parts[0] === "error" && words.has(last)) ||
		(parts[0] === "flash" && words.has(last)) ||
		(parts[0] === "field" && (fields.has(last) || words.has(last)));
	if (!reached) {
		say(`${key}: nothing uses it`);
	}
}

if (problems.length > 0) {
	console.error([...new Set(problems)].join("\n"));
	process.exit(1);
}
console.log(`languages: ${de.size} texts in both, no findings`);
