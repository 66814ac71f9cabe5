// man.mjs: `node tests/lint/man.mjs [ROOT]` holds the man pages to the programs.
//
// poststelle(1): every command of cli/main.c's table has an entry (.It Ic) and every entry is a
// command; so is every long option of cli/*.c.
// poststelle.conf(5): every key of lib/base/config.c's table has an entry (.It Cm) below its group
// (.Ss [group]) that ends with a line of its kind, range and default; and the other way round.
// Pages say which of Poststelle's pages they refer to; those have to be there.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const read = (name) => fs.readFileSync(path.join(root, name), 'utf8');
const problems = [];
const complain = (page, text) => problems.push(`docs/man/${page}: ${text}`);

// What two sets don't share.
function compare(page, what, inCode, inPage) {
	if (inCode.size === 0)
		complain(page, `no ${what} found in the code: this lint has to learn its new form`);
	for (const name of inCode)
		if (!inPage.has(name)) complain(page, `${what} ${name} is missing`);
	for (const name of inPage)
		if (!inCode.has(name)) complain(page, `${what} ${name} doesn't exist`);
}

// The table between "NAME[] = {" and "};".
function table(source, name) {
	const found = source.match(new RegExp(`\\b${name}\\[\\] = \\{([\\s\\S]*?)\\n\\};`));
	return found ? found[1] : '';
}

function checkCommands() {
	const page = 'poststelle.1';
	const text = read(`docs/man/${page}`);
	const commands = new Set();
	for (const [, name] of table(read('cli/main.c'), 'entries').matchAll(/\{"([a-z -]+)", command_/g))
		commands.add(name);
	const section = text.match(/\n\.Sh COMMANDS\n([\s\S]*?)\n\.Sh /)?.[1] ?? '';
	const described = new Set();
	for (const [, words] of section.matchAll(/^\.It Ic (.+)$/gm))
		described.add(words.match(/^[a-z]+(?: [a-z-]+)*/)[0]);
	compare(page, 'command', commands, described);

	const options = new Set(['--config', '--help', '--version']);
	for (const file of fs.readdirSync(path.join(root, 'cli')).filter((name) => name.endsWith('.c')))
		for (const [, name] of read(`cli/${file}`).matchAll(/\{"([a-z-]+)", \S+, \S+, G_OPTION_ARG_/g))
			options.add(`--${name}`);
	compare(page, 'option', options, new Set([...text.matchAll(/\bFl -([a-z-]+)/g)].map((m) => `--${m[1]}`)));
}

// "group.key" -> the line that ends its entry.
function configKeys() {
	const source = read('lib/base/config.c');
	const rows = table(source, 'keys').replace(/\s+/g, ' ');
	const keys = new Map();
	const preset = (value, none) => (value === 'NULL' ? 'required' : value === '""' ? none : `default ${JSON.parse(value)}`);
	for (const [, group, name, value] of rows.matchAll(/TEXT\("(\w+)", "(\w+)", \w+, (NULL|"[^"]*")\)/g))
		keys.set(`${group}.${name}`, value === '""' ? 'Text; empty by default.' : `Text; ${preset(value)}.`);
	for (const [, group, name, value, min, max] of rows.matchAll(/NUMBER\("(\w+)", "(\w+)", \w+, (NULL|"[^"]*"), (\d+), (\d+)\)/g))
		keys.set(`${group}.${name}`, `Number from ${min} to ${max}; ${preset(value, 'empty')}.`);
	for (const [, group, name, value] of rows.matchAll(/SWITCH\("(\w+)", "(\w+)", \w+, ("[^"]*")\)/g))
		keys.set(`${group}.${name}`, `true or false; ${preset(value, 'empty')}.`);
	const kinds = { KEY_LIST: 'List separated by blanks' };
	for (const [, group, name, kind, value] of rows.matchAll(/\{"(\w+)", "(\w+)", (KEY_\w+), offsetof\([^)]*\), (NULL|"[^"]*"),/g))
		keys.set(`${group}.${name}`, `${kinds[kind]}; ${preset(value, 'empty')}.`);
	const count = (rows.match(/TEXT\(|NUMBER\(|SWITCH\(|\{"/g) ?? []).length;
	if (count !== keys.size)
		complain('poststelle.conf.5', `lib/base/config.c has ${count} keys, this lint understands ${keys.size}`);
	for (const [, group, name] of table(source, 'file_keys').matchAll(/\{"(\w+)", "(\w+)", KEY_TEXT/g))
		keys.set(`${group}.${name}`, 'Text; not set by default.');
	return keys;
}

function checkKeys() {
	const page = 'poststelle.conf.5';
	const section = read(`docs/man/${page}`).match(/\n\.Sh KEYS\n([\s\S]*?)\n\.Sh /)?.[1] ?? '';
	const keys = configKeys();
	const described = new Map();
	for (const part of section.split(/^\.Ss /m).slice(1)) {
		const group = part.match(/^\[(\w+)\]/)?.[1];
		for (const item of part.split(/^\.It Cm /m).slice(1)) {
			const lines = item.replace(/\n\.El[\s\S]*/, '').trimEnd().split('\n');
			described.set(`${group}.${lines[0]}`, lines.at(-1));
		}
	}
	compare(page, 'key', new Set(keys.keys()), new Set(described.keys()));
	for (const [name, line] of keys)
		if (described.has(name) && described.get(name) !== line)
			complain(page, `key ${name} has to end with the line "${line}", not "${described.get(name)}"`);
}

function checkReferences() {
	const pages = fs.readdirSync(path.join(root, 'docs/man'));
	for (const page of pages)
		for (const [, name, section] of read(`docs/man/${page}`).matchAll(/^\.Xr (poststelle\S*) (\d)/gm))
			if (!pages.includes(`${name}.${section}`)) complain(page, `refers to ${name}(${section}), which doesn't exist`);
}

checkCommands();
checkKeys();
checkReferences();
for (const problem of problems) console.error(problem);
console.log(`man pages: ${problems.length === 0 ? 'hold what the programs have' : `${problems.length} problems`}`);
process.exitCode = problems.length === 0 ? 0 : 1;
