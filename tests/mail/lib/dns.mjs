// dns.mjs: a name server that answers what a test tells it, in a thread of its own, and programs that ask it
// alone, by a resolv.conf that nobody else sees.
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { isMainThread, parentPort, workerData, Worker } from "node:worker_threads";

const ADDRESS = "127.0.0.77";
const TYPES = { 1: "A", 15: "MX", 16: "TXT", 28: "AAAA" };

const nameOctets = (name) => Buffer.concat([...name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]);
const data = {
	A: (value) => Buffer.from(value.split(".").map(Number)),
	MX: (value) => Buffer.concat([Buffer.from([0, 10]), nameOctets(value)]),
	TXT: (value) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]),
	AAAA: () => Buffer.alloc(16),
};

// records: { "name TYPE": [values] }; a name without any is one that isn't there (NXDOMAIN).
function answer(query, records) {
	const labels = [];
	let at = 12;
	for (; query[at] !== 0; at += query[at] + 1) {
		labels.push(query.toString("latin1", at + 1, at + 1 + query[at]));
	}
	const question = query.subarray(12, at + 5), type = TYPES[query.readUInt16BE(at + 1)], name = labels.join(".").toLowerCase();
	const values = records[`${name} ${type}`] ?? [];
	const known = Object.keys(records).some((key) => key.startsWith(`${name} `));
	const rows = values.map((value) => {
		const octets = data[type](value), head = Buffer.alloc(12);
		head.writeUInt16BE(0xc00c, 0);
		head.writeUInt16BE(query.readUInt16BE(at + 1), 2);
		head.writeUInt16BE(1, 4);
		head.writeUInt16BE(octets.length, 10);
		return Buffer.concat([head, octets]);
	});
	const head = Buffer.from([query[0], query[1], 0x81, known ? 0x80 : 0x83, 0, 1, 0, rows.length, 0, 0, 0, 0]);
	return Buffer.concat([head, question, ...rows]);
}

if (!isMainThread && workerData?.records) {
	const socket = createSocket("udp4");
	socket.on("message", (query, from) => socket.send(answer(query, workerData.records), from.port, from.address));
	socket.bind(53, ADDRESS, () => parentPort.postMessage("ready"));
}

// The words before a command that is to ask this server; end() stops it.
export async function nameServer(directory, records) {
	const worker = new Worker(new URL(import.meta.url), { workerData: { records } });
	await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
	writeFileSync(`${directory}/resolv.conf`, `nameserver ${ADDRESS}\n`);
	return { before: ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf; exec "$@"', `${directory}/resolv.conf`], end: () => worker.terminate() };
}
