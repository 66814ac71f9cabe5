# demo.sh: the programs' configuration, the demo's data, and what is told about it.

DEMO_DOMAIN=buero.example

# write_configuration: a file a program, as each has a database account of its own.
write_configuration() {
	local program group
	for program in poststelle:OWNER:root web:WEB:www-data agent:AGENT:"$MAIL_OWNER" milter:MILTER:www-data; do
		IFS=: read -r program account group <<<"$program"
		password=DB_PASSWORD_$account
		(
			umask 077
			cat >"$DIR/conf/$program.conf" <<END
[poststelle]
base_url=http://127.0.0.1:$WEB_PORT
key_file=$DIR/conf/password.key
template_dir=$DIR/share/templates

[database]
hosts=$(database_hosts "$program")
io_timeout=$([ -n "$CLUSTER" ] && echo 2 || echo 5)
name=$DB_NAME
user=poststelle_${account,,}
password=${!password}

[web]
socket=$DIR/web/sock
workers=${WEB_WORKERS:-2}

[mail]
check_host=127.0.0.1
check_port=$SMTP_PORT
submission_host=127.0.0.1
submission_port=$OWN_PORT
mail_from=poststelle@$DEMO_DOMAIN
dovecot_config=$DIR/dovecot/etc/agent.conf
mail_store=$DIR/mail

[milter]
name_socket=unix:$DIR/milter/name
journal_socket=unix:$DIR/milter/journal
END
		)
		chgrp "$group" "$DIR/conf/$program.conf"
		chmod 0640 "$DIR/conf/$program.conf"
	done
}

# Settings and key; the office itself is made while the servers start. Some thousand transactions that
# nobody needs after a crash.
begin_demo_data() {
	ADMIN_PASSWORD=$(random_word 20)
	STAFF_PASSWORD=$(random_word 20)
	cat >"$DIR/demo.sql" <<END
UPDATE setting SET office_name = 'Hausverwaltung Beispiel', contact = 'Frau Muster, Durchwahl 11',
	imap_host = '127.0.0.1', imap_port = $IMAPS_PORT, imap_security = 'tls',
	pop3_host = '127.0.0.1', pop3_port = $POP3S_PORT, pop3_security = 'tls',
	smtp_host = '127.0.0.1', smtp_port = $SUBMISSIONS_PORT, smtp_security = 'tls' WHERE id = 1;
END
	sql "$DB_NAME" <"$DIR/demo.sql" || return 1
	cli key create >/dev/null || return 1
	chgrp www-data "$DIR/conf/password.key" && chmod 0640 "$DIR/conf/password.key"
	install -d -o "$MAIL_OWNER" -g "$MAIL_OWNER" -m 0700 "$DIR/mail"
	sql -e 'SET GLOBAL innodb_flush_log_at_trx_commit = 0' || return 1
	"$DIR/bin/office" "$DIR/conf/poststelle.conf" "$OFFICE" >"$DIR/office.txt" \
		<<<"$ADMIN_PASSWORD"$'\n'"$STAFF_PASSWORD" &
	OFFICE_PID=$!
}

end_demo_data() {
	wait "$OFFICE_PID" || return 1
	sql -e "SET GLOBAL innodb_flush_log_at_trx_commit = ${DB_FLUSH:-1}"
}

write_demo_env() {
	local file=$DIR/demo.env
	(
		umask 077
		cat >"$file.new" <<END
BASE_URL=http://127.0.0.1:$WEB_PORT
ADMIN_LOGIN=admin
ADMIN_PASSWORD=${ADMIN_PASSWORD:-}
STAFF_LOGIN=staff
STAFF_PASSWORD=${STAFF_PASSWORD:-}
DOMAIN=$DEMO_DOMAIN
SMTP_PORT=$SMTP_PORT
SUBMISSION_PORT=$SUBMISSION_PORT
SUBMISSIONS_PORT=$SUBMISSIONS_PORT
IMAP_PORT=$IMAP_PORT
POP3_PORT=$POP3_PORT
IMAPS_PORT=$IMAPS_PORT
POP3S_PORT=$POP3S_PORT
DB_SOCKET=$DIR/db/sock
DB_NAME=$DB_NAME
PID_DIR=$DIR/pid
LOG_DIR=$DIR/log
SINK_DIR=$DIR/sink
END
	)
	chown "${SUDO_UID:-0}" "$file.new"
	mv "$file.new" "$file"
	[ "$LINK" = "$RUN_DIR" ] || ln -sfn "$file" "$RUN_DIR/demo.env"
}

print_demo() {
	local holds
	holds=$(cat "$DIR/office.txt" 2>/dev/null || :)
	cat <<END

Poststelle is running.
  Pages          http://127.0.0.1:$WEB_PORT/
  Administrator  admin  ${ADMIN_PASSWORD:-}
  Staff          staff  ${STAFF_PASSWORD:-}
  Domain         $DEMO_DOMAIN
${holds:+  The office     $holds
}  SMTP           127.0.0.1 port $SMTP_PORT (mail from outside)
  Submission     127.0.0.1 port $SUBMISSION_PORT (STARTTLS), $SUBMISSIONS_PORT (TLS)
  IMAP           127.0.0.1 port $IMAP_PORT (STARTTLS), $IMAPS_PORT (TLS)
  POP3           127.0.0.1 port $POP3_PORT (STARTTLS), $POP3S_PORT (TLS)
  Database       mariadb -S $DIR/db/sock $DB_NAME (as root)
  Certificate    $DIR/tls/cert.pem
  Logs           $DIR/log
  Sent mail      $DIR/sink (mail to other domains, one file a message)
  All of this    $LINK/demo.env

END
	if [ -n "${STARTER:-}" ]; then say "Ctrl-C ends it."; else say "make stop RUN_DIR=$RUN_DIR ends it."; fi
}
