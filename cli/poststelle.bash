# poststelle.bash: bash completion of poststelle(1), by what its --help says. Shellcheck: bash.

_poststelle() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=() i commands help value
	COMPREPLY=()
	# The command's words, without the options before it.
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-c | --config)
			[ $i -lt $((COMP_CWORD - 1)) ] || return
			i=$((i + 1))
			;;
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
	grep -qx "${words[0]} ${words[1]:-}" <<<"$commands" || words=("${words[0]}")
	help=$(poststelle "${words[@]:0:2}" --help 2>/dev/null)
	# What --help says behind the option before: words to choose of, a file, or anything.
	value=$(sed -n "s/^ .*$prev=\([^ ]*\).*/\1/p" <<<"$help")
	if [[ $prev == --* && -n $value ]]; then
		[[ $value != *'|'* ]] || mapfile -t COMPREPLY < <(compgen -W "${value//|/ }" -- "$cur")
		return
	fi
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(grep -o -- '--[a-z][a-z0-9-]*' <<<"$help" | sort -u)" -- "$cur")
	elif [ "${words[0]} ${words[1]:-} ${#words[@]}" = "user role 3" ]; then
		mapfile -t COMPREPLY < <(compgen -W "admin staff" -- "$cur")
	elif [ "${words[0]} ${#words[@]}" = "settings 2" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(poststelle settings get 2>/dev/null | cut -f1)" -- "$cur")
	fi
}
# Where it knows nothing: files.
complete -o default -F _poststelle poststelle
