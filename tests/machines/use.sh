# use.sh: what an office does with its machine, and what must hold of one that is installed. Sourced, after
# office.sh; MACHINE is where.

secret() { cat "$WORK/password"; }
in_machine() { machine_do "$MACHINE" "$@"; }

# elsewhere LINK ADDRESS COMMAND...: a program in MACHINE's tree, on another host that MACHINE reaches at
# that address, by a link of that name. ELSEWHERE is its process. (The TMPDIR of here is not in that tree.)
elsewhere() {
	local link=$1 address=$2
	shift 2
	setpriv --pdeathsig KILL unshare --net sh -ec '
		until ip address add "$1/24" dev away 2>/dev/null; do sleep 0.1; done
		ip link set away up
		tree=$0
		shift
		exec env -u TMPDIR chroot "$tree" "$@"' "$WORK/$MACHINE" "$address" "$@" &
	ELSEWHERE=$!
	while [ "$(readlink "/proc/$ELSEWHERE/ns/net")" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
	ip link add name "$link" netns "${INIT[$MACHINE]}" type veth peer name away netns "$ELSEWHERE"
	nsenter -t "${INIT[$MACHINE]}" -n sh -ec "ip address add ${address%.*}.1/24 dev $link; ip link set $link up"
}
# The world, whose mail server takes everything.
make_world() {
	[ -z "${WORLD:-}" ] || kill "$WORLD"
	elsewhere world 192.0.2.25 smtp-sink -u root -d /tmp/world. 192.0.2.25:25 10
	WORLD=$ELSEWHERE
}
# arrives RECIPIENT SUBJECT: there.
arrives() {
	for _ in {1..150}; do
		! grep -sh -A 30 "^X-Rcpt-Args: <$1>" "$WORK/$MACHINE"/tmp/world.* | grep -F "Subject: $2" || return 0
		sleep 0.2
	done
	return 1
}

# units [UNIT...]: beside those of Poststelle; without a name the database's.
units() {
	local unit
	in_machine systemctl is-system-running
	for unit in ${*-mariadb} nginx dovecot postfix@- poststelle poststelle-agent poststelle-milter@name \
		poststelle-milter@journal poststelle-purge.timer; do
		in_machine systemctl is-active $unit || { echo "$unit"; return 1; }
	done
}

# The guide's queries, one of which answers nothing and so fails.
checks() {
	local number
	guide mail-servers.md "7. Checks" >"$WORK/$MACHINE/root/guide"
	in_machine bash -c 'cd; . ./guide' <"$WORK/password" >"$WORK/answers"
	cat "$WORK/answers"
	number=$(in_machine poststelle mailbox show "$address" | sed -n 's/^number: //p')
	grep -qx example.org "$WORK/answers"
	grep -qx "$number" "$WORK/answers"
	grep -q "home.*/var/vmail/$number\$" "$WORK/answers"
	grep -q 'auth succeeded' "$WORK/answers"
}

# carries ROUND: a mail in, a mail out on each port, all in the journal and the first in INBOX.
carries() {
	mail_in 25 "in$1" "$address"
	mail_out mail.example.org:587 "out$1" "$address" "$(secret)" "wer@[192.0.2.25]" --cacert "$CA"
	mail_out mail.example.org:465 "tls$1" "$address" "$(secret)" "wer@[192.0.2.25]" --cacert "$CA"
	mail_read imaps://mail.example.org "in$1" "$address" "$(secret)" --cacert "$CA"
	arrives 'wer@\[192.0.2.25\]' "out$1"
	arrives 'wer@\[192.0.2.25\]' "tls$1"
	mail_read imap://mail.example.org "in$1" "$address" "$(secret)" --cacert "$CA"
	pages journal "in$1" | grep -F kunde@world.example
	pages journal "out$1" | grep -F "wer@[192.0.2.25]"
	pages journal "tls$1" | grep -F "wer@[192.0.2.25]"
}

# postmaster@ and what the machine itself has to say reach the mailbox that setup made.
owners_mail() {
	local password
	password=$(in_machine poststelle mailbox show --password poststelle@$DOMAIN | sed -n 's/^password: //p')
	mail_in 25 "pm$1" postmaster@$DOMAIN
	mail_in 25 "ab$1" abuse@$DOMAIN
	in_machine sh -c "printf 'Subject: cron$1\n\nGuten Tag\n' | sendmail root"
	for subject in "pm$1" "ab$1" "cron$1"; do
		mail_read imaps://mail.example.org "$subject" poststelle@$DOMAIN "$password" --cacert "$CA"
	done
}

# An absence note answers; whom, stands in the journal with it.
answers() {
	pages absence "${address%@*}" "Bis Montag im Urlaub"
	mail_in 25 "away$1" "$address" --mail-from "kunde$1@world.example"
	arrives "kunde$1@world.example" "Nicht da"
}

# An open session ends with the password that it began with, which opens nothing any more.
new_password() {
	local old session
	old=$(secret)
	{
		printf 'a LOGIN %s %s\r\nb SELECT INBOX\r\n' "$address" "$old"
		sleep 150
	} | beside "$MACHINE" openssl s_client -quiet -CAfile "$CA" -connect mail.example.org:993 >"$WORK/session" 2>/dev/null &
	session=$!
	for _ in {1..600}; do
		! grep -q '^b OK' "$WORK/session" || break
		sleep 0.1
	done
	grep '^b OK' "$WORK/session"
	pages renew "${address%@*}" >"$WORK/password"
	for _ in {1..600}; do
		! grep -q '^\* BYE' "$WORK/session" || break
		sleep 0.1
	done
	grep '^\* BYE' "$WORK/session"
	kill $session 2>/dev/null || :
	[ "$old" != "$(secret)" ]
	fails mail_search imaps://mail.example.org/INBOX x "$address" "$old" --cacert "$CA"
	mail_search imaps://mail.example.org/INBOX x "$address" "$(secret)" --cacert "$CA"
}

# Deleted and purged; that its mail goes is looked at later (gone), since the agent waits two minutes.
purged() {
	local password
	password=$(pages mailbox "weg$1")
	mail_in 25 "weg$1" "weg$1@$DOMAIN"
	mail_read imaps://mail.example.org "weg$1" "weg$1@$DOMAIN" "$password" --cacert "$CA"
	pages remove "weg$1" >"$WORK/purged"
	[ -d "$WORK/$MACHINE/var/vmail/$(cat "$WORK/purged")" ]
	in_machine systemctl start poststelle-purge.service
	in_machine journalctl --quiet -u poststelle-purge.service --output=cat | tee "$WORK/said"
	fails grep -i purged: "$WORK/said"
	in_machine poststelle mailbox purge "weg$1@$DOMAIN"
}
gone() {
	for _ in {1..200}; do
		[ -d "$WORK/$MACHINE/var/vmail/$(cat "$WORK/purged")" ] || break
		sleep 1
	done
	fails test -e "$WORK/$MACHINE/var/vmail/$(cat "$WORK/purged")"
	in_machine journalctl --quiet -u poststelle-agent --output=cat | grep 'kind=purge done=1 result="mail removed"'
}

# Setup finds nothing to do, and what the services have logged is no error.
settled() {
	in_machine poststelle setup --dry-run >"$WORK/plan"
	fails grep -E '^(writes|changes|REPLACES)' "$WORK/plan"
	in_machine journalctl --quiet --priority=err --output=cat --no-pager -u dovecot -u 'postfix*' -u nginx -u mariadb \
		-u 'poststelle*' | tee "$WORK/errors"
	[ ! -s "$WORK/errors" ]
	fails in_machine sh -c 'journalctl --quiet --output=cat -u dovecot | grep -i error:'
}

# Nobody but Postfix says which mail is whose.
sockets() {
	local role user
	for role in name journal; do
		in_machine runuser -u postfix -- test -w /run/poststelle-milter/$role/socket
		for user in www-data vmail nobody dovecot; do
			fails in_machine runuser -u $user -- test -e /run/poststelle-milter/$role/socket
		done
	done
}

# Other programs of the web server share its group.
secrets() {
	local file
	for file in password.key web.conf web.password proxy-secret nginx-secret.conf values owner.password setup.sums; do
		in_machine test -s /etc/poststelle/$file
		fails in_machine runuser -u www-data -- test -r /etc/poststelle/$file
	done
	[ "$(in_machine stat -c '%a %U' /etc/poststelle/password.key)" = "400 poststelle" ]
	[ "$(in_machine stat -c '%a %U' /etc/poststelle/nginx-secret.conf)" = "600 root" ]
	in_machine runuser -u www-data -- test -w /run/poststelle/web.sock
	fails in_machine runuser -u nobody -- test -e /run/poststelle/web.sock
}

# The ready backup holds mail, database and key; a second one takes no place for the same mail.
backed_up() {
	local first second
	in_machine systemctl start poststelle-backup.service
	first=$(in_machine sh -c 'ls -d /var/backups/poststelle/*Z')
	sleep 1
	in_machine systemctl start poststelle-backup.service
	second=$(in_machine sh -c 'ls -d /var/backups/poststelle/*Z' | tail -n 1)
	[ "$first" != "$second" ]
	in_machine grep -q "$address" "$second/poststelle.sql"
	in_machine sh -c 'cmp /var/backups/poststelle-key/*/password.key /etc/poststelle/password.key || ls /var/backups/poststelle-key'
	in_machine sh -c "grep -rl 'Subject: in1' $second/mail | xargs stat -c %h | sort -u" | tee "$WORK/links"
	[ "$(cat "$WORK/links")" = 2 ]
}
