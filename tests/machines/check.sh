#!/bin/bash
# check.sh: `make check` in one go on a bare machine, with Debian's Node.js. Not one of those that are
# run without a name, since it takes as long as `make check` and some minutes more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./machine.sh

machine_new check
machine_start check
git clone -q --no-hardlinks "$ROOT" "$WORK/check$SOURCE"
check() {
	LIMIT=5000 machine_do check make -C "$SOURCE" check
	machine_do check node --version | grep '^v18\.'
}
step "make check" check
