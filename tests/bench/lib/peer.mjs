// peer.mjs: PostfixAdmin as Debian has it, with php-fpm and opcache and an nginx of its own, on a private database.
import http from "node:http";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePostfixAdmin } from "../../web/lib/postfixadmin.mjs";
import { FASTCGI_BUFFERS, startNginx, withChildren } from "./load.mjs";

const FPM = "/usr/sbin/php-fpm8.2";
const WORKERS = 4;
const PASSWORD = "geheim1234";
export const SETTINGS = `PostfixAdmin's own settings but for page_size = 50 (it shows that many rows) and the database; php-fpm: pm = static, ${WORKERS} workers, Debian's php.ini for it with opcache on; nginx: 1 worker, ${FASTCGI_BUFFERS}`;

export class Peer {
	constructor(work, database) {
		this.work = work;
		this.database = database;
		this.url = database.env.BASE_URL; // its pages aren't started
		this.app = makePostfixAdmin(work, database.env.DB_SOCKET, "$CONF['page_size'] = '50';\n");
		this.sessions = join(work, "sessions");
		for (const dir of [this.sessions, join(this.app, "templates_c")]) {
			mkdirSync(dir, { recursive: true });
			chmodSync(dir, 0o777);
		}
	}

	async start() {
		const socket = join(this.work, "php.sock");
		const conf = join(this.work, "php-fpm.conf");
		writeFileSync(conf, `[global]\nerror_log = ${this.work}/php-fpm.log\ndaemonize = no\n[www]\nuser = www-data\ngroup = www-data\nlisten = ${socket}
listen.owner = www-data\npm = static\npm.max_children = ${WORKERS}\nphp_admin_value[session.save_path] = ${this.sessions}\nphp_admin_value[error_log] = ${this.work}/php.log\n`);
		this.fpm = spawn(FPM, ["-y", conf, "-c", "/etc/php/8.2/fpm"], { stdio: ["ignore", openSync("/dev/null", "w"), "inherit"] });
		const parameters = ["QUERY_STRING", "REQUEST_METHOD", "CONTENT_TYPE", "CONTENT_LENGTH", "REQUEST_URI", "REMOTE_ADDR", "SERVER_PROTOCOL"].map((name) => `fastcgi_param ${name} $${name.toLowerCase()};`).join(" ");
		this.nginx = await startNginx(join(this.work, "nginx"), new URL(this.url).port, `root ${this.app}/public; location ~ \\.php$ { ${parameters}
			fastcgi_param SCRIPT_NAME $fastcgi_script_name; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_pass unix:${socket}; ${FASTCGI_BUFFERS} }`);
	}

	get parts() {
		return { database: this.database.pids(/^mariadbd/), program: withChildren(this.fpm.pid), nginx: withChildren(this.nginx.pid) };
	}

	// The same mailboxes as ours has: a row of each and of its alias to itself, as PostfixAdmin writes them.
	fill(mailboxes) {
		const quote = (text) => `'${text.replace(/[\\']/g, "\\$&")}'`;
		const times = "created, modified) VALUES";
		const now = "'2026-01-01', '2026-01-01'";
		const inserts = [];
		const insert = (head, rows) => {
			for (let i = 0; i < rows.length; i += 1000) {
				inserts.push(`${head}, ${times} ${rows.slice(i, i + 1000).join(",")};`);
			}
		};
		insert("INSERT INTO domain (domain, description, active", [...new Set(mailboxes.map(({ domain }) => domain))].map((domain) => `('${domain}', '', 1, ${now})`));
		insert("INSERT INTO mailbox (username, password, name, maildir, quota, local_part, domain, active",
			mailboxes.map(({ address, name, quota, domain, active }) => `('${address}', '', ${quote(name)}, '${domain}/${address}/', ${quota * 1024000}, '${address.split("@")[0]}', '${domain}', ${active}, ${now})`));
		insert("INSERT INTO alias (address, goto, domain, active", mailboxes.map(({ address, domain, active }) => `('${address}', '${address}', '${domain}', ${active}, ${now})`));
		const hash = execFileSync("openssl", ["passwd", "-1", PASSWORD], { encoding: "utf8" }).trim();
		inserts.push(`INSERT INTO admin (username, password, superadmin, active, ${times} ('chef@d0.example', ${quote(hash)}, 1, 1, ${now});`,
			`INSERT INTO domain_admins (username, domain, created, active) VALUES ('chef@d0.example', 'ALL', '2026-01-01', 1);`, "ANALYZE TABLE domain, mailbox, alias;");
		execFileSync("mariadb", ["--no-defaults", "-S", this.database.env.DB_SOCKET, "--default-character-set=utf8mb4", "postfixadmin"], { input: `SET sql_mode = "";\n${inserts.join("\n")}`, stdio: ["pipe", "ignore", "inherit"] });
	}

	#ask(path, headers, body) {
		return new Promise((resolve, reject) => {
			const request = http.request(this.url + path, { method: body === undefined ? "GET" : "POST", agent: false, headers }, (response) => {
				const parts = [];
				response.on("data", (part) => parts.push(part));
				response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() }));
			}).on("error", reject);
			request.end(body);
		});
	}

	// A session's cookie.
	async signIn() {
		const cookieOf = ({ headers }) => (headers["set-cookie"] ?? []).map((line) => line.split(";")[0]).filter((cookie) => cookie.startsWith("postfixadmin_session=")).at(-1);
		const page = await this.#ask("/login.php", {});
		const token = /name="token" value="([^"]+)"/.exec(page.body)?.[1];
		const body = new URLSearchParams({ fUsername: "chef@d0.example", fPassword: PASSWORD, token, lang: "de", submit: "1" }).toString();
		const answer = await this.#ask("/login.php", { cookie: cookieOf(page), "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) }, body);
		if (answer.status !== 302) {
			throw new Error(`PostfixAdmin doesn't let its administrator in: ${answer.status}\n${answer.body}`);
		}
		return cookieOf(answer);
	}

	stop() {
		this.fpm?.kill();
		this.nginx?.kill();
	}
}
