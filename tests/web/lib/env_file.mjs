// env_file.mjs: reads a demo.env: the one that POSTSTELLE_ENV names (default var/run/demo.env of
// this tree) or any other, as an object of strings.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../..");

export function readEnv(path = process.env.POSTSTELLE_ENV ?? join(ROOT, "var/run/demo.env")) {
	const values = {};
	for (const line of readFileSync(path, "utf8").split("\n")) {
		const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
		if (match) {
			values[match[1]] = match[2].replace(/^(["'])(.*)\1$/, "$2");
		}
	}
	return values;
}
