#!/bin/bash
# bare.sh: the README's first command on a Debian 12 with git, make and nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ./machine.sh
. ./mail.sh
MACHINE=bare

machine_new bare
machine_start bare
git clone -q --no-hardlinks "$ROOT" "$WORK/bare$SOURCE"

run() { machine_do bare make -C "$SOURCE" run DETACH=1 PORT_BASE="$(RUN_DIR=$WORK/none "$ROOT/stack/stack" free-base)"; }
step "make run DETACH=1" run

nothing_else() {
	fails machine_do bare sh -c 'command -v node || command -v chromium || command -v clang-tidy || command -v dpkg-shlibdeps'
	[ ! -e "$WORK/bare/usr/sbin/policy-rc.d" ]
	[ -z "$(machine_do bare git -C "$SOURCE" status --porcelain)" ]
}
step "it installs what it needs and no more, and leaves the clone as it was" nothing_else

instance=$WORK/bare$(readlink "$WORK/bare$SOURCE/var/run")
cp "$instance/demo.env" "$WORK/demo.env"
. "$WORK/demo.env"
address=neu@$DOMAIN
pages() { POSTSTELLE_ENV=$WORK/demo.env node pages.mjs "$@"; }
new_mailbox() { pages mailbox neu >"$WORK/password"; }
step "a mailbox is made on the page" new_mailbox

mail() {
	mail_in "$SMTP_PORT" bare-in "$address"
	mail_read "imap://127.0.0.1:$IMAP_PORT" bare-in "$address" "$(cat "$WORK/password")" --cacert "$instance/tls/cert.pem"
}
step "a mail from outside is read by IMAP" mail

stop() {
	machine_do bare make -C "$SOURCE" stop
	fails ls -d "$WORK"/bare/tmp/ps.*
	fails machine_do bare sh -c 'cat /proc/[0-9]*/comm | grep -E "mariadbd|nginx|master|dovecot|poststelle"'
}
step "make stop ends all of it" stop
