// crowd.mjs: clients that take their time, and many that come at once.
import http from "node:http";
import net from "node:net";

const form = (path, size, cookie = "") => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${size}\r\n${cookie && `Cookie: ${cookie}\r\n`}\r\n`;

// base: BASE_URL. end() lets all of them go.
export class SlowClients {
	#sockets = [];
	#timer;

	constructor(base) {
		this.url = new URL(base);
	}

	async #connect() {
		const socket = net.connect(Number(this.url.port), this.url.hostname);
		socket.on("error", () => {});
		socket.pause();
		this.#sockets.push(socket);
		await new Promise((resolve) => socket.once("connect", resolve));
		return socket;
	}

	// They ask for a page as large as it gets, by a form that comes back, and don't read it.
	async readers(count, path, { size = 63 * 1024, cookie } = {}) {
		const head = "csrf=x&body=";
		const body = head + "%22".repeat((size - head.length) / 3);
		for (let i = 0; i < count; i++) {
			(await this.#connect()).write(form(path, body.length, cookie) + body);
		}
	}

	// They send a form, an octet now and then.
	async writers(count, path, size = 60000) {
		const mine = [];
		for (let i = 0; i < count; i++) {
			const socket = await this.#connect();
			socket.write(form(path, size));
			mine.push(socket);
		}
		this.#timer = setInterval(() => mine.forEach((socket) => socket.writable && socket.write("x")), 500);
	}

	// How many of them nginx hasn't sent away.
	get patient() {
		return this.#sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
	}

	end() {
		clearInterval(this.#timer);
		this.#sockets.forEach((socket) => socket.destroy());
	}
}

// So many GETs at once, each on a connection of its own, from an address of this machine; their
// statuses.
export function crowd(base, path, count, { from = "127.0.0.1", cookie } = {}) {
	return Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
		const request = http.get(base + path, { agent: false, localAddress: from, headers: cookie ? { cookie } : {} }, (response) => {
			response.resume();
			response.on("end", () => resolve(response.statusCode));
		});
		request.on("error", reject);
	})));
}
