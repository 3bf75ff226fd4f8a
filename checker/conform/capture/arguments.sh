# Where the members of struct mmu_notifier_range are, as "MEMBER OFFSET" lines: distributions move
# fields to other versions. Without a tool for BTF there is the version alone.
btf=$sys/kernel/btf/vmlinux members=''
# BTF is that of the kernel that runs.
[ -n "${SYS-}" ] || [ "$kernel" = "$(uname -r)" ] || btf=''
if [ -r "$btf" ] && command -v bpftool >/dev/null; then
	members=$(bpftool btf dump file "$btf" format raw 2>/dev/null | awk '
		/^\[/ { inside = $2 == "STRUCT" && $3 == "\047mmu_notifier_range\047" }
		inside && /bits_offset=/ { split($0, a, "\047"); b = $0; sub(/.*bits_offset=/, "", b); print a[2], b / 8 }')
	told_by='BTF, by bpftool'
fi
if [ -z "$members" ] && [ -r "$btf" ] && command -v pahole >/dev/null; then
	members=$(pahole -C mmu_notifier_range "$btf" 2>/dev/null |
		sed -n 's,^.*[ *]\([a-z_]*\); */\* *\([0-9]*\) .*,\1 \2,p')
	told_by='BTF, by pahole'
fi
[ -n "$members" ] || told_by='the version of the kernel'

# The names of the registers that hold arguments, where the kernel does not know $arg1 itself.
registers=''
if [ -r "$tracefs/README" ] && ! grep -qF '$arg<N>' "$tracefs/README"; then
	case $machine in
	aarch64 | arm64) registers='x0 x1 x2 x3 x4 x5' ;;
	x86_64) registers='di si dx cx r8 r9' ;;
	riscv64) registers='a0 a1 a2 a3 a4 a5' ;;
	*) registers=unknown ;;
	esac
fi

# A text of the table, as this kernel wants it.
fetching() { # FETCH
	text=$1
	case $text in *'=+'*'($arg1)'*)
		while read -r member offset; do
			[ -n "$member" ] || continue
			text=$(printf '%s\n' "$text" | sed "s/\(^\| \)$member=+[0-9]*(/\1$member=+$offset(/")
		done <<END
$members
END
		;;
	esac
	case $text in *'$arg'*) ;; *) printf '%s\n' "$text" && return ;; esac
	[ "$registers" != unknown ] || return 1
	place=0
	for register in $registers; do
		place=$((place + 1))
		text=$(printf '%s\n' "$text" | sed "s/\$arg$place\([^0-9]\|\$\)/%$register\1/g")
	done
	printf '%s\n' "$text"
}
