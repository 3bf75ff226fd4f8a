/**
 * Sets of states in which one system can be after some observations. A set also stands for all
 * states that the system's own steps reach from it. So a member is left out if such steps reach it
 * from another member.
 *
 * One set can take long, so that the work is done in pieces. A result is undefined if the work was
 * told to stop first.
 */
import type { Pieces } from '../search/progress.ts';
import { STEPS } from '../search/progress.ts';
import type { ObservedGraph } from './observed-graph.ts';

/** The states that an observation can reach, by label. */
type Next = ReadonlyMap<number, readonly number[]>;

/** How many states are gone on from between two checks whether to stop. */
const PIECE = 256;

export class StateSets {
  private readonly graph: ObservedGraph;
  private readonly sets: (readonly number[])[] = [];
  private readonly numbers = new Map<string, number>();
  /** The next observations from single states and from sets: pairs of a label and a set. */
  private readonly next: Next[] = [];
  private readonly after: Int32Array[] = [];
  /** For each state the last closure in which it was met. */
  private readonly met: number[] = [];
  private closures = 0;

  /** Set 0 has only the initial state. */
  constructor(graph: ObservedGraph) {
    this.graph = graph;
    this.number([0]);
  }

  private number(set: readonly number[]): number {
    const key = set.join();
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.sets.length);
    return this.sets.push(set) - 1;
  }

  /** Pairs of a label and the set that it leads to, in ascending order of labels. */
  *successors(set: number): Pieces<Int32Array | undefined> {
    if (set in this.after) return this.after[set];
    const all: Next[] = [];
    for (const state of this.sets[set]) {
      const next = this.next[state] ?? (yield* this.nextOf(state));
      if (next === undefined) return undefined;
      all.push(next);
    }
    const next = all.length === 1 ? all[0] : yield* this.join(all);
    if (next === undefined) return undefined;
    const labels = [...next.keys()].toSorted((a, b) => a - b);
    const pairs = labels.flatMap((label) => [label, this.number(next.get(label)!)]);
    return (this.after[set] = Int32Array.from(pairs));
  }

  private *nextOf(state: number): Pieces<Next | undefined> {
    const closure = yield* this.closure(state);
    if (closure === undefined) return undefined;
    const joined = new Joined();
    for (const [i, member] of closure.entries()) {
      if (i % PIECE === PIECE - 1 && (yield [i, closure.length])) return undefined;
      const { observed } = this.graph.waysFrom(member);
      for (let at = 0; at < observed.length; at += 3) joined.add(observed[at], observed[at + 2]);
    }
    const next = yield* this.leastOfEach(joined);
    if (next !== undefined) this.next[state] = next;
    return next;
  }

  private *join(all: readonly Next[]): Pieces<Next | undefined> {
    const joined = new Joined();
    let steps = 0;
    for (const next of all) {
      for (const [label, states] of next) {
        for (const state of states) {
          if (++steps % STEPS === 0 && (yield [0, all.length])) return undefined;
          joined.add(label, state);
        }
      }
    }
    return yield* this.leastOfEach(joined);
  }

  private *leastOfEach({ byLabel }: Joined): Pieces<Next | undefined> {
    const least = new Map<number, readonly number[]>();
    for (const [label, states] of byLabel) {
      const some = yield* this.leastOf(states);
      if (some === undefined) return undefined;
      least.set(label, some);
    }
    return least;
  }

  /** The states that the system's own steps reach, and the state itself. */
  private *closure(state: number): Pieces<number[] | undefined> {
    const { met } = this;
    const closure = ++this.closures;
    const states = [state];
    met[state] = closure;
    for (const [i, member] of states.entries()) {
      if (i % PIECE === PIECE - 1 && (yield [i, states.length])) return undefined;
      const { own } = this.graph.waysFrom(member);
      for (let at = 0; at < own.length; at += 2) {
        if (met[own[at + 1]] === closure) continue;
        met[own[at + 1]] = closure;
        states.push(own[at + 1]);
      }
    }
    return states;
  }

  /** The states without those that own steps reach from others. */
  private *leastOf(states: ReadonlySet<number>): Pieces<number[] | undefined> {
    const least = new Set(states);
    for (const state of states) {
      if (states.size === 1 || !least.has(state)) continue;
      if (yield [0, states.size]) return undefined;
      const closure = yield* this.closure(state);
      if (closure === undefined) return undefined;
      for (const other of closure) if (other !== state) least.delete(other);
    }
    return [...least].toSorted((a, b) => a - b);
  }
}

/** The states that observations reach, by label. */
class Joined {
  readonly byLabel = new Map<number, Set<number>>();

  add(label: number, state: number): void {
    const states = this.byLabel.get(label);
    if (states === undefined) this.byLabel.set(label, new Set([state]));
    else states.add(state);
  }
}
