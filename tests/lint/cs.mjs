// cs.mjs: reads a ClearSilver template into a tree, for the lint.
//
// A node is {html, line} or {cs, command, arg, line, branches: [{command, arg, body}]}.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const BLOCKS = new Set(["if", "each", "with", "def", "alt", "escape", "loop"]);

export class TemplateError extends Error {
	constructor(file, line, text) {
		super(`${file}:${line}: ${text}`);
	}
}

// "if:x == 1" -> ["if", "x == 1"]; "/if" -> ["/if", ""]
function split(tag) {
	const match = /^\s*(\/?[a-z]+)\s*(?:[:!]\s*([\s\S]*))?$/.exec(tag);
	return match ? [match[1], (match[2] ?? "").trim()] : ["?", tag.trim()];
}

export function parse(text, file) {
	const root = { body: [] };
	const stack = [{ name: null, target: root.body }];
	let at = 0;
	let line = 1;

	const top = () => stack[stack.length - 1];
	const count = (piece) => {
		line += piece.split("\n").length - 1;
	};
	while (at < text.length) {
		const open = text.indexOf("<?cs", at);
		const html = text.slice(at, open < 0 ? text.length : open);
		if (html) {
			top().target.push({ html, line });
		}
		count(html);
		if (open < 0) {
			break;
		}
		const close = text.indexOf("?>", open);
		if (close < 0) {
			throw new TemplateError(file, line, "a tag without its end");
		}
		const tag = text.slice(open + 4, close);
		if (!/^\s*#/.test(tag)) {
			const [command, arg] = split(tag);
			if (command === "else" || command === "elif" || command === "elseif") {
				if (top().name !== "if") {
					throw new TemplateError(file, line, `${command} without if`);
				}
				const branch = { command, arg, body: [], line };
				top().node.branches.push(branch);
				top().target = branch.body;
			} else if (command.startsWith("/")) {
				if (top().name !== command.slice(1)) {
					throw new TemplateError(file, line, `${command} closes ${top().name ?? "nothing"}`);
				}
				stack.pop();
			} else {
				const node = { cs: true, command, arg, line, branches: [] };
				top().target.push(node);
				if (BLOCKS.has(command)) {
					const branch = { command, arg, body: [], line };
					node.branches.push(branch);
					stack.push({ name: command, node, target: branch.body });
				}
			}
		}
		count(text.slice(open, close + 2));
		at = close + 2;
	}
	if (stack.length > 1) {
		throw new TemplateError(file, line, `${top().name} is not closed`);
	}
	return root.body;
}

// The templates of a directory by name, parsed when they are first asked for.
export class Templates {
	#dir;
	#parsed = new Map();

	constructor(dir) {
		this.#dir = dir;
	}

	get(name) {
		if (!this.#parsed.has(name)) {
			this.#parsed.set(name, parse(readFileSync(join(this.#dir, name), "utf8"), name));
		}
		return this.#parsed.get(name);
	}
}
