# doctor.sh: what `poststelle doctor` says of the installed machine: all is well, and then faults made on it on
# purpose, each of which it finds, and says so no more when it is mended. Sourced at the end of installed.sh,
# while the machine `office` runs; it leaves it as it was. Faults that need no installed machine are in
# tests/mail/doctor.test.mjs.

doctor() { machine_do office poststelle doctor "$@"; }
inside() { machine_do office bash -euc "$1"; }

# What a new machine lacks, as admin-guide.md has it, 11.
complete() {
	local server
	doctor root_mail postmaster mail_from || :
	# Setup gave it to a mailbox of its own.
	inside "poststelle mailbox alias poststelle@$DOMAIN --remove root@$DOMAIN || true
		poststelle mailbox alias $address --add root@$DOMAIN || true
		poststelle mailbox alias $address --add poststelle@$DOMAIN || true
		poststelle domain edit $DOMAIN --postmaster $address
		systemctl enable --now poststelle-doctor.timer"
	for server in imap pop3 smtp; do
		inside "poststelle settings set ${server}_host mail.example.org"
	done
}

# The whole of it: nothing but what can't be looked at here, within 10 s.
all_well() {
	local said
	said=$(doctor --json) || { doctor --quiet || :; return 1; }
	grep -q '"state":"\(ok\|note\)","milliseconds":[0-9]\{1,4\},' <<<"$said"
}

# says CHECK STATE WORDS: with the exit status that goes with the state.
says() {
	local said status=0 expected=0
	case $2 in warning) expected=1 ;; fault) expected=2 ;; esac
	said=$(doctor "$1") || status=$?
	echo "$said"
	grep -qE "^$2 +$1 .*$3" <<<"$said"
	[ $status = $expected ]
}

# finds CHECK STATE WORDS BREAK MEND: what is done in the machine, and how it is undone.
finds() {
	inside "$4"
	says "$1" "$2" "$3"
	inside "$5"
	for _ in {1..50}; do
		! doctor "$1" || return 0
		sleep 0.2
	done
	return 1
}

# The page that administrators have.
recorded() {
	inside "systemctl start poststelle-doctor.service; systemctl is-active poststelle-doctor.timer"
	pages status | grep -F "vor weniger als zwei Minuten"
	pages status | grep -F "Fehler: 0, Warnungen: 0"
}

# Nothing that hangs makes it hang.
without_database() {
	local said status=0
	machine_do office systemctl stop mariadb
	said=$(doctor --json) || status=$?
	machine_do office systemctl start mariadb
	echo "$said"
	[ $status = 2 ]
	grep -q '"milliseconds":[0-9]\{1,4\},' <<<"$said"
	grep -q '"name":"database_owner","state":"fault"' <<<"$said"
	for _ in {1..600}; do
		! doctor --quiet || return 0
		sleep 0.2
	done
	return 1
}

UNSEEN='ALTER USER poststelle_web@localhost IDENTIFIED BY'
edit() { echo "cp -p $2 /root/kept; sed -i '$1' $2"; }
kept() { echo "cp -p /root/kept $1"; }
# A certificate of DAYS for the office's names, in place of the mail servers' and nginx's.
renew() {
	echo "cd /root; cp -p /etc/ssl/mail/fullchain.pem mail.kept; cp -p /etc/ssl/poststelle.pem web.kept
		openssl req -new -key /etc/ssl/mail/privkey.pem -subj /CN=$2 -addext subjectAltName=DNS:$2 -out ended.csr
		openssl x509 -req -in ended.csr -key /etc/ssl/mail/privkey.pem -days $1 -copy_extensions copy -out ended.pem
		cat ended.pem >/etc/ssl/mail/fullchain.pem; cat ended.pem >/etc/ssl/poststelle.pem
		postfix reload; doveadm reload; systemctl reload nginx; sleep 1"
}
OLD_CERTIFICATES='cd /root; cp -p mail.kept /etc/ssl/mail/fullchain.pem; cp -p web.kept /etc/ssl/poststelle.pem
	postfix reload; doveadm reload; systemctl reload nginx'

found() {
	local what=$1
	shift
	FAULTS=$((FAULTS + 1))
	step "found: $what" finds "$@"
}
FAULTS=0

step "what a new machine lacks is told, and given" complete
step "poststelle doctor: all is well, within 10 s" all_well
step "the timer runs, and Zustand shows the result" recorded
step "without the database it says so, within 10 s" without_database

e=/etc/poststelle
found "the agent doesn't run" units fault "poststelle-agent.service is inactive" "systemctl stop poststelle-agent" "systemctl start poststelle-agent"
found "the agent doesn't answer" agent fault "doesn't answer" "systemctl stop poststelle-agent" "systemctl start poststelle-agent"
found "the web program isn't started with the machine" units warning "isn't started with the machine" "systemctl disable poststelle" "systemctl enable poststelle"
found "everybody reads web.conf" config_rights fault "web.conf has mode 0644" "chmod 0644 $e/web.conf" "chmod 0640 $e/web.conf"
found "the agent can't read its file" config_rights fault "agent.conf can't be read by vmail" "chgrp root $e/agent.conf" "chgrp vmail $e/agent.conf"
found "the milter can't read what all have in common" config_rights fault "common.conf can't be read by poststelle-milter" "chmod 0600 $e/common.conf" "chmod 0644 $e/common.conf"
found "other programs of the web server read the password" config_rights fault "web.password can.* www-data|web.password can't be read by poststelle" "chgrp www-data $e/web.password" "chgrp poststelle $e/web.password"
found "the key isn't readable" key_file fault "password.key can't be read by poststelle" "chown root:root $e/password.key" "chown poststelle:poststelle $e/password.key"
found "the key is gone" key_file fault "has no key" "mv $e/password.key /root/" "mv /root/password.key $e/"
found "another key" key_known fault "which .* doesn't hold" "cp -p $e/password.key /root/; sed -i 's/^[^ ]*/anderer/' $e/password.key" "cp -p /root/password.key $e/"
found "nginx says another secret" proxy_secret fault "doesn't say" "$(edit 's/SECRET ./SECRET x/' $e/nginx-secret.conf)" "$(kept $e/nginx-secret.conf)"
found "a database password is wrong" database_web fault "denied" "mariadb -e \"$UNSEEN 'falsch'\"" "mariadb -e \"$UNSEEN '\$(cat $e/web.password)'\""
found "a database right is missing" database_milter fault "lacks SELECT on assignment" "mariadb poststelle -e 'REVOKE SELECT ON assignment FROM poststelle_milter@localhost'" "mariadb poststelle </usr/share/poststelle/sql/grants.sql"
found "a migration is missing" migrations fault "lacks 0001_base.sql" "mariadb poststelle -e 'DELETE FROM schema_migration WHERE number = 1'" "poststelle migrate"
found "nginx can't reach the web program" web_socket fault "www-data can't reach" "chmod 0700 /run/poststelle" "chmod 0750 /run/poststelle"
found "the web program is gone" web_answer fault "answers 502" "systemctl stop poststelle" "systemctl start poststelle"
found "nginx is gone" web_answer fault "connect" "systemctl stop nginx" "systemctl start nginx"
found "the agent can't ask Dovecot" agent_sessions fault "vmail can't ask" "chmod 0600 /run/dovecot/anvil" "chmod 0660 /run/dovecot/anvil"
# A look of its own while Dovecot is away would ask Postfix, which then takes no log-in for a minute.
machine_do office systemctl stop poststelle-doctor.timer
found "Postfix doesn't run" postfix_runs fault "doesn't run" "systemctl stop postfix@-" "systemctl start postfix@-"
found "an own domain in mydestination" postfix_settings fault "mydestination names $DOMAIN" "postconf -e mydestination=$DOMAIN" "postconf -e mydestination="
found "Postfix can't read a lookup" lookup_mailbox fault "can't be read by postfix" "chgrp root /etc/postfix/poststelle/mailbox.cf" "chgrp postfix /etc/postfix/poststelle/mailbox.cf; postfix reload"
found "Postfix may not read a view" lookup_domain fault "domain.cf" "mariadb poststelle -e 'REVOKE SELECT ON mail_domain FROM poststelle_postfix@localhost'" "mariadb poststelle </usr/share/poststelle/sql/grants.sql; postfix reload"
found "Postfix can't reach the milter" milter_name fault "postfix can't reach" "chmod 0700 /run/poststelle-milter/name" "chmod 0750 /run/poststelle-milter/name"
found "the journal's milter is gone" milter_journal fault "nobody answers" "systemctl stop poststelle-milter@journal" "systemctl start poststelle-milter@journal"
found "mail waits for ten days" queue_lifetime fault "maximal_queue_lifetime is 10d" "postconf -e maximal_queue_lifetime=10d" "postconf -e maximal_queue_lifetime=5d"
found "a mail is on hold" queue_hold warning "1 mails are on hold" "touch /var/spool/postfix/hold/4XyZ" "rm /var/spool/postfix/hold/4XyZ"
found "Dovecot doesn't run" dovecot_runs fault "doesn't answer" "systemctl stop dovecot" "systemctl start dovecot"
found "Dovecot keeps old passwords" dovecot_settings fault "auth_cache_size" "$(edit 's/^auth_cache_size.*/auth_cache_size = 1 M/' /etc/dovecot/dovecot.conf)" "$(kept /etc/dovecot/dovecot.conf)"
found "Dovecot may not read log-ins" dovecot_login fault "password_query" "mariadb poststelle -e 'REVOKE SELECT ON mail_login FROM poststelle_dovecot@localhost'" "mariadb poststelle </usr/share/poststelle/sql/grants.sql"
found "Postfix can't deliver" lmtp_socket fault "no mail is delivered" "chown root /var/spool/postfix/private/poststelle-lmtp" "chown postfix /var/spool/postfix/private/poststelle-lmtp"
found "nobody can log in to send" sasl_socket fault "nobody can log in" "chown root /var/spool/postfix/private/poststelle-auth" "chown postfix /var/spool/postfix/private/poststelle-auth"
found "systemd keeps the agent out of the mail store" mail_store fault "the agent's unit lets it write in" \
	"install -d /etc/systemd/system/poststelle-agent.service.d; printf '[Service]\nReadWritePaths=\nReadWritePaths=-/srv/mail\n' >/etc/systemd/system/poststelle-agent.service.d/test.conf; systemctl daemon-reload" \
	"rm /etc/systemd/system/poststelle-agent.service.d/test.conf; systemctl daemon-reload"
found "the mail store is somebody else's" mail_store fault "vmail may not write" "chown root /var/vmail" "chown vmail /var/vmail"
found "Postfix refuses Poststelle's own mails" own_mails fault "554 5.7.1" "cp -p /etc/postfix/main.cf /root/; postconf -e poststelle_own_senders=reject; postfix reload" "cp -p /root/main.cf /etc/postfix/; postfix reload"
found "nobody gets root's mail" root_mail warning "root@$DOMAIN: 550" "poststelle mailbox alias $address --remove root@$DOMAIN" "poststelle mailbox alias $address --add root@$DOMAIN"
found "nobody gets postmaster's mail" postmaster warning "nobody gets postmaster@$DOMAIN" "poststelle domain edit $DOMAIN --postmaster ''" "poststelle domain edit $DOMAIN --postmaster $address"
found "localhost as the server's name" server_names fault "localhost" "poststelle settings set smtp_host localhost" "poststelle settings set smtp_host mail.example.org"
found "a certificate for another name" certificate_imap fault "isn't for mail.example.org" "$(renew 90 anders.example.org)" "$OLD_CERTIFICATES"
found "a certificate that ended" certificate_smtp fault "ended [0-9]+ days ago" "$(renew -1 mail.example.org)" "$OLD_CERTIFICATES"
found "a certificate that ends soon" certificate_web warning "ends in [0-9]+ days" "$(renew 5 poststelle.example)" "$OLD_CERTIFICATES"
machine_do office systemctl start poststelle-doctor.timer
[ $FAULTS -ge 25 ]
step "poststelle doctor: all is well again" all_well
