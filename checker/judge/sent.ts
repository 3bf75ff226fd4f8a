/**
 * Counts the ATC invalidations that a look sends. A look is whatever clears young bits to learn of
 * uses: an age, a mark, a check or a walk. An invalidation is one `post-atc` step, however many
 * devices it goes to. The model counts them transition by transition; here they are added up.
 */
import type { Event } from '../../model/events.ts';
import { kindOf } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import { SHOWN } from '../../model/shown.ts';

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

const beginsLook = (event: Event): boolean => kindOf(event).role === 'look';

export function counterOf(model: Model): Counter {
  return model.parts.scope.granularity === 'atomic'
    ? new CountsAtOnce(model)
    : new CountsSteps(model);
}

/** `atomic`: the whole look is one event. */
class CountsAtOnce implements Counter {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  count(event: Event, _shown: number, before: Packed): number {
    if (!beginsLook(event)) return NO_LOOK;
    this.model.load(before, 0);
    this.model.fire(event.index);
    return packSent(this.model.sent);
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
    const { actor, verb, unit } = event;
    if (actor !== 'kswapd' && actor !== 'page_idle') return NO_LOOK;
    const shift = unit * PER_THREAD;
    const counted = (after[this.size] >>> shift) & ((1 << PER_THREAD) - 1);
    const put = (count: number) => {
      after[this.size] ^= (counted ^ count) << shift;
    };
    if (beginsLook(event)) put(LOOKS);
    if (counted === 0) return NO_LOOK;
    if (verb === 'post-atc') {
      put(counted + ONE + ((shown & SHOWN.spurious) === 0 ? 0 : ONE_SPURIOUS));
    }
    if (verb !== 'report' && verb !== 'end') return NO_LOOK;
    put(0);
    return packSent({ all: (counted >>> 1) & SEVEN, spurious: counted >>> 8 });
  }
}
