/**
 * Sets of states of one system: all that it can be in after what was observed. A set stands for
 * itself and for all that the system's own steps lead to from there; so a member that such steps
 * lead to from another one is left out.
 */
import type { ObservedGraph } from './observed-graph.ts';

/** By label: the states that an observation can lead to. */
type Next = ReadonlyMap<number, readonly number[]>;

export class StateSets {
  private readonly graph: ObservedGraph;
  private readonly sets: (readonly number[])[] = [];
  private readonly numbers = new Map<string, number>();
  /** What is observed next from single states, and from sets: pairs of a label and a set. */
  private readonly next: Next[] = [];
  private readonly after: Int32Array[] = [];
  /** Per state the last closure that it was met in. */
  private readonly met: number[] = [];
  private closures = 0;

  /** Set 0 has the initial state alone. */
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
  successors(set: number): Int32Array {
    return (this.after[set] ??= this.expand(this.sets[set]));
  }

  private expand(set: readonly number[]): Int32Array {
    const next = set.length === 1 ? this.nextOf(set[0]) : this.join(set.map((s) => this.nextOf(s)));
    const labels = [...next.keys()].toSorted((a, b) => a - b);
    return Int32Array.from(labels.flatMap((label) => [label, this.number(next.get(label)!)]));
  }

  private nextOf(state: number): Next {
    return (this.next[state] ??= this.join(
      this.closure(state).map((member) => {
        const { observed } = this.graph.waysFrom(member);
        const next = new Map<number, number[]>();
        for (let i = 0; i < observed.length; i += 3) {
          const states = next.get(observed[i]);
          if (states === undefined) next.set(observed[i], [observed[i + 2]]);
          else states.push(observed[i + 2]);
        }
        return next;
      }),
    ));
  }

  private join(all: readonly Next[]): Next {
    const joined = new Map<number, Set<number>>();
    for (const next of all) {
      for (const [label, states] of next) {
        const known = joined.get(label);
        if (known === undefined) joined.set(label, new Set(states));
        else for (const state of states) known.add(state);
      }
    }
    return new Map([...joined].map(([label, states]) => [label, this.leastOf(states)]));
  }

  /** The states that the system's own steps lead to, and the state itself. */
  private closure(state: number): number[] {
    const { met } = this;
    const closure = ++this.closures;
    const states = [state];
    met[state] = closure;
    for (const member of states) {
      const { own } = this.graph.waysFrom(member);
      for (let i = 0; i < own.length; i += 2) {
        if (met[own[i + 1]] === closure) continue;
        met[own[i + 1]] = closure;
        states.push(own[i + 1]);
      }
    }
    return states;
  }

  /** Without the states that own steps lead to from others. */
  private leastOf(states: ReadonlySet<number>): number[] {
    const least = new Set(states);
    for (const state of states) {
      if (states.size === 1 || !least.has(state)) continue;
      for (const other of this.closure(state)) if (other !== state) least.delete(other);
    }
    return [...least].toSorted((a, b) => a - b);
  }
}
