/**
 * The plainest search there is: step() alone, every edge kept, a Map of strings for what is known.
 * Tests look at what it finds and compare faster searches with it.
 */
import type { Event } from '../model/events.ts';
import type { Model, Packed } from '../model/model.ts';
import type { Shown } from '../model/shown.ts';

export interface Edge {
  /** Numbers of the states that the edge leaves and enters. */
  readonly from: number;
  readonly to: number;
  readonly event: Event;
  readonly shown: Shown;
}

export interface Explored {
  /** In the order in which they were found, breadth first. */
  readonly states: readonly Packed[];
  /** Events from the initial state to each state. */
  readonly depths: readonly number[];
  readonly edges: readonly Edge[];
  /** False if `most` states were not enough. */
  readonly complete: boolean;
}

/** Explores up to `most` states: of a larger system those that are the nearest. */
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

/** Length of the shortest run whose last edge `judge` takes; undefined if there is none. */
export function shortest(
  { depths, edges }: Explored,
  judge: (shown: Shown) => boolean,
): number | undefined {
  const first = edges.find(({ shown }) => judge(shown));
  return first && depths[first.from] + 1;
}
