// talk.mjs: a connection on which each line gets an answer.

// end: what an answer ends with; eol: what a line does. Returns say(line), which sends the line (undefined: nothing) and gives the answer.
export function talk(socket, end, eol = "\r\n") {
	let text = "";
	let waiting = null;
	const look = () => {
		if (waiting !== null && end.test(text)) {
			const answer = text;
			text = "";
			const resolve = waiting;
			waiting = null;
			resolve(answer);
		}
	};
	socket.setEncoding("latin1");
	socket.on("data", (data) => {
		text += data;
		look();
	});
	return (line) => {
		if (line !== undefined) {
			socket.write(line + eol);
		}
		return new Promise((resolve) => {
			waiting = resolve;
			look();
		});
	};
}

const SMTP_END = /^\d{3} .*\r\n$/m;

// One mail over a connection that has just been opened. before: lines between EHLO and MAIL (log-in).
export async function sendMail(socket, { before = [], from, recipients, text }) {
	const say = talk(socket, SMTP_END);
	await say();
	for (const line of ["EHLO bench.example", ...before, `MAIL FROM:<${from}>`, ...recipients.map((to) => `RCPT TO:<${to}>`), "DATA", `${text}\r\n.`]) {
		const reply = await say(line);
		if (!/^[23]/.test(reply)) {
			throw new Error(`${line.slice(0, 60)}: ${reply}`);
		}
	}
	socket.on("error", () => {});
	socket.end("QUIT\r\n");
}
