// poststelle-milter under real signals, whatever moment they come at; as process 1 of a container;
// killed, and started again at once.
import test, { after, afterEach } from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program, killAll } from "../web/lib/program.mjs";
import { DIR, sleep } from "../web/lib/stack.mjs";

const directory = mkdtempSync(join(tmpdir(), "ps-milter."));
const roles = ["name", "journal"];

afterEach(killAll);
after(() => rmSync(directory, { recursive: true }));

class Milter extends Program {
	constructor(role, { socket = role, asFirst = false, database } = {}) {
		const path = join(directory, `${socket}.conf`);
		const text = readFileSync(`${DIR}/conf/milter.conf`, "utf8").replace(new RegExp(`^${role}_socket=.*$`, "m"), `${role}_socket=unix:${join(directory, socket)}`);
		writeFileSync(path, database ? text.replace(/^hosts=.*$/m, `hosts=${database}`) : text, { mode: 0o600 });
		super([`${DIR}/bin/poststelle-milter`, "--config", path, "--role", role], { asFirst });
	}
}

// libmilter looks up to 5 seconds later whether it has to stop: all at once.
test("a signal at any moment ends it, as process 1 too", async () => {
	await Promise.all(Array.from({ length: 24 }, async (_, i) => {
		const milter = await new Milter(roles[i % 2], { socket: `signal${i}`, asFirst: i < 12 }).says(/event=started/);
		await sleep(i % 4 === 0 ? 0 : Math.random() * 500);
		await milter.stops(["SIGTERM", "SIGINT", "SIGHUP"][i % 3]);
	}));
});

test("a signal isn't lost while it starts: it asks a database that says nothing", async () => {
	await Promise.all(roles.flatMap((role) => [true, false].map(async (asFirst) => {
		const silent = net.createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
		await once(silent, "listening");
		const asked = once(silent, "connection");
		const milter = new Milter(role, { socket: `${role}${asFirst}`, asFirst, database: `127.0.0.1:${silent.address().port}` });
		await asked;
		await milter.stops();
		silent.close();
	})));
});

test("killed: its successor starts at once; a second one doesn't take a socket that is in use", async () => {
	for (const role of roles) {
		const first = await new Milter(role).says(/event=started/);
		first.child.kill("SIGKILL");
		await first.ended;
		const second = await new Milter(role).says(/event=started/);
		const third = new Milter(role);
		assert.equal(await third.ended, 1);
		assert.match(third.log, /another one is running/);
		await second.stops();
	}
});
