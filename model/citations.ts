/**
 * Every place in the kernel that a rule, a preset or docs/kernel-map.md cites. A range begins and
 * ends with the releases of which something is known; without one it is every release. What `from`
 * names calls the symbol or passes it on, as `drift` holds against a source tree.
 */
import { inFile } from './citation.ts';

/** The files of a driver before the folders drivers/iommu/amd and drivers/iommu/intel of 5.8. */
const BEFORE_5_8 = '..5.7';
const asmGeneric = { elsewhere: { 'include/asm-generic/pgtable.h': BEFORE_5_8 } } as const;
const x86Mmu = { elsewhere: { 'arch/x86/kvm/mmu.c': '..5.5' } } as const;

const CORE = {
  ...inFile('mm/rmap.c', {
    folio_referenced: {
      in: '5.18..',
      from: ['folio_check_references 6.1..', 'shrink_active_list'],
    },
    folio_referenced_one: { in: '5.18..', from: ['folio_referenced'] },
    page_referenced: { in: '..5.17', from: ['shrink_active_list'] },
    page_referenced_one: { in: '..5.17', from: ['page_referenced'] },
    try_to_unmap_one: { from: ['try_to_unmap'] },
    try_to_migrate_one: { in: '5.14..', from: ['try_to_migrate'] },
    page_mkclean_one: { from: ['page_mkclean ..5.15', 'folio_mkclean 5.16..'] },
    page_vma_mkclean_one: { in: '5.18..', from: ['page_mkclean_one'] },
    set_tlb_ubc_flush_pending: { in: '4.4..', from: ['try_to_unmap_one'] },
    flush_tlb_batched_pending: { in: '4.14..', from: ['zap_pte_range', 'change_pte_range'] },
  }),
  ...inFile('include/linux/rmap.h', {
    page_vma_mapped_walk_done: { in: '4.11..', from: ['try_to_unmap_one'] },
  }),
  ...inFile('mm/vmscan.c', {
    walk_pte_range: { in: '6.1..', from: ['walk_pmd_range'] },
    lru_gen_look_around: { in: '6.1..', from: ['folio_referenced_one'] },
    reclaim_pages: { in: '5.4..', from: ['madvise_cold_or_pageout_pte_range'] },
    shrink_folio_list: { in: '6.1..', from: ['shrink_inactive_list', 'reclaim_folio_list 6.12..'] },
    shrink_active_list: { from: ['shrink_list'] },
    folio_check_references: { in: '6.1..', from: ['shrink_folio_list'] },
  }),
  ...inFile('include/linux/mm_inline.h', {
    lru_gen_enabled: { in: '6.1..', from: ['folio_referenced_one'] },
  }),
  ...inFile('include/linux/page_idle.h', {
    folio_test_clear_young: { in: '6.1..', from: ['folio_referenced_one'] },
  }),
  ...inFile('mm/swap.c', { folio_mark_accessed: { in: '6.1..' } }),
  ...inFile('mm/folio-compat.c', {
    mark_page_accessed: { in: '6.1..', elsewhere: { 'mm/swap.c': '..5.15' } },
  }),
  ...inFile('mm/page_idle.c', {
    page_idle_bitmap_read: {},
    page_idle_bitmap_write: {},
    page_idle_clear_pte_refs: { from: ['page_idle_bitmap_read', 'page_idle_bitmap_write'] },
    page_idle_clear_pte_refs_one: { from: ['page_idle_clear_pte_refs'] },
  }),
  ...inFile('mm/damon/ops-common.c', {
    damon_ptep_mkold: { in: '6.1..', from: ['damon_mkold_pmd_entry'] },
  }),
  ...inFile('mm/damon/vaddr.c', {
    damon_va_mkold: { in: '5.15..7.1', from: ['__damon_va_prepare_access_check 6.1..'] },
  }),
  ...inFile('mm/pgtable-generic.c', {
    ptep_clear_flush_young: { from: ['ptep_clear_flush_young_notify ..6.19'] },
    ptep_clear_flush: {
      from: ['ptep_clear_flush_notify ..6.5', 'try_to_unmap_one ..6.12', 'wp_page_copy 6.6..'],
    },
    pmdp_invalidate: { from: ['__split_huge_pmd_locked'] },
  }),
  ...inFile('include/linux/pgtable.h', {
    ptep_test_and_clear_young: asmGeneric,
    ptep_get_and_clear: asmGeneric,
    ptep_set_wrprotect: asmGeneric,
    ptep_modify_prot_start: { ...asmGeneric, from: ['change_pte_range ..6.12'] },
    ptep_modify_prot_commit: { ...asmGeneric, from: ['change_pte_range ..6.12'] },
    get_and_clear_ptes: { in: '6.19..', from: ['try_to_unmap_one'] },
    set_pte_at: { in: '6.6..' },
  }),
  ...inFile('mm/internal.h', {
    clear_flush_young_ptes_notify: { in: '7.1..', from: ['folio_referenced_one'] },
    test_and_clear_young_ptes_notify: { in: '7.1..', from: ['lru_gen_look_around'] },
  }),
  ...inFile('mm/madvise.c', {
    madvise_cold_or_pageout_pte_range: { in: '5.4..', from: ['cold_walk_ops'] },
    madvise_dontneed_free: { in: '4.14..', from: ['madvise_vma_behavior 6.1..'] },
  }),
  ...inFile('mm/memory.c', {
    handle_mm_fault: {},
    wp_page_copy: { in: '4.1..', from: ['do_wp_page'] },
    do_wp_page: { from: ['handle_pte_fault'] },
    do_swap_page: { from: ['handle_pte_fault'] },
    zap_pte_range: { from: ['zap_pmd_range'] },
    copy_present_pte: { in: '5.15..6.6', from: ['copy_pte_range'] },
    copy_present_ptes: { in: '6.12..', from: ['copy_pte_range'] },
  }),
  ...inFile('mm/khugepaged.c', {
    collapse_huge_page: { from: ['hpage_collapse_scan_pmd 6.1..6.12'] },
    retract_page_tables: { from: ['collapse_file 5.4..'] },
    collapse_and_free_pmd: { in: '5.15..6.1', from: ['retract_page_tables'] },
  }),
  ...inFile('mm/migrate.c', {
    migrate_folio: { in: '6.1..' },
    migrate_folio_unmap: { in: '6.1..', from: ['migrate_pages_batch 6.12..'] },
    remove_migration_pte: { from: ['remove_migration_ptes'] },
    migrate_misplaced_transhuge_page: { in: '..4.20' },
  }),
  ...inFile('mm/migrate_device.c', {
    migrate_vma_collect_pmd: {
      in: '4.14..',
      from: ['migrate_vma_walk_ops 6.1..'],
      elsewhere: { 'mm/migrate.c': '..5.16' },
    },
  }),
  ...inFile('mm/mprotect.c', { change_pte_range: { from: ['change_pmd_range'] } }),
  ...inFile('fs/proc/task_mmu.c', {
    clear_refs_pte_range: { from: ['clear_refs_walk_ops 5.15..'] },
    clear_soft_dirty: { in: '3.11..', from: ['clear_refs_pte_range'] },
    pagemap_scan_pmd_entry: { in: '6.7..', from: ['pagemap_scan_ops'] },
  }),
  ...inFile('mm/gup.c', { get_user_pages: {} }),
  ...inFile('mm/hmm.c', { hmm_range_fault: { in: '5.3..' } }),
};

const NOTIFIERS = {
  ...inFile('include/linux/mmu_notifier.h', {
    ptep_clear_flush_young_notify: {
      in: '..6.19',
      from: ['page_referenced_one ..5.17', 'folio_referenced_one 5.18..'],
    },
    ptep_clear_young_notify: {
      in: '..6.19',
      from: [
        'page_idle_clear_pte_refs_one',
        'walk_pte_range 6.12..',
        'lru_gen_look_around 6.12..',
        'damon_ptep_mkold 6.12..',
      ],
    },
    mmu_notifier_clear_flush_young: { from: ['ptep_clear_flush_young_notify ..6.19'] },
    mmu_notifier_clear_young: {
      from: ['ptep_clear_young_notify ..6.19', 'damon_ptep_mkold 6.1..6.1'],
    },
    mmu_notifier_invalidate_range: { in: '..6.5', from: ['try_to_unmap_one'] },
    mmu_notifier_arch_invalidate_secondary_tlbs: {
      in: '6.6..',
      from: ['arch_tlbbatch_add_pending', 'flush_tlb_mm_range', '__flush_tlb_page_nosync ..6.19'],
    },
    mmu_interval_notifier: { in: '5.5..', isName: true },
    mmu_interval_read_retry: { in: '5.5..' },
  }),
  ...inFile('mm/mmu_notifier.c', {
    __mmu_notifier_clear_flush_young: { from: ['mmu_notifier_clear_flush_young'] },
    __mmu_notifier_clear_young: { from: ['mmu_notifier_clear_young'] },
    mmu_interval_notifier_insert: { in: '5.5..' },
  }),
};

const ARCHITECTURES = {
  ...inFile('arch/x86/mm/pgtable.c', {
    x86_ptep_clear_flush_young: {
      symbol: 'ptep_clear_flush_young',
      from: ['ptep_clear_flush_young_notify ..6.19'],
    },
    pmdp_clear_flush_young: { from: ['pmdp_clear_flush_young_notify'] },
  }),
  ...inFile('arch/x86/include/asm/tlbflush.h', {
    flush_tlb_page: {},
    flush_tlb_range: {},
    arch_tlbbatch_add_pending: { in: '6.6..', from: ['set_tlb_ubc_flush_pending'] },
    arch_tlbbatch_should_defer: { in: '6.6..', from: ['should_defer_flush'] },
  }),
  ...inFile('arch/arm64/include/asm/pgtable.h', {
    arm64_ptep_clear_flush_young: {
      symbol: 'ptep_clear_flush_young',
      in: '5.0..',
      from: ['ptep_clear_flush_young_notify ..6.19'],
    },
    pte_accessible: { from: ['ptep_clear_flush'] },
    pte_valid_young: { in: '..5.9', from: ['pte_accessible'] },
  }),
  ...inFile('arch/arm64/mm/fault.c', {
    arm64_ptep_set_access_flags: { symbol: 'ptep_set_access_flags', in: '..6.6' },
    __ptep_set_access_flags: { in: '6.12..' },
  }),
  ...inFile('arch/arm64/include/asm/tlbflush.h', {
    __flush_tlb_page_nosync: { in: '6.6..6.19', from: ['flush_tlb_page_nosync'] },
    __do_flush_tlb_range: { in: '7.1..' },
  }),
  ...inFile('arch/riscv/include/asm/pgtable.h', {
    riscv_ptep_clear_flush_young: { symbol: 'ptep_clear_flush_young' },
  }),
  ...inFile('arch/powerpc/mm/book3s64/radix_tlb.c', {
    radix__flush_tlb_page_psize: { in: '5.2..', from: ['radix__flush_tlb_page'] },
  }),
  ...inFile('arch/powerpc/include/asm/mmu_context.h', {
    mm_context_add_copro: { in: '4.14..' },
  }),
};

const KVM = {
  ...inFile('virt/kvm/kvm_main.c', {
    kvm_mmu_notifier_clear_flush_young: { from: ['kvm_mmu_notifier_ops'] },
    kvm_flush_remote_tlbs: { from: ['__kvm_handle_hva_range 5.15..'] },
    hva_to_pfn: {},
    kvm_release_pfn_clean: { in: '..6.12' },
    kvm_set_pfn_accessed: { in: '..6.12' },
  }),
  ...inFile('include/linux/kvm_host.h', {
    KVM_REQ_TLB_FLUSH: { isName: true, from: ['kvm_flush_remote_tlbs'] },
    mmu_invalidate_retry: { in: '6.1..', from: ['user_mem_abort'] },
    mmu_invalidate_retry_hva: { in: '6.1..6.6', from: ['is_page_fault_stale'] },
    mmu_invalidate_retry_gfn: { in: '6.12..', from: ['is_page_fault_stale'] },
  }),
  ...inFile('arch/x86/kvm/mmu/mmu.c', {
    kvm_age_gfn: { in: '5.13..', from: ['kvm_mmu_notifier_clear_flush_young'] },
    kvm_unmap_gfn_range: {
      in: '5.13..',
      from: ['kvm_mmu_notifier_invalidate_range_start ..6.1', 'kvm_mmu_unmap_gfn_range 6.12..'],
    },
    direct_page_fault: { in: '5.6..', from: ['kvm_tdp_page_fault'] },
    kvm_mmu_page_fault: { ...x86Mmu, from: ['npf_interception'] },
    mmu_spte_clear_track_bits: { ...x86Mmu },
  }),
  ...inFile('arch/arm64/kvm/mmu.c', {
    user_mem_abort: {
      from: ['kvm_handle_guest_abort'],
      elsewhere: { 'virt/kvm/arm/mmu.c': '..5.7' },
    },
    arm64_kvm_unmap_gfn_range: { symbol: 'kvm_unmap_gfn_range', in: '5.13..' },
  }),
};

const DRIVERS = {
  ...inFile('drivers/iommu/iommu-sva.c', {
    iommu_sva_bind_device: { elsewhere: { 'drivers/iommu/iommu.c': '..6.1' } },
    iommu_sva_handle_mm: { in: '6.12..', from: ['iommu_sva_handle_iopf'] },
  }),
  ...inFile('drivers/iommu/io-pgfault.c', {
    iopf_handle_single: { in: '5.15..6.1', from: ['iopf_handle_group'] },
  }),
  ...inFile('drivers/iommu/amd_iommu_v2.c', {
    mn_clear_flush_young: { in: '..5.0', from: ['iommu_mn'] },
    iommu_mn: {
      in: '..6.6',
      isName: true,
      elsewhere: { 'drivers/iommu/amd/iommu_v2.c': '5.8..' },
    },
  }),
  ...inFile('drivers/iommu/amd/iommu.c', {
    __flush_pasid: {
      in: '..6.6',
      from: ['__amd_iommu_flush_page'],
      elsewhere: { 'drivers/iommu/amd_iommu.c': BEFORE_5_8 },
    },
    amd_iommu_dev_flush_pasid_pages: {
      in: '6.12..',
      from: ['sva_arch_invalidate_secondary_tlbs'],
    },
  }),
  ...inFile('drivers/iommu/intel/svm.c', {
    intel_mmuops: { isName: true, elsewhere: { 'drivers/iommu/intel-svm.c': BEFORE_5_8 } },
  }),
  ...inFile('drivers/iommu/intel/dmar.c', {
    qi_flush_piotlb: { in: '5.8..' },
    qi_flush_dev_iotlb_pasid: { in: '5.8..' },
  }),
  ...inFile('drivers/iommu/intel/cache.c', {
    cache_tag_flush_all: { in: '6.12..', from: ['intel_arch_invalidate_secondary_tlbs'] },
    cache_tag_flush_range: { in: '6.12..', from: ['intel_arch_invalidate_secondary_tlbs'] },
  }),
  ...inFile('drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c', {
    arm_smmu_mmu_notifier_ops: { in: '5.10..', isName: true },
    arm_smmu_make_sva_cd: { in: '6.12..', from: ['arm_smmu_sva_set_dev_pasid'] },
  }),
  ...inFile('drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c', {
    arm_smmu_handle_ppr: { in: '5.8..', from: ['arm_smmu_priq_thread'] },
  }),
  ...inFile('drivers/misc/ocxl/link.c', {
    ocxl_mmu_notifier_ops: { in: '5.15..', isName: true },
  }),
};

/** Every citation, by its symbol. */
export const LINUX = { ...CORE, ...NOTIFIERS, ...ARCHITECTURES, ...KVM, ...DRIVERS };
