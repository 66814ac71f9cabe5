// roundcube.mjs: works Roundcube as a browser does: logs in, then one thing. Its pages are at port 8000
// of the machine whose network this is started in.
//
// usage: node roundcube.mjs ADDRESS PASSWORD send TO SUBJECT TEXT
//                                            read SUBJECT         prints the page of that mail in the inbox
//                                            folder NAME          a new one
//                                            move SUBJECT NAME    that mail of the inbox, there
import { Client } from "../web/lib/client.mjs";
import { formsOf, textOf } from "../web/lib/html.mjs";

const [address, password, command, ...rest] = process.argv.slice(2);
const commands = { send, read, folder, move };
const browser = new Client({ base: "http://127.0.0.1:8000" });

function check(answer, pleases, what) {
	if (!pleases) {
		throw new Error(`${what}: ${answer.status} ${answer.text.includes("display_message") ? /display_message\((.*)\)/.exec(answer.text)[1] : textOf(answer.text)}`);
	}
	return answer;
}

const form = (page, field) => check(page, formsOf(page.text).find(({ fields }) => field in fields), `a form with ${field}`) && formsOf(page.text).find(({ fields }) => field in fields).fields;

async function logIn() {
	const fields = { ...form(await browser.request("GET", "/?_task=login"), "_user"), _user: address, _pass: password };
	const answer = await browser.post("/?_task=login", fields);
	check(answer, answer.status === 302 && answer.location.includes("_task=mail"), "log-in");
	const inbox = await browser.request("GET", "/?_task=mail");
	return /"request_token":"(\w+)"/.exec(check(inbox, inbox.status === 200, "the inbox").text)[1];
}

// What the pages' script asks in the background.
const ask = async (action, fields) => browser.post(`/?_task=mail&_action=${action}`, { ...fields, _remote: 1, _token: token }, { "x-roundcube-request": token });

async function uidOf(subject) {
	const list = await ask("list", { _mbox: "INBOX" });
	const rows = [...JSON.parse(list.text).exec.matchAll(/add_message_row\((\d+),\{"subject":"([^"]*)"/g)];
	return check(list, rows.find(([, , found]) => found === subject), `${subject} in the inbox`) && rows.find(([, , found]) => found === subject)[1];
}

async function send(to, subject, text) {
	const start = await browser.request("GET", "/?_task=mail&_action=compose");
	const page = await browser.request("GET", `/${start.location.replace(/^\.?\//, "")}`);
	const answer = await browser.post("/?_task=mail", { ...form(page, "_subject"), _to: to, _subject: subject, _message: text, _action: "send", _is_html: 0, _framed: 1, _store_target: "Sent" });
	check(answer, answer.text.includes("sent_successfully"), "sending");
}

async function read(subject) {
	const page = await browser.request("GET", `/?_task=mail&_action=show&_mbox=INBOX&_uid=${await uidOf(subject)}`);
	return textOf(check(page, page.status === 200, "the mail's page").text);
}

async function folder(name) {
	const page = await browser.request("GET", "/?_task=settings&_action=edit-folder&_mbox=&_framed=1");
	const answer = await browser.post("/?_task=settings&_action=save-folder", { ...form(page, "_name"), _task: "settings", _action: "save-folder", _token: token, _name: name, _framed: 1 });
	check(answer, answer.text.includes('"confirmation"'), `the folder ${name}`);
}

async function move(subject, name) {
	const answer = await ask("move", { _uid: await uidOf(subject), _mbox: "INBOX", _target_mbox: name });
	check(answer, answer.text.includes("confirmation"), `moving to ${name}`);
}

const token = await logIn();
console.log(await commands[command](...rest) ?? "");
