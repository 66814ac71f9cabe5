// escape.mjs: holds templates to what keeps data from becoming markup.
//
// ClearSilver escapes every var: in html mode, but not what alt:, uvar:, evar:, name: and lvar:
// print, nor an expression with an escaping function in it; and escaping helps nothing in an
// unquoted attribute or at the start of an address. Each page is walked as it is rendered:
// includes and macros in the place where they are used, every branch of an if, with the state of
// an HTML reader beside it.
import { TemplateError } from "./cs.mjs";

const COMMANDS = new Set(["var", "if", "each", "with", "include", "def", "call"]);
const PATH = /^[A-Za-z_]\w*(\.\w+)*(\[[A-Za-z_]\w*(\.\w+)*\])?$/;
const URL_ATTRIBUTES = new Set(["href", "src", "action", "formaction", "data", "poster", "srcset"]);
const SPOKEN_ATTRIBUTES = new Set(["aria-label", "title", "alt", "placeholder", "aria-description"]);
const FORBIDDEN_ELEMENTS = new Set(["script", "style", "iframe", "object", "embed", "base", "template", "use", "foreignobject"]);
// Words that are the same in every language.
const NAMES = new Set(["Poststelle", "Deutsch", "English"]);
const MAX_DEPTH = 20;

// Where the HTML reader is. place: text, tag (inside a tag, between attributes), name (in an
// element's name), attribute (in an attribute's name), equals (behind "="), value (in quotes).
function startState() {
	return { place: "text", element: "", attribute: "", quote: "", value: "" };
}

// A branch may end behind an attribute without a value (" selected").
const rest = (state) => (state.place === "attribute" ? "tag" : state.place);
const same = (a, b) => rest(a) === rest(b) && (a.place !== "value" || a.attribute === b.attribute);

export class EscapeLint {
	constructor(templates) {
		this.templates = templates;
		this.problems = [];
	}

	// All problems of one page as "file:line: text".
	check(page) {
		this.problems = [];
		this.macros = new Map();
		// Documents for programs, not for people: their words are the format's.
		this.xml = this.templates.get(page)[0]?.html?.startsWith("<?xml") ?? false;
		this.form = null;
		this.depth = 0;
		const end = this.#walk(this.templates.get(page), startState(), page);
		if (end.place !== "text") {
			this.#report(page, 0, "the page ends inside a tag");
		}
		return [...new Set(this.problems)];
	}

	#report(file, line, text) {
		this.problems.push(`${file}:${line}: ${text}`);
	}

	#walk(nodes, state, file) {
		if (++this.depth > MAX_DEPTH) {
			throw new TemplateError(file, 0, "includes or calls itself");
		}
		for (const node of nodes) {
			state = node.cs ? this.#tag(node, state, file) : this.#html(node, state, file);
		}
		this.depth--;
		return state;
	}

	#tag(node, state, file) {
		if (!COMMANDS.has(node.command)) {
			this.#report(file, node.line, `${node.command}: is not allowed in templates`);
			return state;
		}
		switch (node.command) {
		case "var":
			return this.#variable(node, state, file);
		case "include": {
			const match = /^"([a-z_]+\.cst)"$/.exec(node.arg);
			if (!match) {
				this.#report(file, node.line, "include: takes the literal name of a template");
				return state;
			}
			return this.#walk(this.templates.get(match[1]), state, match[1]);
		}
		case "def": {
			const name = node.arg.slice(0, node.arg.indexOf("("));
			this.macros.set(name, { body: node.branches[0].body, file });
			return state;
		}
		case "call": {
			const name = node.arg.slice(0, node.arg.indexOf("("));
			const macro = this.macros.get(name);
			this.#expression(node.arg.slice(name.length + 1, -1), file, node.line);
			if (!macro) {
				this.#report(file, node.line, `no macro ${name}`);
				return state;
			}
			return this.#walk(macro.body, state, macro.file);
		}
		default:
			return this.#branches(node, state, file);
		}
	}

	#branches(node, state, file) {
		let end = null;
		for (const branch of node.branches) {
			if (branch.command === "if" || branch.command.startsWith("els") || branch.command === "elif") {
				this.#condition(branch, file);
			}
			const here = this.#walk(branch.body, { ...state }, file);
			if (end !== null && !same(end, here)) {
				this.#report(file, branch.line, "branches end in different places of the markup");
			}
			end = end ?? here;
		}
		const optional = node.command !== "if" || !node.branches.some((branch) => branch.command === "else");
		if (optional && !same(end, state)) {
			this.#report(file, node.line, `the body of ${node.command}: doesn't end where it began`);
		}
		// An address whose first piece is only there under a condition begins with what follows.
		return optional ? state : { ...end, place: rest(end) };
	}

	#condition(branch, file) {
		if (branch.command === "else") {
			return;
		}
		if (/[!=<>]=?\s*#?\d|#?\d\s*[!=<>]=/.test(branch.arg.replace(/"[^"]*"/g, '""'))) {
			this.#report(file, branch.line, 'a comparison with a number is true for "abc" too; compare with a text');
		}
		this.#expression(branch.arg, file, branch.line);
	}

	#expression(arg, file, line) {
		const bare = arg.replace(/"[^"]*"/g, '""');
		if (/[A-Za-z_]\w*\s*\(/.test(bare)) {
			this.#report(file, line, "no functions in expressions");
		}
	}

	// wrap() escapes for text and adds markup, so it stands in text alone.
	#variable(given, state, file) {
		const wrapped = /^wrap\((.+)\)$/.exec(given.arg)?.[1];
		const node = { ...given, arg: wrapped ?? given.arg };
		if (wrapped && state.place !== "text") {
			this.#report(file, node.line, "wrap() outside of text");
		}
		if (!PATH.test(node.arg)) {
			this.#report(file, node.line, `var: takes one variable, not ${node.arg}`);
		}
		if (state.place === "value") {
			if (URL_ATTRIBUTES.has(state.attribute) && state.value === "" &&
				node.arg !== "prefix" && !/(^|\.|_)href$|^href$/.test(node.arg)) {
				this.#report(file, node.line, `${state.attribute} begins with ${node.arg}: only prefix or a variable named href may`);
			}
			if (URL_ATTRIBUTES.has(state.attribute) && state.value === "\u0000prefix") {
				this.#report(file, node.line, `${state.attribute}: a "/" has to follow prefix`);
			}
			if (state.attribute === "style" || state.attribute.startsWith("on")) {
				this.#report(file, node.line, `a variable in ${state.attribute}`);
			}
			if (state.attribute === "name" && state.value === "" && node.arg === "csrf") {
				this.#report(file, node.line, "the token as a name");
			}
			if (state.attribute === "value" && node.arg === "csrf" && this.form) {
				this.form.token = true;
			}
			return { ...state, value: state.value + (node.arg === "prefix" && state.value === "" ? "\u0000prefix" : "\u0000") };
		}
		if (state.place !== "text") {
			this.#report(file, node.line, `${node.arg} inside a tag, outside of a quoted value`);
		}
		return state;
	}

	#html(node, state, file) {
		let { place, element, attribute, quote, value } = state;
		let line = node.line;
		let spoken = "";
		const say = (text) => this.#report(file, line, text);

		for (let i = 0; i < node.html.length; i++) {
			const c = node.html[i];
			if (c === "\n") {
				line++;
			}
			switch (place) {
			case "text":
				if (c === "<" && node.html.startsWith("<!--", i)) {
					say("no HTML comments: they go to the browser");
				}
				if (c === "<") {
					place = "name";
					element = "";
				} else {
					spoken += c;
				}
				break;
			case "name":
				if (/[\s>]/.test(c)) {
					this.#element(element, file, line);
					place = c === ">" ? "text" : "tag";
				} else {
					element += c.toLowerCase();
				}
				break;
			case "tag":
				if (c === ">") {
					place = "text";
				} else if (!/\s/.test(c)) {
					place = "attribute";
					attribute = c.toLowerCase();
				}
				break;
			case "attribute":
				if (c === "=") {
					place = "equals";
					if (attribute === "style" || /^on/.test(attribute)) {
						say(`attribute ${attribute} (the pages allow no inline style and no script)`);
					}
				} else if (/[\s>]/.test(c)) {
					place = c === ">" ? "text" : "tag";
				} else {
					attribute += c.toLowerCase();
				}
				break;
			case "equals":
				if (c === '"') {
					place = "value";
					quote = c;
					value = "";
				} else {
					say(`attribute ${attribute} without double quotes`);
					place = "tag";
				}
				break;
			case "value":
				if (c === quote) {
					place = "tag";
					this.#value(element, attribute, value, file, line);
				} else {
					if (value === "\u0000prefix" && URL_ATTRIBUTES.has(attribute) && c !== "/") {
						say(`${attribute}: a "/" has to follow prefix`);
					}
					value += c;
				}
				break;
			}
		}
		for (const word of spoken.replace(/&[a-z]+;/g, " ").match(/\p{L}{2,}/gu) ?? []) {
			if (!this.xml && !NAMES.has(word) && element !== "!doctype") {
				say(`the word "${word}": texts of the interface stand in templates/lang`);
			}
		}
		return { place, element, attribute, quote, value };
	}

	#element(element, file, line) {
		if (FORBIDDEN_ELEMENTS.has(element)) {
			this.#report(file, line, `element ${element} is not allowed`);
		}
		if (element === "form") {
			this.form = { post: false, token: false, line, file };
		}
		if (element === "/form" && this.form) {
			if (this.form.post && !this.form.token) {
				this.#report(file, this.form.line, "a form that posts without the token (call:csrf())");
			}
			this.form = null;
		}
	}

	#value(element, attribute, value, file, line) {
		if (element === "form" && attribute === "method" && value === "post" && this.form) {
			this.form.post = true;
		}
		if (URL_ATTRIBUTES.has(attribute)) {
			if (/^\s*(javascript|data|vbscript):/i.test(value)) {
				this.#report(file, line, `${attribute} with ${value.split(":")[0]}:`);
			}
			if (/^(\w+:)?\/\//.test(value)) {
				this.#report(file, line, `${attribute} leads away from this server`);
			}
		}
		if (SPOKEN_ATTRIBUTES.has(attribute) && /\p{L}{2,}/u.test(value)) {
			this.#report(file, line, `the words of ${attribute} belong into templates/lang`);
		}
	}
}
