# mail.sh: the mail program and the world, by curl. Sourced. MACHINE is where; errors of TLS count.

# letter SUBJECT FROM TO
letter() {
	printf '%s\r\n' "From: $2" "To: $3" "Subject: $1" "Date: $(LC_ALL=C date -R)" "Message-ID: <$1@world.example>" '' 'Guten Tag'
}

# mail_in PORT SUBJECT ADDRESS [CURL-OPTION...]: from outside, i.e. not from 127.0.0.1, which Postfix trusts.
mail_in() {
	letter "$2" kunde@world.example "$3" | beside "$MACHINE" curl -sS --interface 127.0.0.2 \
		--mail-from kunde@world.example --mail-rcpt "$3" --upload-file - "${@:4}" "smtp://127.0.0.1:$1/mx.world.example"
}

# mail_out HOST:PORT SUBJECT ADDRESS PASSWORD RECIPIENT [CURL-OPTION...]: with log-in and STARTTLS, on port
# 465 with TLS from the first octet.
mail_out() {
	local scheme=smtp
	[[ $1 != *:465 ]] || scheme=smtps
	letter "$2" "$3" "$5" | beside "$MACHINE" curl -sS --ssl-reqd --user "$3:$4" "${@:6}" \
		--mail-from "$3" --mail-rcpt "$5" --upload-file - "$scheme://$1/laptop.example"
}

# mail_search URL/FOLDER SUBJECT ADDRESS PASSWORD [CURL-OPTION...]: the number of the first mail of that subject, if any.
mail_search() {
	beside "$MACHINE" curl -sS --ssl-reqd --user "$3:$4" "${@:5}" "$1?SUBJECT%20$2" |
		tr -d '\r' | sed -n 's/^\* SEARCH \([0-9]*\).*$/\1/p'
}

# mail_find, the same: waits for it.
mail_find() {
	local found
	for _ in {1..100}; do
		# A folder that isn't there yet is an error.
		found=$(mail_search "$@") || :
		[ -z "$found" ] || break
		sleep 0.2
	done
	[ -n "$found" ] && echo "$found"
}

# mail_read URL SUBJECT ADDRESS PASSWORD [CURL-OPTION...]: waits for it in INBOX, and prints its subject.
mail_read() {
	local number
	number=$(mail_find "$1/INBOX" "${@:2}")
	beside "$MACHINE" curl -sS --ssl-reqd --user "$3:$4" "${@:5}" "$1/INBOX;MAILINDEX=$number" | grep "^Subject: $2"
}
