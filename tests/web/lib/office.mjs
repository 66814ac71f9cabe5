// office.mjs: who and what tests look at in the demo's office, which stack/office makes
// (docs/demo.md): the places where pages are full. Numbers are asked for, as they may change.
import { env } from "./env.mjs";
import { sql } from "./stack.mjs";

export const DOMAINS = [env.DOMAIN, "xn--gre-immobilien-1fb18a.example", "wohnen-am-stadtpark.example"];
export const UMLAUT_DOMAIN = { name: DOMAINS[1], display: "größe-immobilien.example" };

// 400 assignments, twelve of them now.
export const ROTA = `notdienst@${DOMAINS[0]}`;
// A dozen further addresses, a name with an umlaut and an ampersand.
export const MANY_ALIASES = `info@${DOMAINS[1]}`;
// An absence note that answers, and did.
export const ANSWERING = `exposes@${DOMAINS[1]}`;
// Twelve mailboxes in three domains.
export const LEAVER = "ruth.abendroth";
// Subjects of the week's mails: to 300, with forty blind copies, with 24 attachments.
export const CIRCULAR = "Rundschreiben an alle: Betriebsferien und Bereitschaft";
export const BLIND_COPIES = "Zählerablesung in allen Häusern";
export const ATTACHMENTS = "24 Fotos 📷";

export const mailboxId = (address) => sql(`SELECT id FROM mailbox WHERE address = '${address}' AND deleted < 2`)[0][0];
export const userId = (login) => sql(`SELECT id FROM user WHERE login = '${login}'`)[0][0];
export const entryId = (subject) => sql(`SELECT id FROM journal_entry WHERE mail_key LIKE 'office-%' AND subject = '${subject}' ORDER BY protected, id LIMIT 1`)[0][0];
export const domainId = (name) => sql(`SELECT id FROM domain WHERE name = '${name}'`)[0][0];
