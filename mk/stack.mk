# stack.mk: the private servers of `make run` and `make check`, and the tests that need them.

RUN_DIR ?= var/run
PORT_BASE ?= 8080
STACK = RUN_DIR='$(RUN_DIR)' PORT_BASE='$(PORT_BASE)' BUILD_DIR='$(BUILD_DIR)' stack/stack

.PHONY: run stop deps deps-build
run: ## the whole product with demo data on 127.0.0.1 [RUN_DIR=var/run PORT_BASE=8080 DETACH=1]
	@stack/deps run build
	@$(MAKE) --no-print-directory build
	@exec env $(STACK) $(if $(DETACH),start,run)

stop: ## end the instance of RUN_DIR
	@$(STACK) stop

deps: ## install the Debian packages that are missing for make run and make check
	@stack/deps run build check

deps-build: ## install those that make and make deb need, and no more
	@stack/deps build deb
