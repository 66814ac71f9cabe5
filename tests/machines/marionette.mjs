// marionette.mjs: Mozilla's remote protocol, as much of it as runs scripts in the windows of a program
// that was started with --marionette: packets "LENGTH:JSON" on a TCP port of its own machine.
import net from "node:net";
import { once } from "node:events";

export class Marionette {
	#buffer = Buffer.alloc(0);
	#waiting = new Map();
	#number = 0;

	async open(port = 2828) {
		this.socket = net.connect(port, "127.0.0.1");
		await once(this.socket, "connect");
		this.socket.on("data", (data) => this.#read(data));
		for (const event of ["error", "close"]) {
			this.socket.on(event, () => this.#waiting.forEach(({ reject }) => reject(new Error("the program has ended"))));
		}
		await this.#command("WebDriver:NewSession", { capabilities: { alwaysMatch: { unhandledPromptBehavior: "ignore" } } });
		await this.#command("Marionette:SetContext", { value: "chrome" });
		await this.#command("WebDriver:SetTimeouts", { script: 60000 });
		return this;
	}

	#read(data) {
		this.#buffer = Buffer.concat([this.#buffer, data]);
		for (let colon = this.#buffer.indexOf(":"); colon > 0; colon = this.#buffer.indexOf(":")) {
			const end = colon + 1 + Number(this.#buffer.subarray(0, colon));
			if (this.#buffer.length < end) {
				return;
			}
			const packet = JSON.parse(this.#buffer.subarray(colon + 1, end));
			this.#buffer = this.#buffer.subarray(end);
			// The first one says which protocol it is; the others are [1, number, error, result].
			if (Array.isArray(packet)) {
				const { resolve, reject } = this.#waiting.get(packet[1]);
				this.#waiting.delete(packet[1]);
				packet[2] ? reject(new Error(`${packet[2].error}: ${packet[2].message}`)) : resolve(packet[3]);
			}
		}
	}

	#command(name, parameters) {
		const text = JSON.stringify([0, ++this.#number, name, parameters]);
		this.socket.write(`${Buffer.byteLength(text)}:${text}`);
		return new Promise((resolve, reject) => this.#waiting.set(this.#number, { resolve, reject }));
	}

	// What the function answers, run in the program's first window; what it takes and gives is JSON.
	async run(work, ...args) {
		const script = `const done = arguments[arguments.length - 1];
			(async () => (${work})(...[...arguments].slice(0, -1)))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
		const { value } = await this.#command("WebDriver:ExecuteAsyncScript", { script, args, sandbox: "system" });
		if (value.error) {
			throw new Error(value.error);
		}
		return value.value;
	}

	// Its windows as a picture (PNG).
	async screenshot() {
		return Buffer.from((await this.#command("WebDriver:TakeScreenshot", { full: false })).value, "base64");
	}

	close() {
		this.socket.destroy();
	}
}
