# agent.sh: `poststelle agent`, as the owner of the mail.

agent_start() {
	[ -x "$DIR/bin/poststelle" ] || return 0
	spawn agent "$MAIL_OWNER" "$DIR/bin/poststelle" --config "$DIR/conf/agent.conf" agent
	sleep 0.2
	pid_of agent >/dev/null || { tail -n 20 "$DIR/log/agent.log" >&2; return 1; }
}

agent_stop() { end_part agent TERM 30; }
