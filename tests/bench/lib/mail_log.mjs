// mail_log.mjs: what Postfix has delivered since the last look.
import { fstatSync, openSync, readSync } from "node:fs";

export class MailLog {
	constructor(path) {
		this.file = openSync(path);
		this.at = fstatSync(this.file).size;
	}

	read() {
		const size = fstatSync(this.file).size;
		const buffer = Buffer.alloc(size - this.at);
		readSync(this.file, buffer, 0, buffer.length, this.at);
		this.at = size;
		return buffer.toString("latin1");
	}
}

// Milliseconds from the start of send() until so many deliveries more are in the log.
export async function untilDelivered(log, count, send) {
	log.read();
	const start = process.hrtime.bigint();
	await send();
	for (let delivered = 0; delivered < count;) {
		const text = log.read();
		delivered += (text.match(/ status=sent /g) ?? []).length;
		if (/status=(bounced|deferred)/.test(text)) {
			throw new Error(text);
		}
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	return Number(process.hrtime.bigint() - start) / 1e6;
}
