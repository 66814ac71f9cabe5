# mariadb.sh: a private MariaDB on a unix socket, the accounts, the schema.

# mariadb_node NUMBER: starts it; 1 is the only one unless there is a cluster.
mariadb_node() {
	local part db options
	part=$(node_part "$1")
	db=$(node_directory "$1")
	install -d -o mysql -g mysql -m 0755 "$db"
	# A server that starts removes the temporary tables of others that share its directory.
	install -d -o mysql -g mysql -m 0700 "$db/data" "$db/tmp"
	rm -f "$db/sock"
	options=(--no-defaults --user=mysql --datadir="$db/data" --tmpdir="$db/tmp" \
		--socket="$db/sock" --pid-file="$db/mariadbd.pid" --skip-networking \
		--character-set-server=utf8mb4 --collation-server=utf8mb4_bin \
		--innodb-buffer-pool-size="${DB_POOL:-128M}" --innodb-log-file-size=48M \
		--innodb-flush-log-at-trx-commit="${DB_FLUSH:-1}" --max-connections=300 \
		--innodb-adaptive-hash-index=ON --performance-schema=OFF $(cluster_options "$1"))
	options+=($(node_position "$1" "${options[@]}"))
	spawn "$part" root mariadbd "${options[@]}"
	wait_for 60 mariadb-admin --no-defaults -uroot -S "$db/sock" ping
}

mariadb_start() {
	if [ ! -d "$DIR/db/data/mysql" ]; then
		install -d -o mysql -g mysql -m 0755 "$DIR/db"
		install -d -o mysql -g mysql -m 0700 "$DIR/db/data" "$DIR/db/tmp"
		mariadb-install-db --no-defaults --tmpdir="$DIR/db/tmp" --user=mysql --datadir="$DIR/db/data" --skip-test-db \
			--auth-root-authentication-method=socket --auth-root-socket-user=root \
			>"$DIR/log/mariadb-install.log" 2>&1 || return 1
		# postfix_database_hosts()
		ln -s sock "$DIR/db/sock2"
	fi
	mariadb_node 1 && { [ -z "$CLUSTER" ] || wait_for 60 node_is_synced 1; }
}

mariadb_stop() { end_part mariadb TERM 60; }

# sql [ARGUMENTS]: the client as the database's administrator.
sql() { mariadb --no-defaults -uroot -S "$DIR/db/sock" --default-character-set=utf8mb4 "$@"; }

# The accounts and the database, once; the schema and the rights by the programs' own means.
schema_make() {
	"$ROOT/mail/fill" "$DIR/values" "$ROOT/sql/accounts.sql" | sql || return 1
	if [ -x "$DIR/bin/poststelle" ]; then
		cli migrate --sql-dir "$DIR/share/sql" >"$DIR/log/migrate.log" 2>&1 || { cat "$DIR/log/migrate.log" >&2; return 1; }
	else
		cat "$ROOT"/sql/[0-9]*.sql "$ROOT/sql/views.sql" |
			mariadb --no-defaults -upoststelle_owner -p"$DB_PASSWORD_OWNER" -S "$DIR/db/sock" \
				--default-character-set=utf8mb4 "$DB_NAME" || return 1
	fi
	sql "$DB_NAME" <"$ROOT/sql/grants.sql"
}

# cli ARGUMENTS: the administrator's command line on this instance.
cli() { "$DIR/bin/poststelle" --config "$DIR/conf/poststelle.conf" "$@"; }
