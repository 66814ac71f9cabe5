// html.mjs: reads our own pages (well-formed, attributes in double quotes) without a browser.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

export function decode(text) {
	return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (all, hex, dec, name) =>
		name ? ENTITIES[name] ?? all : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(dec)));
}

export function attributes(tag) {
	const found = {};
	for (const [, name, value] of tag.matchAll(/\s([a-z][a-z0-9-]*)(?:="([^"]*)")?/gi)) {
		found[name.toLowerCase()] = decode(value ?? "");
	}
	return found;
}

// The words that a person reads, white space collapsed.
export function textOf(html) {
	return decode(html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, " ").replace(/<wbr>/g, "").replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();
}

// [{tag, attributes, inner}] of an element that doesn't hold itself.
export function elements(html, name) {
	return [...html.matchAll(new RegExp(`<${name}\\b([^>]*)>(?:([\\s\\S]*?)</${name}>)?`, "g"))]
		.map(([, tag, inner]) => ({ attributes: attributes(tag), inner: inner ?? "", text: textOf(inner ?? "") }));
}

export const titleOf = (html) => elements(html, "title")[0]?.text ?? "";
export const headingOf = (html) => elements(html, "h1")[0]?.text ?? "";

export function linksOf(html) {
	return elements(html, "a").filter((a) => a.attributes.href !== undefined)
		.map((a) => ({ href: a.attributes.href, text: a.text }));
}

// [{method, action, fields}]: fields as a browser would send them if nothing were touched.
export function formsOf(html) {
	return elements(html, "form").map((form) => {
		const fields = {};
		for (const [, tag] of form.inner.matchAll(/<input\b([^>]*)>/g)) {
			const input = attributes(tag);
			const ticks = input.type === "checkbox" || input.type === "radio";
			if (input.name && (!ticks || "checked" in input)) {
				fields[input.name] = input.value ?? "";
			}
		}
		for (const area of elements(form.inner, "textarea")) {
			const inner = new RegExp(`<textarea\\b[^>]*name="${area.attributes.name}"[^>]*>\\n?([\\s\\S]*?)</textarea>`).exec(form.inner);
			fields[area.attributes.name] = decode(inner?.[1] ?? "");
		}
		for (const select of elements(form.inner, "select")) {
			const options = elements(select.inner, "option");
			const chosen = options.find((option) => "selected" in option.attributes) ?? options[0];
			if (chosen) {
				fields[select.attributes.name] = chosen.attributes.value ?? chosen.text;
			}
		}
		return { method: (form.attributes.method ?? "get").toLowerCase(), action: form.attributes.action ?? "", fields, html: form.inner };
	});
}

// What a refused form says: {summary: [{field, text}], byField: {name: text}}.
export function errorsOf(html) {
	const box = /<section class="errors"[\s\S]*?<\/section>/.exec(html)?.[0] ?? "";
	const byField = {};
	for (const p of elements(html, "p").filter((e) => e.attributes.class === "error")) {
		byField[p.attributes.id.replace(/-error$/, "")] = p.text;
	}
	return {
		summary: elements(box, "li").map((li) => ({ field: /href="#([^"]*)"/.exec(li.inner)?.[1] ?? "", text: li.text })),
		byField,
	};
}
