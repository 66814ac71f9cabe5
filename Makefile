# Poststelle. `make run` and `make check` are the two commands; `make help` lists all.
#
# BUILD_DIR chooses where objects and programs go, SANITIZE=1 builds them with AddressSanitizer
# and UBSan (into build-asan, unless BUILD_DIR says otherwise).

.DEFAULT_GOAL := build
SHELL := /bin/bash

SANITIZE ?=
BUILD_DIR ?= $(if $(SANITIZE),build-asan,build)
# The newest release in the changelog, with +next while something unreleased stands above it.
VERSION := $(shell sed -n -e 's/^\#\# \(Unreleased\).*/\1/p' -e 's/^\#\# \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md | \
	awk '/Unreleased/ { next_one = "+next"; next } { print $$0 next_one; exit }')

CC := gcc
AR := gcc-ar
PKGS := glib-2.0 gio-2.0 libmariadb libcrypto libidn2 libcrypt gmime-3.0 libcurl
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE \
	-Wl,-z,relro,-z,now -Wl,-z,noexecstack -pie
WARN := -Wall -Wextra -Werror -Wshadow -Wformat=2 -Wformat-signedness -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla \
	-Wimplicit-fallthrough -Wduplicated-cond -Wlogical-op
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT := $(if $(SANITIZE),-O1 -g $(SANFLAGS),-O2 -g -D_FORTIFY_SOURCE=2)
CPPFLAGS := -D_GNU_SOURCE -DPOSTSTELLE_VERSION='"$(VERSION)"' -I. -isystem /usr/include/ClearSilver \
	-DGLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_74 -DGLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_74
# The packages' flags are asked for only when something is compiled.
PKG_CFLAGS = $(patsubst -I%,-isystem %,$(or $(shell pkg-config --cflags $(PKGS)),\
	$(error What Poststelle is built with is missing; make deps-build installs it)))
CFLAGS = -std=c17 $(OPT) $(WARN) $(HARDEN) $(PKG_CFLAGS)
LDFLAGS := -Wl,--as-needed
# libcsv comes without a pkg-config file.
LIBS = $(shell pkg-config --libs $(PKGS)) -lcsv
CGI_LIBS := -lfcgi -lneo_cs -lneo_utl -lz -lqrencode
# Takes the place of libc's malloc, so nothing of it is named; the sanitizers have one of their own.
CGI_MALLOC := $(if $(SANITIZE),,-Wl,--push-state,--no-as-needed -lmimalloc -Wl,--pop-state)
MILTER_LIBS := -lmilter
# Of libc itself: answers of the DNS.
CLI_LIBS := -lresolv
TEST_LIBS := -lcmocka

objects = $(patsubst %.c,$(BUILD_DIR)/%.o,$(1))
LIB_SRC := $(sort $(wildcard lib/*/*.c))
CGI_SRC := $(sort $(wildcard cgi-bin/*.c))
CLI_SRC := $(sort $(wildcard cli/*.c))
MILTER_SRC := $(sort $(wildcard milter/*.c))
OFFICE_SRC := $(sort $(wildcard stack/office/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
DB_SRC := $(sort $(wildcard tests/db/test_*.c))
LIB := $(BUILD_DIR)/libpoststelle.a
# What the tests link beside lib: everything of the programs but their main().
CGI_PARTS := $(filter-out cgi-bin/main.c,$(CGI_SRC))
CLI_PARTS := $(filter-out cli/main.c,$(CLI_SRC))
MILTER_PARTS := $(filter-out milter/main.c,$(MILTER_SRC))

# What the tests take from npm; here, since prerequisites are read in the order of the files.
NODE_MODULES := tests/node_modules/.package-lock.json

PROGRAMS := $(patsubst %,$(BUILD_DIR)/%,poststelle.fcgi poststelle poststelle-milter)
# Makes the demo's data; nobody installs it.
OFFICE_PROGRAM := $(BUILD_DIR)/office
# What nginx answers of its own accord, a page for each language and status; the stamp of all.
ERROR_PAGES := $(BUILD_DIR)/errors/made
# What an instance of stack/stack is started from, a test's like the demo's.
STACK_PARTS := $(PROGRAMS) $(OFFICE_PROGRAM) $(ERROR_PAGES)
UNIT_TESTS := $(patsubst %.c,$(BUILD_DIR)/%,$(UNIT_SRC))
DB_TESTS := $(patsubst %.c,$(BUILD_DIR)/%,$(DB_SRC))

.PHONY: build unit clean help lint-c format
build: $(STACK_PARTS) ## compile the programs into BUILD_DIR

$(BUILD_DIR)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# What says the version is compiled anew when it changes.
$(BUILD_DIR)/version: FORCE
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@
FORCE:
$(call objects,cli/main.c cgi-bin/main.c milter/main.c): $(BUILD_DIR)/version

$(LIB): $(call objects,$(LIB_SRC))
	@rm -f $@
	@$(AR) rcs $@ $^

$(BUILD_DIR)/poststelle.fcgi: $(call objects,$(CGI_SRC)) $(LIB)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CGI_MALLOC) $(CGI_LIBS) $(LIBS)

$(BUILD_DIR)/poststelle: $(call objects,$(CLI_SRC)) $(LIB)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CLI_LIBS) $(LIBS)

$(BUILD_DIR)/poststelle-milter: $(call objects,$(MILTER_SRC)) $(LIB)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(MILTER_LIBS) $(LIBS)

$(OFFICE_PROGRAM): $(call objects,$(OFFICE_SRC)) $(LIB)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(UNIT_TESTS): $(BUILD_DIR)/%: $(BUILD_DIR)/%.o $(call objects,$(CGI_PARTS) $(CLI_PARTS) $(MILTER_PARTS)) $(LIB)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CGI_LIBS) $(CLI_LIBS) $(MILTER_LIBS) $(LIBS) $(TEST_LIBS)

$(DB_TESTS): $(BUILD_DIR)/%: $(BUILD_DIR)/%.o $(LIB)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(TEST_LIBS)

# What the journal reads in mails, for a comparison with what others do.
READING := $(BUILD_DIR)/tests/reading/read_mails

$(READING): $(BUILD_DIR)/%: $(BUILD_DIR)/%.o $(call objects,$(MILTER_PARTS)) $(LIB)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(MILTER_LIBS) $(LIBS)

unit: $(UNIT_TESTS) $(READING) ## unit tests (pure logic)
	@set -e; for t in $(UNIT_TESTS); do $$t; done
	@python3 -B tests/reading/compare.py $(READING)

clean: ## remove what was built
	rm -rf build build-asan build-fuzz

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 18

LINTED = $(LIB_SRC) $(CGI_SRC) $(CLI_SRC) $(MILTER_SRC) $(OFFICE_SRC)
READING_SRC := $(sort $(wildcard tests/reading/*.c))
C_FILES = $(LINTED) $(UNIT_SRC) $(DB_SRC) $(READING_SRC) $(wildcard tests/fuzz/*.c)
H_FILES = $(wildcard lib/*/*.h cgi-bin/*.h cli/*.h milter/*.h stack/*/*.h tests/*/*.h)

format: ## rewrite the C files in the house's format
	clang-format -i $(C_FILES) $(H_FILES)

lint-c: ## clang-tidy (with its static analyzer), cppcheck and the format of the C files
	@clang-format --dry-run -Werror $(C_FILES) $(H_FILES)
	@cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr --enable=warning,performance,portability \
		--suppress=missingIncludeSystem --suppress=nullPointerRedundantCheck --suppress=varFuncNullUB -I. -D_GNU_SOURCE \
		'-DG_DEFINE_EXTENDED_ERROR(a,b)=' -DPOSTSTELLE_VERSION='"0"' \
		--library=gtk $(LINTED)
	@printf '%s\n' $(LINTED) | xargs -P2 -n4 sh -c 'clang-tidy --quiet "$$@" -- \
		-std=c17 $(filter-out -DPOSTSTELLE_VERSION=%,$(CPPFLAGS)) -DPOSTSTELLE_VERSION=\"0\" $(PKG_CFLAGS) 2>/dev/null' clang-tidy

include mk/*.mk
-include $(shell find $(BUILD_DIR) -name '*.d' 2>/dev/null)
