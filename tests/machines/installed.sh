#!/bin/bash
# installed.sh: the package is made on one machine, by somebody who isn't root, and installed on
# another by the administrator's guide: its own commands, in its order. That machine boots, has no
# way to a package registry by then, and carries mail, also after it was started again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./machine.sh
. ./mail.sh
. ./office.sh

# --- made

machine_new maker
machine_start maker
machine_do maker useradd --create-home --shell /bin/bash person
git clone -q --no-hardlinks "$ROOT" "$WORK/maker/home/person/poststelle"
machine_do maker chown -R person: /home/person/poststelle

make_deb() { machine_do maker runuser -u person -- make -C /home/person/poststelle deb; }

says_what() {
	fails make_deb 2>"$WORK/sentence"
	cat "$WORK/sentence"
	awk '/^$/ { part++; next } part == 1' "$WORK/sentence" >"$WORK/maker/root/steps"
	machine_do maker sh -e /root/steps
	[ ! -e "$WORK/maker/usr/sbin/policy-rc.d" ]
}
step "make deb without root and sudo says what root has to do, and that is enough" says_what
step "make deb" make_deb

# --- installed

# What every new machine with Debian has; the packages of the guide, to be installed without a
# network; a certificate; the answer yes.
prepare() {
	local office=$WORK/office
	install -m 0644 -t "$office/root" "$WORK"/maker/home/person/poststelle/build/*.deb
	{ guide admin-guide.md "1. Packages" && guide mail-servers.md "1. Packages, owner of the mail, certificate"; } |
		awk '/^apt install/, !/\\$/' >"$office/root/guide"
	machine_do office apt-get -q update
	machine_do office env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y --no-install-recommends install systemd-sysv dbus
	machine_do office bash -ec 'cd; apt() { apt-get -q -y --download-only "$@"; }; . ./guide'
	echo 'APT::Get::Assume-Yes "true";' >"$office/etc/apt/apt.conf.d/90yes"
	ln -s /bin/true "$office/usr/local/bin/editor"
	echo '127.0.0.1 poststelle.example mail.example.org' >>"$office/etc/hosts"
	install -d "$office/etc/ssl/private" "$office/etc/ssl/mail"
	certificate "$office/etc/ssl/private/poststelle.key" "$office/etc/ssl/poststelle.pem"
	install -m 0600 "$office/etc/ssl/private/poststelle.key" "$office/etc/ssl/mail/privkey.pem"
	install -m 0644 "$office/etc/ssl/poststelle.pem" "$office/etc/ssl/mail/fullchain.pem"
	install -D -m 0644 "$CA" "$office/usr/local/share/ca-certificates/office.crt"
}
machine_new office
machine_start office
step "the packages are there" prepare
machine_stop office

boot "it boots, and nothing failed"

for section in "1. Packages" "2. Database" "3. Web server"; do
	step "admin-guide.md, $section" follow office admin-guide.md "$section"
done
for section in "1. Packages, owner of the mail, certificate" "2. Values" "3. Files"; do
	step "mail-servers.md, $section" follow office mail-servers.md "$section"
done
step "admin-guide.md, 5. The agent" follow office admin-guide.md "5. The agent"

# --- used

# The world: another host, whose mail server takes everything.
make_world() {
	[ -z "${WORLD:-}" ] || kill "$WORLD"
	setpriv --pdeathsig KILL unshare --net sh -ec '
		until ip address add 192.0.2.25/24 dev office 2>/dev/null; do sleep 0.1; done
		ip link set office up
		exec chroot "$0" smtp-sink -u root -d /tmp/world. 192.0.2.25:25 10' "$WORK/office" &
	WORLD=$!
	while [ "$(readlink "/proc/$WORLD/ns/net")" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
	ip link add name world netns "${INIT[office]}" type veth peer name office netns "$WORLD"
	nsenter -t "${INIT[office]}" -n sh -ec 'ip address add 192.0.2.1/24 dev world; ip link set world up'
}
arrives() {
	for _ in {1..150}; do
		! grep -h -A 30 '^X-Rcpt-Args: <wer@\[192.0.2.25\]>' "$WORK"/office/tmp/world.* | grep -F "Subject: $1" || return 0
		sleep 0.2
	done
	return 1
}
new_mailbox() { pages mailbox info >"$WORK/password"; }

units() {
	local unit
	machine_do office systemctl is-system-running
	for unit in mariadb nginx dovecot postfix@- poststelle poststelle-agent poststelle-milter@name poststelle-milter@journal; do
		machine_do office systemctl is-active $unit || { echo "$unit"; return 1; }
	done
}

# The guide's queries, one of which answers nothing and so fails.
checks() {
	guide mail-servers.md "7. Checks" >"$WORK/office/root/guide"
	machine_do office bash -c 'cd; . ./guide' <"$WORK/password" >"$WORK/answers"
	cat "$WORK/answers"
	grep -qx example.org "$WORK/answers"
	grep -qx 1 "$WORK/answers"
	grep -q 'home.*/var/vmail/1$' "$WORK/answers"
	grep -q 'auth succeeded' "$WORK/answers"
}

# carries ROUND: a mail in, a mail out, both in the journal and the first in INBOX.
carries() {
	local secret
	secret=$(cat "$WORK/password")
	mail_in 25 "in$1" "$address"
	mail_out mail.example.org:587 "out$1" "$address" "$secret" "wer@[192.0.2.25]" --cacert "$CA"
	mail_read imaps://mail.example.org "in$1" "$address" "$secret" --cacert "$CA"
	arrives "out$1"
	mail_read imap://mail.example.org "in$1" "$address" "$secret" --cacert "$CA"
	pages journal "in$1" | grep -F kunde@world.example
	pages journal "out$1" | grep -F "wer@[192.0.2.25]"
}

# Nobody but Postfix says which mail is whose.
sockets() {
	local role user
	for role in name journal; do
		machine_do office runuser -u postfix -- test -w /run/poststelle-milter/$role/socket
		for user in www-data vmail nobody dovecot; do
			fails machine_do office runuser -u $user -- test -e /run/poststelle-milter/$role/socket
		done
	done
}

# Other programs of the web server share its group.
secrets() {
	local file
	for file in password.key web.conf web.password proxy-secret nginx-secret.conf; do
		machine_do office test -s /etc/poststelle/$file
		fails machine_do office runuser -u www-data -- test -r /etc/poststelle/$file
	done
	[ "$(machine_do office stat -c '%a %U' /etc/poststelle/password.key)" = "400 poststelle" ]
	[ "$(machine_do office stat -c '%a %U' /etc/poststelle/nginx-secret.conf)" = "600 root" ]
	machine_do office runuser -u www-data -- test -w /run/poststelle/web.sock
	fails machine_do office runuser -u nobody -- test -e /run/poststelle/web.sock
}

step "every unit runs" units
step "the web server's group reaches the web program's socket, and none of its secrets" secrets
step "Postfix reaches the milters, and nobody else" sockets
make_world
step "a mailbox is made on the page" new_mailbox
step "mail-servers.md, 7. Checks" checks
step "a mail comes in and a mail goes out, both journaled; IMAP" carries 1
machine_stop office
boot "started again, it boots"
step "every unit runs by itself" units
make_world
step "a mail comes in and a mail goes out, both journaled; IMAP" carries 2
. ./doctor.sh
machine_stop office
: >"$WORK/office.ready"
