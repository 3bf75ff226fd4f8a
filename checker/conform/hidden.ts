/** Says which events of the model can happen without a line in the log. */
import type { Event } from '../../model/events.ts';
import { kindOf } from '../../model/events.ts';
import type { EndVerb } from '../../model/operation.ts';
import { STEP_VERBS } from '../../model/steps.ts';
import type { StepVerb } from '../../model/steps.ts';
import type { Facts } from './facts.ts';
import { HIDDEN } from './observation.ts';
import { ATC, hasAtc } from './secondary.ts';

/** For steps that never leave a line. */
const ALWAYS = -1;

/**
 * The HIDDEN bit that lets a step happen without a line. A step that is not listed is never hidden.
 */
const LEAVES_A_LINE: { readonly [V in StepVerb | EndVerb]?: number } = {
  'post-atc': HIDDEN.flushes,
  harvest: HIDDEN.harvests,
  zap: HIDDEN.zaps,
  report: HIDDEN.reports,
  free: HIDDEN.ends,
  end: HIDDEN.ends,
};
const hiddenBy = (verb: StepVerb | EndVerb): number => LEAVES_A_LINE[verb] ?? ALWAYS;

/** The steps that flush. They change nothing but what caches hold. */
export const FLUSHES: readonly StepVerb[] = STEP_VERBS.filter((verb) =>
  [ALWAYS, HIDDEN.flushes].includes(hiddenBy(verb)),
);

const allows = (hides: number, bits: number): boolean => (hides & bits) !== 0;

const isWrite = ({ verb }: Event): boolean => verb.endsWith('write');

/** An access needs a window for its kind; a CPU's fault leaves a line of its own. */
function access(event: Event, hides: number, facts?: Facts): boolean {
  const writes = isWrite(event);
  if (event.actor !== 'cpu') return allows(hides, writes ? HIDDEN.devWrites : HIDDEN.devReads);
  if (!allows(hides, writes ? HIDDEN.cpuWrites : HIDDEN.cpuReads)) return false;
  if (facts === undefined || allows(hides, HIDDEN.cpuFaults)) return true;
  return facts.present !== 0 && (!writes || facts.writable !== 0);
}

/** A translation belongs to an access, and a fault of the secondary MMU leaves a line. */
function translation(hides: number, facts?: Facts): boolean {
  if (!allows(hides, HIDDEN.devReads | HIDDEN.devWrites)) return false;
  return facts === undefined || facts.spte !== 0 || allows(hides, HIDDEN.devFaults);
}

const step = (verb: StepVerb | EndVerb, hides: number): boolean =>
  hiddenBy(verb) === ALWAYS || allows(hides, hiddenBy(verb));

/**
 * What clears the young bit of a PTE, by the HIDDEN bit that lets it happen. MADV_PAGEOUT clears it
 * without a flush, as clear_refs does since 5.6.
 */
const CLEARS: Readonly<Record<string, number>> = {
  'madvise-cold': HIDDEN.colds,
  'clear-refs': HIDDEN.pageouts,
};

/** Whether an event may happen without a line: at all, or in a state with these facts. */
export function hiddenEvent(event: Event, hides: number, facts?: Facts): boolean {
  const { verb } = event;
  switch (kindOf(event).role) {
    case 'access':
      return access(event, hides, facts);
    case 'carry-on':
      // The arrival of what was in flight leaves no line.
      return verb !== 'translate' || translation(hides, facts);
    case 'step':
      return step(verb as StepVerb | EndVerb, hides);
    case 'take-away':
      return verb === 'evict' || allows(hides, CLEARS[verb] ?? 0);
    case 'look':
      return false;
  }
}

interface Sight {
  readonly what: string;
  /** The HIDDEN bits. */
  readonly bits: number;
  /** Events of a log. Each of them shows it. */
  readonly shownBy: readonly string[];
  /** Only a secondary MMU with its own page table does it. */
  readonly isShadow?: true;
}
const SPTE = 'kvm_tdp_mmu_spte_changed';
/** Everything that clears a PTE's young bit calls one of these. They are functions only on x86. */
const PTE_READS = ['ptep_clear_flush_young', 'ptep_test_and_clear_young'].flatMap((name) => [
  name,
  `${name}_ret`,
]);

const SIGHTS: readonly Sight[] = [
  {
    what:
      'who clears PTE young bits; without it no miss is certain' +
      ' where only the PTE shows the use, and the use may have left it young',
    // MADV_COLD stands here for every aging walk that calls no notifier.
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

/** The kinds of lines that a log does not show. A probe that never fired counts as not set. */
const unseen = (seen: ReadonlySet<string>): Sight[] =>
  SIGHTS.filter(({ shownBy: names }) => !names.some((name) => seen.has(name)));

/**
 * The HIDDEN bits for what the probes of a log do not show. They are added before every
 * observation.
 */
export const unseenBy = (seen: ReadonlySet<string>): number =>
  unseen(seen).reduce((all, { bits }) => all | bits, 0);

/** The same in words. Such steps happen where they must, and are not checked. */
export const uncheckedBy = (seen: ReadonlySet<string>, hasShadow: boolean): string[] =>
  unseen(seen)
    .filter(({ isShadow }) => hasShadow || !isShadow)
    .map(({ what, shownBy: names }) => `${what} (no ${names.join(', ')})`);

/** Whether the log shows it when somebody clears a PTE's young bit. */
export const seesPtes = (names: readonly string[]): boolean =>
  PTE_READS.some((name) => names.includes(name));

/** The callbacks of page walks that clear young bits. They are functions on every architecture. */
export const WALKS: readonly string[] = [
  'clear_refs_pte_range',
  'madvise_cold_or_pageout_pte_range',
  'walk_pud_range',
];

/** Whether a log would show every such callback. The head of a capture says so. */
export const seesWalks = (recorded: readonly string[]): boolean =>
  [...WALKS, 'lru_gen_look_around'].every((name) => recorded.includes(name));

/**
 * The HIDDEN bits that a log takes away: if a device reports its ATC, none of its accesses is
 * hidden.
 */
export const shownBy = (seen: ReadonlySet<string>): number =>
  hasAtc(seen) ? HIDDEN.devReads | HIDDEN.devWrites : 0;
