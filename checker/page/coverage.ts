/**
 * What a search, or the traces of the catalogue, have exercised: the events and their rules, and
 * the members of the lists of steps.
 */
import type { Did } from '../../model/did.ts';
import type { Event } from '../../model/events.ts';
import { ACTORS, operationsOf, verbsOf } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { MemberList } from '../tell/lists.ts';
import { isNoted, keysOf, memberLists } from '../tell/lists.ts';
import { replay } from '../trace/replay.ts';
import type { Trace } from '../trace/trace.ts';
import { Reachable } from './reachable.ts';

/** So many states are searched, as each transition is run a second time with its notes. */
export const MOST_COVERED = 20_000;
/** How many transitions are one piece of work. */
const PIECE = 500;

/** How often something happened. */
type Counts = Readonly<Record<string, number>>;

export interface Coverage {
  /** By rule: `kswapd: age`, whatever the unit and the page. */
  readonly rules: Counts;
  /** By the key of a member of a list of steps. */
  readonly members: Counts;
  /** How many transitions, or events of traces, were counted. */
  readonly count: number;
}

/** The rule of an event: its declaration, which every unit and every page share. */
const ruleOf = ({ actor, verb }: Pick<Event, 'actor' | 'verb'>): string => `${actor}: ${verb}`;

class Counter {
  private readonly rules: Record<string, number> = {};
  private readonly members: Record<string, number> = {};
  private count = 0;

  /** Counts a transition. Members of lists are counted only for a system that has these lists. */
  add(event: Event, did: readonly Did[], system: System | undefined): void {
    const rule = ruleOf(event);
    this.rules[rule] = (this.rules[rule] ?? 0) + 1;
    this.count++;
    if (system === undefined) return;
    const operations = operationsOf(system);
    const keys = did.filter(isNoted).flatMap((one) => keysOf(one, system, operations));
    // A call runs with each action of its callback, and is counted once.
    for (const key of new Set(keys)) this.members[key] = (this.members[key] ?? 0) + 1;
  }

  get coverage(): Coverage {
    const { rules, members, count } = this;
    return { rules, members, count };
  }
}

export interface SearchCoverage extends Coverage {
  readonly states: number;
  readonly complete: boolean;
}

/** What every transition exercises that a system can make, up to so many states. */
export function* covering(
  system: System,
  maxStates = MOST_COVERED,
): Generator<{ readonly states: number; readonly depth: number }, SearchCoverage, void> {
  const model = new Model(system, []);
  const reachable = new Reachable(model);
  const counter = new Counter();
  let count = 0;
  for (const { before, event } of reachable.edges(maxStates)) {
    counter.add(event, model.did(before, event), system);
    if (++count % PIECE === 0) yield { states: reachable.size, depth: reachable.depth };
  }
  const { size: states, complete } = reachable;
  return { ...counter.coverage, states, complete };
}

const hasListsOf = (one: System, other: System): boolean =>
  JSON.stringify([one.kernel, one.driver]) === JSON.stringify([other.kernel, other.driver]);

export interface CatalogueCoverage extends Coverage {
  readonly traces: number;
  /** How many traces have the kernel and the driver whose lists are shown. */
  readonly alike: number;
}

/** What the traces of a catalogue exercise: rules by all, lists by those that have the same. */
export function coverageOfTraces(traces: readonly Trace[], system: System): CatalogueCoverage {
  const counter = new Counter();
  const alike = traces.filter((trace) => hasListsOf(trace.system, system));
  for (const trace of traces) {
    const { model, steps } = replay(trace);
    const of = alike.includes(trace) ? trace.system : undefined;
    for (const { before, event } of steps) counter.add(event, model.did(before, event), of);
  }
  return { ...counter.coverage, traces: traces.length, alike: alike.length };
}

/** The rules that a system has in its scope. */
export const rulesOf = (system: System): string[] => [
  ...new Set(new Model(system, []).events.map(ruleOf)),
];

/** From these parts of the most on, a count is one degree warmer. */
const DEGREES = [0.02, 0.1, 0.5];

/** How warm a count is, from 0 for never to 4. */
export const heatOf = (count: number, most: number): number =>
  count === 0 ? 0 : 1 + DEGREES.filter((part) => count >= part * most).length;

/** Every rule that is declared, whether or not a system has it. */
export const allRules = (): string[] =>
  ACTORS.flatMap((actor) => verbsOf(actor).map((verb) => ruleOf({ actor, verb } as Event)));

/** The lists that a system can run in its scope, each once. */
export function runningLists(system: System): MemberList[] {
  const lists = [...operationsOf(system).byName.values()].flatMap((one) =>
    memberLists(one.program, system),
  );
  return [...new Map(lists.map((list) => [`${list.part} ${list.name}`, list])).values()];
}
