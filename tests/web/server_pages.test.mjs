// What nginx answers of its own accord is a page of Poststelle: in the browser's language, with its
// look, complete without anything else, and under a prefix too.
import test from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Client } from "./lib/client.mjs";
import { attributes, headingOf, textOf, titleOf } from "./lib/html.mjs";
import { childrenOf } from "./lib/program.mjs";
import { Site } from "./lib/site.mjs";

const underPrefix = (text) => {
	const site = text.replace("location /static/ {", "location /poststelle/static/ {").replace("location = /mailboxes/import {", "location = /poststelle/mailboxes/import {")
		.replace("location ~ ^/(?:login$", "location ~ ^/poststelle/(?:login$").replace("location / {", "location /poststelle/ {")
		.replaceAll("fastcgi_split_path_info ^()(/.*)$", "fastcgi_split_path_info ^(/poststelle)(/.*)$");
	assert.equal(site.match(/^\tlocation \S* ?\^?\/poststelle\//gm).length, 4);
	return site;
};
const site = await new Site().start({
	web: (text) => text.replace(/^base_url=.*/m, "$&/poststelle"),
	// Few strangers, little patience.
	nginx: (text) => underPrefix(text).replace("rate=100r/s", "rate=1r/m").replaceAll("burst=1000", "burst=12").replace("fastcgi_read_timeout 60s", "fastcgi_read_timeout 1s"),
});
test.after(() => site.stop());
const german = new Client({ base: `${site.base}/poststelle`, language: "de-DE,de;q=0.9,en;q=0.8" });

function check(page, status, title, words) {
	assert.equal(page.status, status);
	assert.match(page.headers.get("content-type"), /^text\/html; charset=utf-8$/);
	assert.equal(titleOf(page.text), `${title} – Poststelle`);
	assert.equal(headingOf(page.text), title);
	assert.match(textOf(page.text), words);
	assert.ok(page.text.includes(readFileSync("static/style.css", "utf8")), "with its look");
	const links = [...page.text.matchAll(/<[a-z]+\b([^>]*)>/g)].flatMap(([, tag]) => Object.entries(attributes(tag))).filter(([name]) => ["href", "src", "action"].includes(name));
	assert.deepEqual(links, [["href", "#content"]], "it needs nothing else");
	assert.match(page.headers.get("content-security-policy"), /default-src 'none'; style-src 'unsafe-inline'/);
	assert.equal(page.headers.get("cache-control"), "no-store");
	assert.equal(page.headers.get("retry-after"), [429, 502, 503, 504].includes(status) ? "60" : null);
}

// An answer to what no client of ours would send.
async function raw(request) {
	const socket = net.connect(new URL(site.base).port, "127.0.0.1");
	let text = "";
	socket.setEncoding("utf8").on("data", (part) => (text += part));
	socket.write(request);
	await once(socket, "close");
	const [head, ...body] = text.split("\r\n\r\n");
	const [first, ...lines] = head.split("\r\n");
	return { status: Number(first.split(" ")[1]), text: body.join("\r\n\r\n"), headers: new Headers(lines.map((line) => line.split(": "))) };
}

test("too much is sent: a body, an address, cookies, nonsense", async () => {
	check(await german.post("/mailboxes", "x".repeat(600 << 10)), 413, "Zu viele Daten", /Kürzen Sie Ihre Angaben/);
	const end = "Host: x\r\nConnection: close\r\n\r\n";
	check(await raw(`GET /${"x".repeat(40000)} HTTP/1.1\r\n${end}`), 414, "Adresse zu lang", /Öffnen Sie Poststelle neu/);
	check(await raw(`GET /poststelle/login HTTP/1.1\r\nCookie: x=${"x".repeat(40000)}\r\n${end}`), 431, "Zu viele Angaben des Browsers", /Cookies/);
	check(await raw(`GET /poststelle/login HTTP/1.1\r\nConnection: close\r\n\r\n`), 400, "Anfrage nicht verstanden", /nichts gespeichert/);
	check(await german.get("/static/nothing.css"), 404, "Seite nicht gefunden", /gibt es nicht/);
});

test("the languages: German, unless English comes first", async () => {
	for (const [language, title] of [["en", "Page not found"], ["EN-gb,en;q=0.9,de;q=0.8", "Page not found"], ["fr, en;q=0.5", "Page not found"], ["de, en;q=0.5", "Seite nicht gefunden"], ["fr", "Seite nicht gefunden"], ["", "Seite nicht gefunden"]]) {
		const page = await new Client({ base: `${site.base}/poststelle`, language }).get("/static/nothing.css");
		assert.equal(headingOf(page.text), title, language);
		assert.match(page.text, title[0] === "P" ? /<html lang="en">/ : /<html lang="de">/);
	}
});

test("nobody opens these pages by their own address", async () => {
	const page = await new Client({ base: site.base }).get("/poststelle-error/de/502.html");
	check(page, 404, "Seite nicht gefunden", /nicht für Sie/);
});

test("what the program itself answers stays", async () => {
	const page = await german.get("/nothing");
	assert.equal(page.status, 404);
	assert.match(textOf(page.text), /Kennung dieser Anfrage/);
});

test("too many requests", async () => {
	let page;
	for (let i = 0; i < 20 && page?.status !== 429; i++) {
		page = await german.get("/login");
	}
	check(page, 429, "Zu viele Anfragen", /eine Minute/);
});

test("the program doesn't answer, then it is gone; forms too", async () => {
	const family = [site.child.pid, ...childrenOf(site.child.pid)];
	// Who has signed in once is no stranger, whose number is used up.
	const headers = { cookie: "poststelle_device=known" };
	family.forEach((pid) => process.kill(pid, "SIGSTOP"));
	try {
		check(await german.request("GET", "/my", { headers }), 504, "Keine Antwort", /steht nicht fest/);
	} finally {
		family.forEach((pid) => process.kill(pid, "SIGCONT"));
	}
	site.child.kill("SIGTERM");
	await site.ended;
	check(await german.request("GET", "/my", { headers }), 502, "Zurzeit nicht erreichbar", /E-Mails kommen weiterhin an/);
	check(await german.request("POST", "/mailboxes/1", { headers, body: "csrf=x" }), 502, "Zurzeit nicht erreichbar", /noch einmal senden/);
	const english = new Client({ base: `${site.base}/poststelle`, language: "en" });
	check(await english.request("GET", "/my", { headers }), 502, "Not available right now", /Mail still arrives/);
});
