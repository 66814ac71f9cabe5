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

// The Tab order of the page, until it begins anew: {what, outline, ring} of each stop, its height and
// the one that is wanted (look.md), both in px.
export async function tabWalk(page, limit = 300) {
	const stops = [];
	await page.evaluate("document.activeElement?.blur(); window.getSelection().removeAllRanges()");
	for (let step = 0; step < limit; step++) {
		await page.keyboard.press("Tab");
		const stop = await page.evaluate(() => {
			const at = document.activeElement;
			if (!at || at === document.body) {
				return null;
			}
			const style = getComputedStyle(at);
			const box = at.getBoundingClientRect();
			window.pstSeen ??= new WeakSet();
			const again = window.pstSeen.has(at);
			window.pstSeen.add(at);
			return {
				again, what: `${at.tagName.toLowerCase()}${at.id ? `#${at.id}` : ""} "${(at.textContent || at.name || "").trim().slice(0, 40)}"`,
				outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, ring: style.boxShadow !== "none",
				wanted: at.matches("button, .button, input, select, textarea") ? (at.matches("[type=checkbox], [type=radio]") ? 24 : 40) : 0,
				height: box.height,
			};
		});
		if (stop === null || stop.again) {
			return stops;
		}
		stops.push(stop);
	}
	throw new Error(`more than ${limit} Tab stops on ${page.url()}`);
}
