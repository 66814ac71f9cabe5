// message.mjs: mail that Poststelle sent: found in the sink, and taken apart (RFC 5322, 2045, 2047).
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { env } from "./env.mjs";
import { until } from "./stack.mjs";

const decoded = (text, charset) => new TextDecoder(charset).decode(Buffer.from(text, "latin1"));

function quotedPrintable(text) {
	return text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi, (all, hex) => String.fromCharCode(parseInt(hex, 16)));
}

function headersOf(head) {
	const headers = {};
	for (const line of head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
		const at = line.indexOf(":");
		if (at > 0) {
			headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
		}
	}
	return headers;
}

const headerText = (value) => value.replace(/\?=\s+=\?/g, "?==?").replace(/=\?([^?]+)\?B\?([^?]*)\?=/gi,
	(all, charset, base64) => decoded(Buffer.from(base64, "base64").toString("latin1"), charset));

function split(source) {
	const at = /\r?\n\r?\n/.exec(source);
	return { headers: headersOf(source.slice(0, at.index)), body: source.slice(at.index + at[0].length) };
}

// {headers, subject, text, html}: source as bytes in a latin1 string; headers in small letters.
export function message(source) {
	const { headers, body } = split(source);
	const found = { headers, subject: headerText(headers.subject ?? ""), text: "", html: "" };
	const boundary = /boundary="([^"]+)"/.exec(headers["content-type"] ?? "")?.[1];
	const parts = boundary ? body.split(`--${boundary}`).slice(1, -1).map((part) => split(part.replace(/^\r?\n/, ""))) : [{ headers, body }];
	for (const part of parts) {
		const raw = part.headers["content-transfer-encoding"] === "quoted-printable" ? quotedPrintable(part.body) : part.body;
		found[/text\/html/.test(part.headers["content-type"]) ? "html" : "text"] = decoded(raw, /charset="?([\w-]+)/i.exec(part.headers["content-type"] ?? "")?.[1] ?? "utf-8");
	}
	return found;
}

// The files of the mails that left for the world; one that is being written has another name.
export const sinkFiles = () => readdirSync(env.SINK_DIR).filter((name) => name.endsWith(".eml")).sort().map((name) => join(env.SINK_DIR, name));

// Every mail that left for the world, to a recipient.
export const sentTo = (recipient) => sinkFiles().map((file) => readFileSync(file, "latin1"))
	.filter((source) => source.includes(`X-Envelope-To: <${recipient}>`)).map(message);

// Waits for the next one to a recipient, after those that were there.
export async function nextTo(recipient, before = 0, ms = 15000) {
	const all = await until(ms, () => sentTo(recipient), (mails) => mails.length > before);
	if (all.length <= before) {
		throw new Error(`no mail to ${recipient} after ${ms} ms`);
	}
	return all.at(-1);
}
