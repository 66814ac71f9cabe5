# dovecot.sh: a private Dovecot with the shipped configuration.

dovecot_prepare() {
	local etc=$DIR/dovecot/etc map
	install -d -m 0755 "$DIR/dovecot" "$etc" "$etc/sql" "$DIR/dovecot/base"
	install -d -o dovecot -g dovecot -m 0755 "$DIR/dovecot/state"
	install -d -o "$MAIL_OWNER" -g "$MAIL_OWNER" -m 0700 "$DIR/mail"
	put "$ROOT/mail/dovecot/dovecot.conf" "$etc/dovecot.conf"
	cp "$ROOT/mail/dovecot/folders.conf" "$etc/"
	put "$ROOT/mail/dovecot/agent.conf" "$etc/agent.conf"
	put "$ROOT/mail/dovecot/junk.sieve" "$etc/sql/junk.sieve"
	for map in "$ROOT"/mail/dovecot/sql/*.conf; do
		put "$map" "$etc/sql/${map##*/}" root:dovecot 0640
	done
}

dovecot_start() {
	[ -d "$DIR/dovecot/etc" ] || dovecot_prepare || return 1
	# One left behind makes the first log-in wait for 5 s; and whose number it was may not be collected yet.
	rm -f "$DIR/dovecot/base/anvil-auth-penalty" "$DIR/dovecot/base/master.pid"
	dovecot -c "$DIR/dovecot/etc/dovecot.conf" >>"$DIR/log/dovecot.log" 2>&1 ||
		{ tail -n 20 "$DIR/log/dovecot.log" >&2; return 1; }
	wait_for 20 port_busy "$IMAP_PORT" || return 1
	cp "$DIR/dovecot/base/master.pid" "$DIR/pid/dovecot.pid"
}

dovecot_stop() { end_part dovecot TERM 20; }
