// mail.mjs: the other end of a mailbox: just enough SMTP and IMAP to prove what a page promises.
import net from "node:net";
import tls from "node:tls";
import { once } from "node:events";
import { env } from "./env.mjs";

// How long an answer, and a mail, is waited for: a guard against hanging, many times what a busy machine takes.
const ANSWER_MS = 120000;
const DELIVERY_MS = 60000;
// Where a connection comes from. Postfix and Dovecot trust HERE, this machine, with more than they
// allow the WORLD: headers added, services of this machine, log-in without TLS.
export const HERE = "127.0.0.1";
export const WORLD = "127.0.0.2";
// The demo's certificate is its own.
const TLS_OPTIONS = { rejectUnauthorized: false };

// A connection read line by line.
class Lines {
	#buffer = "";
	#waiting = [];
	#ended = false;

	constructor(socket) {
		this.#use(socket);
	}

	#use(socket) {
		this.socket = socket;
		socket.setEncoding("latin1");
		socket.on("timeout", () => socket.destroy(new Error("no answer in time")));
		this.#guard();
		socket.on("data", (data) => {
			this.#buffer += data;
			this.#serve();
		});
		const end = (error) => {
			this.#ended = error ?? new Error("the server hung up");
			this.#serve();
		};
		socket.on("error", end);
		socket.on("end", () => end());
	}

	// Time runs while an answer is waited for: a connection may idle as long as a test likes, and one that was
	// left open holds up nobody's end.
	#guard() {
		const waits = this.#waiting.length > 0;
		this.socket.setTimeout(waits ? ANSWER_MS : 0);
		this.socket[waits ? "ref" : "unref"]();
	}

	#serve() {
		while (this.#waiting.length > 0) {
			const at = this.#buffer.indexOf("\r\n");
			if (at >= 0) {
				this.#waiting.shift().resolve(this.#buffer.slice(0, at));
				this.#buffer = this.#buffer.slice(at + 2);
				this.#guard();
			} else if (this.#ended) {
				this.#waiting.shift().reject(this.#ended);
			} else {
				return;
			}
		}
	}

	line() {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ resolve, reject });
			this.#guard();
			this.#serve();
		});
	}

	write(text) {
		this.socket.write(text, "utf8");
	}

	async startTls() {
		const plain = this.socket;
		plain.removeAllListeners("data").ref();
		const secure = tls.connect({ socket: plain, ...TLS_OPTIONS });
		await once(secure, "secureConnect");
		this.#use(secure);
	}

	end() {
		this.socket.end();
	}
}

async function connect(port, secure, from) {
	const options = { host: "127.0.0.1", port: Number(port), localAddress: from };
	const socket = secure ? tls.connect({ ...options, ...TLS_OPTIONS }) : net.connect(options);
	await once(socket, secure ? "secureConnect" : "connect");
	return new Lines(socket);
}

export class Smtp {
	// from outside: new Smtp().open(env.SMTP_PORT); submission: open(env.SUBMISSIONS_PORT, {secure: true});
	// a service of this machine: open(ports.OWN_PORT, {from: HERE})
	async open(port = env.SMTP_PORT, { secure = false, startTls = false, from = WORLD } = {}) {
		this.lines = await connect(port, secure, from);
		await this.#answer();
		await this.command("EHLO test.example");
		if (startTls) {
			await this.command("STARTTLS");
			await this.lines.startTls();
			await this.command("EHLO test.example");
		}
		return this;
	}

	async #answer() {
		const text = [];
		for (;;) {
			const line = await this.lines.line();
			text.push(line);
			if (!/^\d{3}-/.test(line)) {
				return { code: Number(line.slice(0, 3)), text: text.join("\n") };
			}
		}
	}

	async command(line) {
		this.lines.write(`${line}\r\n`);
		return this.#answer();
	}

	async login(user, password) {
		return this.command(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString("base64")}`);
	}

	// The last answer: of DATA's end, or of the command that was refused.
	async send(from, to, message) {
		for (const line of [`MAIL FROM:<${from}>`, ...[to].flat().map((one) => `RCPT TO:<${one}>`), "DATA"]) {
			const answer = await this.command(line);
			if (answer.code >= 400) {
				return answer;
			}
		}
		this.lines.write(message.replace(/\r?\n/g, "\r\n").replace(/^\./gm, ".."));
		return this.command("\r\n.");
	}

	async quit() {
		await this.command("QUIT").catch(() => {});
		this.lines.end();
	}
}

// What the server answers to RCPT TO from outside; nothing is sent.
export async function rcpt(address, port = env.SMTP_PORT) {
	const smtp = await new Smtp().open(port);
	await smtp.command("MAIL FROM:<>");
	const answer = await smtp.command(`RCPT TO:<${address}>`);
	await smtp.quit();
	return answer;
}

export class Imap {
	#number = 0;

	async open(port = env.IMAPS_PORT, { secure = true, from = WORLD } = {}) {
		this.lines = await connect(port, secure, from);
		await this.lines.line();
		return this;
	}

	// {ok, lines}: lines with literals put together.
	async command(text) {
		const tag = `a${++this.#number}`;
		const lines = [];
		this.lines.write(`${tag} ${text}\r\n`);
		for (;;) {
			const line = await this.lines.line();
			if (line.startsWith(`${tag} `)) {
				return { ok: line.startsWith(`${tag} OK`), lines, text: line.slice(tag.length + 1) };
			}
			lines.push(line);
		}
	}

	login(user, password) {
		return this.command(`LOGIN "${user}" "${password}"`);
	}

	// Waits until a message with that text in its header or body is in INBOX; its whole source.
	async waitFor(text, timeoutMs = DELIVERY_MS) {
		for (const end = Date.now() + timeoutMs; Date.now() < end;) {
			await this.command("SELECT INBOX");
			const found = await this.command(`SEARCH TEXT "${text}"`);
			const number = /^\* SEARCH (\d+)/.exec(found.lines.find((line) => line.startsWith("* SEARCH")) ?? "")?.[1];
			if (number) {
				return (await this.command(`FETCH ${number} BODY.PEEK[]`)).lines.join("\n");
			}
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
		throw new Error(`no mail with ${text} after ${timeoutMs} ms`);
	}

	async logout() {
		await this.command("LOGOUT").catch(() => {});
		this.lines.end();
	}
}

export class Pop3 {
	async open(port = env.POP3S_PORT, { secure = true, from = WORLD } = {}) {
		this.lines = await connect(port, secure, from);
		await this.lines.line();
		return this;
	}

	async #command(line) {
		this.lines.write(`${line}\r\n`);
		return this.lines.line();
	}

	// The answer to PASS.
	async login(user, password) {
		await this.#command(`USER ${user}`);
		return this.#command(`PASS ${password}`);
	}

	// The source of the first message.
	async first() {
		const text = [await this.#command("RETR 1")];
		for (let line = await this.lines.line(); line !== "."; line = await this.lines.line()) {
			text.push(line);
		}
		return text.join("\n");
	}

	async quit() {
		await this.#command("QUIT").catch(() => {});
		this.lines.end();
	}
}
