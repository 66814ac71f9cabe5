// keyboard.mjs: what somebody does who has no mouse.

// Tabs until the focus is on an element that matches the CSS selector and, if given, shows that
// text; at most `limit` steps.
export async function tabTo(page, selector, text = null, limit = 80) {
	for (let step = 0; step < limit; step++) {
		await page.keyboard.press("Tab");
		if (await page.evaluate(([css, words]) => {
			const at = document.activeElement;
			return at.matches(css) && (words === null || at.textContent.trim() === words);
		}, [selector, text])) {
			return;
		}
	}
	throw new Error(`${selector} ${text ?? ""} was not reached with ${limit} Tabs on ${page.url()}`);
}

// Presses a key that leads to another page and waits for it.
export async function pressAndGo(page, key) {
	const [response] = await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
	return response;
}

const BATCH = 20;

// Runs in the page: notes each element that the focus comes to, while it has it.
function noteStops() {
	document.activeElement?.blur();
	window.getSelection().removeAllRanges();
	window.pstStops = [];
	const seen = new WeakSet();
	document.addEventListener("focusin", ({ target: at }) => {
		const style = getComputedStyle(at);
		window.pstStops.push({
			again: seen.has(at), what: `${at.tagName.toLowerCase()}${at.id ? `#${at.id}` : ""} "${(at.textContent || at.name || "").trim().slice(0, 40)}"`,
			outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, ring: style.boxShadow !== "none",
			wanted: at.matches("button, .button, input, select, textarea") ? (at.matches("[type=checkbox], [type=radio]") ? 24 : 40) : 0,
			height: at.getBoundingClientRect().height,
		});
		seen.add(at);
	});
}

// The Tab order of the page, until it begins anew: {what, outline, ring} of each stop, its height and
// the one that is wanted, both in px. Keys are sent in batches: a page has up to 150 stops.
export async function tabWalk(page, limit = 300) {
	const keys = await page.context().newCDPSession(page);
	const key = { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 };
	await page.evaluate(noteStops);
	try {
		for (let pressed = 0; pressed < limit; pressed += BATCH) {
			await Promise.all(Array.from({ length: BATCH }, () => [keys.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key }), keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...key })]).flat());
			const stops = await page.evaluate("window.pstStops");
			const end = stops.findIndex(({ again }) => again);
			if (end >= 0) {
				return stops.slice(0, end);
			}
		}
	} finally {
		await keys.detach();
	}
	throw new Error(`more than ${limit} Tab stops on ${page.url()}`);
}
