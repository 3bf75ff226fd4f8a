#!/bin/sh
# Records page aging for youngcheck: sets kprobes in a trace instance of its own,
# waits, writes the log, and takes everything away again. Plain POSIX shell and
# tracefs, for kernels 5.15 to 7.1. docs/capture.md tells more, and what it costs.
# shellcheck disable=SC2016 # $arg1 and $retval are for the kernel

usage() {
	cat <<'END'
usage: sh capture.sh [-t SECONDS] [-o FILE] [-p PID] [-b KIB] [-f] [--dry-run]
       sh capture.sh --doctor
       sh capture.sh --clean

  -t SECONDS  how long to record (default 10; Ctrl-C ends it early)
  -o FILE     where to write the log (default youngcheck.log): a new file, or one
              that is empty; -: standard output
  -p PID      only what this process and the reclaim threads do
  -b KIB      ring buffer per CPU (default 16384, less where memory is short)
  -f          page faults, too: many events on a busy machine
  --dry-run   print what would be written where, and touch nothing
  --doctor    say what this kernel can record, and what a verdict from that is
              worth; touch nothing; status 1 if no look could be judged
  --clean     take away what a capture that was killed has left

environment: TRACEFS, where tracefs is mounted (default /sys/kernel/tracing);
KERNEL_RELEASE, the kernel to set probes for (default uname -r); MACHINE, its
machine (default uname -m); PROC and SYS, what to read for /proc and /sys
END
}

complain() {
	printf 'capture.sh: error: %s\n' "$1" >&2
	[ -z "${2-}" ] || printf 'hint: %s\n' "$2" >&2
	exit 2
}
note() { printf 'capture.sh: %s\n' "$1" >&2; }

seconds=10 out=youngcheck.log pid='' kib='' faults=false dry=false clean=false doctor=false
number() {
	case $2 in
	'' | *[!0-9]* | 0*) complain "$1 needs a number above 0, not '$2'" 'sh capture.sh -h' ;;
	esac
}
while [ $# -gt 0 ]; do
	case $1 in
	-t) seconds=${2-} && number -t "$seconds" ;;
	-p) pid=${2-} && number -p "$pid" ;;
	-b) kib=${2-} && number -b "$kib" ;;
	-o)
		out=${2-}
		[ -n "$out" ] || complain '-o needs a file' 'sh capture.sh -h'
		;;
	-f) faults=true ;;
	--dry-run) dry=true ;;
	--doctor) doctor=true dry=true ;;
	--clean) clean=true ;;
	-h | --help) usage && exit 0 ;;
	*) complain "unknown argument '$1'" 'sh capture.sh -h' ;;
	esac
	case $1 in -t | -p | -b | -o) shift ;; esac
	shift
done

tracefs=${TRACEFS:-/sys/kernel/tracing}
kernel=${KERNEL_RELEASE:-$(uname -r)} machine=${MACHINE:-$(uname -m)}
proc=${PROC:-/proc} sys=${SYS:-/sys}
# The group of our probes, and the name of our instance.
ours=youngcheck
instance=$tracefs/instances/$ours

[ -n "${TRACEFS-}" ] || [ "$(id -u)" -eq 0 ] ||
	complain 'only root can trace' "sudo sh $0"
[ -f "$tracefs/available_events" ] ||
	complain "no tracefs at $tracefs" 'mount -t tracefs nodev /sys/kernel/tracing'
[ -d "$tracefs/instances" ] ||
	complain 'this kernel has no trace instances' 'a kernel with CONFIG_TRACING=y'
[ -z "$pid" ] || [ -d "$proc/$pid" ] || complain "no process $pid" 'ps'

# Why no probe can be set at all, or nothing.
unprobed=''
case $(cat "$sys/kernel/security/lockdown" 2>/dev/null) in
*'[confidentiality]'*) unprobed='the kernel is locked down' ;;
esac
[ -f "$tracefs/kprobe_events" ] || unprobed='this kernel has no kprobe events (CONFIG_KPROBE_EVENTS)'

put() { # VALUE FILE
	if $dry; then
		printf "echo '%s' > %s\n" "$1" "$2"
	else
		{ printf '%s\n' "$1" >"$2"; } 2>/dev/null
	fi
}
append() { # VALUE FILE
	if $dry; then
		printf "echo '%s' >> %s\n" "$1" "$2"
	else
		{ printf '%s\n' "$1" >>"$2"; } 2>/dev/null
	fi
}
remove() { # FOLDER
	if $dry; then
		printf 'rmdir %s\n' "$1"
	else
		rmdir "$1"
	fi
}

# Probes of our group that have a name from our table. Others are not ours.
left_behind() {
	[ ! -f "$tracefs/kprobe_events" ] ||
		sed -nE "s,^[pr][0-9]*:$ours/(@NAMES@) .*,\1,p" "$tracefs/kprobe_events"
}
take_away() {
	for probe in "$@"; do
		append "-:$ours/$probe" "$tracefs/kprobe_events" || note "the probe $ours/$probe is still there"
	done
}
if $clean; then
	# A capture that runs holds a file of its instance open, so that the kernel does not remove it.
	[ ! -d "$instance" ] || remove "$instance" ||
		complain "$instance is in use: a capture is running, or a reader of it" 'end that one first'
	# shellcheck disable=SC2046 # one word a probe
	take_away $(left_behind)
	exit 0
fi
if ! $doctor && { [ -d "$instance" ] || [ -n "$(left_behind)" ]; }; then
	complain 'another capture is running, or one was killed' "sh $0 --clean"
fi

# The buffers: one for each CPU that is online. Together they take at most a quarter of the memory
# that is available, so that they do not cause the reclaim that they are to record.
cpus=$(grep -c '^processor' "$proc/cpuinfo" 2>/dev/null) || cpus=1
memory=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' "$proc/meminfo" 2>/dev/null)
most=$((${memory:-4194304} / 4 / cpus))
if [ -z "$kib" ]; then
	kib=16384
	[ "$kib" -le "$most" ] || kib=$most
elif [ "$kib" -gt "$most" ]; then
	complain "-b $kib: $cpus buffers of that size are more than a quarter of the available memory" "-b $most, or less"
fi
buffers="$kib KiB for each of $cpus CPUs, $(((kib * cpus + 1023) / 1024)) MiB of memory"

major=${kernel%%.*} minor=${kernel#*.}
minor=${minor%%[!0-9]*}
version=$((major * 1000 + minor))
if [ "$version" -lt 5015 ] || [ "$version" -gt 7001 ]; then
	note "kernel $kernel: only 5.15 to 7.1 were looked at, so check the probes with --dry-run"
fi

symbols='@SYMBOLS@'
# Without ftrace's list, that of all symbols; a function behind a dot is a specialised copy.
if [ -r "$tracefs/available_filter_functions" ]; then
	functions=$(grep -E "^($symbols)([. ]|\$)" "$tracefs/available_filter_functions")
else
	functions=$(sed -n 's/^[^ ]* [tTwW] //p' "$proc/kallsyms" | tr '\t' ' ' | grep -E "^($symbols)([. ]|\$)")
fi

@ARGUMENTS@

# [MODULE:]SYMBOL as kprobe_events wants it, or nothing and why not.
place_of() { # SYMBOL
	found=''
	# An earlier function may have been there, and not have served.
	case $why in 'no such event' | 'no function'*) why="no function $1" ;; esac
	while read -r symbol module _; do
		case $symbol in
		"$1") ;;
		"$1".cold*) continue ;;
		"$1".*)
			# The result of a copy is the function's own, its arguments may not be.
			if [ "$kind" = entry ]; then
				why="only $symbol, whose arguments may differ"
				continue
			fi
			;;
		*) continue ;;
		esac
		module=${module#[} module=${module%]}
		found=${module:+$module:}$symbol
		[ "$symbol" != "$1" ] || return 0
	done <<END
$functions
END
	[ -n "$found" ]
}

# What the events are, in one pass: each `event` is followed by the functions that it may be on,
# of which the first that this kernel has is taken.
has='' lacks='' kinds='' name='' statics='' probes=''
newline='
'
settle() {
	[ -n "$name" ] || return 0
	if $set; then
		has="$has$name " kinds="$kinds $of"
	else
		lacks="$lacks$name|$weight|$of|$or|$why|$without$newline"
	fi
}
event() { # KIND SYSTEM NAME WEIGHT OF OR WITHOUT
	settle
	kind=$1 system=$2 name=$3 weight=$4 of=$5 or=$6 without=$7 set=false why='no such event'
	if [ "$of" = faults ] && ! $faults; then
		why='not asked for with -f'
	elif [ "$kind" = static ] && [ -d "$tracefs/events/$system/$name" ]; then
		statics="$statics $system/$name" set=true
	fi
}
on() { # SYMBOL FROM TO FETCH
	! $set || return 0
	[ "$of" != faults ] || $faults || return 0
	[ "$version" -ge "$2" ] && [ "$version" -lt "$3" ] || return 0
	if [ -n "$unprobed" ]; then
		why=$unprobed
		return 0
	fi
	place_of "$1" || return 0
	if ! fetch=$(fetching "$4"); then
		why="no arguments of functions on $machine"
		return 0
	fi
	# Many tasks may be inside of a function at once; the default of 10 or so loses returns.
	how=p
	[ "$kind" = entry ] || how=r256
	if append "$how:$ours/$name $found${fetch:+ $fetch}" "$tracefs/kprobe_events"; then
		probes="$probes $name" set=true
	else
		why="the kernel refused the probe on $found"
	fi
}

@DOCTOR@

listened=''
@HEAD@

# The script runs as root, perhaps in a folder of others. So the log is opened once, and whatever
# is no new and no empty file is refused before anything is written to it.
no_log() { # WHY
	complain "$out: $1" '-o with the name of a new file, or - for standard output'
}
# Whether descriptor 3 is a regular file, and the one that has this name, not behind a link.
# Small shells had -ef long before POSIX, which has it since 2024.
# shellcheck disable=SC3013
is_log() {
	[ -f "$out" ] && [ ! -L "$out" ] && [ "$out" -ef "/proc/$$/fd/3" ]
}
open_log() {
	if [ -L "$out" ]; then
		no_log 'a symbolic link'
	elif [ ! -e "$out" ]; then
		# With -C only a file that nobody has made meanwhile is opened.
		set -C
		{ command exec 3>"$out"; } 2>/dev/null || no_log 'cannot be made'
		set +C
		made=true
	elif [ -d "$out" ]; then
		no_log 'a folder'
	elif [ ! -f "$out" ]; then
		no_log 'a device, a FIFO or a socket'
	elif [ -s "$out" ]; then
		no_log 'exists, and is never overwritten'
	else
		{ command exec 3>>"$out"; } 2>/dev/null || no_log 'cannot be written'
	fi
	is_log || no_log 'another file has taken its place'
}

made=false mine=false stopped=false sleeper=''
finish() {
	trap '' INT TERM HUP
	# A probe that is enabled cannot be taken away: first the instance, then the probes.
	if $mine; then
		put 0 "$instance/tracing_on"
		put 0 "$instance/events/enable"
		exec 4<&-
		remove "$instance" || note "$instance is in use: try --clean later"
	fi
	# shellcheck disable=SC2086 # one word a probe
	take_away $probes
	# What somebody has put in its place is not ours to remove.
	! $made || ! is_log || rm -f -- "$out"
}
if ! $dry; then
	trap finish EXIT
	# KILL, since a sleeper that has just begun may lose any other signal.
	trap 'stopped=true; [ -z "$sleeper" ] || kill -KILL "$sleeper" 2>/dev/null' INT TERM HUP
	[ "$out" = - ] || open_log
fi

# The kernel makes an instance once: where two captures begin at the same time, one goes on.
# The doctor prints nothing of what would be written.
! $doctor || exec 5>&1 >/dev/null
if $dry; then
	printf 'mkdir %s\n' "$instance"
else
	mkdir "$instance" 2>/dev/null || complain "$instance cannot be made" "sh $0 --clean"
	mine=true
fi
put 0 "$instance/tracing_on"
! $mine || exec 4<"$instance/tracing_on"
@EVENTS@
settle
if $doctor; then
	exec >&5
	examine
fi

[ -n "$probes" ] || {
	[ -z "$statics" ] || note "what is left are tracepoints, which tell of no look:$statics"
	complain "not one probe could be set${unprobed:+: $unprobed}" "sh $0 --doctor; $tracefs/error_log says why, too"
}

# What is lost, for what this kernel could have; the needed events first.
lost() { # WEIGHT
	printf '%s' "$lacks" | while IFS='|' read -r name weight of or why without; do
		[ "$weight" = "$1" ] || continue
		case " $has " in *" $or "*) continue ;; esac
		case "$kinds " in *" $of "*) ;; *) continue ;; esac
		note "lacks $name ($why): $without"
	done
}
lost needed
lost useful
for of in arm64 kvm intel smmu amd sva mglru idle thp; do
	case "$kinds " in *" $of "*) ;; *) note "nothing of $of on this kernel" ;; esac
done

# Whom to listen to: the process with its threads and children, and whoever reclaims.
listeners() {
	for task in "$proc/$pid/task"/*; do printf '%s ' "${task##*/}"; done
	for comm in "$proc"/[0-9]*/comm; do
		read -r who <"$comm" || continue
		case $who in
		kswapd* | kdamond* | khugepaged) task=${comm%/comm} && printf '%s ' "${task##*/}" ;;
		esac
	done 2>/dev/null
}

note "buffers: $buffers"
put "$kib" "$instance/buffer_size_kb" || note "no ring buffer of $kib KiB a CPU: the default is used"
# In the same order on all CPUs; that is what the events are judged by.
put global "$instance/trace_clock" || note 'no trace_clock global: the order across CPUs is in doubt'
if [ -n "$pid" ]; then
	put 1 "$instance/options/event-fork"
	put "$(listeners)" "$instance/set_event_pid"
	listened=$(cgroup_of "$pid")
	note "-p: reclaim by other tasks than kswapd, khugepaged and DAMON is not recorded"
fi
put 1 "$instance/events/$ours/enable" || complain 'the probes cannot be enabled' "$tracefs/error_log"
for path in $statics; do
	put 1 "$instance/events/$path/enable" || note "$path cannot be enabled"
done

if $dry; then
	put 1 "$instance/tracing_on"
	printf 'sleep %s\n' "$seconds"
	put 0 "$instance/tracing_on"
	printf 'cat %s/trace > %s\n' "$instance" "$out"
	remove "$instance"
	for name in $probes; do
		append "-:$ours/$name" "$tracefs/kprobe_events"
	done
	exit 0
fi

! $stopped || exit 1
note "recording for $seconds s; say what you do with: echo TEXT > $instance/trace_marker"
put 1 "$instance/tracing_on" || complain 'tracing cannot be switched on' "$tracefs/error_log"
# It must not hold the instance if this script is killed.
sleep "$seconds" 4<&- &
sleeper=$!
# A signal may have come before there was a sleeper.
! $stopped || kill -KILL "$sleeper" 2>/dev/null
# Some shells report that it was killed.
wait "$sleeper" 2>/dev/null
sleeper=''
trap '' INT TERM HUP
put 0 "$instance/tracing_on"

if [ "$out" = - ]; then
	report || exit 1
else
	report >&3 || complain "$out: could not be written"
	is_log || no_log 'another file has taken its place'
	made=false
	note "wrote $out; next: youngcheck conform $out"
fi
