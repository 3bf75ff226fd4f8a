/**
 * Compares two systems by what is observed. A run of observations tells them apart if one system
 * can follow it and the other cannot, in whatever order it takes its own steps. In `atomic` a
 * system has no steps of its own. There the two differ if the same events give different answers,
 * or if only one system allows an event. An eviction is a choice for both sides: evicting a page
 * that one side does not cache changes nothing there.
 *
 * The search is breadth-first over pairs of sets: all states in which either system can be after a
 * run. If one side of a pair can observe what the other cannot, the shortest run is found. If no
 * pair is like that, each system can follow every run of the other.
 */
import type { Parts, System } from '../../model/system.ts';
import { Complaint } from '../trace/complaint.ts';
import { fewestPages, pagesAreApart } from './focus.ts';
import { StateNumbers } from './state-numbers.ts';
import type { Pieces } from '../search/progress.ts';
import { partOf, withinMemory } from '../search/progress.ts';
import { ObservedGraph } from './observed-graph.ts';
import { Alphabet, sameEvent } from './observed.ts';
import type { Stretch } from './realize.ts';
import { realize, realizeOtherwise } from './realize.ts';
import { StateSets } from './state-sets.ts';

export type SideName = 'left' | 'right';

/** One observation of a run, on both sides. */
export interface DiffStep {
  /** The observed event, as text, and the label that has its outcome, too. */
  readonly text: string;
  readonly label: number;
  /** Undefined if this side cannot follow. */
  readonly left: Stretch | undefined;
  readonly right: Stretch | undefined;
}

/** A run that tells two systems apart. Only one side can take its last step. */
export interface Difference {
  readonly steps: readonly DiffStep[];
  readonly only: SideName;
  /**
   * False if the search for the events of both sides was given up. Then the observations of the
   * run are known, and no more: no step has a side.
   */
  readonly told: boolean;
}

export interface DiffResult {
  /**
   * The run with the fewest observations. Undefined if there is none, or if none was found before
   * the limit.
   */
  readonly difference: Difference | undefined;
  /** How many pairs were searched. */
  readonly pairs: number;
  /** How many states of each system were met. */
  readonly states: Readonly<Record<SideName, number>>;
  /** How many pages were searched. They stand for all of the scope. */
  readonly pages: number;
  /** Every pair was searched, or the systems were told apart. */
  readonly complete: boolean;
}

/** Compares two systems in the same scope. It gives up after `maxPairs` pairs. */
export function diff(left: System, right: System, maxPairs = Infinity): Pieces<DiffResult> {
  checkScopes(left, right);
  const [one, other] = narrowed(left, right);
  return withinMemory(new Product(one, other).search(maxPairs));
}

/** Two systems can be compared only in the same scope. */
export function checkScopes(left: System, right: System): void {
  if (scopeText(left) === scopeText(right)) return;
  throw new Complaint('the two systems have different scopes', undefined, {
    hint: 'take the scope out of both files, and give one for both: --scope TEXT',
  });
}

const scopeText = ({ scope }: Parts): string => JSON.stringify(scope);

/** Uses fewer pages, where both sides have the same verdicts with them. */
function narrowed(left: System, right: System): [System, System] {
  if (pagesAreApart(left) && pagesAreApart(right)) return [fewestPages(left), fewestPages(right)];
  return [left, right];
}

/** The last label of a run that tells the sides apart, and the side that alone can show it. */
interface Found {
  readonly label: number;
  readonly only: SideName;
}

/** How many pairs are searched between two checks whether to stop. */
export const PAIRS = 256;

class Product {
  private readonly alphabet = new Alphabet();
  private readonly graphs: readonly [ObservedGraph, ObservedGraph];
  private readonly sets: readonly [StateSets, StateSets];
  private readonly pairs = new StateNumbers(2);
  /** The pair and the label by which each pair was found. */
  private readonly parents: number[] = [];
  private readonly by: number[] = [];
  private readonly pair = new Int32Array(2);
  private readonly pages: number;

  constructor(left: Parts, right: Parts) {
    this.pages = left.scope.pages;
    const graphOf = (parts: Parts) => new ObservedGraph(parts, this.alphabet);
    this.graphs = [graphOf(left), graphOf(right)];
    for (const graph of this.graphs) graph.begin();
    this.sets = [new StateSets(this.graphs[0]), new StateSets(this.graphs[1])];
    this.meet(0, 0, -1, -1);
  }

  *search(maxPairs: number): Pieces<DiffResult> {
    const { pairs } = this;
    const unfinished = () => this.result(undefined, false);
    for (let at = 0; at < pairs.size; at++) {
      if (pairs.size > maxPairs) return unfinished();
      if (at % PAIRS === PAIRS - 1 && (yield [at, pairs.size])) return unfinished();
      this.pairs.read(at, this.pair);
      const [one, other] = this.pair;
      const left = yield* partOf(this.sets[0].successors(one), [at, pairs.size]);
      const right = yield* partOf(this.sets[1].successors(other), [at, pairs.size]);
      if (left === undefined || right === undefined) return unfinished();
      const found = this.expand(at, left, right);
      if (found === undefined) continue;
      const difference = yield* this.difference(at, found, maxPairs);
      return this.result(difference, true);
    }
    return this.result(undefined, true);
  }

  private result(difference: Difference | undefined, complete: boolean): DiffResult {
    const [left, right] = this.graphs.map(({ size }) => size);
    const { pairs, pages } = this;
    return { difference, pairs: pairs.size, states: { left, right }, pages, complete };
  }

  /**
   * Goes on to the next pairs, label by label, up to the first event that tells the sides apart.
   */
  private expand(at: number, left: Int32Array, right: Int32Array): Found | undefined {
    let found: Found | undefined;
    for (let i = 0, j = 0; i < left.length || j < right.length;) {
      const label = Math.min(left[i] ?? Infinity, right[j] ?? Infinity);
      if (found !== undefined && !sameEvent(found.label, label)) break;
      const [isLeft, isRight] = [left[i] === label, right[j] === label];
      // If several outcomes of one event differ, the last is reported, so that harm comes before
      // its absence.
      if (!isLeft || !isRight) found = { label, only: isLeft ? 'left' : 'right' };
      else if (found === undefined) this.meet(left[i + 1], right[j + 1], at, label);
      if (isLeft) i += 2;
      if (isRight) j += 2;
    }
    return found;
  }

  private meet(left: number, right: number, parent: number, label: number): void {
    const { size } = this.pairs;
    this.pair[0] = left;
    this.pair[1] = right;
    if (this.pairs.of(this.pair) !== size) return;
    this.parents.push(parent);
    this.by.push(label);
  }

  private *difference(at: number, { label: last, only }: Found, most: number): Pieces<Difference> {
    const labels = [last];
    for (let pair = at; pair !== 0; pair = this.parents[pair]) labels.push(this.by[pair]);
    labels.reverse();
    const sides: (readonly Stretch[])[] = [];
    for (const [i, graph] of this.graphs.entries()) {
      const isOnly = only === (['left', 'right'] as const)[i];
      const side = isOnly
        ? yield* realize(graph, labels, most)
        : yield* realizeOtherwise(graph, labels, most);
      if (side === 'impossible') throw new Error('a side cannot follow what it was found to do');
      if (side !== undefined) sides.push(side);
    }
    const told = sides.length === 2;
    const steps = labels.map((label, i) => ({
      text: this.alphabet.textOf(label),
      label,
      left: told ? sides[0].at(i) : undefined,
      right: told ? sides[1].at(i) : undefined,
    }));
    return { steps, only, told };
  }
}
