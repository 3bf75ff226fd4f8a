/** Finds the architecture of the machine that a log is from, if something in the log shows it. */

/** The architectures that have presets of their own. */
const ARCHITECTURES = ['x86', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

const RELEASES: Readonly<Record<Architecture, RegExp>> = {
  x86: /x86_64|amd64/,
  arm64: /aarch64|arm64/,
};

/**
 * Events that only one architecture has. The first two of x86 are inlined on other architectures.
 */
export const EVENTS: Readonly<Record<Architecture, readonly string[]>> = {
  x86: [
    'ptep_clear_flush_young_ret',
    'ptep_test_and_clear_young_ret',
    'page_fault_user',
    'kvm_tdp_mmu_spte_changed',
    'kvm_mmu_set_spte',
  ],
  arm64: ['kvm_guest_fault', 'kvm_access_fault'],
};

/** The function that calls handle_mm_fault() for a program. On x86 it is do_user_addr_fault(). */
const FAULTS: Readonly<Record<string, Architecture>> = { do_page_fault: 'arm64' };
export const architectureOfFault = (caller: string): Architecture | undefined => FAULTS[caller];

/** Finds the architecture by the release in the head of a log, and by the log's events. */
export const architectureOf = (
  release: string,
  seen: ReadonlySet<string>,
): Architecture | undefined =>
  ARCHITECTURES.find(
    (one) => RELEASES[one].test(release) || EVENTS[one].some((name) => seen.has(name)),
  );
