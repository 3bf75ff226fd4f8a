/**
 * What a property is: data about one transition, for a search or a generator to hold against a run.
 */
import type { Shown } from '../model/shown.ts';
import type { Ghost } from '../model/state.ts';
import type { Observer, Parts } from '../model/system.ts';

/**
 * accuracy: the kernel is told something untrue about the use of a page. safety: memory is used
 * that is no longer the page's. cost: work for nothing. progress: an access that never succeeds.
 */
export type Family = 'accuracy' | 'safety' | 'cost' | 'progress';

export interface Property {
  /** Kebab-case, what holds; with the observer in parentheses where each has its own. */
  readonly name: string;
  /** One sentence in the present tense. */
  readonly sentence: string;
  /** What goes wrong where it does not hold: the class of its counterexamples, and one sentence. */
  readonly defect: string;
  readonly story: string;
  readonly family: Family;
  /** The ghosts that it reads. */
  readonly ghosts: readonly Ghost[];
  /** What must have happened at least once for "holds" to mean something. */
  readonly antecedent: string;
  /** Whether the system can reach the antecedent at all: what is checked if nothing is asked. */
  readonly applies: (parts: Parts) => boolean;
  readonly violated: (shown: Shown) => boolean;
  /** The transition reaches the antecedent. */
  readonly witnessed: (shown: Shown) => boolean;
}

/** How each observer's look is told of. */
export const LOOKS: Readonly<
  Record<Observer, { look: string; unreferenced: string; suffix: string }>
> = {
  reclaim: { look: 'folio_referenced()', unreferenced: 'unreferenced', suffix: '' },
  idle: { look: 'page_idle', unreferenced: 'idle', suffix: '-idle' },
};

export const sees = (parts: Parts, observer: Observer): boolean =>
  parts.scope.observers.includes(observer);
