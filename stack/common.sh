# common.sh: what the parts of the private servers share. Sourced by `stack`.
#
# An instance is one short directory (DIR) below /tmp that RUN_DIR links to:
#   demo.env stack.env  what people and tests read; what these scripts remember
#   bin/ share/ conf/ tls/  programs, templates, configuration, certificate
#   pid/ log/ sink/     PID_DIR, LOG_DIR, SINK_DIR
#   db/ web/ postfix/ dovecot/ mail/  each server's own

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# random_word N: N characters of letters and digits that nobody mixes up.
random_word() {
	local word=
	while [ ${#word} -lt "$1" ]; do
		word+=$(head -c 256 /dev/urandom | LC_ALL=C tr -dc 'a-km-zA-HJ-NP-Z2-9')
	done
	printf '%s' "${word:0:$1}"
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# port_busy PORT: does anybody listen there, on whatever address?
port_busy() {
	local hex
	printf -v hex ':%04X' "$1"
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
}

# is_ours PID DIR: does this process belong to the instance in DIR? A program out of DIR, or one of
# the servers that names DIR on its command line or works in it. Nobody else is ever stopped.
is_ours() {
	local exe command
	exe=$(readlink "/proc/$1/exe" 2>/dev/null) || return 1
	exe=${exe% (deleted)}
	[[ $exe == "$2"/* ]] && return 0
	case $exe in
	*/mariadbd | */haproxy | */postsrsd | */nginx | */dovecot | */dovecot/* | */postfix/*) ;;
	*) return 1 ;;
	esac
	command=$(tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null)
	[[ $command == *"$2/"* || $(readlink "/proc/$1/cwd" 2>/dev/null)/ == "$2"/* ]]
}

# pid_of PART: the number in its file, if that process lives and is ours.
pid_of() {
	local pid
	[ -f "$DIR/pid/$1.pid" ] && pid=$(tr -cd 0-9 <"$DIR/pid/$1.pid") && [ -n "$pid" ] &&
		is_ours "$pid" "$DIR" && printf '%s' "$pid"
}

gone() { [ ! -d "/proc/$1" ] || [[ $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) == Z ]]; }

# end_pid PID SIGNAL SECONDS: sends it, waits, and kills what does not end.
end_pid() {
	kill -s "$2" "$1" 2>/dev/null || return 0
	wait_for "$3" gone "$1" && return 0
	say "process $1 ($(tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null)) did not end; killed" >&2
	kill -s KILL "$1" 2>/dev/null
	wait_for 5 gone "$1"
}

# end_part PART [SIGNAL [SECONDS]]: what is killed leaves its file, for end_left().
end_part() {
	local pid
	pid=$(pid_of "$1") && end_pid "$pid" "${2:-TERM}" "${3:-30}"
	[ "${2:-}" = KILL ] || rm -f "$DIR/pid/$1.pid"
	return 0
}

# end_left PART: what a main process that was killed left behind: workers that hold its port. systemd
# ends it so, too, before a unit is started again (KillMode=control-group or mixed, systemd.kill(5)).
end_left() {
	local proc stat session
	[ -f "$DIR/pid/$1.pid" ] && session=$(tr -cd 0-9 <"$DIR/pid/$1.pid") && [ -n "$session" ] || return 0
	for proc in /proc/[0-9]*; do
		# Behind the name: state, parent, group, session. Each part began one of its own.
		{ read -r stat <"$proc/stat"; } 2>/dev/null || continue
		read -ra stat <<<"${stat##*) }"
		if [ "${stat[3]}" = "$session" ] && is_ours "${proc#/proc/}" "$DIR"; then
			end_pid "${proc#/proc/}" KILL 5
		fi
	done
	rm -f "$DIR/pid/$1.pid"
}

# end_remains DIR: every process of an instance whose parts were not stopped by their own means.
end_remains() {
	local proc pid found=()
	for proc in /proc/[0-9]*; do
		pid=${proc#/proc/}
		if [ "$pid" != $$ ] && is_ours "$pid" "$1"; then
			found+=("$pid")
		fi
	done
	for pid in ${found[@]+"${found[@]}"}; do kill -s TERM "$pid" 2>/dev/null || :; done
	for pid in ${found[@]+"${found[@]}"}; do
		wait_for 10 gone "$pid" || kill -s KILL "$pid" 2>/dev/null || :
	done
}

# spawn PART USER COMMAND...: in the background, in a session of its own, with its output in the log.
spawn() {
	local part=$1 user=$2
	shift 2
	(
		cd /
		exec </dev/null >>"$DIR/log/$part.log" 2>&1
		if [ "$user" = root ]; then exec setsid "$@"; fi
		exec setsid setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups "$@"
	) &
	printf '%s\n' $! >"$DIR/pid/$part.pid"
	disown $!
}

# put SOURCE TARGET [OWNER:GROUP MODE]: fills in the values of the instance.
put() {
	(umask 077 && "$ROOT/mail/fill" "$DIR/values" "$1" >"$2.new") || return 1
	chown "${3:-root:root}" "$2.new" && chmod "${4:-0644}" "$2.new" && mv "$2.new" "$2"
}
