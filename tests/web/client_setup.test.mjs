// Mail programs that set themselves up: Mozilla's autoconfig (read by Horde's parser), Microsoft's
// Autodiscover (by Python's), Apple's profile (by Python's plistlib, its signature by openssl).
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, adminClient, staffClient } from "./lib/client.mjs";
import { env } from "./lib/env.mjs";
import { textOf } from "./lib/html.mjs";
import { DIR, setSetting, sql, startPart, stopPart } from "./lib/stack.mjs";

const stamp = Date.now().toString(36);
const admin = await adminClient();
const nobody = new Client();
const AUTOCONFIG = ["/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"];
const OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook";
let count = 0;
setSetting("office_name = 'Hausverwaltung Beispiel'");

async function create(local, fields = {}) {
	const address = `${local}.${stamp}.${++count}@${env.DOMAIN}`;
	const page = await admin.saveMailbox(address.split("@")[0]);
	await admin.save(page, page.path, fields);
	return { address, path: page.path, id: page.path.split("/").pop() };
}

const python = (code, input) => JSON.parse(execFileSync("python3", ["-c", code], { input }));

// fetch() doesn't let a test choose the Host.
const withHost = (path, host) => new Promise((resolve, reject) => {
	const url = new URL(env.BASE_URL);
	request({ host: url.hostname, port: url.port, path, headers: { host } }, (response) => {
		const parts = [];
		response.on("data", (part) => parts.push(part));
		response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
	}).on("error", reject).end();
});

test("autoconfig: Horde finds the servers; every address of an own domain looks alike", async () => {
	const box = await create("da");
	const found = JSON.parse(execFileSync("php", [fileURLToPath(new URL("lib/autoconfig.php", import.meta.url)), env.BASE_URL, box.address]));
	const server = (port) => ({ host: "127.0.0.1", port: Number(port), label: "Hausverwaltung Beispiel", tls: "tls", username: box.address });
	assert.deepEqual(found, { mail: [server(env.IMAPS_PORT), server(env.POP3S_PORT)], send: [server(env.SUBMISSIONS_PORT)] });
	for (const path of AUTOCONFIG) {
		const ask = (address) => nobody.get(`${path}?emailaddress=${encodeURIComponent(address)}`);
		const there = await ask(box.address);
		assert.equal(there.status, 200);
		assert.match(there.headers.get("content-type"), /^application\/xml/);
		for (const address of [`gibtesnicht.${stamp}@${env.DOMAIN}`, box.address.toUpperCase(), `a<b>"&@${env.DOMAIN}`, env.DOMAIN]) {
			assert.deepEqual([(await ask(address)).status, (await ask(address)).text], [200, there.text], address);
		}
		assert.ok(!there.text.includes(stamp), "names nobody");
		for (const address of ["wer@anderswo.example", "wer@", "@", "%00", `wer@${env.DOMAIN}.anderswo.example`, `wer@${"x".repeat(3000)}`]) {
			assert.equal((await ask(address)).status, 404, address);
		}
		assert.equal((await withHost(path, `autoconfig.${env.DOMAIN}:443`)).text, there.text);
		assert.equal((await withHost(path, env.DOMAIN)).text, there.text);
		assert.equal((await withHost(path, "anderswo.example")).status, 404);
		assert.equal((await nobody.get(path)).status, 404);
	}
});

test("documents stay well-formed and true with STARTTLS, an office's name of markup, an umlaut domain", async (t) => {
	const [before] = sql("SELECT office_name, imap_port, imap_security FROM setting WHERE id = 1");
	const page = await admin.save(await admin.get("/domains"), "/domains", { name: `büro${stamp}.example` });
	assert.equal(page.status, 200);
	setSetting("office_name = 'A & <b>\"\\'B\\'\"</b> 🏠', imap_port = 143, imap_security = 'starttls'");
	t.after(() => setSetting(`office_name = '${before[0]}', imap_port = ${before[1]}, imap_security = '${before[2]}'`));
	const answer = await nobody.get(`${AUTOCONFIG[0]}?emailaddress=${encodeURIComponent(`wer@BÜRO${stamp}.example`)}`);
	assert.equal(answer.status, 200);
	const [id, name, socket, port] = python(`
import json, sys, xml.etree.ElementTree as e
p = e.fromstring(sys.stdin.buffer.read())[0]
print(json.dumps([p.get("id"), p.find("displayName").text, p[3].find("socketType").text, p[3].find("port").text]))`, answer.text);
	assert.deepEqual([id, name, socket, port], [new URL(`http://büro${stamp}.example`).hostname, "A & <b>\"'B'\"</b> 🏠", "STARTTLS", "143"]);
	const [found] = read([await post(requestOf(`info@${env.DOMAIN}`))]);
	assert.equal(found.name, "A & <b>\"'B'\"</b> 🏠");
	assert.deepEqual(found.IMAP.slice(1, 4), ["127.0.0.1", "143", "TLS"]);
});

const requestOf = (address, schema = `${OUTLOOK}/responseschema/2006a`) =>
	`<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${OUTLOOK}/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${schema}</AcceptableResponseSchema></Request></Autodiscover>`;
const post = (body, path = "/autodiscover/autodiscover.xml") => nobody.request("POST", path, { body, headers: { "content-type": "text/xml" } });

// What Python reads of the answers: [{type, action, name, IMAP, POP3, SMTP}].
const read = (answers) => python(`
import json, sys, xml.etree.ElementTree as e
n = {"a": "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006", "o": "${OUTLOOK}/responseschema/2006a"}
def read(text):
    root = e.fromstring(text)
    assert root.tag == "{%s}Autodiscover" % n["a"]
    account = root.find("o:Response/o:Account", n)
    found = {"type": account.findtext("o:AccountType", None, n), "action": account.findtext("o:Action", None, n), "name": root.findtext("o:Response/o:User/o:DisplayName", None, n)}
    for p in account.findall("o:Protocol", n):
        found[p.findtext("o:Type", None, n)] = [p.findtext("o:" + k, None, n) for k in ("LoginName", "Server", "Port", "Encryption", "SSL", "AuthRequired", "SPA", "DomainRequired")]
    return found
print(json.dumps([read(text) for text in json.load(sys.stdin)]))`, JSON.stringify(answers.map((answer) => {
	assert.equal(answer.status, 200, answer.text);
	assert.match(answer.headers.get("content-type"), /^application\/xml/);
	return answer.text;
})));

test("autodiscover: servers and user name, for every address of an own domain, in any case of the path", async () => {
	const box = await create("outlook");
	const expected = (login) => ({ type: "email", action: "settings", name: "Hausverwaltung Beispiel",
		IMAP: [login, "127.0.0.1", env.IMAPS_PORT, "SSL", "on", "on", "off", "off"],
		POP3: [login, "127.0.0.1", env.POP3S_PORT, "SSL", "on", "on", "off", "off"],
		SMTP: [login, "127.0.0.1", env.SUBMISSIONS_PORT, "SSL", "on", "on", "off", "off"] });
	const asked = [box.address, box.address.toUpperCase(), `gibtesnicht@${env.DOMAIN}`, `o&apos;neil&amp;co@${env.DOMAIN}`];
	assert.deepEqual(read(await Promise.all(asked.map((address) => post(requestOf(address))))),
		asked.map((address) => expected(address.toLowerCase().replace("&apos;", "'").replace("&amp;", "&"))));
	const paths = ["/Autodiscover/Autodiscover.xml", "/AutoDiscover/AutoDiscover.xml", "/AUTODISCOVER/AUTODISCOVER.XML"];
	assert.deepEqual(read(await Promise.all(paths.map((path) => post(requestOf(box.address), path)))), paths.map(() => expected(box.address)));
	const prefixed = requestOf(box.address).replace(/<(\/?)(?!\?)/g, "<$1x:").replace("xmlns=", "xmlns:x=");
	assert.equal((await post(prefixed)).status, 200);
	assert.equal((await post(`\ufeff${requestOf(`<!-- hier --> <![CDATA[${box.address}]]> `)}`)).status, 200);
	assert.equal((await post(requestOf("wer@anderswo.example"))).status, 404);
	assert.equal((await post(requestOf(box.address, "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006"))).status, 400);
});

test("an address of an alias domain: the user name is that of the other domain, by which one logs in", async () => {
	const box = await create("alias");
	const made = await admin.save(await admin.get("/domains"), "/domains", { name: `auch-${stamp}.example` });
	const [[other]] = sql(`SELECT id FROM domain WHERE name = '${env.DOMAIN}'`);
	assert.equal((await admin.save(await admin.get(made.path), made.path, { alias_of: other })).status, 200);
	try {
		for (const local of [box.address.split("@")[0], "gibtesnicht"]) {
			const asked = `${local}@auch-${stamp}.example`;
			const [found] = read([await post(requestOf(asked))]);
			assert.deepEqual([found.IMAP[0], found.SMTP[0]], [`${local}@${env.DOMAIN}`, `${local}@${env.DOMAIN}`]);
			const { text } = await nobody.get(`${AUTOCONFIG[0]}?emailaddress=${asked}`);
			assert.deepEqual([...text.matchAll(/<username>(.*)<\/username>/g)].map(([, name]) => name), Array(3).fill(`%EMAILLOCALPART%@${env.DOMAIN}`));
			assert.match(text, new RegExp(`<emailProvider id="auch-${stamp}\\.example">`));
		}
	} finally {
		await admin.save(await admin.get(made.path), made.path, { alias_of: "" });
	}
});

test("autodiscover by GET: the same answer, and to who only looks what an Exchange server says", async () => {
	const box = await create("outlook.get");
	const expected = (await post(requestOf(box.address))).text;
	const paths = ["/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml", "/AUTODISCOVER/autodiscover.XML"];
	for (const [i, name] of ["emailaddress", "EMailAddress", "Email"].entries()) {
		const answer = await nobody.get(`${paths[i]}?${name}=${encodeURIComponent(box.address)}`);
		assert.deepEqual([answer.status, answer.text], [200, expected], name);
		assert.equal((await nobody.get(`${paths[i]}?${name}=wer@anderswo.example`)).status, 404);
		assert.equal((await nobody.get(`${paths[i]}?${name}=wer`)).status, 400);
		const code = (text) => python("import json, sys, xml.etree.ElementTree as e\nprint(json.dumps([x.text for x in e.fromstring(sys.stdin.buffer.read()).iter() if x.tag.endswith('ErrorCode')]))", text);
		const bare = await nobody.get(paths[i]);
		assert.deepEqual([bare.status, code(bare.text)], [200, ["600"]]);
	}
});

test("autodiscover version 2 leads to the XML, for every address of an own domain alike", async () => {
	const ask = async (query, path = "/autodiscover/autodiscover.json") => {
		const answer = await nobody.get(`${path}?${query}`);
		assert.match(answer.headers.get("content-type"), /^application\/json/);
		return [answer.status, JSON.parse(answer.text)];
	};
	const url = `${env.BASE_URL.replace(/\/$/, "")}/autodiscover/autodiscover.xml`;
	const there = [200, { Protocol: "AutodiscoverV1", Url: url }];
	assert.deepEqual(await ask(`Email=${encodeURIComponent(`gibtesnicht@${env.DOMAIN}`)}&Protocol=AutodiscoverV1&RedirectCount=1`), there);
	assert.deepEqual(await ask(`email=x@${env.DOMAIN.toUpperCase()}&protocol=autodiscoverv1`, "/AutoDiscover/AutoDiscover.JSON"), there);
	const refused = async (query) => {
		const [status, { ErrorCode }] = await ask(query);
		return [status, ErrorCode];
	};
	assert.deepEqual(await refused("Email=wer@anderswo.example&Protocol=AutodiscoverV1"), [404, "UserNotFound"]);
	assert.deepEqual(await refused(`Email=x@${env.DOMAIN}&Protocol=ActiveSync`), [400, "InvalidProtocol"]);
	assert.deepEqual(await refused("Protocol=AutodiscoverV1"), [400, "InvalidRequest"]);
});

test("autodiscover: hostile requests are refused, and nothing of them comes back", async () => {
	const secret = readFileSync("/etc/hostname", "utf8").trim();
	const doctype = (text) => requestOf("&x;").replace("?>", `?>${text}`);
	const hostile = {
		"external entity": doctype('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
		"network": doctype('<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">'),
		"entities that grow": doctype(`<!DOCTYPE a [<!ENTITY a "wer@${env.DOMAIN}">${"bcdefghij".replace(/./g, (n) => `<!ENTITY ${n} "${`&${String.fromCharCode(n.charCodeAt(0) - 1)};`.repeat(10)}">`)}<!ENTITY x "&j;">]>`),
		"harmless document type": requestOf(`wer@${env.DOMAIN}`).replace("?>", "?><!DOCTYPE Autodiscover>"),
		"unknown entity": requestOf("&nbsp;"),
		"markup": requestOf(`&lt;script&gt;alert(1)&lt;/script&gt;@${env.DOMAIN}`),
		"line break": requestOf(`a&#10;b@${env.DOMAIN}`),
		"depth": "<a>".repeat(10000),
		"no XML": "EMailAddress=wer", "empty": "", "unfinished": requestOf("x").slice(0, -10),
		"NUL": requestOf(`a\0b@${env.DOMAIN}`),
		"two roots": requestOf("a@b.example").repeat(2),
		"UTF-16": Buffer.from(`\ufeff${requestOf(`wer@${env.DOMAIN}`)}`, "utf16le"),
		"not UTF-8": Buffer.concat([Buffer.from("<a>"), Buffer.from([0xff, 0xc0]), Buffer.from("</a>")]),
	};
	const texts = [];
	for (const [what, body] of Object.entries(hostile)) {
		const answer = await post(body);
		assert.equal(answer.status, 400, what);
		assert.ok(!answer.text.includes("script") && !answer.text.includes(`>${secret}<`), what);
		texts.push(answer.text);
	}
	const tags = python("import json, sys, xml.etree.ElementTree as e\nprint(json.dumps([e.fromstring(text).tag for text in json.load(sys.stdin)]))", JSON.stringify(texts));
	assert.ok(tags.every((tag) => tag.endsWith("}Autodiscover")), tags.join());
	assert.equal((await post("x".repeat(1 << 20))).status, 413);
	assert.ok(!readFileSync(`${env.LOG_DIR}/web.log`, "utf8").includes("alert(1)"));
});

const plist = (octets) => python("import json, plistlib, sys\nprint(json.dumps(plistlib.loads(sys.stdin.buffer.read())))", octets);

async function profile(client, path) {
	const response = await fetch(env.BASE_URL.replace(/\/$/, "") + path, { headers: { cookie: Object.entries(client.cookies).map(([n, v]) => `${n}=${v}`).join("; ") } });
	return { status: response.status, headers: response.headers, octets: Buffer.from(await response.arrayBuffer()) };
}

test("profile: the servers, the display name, no password; stable; only for who may", async () => {
	const name = "Größe & <Söhne> \"Nord\" 'Süd' 👩‍👩‍👧\ufffe";
	const box = await create("apfel", { email_name: name });
	const path = `${box.path}/profile.mobileconfig`;
	const first = await profile(admin, path);
	assert.equal(first.status, 200);
	assert.equal(first.headers.get("content-type"), "application/x-apple-aspen-config");
	assert.equal(first.headers.get("cache-control"), "no-store");
	assert.match(first.headers.get("content-disposition"), new RegExp(`filename="${box.address}\\.mobileconfig"`));
	const { PayloadContent: [mail], ...outer } = plist(first.octets);
	assert.equal(outer.PayloadType, "Configuration");
	assert.equal(outer.PayloadVersion, 1);
	assert.match(outer.PayloadUUID, /^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
	assert.notEqual(outer.PayloadUUID, mail.PayloadUUID);
	const { PayloadUUID, PayloadIdentifier, ...rest } = mail;
	assert.ok(PayloadUUID && PayloadIdentifier.startsWith(outer.PayloadIdentifier));
	assert.deepEqual(rest, {
		PayloadType: "com.apple.mail.managed", PayloadVersion: 1, PayloadDisplayName: box.address,
		EmailAccountType: "EmailTypeIMAP", EmailAccountDescription: box.address, EmailAccountName: name.replace("\ufffe", ""), EmailAddress: box.address,
		IncomingMailServerAuthentication: "EmailAuthPassword", IncomingMailServerHostName: "127.0.0.1", IncomingMailServerPortNumber: Number(env.IMAPS_PORT),
		IncomingMailServerUseSSL: true, IncomingMailServerUsername: box.address,
		OutgoingMailServerAuthentication: "EmailAuthPassword", OutgoingMailServerHostName: "127.0.0.1", OutgoingMailServerPortNumber: Number(env.SUBMISSIONS_PORT),
		OutgoingMailServerUseSSL: true, OutgoingMailServerUsername: box.address, OutgoingPasswordSameAsIncomingPassword: true,
	});
	assert.deepEqual((await profile(admin, path)).octets, first.octets);
	const other = plist((await profile(admin, `${(await create("birne")).path}/profile.mobileconfig`)).octets);
	assert.notEqual(other.PayloadUUID, outer.PayloadUUID);
	assert.equal(other.PayloadContent[0].EmailAccountName, undefined);

	const staff = await staffClient();
	assert.equal((await profile(staff, path)).status, 404);
	sql(`INSERT INTO assignment (mailbox_id, user_id, assigned_at) SELECT ${box.id}, id, 1 FROM user WHERE login = '${env.STAFF_LOGIN}'`);
	assert.equal((await profile(staff, path)).status, 200);
	const sent = await admin.save(await admin.get(`${box.path}/access/send`), "/send", { recipient: "wer@kontakt.example" });
	const link = new URL(/<code id="link">([^<]+)</.exec(sent.text)[1]).pathname;
	assert.deepEqual((await profile(nobody, `${link}/profile.mobileconfig`)).octets, first.octets);
	assert.equal((await nobody.submit(await nobody.get(link), link)).status, 200);
	assert.deepEqual((await profile(nobody, `${link}/profile.mobileconfig`)).octets, first.octets, "until the link expires");
	sql(`UPDATE access_link SET expires_at = made_at WHERE mailbox_id = ${box.id}`);
	assert.equal((await profile(nobody, `${link}/profile.mobileconfig`)).status, 404);
	await admin.save(await admin.get(`${box.path}/delete`), "/delete");
	assert.equal((await profile(admin, path)).status, 404);
	assert.equal((await nobody.request("GET", path)).status, 303);
});

test("profile: signed with the whole chain inside, where a certificate is configured", async (t) => {
	const work = mkdtempSync("/tmp/poststelle-sign-");
	const file = (name) => join(work, name);
	const openssl = (...args) => execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"], cwd: work });
	const conf = `${DIR}/conf/web.conf`;
	const original = readFileSync(conf, "utf8");
	const use = (text) => {
		writeFileSync(conf, text);
		stopPart("web");
		startPart("web");
	};
	t.after(() => {
		use(original);
		rmSync(work, { recursive: true });
	});
	const issue = (name, issuer, extension) => {
		openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
		writeFileSync(file("ext"), extension);
		openssl("x509", "-req", "-in", `${name}.csr`, "-days", "2", "-extfile", "ext", "-out", `${name}.pem`,
			...(issuer ? ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`, "-CAcreateserial"] : ["-signkey", `${name}.key`]));
	};
	const ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n";
	issue("root", null, ca);
	issue("middle", "root", ca);
	issue("leaf", "middle", "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n");
	writeFileSync(file("chain.pem"), readFileSync(file("leaf.pem"), "utf8") + readFileSync(file("middle.pem"), "utf8"));
	execFileSync("chmod", ["-R", "a+rX", work]);
	const box = await create("signiert");
	const plain = (await profile(admin, `${box.path}/profile.mobileconfig`)).octets;
	use(`${original}\n[profile]\nsign_certificate=${file("chain.pem")}\nsign_key=${file("leaf.key")}\n`);
	const signed = await profile(admin, `${box.path}/profile.mobileconfig`);
	assert.equal(signed.status, 200);
	assert.equal(signed.headers.get("content-type"), "application/x-apple-aspen-config");
	writeFileSync(file("signed"), signed.octets);
	const content = openssl("cms", "-verify", "-inform", "DER", "-in", "signed", "-CAfile", "root.pem", "-purpose", "any", "-binary");
	assert.deepEqual(content, plain);
	signed.octets[signed.octets.indexOf("EmailTypeIMAP")] ^= 1;
	writeFileSync(file("forged"), signed.octets);
	assert.throws(() => openssl("cms", "-verify", "-inform", "DER", "-in", "forged", "-CAfile", "root.pem", "-purpose", "any", "-binary"));
	use(`${original}\n[profile]\nsign_certificate=${file("missing.pem")}\nsign_key=${file("leaf.key")}\n`);
	assert.equal((await profile(admin, `${box.path}/profile.mobileconfig`)).status, 500);
});

test("DNS records: what programs will ask for, on the domain's page", async (t) => {
	const [[id]] = sql(`SELECT id FROM domain WHERE name = '${env.DOMAIN}'`);
	const records = (/<tbody>([\s\S]*?)<\/tbody>/.exec((await admin.get(`/domains/${id}`)).text)[1].match(/<code>[^<]*<\/code>|<td>[A-Z]+<\/td>/g) ?? [])
		.map((text) => text.replace(/<[^>]*>/g, "").replaceAll("&quot;", '"'));
	const table = Array.from({ length: records.length / 3 }, (none, i) => records.slice(3 * i, 3 * i + 3).join(" "));
	const web = new URL(env.BASE_URL);
	assert.deepEqual(table, [
		`${env.DOMAIN}. MX 10 127.0.0.1.`,
		`${env.DOMAIN}. TXT "v=spf1 mx -all"`,
		`_dmarc.${env.DOMAIN}. TXT "v=DMARC1; p=none"`,
		`_imaps._tcp.${env.DOMAIN}. SRV 0 1 ${env.IMAPS_PORT} 127.0.0.1.`,
		`_imap._tcp.${env.DOMAIN}. SRV 0 1 143 127.0.0.1.`,
		`_pop3s._tcp.${env.DOMAIN}. SRV 0 1 ${env.POP3S_PORT} 127.0.0.1.`,
		`_pop3._tcp.${env.DOMAIN}. SRV 0 1 110 127.0.0.1.`,
		`_submissions._tcp.${env.DOMAIN}. SRV 0 1 ${env.SUBMISSIONS_PORT} 127.0.0.1.`,
		`_submission._tcp.${env.DOMAIN}. SRV 0 1 587 127.0.0.1.`,
		`autoconfig.${env.DOMAIN}. CNAME ${web.hostname}.`,
		`autodiscover.${env.DOMAIN}. CNAME ${web.hostname}.`,
		`_autodiscover._tcp.${env.DOMAIN}. SRV 0 1 ${web.port} ${web.hostname}.`,
	]);
	// With STARTTLS set, the TLS row is the second one.
	const [before] = sql("SELECT smtp_port, smtp_security FROM setting WHERE id = 1");
	t.after(() => setSetting(`smtp_port = ${before[0]}, smtp_security = '${before[1]}'`));
	setSetting("smtp_port = 2587, smtp_security = 'starttls'");
	const text = textOf((await admin.get(`/domains/${id}`)).text);
	assert.ok(text.indexOf(`_submission._tcp.${env.DOMAIN}. SRV 0 1 2587 127.0.0.1.`) < text.indexOf(`_submissions._tcp.${env.DOMAIN}. SRV 0 1 465 127.0.0.1.`));
	assert.match(text, /SRV 0 1 2587 127/);
});
