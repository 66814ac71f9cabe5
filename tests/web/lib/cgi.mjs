// cgi.mjs: the web program as plain CGI: a process a request, with a configuration of the test's own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { DIR, WITHOUT_LEAKS } from "./stack.mjs";

const web = readFileSync(`${DIR}/conf/web.conf`, "utf8").replace(/^socket=.*$/m, "");

// The path of the web program's configuration, changed.
export function configuration(name, change = (text) => text) {
	const path = `${DIR}/conf/${name}.conf`;
	writeFileSync(path, change(web), { mode: 0o600 });
	return path;
}

const plain = configuration("cgi");

// An answer: {status, headers (lower-cased, as lists), text, cookies (as a browser sends them)}.
export async function ask(path, { conf = plain, prefix = "", method = "GET", body = "", user, cookie, client = "127.0.0.1", leaks = true } = {}) {
	const child = spawn(`${DIR}/bin/poststelle.fcgi`, ["--config", conf], {
		env: { ...process.env, ...(leaks ? {} : WITHOUT_LEAKS), GATEWAY_INTERFACE: "CGI/1.1", REQUEST_METHOD: method, SCRIPT_NAME: prefix,
			PATH_INFO: path, QUERY_STRING: "", REMOTE_ADDR: client, CONTENT_LENGTH: String(Buffer.byteLength(body)),
			CONTENT_TYPE: "application/x-www-form-urlencoded", ...(user !== undefined ? { REMOTE_USER: user } : {}), ...(cookie ? { HTTP_COOKIE: cookie } : {}) },
	});
	const [out, err] = [[], []];
	child.stdout.on("data", (data) => out.push(data));
	child.stderr.on("data", (data) => err.push(data));
	child.stdin.end(body);
	const [status] = await once(child, "close");
	assert.equal(status, 0, Buffer.concat(err).toString());
	const answer = Buffer.concat(out).toString();
	const at = answer.indexOf("\r\n\r\n");
	const headers = {};
	for (const line of answer.slice(0, at).split("\r\n")) {
		const [name, value] = line.split(/: (.*)/s);
		(headers[name.toLowerCase()] ??= []).push(value);
	}
	return { status: Number.parseInt(headers.status[0], 10), headers, text: answer.slice(at + 4),
		cookies: (headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ") };
}
