# web.sh: the web program's workers, and nginx before them.

# web_secret: by which the web program knows nginx, in a file for each.
web_secret() {
	local secret
	secret=$(random_word 40)
	(
		umask 077
		printf '%s\n' "$secret" >"$DIR/conf/proxy-secret"
		printf 'fastcgi_param POSTSTELLE_SECRET %s;\n' "$secret" >"$DIR/conf/nginx-secret.conf"
	)
	chgrp www-data "$DIR/conf/proxy-secret" && chmod 0640 "$DIR/conf/proxy-secret"
	sed -i "s,^\[web\]$,&\nproxy_secret_file=$DIR/conf/proxy-secret," "$DIR/conf/web.conf"
}

web_start() {
	# One that was killed left it.
	rm -f "$DIR/web/sock"
	spawn web www-data "$DIR/bin/poststelle.fcgi" --config "$DIR/conf/web.conf"
	wait_for 20 test -S "$DIR/web/sock" || { tail -n 20 "$DIR/log/web.log" >&2; return 1; }
}

web_stop() { end_part web TERM 40; }

nginx_start() {
	if [ ! -f "$DIR/conf/nginx.conf" ]; then
		install -d -o www-data -g www-data -m 0700 "$DIR/nginx"
		site_from_example >"$DIR/conf/nginx-site.conf" || return 1
		put "$ROOT/stack/nginx.conf" "$DIR/conf/nginx.conf"
	fi
	# Its workers, whose command line doesn't say so, are known to be ours by where they work.
	(cd "$DIR/nginx" && exec nginx -c "$DIR/conf/nginx.conf" -p "$DIR/nginx" -e "$DIR/log/nginx.log") 2>>"$DIR/log/nginx.log" ||
		{ tail -n 20 "$DIR/log/nginx.log" >&2; return 1; }
	wait_for 20 port_busy "$WEB_PORT" && wait_for 5 test -s "$DIR/pid/nginx.pid"
}

nginx_stop() { end_part nginx QUIT 20; }

# nginx.conf.example as the administrator gets it, on this instance's addresses. An expression
# that finds nothing means that the example has changed: an error.
site_from_example() {
	local text new pair
	text=$(cat "$ROOT/nginx.conf.example")
	for pair in \
		"listen 443 ssl;|listen 127.0.0.1:$WEB_PORT;" \
		"listen [::]:443 ssl;|" "listen 80;|" "listen [::]:80;|" \
		"\"~^http:\" 1;|" \
		"server_name poststelle.example;|server_name _;" \
		"/run/poststelle/web.sock|$DIR/web/sock" \
		"/etc/poststelle/nginx-secret.conf|$DIR/conf/nginx-secret.conf" \
		"/usr/share/poststelle|$DIR/share" \
		"/var/log/nginx|$DIR/log" \
		"ssl_certificate /etc/ssl/poststelle.pem;|" \
		"ssl_certificate_key /etc/ssl/private/poststelle.key;|"; do
		new=${text//"${pair%%|*}"/"${pair#*|}"}
		[ "$new" != "$text" ] || { say "nginx.conf.example has no ${pair%%|*}" >&2; return 1; }
		text=$new
	done
	printf '%s\n' "$text"
}
