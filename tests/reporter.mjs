// reporter.mjs: a line a test file and each failure in full, so that a long run's end says it all.
import { basename } from "node:path";

export default async function* report(source) {
	const files = new Map();
	const failures = [];
	for await (const event of source) {
		const { type, data } = event;
		const file = data?.file ?? "";
		if (type === "test:diagnostic" && data.nesting === 0 && /ms after/.test(data.message)) {
			yield `    ${data.message}\n`;
		}
		if (type === "test:pass" || type === "test:fail") {
			const seen = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, ms: 0 };
			seen.skipped += data.skip !== undefined || data.todo !== undefined ? 1 : 0;
			seen[type === "test:pass" ? "passed" : "failed"] += 1;
			seen.ms += data.nesting === 0 ? data.details.duration_ms : 0;
			files.set(file, seen);
			if (data.nesting === 0) {
				yield `${type === "test:pass" ? "ok" : "NOT OK"}  ${basename(file)}: ${data.name} (${(data.details.duration_ms / 1000).toFixed(1)} s)\n`;
			}
			if (type === "test:fail") {
				failures.push({ file, name: data.name, error: data.details.error });
			}
		}
		if (type === "test:stderr") {
			yield data.message;
		}
	}
	for (const { file, name, error } of failures) {
		yield `\n--- ${basename(file)}: ${name}\n${error?.cause?.stack ?? error?.stack ?? error}\n`;
	}
	const sum = (key) => [...files.values()].reduce((total, one) => total + one[key], 0);
	yield `\n${files.size} files\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`;
}
