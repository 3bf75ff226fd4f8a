/** Counts what runs cover: how often each event happens, and what their transitions show. */
import type { Model } from '../../model/model.ts';
import { SHOWN_END, shownOf } from '../../model/shown.ts';
import type { Property } from '../property.ts';
import type { Walk } from './walk.ts';

/** Counts of runs. They can be sent to another thread and added up. */
export interface Counts {
  readonly runs: number;
  readonly events: number;
  /** How often each event of the system happened. */
  readonly byEvent: readonly number[];
  /** For each property, the number of transitions that reach its antecedent. */
  readonly witnesses: readonly number[];
  /** For each property, the number of runs that violate it, and the first such run. */
  readonly violating: readonly number[];
  readonly first: readonly (number | undefined)[];
}

const UNJUDGED = -1;

export class Tally {
  private readonly properties: readonly Property[];
  private runs = 0;
  private events = 0;
  private readonly byEvent: Float64Array;
  private readonly byShown = new Float64Array(SHOWN_END);
  /** For each combination of SHOWN flags, the properties that it violates, one bit each. */
  private readonly violated = new Int32Array(SHOWN_END).fill(UNJUDGED);
  /** The combinations that were judged so far. There are few of them. */
  private readonly judged: number[] = [];
  private readonly violating: number[];
  private readonly first: (number | undefined)[];

  constructor(model: Model, properties: readonly Property[]) {
    this.properties = properties;
    this.byEvent = new Float64Array(model.events.length);
    this.violating = properties.map(() => 0);
    this.first = properties.map(() => undefined);
  }

  /** Forgets all counts. What was judged stays judged. */
  clear(): void {
    this.runs = 0;
    this.events = 0;
    this.byEvent.fill(0);
    for (const flags of this.judged) this.byShown[flags] = 0;
    this.violating.fill(0);
    this.first.fill(undefined);
  }

  /** Counts the last run of a walk. It has `length` events and this number. */
  add({ events, shown }: Walk, length: number, number: number): void {
    const { byEvent, byShown, violated } = this;
    let all = 0;
    for (let i = 0; i < length; i++) {
      byEvent[events[i]]++;
      const flags = shown[i];
      byShown[flags]++;
      let bits = violated[flags];
      if (bits === UNJUDGED) bits = this.judge(flags);
      all |= bits;
    }
    this.runs++;
    this.events += length;
    if (all !== 0) this.blame(all, number);
  }

  private judge(flags: number): number {
    const shown = shownOf(flags);
    let bits = 0;
    for (const [i, property] of this.properties.entries()) {
      if (property.violated(shown)) bits |= 1 << i;
    }
    this.violated[flags] = bits;
    this.judged.push(flags);
    return bits;
  }

  private blame(bits: number, number: number): void {
    for (let i = 0; i < this.violating.length; i++) {
      if ((bits & (1 << i)) === 0) continue;
      this.violating[i]++;
      this.first[i] ??= number;
    }
  }

  counts(): Counts {
    const { runs, events, byShown } = this;
    const witnesses = this.properties.map(() => 0);
    for (const flags of this.judged) {
      const shown = shownOf(flags);
      for (const [i, property] of this.properties.entries()) {
        if (property.witnessed(shown)) witnesses[i] += byShown[flags];
      }
    }
    return {
      runs,
      events,
      byEvent: Array.from(this.byEvent),
      witnesses,
      violating: [...this.violating],
      first: [...this.first],
    };
  }
}

/** Counts that are all zero. */
export const noCounts = (events: number, properties: number): Counts => ({
  runs: 0,
  events: 0,
  byEvent: Array.from({ length: events }, () => 0),
  witnesses: Array.from({ length: properties }, () => 0),
  violating: Array.from({ length: properties }, () => 0),
  first: Array.from({ length: properties }, () => undefined),
});

/** Adds up two counts. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sum = (left: readonly number[], right: readonly number[]) =>
    left.map((count, i) => count + right[i]);
  return {
    runs: a.runs + b.runs,
    events: a.events + b.events,
    byEvent: sum(a.byEvent, b.byEvent),
    witnesses: sum(a.witnesses, b.witnesses),
    violating: sum(a.violating, b.violating),
    first: a.first.map((run, i) => least(run, b.first[i])),
  };
}

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
