/**
 * The steps that act on other pages than their operation's: those with the ranges `mm` and `next`.
 * What such an operation does to a page, to the next one and to any other is asked of the model of
 * the same system with four pages.
 *
 * Every page that is neither the operation's nor the next goes through the same steps. So each is
 * asked on its own. One thing tells pages of each other: a `harvest` that covers several finds a
 * young spte on any of them. A fourth page with a young spte, a witness, stands for all that have
 * one.
 */
import { operationsOf } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { FAULT_OPERATIONS } from '../../model/mechanics/fault.ts';
import type { Parts } from '../../model/system.ts';
import { Complaint } from '../trace/complaint.ts';
import { countsOf } from './counts.ts';
import type { PageStates } from './page-states.ts';
import { PAGE_EVENTS, eventOn } from './page-states.ts';

const PAGES = 4;
/** No page, or no state of one. */
export const NONE = -1;

/** Which other pages an event reaches. */
interface Reach {
  readonly next: boolean;
  readonly all: boolean;
}

/** The operations of the model that an event can run. */
const OPERATIONS: Readonly<Record<(typeof PAGE_EVENTS)[number]['role'], readonly string[]>> = {
  access: FAULT_OPERATIONS.map(({ name }) => name),
  look: ['age'],
  walk: ['walk'],
  unmap: ['unmap'],
};

type Kind = 'own' | 'next' | 'all';

/** What a step covers if its operation is at a place. Undefined if it is none of the kinds. */
function kindAt(covers: readonly number[], place: number): Kind | undefined {
  if (covers.every((page) => page === place)) return 'own';
  if (covers.length === PAGES) return 'all';
  const isNext = covers.length === 2 && covers.includes(place) && covers.includes(place + 1);
  return isNext ? 'next' : undefined;
}

/** What a step covers, wherever its operation is. The last page has none behind it. */
function kindOf(covers: readonly (readonly number[])[]): Kind | undefined {
  const kinds = covers.map(kindAt);
  const fits = kinds.every((kind, place) =>
    kinds[0] === 'next' && place === PAGES - 1 ? kind === 'own' : kind === kinds[0],
  );
  return fits ? kinds[0] : undefined;
}

function reachOf(parts: Parts, event: number): Reach {
  const names = OPERATIONS[PAGE_EVENTS[event].role];
  const steps = operationsOf(parts)
    .steps.slice(1)
    .filter(({ operation, covers }) => names.includes(operation.name) && covers.length > 0);
  const kinds = steps.map(({ covers }) => kindOf(covers));
  if (kinds.includes(undefined)) {
    throw new Complaint("a step reaches pages by other ranges than 'mm' and 'next'", undefined, {
      hint: 'cost follows the ranges page, next and mm; check takes the others',
    });
  }
  return { next: kinds.includes('next'), all: kinds.includes('all') };
}

/** What an event does to the pages. */
export interface Spread {
  readonly transition: number;
  /** The state of the next page after it. NONE if the next page is as any other. */
  readonly next: number;
  /** The state of any other page after it, by the state before. */
  other(state: number): number;
}

export class Neighbours {
  /** The reach of each event that reaches another page. */
  readonly reaches: readonly (Reach | undefined)[];
  private readonly states: PageStates;
  private readonly model: Model | undefined;
  private readonly known = new Map<string, Spread | undefined>();

  constructor(parts: Parts, states: PageStates) {
    const four: Parts = { ...parts, scope: { ...parts.scope, pages: PAGES } };
    this.states = states;
    this.reaches = PAGE_EVENTS.map((_, event) => {
      const reach = reachOf(four, event);
      return reach.next || reach.all ? reach : undefined;
    });
    this.model = this.reaches.some((reach) => reach !== undefined) ? new Model(four) : undefined;
  }

  /**
   * What an event does that happens to a page. Undefined if it cannot happen. `pages` has the state
   * of each page.
   */
  spread(event: number, page: number, pages: Int32Array): Spread | undefined {
    const reach = this.reaches[event]!;
    const nextPage = reach.next && page + 1 < pages.length ? page + 1 : NONE;
    const next = nextPage === NONE ? NONE : pages[nextPage];
    const witness = reach.all ? this.witness(page, nextPage, pages) : NONE;
    const key = `${event} ${pages[page]} ${next} ${witness}`;
    if (!this.known.has(key)) this.known.set(key, this.make(event, pages[page], next, witness));
    return this.known.get(key);
  }

  /** The state of some page with a young spte that is neither this one nor the next. */
  private witness(page: number, next: number, pages: Int32Array): number {
    const { spteYoung } = this.states;
    return pages.find((state, at) => spteYoung[state] && at !== page && at !== next) ?? NONE;
  }

  private make(event: number, own: number, next: number, witness: number): Spread | undefined {
    const { states } = this;
    const asked = (other: number) => this.ask(event, own, next, other, witness);
    const first = asked(witness);
    if (first === undefined) return undefined;
    const [{ after, answer, costs }, afterNext] = [first, first.next];
    const known: number[] = [];
    return {
      transition: states.enter(after, answer, costs),
      next: afterNext,
      other: (state) => (known[state] ??= asked(state)!.other),
    };
  }

  /** Asks the model with four pages. The last page stands last, as no page is behind it. */
  private ask(event: number, own: number, next: number, other: number, witness: number) {
    const { states } = this;
    const model = this.model!;
    const slots = next === NONE ? [other, witness, NONE, own] : [own, next, other, witness];
    const [at, otherAt] = next === NONE ? [PAGES - 1, 0] : [0, 2];
    const before = slots.reduce(
      (state, number, slot) =>
        number === NONE
          ? state
          : model.withPage(state, slot, states.model.pageOf(states.packed[number], 0)),
      model.initial,
    );
    const on = eventOn(model, event, at);
    const step = on && model.step(before, on);
    if (step === undefined) return undefined;
    const numberAt = (slot: number): number =>
      states.number(states.model.withPage(states.model.initial, 0, model.pageOf(step.state, slot)));
    return {
      after: numberAt(at),
      answer: step.shown.answer === 1,
      costs: countsOf(PAGE_EVENTS[event].role, model.did(before, on!), step.shown),
      next: next === NONE ? NONE : numberAt(1),
      other: other === NONE ? NONE : numberAt(otherAt),
    };
  }
}
