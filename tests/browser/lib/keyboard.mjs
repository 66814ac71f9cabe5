// keyboard.mjs: what somebody does who has no mouse.

// Tabs until an element matches the CSS selector; at most `limit` steps.
export async function tabTo(page, selector, limit = 60) {
	for (let step = 0; step < limit; step++) {
		await page.keyboard.press("Tab");
		if (await page.evaluate((css) => document.activeElement?.matches(css) ?? false, selector)) {
			return;
		}
	}
	throw new Error(`${selector} was not reached with ${limit} Tabs on ${page.url()}`);
}

// The Tab order of the page: {what, outline, ring} of each stop, until it begins anew.
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
				width: box.width, height: box.height,
				above: document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)?.closest("dialog") ?? null,
			};
		});
		if (stop === null || stop.again) {
			return stops;
		}
		stops.push(stop);
	}
	throw new Error(`more than ${limit} Tab stops on ${page.url()}`);
}
