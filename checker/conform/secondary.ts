/** Finds out which kind of secondary MMU a log shows at work. */

/** Events of KVM, and functions of KVM that are probed. */
export const KVM: readonly string[] = [
  'kvm_page_fault',
  'kvm_guest_fault',
  'kvm_access_fault',
  'kvm_age_hva',
  'kvm_test_age_hva',
  'kvm_unmap_hva_range',
  'age_gfn_ret',
  'kvm_tdp_mmu_spte_changed',
];

/** Events of a device that reports its ATC. */
export const ATC: readonly string[] = [
  'atc_access',
  'atc_invalidate_range',
  'atc_clear_flush_young',
  'atc_release',
  'atc_step',
];

const has = (seen: ReadonlySet<string>, names: readonly string[]): boolean =>
  names.some((name) => seen.has(name));

export const hasAtc = (seen: ReadonlySet<string>): boolean => has(seen, ATC);

/** Whether the secondary MMU has its own page table, whose young bits show the device's uses. */
export const isShadow = (seen: ReadonlySet<string>): boolean => has(seen, KVM) && !hasAtc(seen);
