/**
 * What is observed of a system: each access when it happens, and what becomes of it; each kernel
 * operation when it begins and when it ends, and what it reports; evictions and clear_refs. The
 * steps in between are the system's own: what the device and the IOMMU say to each other, and how
 * an operation goes about its flushes.
 */
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import type { Model } from '../../model/model.ts';
import { operationsOf } from '../../model/events.ts';
import { SHOWN } from '../../model/shown.ts';

/** What is observed besides the event. An ordinary access and a report of 0 are 0. */
export const OUTCOME = { plain: 0, one: 1, stale: 2, revoked: 3, stuck: 4 } as const;
const OUTCOMES = 8;

/** Label of a step that is not observed. */
export const UNOBSERVED = -1;

/** The steps of a device and the IOMMU on the way to an access, or to the end of a flush. */
const ON_THE_WAY: readonly Event['verb'][] = [
  'request-read',
  'request-write',
  'translate',
  'handle-invalidation',
  'post-write',
] satisfies Event['verb'][];

/** The events that two systems are observed by, in order, each under a number of its own. */
export class Alphabet {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  number(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** The text of the event in a label. */
  textOf = (label: number): string => this.texts[Math.floor(label / OUTCOMES)];

  /** The label of an eviction that finds nothing, for each that a system does not know at all. */
  evictionsBeyond(model: Model): number[] {
    const known = new Set(model.events.map(eventText));
    return this.texts.flatMap((text, number) =>
      / evict /.test(text) && !known.has(text) ? [number * OUTCOMES] : [],
    );
  }
}

export const outcomeOf = (label: number): number => label % OUTCOMES;

/** Whether two labels are of the same event, whatever comes of it. */
export const sameEvent = (a: number, b: number): boolean =>
  Math.floor(a / OUTCOMES) === Math.floor(b / OUTCOMES);

/** What is observed of the events of one model. */
export class Labeller {
  /** In `atomic` every answer is the report of a whole operation. */
  private readonly atomic: boolean;
  /** Per event the number of its text; of a completion that of the read, and of the write. */
  private readonly numbers: readonly (readonly [number, number])[];

  constructor(model: Model, alphabet: Alphabet) {
    this.atomic = model.parts.scope.granularity === 'atomic';
    const { steps } = operationsOf(model.parts);
    const own = new Set<string>(ON_THE_WAY);
    for (const { verb, operation } of steps.slice(1)) if (verb !== operation.ends) own.add(verb);
    this.numbers = model.events.map((event) => {
      if (own.has(event.verb)) return [UNOBSERVED, UNOBSERVED];
      const texts = textsOf(event);
      return [alphabet.number(texts[0]), alphabet.number(texts[1])];
    });
  }

  /** The label of a transition. `isWrite`: what the access wants that a completion ends. */
  label({ index }: Event, shown: number, isWrite: number): number {
    const number = this.numbers[index][isWrite];
    return number === UNOBSERVED ? UNOBSERVED : number * OUTCOMES + outcome(shown, this.atomic);
  }
}

/** An access is the same thing however the device came by its translation. */
function textsOf(event: Event): [read: string, write: string] {
  const as = (verb: 'read' | 'write') => eventText({ ...event, actor: 'dev', verb });
  if (event.verb === 'complete') return [as('read'), as('write')];
  if (event.verb === 'land-write') return [as('write'), as('write')];
  return [eventText(event), eventText(event)];
}

/** In steps the young bit that an operation began with is not observed: its report is. */
function outcome(shown: number, atomic: boolean): number {
  if (shown & SHOWN.staleAccess) return OUTCOME.stale;
  if (shown & SHOWN.revokedWrite) return OUTCOME.revoked;
  if (shown & SHOWN.stuck) return OUTCOME.stuck;
  const reports = atomic || (shown & (SHOWN.reclaimLooked | SHOWN.idleLooked)) !== 0;
  return reports && (shown & SHOWN.one) !== 0 ? OUTCOME.one : OUTCOME.plain;
}
