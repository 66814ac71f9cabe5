# fuzz.mk: fuzzing with libFuzzer: each tests/fuzz/fuzz_NAME.c begins with the inputs of
# tests/fuzz/corpus/NAME. What it finds beyond stays in build-fuzz/found/NAME for the next time; an
# input that is a fault becomes build-fuzz/NAME-..., and after its mend a file of the corpus.

FUZZ_SECONDS ?= 20
FUZZ_DIR := build-fuzz
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZ_SRC))
FUZZERS := $(addprefix $(FUZZ_DIR)/fuzz_,$(FUZZ_NAMES))
FUZZ_CFLAGS = -std=c17 -g -O1 -Wall -Wextra -Werror -Wno-unused-variable -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
# An input of FUZZ_MOST octets that takes 10 seconds is a fault, and so is 1 GB.
FUZZ_MOST := 20000
FUZZ_LIMITS := -max_len=$(FUZZ_MOST) -timeout=10 -rss_limit_mb=1024

fuzz_objects = $(patsubst %.c,$(FUZZ_DIR)/%.o,$(1))

$(FUZZ_DIR)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CLANG $<"; clang $(CPPFLAGS) $(FUZZ_CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

# All sources once; of the archive each fuzzer takes what it uses.
$(FUZZ_DIR)/all.a: $(call fuzz_objects,$(LIB_SRC) $(CGI_PARTS) $(MILTER_PARTS))
	@rm -f $@
	@$(AR) rcs $@ $^

$(FUZZERS): $(FUZZ_DIR)/fuzz_%: $(FUZZ_DIR)/tests/fuzz/fuzz_%.o $(FUZZ_DIR)/tests/fuzz/fuzz.o $(FUZZ_DIR)/all.a
	@echo "  LD $@"; clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(CGI_LIBS) $(MILTER_LIBS) $(LIBS)

# One of them, in FUZZ_SECONDS: fuzz-NAME.
.PHONY: fuzz fuzz-deps $(addprefix fuzz-,$(FUZZ_NAMES))
fuzz: fuzz-deps ## fuzz what reads what strangers send, FUZZ_SECONDS=20 each [fuzz-NAME: one of them]
	@$(MAKE) --no-print-directory -j$$(nproc) $(addprefix fuzz-,$(FUZZ_NAMES))
	@echo "fuzz: $(words $(FUZZ_NAMES)) passed, 0 failed"

fuzz-deps:
	@stack/deps build fuzz

$(addprefix fuzz-,$(FUZZ_NAMES)): fuzz-%: $(FUZZ_DIR)/fuzz_%
	@tests/fuzz/run $* $(FUZZ_SECONDS) $(FUZZ_LIMITS)

-include $(shell find $(FUZZ_DIR) -name '*.d' 2>/dev/null)
