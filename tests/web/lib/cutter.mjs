// cutter.mjs: stands between a program and the database, counts what the program asks, and cuts the
// connection at the question that a test chooses: before the server gets it, or after the server
// has answered, when the program can't know what became of it.
import net from "node:net";
import { chmodSync, rmSync } from "node:fs";
import { env } from "./env.mjs";

// COM_QUIT and COM_STMT_CLOSE aren't answered.
const SILENT = new Set([0x01, 0x19]);

export class Cutter {
	#server;
	#asked = 0;
	#cutAt = 0;
	#mode = "";
	#forGood = false;
	#open = new Set();

	// path: the socket to listen on; hosts= of a configuration names it.
	constructor(path) {
		this.path = path;
	}

	async listen() {
		rmSync(this.path, { force: true });
		this.#server = net.createServer((client) => this.#serve(client));
		await new Promise((resolve) => this.#server.listen(this.path, resolve));
		chmodSync(this.path, 0o777);
		return this;
	}

	// Closes all connections, so that the next question needs a new one, and counts from 0.
	// mode: "before" or "after"; at: the question's number from 1 (0: none), or its text;
	// forGood: then no connection is taken either, until armed again.
	arm(mode = "", at = 0, { forGood = false } = {}) {
		for (const end of this.#open) {
			end();
		}
		this.#asked = 0;
		this.#mode = mode;
		this.#cutAt = at;
		this.#forGood = forGood;
		this.isCut = false;
	}

	#isChosen(packet) {
		this.#asked++;
		return typeof this.#cutAt === "string" ? packet.subarray(5).toString() === this.#cutAt : this.#asked === this.#cutAt;
	}

	get asked() {
		return this.#asked;
	}

	async close() {
		this.arm();
		await new Promise((resolve) => this.#server.close(resolve));
		rmSync(this.path, { force: true });
	}

	#serve(client) {
		if (this.isCut && this.#forGood) {
			client.destroy();
			return;
		}
		const server = net.connect(env.DB_SOCKET);
		let pending = Buffer.alloc(0);
		let deaf = false;
		const end = () => {
			this.#open.delete(end);
			client.destroy();
			server.destroy();
		};
		this.#open.add(end);
		for (const socket of [client, server]) {
			socket.on("error", end);
			socket.on("close", end);
		}
		server.on("data", (data) => (deaf ? end() : client.write(data)));
		client.on("data", (data) => {
			pending = Buffer.concat([pending, data]);
			while (pending.length >= 4 && pending.length >= 4 + pending.readUIntLE(0, 3)) {
				const packet = pending.subarray(0, 4 + pending.readUIntLE(0, 3));
				pending = pending.subarray(packet.length);
				// Number 0 begins a question; what signing in sends goes on counting.
				if (packet[3] === 0 && !SILENT.has(packet[4]) && this.#isChosen(packet)) {
					this.isCut = true;
					if (this.#mode === "before") {
						end();
						return;
					}
					deaf = true;
				}
				server.write(packet);
			}
		});
	}
}
