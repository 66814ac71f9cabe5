#!/bin/bash
# check.sh: the tests that need servers, all programs under AddressSanitizer and UBSan.
#
# usage: tests/check.sh all | db | servers [TEST-FILE...] | cluster | soak
#   all       db, then pages and browser; beside them mail, which waits most of the time
#   db        the database tests, on a private MariaDB
#   servers   the whole product is started, and the files are run on it; without one pages and browser, and
#             beside them mail on an instance of its own
#   cluster   the same on three database nodes, without sanitizers: how long nothing is done is printed
#   soak      the whole product at work while its parts are killed, without sanitizers
#
# environment: BUILD_DIR (build-asan); of one side beside another SIDE (its directory) and PORT_BASE. What fails
# leaves its logs, and says where.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
export BUILD_DIR=${BUILD_DIR:-build-asan}
SIDE=${SIDE:-}
WORK=${SIDE:-$(mktemp -d "${TMPDIR:-/tmp}/poststelle-check.XXXXXX")}
mkdir -p "$WORK"
export RUN_DIR=$WORK/run PORT_BASE
[ -n "$SIDE" ] || PORT_BASE=$(stack/stack free-base 2)

# What failed, once more, since the end of a long output is all that one sees of it.
failures() { [ ! -e "$1/tests.log" ] || sed -n '/^--- .*\.test\.mjs: /,$p' "$1/tests.log"; }

finish() {
	local status=$?
	trap '' INT TERM HUP
	if [ $status -ne 0 ] && [ -e "$RUN_DIR/log" ]; then
		cp -RL "$RUN_DIR/log" "$WORK/log" 2>/dev/null || :
		for log in web agent milter_name milter_journal; do
			[ ! -s "$WORK/log/$log.log" ] || { echo "--- end of $log.log"; tail -n 15 "$WORK/log/$log.log"; }
		done
		[ -n "$SIDE" ] || failures "$WORK"
		echo "The servers' logs are in $WORK/log." >&2
	fi
	stack/stack stop >/dev/null || status=1
	[ $status -ne 0 ] || rm -rf "$WORK"
	exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# What a sanitizer found in the servers, at any time, is a failure.
sanitizer_reports() {
	local found=0 report
	for report in "$RUN_DIR"/log/sanitizer/report*; do
		[ -s "$report" ] || continue
		found=1
		head -n 60 "$report"
	done
	[ $found = 0 ] || { echo "A sanitizer reports the above." >&2; return 1; }
}

# side NAME PORT_BASE COMMAND...: in the background, in a process group of its own, which an interrupt reaches.
SIDES=()
side() {
	SIDE=$WORK/$1 PORT_BASE=$2 "${@:3}" </dev/null &
	SIDES+=($!)
}
end_sides() {
	local pid
	for pid in "${SIDES[@]}"; do kill -s TERM -- "-$pid" 2>/dev/null || :; done
	wait || :
}
all_but_mail() {
	[ "$1" = servers ] || tests/check.sh db
	tests/check.sh servers tests/web/*.test.mjs tests/browser/*.test.mjs
}
# side_by_side all|servers
side_by_side() {
	local pid name status=0
	set -m
	trap 'end_sides; exit 130' INT
	trap 'end_sides; exit 143' TERM HUP
	side pages "$PORT_BASE" all_but_mail "$1"
	side mail $((PORT_BASE + 20)) tests/check.sh servers tests/mail/*.test.mjs
	for pid in "${SIDES[@]}"; do wait "$pid" || status=1; done
	for name in pages mail; do failures "$WORK/$name"; done
	return $status
}

case ${1:-} in
db)
	PARTS=mariadb stack/stack start >"$WORK/start.log" || { cat "$WORK/start.log"; exit 1; }
	export POSTSTELLE_TEST_CONF=$RUN_DIR/conf/poststelle.conf
	for program in "$BUILD_DIR"/tests/db/test_*; do
		[[ $program != *.* ]] || continue
		stack/stack fresh-schema
		start=$SECONDS
		"$program"
		echo "$(basename "$program"): $((SECONDS - start)) s"
	done
	;;
all) side_by_side all ;;
servers | cluster)
	[ "$*" != servers ] || { side_by_side servers; exit; }
	[ "$1" = servers ] || { export CLUSTER=1 OFFICE=first; set -- cluster tests/cluster/*.test.mjs; }
	shift
	stack/stack start >"$WORK/start.log" || { cat "$WORK/start.log"; exit 1; }
	export POSTSTELLE_ENV=$RUN_DIR/demo.env
	files=()
	for file in "$@"; do [ ! -f "$file" ] || files+=("$file"); done
	# One file after the other: tests stop servers, and 2 cores are soon busy.
	node --test --test-concurrency=1 --test-reporter=./tests/reporter.mjs "${files[@]}" |
		tee "$WORK/tests.log"
	# Workers report leaks when they end.
	for part in agent web milter_name milter_journal; do stack/stack part-stop $part; done
	sanitizer_reports
	;;
soak)
	OFFICE=first stack/stack start >"$WORK/start.log" || { cat "$WORK/start.log"; exit 1; }
	POSTSTELLE_ENV=$RUN_DIR/demo.env node tests/soak/soak.mjs
	;;
*) sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
