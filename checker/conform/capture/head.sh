# What stands in the head of the log, before its events.

# How many events each CPU has lost: overwritten ones are its oldest. Others were dropped when they
# came, as an interrupt wrapped the buffer, or as it was full.
lost_of_cpus() {
	for stats in "$instance"/per_cpu/cpu*/stats; do
		[ -r "$stats" ] || continue
		cpu=${stats%/stats} cpu=${cpu##*/} overrun=0 dropped=0
		while IFS=: read -r what times; do
			times=${times# }
			case $what in
			overrun) overrun=$times ;;
			'commit overrun' | 'dropped events') dropped=$((dropped + times)) ;;
			esac
		done <"$stats"
		printf '# youngcheck: overrun %s: %s\n' "$cpu" "$overrun"
		printf '# youngcheck: dropped %s: %s\n' "$cpu" "$dropped"
	done
}

# The control group of a task: where its memory is charged (v1), or its only one (v2).
cgroup_of() { # PID
	[ -r "$proc/$1/cgroup" ] || return 0
	group=''
	while IFS=: read -r _ controllers path; do
		case ,$controllers, in
		*,memory,*) group=$path && break ;;
		,,) group=$path ;;
		esac
	done 2>/dev/null <"$proc/$1/cgroup"
	[ -z "$group" ] || printf '# youngcheck: cgroup %s: %s\n' "$1" "$group"
}
# That of every task that the log names, as far as it still runs. A name takes 16 bytes.
cgroups() {
	LC_ALL=C sed -n 's/^.\{16\}-\([0-9]\{1,\}\) .*/\1/p' "$instance/trace" | sort -un |
		while read -r task; do cgroup_of "$task"; done
}

report() {
	printf '# youngcheck: kernel %s %s\n' "$kernel" "$machine"
	for name in $has; do printf '# youngcheck: has %s\n' "$name"; done
	printf '%s' "$lacks" | while IFS='|' read -r name weight of or why without; do
		printf '# youngcheck: lacks %s: %s\n' "$name" "$why"
	done
	# Its last column counts the returns that found more tasks inside than there was room for.
	[ ! -r "$tracefs/kprobe_profile" ] || while read -r name _ misses _; do
		case " $probes " in *" $name "*) ;; *) continue ;; esac
		[ "${misses:-0}" = 0 ] || printf '# youngcheck: missed %s: %s\n' "$name" "$misses"
	done <"$tracefs/kprobe_profile"
	lost_of_cpus
	# The process may have ended since.
	[ -z "$listened" ] || printf '%s\n' "$listened"
	cgroups
	cat "$instance/trace"
}
