# common.sh: what the steps of `poststelle setup` share. Sourced; the step's argument is the directory of
# this run, for root alone, in which `poststelle setup` has put `answers`, lines NAME=value:
#
# MAIL_NAME, MAIL_ORIGIN, TLS_CERT, TLS_KEY, BASE_URL, MAIL_FROM, MAIL_STORE as in the values of mail/fill;
# DATABASE_HOST, DATABASE_PORT, DATABASE_CA for a database on another machine, DATABASE_CLIENT what that
# one calls this machine, DATABASE_ADMIN the file by which its administrator logs in. What isn't there
# stays as it is.
set -euo pipefail
shopt -s inherit_errexit
umask 022
export LC_ALL=C.UTF-8
SHARE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WORK=$1
ETC=/etc/poststelle
# What setup wrote last, by which it knows its own files
SUMS=$ETC/setup.sums
# The agent's unit, where the mail store isn't where it has it
DROP_IN=/etc/systemd/system/poststelle-agent.service.d/mail-store.conf

die() { printf 'poststelle setup: %s\n' "$*" >&2; exit 1; }
# lookup FILE NAME: the value of the line NAME= in it; empty if there is none.
lookup() { [ ! -e "$1" ] || sed -n "s/^$2=//p" "$1" | head -n 1; }
answer() { lookup "$WORK/answers" "$1"; }
value() { lookup "$WORK/values" "$1"; }
. "$SHARE/setup/database.sh"

# The database's administrator: root by the socket, or who the option file says.
database_client() {
	local file options
	file=$(admin_file)
	mapfile -t options < <(database_options)
	[ ! -e "$file" ] || options=("--defaults-extra-file=$file" "${options[@]}")
	mariadb "${options[@]}" --default-character-set=utf8mb4 "$@"
}
admin_file() {
	local file
	file=$(answer DATABASE_ADMIN)
	printf '%s\n' "${file:-$ADMIN_FILE}"
}

# own PATH: whether it is as setup wrote it.
own() {
	local sum
	sum=$(sha256sum "$1")
	[ -e "$SUMS" ] && grep -qxF "${sum%% *}  $1" "$SUMS"
}

# kept_name PATH: where a file that isn't setup's is kept before it is replaced.
kept_name() {
	local name=$1.before-poststelle number=1
	while [ -e "$name" ] && ! cmp -s "$name" "$1"; do
		number=$((number + 1))
		name=$1.before-poststelle.$number
	done
	printf '%s\n' "$name"
}
