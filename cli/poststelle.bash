# poststelle.bash: bash completion of poststelle(1), by what its --help says. Shellcheck: bash.

_poststelle() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=() i commands
	COMPREPLY=()
	case $prev in
	-c | --config | --postfix | --dovecot | --sql-dir)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--active | --vip | --may-send | --may-log-in | --own-only) mapfile -t COMPREPLY < <(compgen -W "yes no" -- "$cur") && return ;;
	--role) mapfile -t COMPREPLY < <(compgen -W "admin staff" -- "$cur") && return ;;
	--journal) mapfile -t COMPREPLY < <(compgen -W "all own none" -- "$cur") && return ;;
	esac
	# The command's words, without the options before it.
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-c | --config) i=$((i + 1)) ;;
		*) words+=("${COMP_WORDS[i]}") ;;
		esac
	done
	commands=$(poststelle --help 2>/dev/null | sed -n 's/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p')
	case ${#words[@]} in
	0)
		commands=$(cut -d' ' -f1 <<<"$commands")
		mapfile -t COMPREPLY < <(compgen -W "$commands --config --help --version" -- "$cur" | sort -u)
		return
		;;
	1)
		commands=$(sed -n "s/^${words[0]} //p" <<<"$commands")
		if [ -n "$commands" ]; then
			mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
			return
		fi
		;;
	esac
	[[ $cur == -* ]] || return
	grep -qx "${words[0]} ${words[1]:-}" <<<"$commands" || words=("${words[0]}")
	mapfile -t COMPREPLY < <(compgen -W "$(poststelle "${words[@]:0:2}" --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*')" -- "$cur")
}
complete -F _poststelle poststelle
