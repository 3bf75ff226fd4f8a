/**
 * Counts the ATC invalidations that a look sends. A look is whatever clears young bits to learn of
 * uses: an age, a mark, a check or a walk. An invalidation is one post-invalidation step, however
 * many devices it goes to.
 */
import type { Event } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import type { Operation, Operations, ThreadName } from '../../model/operation.ts';
import { THREADS } from '../../model/operation.ts';
import { coveredBy } from '../../model/operations.ts';
import { operationsOf } from '../../model/events.ts';
import { SHOWN } from '../../model/shown.ts';
import { hasAtc } from '../../model/play.ts';

/** What a look that is over has sent: all, and the spurious ones among them. */
export interface Sent {
  readonly all: number;
  readonly spurious: number;
}

/** What counting needs: one word that stands behind the words of a state. */
export interface Counter {
  /**
   * Counts one transition. `after[size]` is the counting word of the state before, and becomes that
   * of the state after. Returns packSent() of what the look sent if one is over now, else NO_LOOK.
   */
  count(event: Event, shown: number, before: Packed, after: Int32Array): number;
}

export const NO_LOOK = 0;

/** What a look sent in one number above 0. */
export const packSent = ({ all, spurious }: Sent): number => 1 + all + (spurious << 7);
export const unpackSent = (packed: number): Sent => ({
  all: (packed - 1) & 0x7f,
  spurious: (packed - 1) >>> 7,
});

/** The operation that an event of a kernel thread begins, if it is a look. */
type LookName = 'age' | 'mark' | 'check' | 'walk';
const BEGINS: Readonly<Record<string, LookName>> = {
  folio_referenced: 'age',
  age: 'age',
  mark: 'mark',
  check: 'check',
  walk: 'walk',
};
const isThread = (actor: string): actor is ThreadName =>
  (THREADS as readonly string[]).includes(actor);

/** The operation that an event begins, if it begins a look. */
export const lookOf = ({ actor, verb }: Event): LookName | undefined =>
  isThread(actor) ? BEGINS[verb] : undefined;

export function counterOf(model: Model): Counter {
  return model.parts.scope.granularity === 'atomic'
    ? new CountsAtOnce(model)
    : new CountsSteps(model);
}

/** `atomic`: the whole look is one event; its steps are counted from the list of its operation. */
class CountsAtOnce implements Counter {
  private readonly model: Model;
  private readonly operations: Operations;
  private readonly none = packSent({ all: 0, spurious: 0 });

  constructor(model: Model) {
    this.model = model;
    this.operations = operationsOf(model.parts);
  }

  count(event: Event, shown: number, before: Packed): number {
    const name = lookOf(event);
    if (name === undefined) return NO_LOOK;
    if (!hasAtc(this.model.parts)) return this.none;
    const young = (shown & SHOWN.foundOld) === 0;
    const shadow = this.model.parts.driver.secondary === 'shadow';
    const { pages } = this.model.view(before);
    const covered = coveredBy(this.operations[name], pages, event.page);
    const spteYoung = shadow && covered.some(({ spte }) => spte.young === 1);
    return packSent(this.sentBy(this.operations[name], young, spteYoung));
  }

  /** Goes through the steps of an operation, as the rules do. */
  private sentBy({ first, end }: Operation, young: boolean, spteYoung: boolean): Sent {
    let all = 0;
    let spurious = 0;
    let harvested = false;
    for (let at = first[young ? 1 : 0]; ; at++) {
      const step = this.operations.steps[at];
      if (step.verb === end) return { all, spurious };
      if (step.entersCallback) harvested = false;
      if (step.ifHarvested && !harvested) continue;
      if (step.verb === 'post-invalidation') {
        all++;
        if (!young && !harvested) spurious++;
      }
      if (step.verb === 'harvest' && spteYoung) harvested = true;
      if (step.verb === 'harvest' || step.verb === 'zap') spteYoung = false;
    }
  }
}

/** Bits of the counting word: for each thread whether it looks, and what it has sent so far. */
const PER_THREAD = 15;
const LOOKS = 1;
const ONE = 1 << 1;
const ONE_SPURIOUS = 1 << 8;
const SEVEN = 0x7f;

/** `fine`: the steps are events; what a look in flight has sent so far is part of the state. */
class CountsSteps implements Counter {
  private readonly size: number;

  constructor({ size }: Model) {
    this.size = size;
  }

  count(event: Event, shown: number, _before: Packed, after: Int32Array): number {
    const { actor, verb } = event;
    if (!isThread(actor)) return NO_LOOK;
    const shift = THREADS.indexOf(actor) * PER_THREAD;
    const counted = (after[this.size] >>> shift) & ((1 << PER_THREAD) - 1);
    const put = (count: number) => {
      after[this.size] ^= (counted ^ count) << shift;
    };
    if (lookOf(event) !== undefined) put(LOOKS);
    if (counted === 0) return NO_LOOK;
    if (verb === 'post-invalidation') {
      put(counted + ONE + ((shown & SHOWN.spurious) === 0 ? 0 : ONE_SPURIOUS));
    }
    if (verb !== 'report' && verb !== 'end') return NO_LOOK;
    put(0);
    return packSent({ all: (counted >>> 1) & SEVEN, spurious: counted >>> 8 });
  }
}
