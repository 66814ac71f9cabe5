# distant.sh: the database on another machine, with TLS alone, and its administrator's log-in for as long as
# there is something to give. Sourced by installed.sh, while the machine `odd` runs, unbooted; it ends there.

MACHINE=odd
CNF=/etc/poststelle/database-admin.cnf

# Everything but a database of its own.
whole() {
	machine_do odd sh -ec 'apt-get -q --fix-policy install; systemctl mask mariadb
		echo "198.51.100.33 db.example.org" >>/etc/hosts'
}
step "all the rest is installed there" whole
machine_stop odd
boot "it boots, without a database of its own"

start_distant() {
	local srv=$WORK/odd/srv/db
	install -d "$srv"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -CA "$CA" -CAkey "$WORK/ca.key" \
		-subj /CN=db.example.org -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:db.example.org \
		-keyout "$srv/key.pem" -out "$srv/cert.pem"
	printf '%s\n' "CREATE USER chef@'198.51.100.1' IDENTIFIED BY 'geheim' REQUIRE SSL;" \
		"GRANT ALL ON *.* TO chef@'198.51.100.1' WITH GRANT OPTION;" >"$srv/init.sql"
	in_machine sh -ec 'mariadb-install-db --user=mysql --datadir=/srv/db/data >/srv/db/install.log; chown mysql: /srv/db /srv/db/*'
}
step "a database on another machine is made" start_distant
# Without a socket that anything here looks for.
elsewhere distant 198.51.100.33 mariadbd --no-defaults --user=mysql --datadir=/srv/db/data --socket=/srv/db/sock \
	--bind-address=198.51.100.33 --skip-name-resolve --ssl-cert=/srv/db/cert.pem --ssl-key=/srv/db/key.pem \
	--require-secure-transport=ON --init-file=/srv/db/init.sql --innodb-buffer-pool-size=64M >"$WORK/distant.log" 2>&1
DISTANT=$ELSEWHERE

setup() {
	sed -n 's/^ADMIN_PASSWORD=//p' "$WORK/office.env" | in_machine poststelle setup --yes "$@"
}
let_in() { in_machine sh -ec "umask 077; printf '[client]\nuser=chef\npassword=geheim\n' >$CNF"; }
by_the_guide() {
	local options=(--replace --name mail.example.org --domain $DOMAIN --url https://poststelle.example --admin petra
		--contact petra@world.example --certificate /etc/ssl/mail/fullchain.pem --key /etc/ssl/mail/privkey.pem
		--database-host db.example.org --database-ca /usr/local/share/ca-certificates/office.crt)
	fails setup "${options[@]}" 2>"$WORK/said"
	grep -F "$CNF" "$WORK/said"
	fails in_machine test -e /etc/poststelle/values
	let_in
	setup "${options[@]}"
	fails in_machine test -e /run/mysqld/mysqld.sock
	units poststelle-doctor.timer
}
step "setup --database-host says what it needs, and then all runs" by_the_guide
distant_mail() {
	in_machine poststelle mailbox add "$address"
	in_machine poststelle mailbox show --password "$address" | sed -n 's/^password: //p' >"$WORK/password"
	mail_in 25 far "$address"
	mail_read imaps://mail.example.org far "$address" "$(secret)" --cacert "$CA"
	pages journal far | grep -F kunde@world.example
	in_machine poststelle doctor database_owner database_web database_milter database_agent migrations
}
step "a mail in and read, with its entry; every account has its rights" distant_mail
nothing_to_give() {
	local before
	in_machine rm $CNF
	setup --dry-run >"$WORK/plan"
	fails grep -E '^(writes|changes|REPLACES)' "$WORK/plan"
	before=$(in_machine grep 'the database gave' /etc/poststelle/setup.sums)
	setup
	[ "$before" = "$(in_machine grep 'the database gave' /etc/poststelle/setup.sums)" ]
	units poststelle-doctor.timer
	backed_up_far
}
# By the owner's account.
backed_up_far() {
	in_machine systemctl start poststelle-backup.service
	in_machine sh -c "grep -q '$address' /var/backups/poststelle/*Z/poststelle.sql"
	fails in_machine sh -c 'ls /var/backups/poststelle/*Z/log-in'
}
step "setup and the backup ask for no administrator of the database any more" nothing_to_give
something_to_give() {
	nsenter -t "$DISTANT" -n chroot "$WORK/odd" mariadb --no-defaults -S /srv/db/sock \
		-e "ALTER USER poststelle_milter@'198.51.100.1' IDENTIFIED BY 'another'"
	fails setup 2>"$WORK/said"
	grep -F "$CNF" "$WORK/said"
	let_in
	setup
	in_machine poststelle doctor database_milter
}
step "unless there is something to give" something_to_give
kill "$DISTANT"
machine_stop odd
MACHINE=office
