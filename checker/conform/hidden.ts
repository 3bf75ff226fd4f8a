/** What happens without a line in the log. */
import type { Event } from '../../model/events.ts';
import type { Facts } from './facts.ts';
import { HIDDEN } from './observation.ts';

const allows = (hides: number, bits: number): boolean => (hides & bits) !== 0;

function device(verb: string, hides: number, facts?: Facts): boolean {
  switch (verb) {
    // Caches forget, and what is in flight arrives.
    case 'evict':
    case 'complete':
    case 'handle-invalidation':
      return true;
    case 'read':
    case 'request-read':
      return allows(hides, HIDDEN.devReads);
    case 'write':
    case 'request-write':
      return allows(hides, HIDDEN.devWrites);
    case 'translate': {
      if (!allows(hides, HIDDEN.devReads | HIDDEN.devWrites)) return false;
      return facts === undefined || !!facts.spte || allows(hides, HIDDEN.devFaults);
    }
    default:
      return false;
  }
}

function thread(verb: string, hides: number): boolean {
  switch (verb) {
    case 'flush-tlb':
    case 'flush-iotlb':
      return true;
    case 'post-invalidation':
    case 'await-invalidation':
      return allows(hides, HIDDEN.flushes);
    case 'harvest':
      return allows(hides, HIDDEN.harvests);
    case 'zap':
      return allows(hides, HIDDEN.zaps);
    case 'report':
      return allows(hides, HIDDEN.reports);
    case 'free':
    case 'end':
      return allows(hides, HIDDEN.ends);
    default:
      return false;
  }
}

function cpu(verb: string, hides: number, facts?: Facts): boolean {
  if (verb === 'evict') return true;
  const isWrite = verb === 'write';
  if (!allows(hides, isWrite ? HIDDEN.cpuWrites : HIDDEN.cpuReads)) return false;
  if (facts === undefined || allows(hides, HIDDEN.cpuFaults)) return true;
  return facts.present !== 0 && (!isWrite || facts.writable !== 0);
}

/** Whether an event may happen unseen: at all, or in a state with these facts. */
export function hiddenEvent({ actor, verb }: Event, hides: number, facts?: Facts): boolean {
  switch (actor) {
    case 'dev':
      return device(verb, hides, facts);
    case 'iommu':
      return verb === 'evict' || device('translate', hides, facts);
    case 'cpu':
      return cpu(verb, hides, facts);
    case 'kswapd':
    case 'page_idle':
      return thread(verb, hides);
    case 'user':
      return verb === 'madvise-cold' && allows(hides, HIDDEN.colds);
    case 'khugepaged':
      return false;
  }
}

interface Sight {
  readonly what: string;
  readonly bits: number;
  /** The events, any of which shows it. */
  readonly shownBy: readonly string[];
  /** Only a secondary MMU with a page table of its own does it. */
  readonly isShadow?: true;
}
const ATC = ['atc_access', 'atc_invalidate_range', 'atc_clear_flush_young'];
const SPTE = 'kvm_tdp_mmu_spte_changed';
/** Each clears a PTE's young bit, whoever asks; no functions but on x86. */
const PTE_READS = ['ptep_clear_flush_young', 'ptep_test_and_clear_young'].flatMap((name) => [
  name,
  `${name}_ret`,
]);

const SIGHTS: readonly Sight[] = [
  {
    what: "who clears a PTE's young bit, so that no miss of a use it tells of is certain",
    // To the PTE an aging walk that asks no notifier is the same as MADV_COLD.
    bits: HIDDEN.colds,
    shownBy: PTE_READS,
  },
  {
    what: 'flushes of the device',
    bits: HIDDEN.flushes,
    shownBy: ['flush_remote_tlbs', ...ATC],
  },
  {
    what: "the secondary's young bits",
    bits: HIDDEN.harvests,
    shownBy: ['age_gfn_ret', SPTE],
    isShadow: true,
  },
  {
    what: 'zaps of the secondary PTE',
    bits: HIDDEN.zaps,
    shownBy: ['unmap_gfn_range_ret', SPTE],
    isShadow: true,
  },
  { what: 'answers of looks', bits: HIDDEN.reports, shownBy: ['folio_referenced_ret'] },
  { what: 'ends of invalidations', bits: HIDDEN.ends, shownBy: ['invalidate_range_end'] },
  {
    what: 'faults of the device',
    bits: HIDDEN.devFaults,
    shownBy: ['kvm_mmu_set_spte', SPTE],
    isShadow: true,
  },
  { what: 'faults of the CPU', bits: HIDDEN.cpuFaults, shownBy: ['handle_mm_fault_ret'] },
];

/** A probe that never fired is taken for one that was not there. */
const unseen = (seen: ReadonlySet<string>): Sight[] =>
  SIGHTS.filter(({ shownBy: names }) => !names.some((name) => seen.has(name)));

/**
 * What the probes of a log leave unseen: bits to add to what may be hidden before every
 * observation.
 */
export const unseenBy = (seen: ReadonlySet<string>): number =>
  unseen(seen).reduce((all, { bits }) => all | bits, 0);

/** The same in words: steps that happen where they have to, and are not checked. */
export const uncheckedBy = (seen: ReadonlySet<string>, hasShadow: boolean): string[] =>
  unseen(seen)
    .filter(({ isShadow }) => hasShadow || !isShadow)
    .map(({ what, shownBy: names }) => `${what} (no ${names.join(', ')})`);

/** Whether the log would show it if somebody cleared a PTE's young bit. */
export const seesPtes = (names: readonly string[]): boolean =>
  PTE_READS.some((name) => names.includes(name));

/** A device that tells of its ATC hides no access. */
export const shownBy = (seen: ReadonlySet<string>): number =>
  ATC.some((name) => seen.has(name)) ? HIDDEN.devReads | HIDDEN.devWrites : 0;
