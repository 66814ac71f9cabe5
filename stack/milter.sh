# milter.sh: poststelle-milter in its roles, each a process of its own, before Postfix.

# milter_start ROLE
milter_start() {
	# The sockets get the directory's group, Postfix's.
	install -d -o www-data -g postfix -m 2750 "$DIR/milter"
	rm -f "$DIR/milter/$1"
	spawn "milter_$1" www-data "$DIR/bin/poststelle-milter" --config "$DIR/conf/milter.conf" --role "$1"
	wait_for 20 milter_listens "$1" || { tail -n 20 "$DIR/log/milter_$1.log" >&2; return 1; }
}

milter_listens() { pid_of "milter_$1" && test -S "$DIR/milter/$1"; }

milter_name_start() { milter_start name; }
milter_name_stop() { end_part milter_name TERM 40; }
milter_journal_start() { milter_start journal; }
milter_journal_stop() { end_part milter_journal TERM 40; }

# milter_value ROLE: the milter as smtpd_milters has it; empty if the instance has none.
milter_value() { [[ " $PARTS " != *" milter_$1 "* ]] || printf 'unix:%s' "$DIR/milter/$1"; }
