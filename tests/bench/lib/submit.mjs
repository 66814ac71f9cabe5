// submit.mjs PORT LOGIN PASSWORD RECIPIENT COUNT: so many mails of 4 KB by submission, a session each.
import tls from "node:tls";
import { once } from "node:events";

const [port, login, password, to, count] = process.argv.slice(2);
const body = `${"Zeile mit etwas Text, wie sie in einem Brief steht.".padEnd(70, ".")}\r\n`.repeat(56);

for (let i = 0; i < Number(count); i++) {
	const socket = tls.connect({ host: "127.0.0.1", port: Number(port), rejectUnauthorized: false });
	let text = "";
	let waiting = null;
	socket.setEncoding("latin1");
	socket.on("data", (data) => {
		text += data;
		if (/^\d{3} .*\r\n$/m.test(text)) {
			const answer = text;
			text = "";
			waiting(answer);
		}
	});
	const answer = () => new Promise((resolve) => { waiting = resolve; });
	await once(socket, "secureConnect");
	await answer();
	for (const line of ["EHLO bench.example", `AUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString("base64")}`, `MAIL FROM:<${login}>`, `RCPT TO:<${to}>`, "DATA",
		`From: "Irgendwer" <${login}>\r\nTo: <${to}>\r\nSubject: Nummer ${i}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <${i}.${process.pid}@bench.example>\r\n\r\n${body}.`]) {
		const next = answer();
		socket.write(`${line}\r\n`);
		const reply = await next;
		if (!/^[23]/.test(reply)) {
			process.stderr.write(`${line.slice(0, 40)}: ${reply}`);
			process.exit(1);
		}
	}
	socket.end("QUIT\r\n");
	socket.on("error", () => {});
}
