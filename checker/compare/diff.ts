/**
 * Two systems, event by event: a breadth-first search over pairs of states that the same events
 * lead to. The systems are told apart by an event that both can answer and answer differently, and
 * by one that only one of them lets happen. An eviction is neither: where there is nothing to
 * evict, it leaves that side as it is.
 */
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { DISABLED, Model } from '../../model/model.ts';
import { SHOWN } from '../../model/shown.ts';
import type { Parts, System } from '../../model/system.ts';
import { Complaint } from '../complaint.ts';
import { fewestPages, pagesAreApart } from '../cost/focus.ts';
import { StateNumbers } from '../cost/state-numbers.ts';
import type { Answer } from '../trace/trace.ts';

/** What an event does on one side. */
export interface Side {
  readonly happens: boolean;
  readonly answer?: Answer;
}

export interface DiffStep {
  readonly event: Event;
  readonly left: Side;
  readonly right: Side;
}

export interface DiffResult {
  /** The shortest run that tells the systems apart: in its last step they differ. */
  readonly steps: readonly DiffStep[] | undefined;
  /** Pairs of states searched. */
  readonly pairs: number;
  /** Every pair was searched, or the systems were told apart. */
  readonly complete: boolean;
}

/** An event of both systems; an index of -1 on a side that does not know it. */
interface Both {
  readonly event: Event;
  readonly left: number;
  readonly right: number;
}

/** Compares two systems in the same scope, giving up after `maxPairs` pairs of states. */
export function diff(left: System, right: System, maxPairs = Infinity): DiffResult {
  checkComparable(left, right);
  const [one, other] = narrowed(left, right);
  return new Product(one, other).search(maxPairs);
}

/** Fewer pages, where both sides have the same verdict with them. */
function narrowed(left: System, right: System): [System, System] {
  if (pagesAreApart(left) && pagesAreApart(right)) return [fewestPages(left), fewestPages(right)];
  return [left, right];
}

const scopeText = ({ scope }: Parts): string => JSON.stringify(scope);

function checkComparable(left: System, right: System): void {
  if (scopeText(left) !== scopeText(right)) {
    throw new Complaint('the two systems have different scopes', undefined, {
      hint: 'give one scope for both: --scope TEXT',
    });
  }
  if (left.scope.granularity === 'atomic') return;
  const texts = (parts: Parts) => new Model(parts, []).events.map(eventText);
  const [ours, theirs] = [texts(left), texts(right)];
  const only = [
    ...ours.filter((text) => !theirs.includes(text)),
    ...theirs.filter((text) => !ours.includes(text)),
  ];
  if (only.length === 0) return;
  throw new Complaint(
    `in steps the two systems do not have the same events: '${only[0]}' is one side's alone`,
    undefined,
    { hint: 'compare them with --scope granularity=atomic' },
  );
}

class Product {
  private readonly models: readonly [Model, Model];
  private readonly events: readonly Both[];
  private readonly pairs: StateNumbers;
  /** By which pair and event each pair was found. */
  private readonly parents: number[] = [0];
  private readonly by: number[] = [0];
  private readonly source: Int32Array;
  private readonly target: Int32Array;

  constructor(left: Parts, right: Parts) {
    this.models = [new Model(left, []), new Model(right, [])];
    this.events = pairUp(this.models[0].events, this.models[1].events);
    const width = this.models[0].size + this.models[1].size;
    this.pairs = new StateNumbers(width);
    this.source = new Int32Array(width);
    this.target = new Int32Array(width);
    this.pairs.of(this.source);
  }

  search(maxPairs: number): DiffResult {
    const { pairs, source } = this;
    for (let pair = 0; pair < pairs.size; pair++) {
      if (pairs.size > maxPairs) return { steps: undefined, pairs: pairs.size, complete: false };
      pairs.read(pair, source);
      for (const [i, both] of this.events.entries()) {
        if (!this.expand(pair, i, both)) continue;
        return { steps: this.stepsTo(pair, i), pairs: pairs.size, complete: true };
      }
    }
    return { steps: undefined, pairs: pairs.size, complete: true };
  }

  /** Makes an event happen on both sides. True if it tells them apart. */
  private expand(pair: number, i: number, both: Both): boolean {
    const [left, right] = [this.fire(0, both.left), this.fire(1, both.right)];
    const idle = left === DISABLED && right === DISABLED;
    if (idle) return false;
    if (differ(both.event, left, right)) return true;
    const before = this.pairs.size;
    this.pairs.of(this.target);
    if (this.pairs.size > before) {
      this.parents.push(pair);
      this.by.push(i);
    }
    return false;
  }

  /** Fires an event on one side; where it cannot happen the side stays as it is. */
  private fire(side: 0 | 1, index: number): number {
    const model = this.models[side];
    const at = side === 0 ? 0 : this.models[0].size;
    for (let w = at; w < at + model.size; w++) this.target[w] = this.source[w];
    if (index < 0) return DISABLED;
    model.load(this.source, at);
    const shown = model.fire(index);
    if (shown !== DISABLED) model.store(index, this.target, at);
    return shown;
  }

  private stepsTo(pair: number, last: number): DiffStep[] {
    const run = [last];
    for (let at = pair; at !== 0; at = this.parents[at]) run.push(this.by[at]);
    this.source.fill(0);
    return run.reverse().map((i) => {
      const { event, left, right } = this.events[i];
      const step = { event, left: sideOf(this.fire(0, left)), right: sideOf(this.fire(1, right)) };
      this.source.set(this.target);
      return step;
    });
  }
}

/** The events of both sides, those of the left one first, in order. */
function pairUp(left: readonly Event[], right: readonly Event[]): Both[] {
  const texts = new Map(right.map((event) => [eventText(event), event.index]));
  const ours = new Set(left.map(eventText));
  return [
    ...left.map((event) => ({
      event,
      left: event.index,
      right: texts.get(eventText(event)) ?? -1,
    })),
    ...right
      .filter((event) => !ours.has(eventText(event)))
      .map((event) => ({ event, left: -1, right: event.index })),
  ];
}

const sideOf = (shown: number): Side => ({
  happens: shown !== DISABLED,
  ...(shown !== DISABLED && (shown & SHOWN.answers) !== 0
    ? { answer: (shown & SHOWN.one) === 0 ? (0 as const) : (1 as const) }
    : {}),
});

function differ({ verb }: Event, left: number, right: number): boolean {
  if (left === DISABLED || right === DISABLED) return verb !== 'evict';
  const answer = SHOWN.answers | SHOWN.one;
  return (left & answer) !== (right & answer);
}
