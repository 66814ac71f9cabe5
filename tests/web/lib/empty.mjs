// empty.mjs: an office that has just been set up, beside the instance's: a database of its own on the
// same server, its schema, one administrator, and a web program for it.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Client } from "./client.mjs";
import { Site } from "./site.mjs";
import { DIR, sql } from "./stack.mjs";
import { ROOT } from "./env.mjs";

const NAME = "poststelle_empty";
const PASSWORD = "ganz allein im Haus";
const conf = `${DIR}/conf/empty.conf`;

function run(args, input = "") {
	const { status, stdout, stderr } = spawnSync(`${DIR}/bin/poststelle`, ["--config", conf, ...args], { encoding: "utf8", input });
	if (status !== 0) {
		throw new Error(`poststelle ${args[0]}: ${stdout}${stderr}`);
	}
}

const ofEmpty = (text) => text.replace(/^name=.*/m, `name=${NAME}`);

// {site, admin, login, password}: the site and who signed in there. stop() leaves nothing.
export class EmptyOffice {
	async start() {
		sql(`DROP DATABASE IF EXISTS ${NAME}; CREATE DATABASE ${NAME} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; GRANT ALL ON ${NAME}.* TO poststelle_owner@localhost`);
		writeFileSync(conf, ofEmpty(readFileSync(`${DIR}/conf/poststelle.conf`, "utf8")), { mode: 0o600 });
		run(["migrate", "--sql-dir", `${DIR}/share/sql`]);
		sql(`USE ${NAME};\n${readFileSync(`${ROOT}/sql/grants.sql`, "utf8")}`);
		run(["user", "add", "petra", "--name", "Petra Köhler", "--role", "admin", "--contact", "petra@kontakt.example", "--password-stdin"], `${PASSWORD}\n`);
		this.site = await new Site().start({ web: ofEmpty });
		[this.login, this.password] = ["petra", PASSWORD];
		this.admin = await new Client({ base: this.site.base }).signIn(this.login, this.password);
		return this;
	}

	async stop() {
		await this.site.stop();
		sql(["db", "tables_priv", "columns_priv", "procs_priv"].map((table) => `DELETE FROM mysql.${table} WHERE Db = '${NAME}'`).join("; ") + `; FLUSH PRIVILEGES; DROP DATABASE ${NAME}`);
	}
}
