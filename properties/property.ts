/**
 * A property is data about one transition. Searches and generators check it on every transition of
 * a run.
 */
import type { Need } from '../model/needs.ts';
import { meets } from '../model/needs.ts';
import type { Shown } from '../model/shown.ts';
import type { Ghost } from '../model/state.ts';
import type { Observer, Parts } from '../model/system.ts';

/**
 * The families of properties. Accuracy: a look tells the truth about the use of a page. Safety:
 * nobody uses memory that no longer belongs to the page. Cost: no work is done for nothing.
 * Progress: an access succeeds in the end.
 */
export type Family = 'accuracy' | 'safety' | 'cost' | 'progress';

export interface Property {
  /**
   * The name in kebab-case, which says what holds. If each observer has its own, the observer
   * follows in parentheses.
   */
  readonly name: string;
  /** One sentence in the present tense that says what holds. */
  readonly sentence: string;
  /** The name of what goes wrong in its counterexamples, and one sentence about that. */
  readonly defect: string;
  readonly story: string;
  readonly family: Family;
  /** The ghosts that the property reads. */
  readonly ghosts: readonly Ghost[];
  /** The observer whose ghosts it reads; of all observers, if none is named. */
  readonly observer?: Observer;
  /** Only a look that reports a page unreferenced, or idle, can violate it. */
  readonly onlyUnreferenced?: true;
  /** What must happen at least once in a search; otherwise "holds" is vacuous. */
  readonly antecedent: string;
  /** What a system must have to reach the antecedent. */
  readonly needs: readonly Need[];
  /** Whether it has all of that. Only such properties are checked by default. */
  readonly applies: (parts: Parts) => boolean;
  readonly violated: (shown: Shown) => boolean;
  /** Whether the transition reaches the antecedent. */
  readonly witnessed: (shown: Shown) => boolean;
}

/** Makes a property of its declaration. */
export const propertyOf = (declared: Omit<Property, 'applies'>): Property => ({
  ...declared,
  applies: (parts) => meets(parts, declared.needs),
});

/** The words in which sentences speak of each observer's look. */
export const LOOKS: Readonly<
  Record<Observer, { look: string; unreferenced: string; suffix: string }>
> = {
  reclaim: { look: 'folio_referenced()', unreferenced: 'unreferenced', suffix: '' },
  idle: { look: 'page_idle', unreferenced: 'idle', suffix: '-idle' },
};
