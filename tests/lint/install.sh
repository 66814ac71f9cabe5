#!/bin/bash
# install.sh: what `make install` and `make deb` put where, and that it fits together: the samples
# are right for the programs, the programs find their templates, mail/fill has a value for every
# name, and Postfix, Dovecot and systemd understand what comes out (each where it is installed).
#
# environment: BUILD_DIR (build). Needs no root, and writes to a directory of its own only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BUILD_DIR=${BUILD_DIR:-build}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/poststelle-install.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
ROOT=$WORK/root
FAILED=0

fail() { printf 'install: %s\n' "$*" >&2; FAILED=1; }
have() { PATH=$PATH:/usr/sbin command -v "$1" >/dev/null; }
quiet_make() { make --no-print-directory BUILD_DIR="$BUILD_DIR" "$@" >"$WORK/make.log" 2>&1 || { cat "$WORK/make.log" >&2; exit 1; }; }

check_files() {
	local path mode
	quiet_make install DESTDIR="$ROOT" PREFIX=/usr
	while read -r mode path; do
		[ -f "$ROOT$path" ] || { fail "$path is missing"; continue; }
		[ "$(stat -c %a "$ROOT$path")" = "$mode" ] || fail "$path has mode $(stat -c %a "$ROOT$path"), not $mode"
	done <<END
755 /usr/bin/poststelle
755 /usr/lib/poststelle/poststelle.fcgi
755 /usr/lib/poststelle/poststelle-milter
640 /etc/poststelle/poststelle.conf
640 /etc/poststelle/web.conf
640 /etc/poststelle/agent.conf
640 /etc/poststelle/milter.conf
644 /lib/systemd/system/poststelle.service
644 /lib/systemd/system/poststelle-agent.service
644 /lib/systemd/system/poststelle-milter@.service
644 /lib/systemd/system/poststelle-doctor.service
644 /lib/systemd/system/poststelle-doctor.timer
644 /usr/share/bash-completion/completions/poststelle
644 /lib/systemd/system/poststelle-purge.service
644 /lib/systemd/system/poststelle-purge.timer
644 /lib/systemd/system/poststelle-backup.service
644 /lib/systemd/system/poststelle-backup.timer
755 /usr/share/poststelle/setup/backup
755 /usr/share/poststelle/setup/stage
755 /usr/share/poststelle/setup/install
755 /usr/share/poststelle/setup/start
755 /usr/share/poststelle/setup/certificate-renewed
644 /usr/share/poststelle/setup/common.sh
644 /usr/share/poststelle/setup/common.conf
644 /usr/share/poststelle/setup/nginx.conf
755 /usr/share/poststelle/mail/fill
755 /usr/share/poststelle/mail/escape-folders
644 /usr/share/poststelle/mail/values.example
644 /usr/share/doc/poststelle/nginx.conf.example
644 /usr/share/doc/poststelle/admin-guide.md
644 /usr/share/doc/poststelle/mail-servers.md
644 /usr/share/doc/poststelle/moving.md
644 /usr/share/poststelle/errors/de/502.html
644 /usr/share/poststelle/errors/en/413.html
644 /usr/share/man/man1/poststelle.1.gz
644 /usr/share/man/man5/poststelle.conf.5.gz
644 /usr/share/man/man8/poststelle.fcgi.8.gz
644 /usr/share/man/man8/poststelle-milter.8.gz
$(find templates static sql mail/postfix mail/dovecot -type f -regex '.*\.\(cst\|hdf\|css\|svg\|sql\|cf\|cidr\|conf\)' -printf '644 /usr/share/poststelle/%p\n')
END
	# Under another prefix nothing may point to the usual one.
	quiet_make install DESTDIR="$WORK/other" PREFIX=/opt/ps
	! grep -rlE '/usr/(share|lib|bin)/poststelle' "$WORK/other/etc" "$WORK/other/lib" "$WORK/other/opt/ps/share/doc/poststelle/nginx.conf.example" ||
		fail "these files don't know PREFIX"
	grep -q '^template_dir=/opt/ps/' "$WORK/other/etc/poststelle/web.conf" || fail "web.conf doesn't name the templates of PREFIX"
}

# completes LINE EXPECTED: what bash would offer for its last word.
completes() {
	local offered
	offered=$(PATH=$ROOT/usr/bin:$PATH bash -c '. "$1"; read -ra COMP_WORDS <<<"$2"; [[ $2 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _poststelle; echo "${COMPREPLY[@]}"' - \
		"$ROOT/usr/share/bash-completion/completions/poststelle" "$1") || fail "completion of $1"
	[ "$offered" = "$2" ] || fail "completion of \"$1\": \"$offered\", not \"$2\""
}

check_completion() {
	completes "poststelle sett" "settings"
	completes "poststelle user pass" "password-link"
	completes "poststelle --config /etc/x domain e" "edit"
	completes "poststelle settings " "get set"
	completes "poststelle mailbox edit info@example.org --qu" "--quota"
	completes "poststelle domain edit example.org --active " "yes no"
	completes "poststelle doctor --r" "--record"
}

# What an administrator has written stays.
check_kept() {
	local file=$ROOT/etc/poststelle/poststelle.conf
	cp -p "$file" "$WORK/sample.conf"
	echo '# mine' >>"$file"
	quiet_make install DESTDIR="$ROOT" PREFIX=/usr
	[ "$(tail -n 1 "$file")" = '# mine' ] || fail "poststelle.conf was overwritten"
	cp -p "$WORK/sample.conf" "$file"
}

# The samples, with paths of this test: the programs take them (1 is a command that failed for want
# of a database, 2 would be a configuration that isn't right).
check_samples() {
	local name status answer
	sed "s,^DB_HOSTS=.*,DB_HOSTS=$WORK/nobody," "$ROOT/usr/share/poststelle/mail/values.example" >"$WORK/values"
	"$ROOT/usr/share/poststelle/mail/fill" "$WORK/values" "$ROOT/usr/share/poststelle/setup/common.conf" "$WORK/common.conf"
	for name in poststelle web agent milter; do
		echo a-secret-of-more-than-20-octets >"$WORK/password"
		sed -e "s,^\(password\|proxy_secret\)_file=.*,\1_file=$WORK/password," \
			-e "s,^include=.*,include=$WORK/common.conf," -e 's,^socket=.*,socket=,' \
			-e "s,^#template_dir=/usr,template_dir=$ROOT/usr," \
			-e 's,^#\([a-z_]*=\),\1,' "$ROOT/etc/poststelle/$name.conf" >"$WORK/$name.conf"
		status=0
		"$ROOT/usr/bin/poststelle" --config "$WORK/$name.conf" mailbox list >"$WORK/out" 2>&1 || status=$?
		[ $status = 1 ] && grep -q "database $WORK/nobody" "$WORK/out" || { fail "$name.conf: $(cat "$WORK/out")"; }
	done
	answer=$(GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET SCRIPT_NAME= PATH_INFO=/healthz \
		"$ROOT/usr/lib/poststelle/poststelle.fcgi" --config "$WORK/web.conf" </dev/null 2>"$WORK/out") || :
	[[ $answer == *503* ]] || fail "the web program as CGI, without a database, should answer 503: $answer $(cat "$WORK/out")"
}

# mail/fill: every name has a line in values.example, and every line is used, by it or by a step of setup.
check_values() {
	local share=$ROOT/usr/share/poststelle file target name
	sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p' "$share/mail/values.example" | sort >"$WORK/known"
	{
		grep -rhoE '@[A-Z][A-Z0-9_]*[?]?@' "$share/mail/postfix" "$share/mail/dovecot" "$share/setup" "$share/sql" | tr -d '@?'
		grep -hoE '\bvalue [A-Z][A-Z0-9_]*[A-Z0-9]\b' "$share/setup/install" | cut -d ' ' -f 2
	} | sort -u >"$WORK/used"
	name=$(diff "$WORK/known" "$WORK/used" | sed -n 's/^[<>] /&/p') || :
	[ -z "$name" ] || fail "values.example (<) and the files (>) differ: $name"
	name=$(cd "$share/mail" && grep -L '^option_file = ' postfix/sql/*.cf; grep -L '^connect = connect_timeout=' $(grep -l '^connect = ' dovecot/sql/*)) || :
	[ -z "$name" ] || fail "a database that hangs holds these up for ever: $name"

	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test \
		-keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
	sed -e 's,^\(DB_PASSWORD_[A-Z]*=\).*,\1secret,' -e 's,^\(MAIL_[UG]ID=\).*,\1123,' \
		-e 's,^\(MAIL_OWNER[A-Z_]*=\).*,\1mail,' \
		-e "s,^TLS_CERT=.*,TLS_CERT=$WORK/cert.pem," -e "s,^TLS_KEY=.*,TLS_KEY=$WORK/key.pem," \
		-e "s,^\([A-Z]*_SQL_DIR=\)/etc,\1$WORK/etc," "$share/mail/values.example" >"$WORK/values"
	mkdir -p "$WORK/etc/postfix/poststelle" "$WORK/etc/dovecot/poststelle"
	while read -r file target; do
		"$share/mail/fill" "$WORK/values" "$share/$file" >"$WORK/etc/$target" || fail "$file: mail/fill"
	done <<END
$(cd "$share/mail" && find postfix/sql dovecot/sql -type f | sed 's,\(.*\)/sql/\(.*\),mail/& \1/poststelle/\2,')
mail/postfix/main.cf postfix/main.cf
mail/postfix/master.cf postfix/master.cf
mail/dovecot/dovecot.conf dovecot/dovecot.conf
mail/dovecot/folders.conf dovecot/folders.conf
mail/dovecot/agent.conf dovecot/agent.conf
sql/accounts.sql accounts.sql
END
	check_postfix
	! have doveconf || doveconf -c "$WORK/etc/dovecot/dovecot.conf" -n >"$WORK/out" 2>&1 || fail "Dovecot: $(cat "$WORK/out")"
	! have doveconf || doveconf -c "$WORK/etc/dovecot/agent.conf" -n >"$WORK/out" 2>&1 || fail "Dovecot, agent.conf: $(cat "$WORK/out")"
}

# What goes wrong leaves the file as it was.
check_fill() {
	local fill=$ROOT/usr/share/poststelle/mail/fill target=$WORK/filled line
	printf 'A=1\nB=\n' >"$WORK/fill.values"
	echo old >"$target"
	chmod 0640 "$target"
	for line in '@C@' '@B@' '@C?@' '@A@ @B@'; do
		echo "$line" >"$WORK/template"
		! "$fill" "$WORK/fill.values" "$WORK/template" "$target" 2>"$WORK/out" || fail "fill takes $line"
		grep -q 'line 1: no value for' "$WORK/out" || fail "fill says of $line: $(cat "$WORK/out")"
		! "$fill" "$WORK/fill.values" "$WORK/template" >"$WORK/printed" 2>/dev/null || fail "fill prints $line"
		[ ! -s "$WORK/printed" ] || fail "fill printed something of $line"
		[ "$(cat "$target")" = old ] || fail "fill of $line changed its target"
	done
	! "$fill" "$WORK/nothing" "$WORK/template" "$target" 2>/dev/null || fail "fill does without values"
	echo '<@A@@B?@>' >"$WORK/template"
	"$fill" "$WORK/fill.values" "$WORK/template" "$target" || fail "fill"
	[ "$(cat "$target") $(stat -c %a "$target")" = "<1> 640" ] || fail "fill made $(cat "$target"), mode $(stat -c %a "$target")"
	(umask 027 && "$fill" "$WORK/fill.values" "$WORK/template" "$target.new") || fail "fill of a new file"
	[ "$(stat -c %a "$target.new")" = 640 ] || fail "fill made a new file of mode $(stat -c %a "$target.new")"
	[ "$(cd "$WORK" && echo filled*)" = "filled filled.new" ] || fail "fill left something behind"
}

check_postfix() {
	local name
	have postconf || return 0
	# It warns of parameters that nobody uses, i.e. misspelt ones.
	PATH=$PATH:/usr/sbin postconf -c "$WORK/etc/postfix" -n >"$WORK/main" 2>"$WORK/out" || fail "postconf -n fails"
	PATH=$PATH:/usr/sbin postconf -c "$WORK/etc/postfix" -M >"$WORK/master" 2>>"$WORK/out" || fail "postconf -M fails"
	[ ! -s "$WORK/out" ] || fail "Postfix: $(cat "$WORK/out")"
	name=$(PATH=$PATH:/usr/sbin postconf -c "$WORK/etc/postfix" -P -x submission/inet/syslog_name | sed 's/.*= //')
	[ "$name" = postfix/submission ] || fail "the submission service logs as \"$name\""
}

check_units() {
	have systemd-analyze || return 0
	cp "$ROOT"/lib/systemd/system/poststelle*.{service,timer} "$WORK"
	sed -i "s,/usr/\(bin\|lib\|share\)/poststelle,$ROOT&," "$WORK"/poststelle*.service
	systemd-analyze verify --man=no "$WORK"/poststelle*.{service,timer} >"$WORK/out" 2>&1 || fail "systemd-analyze"
	[ ! -s "$WORK/out" ] || fail "units: $(cat "$WORK/out")"
}

check_man() {
	local page
	have mandoc || return 0
	for page in "$ROOT"/usr/share/man/man?/*.gz; do
		gunzip -c "$page" | mandoc -Tlint -W warning >"$WORK/out" || fail "$(basename "$page"): $(cat "$WORK/out")"
	done
}

check_deb() {
	local deb script
	have dpkg-deb || { echo "install: no dpkg-deb, no package checked"; return 0; }
	quiet_make deb
	deb=$(ls -t "$BUILD_DIR"/poststelle_*.deb | head -n 1)
	dpkg-deb -c "$deb" | awk '$1 !~ /^d/ { print substr($6, 2) }' | sort >"$WORK/listed"
	(cd "$ROOT" && find . -type f | sed 's/^.//' | sort) >"$WORK/installed"
	diff "$WORK/installed" "$WORK/listed" >"$WORK/out" || fail "make install (<) and the package (>) differ: $(cat "$WORK/out")"
	[ -z "$(dpkg-deb -c "$deb" | awk '$2 != "root/root"')" ] || fail "a file of the package doesn't belong to root"
	dpkg-deb -e "$deb" "$WORK/control"
	[ "$(grep -c '^/etc/poststelle/.*\.conf$' "$WORK/control/conffiles")" = "$(find "$ROOT/etc" -type f | wc -l)" ] ||
		fail "conffiles is not complete"
	! have lintian || lintian --fail-on error --no-tag-display-limit "$deb" >"$WORK/out" 2>&1 || fail "lintian: $(grep '^E' "$WORK/out")"
	grep -q '^Depends: .*libmariadb3' "$WORK/control/control" || fail "the package doesn't depend on its libraries"
	for script in preinst postinst prerm postrm; do
		sh -n "$WORK/control/$script" || fail "$script"
	done
	dpkg-deb -x "$deb" "$WORK/package"
	[ "$("$WORK/package/usr/bin/poststelle" --version)" = "poststelle $(dpkg-deb -f "$deb" Version)" ] ||
		fail "program and package have different versions"
}

check_files
check_completion
check_kept
check_samples
check_fill
check_values
check_units
check_man
check_deb
[ $FAILED = 0 ] && echo "install: everything is where it belongs"
exit $FAILED
