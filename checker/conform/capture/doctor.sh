# --doctor: what this kernel can record, and what a verdict from that is worth.
lines() { # LABEL TEXT
	printf '%s\n' "$2" | fold -s -w 66 | while read -r line; do
		printf '%-11s%s\n' "$1" "$line"
		set -- ''
	done
}
# Whether this kernel has all events of a list. `lacking` names the others.
having() { # NAME...
	lacking=''
	for name in "$@"; do
		case " $has " in *" $name "*) ;; *) lacking="$lacking $name" ;; esac
	done
	[ -z "$lacking" ]
}
part() { # LABEL EVENTS
	label=$1
	# shellcheck disable=SC2086 # one word an event
	if having $2; then
		lines "$label" 'can be recorded'
	else
		first=${lacking# } first=${first%% *}
		why=$(printf '%s' "$lacks" | sed -n "s/^$first|[^|]*|[^|]*|[^|]*|\([^|]*\)|.*/\1/p")
		lines "$label" "lacks$lacking (${why:-no such event})"
	fi
}
examine() {
	lines kernel "$kernel $machine; looked at were 5.15 to 7.1"
	lines probes "${unprobed:-allowed, as far as the kernel says beforehand}"
	lines arguments "by ${registers:-\$arg1, \$arg2 and so on}"
	lines offsets "of mmu_notifier_range by $told_by"
	lines buffers "$buffers"
	part looks 'folio_referenced folio_referenced_ret folio_referenced_one'
	part 'young bits' 'ptep_clear_flush_young ptep_test_and_clear_young_ret'
	part 'huge pages' 'pmdp_clear_flush_young split_huge_pmd mm_collapse_huge_page'
	part answers 'clear_flush_young clear_flush_young_ret clear_young_ret test_young_ret'
	part evictions 'try_to_unmap_one try_to_unmap_one_ret'
	part unmaps 'invalidate_range_start invalidate_range_end release'
	flushes=arch_invalidate_secondary_tlbs
	! having invalidate_range || flushes=invalidate_range
	part flushes "$flushes"
	for of in kvm intel smmu amd; do
		case "$kinds " in *" $of "*) lines "$of" 'is there, and its events can be recorded' ;; esac
	done
	tracing=0 worth='Looks and evictions can be judged, and a miss that conform tells is certain.'
	if ! having folio_referenced_ret clear_flush_young clear_flush_young_ret; then
		tracing=1
		worth='No look can be judged: conform would say that nothing was judged (status 6).'
		[ -z "$statics" ] || worth="$worth What is left are tracepoints:$statics."
	elif ! having ptep_clear_flush_young ptep_test_and_clear_young_ret; then
		worth='Looks can be judged. No line shows who reads the young bit of a PTE, so that a miss'
		worth="$worth is told only of a use that KVM's own bit shows, or that nobody can have heard of."
	elif ! having try_to_unmap_one_ret; then
		worth='Looks can be judged, evictions cannot.'
	fi
	case "$kinds " in
	*' kvm '* | *' intel '* | *' smmu '* | *' amd '*) ;;
	*) worth="$worth No secondary MMU is known here: without markers no page is judged." ;;
	esac
	lines verdict "$worth"
	exit "$tracing"
}
