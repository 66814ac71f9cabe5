// report.mjs: bench/report.md: each benchmark that has something to say there writes its own part anew and
// leaves the others'.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../web/lib/env_file.mjs";

const PATH = join(ROOT, "bench/report.md");
const HEAD = `# What was measured

Written by \`make bench\`, each part by one run on one machine. Ratios hold elsewhere, absolute figures move with
the machine. "!" marks what isn't reached.
`;

export const table = (head, rows) => [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");

// Machine and versions of Debian's packages, as a list.
export function circumstances(packages) {
	const revision = execFileSync("git", ["-C", ROOT, "describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
	const versions = execFileSync("dpkg-query", ["-W", "-f", "${Package} ${Version}\\n", ...packages], { encoding: "utf8" }).trim().split("\n");
	return `- Machine: ${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}
- Versions: Poststelle ${revision}, ${versions.join(", ")}, Node.js ${process.version}
- When: ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC\n`;
}

export function writePart(heading, text) {
	const parts = new Map();
	for (const part of existsSync(PATH) ? readFileSync(PATH, "utf8").split(/^## /m).slice(1) : []) {
		parts.set(part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n")).trim());
	}
	parts.set(heading, text.trim());
	mkdirSync(join(ROOT, "bench"), { recursive: true });
	writeFileSync(PATH, `${HEAD}\n${[...parts].sort(([a], [b]) => a.localeCompare(b)).map(([name, body]) => `## ${name}\n\n${body}\n`).join("\n")}`);
}
