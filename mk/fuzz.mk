# fuzz.mk: fuzzing with libFuzzer: tests/fuzz/fuzz_NAME.c against our own sources, FUZZ_SECONDS each.

FUZZ_SECONDS ?= 20
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_PARTS = $(LIB_SRC) $(CGI_PARTS) $(MILTER_PARTS)

.PHONY: fuzz
fuzz: ## fuzz the parsers, FUZZ_SECONDS=20 each
	@stack/deps build fuzz
	@set -e; mkdir -p build-fuzz; for source in $(FUZZ_SRC); do \
		name=$$(basename $$source .c); echo "$$name"; \
		clang -std=c17 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
			$(CPPFLAGS) $(PKG_CFLAGS) -o build-fuzz/$$name $$source $(FUZZ_PARTS) \
			$(CGI_LIBS) $(MILTER_LIBS) $(LIBS); \
		build-fuzz/$$name -max_total_time=$(FUZZ_SECONDS) -max_len=20000 -print_final_stats=0 -verbosity=0 \
			-artifact_prefix=build-fuzz/; \
	done; echo "fuzz: $(words $(FUZZ_SRC)) passed, 0 failed"
