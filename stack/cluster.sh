# cluster.sh: with CLUSTER=1 the database is three nodes of Galera, and the mail servers reach them
# through haproxy, as docs/several-machines.md has it for three machines.

CLUSTER_PARTS="node2 node3 haproxy"

# cluster_port NODE 0|1|2: where nodes talk, send what another one missed, and all there is.
cluster_port() { echo $((CLUSTER_BASE + 3 * ($1 - 1) + $2)); }

# The first node is the part "mariadb".
node_directory() { if [ "$1" = 1 ]; then echo "$DIR/db"; else echo "$DIR/db$1"; fi; }
node_part() { if [ "$1" = 1 ]; then echo mariadb; else echo "node$1"; fi; }

# A node that nobody else is there for begins a cluster.
node_begins() {
	local other
	for other in 1 2 3; do
		[ "$other" = "$1" ] || ! pid_of "$(node_part $other)" >/dev/null || return 1
	done
}

# node_position NODE OPTION...: of one that was killed, where it was, so that it asks for no more than it
# missed (Debian's unit does this by galera_recovery); that it begins, if nobody else is there.
node_position() {
	[ -n "$CLUSTER" ] || return 0
	if [ -f "$(node_directory "$1")/data/grastate.dat" ]; then
		timeout -s KILL 30 mariadbd "${@:2}" --wsrep-recover 2>&1 |
			sed -n 's/.*WSREP: Recovered position: *\([-0-9a-f]*:[0-9]*\).*/--wsrep-start-position=\1/p'
	fi
	! node_begins "$1" || echo --wsrep-new-cluster
}

# cluster_options NODE: what makes a server a node; one that is gone is noticed within 1.5 s.
cluster_options() {
	[ -n "$CLUSTER" ] || return 0
	printf '%s\n' --wsrep-on=ON --wsrep-provider=/usr/lib/galera/libgalera_smm.so \
		"--wsrep-cluster-name=$INSTANCE" "--wsrep-node-name=node$1" --wsrep-sst-method=rsync \
		"--wsrep-cluster-address=gcomm://127.0.0.1:$(cluster_port 1 0),127.0.0.1:$(cluster_port 2 0),127.0.0.1:$(cluster_port 3 0)" \
		"--wsrep-node-address=127.0.0.1:$(cluster_port "$1" 0)" --wsrep-node-incoming-address=127.0.0.1 \
		"--wsrep-sst-receive-address=127.0.0.1:$(cluster_port "$1" 2)" \
		"--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:$(cluster_port "$1" 0);ist.recv_addr=127.0.0.1:$(cluster_port "$1" 1);gcache.size=32M;$GALERA_EVICTION" \
		--binlog-format=ROW --innodb-autoinc-lock-mode=2
}
GALERA_EVICTION="evs.keepalive_period=PT0.3S;evs.inactive_check_period=PT0.2S;evs.suspect_timeout=PT1S;evs.inactive_timeout=PT1.5S;evs.install_timeout=PT1.5S;gmcast.peer_timeout=PT1S;evs.join_retrans_period=PT0.3S"

node_is_synced() {
	mariadb --no-defaults -uroot -S "$(node_directory "$1")/sock" -NBe "SHOW STATUS LIKE 'wsrep_local_state_comment'" |
		grep -q Synced
}

node2_start() { mariadb_node 2 && wait_for 60 node_is_synced 2; }
node3_start() { mariadb_node 3 && wait_for 60 node_is_synced 3; }
node2_stop() { end_part node2 TERM 60; }
node3_stop() { end_part node3 TERM 60; }

# database_hosts PROGRAM, and those of Postfix and Dovecot.
database_hosts() {
	case ${CLUSTER:+$1} in
	"") echo "$DIR/db/sock" ;;
	milter) echo "$DIR"/haproxy/{1,2,3,4} ;;
	*) echo "$DIR/db/sock $DIR/db2/sock $DIR/db3/sock" ;;
	esac
}
postfix_database_hosts() {
	# Two names of one socket: Postfix bars a host for a minute after one failed query.
	if [ -n "$CLUSTER" ]; then printf "unix:$DIR/haproxy/%s " 1 2 3 4; else echo "unix:$DIR/db/sock unix:$DIR/db/sock2"; fi
}
dovecot_database_hosts() {
	if [ -n "$CLUSTER" ]; then printf "host=$DIR/haproxy/%s " 1 2 3 4; else echo "host=$DIR/db/sock"; fi
}

# mail/haproxy.cfg.example as the administrator gets it, with sockets in the place of machines.
haproxy_start() {
	local number
	if [ ! -d "$DIR/haproxy" ]; then
		install -d -m 0755 "$DIR/haproxy"
		sql -e "CREATE USER 'poststelle_check'@'localhost'" || return 1
		{
			printf 'global\n\tmaxconn 2000\n\n'
			sed -E "s,^(\tbind) 127\.0\.0\.1([1-4]):3301$,\1 unix@$DIR/haproxy/\2 mode 666," "$ROOT/mail/haproxy.cfg.example" |
				sed -E "s, db1\.example\.org:3306, unix@$DIR/db/sock,; s, db([23])\.example\.org:3306, unix@$DIR/db\1/sock,"
		} >"$DIR/conf/haproxy.cfg"
	fi
	spawn haproxy root haproxy -db -f "$DIR/conf/haproxy.cfg"
	for number in 1 2 3 4; do
		wait_for 20 test -S "$DIR/haproxy/$number" || { tail -n 20 "$DIR/log/haproxy.log" >&2; return 1; }
	done
}
haproxy_stop() { end_part haproxy TERM 20; }
