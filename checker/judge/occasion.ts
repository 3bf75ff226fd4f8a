/** When each property asks for an answer, of whom, and whether the answer is wrong. */
import type { Event } from '../../model/events.ts';
import type { Shown } from '../../model/shown.ts';
import type { Observer } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Sent } from './sent.ts';

/** One answer: who gives it (an observer, a kernel thread, a device, a CPU), and if it is wrong. */
export interface Occasion {
  readonly subject: string;
  readonly wrong: boolean;
}

/** Undefined where nothing is answered. `sent`: what the look that is over has sent. */
export type Asks = (event: Event, shown: Shown, sent: Sent | undefined) => Occasion | undefined;

/** A look of an observer misses an access that the ghost remembers. */
const misses =
  (observer: Observer, ghost: 'devSure' | 'cpuSure'): Asks =>
  (_event, { look }) =>
    look?.observer === observer
      ? { subject: observer, wrong: !look.referenced && look[ghost] }
      : undefined;

const unitOf = ({ actor, unit }: Event): string => `${actor}${unit}`;

/**
 * An access that has happened. One that was asked for long ago (complete) may be a read or a write;
 * it counts where it is wrong.
 */
const accesses =
  (verbs: readonly string[], bad: 'staleAccess' | 'revokedWrite'): Asks =>
  (event, shown) => {
    const subject = unitOf(event);
    if (shown[bad]) return { subject, wrong: true };
    const isAccess = (event.actor === 'cpu' || event.actor === 'dev') && verbs.includes(event.verb);
    return isAccess && !shown.stuck ? { subject, wrong: false } : undefined;
  };

const missesDevice = {
  reclaim: misses('reclaim', 'devSure'),
  idle: misses('idle', 'devSure'),
} as const;

const ASKS: Readonly<Record<string, Asks>> = {
  'no-missed-device-reference(reclaim)': missesDevice.reclaim,
  'no-missed-device-reference(idle)': missesDevice.idle,
  'no-repeated-miss(reclaim)': missesDevice.reclaim,
  'no-repeated-miss(idle)': missesDevice.idle,
  'no-missed-cpu-reference(reclaim)': misses('reclaim', 'cpuSure'),
  'no-missed-cpu-reference(idle)': misses('idle', 'cpuSure'),
  'no-false-reference': (_event, { look }) =>
    look && { subject: look.observer, wrong: look.referenced && !look.maybe },
  'no-stale-access': accesses(['read', 'write', 'land-write'], 'staleAccess'),
  'no-write-after-write-protect': accesses(['write', 'land-write'], 'revokedWrite'),
  'no-spurious-invalidation': ({ actor }, _shown, sent) =>
    sent && { subject: actor, wrong: sent.spurious > 0 },
  'no-eviction-in-use': (_event, { evicts, evictsInUse }) =>
    evicts ? { subject: 'reclaim', wrong: evictsInUse } : undefined,
  'fault-makes-progress': (event, { stuck }) => {
    const subject = `dev${event.unit}`;
    if (stuck) return { subject, wrong: true };
    const done = event.actor === 'dev' && ['read', 'write', 'complete'].includes(event.verb);
    return done ? { subject, wrong: false } : undefined;
  },
};

/** Undefined for a property that is not known here. */
export const asksOf = ({ name }: Property): Asks | undefined => ASKS[name];

/**
 * What makes a policy blind once more rather than leaving it blind: a user who clears young bits,
 * or a look of the other observer.
 */
export function aidOf({ actor, verb }: Event, subject: string): string | undefined {
  if (actor === 'user') return verb === 'fork' ? undefined : verb;
  const own = subject === 'reclaim' ? 'kswapd' : subject === 'idle' ? 'page_idle' : subject;
  if (actor === 'page_idle' && own !== 'page_idle') return 'page_idle';
  const ages = verb === 'age' || verb === 'folio_referenced';
  return ages && own !== 'kswapd' ? 'kswapd' : undefined;
}
