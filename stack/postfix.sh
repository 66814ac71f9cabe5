# postfix.sh: a private Postfix: the shipped configuration and what the demo adds to it.

postfix_prepare() {
	local etc=$DIR/postfix/etc map
	install -d -m 0755 "$DIR/postfix" "$etc" "$etc/sql" "$DIR/postfix/queue"
	install -d -o postfix -m 0700 "$DIR/postfix/data"
	put "$ROOT/mail/postfix/main.cf" "$etc/main.cf"
	put "$ROOT/stack/demo-main.cf" "$etc/demo-main.cf"
	cat "$etc/demo-main.cf" >>"$etc/main.cf"
	put "$ROOT/mail/postfix/master.cf" "$etc/master.cf"
	put "$ROOT/stack/demo-master.cf" "$etc/demo-master.cf"
	cat "$etc/demo-master.cf" >>"$etc/master.cf"
	put "$ROOT/mail/postfix/office_senders.cidr" "$etc/office_senders.cidr"
	for map in "$ROOT"/mail/postfix/sql/*; do
		put "$map" "$etc/sql/${map##*/}" root:postfix 0640
	done
	install -m 0755 "$ROOT/stack/sink" "$DIR/bin/sink"
}

postfix_start() {
	[ -d "$DIR/postfix/etc" ] || postfix_prepare || return 1
	postfix -c "$DIR/postfix/etc" start >>"$DIR/log/postfix-start.log" 2>&1 ||
		{ cat "$DIR/log/postfix-start.log" >&2; return 1; }
	wait_for 20 port_busy "$SMTP_PORT" || return 1
	cp "$DIR/postfix/queue/pid/master.pid" "$DIR/pid/postfix.pid"
}

postfix_stop() { end_part postfix TERM 20; }
