# office.sh: the machine that installed.sh sets up and clients.sh uses: how it is booted, what its
# administrator does, its certificate. Sourced, after machine.sh.
#
# Left in WORK: office.env (its pages and the administrator), password (of the mailbox `address`), ca.pem,
# and office.ready once it is set up.

MACHINE=office
DOMAIN=example.org
address=info@$DOMAIN
CA=$WORK/ca.pem

if [ ! -e "$WORK/office.env" ]; then
	cat >"$WORK/office.env" <<END
BASE_URL=https://poststelle.example
ADMIN_LOGIN=petra
ADMIN_PASSWORD=$(head -c 12 /dev/urandom | base64 | tr '+/' 'xy')
DOMAIN=$DOMAIN
END
fi

# guide FILE SECTION: the commands of its section, in the docs of GUIDES.
guide() { awk -v title="## $2" '/^## / { on = $0 == title } /^```/ { code = !code; next } on && code' "${GUIDES:-$ROOT/docs}/$1"; }

# follow MACHINE FILE SECTION: what the guide says is done, to the letter. Whatever it asks for is the
# administrator's password.
follow() {
	guide "$2" "$3" >"$WORK/$1/root/guide"
	[ -s "$WORK/$1/root/guide" ]
	sed -n 's/^ADMIN_PASSWORD=//p' "$WORK/office.env" |
		machine_do "$1" env DEBIAN_FRONTEND=noninteractive bash -ex -c 'cd; . ./guide'
}

# certificate KEY FILE: for the office's names, by an authority of its own, which is CA.
certificate() {
	local ec=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90)
	openssl req -x509 "${ec[@]}" -subj "/CN=Office CA" -keyout "$WORK/ca.key" -out "$CA"
	openssl req -x509 "${ec[@]}" -CA "$CA" -CAkey "$WORK/ca.key" -subj /CN=poststelle.example \
		-addext basicConstraints=critical,CA:FALSE \
		-addext "subjectAltName=DNS:poststelle.example,DNS:mail.example.org,DNS:autoconfig.example.org" \
		-keyout "$1" -out "$2"
}

explain() { [ -z "${NSPAWN[$MACHINE]:-}" ] || machine_do "$MACHINE" journalctl --quiet --priority=warning --lines=40 --no-pager; }

# boot TEXT: MACHINE. Its network is its own, nothing but itself until somebody is linked to it.
boot() {
	machine_start "$MACHINE" --boot --private-network --hostname=mail
	step "$1" running
}
running() {
	for _ in {1..100}; do
		machine_do "$MACHINE" systemctl is-system-running --wait && return
		# Not yet there, or degraded
		! machine_do "$MACHINE" systemctl --failed | grep -q failed || break
		sleep 0.2
	done
	machine_do "$MACHINE" systemctl --failed
	return 1
}

pages() { beside "$MACHINE" env POSTSTELLE_ENV="$WORK/office.env" NODE_EXTRA_CA_CERTS="$CA" node pages.mjs "$@"; }
