// Who is logged in is who a mail is from, for every reader of it: odd forms of From and Sender are
// refused, or written anew so that Dovecot's ENVELOPE shows the log-in's own address and no other.
import test from "node:test";
import assert from "node:assert/strict";
import { adminClient } from "../web/lib/client.mjs";
import { env } from "../web/lib/env.mjs";
import { until } from "../web/lib/stack.mjs";
import { envelopes } from "./lib/envelope.mjs";
import { filesOf, mailbox, stamp, submission } from "./lib/box.mjs";

const box = mailbox("autor");
const O = box.address, A = `autor.auch.${stamp}@${env.DOMAIN}`, C = mailbox("autor.kollege").address;
// By the page, which keeps what is searched right: the next tests back this instance up and check that.
const admin = await adminClient();
assert.equal((await admin.submit(await admin.get(`/mailboxes/${box.id}`), "/aliases", { address: A })).status, 303);
const [local, domain] = O.split("@");

// Headers octet by octet (latin1), behind the Subject unless they say where it stands, in a session of
// their own. The last answer.
async function send(headers, subject) {
	const smtp = await submission(box);
	for (const line of [`MAIL FROM:<${O}>`, `RCPT TO:<${O}>`, "DATA"]) {
		assert.ok((await smtp.command(line)).code < 400);
	}
	const head = (headers.includes("SUBJECT") ? headers : `SUBJECT\n${headers}`).replace("SUBJECT", `Subject: ${subject}`);
	smtp.lines.socket.write(Buffer.from(`${head.replace(/\n/g, "\r\n")}\r\n\r\nText\r\n.\r\n`, "latin1"));
	const answer = await smtp.lines.line();
	await smtp.quit();
	return answer;
}

const decoded = (name) => (/^=\?/.test(name) ? name.split(/\s+/).map((word) => Buffer.from(/^=\?UTF-8\?B\?(.*)\?=$/.exec(word)[1], "base64").toString()).join("") : name);

// What is expected, of what was found: addresses alone if they are given alone.
const view = (list, expected) => list.map(([name, address]) => (typeof expected[0] === "string" ? address : [decoded(name), address]));

// Sends each of [headers, expected]: undefined (refused), or what ENVELOPE then shows of from and
// sender.
async function check(what, cases) {
	const subject = (i) => `${what} ${i} ${stamp}`;
	const before = filesOf(box).length;
	const queue = [...cases.entries()];
	// Postfix answers what it refuses a second later: several at once.
	await Promise.all(Array.from({ length: 12 }, async () => {
		for (let next = queue.shift(); next; next = queue.shift()) {
			const [i, [headers, expected]] = next;
			assert.match(await send(headers, subject(i)), expected ? /^250 / : /^550 5\.7\.1 /, JSON.stringify(headers.slice(0, 200)));
		}
	}));
	await until(30000, () => filesOf(box).length, (files) => files >= before + cases.filter(([, expected]) => expected).length);
	const found = await envelopes(box);
	for (const [i, [headers, expected]] of cases.entries()) {
		const seen = found[subject(i)];
		const shown = expected && Object.fromEntries(Object.entries(expected).map(([key, list]) => [key, view(seen[key], list)]));
		assert.deepEqual(shown, expected, JSON.stringify(headers.slice(0, 200)));
	}
}

test("what programs write around an own address is taken, and comes out quoted or encoded", async () => {
	const names = ["Huber [Vertrieb]", "Huber, Hans", "Huber, Hans, Dr.", "Huber; Hans", "a; b", "Dr. H. Huber", "Huber @ Vertrieb", "@Huber", "Huber: Vertrieb", "Huber (Vertrieb)", "Huber (Vertrieb", "Huber \\ Hans", "[Büro] Größe", "Ärger, Öde & Söhne GmbH", "Hauspost \u0080 5"];
	await check("um", names.map((name) => [`From: ${name} <${O}>`, { from: [[name.replace("\u0080", "€"), O]] }]));
	await check("roh", [
		// raw octets: UTF-8, and what Windows writes
		[`From: ${Buffer.from("Jörg Müller, Büro").toString("latin1")} <${O}>`, { from: [["Jörg Müller, Büro", O]] }],
		[`From: "${Buffer.from("Jörg \"").toString("latin1")}" <${O}>`, { from: [["Jörg \"", O]] }],
		[`From: J\xf6rg M\xfcller <${O}>`, { from: [["Jörg Müller", O]] }],
		[`From: =?iso-8859-1?Q?Huber, Hans?= <${O}>`, { from: [["Huber, Hans", O]] }],
		[`From: =?utf-8?Q?Huber,_[Vertrieb];_x@y?= <${O}>`, { from: [["Huber, [Vertrieb]; x@y", O]] }],
		[`From: "=?utf-8?B?TcO8bGxlcg==?=" <${O}>`, { from: [["Müller", O]] }],
		[`From: Huber, Hans\n <${O}>,\n Maier; Max <${A}>`, { from: [["Huber, Hans", O], ["Maier; Max", A]] }],
		[`From: Huber, Hans ${O}`, { from: [["Huber, Hans", O]] }],
		[`From: ${O} (Hans)`, { from: [["Hans", O]] }],
		[`From: ${O} Hans`, { from: [["Hans", O]] }],
		[`From: Huber <${O}`, { from: [["Huber", O]] }],
		[`From: Huber "Hans <${O}>`, { from: [["Huber \"Hans", O]] }],
		[`From: ,${O},, ;`, { from: [["", O]] }],
		[`From: <@route.example,@weg.example:${O}>`, { from: [["", O]] }],
		[`From: ${local.replaceAll(".", " . ")} @ ${domain.replaceAll(".", " . ")} (x)`, { from: [["x", O]] }],
		[`From: "${local}"@${domain}`, { from: [["", O]] }],
		[`From: "${local}+a b"@${domain}`, { from: [["", O]] }],
		[`From: Kollegen: ${O}, Max <${A}>;`, { from: [["", O], ["Max", A]] }],
		[`From: ${C}: ${O};`, undefined],
	]);
});

// X: what stands in the header. Accepted ones with the address that is then shown.
const FORMS = [
	[`${C} <${O}>`, [O]],
	[`"${C}" <${O}>`, [O]],
	[`"${C}"<${O}>`, [O]],
	[`<${O}> ${C}`, [O]],
	[`<${O}> (${C})`, [O]],
	[`(${C}) <${O}>`, [O]],
	[`(${C}) ${O}`, [O]],
	[`${O} (${C})`, [O]],
	[`=?utf-8?Q?${C.replace("@", "=40")}?= <${O}>`, [O]],
	[`=?utf-8?Q?=3C${C.replace("@", "=40")}=3E,?= <${O}>`, [O]],
	[`=?utf-8?B?${Buffer.from(`<${C}>\r\nSender: ${C}\r\n`).toString("base64")}?= <${O}>`, [O]],
	[`=?utf-8?Q?a\n ${C} <${O}>`, [O]],
	[`${local}-${C} <${O}>`, [O]],
	[`"<${C}>" <${O}>`, [O]],
	[`\\"${C}\\" <${O}>`, [O]],
	[`<@${domain}:${O}>`, [O]],
	[`<@${C}:${O}>`, [O]],
	[`${O}\n\t`, [O]],
	[`\n ${O}`, [O]],
	[`<${O}`, [O]],
	[`<<${O}>>`, [O]],
	[`${O.toUpperCase()}`, [O.toUpperCase()]],
	[`${O}, ${A}`, [O, A]],
	[`${C}`],
	[`<${C}>`],
	[`${O}, ${C}`],
	[`${C}, <${O}>`],
	[`"${C}", <${O}>`],
	[`${C}; <${O}>`],
	[`${C}: <${O}>`, [O]],
	[`${C}: <${O}>;`],
	[`<${C}> <${O}>`],
	[`<${O}><${C}>`],
	[`${O} ${C}`],
	[`${C} ${O}`],
	[`x:<${O}>,${C};`],
	[`<${O},${C}>`],
	[`<${C} ${O}>`],
	[`<${C}(x)${O}>`],
	[`<"${C}"${O}>`],
	[`<${C}>${O}`],
	[`<${C}\\>${O}>`],
	[`"\\" <${C}>, \\"" <${O}>, "\\" <${C}>`],
	[`(\\) <${C}>, (" <${O}>)`],
	[`${O}\n ,\n ${C}`],
	[`=?utf-8?Q?${O.replace("@", "=40")}?=`],
	[`<=?utf-8?Q?${O.replace("@", "=40")}?=>`],
	[`${O}%${C}`],
	[`${C}%${O}`],
	[`${O}@${C}`],
	[`${local}@${domain}.`, [O]],
	[`${local}@${domain}.anderswo.example`],
	[`${local}@sub.${domain}`],
	[`${local}`],
	["x"],
	[""],
	["<>"],
	[";"],
	["()"],
	["undisclosed-recipients:;"],
];

for (const header of ["From", "Sender", "Resent-From", "Resent-Sender"]) {
	test(`no form of ${header} shows anybody else`, async () => {
		const key = header.toLowerCase();
		await check(`form.${header}`, FORMS.map(([form, shown]) => [
			header === "From" ? `From: ${form}` : `From: ${A}\n${header}: ${form}`,
			shown && { from: header === "From" ? shown : [A], ...(key === "sender" ? { sender: shown } : {}) },
		]));
		// What ENVELOPE doesn't show is written in the same way.
		const { head } = (await envelopes(box))[`form.${header} 0 ${stamp}`];
		assert.match(head, new RegExp(`^${header}: "${C}" <${O}>\r?$`, "m"));
	});
}

test("no second header, odd name or cut value lets anybody else in", async () => {
	const own = `From: ${A}`;
	const shown = { from: [A], sender: [A] };
	const pad = (octets) => `${" ".repeat(900)}\n`.repeat(Math.ceil(octets / 901));
	await check("kopf", [
		[`FROM: ${C}`],
		[`from : ${C}`],
		[`From\t: ${C}`],
		[`From\0: ${C}`],
		[`Fr\0om: ${C}`],
		[`From: \0${C}`],
		[`From: ${O}\0, ${C}`],
		[`${own}\nFrom: ${C}`],
		[`From: ${C}\n${own}`],
		[`${own}\nFROM : ${C}`],
		[`${own}\n ${C}`],
		[`${own}\n \n\t\n ,${C}`],
		[`${own}\nSENDER : ${C}`],
		[`${own}\nSender\t:${C}`],
		[`${own}\nSen\0der: ${C}`],
		[`${own}\nSender: ${O}\nSender: ${C}`],
		[`Sender: ${C}\n${own}\nSender: ${O}`],
		[`${own}\nX: y\nsender: ${C}`],
		[`${own}\nSender: \x01\x0b${C}`],
		[`${own}\n${"Sender: x\n".repeat(25)}Sender: ${C}`],
		[`${own}\n${`Sender: ${O}\n`.repeat(25)}Sender: ${C}`],
		[`${own},${pad(17000)} ${C}`],
		[`${own},${pad(65000)} ${C}`],
		[`${own}\nSender: ${O}${pad(110000)}, ${C}`],
		[`${own}\nResent-From: ${C}`],
		[`${own}\nResent-From: ${O}\nResent-Sender: ${C}\nResent-From: ${C}`],
		// a line that is no header ends them; what follows is text
		[`${own}\nSen\x01der: ${C}`, shown],
		[`${own}\nSender\xa0: ${C}`, shown],
		[`${own}\nSender${C}`, shown],
		// the line of a mailbox's file is none either
		[`From ${C}\nSUBJECT\n${own}`, shown],
		[`From \t :${C}\nSUBJECT\n${own}`, shown],
		[`>From ${C}\nSUBJECT\n${own}`, shown],
		[`>From: ${C}\n${own}`, shown],
		// a lone CR is a blank
		[`${own}\nX: y\rSender: ${C}`, shown],
		[`${own}\nSender: ${O}\nSENDER: ${O}\nsender : ${A}`, { from: [A] }],
		[`${own}\nSender: ${O}`, { from: [A], sender: [O] }],
		["X: y", { from: [O], sender: [O] }],
		[`Sender: ${A}`, { from: [O], sender: [A] }],
	]);
});

test("Sender carries the mailbox's name as From does", async () => {
	const page = await admin.get(`/mailboxes/${box.id}`);
	assert.equal((await admin.submit(page, page.path, { email_name: "Büro, Mitte" })).status, 303);
	const name = "Büro, Mitte";
	await check("name", [
		[`From: Chef <${O}>`, { from: [[name, O]], sender: [[name, O]] }],
		[`From: Chef <${O}>\nSender: "${C}" <${A}>`, { from: [[name, O]], sender: [[name, A]] }],
		[`From: Huber, Hans <${O}>\nSender: ${C} <${O}>`, { from: [[name, O]], sender: [[name, O]] }],
	]);
});
