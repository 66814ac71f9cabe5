# install.mk: make install, make deb, and the lints of what they install.

PREFIX ?= /usr
DESTDIR ?=
UNITDIR ?= /lib/systemd/system
# STRIP=1: programs without their symbols
STRIP ?=

INST_SHARE := $(PREFIX)/share/poststelle
INST_DOC := $(PREFIX)/share/doc/poststelle
INST_COMPLETION := $(PREFIX)/share/bash-completion/completions
DEB_ROOT := $(BUILD_DIR)/deb
DEB_ARCH = $(shell dpkg --print-architecture)
DEB_FILE = $(BUILD_DIR)/poststelle_$(VERSION)_$(DEB_ARCH).deb
MAINTAINER_SCRIPTS := preinst postinst prerm postrm
# Whom a package names: DEBFULLNAME and DEBEMAIL of who makes it
MAINTAINER ?= $(or $(DEBFULLNAME),Poststelle) <$(or $(DEBEMAIL),poststelle@example.org)>

# Files say where things are under /usr; under another PREFIX they say that. The programs' own
# default is /usr/share/poststelle, so samples then name the templates.
INST_SED := -e 's,/usr/share/poststelle,$(INST_SHARE),g' -e 's,/usr/lib/poststelle,$(PREFIX)/lib/poststelle,g' \
	-e 's,/usr/bin/poststelle,$(PREFIX)/bin/poststelle,g' \
	$(if $(filter-out /usr,$(PREFIX)),-e 's|^\#template_dir=|template_dir=|')

# $(call put,MODE,SOURCE,DIRECTORY): a text with its paths put right
put = sed $(INST_SED) $(2) >$(DESTDIR)$(3)/$$(basename $(2)) && chmod $(1) $(DESTDIR)$(3)/$$(basename $(2))

.PHONY: install deb lint-man lint-install
install: $(PROGRAMS) $(ERROR_PAGES) ## install for an administrator [DESTDIR= PREFIX=/usr STRIP=1]
	install -d $(addprefix $(DESTDIR),$(PREFIX)/bin $(PREFIX)/lib/poststelle $(INST_SHARE)/static \
		$(INST_SHARE)/templates/lang $(INST_SHARE)/templates/mail \
		$(INST_SHARE)/errors/de $(INST_SHARE)/errors/en \
		$(INST_SHARE)/sql $(INST_SHARE)/mail/postfix/sql \
		$(INST_SHARE)/mail/dovecot/sql $(INST_SHARE)/setup $(INST_DOC) $(INST_COMPLETION) $(UNITDIR) /etc/poststelle)
	install $(if $(STRIP),-s) -m 0755 $(BUILD_DIR)/poststelle $(DESTDIR)$(PREFIX)/bin/
	install $(if $(STRIP),-s) -m 0755 $(filter-out $(BUILD_DIR)/poststelle,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/lib/poststelle/
	install -m 0644 $(wildcard templates/*.cst) $(DESTDIR)$(INST_SHARE)/templates/
	install -m 0644 $(wildcard templates/lang/*.hdf) $(DESTDIR)$(INST_SHARE)/templates/lang/
	install -m 0644 $(wildcard templates/mail/*.ini) $(DESTDIR)$(INST_SHARE)/templates/mail/
	install -m 0644 $(wildcard static/*) $(DESTDIR)$(INST_SHARE)/static/
	set -e; for language in de en; do \
		install -m 0644 $(BUILD_DIR)/errors/$$language/*.html $(DESTDIR)$(INST_SHARE)/errors/$$language/; \
	done
	install -m 0644 $(wildcard sql/*.sql) $(DESTDIR)$(INST_SHARE)/sql/
	install -m 0755 mail/fill mail/escape-folders $(DESTDIR)$(INST_SHARE)/mail/
	install -m 0644 mail/values.example $(DESTDIR)$(INST_SHARE)/mail/
	set -e; for file in $(wildcard setup/*); do \
		mode=0644; [ ! -x $$file ] || mode=0755; \
		$(call put,$$mode,$$file,$(INST_SHARE)/setup); \
	done
	set -e; for server in postfix dovecot; do \
		find mail/$$server -maxdepth 1 -type f -exec install -m 0644 -t $(DESTDIR)$(INST_SHARE)/mail/$$server {} +; \
		find mail/$$server/sql -type f -exec install -m 0644 -t $(DESTDIR)$(INST_SHARE)/mail/$$server/sql {} +; \
	done
	install -m 0644 README.md $(wildcard docs/*.md) $(DESTDIR)$(INST_DOC)/
	install -m 0644 LICENSE $(DESTDIR)$(INST_DOC)/copyright
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct -- CHANGELOG.md 2>/dev/null)} \
		mk/deb/changelog '$(VERSION)' '$(MAINTAINER)' <CHANGELOG.md | gzip -9nc >$(DESTDIR)$(INST_DOC)/changelog.gz
	chmod 0644 $(DESTDIR)$(INST_DOC)/changelog.gz
	$(call put,0644,nginx.conf.example,$(INST_DOC))
	install -m 0644 $(DESTDIR)$(INST_DOC)/nginx.conf.example $(DESTDIR)$(INST_SHARE)/setup/nginx.conf
	install -m 0644 mail/haproxy.cfg.example $(DESTDIR)$(INST_DOC)/
	install -m 0644 cli/poststelle.bash $(DESTDIR)$(INST_COMPLETION)/poststelle
	set -e; for unit in $(wildcard mail/systemd/*.service mail/systemd/*.timer); do $(call put,0644,$$unit,$(UNITDIR)); done
	set -e; for page in $(wildcard docs/man/*.[158]); do \
		directory=$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}; \
		install -d $$directory; \
		sed $(INST_SED) $$page | gzip -9nc >$$directory/$${page##*/}.gz; \
		chmod 0644 $$directory/$${page##*/}.gz; \
	done
	set -e; for sample in $(wildcard mk/config-samples/*.conf); do \
		target=$(DESTDIR)/etc/poststelle/$${sample##*/}; \
		[ ! -e $$target ] || { echo "$$target is there already and stays as it is"; continue; }; \
		(umask 027 && sed $(INST_SED) $$sample >$$target); \
		chmod 0640 $$target; \
	done

deb: ## a Debian package in BUILD_DIR
	@stack/deps build deb
	@$(MAKE) --no-print-directory build
	rm -rf $(DEB_ROOT)
	$(MAKE) --no-print-directory install DESTDIR=$(CURDIR)/$(DEB_ROOT) PREFIX=/usr STRIP=1
	install -d $(DEB_ROOT)/DEBIAN
	install -m 0755 $(addprefix mk/deb/,$(MAINTAINER_SCRIPTS)) $(DEB_ROOT)/DEBIAN/
	(cd $(DEB_ROOT) && find etc -type f | LC_ALL=C sort | sed 's,^,/,') >$(DEB_ROOT)/DEBIAN/conffiles
	(cd $(DEB_ROOT) && find usr lib -type f | LC_ALL=C sort | xargs -d '\n' md5sum) >$(DEB_ROOT)/DEBIAN/md5sums
	mk/deb/libraries $(DEB_ROOT)/usr/bin/poststelle $(DEB_ROOT)/usr/lib/poststelle/* >$(BUILD_DIR)/deb.depends
	sed -e 's/@VERSION@/$(VERSION)/' -e 's/@ARCH@/$(DEB_ARCH)/' \
		-e "s/@SIZE@/$$(du -sk --exclude=DEBIAN $(DEB_ROOT) | cut -f1)/" \
		-e 's/@MAINTAINER@/$(MAINTAINER)/' -e "s/@DEPENDS@/$$(cat $(BUILD_DIR)/deb.depends)/" mk/deb/control.in >$(DEB_ROOT)/DEBIAN/control
	chmod 0644 $(addprefix $(DEB_ROOT)/DEBIAN/,control conffiles md5sums)
	dpkg-deb --root-owner-group --build $(DEB_ROOT) $(DEB_FILE)

lint-man: ## man pages name every command, option and key
	node tests/lint/man.mjs

lint-install: $(PROGRAMS) $(ERROR_PAGES) ## what make install and make deb put where
	BUILD_DIR=$(BUILD_DIR) tests/lint/install.sh
