// What is void stays void: a link for access data or for a password never lives again, whatever
// comes after what ended it.
import test from "node:test";
import assert from "node:assert/strict";
import { Client, adminClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { textOf } from "./lib/html.mjs";
import { nextTo, sentTo } from "./lib/message.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
let count = 0;

// A user whose contact address is lower-cased, assigned to a mailbox of their own.
async function userWithMailbox() {
	const login = `void${stamp}${++count}`;
	const contact = `${login}@kontakt.example`;
	const user = await admin.save(await admin.get("/users/new"), "/users/new",
		{ login, name: `Name ${login}`, contact_email: contact, role: "staff", journal_right: "own", locale: "de", active: "1" });
	assert.equal(user.status, 200, textOf(user.text));
	const box = await admin.saveMailbox(`void.${stamp}.${count}`);
	await admin.save(await admin.get(`${box.path}/assignments`), "/assignments", { user_id: user.path.split("/").pop() });
	return { login, contact, path: user.path, box: box.path, address: `void.${stamp}.${count}@${env.DOMAIN}` };
}

// A link for access data that was sent to the address, as a path.
async function accessLink({ box }, recipient) {
	const answer = await admin.save(await admin.get(`${box}/access/send`), "/access/send", { recipient });
	const link = /<code id="link">([^<]+)<\/code>/.exec(answer.text)?.[1];
	assert.ok(link, textOf(answer.text));
	const path = link.slice(env.BASE_URL.replace(/\/$/, "").length);
	assert.equal((await new Client().get(path)).status, 200);
	return path;
}

const inOtherCase = (address) => address.replace(/^./, (letter) => letter.toUpperCase()).replace("@kontakt", "@KONTAKT");

async function assertVoid({ box }, path, why) {
	for (const one of [path, `${path}/profile.mobileconfig`]) {
		assert.equal((await new Client().get(one)).status, 404, why);
	}
	assert.match(textOf((await admin.get(`${box}/access`)).text), /ungültig seit/, why);
}

const setActive = async ({ path }, active) => assert.equal((await admin.save(await admin.get(path), path, { active })).status, 200);

async function leave({ path, box }, fields) {
	const answer = await admin.submit(await admin.get(`${path}/leave`), "/leave", { end: box.split("/").pop(), ...fields });
	assert.equal(answer.status, 303, textOf(answer.text));
}

const WAYS = {
	"the end of the assignment": async (one) => {
		const id = one.path.split("/").pop();
		await admin.save(await admin.get(`${one.box}/assignments`), `/assignments/${id}/end`);
		return async () => admin.save(await admin.get(`${one.box}/assignments`), "/assignments", { user_id: id });
	},
	"deactivation": async (one) => {
		await setActive(one, undefined);
		return () => setActive(one, "1");
	},
	"leaving the office": async (one) => {
		await leave(one, { end: undefined, deactivate: "1" });
		return () => setActive(one, "1");
	},
	"deletion": async (one) => {
		await admin.save(await admin.get(`${one.box}/delete`), "/delete");
		return async () => admin.save(await admin.get(one.box), "/restore");
	},
};

for (const [why, end] of Object.entries(WAYS)) {
	for (const written of [(address) => address, inOtherCase]) {
		test(`a link to ${written("anna@kontakt.example")} is void for ever after ${why}`, async () => {
			const one = await userWithMailbox();
			const path = await accessLink(one, written(one.contact));
			const undo = await end(one);
			if (why !== "deletion") {
				await assertVoid(one, path, why);
			}
			await undo();
			await assertVoid(one, path, `${why}, undone`);
		});
	}
}

test("a link that somebody sent to the address before it was the assigned user's", async () => {
	const one = await userWithMailbox();
	const id = one.path.split("/").pop();
	await admin.save(await admin.get(`${one.box}/assignments`), `/assignments/${id}/end`);
	const path = await accessLink(one, inOtherCase(one.contact));
	await admin.save(await admin.get(`${one.box}/assignments`), "/assignments", { user_id: id });
	await setActive(one, undefined);
	await setActive(one, "1");
	await assertVoid(one, path, "deactivation");
});

test("a link for a password, after deactivation and another contact address, both undone", async () => {
	const one = await userWithMailbox();
	for (const change of [{ active: undefined }, { contact_email: `anders.${one.contact}` }]) {
		const before = sentTo(one.contact).length;
		await admin.submit(await admin.get(one.path), "/password-link");
		const mail = await nextTo(one.contact, before);
		const path = new URL(/http\S+\/welcome\/[\w-]+/.exec(mail.text)[0]).pathname;
		assert.equal((await new Client().get(path)).status, 200);
		await admin.save(await admin.get(one.path), one.path, change);
		await admin.save(await admin.get(one.path), one.path, { active: "1", contact_email: one.contact });
		assert.equal((await new Client().get(path)).status, 404);
	}
});
