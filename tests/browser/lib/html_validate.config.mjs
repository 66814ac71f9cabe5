// What html-validate holds every page to (HTML standard, accessibility).
export default {
	root: true,
	extends: ["html-validate:recommended", "html-validate:document", "html-validate:a11y"],
	rules: {
		// Our style sheet comes from our own server.
		"require-sri": "off",
		// A scroll box with role=region is a div by intent.
		"prefer-native-element": "off",
		"long-title": "off",
		// A tick for each row is one field, repeated.
		"form-dup-name": ["error", { shared: ["radio", "button", "reset", "submit", "checkbox"] }],
		"no-trailing-whitespace": "off",
	},
};
