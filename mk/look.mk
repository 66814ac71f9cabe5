# look.mk: lint of templates, texts and style sheet, a tool that shows a template alone, and what it
# makes ahead: nginx's own pages.

.PHONY: lint-templates
$(NODE_MODULES): tests/package-lock.json
	@cd tests && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

lint-templates: $(NODE_MODULES) ## templates print nothing raw, both languages complete, style sheet
	node tests/lint/templates.mjs
	node tests/lint/languages.mjs
	cd tests && node_modules/.bin/stylelint --config browser/stylelint.config.mjs ../static/style.css
	@size=$$(wc -c < static/style.css); [ $$size -le 12288 ] || { echo "static/style.css: $$size octets, more than 12 KB"; exit 1; }

$(BUILD_DIR)/render: mk/render.c cgi-bin/wrap.c ## one template with a sample data set
	@mkdir -p $(@D)
	@$(CC) -std=c17 -Wall -Wextra -isystem /usr/include/ClearSilver -I. -o $@ $^ -lneo_cs -lneo_utl -lz

$(ERROR_PAGES): mk/error-pages $(BUILD_DIR)/render $(wildcard templates/lang/*.hdf) templates/server_error.cst \
		templates/layout_top.cst templates/layout_bottom.cst templates/macros.cst static/style.css
	@echo "  MAKE $(@D)"; mk/error-pages $(BUILD_DIR)/render $(@D)
	@touch $@

.PHONY: browser-tests
browser-tests: $(NODE_MODULES) $(BUILD_DIR)/render ## every page in a real browser; POSTSTELLE_ENV names the demo.env of the instance
	BUILD_DIR=$(BUILD_DIR) node --test $(sort $(wildcard tests/browser/*.test.mjs))
