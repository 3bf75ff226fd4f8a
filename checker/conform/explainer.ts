/**
 * Which states of the model a page can be in, given what the log has said of it so far. Each set of
 * such states has a number, and an observation leads from set to set. Logs repeat themselves, so
 * for most lines of a long log the next set is found in a table.
 */
import type { Event } from '../../model/events.ts';
import { kindOf } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Edge } from './state-graph.ts';
import { StateGraph } from './state-graph.ts';
import { hiddenEvent } from './hidden.ts';
import type { User } from './missed.ts';
import type { Path, PathEvent } from './path.ts';
import { pathsOf } from './paths.ts';
import type { Observation, Observations } from './observation.ts';

/** The empty set: no run of the model explains the log up to here. */
export const REFUSED = 0;

/** A state, and the users that accessed the page in the open window. */
export type Node = number;
const ACCESSED_BITS = 3;
export const stateOf = (node: Node): number => node >> ACCESSED_BITS;
const nodeOf = (state: number, accessed: number): Node => (state << ACCESSED_BITS) | accessed;
const accessedOf = (node: Node): number => node & ((1 << ACCESSED_BITS) - 1);

/** The node before, and the events that led from it to a node. A run is rebuilt from these. */
export interface Origin {
  readonly from: Node;
  readonly events: readonly Event[];
}
export type Origins = Map<Node, Origin | undefined>;

const MAX_SETS = 1 << 20;

export class Explainer {
  readonly graph: StateGraph;
  private readonly observations: Observations;
  private readonly sets: (readonly Node[])[] = [[]];
  private readonly setNumbers = new Map<string, number>([['', REFUSED]]);
  private readonly table = new Map<number, number>();
  private readonly hidden = new Map<number, readonly boolean[]>();
  private all: number | undefined;

  constructor(system: System, observations: Observations, subject = 0) {
    this.graph = new StateGraph(system, subject);
    this.observations = observations;
  }

  /** The set of all states that a page at rest can be in. An unknown page is in this set. */
  get anything(): number {
    return (this.all ??= this.setNumber([...this.restOrigins().keys()].filter(this.atRest)));
  }

  /** How each state of `anything` is reached from the initial state. */
  restOrigins(): Origins {
    const { graph } = this;
    const origins: Origins = new Map([[nodeOf(graph.initial, 0), undefined]]);
    const past = graph.model.events.map((event) => event.page === graph.subject && isPast(event));
    for (const [node] of origins) {
      for (const { event, to } of graph.successors(stateOf(node))) {
        if (!past[event.index]) continue;
        const next = nodeOf(to, 0);
        if (!origins.has(next)) origins.set(next, { from: node, events: [event] });
      }
    }
    return origins;
  }

  private readonly atRest = (node: Node): boolean => {
    const { request, invalidation, kswapd, idle } = this.graph.facts(stateOf(node));
    return !request && !invalidation && kswapd.next === '' && idle.next === '';
  };

  observation(number: number): Observation {
    return this.observations.at(number);
  }

  nodesOf(set: number): readonly Node[] {
    return this.sets[set];
  }

  private setNumber(nodes: Iterable<Node>): number {
    const sorted = [...new Set(nodes)].sort((a, b) => a - b);
    const key = sorted.join();
    let number = this.setNumbers.get(key);
    if (number === undefined) {
      number = this.sets.push(sorted) - 1;
      if (number >= MAX_SETS) throw new Error('too many sets of states');
      this.setNumbers.set(key, number);
    }
    return number;
  }

  /** The set after an observation. `hides` says what may have happened before it without a line. */
  advance(set: number, hides: number, observation: number): number {
    const key = (set * 0x1000 + hides) * 0x1000 + observation;
    let next = this.table.get(key);
    if (next === undefined) {
      next = this.setNumber(this.reach(set, hides, this.observations.at(observation)).keys());
      this.table.set(key, next);
    }
    return next;
  }

  /** The nodes after an observation, and how each is reached from a node of the set. */
  reach(set: number, hides: number, observation: Observation): Origins {
    if (observation.kind === 'gone') {
      return new Map(this.sets[this.anything].map((node) => [node, undefined]));
    }
    const reached: Origins = new Map();
    const paths = pathsOf(observation, this.graph.system);
    for (const node of this.closure(set, hides).keys()) {
      for (const path of paths) this.follow(node, path, 0, observation, [], node, reached);
    }
    return reached;
  }

  /** The nodes that hidden events reach from a set, and how each is reached. */
  closure(set: number, hides: number): Origins {
    const origins: Origins = new Map(this.sets[set].map((node) => [node, undefined]));
    const { graph } = this;
    const isHidden = this.hiddenEvents(hides);
    for (const [node] of origins) {
      const state = stateOf(node);
      for (const { event, to } of graph.successors(state)) {
        if (!isHidden[event.index]) continue;
        if (!hiddenEvent(event, hides, graph.facts(state))) continue;
        const next = nodeOf(to, accessedOf(node) | accessBit(event));
        if (!origins.has(next)) origins.set(next, { from: node, events: [event] });
      }
    }
    return origins;
  }

  /** For each event by index, whether it can be hidden in any state. */
  private hiddenEvents(hides: number): readonly boolean[] {
    let events = this.hidden.get(hides);
    if (events === undefined) {
      const { subject, model } = this.graph;
      events = model.events.map((event) => event.page === subject && hiddenEvent(event, hides));
      this.hidden.set(hides, events);
    }
    return events;
  }

  private follow(
    node: Node,
    path: Path,
    at: number,
    observation: Observation,
    events: readonly Event[],
    from: Node,
    reached: Origins,
  ): void {
    if (at === path.length) {
      const last = concluded(node, observation, this.graph.facts(stateOf(node)).request);
      if (last !== undefined && !reached.has(last)) reached.set(last, { from, events });
      return;
    }
    const next = path[at];
    const goOn = (): void => this.follow(node, path, at + 1, observation, events, from, reached);
    if (next.times === 'once or never') goOn();
    const state = stateOf(node);
    if (next.before !== undefined && !next.before(this.graph.facts(state))) return;
    const edges = this.graph.successors(state).filter((edge) => this.makes(edge, next));
    const repeats = next.times === 'as long as it can';
    if (next.actors.length === 0 || (repeats && edges.length === 0)) return goOn();
    for (const { event, to } of edges) {
      const reachedNode = nodeOf(to, accessedOf(node) | accessBit(event));
      const then = repeats ? at : at + 1;
      this.follow(reachedNode, path, then, observation, [...events, event], from, reached);
    }
  }

  private makes({ event, to, answer }: Edge, next: PathEvent): boolean {
    return (
      (next.place === undefined || event.page === this.graph.subject + next.place) &&
      next.actors.includes(event.actor) &&
      next.verbs.includes(event.verb) &&
      (next.answer === undefined || next.answer === answer) &&
      (next.after === undefined || next.after(this.graph.facts(to)))
    );
  }
}

/**
 * Whether an event may have happened before the log mentions the page. Most pages of a live system
 * were aged before recording began. atRest excludes unfinished operations. Nobody is assumed to
 * have marked pages idle: PG_young would let the first look report anything.
 */
function isPast({ actor, verb }: Event): boolean {
  return actor !== 'page_idle' && !LEFT_OUT.has(verb);
}
/** Without these events every state at rest is still reached. */
const LEFT_OUT: ReadonlySet<string> = new Set(['unmap', 'free', 'walk', 'madvise-cold']);

/** The bits for accesses in the open window: ATC hits, accesses that were translated, a CPU's. */
const HIT = 1;
const TRANSLATED = 2;
const ACCESSED: Readonly<Record<User, number>> = { device: HIT | TRANSLATED, cpu: 4 };

/** The bit of the access that an event makes or completes. */
function accessBit(event: Event): number {
  const { actor, verb } = event;
  if (verb === 'complete') return TRANSLATED;
  if (verb.startsWith('request') || kindOf(event).role !== 'access') return 0;
  return actor === 'cpu' ? ACCESSED.cpu : HIT;
}

/** A window opens without an access. It closes after at least one access, when none is pending. */
function concluded(node: Node, observation: Observation, request: number): Node | undefined {
  if (observation.kind !== 'opens' && observation.kind !== 'closes') return node;
  const bits = ACCESSED[observation.by];
  if (observation.kind === 'closes') {
    const made = node & bits;
    // A request of a device may be pending while a CPU has an access.
    if (made === 0 || (request !== 0 && observation.by === 'device')) return undefined;
    if (observation.path === 'hit' && made !== HIT) return undefined;
    if (observation.path === 'miss' && !(made & TRANSLATED)) return undefined;
  }
  return node & ~bits;
}
