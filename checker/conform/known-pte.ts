/**
 * What the lines of a log have last said of a page's PTE. Only a line that reads the PTE says it.
 * Whatever may have changed the PTE since makes it unknown.
 */
import type { Bit, Kind, Maybe, Observation } from './observation.ts';

export interface KnownPte {
  /** The line that read it. */
  readonly line: number;
  readonly present: Bit;
  readonly young: Maybe<Bit>;
  /** The line that shows the young bit. */
  readonly youngAt: Maybe<number>;
  readonly writable: Maybe<Bit>;
  /** The number of the frame that it maps. */
  readonly frame: Maybe<number>;
}

/** Observations that change no PTE, or whose change the reader of markers knows better. */
const KEPT_BY: ReadonlySet<Kind> = new Set([
  'opens',
  'closes',
  'state',
  'hit',
  'request',
  'complete',
  'step',
  'harvest',
  'neighbour',
  'flush',
  'answer',
  'report',
  'test',
  'drop',
  'invalidated',
  'unheeded',
]);
/** Whoever looks at the young bit clears it, and leaves the rest. */
const CLEARED_BY: ReadonlySet<Kind> = new Set(['age', 'pass']);
/** These may pass over a page. */
const MAYBE_CLEARED_BY: ReadonlySet<Kind> = new Set(['mark', 'cleared', 'cold', 'clear-refs']);

/** What is still known of a PTE after an observation of its page. */
export function pteAfter(
  pte: Maybe<KnownPte>,
  { kind }: Observation,
  line: number,
): Maybe<KnownPte> {
  if (pte === undefined || KEPT_BY.has(kind)) return pte;
  if (CLEARED_BY.has(kind) && pte.present) return { ...pte, young: 0, youngAt: line };
  return MAYBE_CLEARED_BY.has(kind) ? { ...pte, young: undefined } : undefined;
}

/** After a CPU's access: it sets the young bit, unless its TLB has the page, and it may fault. */
export function pteAfterCpu(pte: Maybe<KnownPte>, writes: boolean): Maybe<KnownPte> {
  if (pte === undefined || !pte.present || (writes && pte.writable !== 1)) return undefined;
  return { ...pte, young: undefined };
}
