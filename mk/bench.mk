# bench.mk: ratios measured side by side in one run. Nothing in make check depends on a time.

BENCH_TOOLS := $(patsubst %,$(BUILD_DIR)/tests/bench/%,fill fill_journal floor)

.PHONY: bench
$(BENCH_TOOLS): $(BUILD_DIR)/tests/bench/%: $(BUILD_DIR)/tests/bench/%.o $(LIB)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lfcgi $(LIBS)

bench: ## ratios that the product has to reach [BENCH=list]
	@stack/deps run build check bench
	@$(MAKE) --no-print-directory build $(BENCH_TOOLS) $(NODE_MODULES)
	@for one in $(or $(BENCH),$(basename $(notdir $(filter-out %/instance.mjs,$(sort $(wildcard tests/bench/*.mjs)))))); do \
		echo "== $$one"; BUILD_DIR=$(BUILD_DIR) node tests/bench/$$one.mjs || exit 1; done
