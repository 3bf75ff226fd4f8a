/**
 * Defines what is observed of a system. Each access is observed when it happens, with its outcome.
 * Each kernel operation is observed when it begins, when it ends, and in what it reports. Evictions
 * and clear_refs are observed, too. The steps in between are the system's own: messages between
 * device and IOMMU, and the order of an operation's flushes.
 */
import type { Event } from '../../model/events.ts';
import { eventText, kindOf } from '../../model/events.ts';
import type { Model } from '../../model/model.ts';
import { SHOWN } from '../../model/shown.ts';

/** The observed outcome of an event. An ordinary access and a report of 0 are 0. */
export const OUTCOME = { plain: 0, one: 1, stale: 2, revoked: 3, stuck: 4 } as const;
const OUTCOMES = 8;

/** The label of a step that is not observed. */
export const UNOBSERVED = -1;

/** The steps of a device and the IOMMU before an access, or before the end of a flush. */
const ON_THE_WAY: readonly Event['verb'][] = [
  'request-read',
  'request-write',
  'translate',
  'lookup',
  'install',
  'retry',
  'handle-invalidation',
  'post-write',
] satisfies Event['verb'][];

/** The observed events of two systems, in order. Each has a number. */
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

  /** The labels of evictions that find nothing, for caches that this system lacks. */
  evictionsBeyond(model: Model): number[] {
    const known = new Set(model.events.map(eventText));
    return this.texts.flatMap((text, number) =>
      / evict /.test(text) && !known.has(text) ? [number * OUTCOMES] : [],
    );
  }
}

export const outcomeOf = (label: number): number => label % OUTCOMES;

/** Whether two labels are of the same event, with any outcome. */
export const sameEvent = (a: number, b: number): boolean =>
  Math.floor(a / OUTCOMES) === Math.floor(b / OUTCOMES);

/** Labels the events of one model. */
export class Labeller {
  /** In `atomic` every answer is the report of a whole operation. */
  private readonly atomic: boolean;
  /**
   * For each event the number of its text. A completion has two: one for a read, one for a write.
   */
  private readonly numbers: readonly (readonly [number, number])[];

  constructor(model: Model, alphabet: Alphabet) {
    this.atomic = model.parts.scope.granularity === 'atomic';
    this.numbers = model.events.map((event) => {
      const isStep = kindOf(event).step === true;
      if (isStep || ON_THE_WAY.includes(event.verb)) return [UNOBSERVED, UNOBSERVED];
      const texts = textsOf(event);
      return [alphabet.number(texts[0]), alphabet.number(texts[1])];
    });
  }

  /**
   * The label of a transition. `isWrite` says whether the access that a completion ends is a write.
   */
  label({ index }: Event, shown: number, isWrite: number): number {
    const number = this.numbers[index][isWrite];
    return number === UNOBSERVED ? UNOBSERVED : number * OUTCOMES + outcome(shown, this.atomic);
  }
}

/** The texts of an access do not depend on how the device came by its translation. */
function textsOf(event: Event): [read: string, write: string] {
  const as = (verb: 'read' | 'write') => eventText({ ...event, actor: 'dev', verb });
  if (event.verb === 'complete') return [as('read'), as('write')];
  if (event.verb === 'land-write') return [as('write'), as('write')];
  return [eventText(event), eventText(event)];
}

/** In `fine` the young bit that an operation found first is not observed, but its report is. */
function outcome(shown: number, atomic: boolean): number {
  if (shown & SHOWN.staleAccess) return OUTCOME.stale;
  if (shown & SHOWN.revokedWrite) return OUTCOME.revoked;
  if (shown & SHOWN.stuck) return OUTCOME.stuck;
  const reports = atomic || (shown & (SHOWN.reclaimLooked | SHOWN.idleLooked)) !== 0;
  return reports && (shown & SHOWN.one) !== 0 ? OUTCOME.one : OUTCOME.plain;
}
