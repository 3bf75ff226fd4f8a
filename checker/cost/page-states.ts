/**
 * The states of one page and the transitions between them, as the model of a system with one page
 * makes them. Each transition is made once, when it is first needed. A run then looks it up.
 */
import type { Event } from '../../model/events.ts';
import type { Packed } from '../../model/model.ts';
import { Model } from '../../model/model.ts';
import type { Parts } from '../../model/system.ts';
import { doubled } from '../search/chunks.ts';
import type { Counts, Role } from './counts.ts';
import { add, countsOf, noCounts } from './counts.ts';

/** The events of a page, each an event of the model. The accesses stand as in ACCESS. */
export const PAGE_EVENTS = [
  { actor: 'dev', verb: 'read', role: 'access' },
  { actor: 'dev', verb: 'write', role: 'access' },
  { actor: 'cpu', verb: 'read', role: 'access' },
  { actor: 'cpu', verb: 'write', role: 'access' },
  { actor: 'kswapd', verb: 'folio_referenced', role: 'look' },
  { actor: 'kswapd', verb: 'walk', role: 'walk' },
  { actor: 'kswapd', verb: 'unmap', role: 'unmap' },
] as const satisfies readonly { readonly actor: string; readonly verb: string; role: Role }[];

/** The places of reclaim's events in PAGE_EVENTS. */
export const LOOK = 4;
export const WALK = 5;
export const UNMAP = 6;

/** The event cannot happen. */
export const CANNOT = -1;

/** In the table of transitions: a transition that is not made yet. The others are one more. */
const UNKNOWN = 0;

/** The event of a page in the model of a system. Undefined if the system has it not. */
export const eventOn = (model: Model, event: number, page: number): Event | undefined => {
  const { actor, verb } = PAGE_EVENTS[event];
  return model.events.find((one) => one.actor === actor && one.verb === verb && one.page === page);
};

export class PageStates {
  /** The system with one page. */
  readonly model: Model;
  /** The states that were found, as the model packs them. Number 0 is the initial state. */
  readonly packed: Packed[] = [];
  /** For each state: the page has a PTE, it is on the active list, its spte is young. */
  readonly mapped: boolean[] = [];
  readonly active: boolean[] = [];
  readonly spteYoung: boolean[] = [];
  readonly condemned: boolean[] = [];
  /** For each transition the state after it, what its event answers, and what it costs. */
  readonly after: number[] = [];
  readonly answers: boolean[] = [];
  readonly costs: Counts[] = [];
  /** How many times each transition was taken since drain(). */
  readonly times: number[] = [];

  private readonly numbers = new Map<string, number>();
  private readonly events: readonly (Event | undefined)[];
  private table = new Int32Array(PAGE_EVENTS.length * 64);

  constructor(parts: Parts) {
    this.model = new Model({ ...parts, scope: { ...parts.scope, pages: 1 } });
    this.events = PAGE_EVENTS.map((_, event) => eventOn(this.model, event, 0));
    this.number(this.model.initial);
  }

  /** The number of a state. */
  number(packed: Packed): number {
    const key = packed.join();
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.packed.push(packed) - 1;
    this.numbers.set(key, number);
    const { pte, flags, spte } = this.model.view(packed).pages[0];
    this.mapped.push(pte.present !== 0);
    this.active.push(flags.PG_active !== 0);
    this.condemned.push(flags.condemned !== 0);
    this.spteYoung.push(spte.young !== 0);
    if (this.packed.length * PAGE_EVENTS.length > this.table.length) {
      this.table = doubled(this.table);
    }
    return number;
  }

  /** The transition that an event makes from a state, or CANNOT. */
  next(state: number, event: number): number {
    const at = state * PAGE_EVENTS.length + event;
    if (this.table[at] === UNKNOWN) {
      const made = this.make(state, event);
      this.table[at] = made === CANNOT ? -1 : made + 1;
    }
    const found = this.table[at];
    return found < 0 ? CANNOT : found - 1;
  }

  private make(state: number, event: number): number {
    const on = this.events[event];
    const before = this.packed[state];
    const step = on && this.model.step(before, on);
    if (step === undefined) return CANNOT;
    const did = this.model.did(before, on!);
    return this.enter(
      this.number(step.state),
      step.shown.answer === 1,
      countsOf(PAGE_EVENTS[event].role, did, step.shown),
    );
  }

  /** Enters a transition, and returns its number. */
  enter(after: number, answer: boolean, costs: Counts): number {
    this.answers.push(answer);
    this.costs.push(costs);
    this.times.push(0);
    return this.after.push(after) - 1;
  }

  /** What all transitions have cost that were taken since the last call. */
  drain(): Counts {
    const sum = noCounts();
    for (const [transition, times] of this.times.entries()) {
      if (times > 0) add(sum, this.costs[transition], times);
    }
    this.times.fill(0);
    return sum;
  }
}
