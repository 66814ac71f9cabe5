// thunderbird.mjs: works Thunderbird as a person does: types into its windows and clicks. It runs already,
// with --marionette, on the machine whose network this is started in.
//
// usage: node thunderbird.mjs setup NAME ADDRESS PASSWORD   the first window; prints what was set up
//                             send TO SUBJECT TEXT          and waits until it is sent
//                             receive SUBJECT               selects it in the inbox; prints its text
//                             archive                       what is selected
//                             folder NAME                   a new one
//                             move NAME                     what is selected, there
import { Marionette } from "./marionette.mjs";

const SECONDS = 60;
const commands = { setup, send, receive, archive, folder, move };
const program = await new Marionette().open();

// Asks the program until it has an answer.
async function until(what, work, ...args) {
	for (const end = Date.now() + SECONDS * 1000; Date.now() < end;) {
		const answer = await program.run(work, ...args);
		if (answer) {
			return answer;
		}
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	throw new Error(`${what}: not in ${SECONDS} s. ${await program.run(whatIsSeen)}`);
}

// The texts of its windows, for who reads why something failed.
const whatIsSeen = () => [...Services.wm.getEnumerator(null)].map((one) => {
	const hub = one.document.querySelector("account-hub-container")?.shadowRoot;
	const shown = [...(hub ?? one.document).querySelectorAll(".account-hub-step:not([hidden]), description, notification-message, .notification-message")];
	return `${one.document.title}: ${shown.map((part) => `${part.shadowRoot?.textContent ?? ""} ${part.textContent}`.replace(/\s+/g, " ")).join("; ")}`;
}).join("\n");

// --- set up

async function setup(name, address, password) {
	const authority = () => Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).getCerts().some(({ commonName }) => commonName === "Office CA");
	await until("the office's authority is known", authority);
	// What each page of the window is given before its button is clicked.
	const fields = { "#realName": name, "#email": address, "#password": password };
	let last;
	for (let pages = 0; pages < 8; pages++) {
		last = await until(`a page after ${last ?? "the start"}`, fillAndGoOn, fields, last ?? "");
		if (last === "emailAddedSuccessSubview") {
			return (await until("the account", account)).join("\n");
		}
	}
	throw new Error(`no end: ${await program.run(whatIsSeen)}`);
}

// The page that is open, once it is another one than `last` and can be gone on from.
function fillAndGoOn(fields, last) {
	const hub = document.querySelector("account-hub-container")?.shadowRoot;
	const page = [...(hub?.querySelectorAll(".account-hub-step") ?? [])].find(({ hidden }) => !hidden);
	if (!page || page.id === last || page.closest(".busy")) {
		return null;
	}
	for (const [selector, value] of Object.entries(fields)) {
		const field = page.querySelector(selector);
		if (field && field.value !== value) {
			field.value = value;
			field.dispatchEvent(new Event("input", { bubbles: true }));
		}
	}
	const button = hub.querySelector("#forward");
	if (button.disabled) {
		return null;
	}
	button.click();
	return page.id;
}

function account() {
	const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
	const security = { 0: "none", 2: "STARTTLS", 3: "TLS" };
	const found = MailServices.accounts.accounts.find(({ incomingServer }) => incomingServer.type === "imap");
	if (!found) {
		return null;
	}
	const { incomingServer: from, defaultIdentity } = found;
	const to = MailServices.outgoingServer.getServerByKey(defaultIdentity.smtpServerKey) ?? MailServices.outgoingServer.defaultServer;
	const { hostname, port } = to.QueryInterface(Ci.nsISmtpServer);
	return [`${from.type} ${from.hostname ?? from.hostName} ${from.port} ${security[from.socketType]} ${from.username}`,
		`smtp ${hostname} ${port} ${security[to.socketType]} ${to.username}`,
		`${defaultIdentity.fullName} <${defaultIdentity.email}>`];
}

// --- send

async function send(to, subject, text) {
	await until("a new message", () => {
		const controller = document.commandDispatcher.getControllerForCommand("cmd_newMessage");
		if (!controller?.isCommandEnabled("cmd_newMessage")) {
			return false;
		}
		controller.doCommand("cmd_newMessage");
		return true;
	});
	await until("its window", fillMessage, to, subject, text);
	await until("it can be sent", clickSend);
	await until("it is sent", () => !Services.wm.getMostRecentWindow("msgcompose"));
}

async function fillMessage(to, subject, text) {
	const letter = Services.wm.getMostRecentWindow("msgcompose");
	if (letter?.document.readyState !== "complete" || !letter.gMsgCompose?.editor || !letter.composeEditorReady) {
		return false;
	}
	const field = letter.document.getElementById("toAddrInput");
	field.focus();
	field.value = to;
	field.dispatchEvent(new letter.Event("input", { bubbles: true }));
	field.dispatchEvent(new letter.KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
	const line = letter.document.getElementById("msgSubject");
	line.focus();
	line.value = subject;
	line.dispatchEvent(new letter.Event("input", { bubbles: true }));
	letter.GetCurrentEditor().insertText(text);
	return true;
}

function clickSend() {
	const button = Services.wm.getMostRecentWindow("msgcompose").document.getElementById("button-send");
	if (button.disabled) {
		return false;
	}
	button.click();
	return true;
}

// --- read, and put away

async function receive(subject) {
	await until("the inbox", openInbox);
	await until(`${subject} in the inbox`, selectMessage, subject);
	return until("its text", () => {
		const reader = document.getElementById("tabmail").currentAboutMessage;
		return reader?.gMessage && reader.getMessagePaneBrowser().contentDocument?.body?.textContent.trim();
	});
}

async function openInbox() {
	const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
	const root = MailServices.accounts.accounts.find(({ incomingServer }) => incomingServer.type === "imap").incomingServer.rootFolder;
	const inbox = root.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
	const panes = document.getElementById("tabmail").currentAbout3Pane;
	if (!inbox || !panes?.displayFolder) {
		return false;
	}
	panes.displayFolder(inbox.URI);
	return true;
}

// As the button that fetches mail, until it is there; then its row is selected.
function selectMessage(subject) {
	const { gDBView, threadTree } = document.getElementById("tabmail").currentAbout3Pane;
	for (let row = 0; row < (gDBView?.rowCount ?? 0); row++) {
		if (gDBView.getMsgHdrAt(row).mime2DecodedSubject === subject) {
			threadTree.selectedIndex = row;
			return true;
		}
	}
	goDoCommand("cmd_getNewMessages");
	return false;
}

async function archive() {
	await until("it can be archived", () => {
		const { commandController } = document.getElementById("tabmail").currentAbout3Pane;
		if (!commandController.isCommandEnabled("cmd_archive")) {
			return false;
		}
		commandController.doCommand("cmd_archive");
		return true;
	});
}

async function folder(name) {
	// The window is modal: who opens it waits.
	await program.run(() => { setTimeout(() => document.getElementById("tabmail").currentAbout3Pane.commandController.doCommand("cmd_newFolder")); });
	await until("the window for a new folder", (value) => {
		const window = [...Services.wm.getEnumerator(null)].find(({ location }) => location.href.endsWith("/newFolderDialog.xhtml"));
		const field = window?.document.getElementById("name");
		if (!field || window.document.readyState !== "complete") {
			return false;
		}
		field.value = value;
		field.dispatchEvent(new window.Event("input", { bubbles: true }));
		const button = window.document.querySelector("dialog").getButton("accept");
		if (button.disabled) {
			return false;
		}
		button.click();
		return true;
	}, name);
	await until(`the folder ${name}`, (value) => [...document.getElementById("tabmail").currentAbout3Pane.folderTree.querySelectorAll(".name")].some(({ textContent }) => textContent === value), name);
}

async function move(name) {
	await until(`moved to ${name}`, (value) => {
		const { gFolder, commandController } = document.getElementById("tabmail").currentAbout3Pane;
		const target = gFolder.rootFolder.descendants.find((one) => one.localizedName === value);
		if (!target || !commandController.isCommandEnabled("cmd_moveMessage")) {
			return false;
		}
		commandController.doCommand("cmd_moveMessage", target);
		return true;
	}, name);
}

try {
	console.log(await commands[process.argv[2]](...process.argv.slice(3)) ?? "");
} finally {
	program.close();
}
