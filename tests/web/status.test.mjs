// The status line as it goes over the wire: a number and its words, through nginx and as plain CGI.
import test from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { ask } from "./lib/cgi.mjs";
import { adminClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { formsOf } from "./lib/html.mjs";
import { reloadPostfix, startPart, stopPart } from "./lib/stack.mjs";

const base = new URL(env.BASE_URL);

// The first line of nginx's answer.
function statusLine(method, path, headers = {}, body = "") {
	return new Promise((resolve, reject) => {
		let text = "";
		const lines = Object.entries({ host: base.host, connection: "close", "content-length": Buffer.byteLength(body), ...headers });
		const socket = net.connect(Number(base.port), base.hostname, () =>
			socket.write(`${method} ${base.pathname.replace(/\/$/, "")}${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`));
		socket.setEncoding("latin1").setTimeout(15000, () => socket.destroy(new Error("no answer in time")));
		socket.on("data", (data) => (text += data));
		socket.on("error", reject);
		socket.on("close", () => resolve(text.slice(0, text.indexOf("\r\n"))));
	});
}

test("every status has its reason, as RFC 9110 names it", async (t) => {
	const admin = await adminClient();
	const cookie = Object.entries(admin.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
	const csrf = await admin.token();
	const post = (path, body, type = "application/x-www-form-urlencoded") => statusLine("POST", path, { cookie, "content-type": type }, body);

	assert.equal(await statusLine("GET", "/healthz"), "HTTP/1.1 200 OK");
	assert.equal(await statusLine("HEAD", "/login"), "HTTP/1.1 200 OK");
	assert.equal(await statusLine("GET", "/my"), "HTTP/1.1 303 See Other");
	assert.equal(await post("/mailboxes", `csrf=${csrf}&local_part=%zz`), "HTTP/1.1 400 Bad Request");
	assert.equal(await post("/mailboxes", "csrf=falsch"), "HTTP/1.1 403 Forbidden");
	assert.equal(await statusLine("GET", "/nirgends", { cookie }), "HTTP/1.1 404 Not Found");
	assert.equal(await statusLine("PUT", "/login"), "HTTP/1.1 405 Method Not Allowed");
	const { fields } = formsOf((await admin.get("/settings/other")).text).find(({ action }) => action.endsWith("/settings/other"));
	assert.equal(await post("/settings/other", new URLSearchParams({ ...fields, version: "999" }).toString()), "HTTP/1.1 409 Conflict");
	assert.equal(await post("/mailboxes", `csrf=${csrf}&local_part=${"a".repeat(300000)}`), "HTTP/1.1 413 Content Too Large");
	assert.equal(await post("/mailboxes", "{}", "application/json"), "HTTP/1.1 415 Unsupported Media Type");
	assert.equal(await post("/mailboxes", `csrf=${csrf}&local_part=..&domain_id=0`), "HTTP/1.1 422 Unprocessable Content");
	stopPart("mariadb");
	t.after(() => {
		startPart("mariadb");
		reloadPostfix();
	});
	assert.equal(await statusLine("GET", "/healthz"), "HTTP/1.1 503 Service Unavailable");
});

test("as plain CGI as well", async () => {
	assert.deepEqual((await ask("/login")).headers.status, ["200 OK"]);
	assert.deepEqual((await ask("/my")).headers.status, ["303 See Other"]);
	assert.deepEqual((await ask("/nirgends")).headers.status, ["404 Not Found"]);
});
