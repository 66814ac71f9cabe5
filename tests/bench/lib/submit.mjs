// submit.mjs PORT LOGIN PASSWORD RECIPIENT COUNT: so many mails of 4 KB by submission, a session each.
import tls from "node:tls";
import { once } from "node:events";
import { sendMail } from "./talk.mjs";

const [port, login, password, to, count] = process.argv.slice(2);
const body = `${"Zeile mit etwas Text, wie sie in einem Brief steht.".padEnd(70, ".")}\r\n`.repeat(56);
const before = [`AUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString("base64")}`];

for (let i = 0; i < Number(count); i++) {
	const socket = tls.connect({ host: "127.0.0.1", port: Number(port), rejectUnauthorized: false });
	await once(socket, "secureConnect");
	await sendMail(socket, { before, from: login, recipients: [to],
		text: `From: "Irgendwer" <${login}>\r\nTo: <${to}>\r\nSubject: Nummer ${i}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <${i}.${process.pid}@bench.example>\r\n\r\n${body}` });
}
