/**
 * The simplest possible search. It uses step() alone, keeps every edge, and stores known states in
 * a Map of strings. Tests inspect what it finds, and compare faster searches with it.
 */
import type { Event } from '../model/events.ts';
import type { Model, Packed } from '../model/model.ts';
import type { Shown } from '../model/shown.ts';

export interface Edge {
  /** The numbers of the states before and after the edge. */
  readonly from: number;
  readonly to: number;
  readonly event: Event;
  readonly shown: Shown;
}

export interface Explored {
  /** The states in the order in which they were found, breadth first. */
  readonly states: readonly Packed[];
  /** The number of events from the initial state to each state. */
  readonly depths: readonly number[];
  readonly edges: readonly Edge[];
  /** Whether all reachable states were found; false if there are more than `most`. */
  readonly complete: boolean;
}

/** Explores up to `most` states, those nearest to the initial state. */
export function explore(model: Model, most: number): Explored {
  const numbers = new Map([[String(model.initial), 0]]);
  const states = [model.initial];
  const depths = [0];
  const edges: Edge[] = [];
  for (let from = 0; from < states.length; from++) {
    for (const event of model.events) {
      const transition = model.step(states[from], event);
      if (transition === undefined) continue;
      const key = String(transition.state);
      let to = numbers.get(key);
      if (to === undefined) {
        if (states.length === most) return { states, depths, edges, complete: false };
        to = states.push(transition.state) - 1;
        numbers.set(key, to);
        depths.push(depths[from] + 1);
      }
      edges.push({ from, to, event, shown: transition.shown });
    }
  }
  return { states, depths, edges, complete: true };
}

/** The length of the shortest run whose last edge satisfies `judge`; undefined if there is none. */
export function shortest(
  { depths, edges }: Explored,
  judge: (shown: Shown) => boolean,
): number | undefined {
  const first = edges.find(({ shown }) => judge(shown));
  return first && depths[first.from] + 1;
}
