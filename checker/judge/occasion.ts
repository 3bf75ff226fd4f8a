/** Says for each property which events are answers, who gives them, and whether they are wrong. */
import type { Event } from '../../model/events.ts';
import type { Shown } from '../../model/shown.ts';
import type { Observer } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Sent } from './sent.ts';

/**
 * One answer: who gives it (an observer, a kernel thread, a device, a CPU), and whether it is
 * wrong.
 */
export interface Occasion {
  readonly subject: string;
  readonly wrong: boolean;
}

/** Undefined if the event is no answer. `sent` is what the look that ends has sent. */
export type Asks = (event: Event, shown: Shown, sent: Sent | undefined) => Occasion | undefined;

/** A look of an observer that misses an access which the ghost remembers. */
const misses =
  (observer: Observer, ghost: 'devSure' | 'cpuSure'): Asks =>
  (_event, { look }) =>
    look?.observer === observer
      ? { subject: observer, wrong: !look.referenced && look[ghost] }
      : undefined;

const unitOf = ({ actor, unit }: Event): string => `${actor}${unit}`;

/** What can be wrong about an access. */
type BadAccess = 'staleAccess' | 'revokedWrite' | 'splitView' | 'lostWrite';

/** An access that happens. A completion may end a read or a write; it counts if it is wrong. */
const accesses =
  (verbs: readonly string[], bad: BadAccess): Asks =>
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
  'no-split-view': accesses(['read', 'write', 'land-write'], 'splitView'),
  'no-lost-write': accesses(['write', 'land-write'], 'lostWrite'),
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

/** Undefined for a property that is not in the list above. */
export const asksOf = ({ name }: Property): Asks | undefined => ASKS[name];

/**
 * Events of others that make a policy miss again; without them it recovers. They are clear_refs by
 * a user, and looks of the other observer.
 */
export function aidOf({ actor, verb }: Event, subject: string): string | undefined {
  if (actor === 'user') return verb === 'fork' ? undefined : verb;
  const own = subject === 'reclaim' ? 'kswapd' : subject === 'idle' ? 'page_idle' : subject;
  if (actor === 'page_idle' && own !== 'page_idle') return 'page_idle';
  const ages = verb === 'age' || verb === 'folio_referenced';
  return ages && own !== 'kswapd' ? 'kswapd' : undefined;
}
