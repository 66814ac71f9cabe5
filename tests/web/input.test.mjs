// What people and programs send that isn't right: a clear message and the right status, what was
// typed is kept, nothing is stored, nothing crashes.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { decode, elements, formsOf, textOf, titleOf } from "./lib/html.mjs";
import { env } from "./lib/env.mjs";
import { cli } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();

async function newMailbox(local) {
	const page = await admin.saveMailbox(`${local}.${stamp}`);
	assert.equal(page.status, 200);
	return page;
}

const listed = async (q) => elements((await admin.get(`/mailboxes?q=${encodeURIComponent(q)}`)).text, "th").map((cell) => cell.text);

// The field's message, beside it and in the summary.
function messageOf(page, field) {
	const error = elements(page.text, "p").find((p) => p.attributes.id === `${field}-error`);
	assert.ok(error, `no message beside ${field} in ${page.status} ${textOf(page.text).slice(0, 300)}`);
	assert.ok(page.text.includes(`href="#${field}"`), "the summary doesn't link to it");
	assert.match(titleOf(page.text), /^Fehler:/);
	return error.text;
}

const NAMES = {
	"a blank": ["mit leer", /Möglich sind/],
	"umlauts": ["müller", /Umlaute|Akzent|ae/],
	"65 octets": ["a".repeat(65), /zu lang/],
	"a leading dot": [".name", /Am Anfang und am Ende/],
	"a trailing dot": ["name.", /Am Anfang und am Ende/],
	"two dots": ["na..me", /Zwei Punkte/],
	"a plus sign": ["na+me", /Plus/],
	"quotes": ["\"na me\"", /Möglich sind/],
	"markup": ["<script>alert(1)</script>", /Möglich sind/],
	"SQL": ["x'; DROP TABLE mailbox; --", /Möglich sind/],
	"CR LF": ["name\r\nBcc: x@y.example", /Steuerzeichen|Zeilenumbruch/],
	"nothing": ["", /füllen Sie/],
	"only blanks": ["   ", /füllen Sie/],
	"a whole address": [`name@${env.DOMAIN}`, /Möglich sind/],
	"emoji": ["na😀me", /Umlaute|Akzent|ae/],
	"10,000 octets": ["n".repeat(10000), /zu lang/],
};

for (const [what, [name, expected]] of Object.entries(NAMES)) {
	test(`a name with ${what}`, async () => {
		const answer = await admin.newMailbox(name);
		assert.equal(answer.status, 422);
		assert.match(messageOf(answer, "local_part"), expected);
		assert.ok(!answer.text.includes("<script>"), "the name is markup on the page");
		const input = elements(answer.text, "input").find((one) => one.attributes.name === "local_part");
		assert.equal(input.attributes.value.trim().replace(/\s+/g, " "), name.trim().replace(/\s+/g, " "), "what was typed is lost");
	});
}

for (const [what, value] of [["NUL", "na%00me"], ["invalid UTF-8", "na%ff%feme"], ["half a sequence", "na%c3"]]) {
	test(`a name with ${what}`, async () => {
		const token = await admin.token();
		const domain = formsOf((await admin.get("/mailboxes/new")).text).find((form) => form.action.endsWith("/mailboxes")).fields.domain_id;
		const answer = await admin.post("/mailboxes", `csrf=${token}&domain_id=${domain}&local_part=${value}`);
		assert.equal(answer.status, 422);
		messageOf(answer, "local_part");
	});
}

test("a name that is taken, by a mailbox or a further address", async () => {
	const page = await newMailbox("belegt");
	let answer = await admin.newMailbox(`BELEGT.${stamp}`);
	assert.equal(answer.status, 422);
	assert.match(messageOf(answer, "local_part"), /vergeben/);
	await admin.save(page, "/aliases", { address: `alias.${stamp}@${env.DOMAIN}` });
	answer = await admin.newMailbox(`alias.${stamp}`);
	assert.match(messageOf(answer, "local_part"), /vergeben/);
	for (const address of [`belegt.${stamp}@${env.DOMAIN}`, `alias.${stamp}@${env.DOMAIN}`]) {
		answer = await admin.submit(await admin.get(page.path), "/aliases", { address });
		assert.equal(answer.status, 422);
		assert.match(messageOf(answer, "address"), /vergeben/);
	}
	for (const address of ["fremd@anderswo.example", "ohne-at", "ä@b.example", `a+b@${env.DOMAIN}`, "", "a\r\nb@c.example", `${"x".repeat(65)}@${env.DOMAIN}`]) {
		answer = await admin.submit(await admin.get(page.path), "/aliases", { address });
		assert.equal(answer.status, 422, address);
		messageOf(answer, "address");
	}
});

test("the longest address there is", async () => {
	const name = `${"l".repeat(63)}.${"m".repeat(63)}.${"n".repeat(60)}.example`;
	const domain = await admin.submit(await admin.get("/domains"), "/domains", { name });
	assert.ok([303, 422].includes(domain.status));
	const page = await admin.get("/mailboxes/new");
	const option = elements(page.text, "option").find((one) => one.text === name);
	// 254 octets fit, one more doesn't.
	const long = 254 - 1 - name.length;
	const suffix = stamp.slice(-6);
	let answer = await admin.submit(page, "/mailboxes", { local_part: `${"o".repeat(long - 6)}${suffix}x`, domain_id: option.attributes.value });
	assert.equal(answer.status, 422);
	assert.match(messageOf(answer, "local_part"), /zu lang/);
	answer = await admin.submit(page, "/mailboxes", { local_part: `${"o".repeat(long - 6)}${suffix}`, domain_id: option.attributes.value });
	assert.equal(answer.status, 303);
	assert.equal((await admin.get(answer.location)).status, 200);
	assert.equal((await admin.get("/mailboxes?q=" + "o".repeat(long - 6))).status, 200);
});

test("numbers, choices and control characters of a mailbox's settings", async () => {
	const page = await newMailbox("werte");
	for (const quota_mb of ["-1", "1.5", "zwei", "1000001", "99999999999999999999", "", "0x10", " "]) {
		const answer = await admin.submit(await admin.get(page.path), page.path, { quota_mb, email_name: "Behalten" });
		assert.equal(answer.status, 422, quota_mb);
		messageOf(answer, "quota_mb");
		assert.ok(answer.text.includes('value="Behalten"'));
	}
	let answer = await admin.submit(await admin.get(page.path), page.path, { email_name: "Eins\r\nZwei" });
	messageOf(answer, "email_name");
	answer = await admin.submit(await admin.get(page.path), page.path, { email_name: "ä".repeat(256) });
	assert.match(messageOf(answer, "email_name"), /zu lang/);
	answer = await admin.save(await admin.get(page.path), page.path, { email_name: "ä".repeat(255) });
	assert.equal(answer.status, 200);
	answer = await admin.submit(await admin.get(page.path), page.path, { active: "ja" });
	messageOf(answer, "active");
	const nasty = "\"Größe\" & <Söhne>, 'x' \\ 😀";
	answer = await admin.save(await admin.get(page.path), page.path, { email_name: nasty });
	assert.equal(elements(answer.text, "input").find((one) => one.attributes.name === "email_name").attributes.value, nasty);
	// Not by the first word alone, which is in the name of one of the office's domains.
	assert.ok((await admin.get("/mailboxes?q=gr%C3%B6%C3%9Fe+s%C3%B6hne")).text.includes("&lt;Söhne&gt;"));
});

test("fields that are missing or sent twice", async () => {
	const page = await newMailbox("felder");
	const form = formsOf(page.text).find((one) => one.action === page.path);
	let answer = await admin.post(page.path, { csrf: form.fields.csrf, version: form.fields.version });
	assert.equal(answer.status, 422);
	messageOf(answer, "quota_mb");
	answer = await admin.post(page.path, { ...form.fields, email_name: ["Eins", "Zwei"] });
	assert.equal(answer.status, 422);
	messageOf(answer, "email_name");
	for (const version of ["", "0", "abc", "4294967296", "-1", "999"]) {
		answer = await admin.post(page.path, { ...form.fields, version, email_name: "Verspätet" });
		assert.equal(answer.status, 409, version);
		assert.ok(answer.text.includes("Verspätet"));
	}
	const { version, ...without } = form.fields;
	assert.equal((await admin.post(page.path, without)).status, 409);
	answer = await admin.post("/mailboxes", { csrf: form.fields.csrf });
	assert.equal(answer.status, 422);
	messageOf(answer, "local_part");
	assert.equal((await admin.get(page.path)).text.includes("Verspätet"), false);
});

test("bodies and forms beyond the limits", async () => {
	const token = await admin.token();
	let answer = await admin.post("/mailboxes", `csrf=${token}&local_part=${"a".repeat(1 << 20)}`);
	assert.equal(answer.status, 413);
	answer = await admin.post("/mailboxes", `csrf=${token}&${Array.from({ length: 1000 }, (_, i) => `f${i}=${i}`).join("&")}`);
	assert.equal(answer.status, 400);
	answer = await admin.post("/mailboxes", `csrf=${token}&local_part=%zz`);
	assert.equal(answer.status, 400);
	answer = await admin.post("/mailboxes", "{}", { "content-type": "application/json" });
	assert.ok([400, 415].includes(answer.status), String(answer.status));
	answer = await admin.post("/mailboxes", "--x\r\n", { "content-type": "multipart/form-data" });
	assert.ok([400, 415].includes(answer.status), String(answer.status));
	answer = await admin.request("GET", `/mailboxes?q=${"a".repeat(7000)}`);
	assert.ok([200, 414].includes(answer.status), String(answer.status));
});

test("CSRF tokens that are wrong, missing, stale or somebody else's", async () => {
	const other = await adminClient();
	const foreign = await other.token();
	const page = await admin.get("/mailboxes/new");
	const fields = formsOf(page.text).find((form) => form.action.endsWith("/mailboxes")).fields;
	for (const csrf of ["", "falsch", foreign, `${fields.csrf}x`]) {
		const answer = await admin.post("/mailboxes", { ...fields, csrf, local_part: `csrf.${stamp}` });
		assert.equal(answer.status, 403);
		assert.ok(answer.text.includes(`csrf.${stamp}`), "what was typed is lost");
	}
	const { csrf, ...without } = fields;
	assert.equal((await admin.post("/mailboxes", { ...without, local_part: `csrf.${stamp}` })).status, 403);
	assert.equal((await admin.post("/mailboxes", { ...fields, csrf: [csrf, csrf], local_part: `csrf.${stamp}` })).status, 403);
	assert.equal((await new Client().post("/login", { login: env.ADMIN_LOGIN, password: env.ADMIN_PASSWORD })).status, 403);
	assert.deepEqual((await listed(`csrf.${stamp}`)).filter((text) => text.includes("csrf.")), []);
});

test("a session that ends in the middle of a form", async () => {
	const client = await adminClient();
	const page = await client.get("/mailboxes/new");
	await client.submit(await client.get("/account"), "/logout");
	const answer = await client.submit(page, "/mailboxes", { local_part: `verloren.${stamp}` });
	assert.equal(answer.status, 403);
	assert.ok(answer.text.includes(`verloren.${stamp}`), "what was typed is lost");
	assert.match(textOf(answer.text), /abgelaufen/);
	assert.equal((await client.request("GET", "/mailboxes")).location, "/login?next=/mailboxes");
	assert.deepEqual((await listed(`verloren.${stamp}`)).filter((text) => text.includes("verloren")), []);
});

test("numbers in addresses that don't exist, overflow or are none", async () => {
	for (const path of ["/mailboxes/0", "/mailboxes/999999999", "/mailboxes/9223372036854775807", "/mailboxes/9223372036854775808",
		"/mailboxes/99999999999999999999999", "/mailboxes/-1", "/mailboxes/01", "/mailboxes/1x", "/mailboxes/1/", "/mailboxes//",
		"/domains/999999", "/mailboxes/%31%00", "/mailboxes/1/aliases/1", "/../etc/passwd", "/mailboxes/1/access/x"]) {
		const answer = await admin.request("GET", path);
		assert.ok([404, 405, 400].includes(answer.status), `${path}: ${answer.status}`);
	}
	const token = await admin.token();
	for (const path of ["/mailboxes/999999999", "/mailboxes/999999999/aliases", "/mailboxes/999999999/delivery-check",
		"/mailboxes/999999999/access/password", "/mailboxes/999999999/access/new-password", "/mailboxes/1/aliases/999999999/delete", "/domains/999999"]) {
		const answer = await admin.post(path, { csrf: token, version: "1", quota_mb: "0", address: "a@b.example" });
		assert.equal(answer.status, 404, path);
	}
});

test("methods", async () => {
	let answer = await admin.request("HEAD", "/mailboxes");
	assert.equal(answer.status, 200);
	assert.equal(answer.text, "");
	answer = await admin.request("PUT", "/mailboxes");
	assert.equal(answer.status, 405);
	assert.equal(answer.headers.get("allow"), "GET, HEAD, POST");
	answer = await admin.request("DELETE", "/mailboxes/1");
	assert.equal(answer.status, 405);
	answer = await admin.request("GET", "/logout");
	assert.equal(answer.status, 405);
	assert.equal(answer.headers.get("allow"), "POST");
});

test("a search that is too long is said to be, and kept", async () => {
	const words = "wort ".repeat(60).trim();
	for (const path of ["/mailboxes", "/users", "/changes", "/journal"]) {
		const answer = await admin.get(`${path}?q=${encodeURIComponent(words)}`);
		assert.equal(answer.status, 422, path);
		assert.match(messageOf(answer, "q"), /zu lang/);
		assert.ok(answer.text.includes(`value="${words}"`), path);
	}
});

test("domains", async () => {
	const name = `büro-${stamp}.example`;
	const page = await admin.save(await admin.get("/domains"), "/domains", { name: `  ${name.toUpperCase()}. ` });
	assert.equal(page.status, 200);
	assert.match(textOf(page.text), /xn--/);
	assert.ok(page.text.includes(name));
	let answer = await admin.submit(await admin.get("/domains"), "/domains", { name });
	assert.equal(answer.status, 422);
	assert.match(messageOf(answer, "name"), /schon/);
	// The change log is asked in either spelling.
	await admin.save(await admin.get("/mailboxes/new"), "/mailboxes", { local_part: "info", domain_id: page.path.split("/").pop() });
	assert.match(textOf((await admin.get(`/changes?mailbox=${encodeURIComponent(`INFO@${name}`)}`)).text), /Postfach angelegt/);
	for (const bad of ["", "ohnepunkt", "a..b.example", "-a.example", "a b.example", "a_b.example", "x@y.example", `${"a".repeat(64)}.example`, "<b>.example", "b\r\n.example", "1.2.3.4 ", "a.1"]) {
		answer = await admin.submit(await admin.get("/domains"), "/domains", { name: bad });
		assert.equal(answer.status, 422, bad);
		messageOf(answer, "name");
	}
	// Two people at once: the second sees what the first did.
	const both = await admin.get(page.path);
	await admin.save(both, page.path, { active: undefined });
	answer = await admin.submit(both, page.path, {});
	assert.equal(answer.status, 409);
	assert.match(textOf(answer.text), /Domain aktiv nein/);
	// No mailbox in an inactive domain.
	const token = await admin.token();
	answer = await admin.post("/mailboxes", { csrf: token, local_part: "x", domain_id: page.path.split("/").pop() });
	assert.equal(answer.status, 422);
	messageOf(answer, "domain_id");
});

test("two people edit one mailbox", async () => {
	const page = await newMailbox("zwei");
	const mine = await admin.get(page.path);
	await admin.save(await admin.get(page.path), page.path, { email_name: "Der Erste", quota_mb: "7" });
	// Who only looks has saved nothing.
	cli("mailbox", "show", "--password", `zwei.${stamp}@${env.DOMAIN}`);
	const answer = await admin.submit(mine, page.path, { email_name: "Der Zweite", active: undefined });
	assert.equal(answer.status, 409);
	const words = textOf(answer.text);
	assert.match(words, /Der Erste/);
	assert.ok(!words.includes("Kommandozeile"));
	assert.ok(answer.text.includes('value="Der Zweite"'));
	assert.match(words, /admin/);
	// Nothing was overwritten; saving from the conflict page is meant.
	assert.ok((await admin.get(page.path)).text.includes('value="Der Erste"'));
	const saved = await admin.save(answer, page.path);
	assert.equal(saved.status, 200);
	assert.ok(saved.text.includes('value="Der Zweite"'));
});

test("searches and cursors that make no sense", async () => {
	for (const query of ["q=%00", "q=%ff", "after=zzz", "after=a.%00", "sort=drop", "state=nix", "domain=abc", "domain=99999999999999999999", "q=%27%20OR%201=1",
		"sort=name&after=n.!!!", "sort=storage&after=s.-5.x", "q=" + "a%20".repeat(60), "domain=1&domain=2", "unbekannt=1"]) {
		assert.equal((await admin.get(`/mailboxes?${query}`)).status, 200, query);
	}
	for (const query of ["q=%ff", "after=abc", "after=0", "kind=nix", "q=%25", "after=99999999999999999999"]) {
		assert.equal((await admin.get(`/changes?${query}`)).status, 200, query);
	}
	for (const query of ["mailbox=%25", "mailbox=@", "user=%25", "from=gestern", "to=31.2.2026"]) {
		assert.equal((await admin.get(`/changes?${query}`)).status, 422, query);
	}
});

test("what every page tells the browser", async () => {
	for (const path of ["/login", "/mailboxes", "/nirgends"]) {
		const { headers } = await admin.get(path);
		assert.match(headers.get("content-security-policy"), /^default-src 'none'; style-src 'self'/);
		assert.equal(headers.get("x-content-type-options"), "nosniff");
		assert.equal(headers.get("referrer-policy"), "same-origin");
		assert.equal(headers.get("cache-control"), "no-store");
	}
	const cookies = (await new Client().get("/login")).headers.get("set-cookie");
	assert.match(cookies, /HttpOnly/);
	assert.match(cookies, /SameSite=Lax/);
	assert.equal((await admin.request("GET", "/static/style.css")).status, 200);
	assert.equal(decode((await admin.get("/healthz")).text).trim(), "ok");
});
