// client.mjs: a browser without a window: keeps cookies, posts the forms that a page shows.
import { env } from "./env.mjs";
import { elements, formsOf } from "./html.mjs";

// headers.getSetCookie() isn't there in Node 18; get() joins what were several headers by a comma.
const setCookies = (headers) => headers.get("set-cookie")?.split(/, (?=[\w-]+=)/) ?? [];

export class Client {
	#cookies = new Map();

	// language: what the browser asks for; base: BASE_URL of the instance.
	constructor({ base = env.BASE_URL, language = "de" } = {}) {
		this.base = base.replace(/\/$/, "");
		this.language = language;
	}

	get cookies() {
		return Object.fromEntries(this.#cookies);
	}

	#keepCookies(headers) {
		for (const line of setCookies(headers)) {
			const [pair, ...rest] = line.split(";");
			const at = pair.indexOf("=");
			const name = pair.slice(0, at).trim();
			const gone = rest.some((part) => /^\s*max-age=(0|-\d+)\s*$/i.test(part));
			if (gone) {
				this.#cookies.delete(name);
			} else {
				this.#cookies.set(name, pair.slice(at + 1).trim());
			}
		}
	}

	// One request, no redirect followed. path is below BASE_URL, or a whole path of this server.
	async request(method, path, { body, headers = {} } = {}) {
		const base = new URL(this.base);
		const prefix = base.pathname.replace(/\/$/, "");
		const whole = path.startsWith(`${prefix}/`) ? path : prefix + path;
		const response = await fetch(base.origin + whole, {
			method, body, redirect: "manual",
			headers: {
				"accept-language": this.language,
				...(this.#cookies.size > 0 ? { cookie: [...this.#cookies].map(([n, v]) => `${n}=${v}`).join("; ") } : {}),
				...headers,
			},
		});
		this.#keepCookies(response.headers);
		if (response.statusText === "") {
			throw new Error(`${method} ${whole}: ${response.status} without a reason`);
		}
		// Where a long word may be broken is for the eye.
		const text = (await response.text()).replaceAll("<wbr>", "");
		return { status: response.status, headers: response.headers, text, path: whole,
			location: response.headers.get("location") };
	}

	async #follow(response) {
		for (let hops = 0; response.status === 303 && hops < 5; hops++) {
			response = await this.request("GET", response.location.replace(/^https?:\/\/[^/]+/, ""));
		}
		return response;
	}

	// GET, redirects followed.
	async get(path) {
		return this.#follow(await this.request("GET", path));
	}

	// fields: an object (an array as a value repeats the field) or a ready string.
	async post(path, fields, headers = {}) {
		const body = typeof fields === "string" ? fields : new URLSearchParams(
			Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]))).toString();
		return this.request("POST", path, { body, headers: { "content-type": "application/x-www-form-urlencoded", ...headers } });
	}

	// Posts the form of a page whose action ends in `action`, with `changes` to its fields
	// (undefined leaves a field out); no redirect followed.
	async submit(page, action, changes = {}) {
		const form = formsOf(page.text).find((one) => one.method === "post" && one.action.endsWith(action));
		if (!form) {
			throw new Error(`${page.path} (${page.status}) has no form for ${action}`);
		}
		const fields = Object.fromEntries(Object.entries({ ...form.fields, ...changes }).filter(([, value]) => value !== undefined));
		return this.post(form.action, fields);
	}

	// The same, redirects followed.
	async save(page, action, changes = {}) {
		return this.#follow(await this.submit(page, action, changes));
	}

	// What the form of a new mailbox answers, in DOMAIN, wherever that stands among the domains.
	async newMailbox(local_part) {
		const page = await this.get("/mailboxes/new");
		const own = elements(page.text, "option").find(({ text }) => text === env.DOMAIN);
		return this.submit(page, "/mailboxes", { local_part, domain_id: own.attributes.value });
	}

	// The same, redirects followed.
	async saveMailbox(local_part) {
		return this.#follow(await this.newMailbox(local_part));
	}

	async signIn(login = env.ADMIN_LOGIN, password = env.ADMIN_PASSWORD) {
		const answer = await this.submit(await this.get("/login"), "/login", { login, password });
		if (answer.status !== 303) {
			throw new Error(`sign-in of ${login} was answered ${answer.status}`);
		}
		return this;
	}

	// Goes on with a session that is there already.
	resume(token) {
		this.#cookies.set("poststelle_session", token);
		return this;
	}

	// The token of the signed-in (or signed-out) forms, for requests built by hand.
	async token(path = "/account") {
		return formsOf((await this.get(path)).text).find((form) => form.fields.csrf)?.fields.csrf;
	}
}

export const adminClient = (options) => new Client(options).signIn();
export const staffClient = (options) => new Client(options).signIn(env.STAFF_LOGIN, env.STAFF_PASSWORD);
