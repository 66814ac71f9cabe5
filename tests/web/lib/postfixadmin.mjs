// postfixadmin.mjs: PostfixAdmin from Debian's package (stack/deps fetches it), unpacked and not installed; its
// tables made by its own program in a database of a private MariaDB.
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./env_file.mjs";

// Below work, whose name ends in no slash; more is what its config.local.php shall hold besides. Returns its directory.
export function makePostfixAdmin(work, socket, more = "") {
	const app = join(work, "postfixadmin");
	execFileSync("mariadb", ["--no-defaults", "-S", socket], { input: "CREATE DATABASE postfixadmin; CREATE USER postfixadmin@localhost IDENTIFIED BY 'geheim'; GRANT ALL ON postfixadmin.* TO postfixadmin@localhost" });
	execFileSync("dpkg-deb", ["-x", join(ROOT, "var/postfixadmin.deb"), join(work, "package")]);
	cpSync(join(work, "package/usr/share/postfixadmin"), app, { recursive: true, filter: (path) => !/config\.(inc|local)\.php$|templates_c$/.test(path) });
	writeFileSync(join(app, "config.inc.php"), readFileSync(join(work, "package/etc/postfixadmin/config.inc.php"), "utf8").replace(/^require_once\('dbconfig.*$/m, ""));
	writeFileSync(join(app, "config.local.php"), `<?php\n$CONF['configured'] = true; $CONF['database_type'] = 'mysqli'; $CONF['database_host'] = 'localhost'; $CONF['database_socket'] = '${socket}';
$CONF['database_user'] = 'postfixadmin'; $CONF['database_password'] = 'geheim'; $CONF['database_name'] = 'postfixadmin';\n${more}`);
	execFileSync("php", ["-d", `session.save_path=${work}`, "upgrade.php"], { cwd: join(app, "public"), stdio: ["ignore", "pipe", "ignore"], timeout: 120000 });
	return app;
}
