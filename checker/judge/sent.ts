/**
 * Counts the ATC invalidations that a look sends. A look here is any operation that clears young
 * bits to learn of uses: an age, a mark, a check or a walk. An invalidation is one `post-atc` step,
 * even if it goes to several devices. The model counts them for each transition; this file adds
 * them up.
 */
import type { Event } from '../../model/events.ts';
import { kindOf } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import { SHOWN } from '../../model/shown.ts';

/** What a finished look has sent: all invalidations, and the spurious ones among them. */
export interface Sent {
  readonly all: number;
  readonly spurious: number;
}

/** Adds up counts in one word that stands behind the words of a state. */
export interface Counter {
  /**
   * Counts one transition. `after[size]` is the counting word of the state before, and becomes that
   * of the state after. Returns packSent() of what the look sent if it ends now, else NO_LOOK.
   */
  count(event: Event, shown: number, before: Packed, after: Int32Array): number;
}

export const NO_LOOK = 0;

/** Packs what a look sent into one number above 0. */
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

/** For `atomic`, where the whole look is one event. */
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

/** Bits of the counting word for each thread: whether it looks, and what it has sent so far. */
const PER_THREAD = 15;
const LOOKS = 1;
const ONE = 1 << 1;
const ONE_SPURIOUS = 1 << 8;
const SEVEN = 0x7f;

/**
 * For `fine`, where steps are events. What a look in flight has sent so far is part of the state.
 */
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
