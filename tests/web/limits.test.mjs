// What is too long is told beside its field with what the limit is, on every page, all of it at once, and the
// field is named in the summary.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { adminClient } from "./lib/client.mjs";
import { ROOT, env } from "./lib/env.mjs";
import { elements, errorsOf, formsOf, textOf } from "./lib/html.mjs";
import { cli, sql } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const mailbox = (await admin.saveMailbox(`grenzen.${stamp}`)).path.split("/").pop();
cli("mailbox", "assign", `grenzen.${stamp}@${env.DOMAIN}`, "--add", env.ADMIN_LOGIN);
const list = (await admin.save(await admin.get("/lists"), "/lists", { address: `grenzen.liste.${stamp}@${env.DOMAIN}` })).path.split("/").pop();
const domain = sql(`SELECT id FROM domain WHERE name = '${env.DOMAIN}'`)[0][0];
const user = sql(`SELECT id FROM user WHERE login = '${env.STAFF_LOGIN}'`)[0][0];

// Every page that a route has, of what was made for it.
const pages = [...readFileSync(`${ROOT}/cgi-bin/routes.c`, "utf8").matchAll(/\{"GET", "([^"]+)", RIGHT_(?:ADMIN|SIGNED_IN|MAILBOX)/g)].map(([, path]) => path
	.replace(/^(\/(?:mailboxes|my))\/\{id\}/, `$1/${mailbox}`).replace("/users/{id}", `/users/${user}`)
	.replace("/domains/{id}", `/domains/${domain}`).replace("/lists/{id}", `/lists/${list}`))
	.filter((path) => !path.includes("{") && !/\.(csv|mobileconfig|json|xml)$/.test(path));

const typedFields = (form) => [...elements(form.html, "textarea"), ...elements(form.html, "input")]
	.filter(({ name, attributes }) => name === "textarea" || ["text", "search", "password", "email", "url", undefined].includes(attributes.type))
	.map(({ attributes }) => attributes.name).filter(Boolean);
const LONG = "a".repeat(3000), QUERY = "a".repeat(700), LONG_TEXT = "a".repeat(70000);
const long = (method, name) => (method === "get" ? QUERY : /body$/.test(name) ? LONG_TEXT : /^(to|member|address|recipient)$/.test(name) ? `${LONG}@weg.example` : LONG);
// Their own rule says more than a length: an absence note's two texts share one limit; of a table its lines are told.
const OTHERWISE = new Set(["internal_body", "csv"]);

const forms = [];
for (const path of pages) {
	const page = await admin.get(path);
	for (const form of formsOf(page.text)) {
		const names = typedFields(form);
		if (names.length > 0) {
			forms.push({ path, page, form, names });
		}
	}
}

test("there is something to be typed on many pages", () => {
	assert.ok(forms.length > 20, forms.map(({ path }) => path).join(" "));
});

for (const { path, page, form, names } of forms) {
	test(`${form.method} ${path}: ${names.join(", ")}`, async () => {
		const typed = Object.fromEntries(names.map((name) => [name, long(form.method, name)]));
		const answer = form.method === "get"
			? await admin.get(`${form.action}?${new URLSearchParams({ ...form.fields, ...typed })}`)
			: await admin.post(form.action, { ...form.fields, ...typed });
		assert.equal(answer.status, 422, textOf(answer.text).slice(0, 300));
		const { summary, byField } = errorsOf(answer.text);
		for (const name of names.filter((one) => !OTHERWISE.has(one))) {
			assert.match(byField[name] ?? "", /\d/, `${name}: ${byField[name]}\n${JSON.stringify(summary)}`);
			assert.ok(summary.some(({ field, text }) => field === name && /^\S.*: /.test(text)), `${name}: ${JSON.stringify(summary)}`);
		}
	});
}
