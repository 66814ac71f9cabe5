// fastcgi.mjs: one request at a FastCGI socket, without a web server between.
import net from "node:net";
import { once } from "node:events";

const TIMEOUT_MS = 60000;
const BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6;

function record(type, content = Buffer.alloc(0)) {
	const header = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);
	return Buffer.concat([header, content]);
}

const begin = record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]));

function parameters(path, more) {
	const pairs = { REQUEST_METHOD: "GET", SCRIPT_NAME: "", PATH_INFO: path, QUERY_STRING: "", REMOTE_ADDR: "127.0.0.1", ...more };
	const length = (text) => {
		const size = Buffer.alloc(4);
		size.writeUInt32BE(Buffer.byteLength(text) + 0x80000000);
		return size;
	};
	return record(PARAMS, Buffer.concat(Object.entries(pairs).flatMap(([name, value]) => [length(name), length(value), Buffer.from(name + value)])));
}

async function connected(socketPath) {
	const socket = net.connect(socketPath);
	await once(socket, "connect");
	return socket;
}

// A request that never becomes whole: whoever accepts it waits. end() it.
export async function halfRequest(socketPath) {
	const socket = await connected(socketPath);
	socket.on("error", () => {});
	socket.write(begin);
	return socket;
}

// The whole answer with its headers, "" if the connection ended without one.
// params: more of them; body: of a form that is posted.
export async function ask(socketPath, path, { params = {}, body } = {}) {
	const socket = await connected(socketPath);
	const chunks = [];
	socket.on("error", () => {});
	socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
	socket.on("data", (data) => chunks.push(data));
	const form = body === undefined ? {} : { REQUEST_METHOD: "POST", CONTENT_TYPE: "application/x-www-form-urlencoded", CONTENT_LENGTH: String(Buffer.byteLength(body)) };
	const sent = body ? [record(STDIN, Buffer.from(body))] : [];
	socket.write(Buffer.concat([begin, parameters(path, { ...form, ...params }), record(PARAMS), ...sent, record(STDIN)]));
	await new Promise((resolve) => socket.once("close", resolve));
	const octets = Buffer.concat(chunks);
	let text = "";
	for (let at = 0; at + 8 <= octets.length && octets[at + 1] !== END;) {
		const length = octets.readUInt16BE(at + 4);
		text += octets[at + 1] === STDOUT ? octets.toString("utf8", at + 8, at + 8 + length) : "";
		at += 8 + length + octets[at + 6];
	}
	return text;
}
