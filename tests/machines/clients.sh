#!/bin/bash
# clients.sh: programs that people read mail with, as Debian has them, on a machine beside the one that
# installed.sh set up (which is done first if it wasn't). Thunderbird gets a name, an address and the
# password, and is worked as a person does; so is Roundcube, set up by the guide. What they did is read
# from the mail server and the journal, by others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./machine.sh
. ./mail.sh
. ./office.sh

[ -d "$WORK/office" ] || setpriv --pdeathsig KILL ./installed.sh
step "there is an installed office" test -e "$WORK/office.ready"

# --- the desk

prepare() {
	local desk=$WORK/desk
	echo 'APT::Get::Assume-Yes "true";' >"$desk/etc/apt/apt.conf.d/90yes"
	machine_do desk apt-get -q update
	machine_do desk env DEBIAN_FRONTEND=noninteractive \
		apt-get -q --no-install-recommends install thunderbird xvfb ca-certificates
	follow desk mail-servers.md "8. Webmail"
	machine_do desk useradd --create-home anna
	echo '192.0.2.1 poststelle.example mail.example.org autoconfig.example.org' >"$desk/etc/hosts"
	: >"$desk/etc/resolv.conf"
	# The office's own authority is known to its machines.
	install -D -m 0644 "$CA" "$desk/usr/local/share/ca-certificates/office.crt"
	machine_do desk update-ca-certificates
	install -d "$desk/etc/thunderbird/policies"
	echo '{"policies": {"Certificates": {"Install": ["/usr/local/share/ca-certificates/office.crt"]}}}' \
		>"$desk/etc/thunderbird/policies/policies.json"
}
machine_new desk
machine_start desk
step "a desk with Thunderbird and Roundcube" prepare
machine_stop desk

boot "the office boots"
machine_start desk --private-network
link() {
	ip link add name desk netns "${INIT[office]}" type veth peer name office netns "${INIT[desk]}"
	nsenter -t "${INIT[office]}" -n sh -ec 'ip address add 192.0.2.1/24 dev desk; ip link set desk up'
	nsenter -t "${INIT[desk]}" -n sh -ec 'ip address add 192.0.2.2/24 dev office; ip link set office up'
}
link

# --- what is read elsewhere

anna=anna@$DOMAIN
ben=ben@$DOMAIN
mailboxes() {
	[ "$(pages servers | sort -u)" = mail.example.org ]
	pages mailbox anna >"$WORK/anna"
	pages mailbox ben >"$WORK/ben"
}
step "two mailboxes are made on the page" mailboxes

# found FOLDER SUBJECT ADDRESS: on the server. FOLDER as in a URL.
found() { mail_find "imaps://mail.example.org/$1" "$2" "$3" "$(cat "$WORK/${3%@*}")" --cacert "$CA"; }
gone() {
	local number
	for _ in {1..100}; do
		number=$(mail_search "imaps://mail.example.org/$1" "$2" "$3" "$(cat "$WORK/${3%@*}")" --cacert "$CA")
		[ -n "$number" ] || return 0
		sleep 0.2
	done
	return 1
}
journaled() { pages journal "$1" | tee /dev/stderr | grep -F "$2" | grep -F "$3"; }

# --- Thunderbird

# Nothing of the environment but this: a proxy for the package registry is none for it.
LIMIT=1200 machine_do desk env -i HOME=/home/anna PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DISPLAY=:9 runuser -u anna -- sh -c '
	cd; Xvfb :9 -screen 0 1280x900x24 & sleep 1
	exec thunderbird --marionette --remote-allow-system-access' >"$WORK/thunderbird.log" 2>&1 &
listens() {
	for _ in {1..300}; do
		! grep 'Listening on port 2828' "$WORK/thunderbird.log" || return 0
		sleep 0.2
	done
	cat "$WORK/thunderbird.log"
	return 1
}
thunderbird() { beside desk node thunderbird.mjs "$@"; }

sets_up() {
	thunderbird setup "Anna Amsel" "$anna" "$(cat "$WORK/anna")" >"$WORK/account"
	cat "$WORK/account"
	diff - "$WORK/account" <<END
imap mail.example.org 993 TLS $anna
smtp mail.example.org 465 TLS $anna
Anna Amsel <$anna>
END
	grep 'client=192.0.2.2 .*route="/mail/config-v1.1.xml" status=200' "$WORK/office/var/log/nginx/poststelle-access.log"
	machine_do office journalctl --quiet -u dovecot --no-pager | grep "Login: user=<$anna>.*TLS"
}
sends() {
	thunderbird send "$ben" tb-out "Guten Tag, Ben"
	found INBOX tb-out "$ben"
	found Sent tb-out "$anna"
	journaled tb-out "$anna" "$ben"
}
receives() {
	mail_in 25 tb-in "$anna"
	thunderbird receive tb-in | tee /dev/stderr | grep -F "Guten Tag"
}
archives() {
	thunderbird archive
	found "Archive/$(date +%Y)" tb-in "$anna"
	gone INBOX tb-in "$anna"
}
puts_away() {
	thunderbird folder "Dr. Meier"
	mail_in 25 tb-meier "$anna"
	thunderbird receive tb-meier
	thunderbird move "Dr. Meier"
	found INBOX/Dr.%20Meier tb-meier "$anna"
	gone INBOX tb-meier "$anna"
}
step "Thunderbird starts" listens
step "Thunderbird is set up from the address alone" sets_up
step "Thunderbird sends; the sent mail is on the server, and in the journal" sends
step "Thunderbird receives" receives
step "Thunderbird archives on the server" archives
step "Thunderbird has a folder with a dot in its name" puts_away

# --- Roundcube

LIMIT=1200 machine_do desk env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin runuser -u www-data -- \
	php -S 127.0.0.1:8000 -t /var/lib/roundcube/public_html >"$WORK/roundcube.log" 2>&1 &
answers() { beside desk curl -sS -o /dev/null --retry 30 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/; }
roundcube() { beside desk env POSTSTELLE_ENV="$WORK/office.env" node roundcube.mjs "$ben" "$(cat "$WORK/ben")" "$@"; }

webmail_logs_in() {
	roundcube read tb-out | grep -F "Guten Tag, Ben"
	fails beside desk env POSTSTELLE_ENV="$WORK/office.env" node roundcube.mjs "$ben" wrong read tb-out
}
webmail_sends() {
	roundcube send "$anna" rc-out "Guten Tag, Anna"
	found INBOX rc-out "$anna"
	found Sent rc-out "$ben"
	journaled rc-out "$ben" "$anna"
}
webmail_puts_away() {
	roundcube folder "Dr. Meier"
	roundcube move tb-out "Dr. Meier"
	found Dr.%20Meier tb-out "$ben"
	gone INBOX tb-out "$ben"
}
step "Roundcube answers" answers
step "one logs in to Roundcube with address and password, and reads" webmail_logs_in
step "Roundcube sends; the sent mail is on the server, and in the journal" webmail_sends
step "Roundcube has a folder with a dot in its name" webmail_puts_away
