# srs.sh: postsrsd, which gives mail that is sent on a sender of the office, and knows whose it was.

srs_start() {
	[ -f "$DIR/conf/srs.secret" ] || (umask 077 && random_word 32 >"$DIR/conf/srs.secret")
	spawn srs root /usr/sbin/postsrsd -s "$DIR/conf/srs.secret" -d "$DEMO_DOMAIN" -l 127.0.0.1 \
		-f "$SRS_FORWARD_PORT" -r "$SRS_REVERSE_PORT" -u postsrsd
	wait_for 20 port_busy "$SRS_REVERSE_PORT" || { tail -n 20 "$DIR/log/srs.log" >&2; return 1; }
}

srs_stop() { end_part srs TERM 20; }
