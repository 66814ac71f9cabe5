# check.mk: everything that has to hold, in the order of what is soonest found.

.PHONY: check check-machines cluster-check soak lint db-check server-check db-and-server-check
check: ## lint and all tests, the programs under sanitizers [15 to 35 minutes, as the machine is]
	@start=$$SECONDS; \
	stack/deps run build check fuzz && \
	run="$(MAKE) --no-print-directory -j$$(nproc)" && \
	$$run lint && \
	$$run SANITIZE=1 unit && \
	$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=5 && \
	$$run SANITIZE=1 db-and-server-check && \
	echo "make check: everything holds ($$((SECONDS - start)) s)"

check-machines: ## a bare Debian 12, an installed one and mail programs on a third, made for it by root, and cluster-check [about 25 minutes; MACHINES="bare installed clients" without it]
	@stack/deps machines
	@tests/machines/run $(MACHINES)
	@$(if $(MACHINES),,$(MAKE) --no-print-directory cluster-check)

cluster-check: $(STACK_PARTS) $(NODE_MODULES) ## the whole product on three database nodes, by root: one is killed, frozen, cut off [about 4 minutes]
	@stack/deps machines
	@BUILD_DIR=$(BUILD_DIR) timeout 900 tests/check.sh cluster

soak: $(STACK_PARTS) $(NODE_MODULES) ## the whole product at work while parts of it are killed every 20 s, by root [SOAK_MINUTES=30 SOAK_SEED=]
	@BUILD_DIR=$(BUILD_DIR) tests/check.sh soak

.PHONY: screenreader
screenreader: $(NODE_MODULES) ## what Orca says of saving and of an error [POSTSTELLE_ENV=demo.env of a running instance]
	@stack/deps screenreader
	@tests/screenreader/run

lint: lint-includes lint-docs lint-c lint-templates lint-man lint-install ## all linters

.PHONY: lint-includes lint-docs
lint-docs: ## functions and files that docs/architecture.md and CONTRIBUTING.md name are there
	node tests/lint/docs.mjs

lint-includes: ## who includes whom, what each file says of itself, how long it is
	node tests/lint/includes.mjs

db-check: $(STACK_PARTS) $(DB_TESTS) ## tests of lib on a private MariaDB
	@BUILD_DIR=$(BUILD_DIR) tests/check.sh db

server-check: $(STACK_PARTS) $(NODE_MODULES) $(BUILD_DIR)/render ## pages, browser and mail on the whole product [TESTS=files]
	@BUILD_DIR=$(BUILD_DIR) tests/check.sh servers $(TESTS)

db-and-server-check: $(STACK_PARTS) $(DB_TESTS) $(NODE_MODULES) $(BUILD_DIR)/render ## both, on two instances side by side
	@BUILD_DIR=$(BUILD_DIR) tests/check.sh all
