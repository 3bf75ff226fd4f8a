/** Counts what looks send and what they get wrong, over some edges of a graph. */
import { shownOf } from '../../model/shown.ts';
import type { Property } from '../../properties/index.ts';
import { noFalseReference } from '../../properties/no-false-reference.ts';
import { noMissedDeviceReference } from '../../properties/no-missed-device-reference.ts';
import { noRepeatedMiss } from '../../properties/no-repeated-miss.ts';
import { OBSERVERS } from '../../model/system.ts';
import { STEPS, going } from '../search/progress.ts';
import type { Pieces } from '../search/progress.ts';
import type { Graph } from './graph.ts';
import { NO_LOOK, unpackSent } from './sent.ts';

/** The properties that say how a look can be wrong. */
const WRONG = {
  missed: OBSERVERS.map(noMissedDeviceReference),
  repeated: OBSERVERS.map(noRepeatedMiss),
  false: [noFalseReference],
} as const satisfies Readonly<Record<string, readonly Property[]>>;
export type Wrong = keyof typeof WRONG;
export const WRONGS = Object.keys(WRONG) as readonly Wrong[];

/** The properties that a graph must track for all of these. */
export const LOOK_PROPERTIES: readonly Property[] = Object.values(WRONG).flat();

/** What looks do: sent ATC invalidations per look, and wrong answers as shares of all reports. */
export interface Looks extends Readonly<Record<Wrong, number>> {
  readonly sent: number;
}

/** What the report of a transition gets wrong. Undefined if the transition reports nothing. */
function wrongIn(flags: number): readonly Wrong[] | undefined {
  const shown = shownOf(flags);
  if (shown.look === undefined) return undefined;
  return WRONGS.filter((name) => WRONG[name].some((property) => property.violated(shown)));
}

/** What looks on the judged pages do, over some edges. It has the ghosts that the graph tracks. */
export function* looksOf(graph: Graph, edges: Iterable<number>): Pieces<Looks> {
  let [looks, sent, reports, steps] = [0, 0, 0, 0];
  const wrong = { missed: 0, repeated: 0, false: 0 };
  // A walk meets the same few transitions thousands of times.
  const known = new Map<number, readonly Wrong[] | undefined>();
  for (const edge of edges) {
    if (++steps % STEPS === 0) yield* going(steps, graph.to.length);
    const packed = graph.sent.at(edge);
    if (packed === NO_LOOK || !graph.judged.includes(graph.events[graph.event.at(edge)].page))
      continue;
    looks++;
    sent += unpackSent(packed).all;
    const flags = graph.shown.at(edge);
    if (!known.has(flags)) known.set(flags, wrongIn(flags));
    const found = known.get(flags);
    if (found === undefined) continue;
    reports++;
    for (const name of found) wrong[name]++;
  }
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    sent: share(sent, looks),
    missed: share(wrong.missed, reports),
    repeated: share(wrong.repeated, reports),
    false: share(wrong.false, reports),
  };
}
