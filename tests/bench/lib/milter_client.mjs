// milter_client.mjs: a mail server's side of the milter protocol (version 6), just enough to hand
// messages to poststelle-milter faster than a mail server does.
import net from "node:net";
import { once } from "node:events";

const STEP_REPLIES = "cartdy"; // continue, accept, reject, tempfail, discard, reply code

const text = (...parts) => Buffer.from(parts.map((part) => `${part}\0`).join(""));

export class MilterClient {
	#buffer = Buffer.alloc(0);
	#waiting = null;

	async open(path) {
		this.socket = net.connect(path);
		await once(this.socket, "connect");
		this.socket.on("data", (data) => {
			this.#buffer = Buffer.concat([this.#buffer, data]);
			this.#serve();
		});
		this.socket.on("close", () => this.#waiting?.reject(new Error("the milter hung up")));
		const offer = Buffer.alloc(12);
		offer.writeUInt32BE(6, 0);
		offer.writeUInt32BE(0x1ff, 4);
		offer.writeUInt32BE(0x1fffff, 8);
		this.#write("O", offer);
		this.steps = (await this.#packet()).subarray(9).readUInt32BE(0);
		return this;
	}

	#write(command, data = Buffer.alloc(0)) {
		const head = Buffer.alloc(5);
		head.writeUInt32BE(data.length + 1, 0);
		head.write(command, 4);
		this.socket.write(Buffer.concat([head, data]));
	}

	#serve() {
		if (this.#waiting === null || this.#buffer.length < 4 || this.#buffer.length < 4 + this.#buffer.readUInt32BE(0)) {
			return;
		}
		const length = this.#buffer.readUInt32BE(0);
		const packet = this.#buffer.subarray(4, 4 + length);
		this.#buffer = this.#buffer.subarray(4 + length);
		const waiting = this.#waiting;
		this.#waiting = null;
		waiting.resolve(packet);
	}

	#packet() {
		return new Promise((resolve, reject) => {
			this.#waiting = { resolve, reject };
			this.#serve();
		});
	}

	// What the milter says to a step; nothing if it has said that it won't.
	async #answer(silent) {
		return (this.steps & silent) === 0 ? String.fromCharCode((await this.#packet())[0]) : "c";
	}

	// One message; the letter of the milter's last answer: "c" is accepted.
	async send({ service, login, from, recipients, headers, body }) {
		const login_macro = login ? ["{auth_authen}", login] : [];
		this.#write("D", Buffer.concat([Buffer.from("C"), text("{daemon_name}", service)]));
		this.#write("D", Buffer.concat([Buffer.from("M"), text(...login_macro, "{mail_addr}", from)]));
		const wants = (flag) => (this.steps & flag) === 0;
		if (wants(0x4)) {
			this.#write("M", text(`<${from}>`));
			const answer = await this.#answer(0x4000);
			if (answer !== "c") {
				return answer;
			}
		}
		for (const recipient of wants(0x8) ? recipients : []) {
			this.#write("D", Buffer.concat([Buffer.from("R"), text("{rcpt_addr}", recipient)]));
			this.#write("R", text(`<${recipient}>`));
			const answer = await this.#answer(0x8000);
			if (answer !== "c") {
				return answer;
			}
		}
		for (const [name, value] of headers) {
			this.#write("L", text(name, value));
		}
		if (wants(0x10)) {
			this.#write("B", Buffer.from(body));
		}
		this.#write("D", Buffer.concat([Buffer.from("E"), text("i", "BENCH")]));
		this.#write("E");
		for (;;) {
			const letter = String.fromCharCode((await this.#packet())[0]);
			if (STEP_REPLIES.includes(letter)) {
				return letter;
			}
		}
	}

	close() {
		this.#write("Q");
		this.socket.end();
	}
}
