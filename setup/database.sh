# database.sh: how the database's administrator, and the owner of Poststelle's part, reach it by what the
# values say. Sourced, where value() is.

ADMIN_FILE=/etc/poststelle/database-admin.cnf

is_remote() { [[ $(value DB_HOSTS) == [!/]* ]]; }

# database_options: where it is, an option a line.
database_options() {
	local host port=3306
	read -r host _ <<<"$(value DB_HOSTS)"
	if ! is_remote; then
		printf '%s\n' "--socket=$host"
		return
	fi
	if [[ $host =~ ^(.*[^:]):([0-9]+)$ ]]; then
		host=${BASH_REMATCH[1]}
		port=${BASH_REMATCH[2]}
	fi
	host=${host#[}
	printf '%s\n' "--host=${host%]}" "--port=$port" "--ssl-ca=$(value DB_TLS_CA)" --ssl-verify-server-cert
}

# log_in USER PASSWORD: what an option file says of it.
log_in() { printf '[client]\nuser=%s\npassword=%s\n' "$1" "$2"; }
