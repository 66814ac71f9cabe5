#!/bin/bash
# installed.sh: the package is made on one machine, by somebody who isn't root, and installed on another
# by the administrator's guide, to the letter. That machine boots, has no way to a package registry by
# then, and carries mail, also after it was started again; the package goes and comes back. On a third
# one the version before is updated.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./machine.sh
. ./mail.sh
. ./office.sh
. ./use.sh

# The last commit at which nothing stood above the newest release.
BEFORE=$(git -C "$ROOT" log --format=%H --reverse -S'## Unreleased' -- CHANGELOG.md | head -n 1)~1

# --- made

machine_new maker
machine_start maker
machine_do maker useradd --create-home --shell /bin/bash person
git clone -q --no-hardlinks "$ROOT" "$WORK/maker/home/person/poststelle"
git clone -q --no-hardlinks "$ROOT" "$WORK/maker/home/person/before"
git -C "$WORK/maker/home/person/before" checkout -q "$BEFORE"
machine_do maker chown -R person: /home/person

make_deb() { machine_do maker runuser -u person -- make -C "/home/person/$1" deb; }

says_what() {
	fails make_deb poststelle 2>"$WORK/sentence"
	cat "$WORK/sentence"
	awk '/^$/ { part++; next } part == 1' "$WORK/sentence" >"$WORK/maker/root/steps"
	machine_do maker sh -e /root/steps
	[ ! -e "$WORK/maker/usr/sbin/policy-rc.d" ]
}
step "make deb without root and sudo says what root has to do, and that is enough" says_what
step "make deb" make_deb poststelle
step "make deb of the version before" make_deb before

# Another version number reaches the programs without anything being removed.
bumped() {
	machine_do maker runuser -u person -- sh -ec 'cd /home/person/poststelle
		cp CHANGELOG.md /tmp/changelog; mkdir /tmp/kept; cp build/*.deb /tmp/kept
		sed -i "0,/^## Unreleased/s//## 9.9.9\n- New.\n\n## 9.9.8/" CHANGELOG.md
		make deb
		[ "$(dpkg-deb -f build/poststelle_9.9.9_*.deb Version)" = 9.9.9 ]
		[ "$(build/poststelle --version)" = "poststelle 9.9.9" ]
		[ "$(build/poststelle.fcgi --version)" = "poststelle.fcgi 9.9.9" ]
		rm build/*.deb; cp /tmp/changelog CHANGELOG.md; cp /tmp/kept/*.deb build'
}
step "a new version in the changelog is one of package and programs" bumped

# --- a repository

# What every new machine with Debian has, a certificate, and the packages in a repository of its own.
prepare() {
	local office=$WORK/office
	install -m 0644 -t "$office/root" "$WORK"/maker/home/person/poststelle/build/*.deb
	install -D -m 0644 -t "$office/srv/before" "$WORK"/maker/home/person/before/build/*.deb
	machine_do office apt-get -q update
	machine_do office env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y --no-install-recommends install systemd-sysv dbus curl
	machine_do office sh -ec 'cd; apt-get -q -y --download-only install ./poststelle_*.deb'
	mkdir "$office/srv/packages"
	mv "$office"/var/cache/apt/archives/*.deb "$office/srv/packages"
	cp -al "$office/srv/packages" "$WORK/maker/root/packages"
	machine_do maker sh -ec 'cd /root/packages; dpkg-scanpackages -m . >Packages'
	cp "$WORK/maker/root/packages/Packages" "$office/srv/packages"
	rm -rf "$office"/etc/apt/sources.list.d/* "$office"/var/lib/apt/lists/*
	echo 'deb [trusted=yes] file:/srv/packages ./' >"$office/etc/apt/sources.list"
	machine_do office apt-get -q update
	echo 'APT::Get::Assume-Yes "true";' >"$office/etc/apt/apt.conf.d/90yes"
	ln -s /bin/true "$office/usr/local/bin/editor"
	echo '127.0.0.1 poststelle.example mail.example.org' >>"$office/etc/hosts"
	echo '192.0.2.25 world.example' >>"$office/etc/hosts"
	: >"$office/etc/resolv.conf"
	install -d "$office/etc/ssl/private" "$office/etc/ssl/mail"
	certificate "$office/etc/ssl/private/poststelle.key" "$office/etc/ssl/poststelle.pem"
	install -m 0600 "$office/etc/ssl/private/poststelle.key" "$office/etc/ssl/mail/privkey.pem"
	install -m 0644 "$office/etc/ssl/poststelle.pem" "$office/etc/ssl/mail/fullchain.pem"
	install -D -m 0644 "$CA" "$office/usr/local/share/ca-certificates/office.crt"
	# The world has no DNS here. The administrator's own lines.
	install -d "$office/etc/postfix"
	echo 'smtp_dns_support_level = disabled' >"$office/etc/postfix/main.cf.local"
}
machine_new office
machine_start office
step "the packages are there" prepare
machine_stop office
for name in older odd; do cp -a "$WORK/office" "$WORK/$name"; done

# --- installed

boot "it boots, and nothing failed"
# From nothing to the first mail: what is typed is counted, what it takes is said.
START=$SECONDS
few_lines() {
	guide admin-guide.md "1. From nothing to the first mailbox" | tee "$WORK/typed"
	[ "$(wc -l <"$WORK/typed")" -gt 0 ]
	[ "$(wc -l <"$WORK/typed")" -le 6 ]
}
step "the guide's first section is at most six typed lines" few_lines
step "admin-guide.md, 1. From nothing to the first mailbox" follow office admin-guide.md "1. From nothing to the first mailbox"
first_mail() {
	machine_do office poststelle mailbox show --password "$address" | sed -n 's/^password: //p' >"$WORK/password"
	mail_in 25 first "$address"
	mail_read imaps://mail.example.org first "$address" "$(secret)" --cacert "$CA"
}
step "the first mail is read" first_mail
echo "    from the package to the first mail: $((SECONDS - START)) s"

# --- used

step "every unit runs" units
step "the settings name the mail servers" test "$(pages servers | sort -u)" = mail.example.org
step "the web server's group reaches the web program's socket, and none of its secrets" secrets
step "Postfix reaches the milters, and nobody else" sockets
make_world
step "mail-servers.md, 7. Checks" checks
step "a mail in, mails out on both ports, all journaled; IMAP" carries 1
step "postmaster@, abuse@ and root@ are read" owners_mail 1
step "an absence note answers" answers 1
step "a new password ends an open session" new_password
step "a mailbox is deleted and purged" purged 1
step "the backup" backed_up
step "setup finds nothing to do, and no service has logged an error" settled

machine_stop office
boot "started again, it boots"
step "every unit runs by itself" units
make_world
step "a mail in, mails out on both ports, all journaled; IMAP" carries 2
step "postmaster@, abuse@ and root@ are read" owners_mail 2
step "an absence note answers" answers 2
step "a new password ends an open session" new_password
step "the purged mailbox's mail is gone" gone
step "setup finds nothing to do, and no service has logged an error" settled
killed() {
	machine_do office sh -ec 'for unit in nginx dovecot postfix@- mariadb poststelle poststelle-agent poststelle-milter@name poststelle-milter@journal; do
		pid=$(systemctl show -P MainPID $unit)
		[ "$pid" != 0 ] || pid=$(tr -cd 0-9 </var/spool/postfix/pid/master.pid)
		kill -9 "$pid"
		for _ in $(seq 60); do
			sleep 1
			[ "$(systemctl show -P NRestarts $unit)" = 0 ] || ! systemctl -q is-active $unit || break
		done
		test "$(systemctl show -P NRestarts $unit)" -ge 1
		systemctl is-active $unit
	done'
	units
}
step "whatever is killed is started again" killed

# Here is the place of what says whether all of it works.

# --- setup again, and what isn't its own

keeps_foreign() {
	echo '# by hand' >>"$WORK/office/etc/dovecot/dovecot.conf"
	fails machine_do office poststelle setup --yes 2>"$WORK/said"
	grep -F -- --replace "$WORK/said"
	machine_do office tail -n 1 /etc/dovecot/dovecot.conf | grep -x '# by hand'
	machine_do office poststelle setup --yes --replace
	machine_do office sh -c 'cat /etc/dovecot/dovecot.conf.before-poststelle*' | grep -x '# by hand'
	fails machine_do office grep -x '# by hand' /etc/dovecot/dovecot.conf
	machine_do office postconf smtp_dns_support_level | grep -w disabled
}
step "setup replaces what isn't its own only if it may, and keeps it" keeps_foreign
other_store() {
	machine_do office sh -ec 'systemctl stop dovecot postfix poststelle-agent; mv /var/vmail /home/mail
		poststelle setup --yes --mail-store /home/mail; poststelle setup --yes --mail-store /var/vmail --dry-run'
	mail_in 25 moved "$address"
	mail_read imaps://mail.example.org moved "$address" "$(secret)" --cacert "$CA"
	machine_do office sh -c 'grep -rl "Subject: moved" /home/mail'
	fails machine_do office test -e /var/vmail
	machine_do office sh -ec 'nsenter -t "$(systemctl show -P MainPID poststelle-agent)" -m test -w /home/mail'
	machine_do office sh -ec 'systemctl stop dovecot postfix poststelle-agent; mv /home/mail /var/vmail
		poststelle setup --yes --mail-store /var/vmail'
	fails machine_do office test -e /etc/systemd/system/poststelle-agent.service.d/mail-store.conf
}
step "a mail store elsewhere: Dovecot, agent and its unit follow" other_store

get() { beside office curl -fsS --cacert "$CA" "https://poststelle.example$1"; }
prefix() {
	local file
	file=$(basename "$(printf '%s\n' "$ROOT"/static/*.css | head -n 1)")
	machine_do office poststelle setup --yes --url https://poststelle.example/post
	get /post/healthz | grep -x ok
	get "/post/static/$file" | cmp - "$ROOT/static/$file"
	get /post/login | grep -F /post/static/
	get "/mail/config-v1.1.xml?emailaddress=$address" | grep -F mail.example.org
	fails get /healthz
	machine_do office poststelle setup --yes --url https://poststelle.example
	get /healthz | grep -x ok
	get "/static/$file" | cmp - "$ROOT/static/$file"
}
step "the pages under a prefix, and back" prefix

# --- it goes, and comes back

itself() { machine_do office sh -ec 'cd; apt-get -q --reinstall install ./poststelle_*.deb' && units; }
step "updated over itself, everything runs on" itself
removed() {
	# apt gives dpkg a terminal, whose lines end with CR.
	machine_do office apt-get -q remove poststelle | tr -d '\r' | tee "$WORK/said"
	grep -F 'postconf -e poststelle_milter_name= poststelle_milter_journal=' "$WORK/said"
	grep -F 'What stays' "$WORK/said"
	fails mail_in 25 unheard "$address"
	machine_do office sh -ec "$(sed -n 's/^\tpostconf/postconf/p' "$WORK/said")"
	mail_in 25 without "$address"
	mail_read imaps://mail.example.org without "$address" "$(secret)" --cacert "$CA"
	machine_do office apt-get -q autoremove
	machine_do office systemctl is-active postfix@- dovecot mariadb nginx
	machine_do office apt-get -q purge poststelle | tr -d '\r' | tee "$WORK/said"
	grep -F 'What stays' "$WORK/said"
	machine_do office test -s /etc/poststelle/password.key
	fails machine_do office test -e /etc/poststelle/web.conf
}
step "removed, mail waits until Postfix is told; purged, what can't be made again stays" removed
again() {
	machine_do office sh -ec 'cd; apt-get -q install ./poststelle_*.deb; poststelle setup --yes --replace'
	units
	secrets
}
step "installed again, setup takes up what stayed" again
step "a mail in, mails out on both ports, all journaled; IMAP" carries 3
machine_stop office
boot "started again, it boots"
step "every unit runs by itself" units
. ./doctor.sh
machine_stop office
: >"$WORK/office.ready"

# --- beside a user and a group that are there

machine_start odd
beside_vmail() {
	machine_do odd sh -ec 'groupadd --gid 8000 folk; useradd --uid 8000 --gid folk vmail; groupadd poststelle
		cd; apt-get -q --no-install-recommends install ./poststelle_*.deb'
	[ "$(machine_do odd stat -c '%U:%G' /etc/poststelle/agent.conf)" = root:vmail ]
	[ "$(machine_do odd stat -c '%U:%G' /etc/poststelle/web.conf)" = root:poststelle ]
	[ "$(machine_do odd stat -c '%U:%G' /var/vmail)" = vmail:vmail ]
}
step "a user vmail of another group and a group poststelle are there already" beside_vmail
. ./distant.sh
rm -rf --one-file-system "$WORK/odd"

# --- the version before

MACHINE=older
GUIDES=$WORK/maker/home/person/before/docs
boot "a machine for the version before boots"
old_version() {
	machine_do older sh -ec 'apt-get -q install mariadb-server nginx openssl postfix postfix-mysql dovecot-core \
		dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-mysql dovecot-sieve; apt-get -q install /srv/before/*.deb
		cd /etc/poststelle
		sed -i "s,^base_url=.*,base_url=https://poststelle.example," poststelle.conf web.conf agent.conf milter.conf
		sed -i "s,^#mail_from=.*,mail_from=office@example.org," web.conf agent.conf'
}
step "the version before is installed" old_version
step "its admin-guide.md, 2. Database" follow older admin-guide.md "2. Database"
step "its mail-servers.md, 2. Values" follow older mail-servers.md "2. Values"
step "its mail-servers.md, 3. Files" follow older mail-servers.md "3. Files"
old_mailbox() {
	machine_do older poststelle mailbox add "$address"
	machine_do older poststelle mailbox show --password "$address" | sed -n 's/^password: //p' >"$WORK/password"
	[ -s "$WORK/password" ]
}
step "a mailbox of it" old_mailbox
GUIDES=
asks_nothing() {
	follow older admin-guide.md "6. Updates" 2>&1 | tee "$WORK/said" || :
	fails grep -i 'configuration file' "$WORK/said"
	# The guide's files were filled in by hand then.
	grep -F REPLACES "$WORK/said"
	machine_do older poststelle setup --yes --replace
	machine_do older grep -x mail_from=office@example.org /etc/poststelle/common.conf
	fails machine_do older grep '^base_url' /etc/poststelle/web.conf
}
step "admin-guide.md, 6. Updates: no question about what four files repeated" asks_nothing
step "every unit runs" units
make_world
step "the mailbox made before opens with its password, and carries mail" carries 4
machine_stop older
