/**
 * Tells a streak that never ends from one that waits for a flush which comes late. A device handles
 * every invalidation that was sent to it, sooner or later. So a cycle can go on for ever only if it
 * has, for each device, a state in which no invalidation of the page is on its way to it.
 */
import type { Pieces } from '../search/progress.ts';
import type { Graph } from './graph.ts';

/** What a cycle must meet. */
export interface Fairness {
  /** One bit for each thing that must be so in some state of the cycle. */
  readonly all: number;
  /** The bits of what is so in a state. */
  readonly at: (state: number) => number;
}

/** Every cycle will do. */
export const UNFAIR: Fairness = { all: 0, at: () => 0 };

/**
 * What a cycle of one page must meet: nothing where no invalidation is ever on its way. Undefined
 * if the work was told to stop.
 */
export function* fairnessOf(graph: Graph, page: number): Pieces<Fairness | undefined> {
  const sent = yield* graph.numbered(({ pages }) =>
    pages[page].link.reduce((bits, { invalidation }, dev) => bits | (invalidation << dev), 0),
  );
  if (sent === undefined) return undefined;
  const all = sent.reduce((bits, some) => bits | some, 0);
  return all === 0 ? UNFAIR : { all, at: (state) => all & ~sent[state] };
}
