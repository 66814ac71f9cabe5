# machine.sh: Debian 12 machines, each in a directory of its own below WORK. Sourced by the tests
# beside it, which `tests/machines/run` starts.
#
# systemd-nspawn gives a machine namespaces of its own, so that everything in it ends with one process
# and no mount is left. That process ends with the shell that started it.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SOURCE=/root/poststelle # the clone in a machine; below a home of mode 0700
declare -A NSPAWN=() INIT=()
trap 'for name in "${!NSPAWN[@]}"; do machine_stop "$name"; done' EXIT

# step TEXT COMMAND...: a line of the report; if the command fails what it said is shown before.
# In a shell of its own, where every command counts. explain, if there is one, says more.
step() {
	local text=$1 start=$SECONDS status
	shift
	set +e
	(set -e; "$@") >"$WORK/step.log" 2>&1
	status=$?
	set -e
	if [ $status != 0 ]; then
		tail -n 60 "$WORK/step.log"
		! declare -F explain >/dev/null || explain || :
		echo "NOT OK  $text" | tee -a "$WORK/report"
		exit 1
	fi
	echo "ok  $text ($((SECONDS - start)) s)" | tee -a "$WORK/report"
}

# fails COMMAND...: what must not work. (`set -e` doesn't see what ! inverts.)
fails() {
	if "$@"; then
		echo "This should have failed: $*"
		return 1
	fi
}

# machine_new NAME: a bare one, with what this machine reaches its package registries by.
machine_new() {
	local tree=$WORK/$1 file
	mkdir "$tree"
	tar -C "$tree" -xf "$BASE"
	for file in /etc/npmrc ~/.npmrc /etc/hosts /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt \
		/usr/local/share/ca-certificates/*.crt "${NODE_EXTRA_CA_CERTS:-}"; do
		[ ! -f "$file" ] || install -D -m 0644 "$file" "$tree${file/#"$HOME"/\/root}"
	done
}

# machine_start NAME [OPTION...]: options of systemd-nspawn. Without --boot nothing runs in it.
machine_start() {
	local name=$1 command=()
	shift
	[[ " $* " == *" --boot "* ]] || command=(--as-pid2 sleep infinity)
	# /tmp is on the disk, as on a new machine.
	SYSTEMD_NSPAWN_TMPFS_TMP=0 setpriv --pdeathsig KILL systemd-nspawn --quiet --directory="$WORK/$name" \
		--register=no --keep-unit --console=pipe "$@" "${command[@]}" </dev/null >"$WORK/$name.console" 2>&1 &
	NSPAWN[$name]=$!
	for _ in {1..100}; do
		! find_init "$name" || return 0
		sleep 0.1
	done
	cat "$WORK/$name.console"
	echo "NOT OK  the machine $name starts" | tee -a "$WORK/report"
	exit 1
}

# The child of systemd-nspawn that is process 1 in there, and no longer systemd-nspawn itself.
find_init() {
	local pid nspawn=${NSPAWN[$1]}
	for pid in $(cat "/proc/$nspawn/task/$nspawn/children" 2>/dev/null); do
		if [[ $(sed -n 's/^NSpid:.*\t//p' "/proc/$pid/status" 2>/dev/null) == 1 &&
			$(cat "/proc/$pid/comm" 2>/dev/null) != systemd-nspawn ]]; then
			INIT[$1]=$pid
			return 0
		fi
	done
	return 1
}

# machine_do NAME COMMAND...: as root in it, with the environment of a first log-in.
machine_do() {
	local name=$1 line environment
	shift
	environment=(HOME=/root TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
	while IFS= read -r line; do
		environment+=("$line")
	done < <(env | grep -iE '^((https?|ftp|no)_proxy|NODE_EXTRA_CA_CERTS)=')
	timeout "${LIMIT:-900}" nsenter -t "${INIT[$name]}" -m -p -n -u -i -r -w env -i "${environment[@]}" "$@"
}

# beside NAME COMMAND...: a program of this machine in the network of that one, with its hosts.
beside() {
	local name=$1
	shift
	timeout "${LIMIT:-120}" nsenter -t "${INIT[$name]}" -n unshare -m sh -ec \
		'mount --bind "$0/etc/hosts" /etc/hosts; exec "$@"' "$WORK/$name" "$@"
}

# machine_stop NAME: a booted one is shut down.
machine_stop() {
	local pid=${NSPAWN[$1]}
	unset "NSPAWN[$1]"
	kill -s TERM "$pid" 2>/dev/null || :
	for _ in {1..600}; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -s KILL "$pid" 2>/dev/null || :
	wait "$pid" 2>/dev/null || :
}
