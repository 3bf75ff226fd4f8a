/**
 * Rebuilds the run behind an explanation. The events are found backwards from the last observation.
 * The run can be replayed forwards to check it.
 */
import type { Event } from '../../model/events.ts';
import type { Pieces } from '../search/progress.ts';
import { going, whole } from '../search/progress.ts';
import type { Node, Origin, Origins } from './explainer.ts';
import type { PageLog } from './page-log.ts';
import type { Hypothesis } from './hypothesis.ts';
import { PIECE } from './hypothesis.ts';

/**
 * The origins of a set's successors, remembered while a run is rebuilt, because logs repeat
 * themselves.
 */
class Steps {
  private readonly hypothesis: Hypothesis;
  private readonly known = new Map<string, Origins>();

  constructor(hypothesis: Hypothesis) {
    this.hypothesis = hypothesis;
  }

  private remember(key: string, make: () => Origins): Origins {
    let origins = this.known.get(key);
    if (origins === undefined) {
      origins = make();
      this.known.set(key, origins);
    }
    return origins;
  }

  closure(set: number, hides: number): Origins {
    const { explainer } = this.hypothesis;
    return this.remember(`${set}/${hides}`, () => explainer.closure(set, hides));
  }

  reach(set: number, hides: number, observation: number): Origins {
    const { explainer } = this.hypothesis;
    return this.remember(`${set}/${hides}/${observation}`, () =>
      explainer.reach(set, hides, explainer.observation(observation)),
    );
  }
}

/** The events that lead to a node from one that has no origin, the latest first. */
function back(origins: Origins, from: Node): { events: Event[]; start: Node } {
  const events: Event[] = [];
  let node = from;
  for (let origin: Origin | undefined; (origin = origins.get(node)) !== undefined;) {
    events.push(...origin.events.toReversed());
    node = origin.from;
  }
  return { events, start: node };
}

/**
 * Runs of the model, from its initial state, that explain the first `count` observations of a page.
 * There are several runs if the log says something after which the page is unknown.
 */
export const runsOf = (...asked: Parameters<typeof findingRuns>): Event[][] =>
  whole(findingRuns(...asked));

/** The same in pieces. */
export function* findingRuns(
  hypothesis: Hypothesis,
  page: PageLog,
  count: number,
): Pieces<Event[][]> {
  const { explainer } = hypothesis;
  const sets = [explainer.anything];
  for (let at = 0; at < count; at++) {
    if (at % PIECE === 0) yield* going(at, 2 * count);
    sets.push(explainer.advance(sets[at], hypothesis.hides(page, at), page.observed.at(at)));
  }
  const steps = new Steps(hypothesis);
  const runs: Event[][] = [];
  let events: Event[] = [];
  let [node] = explainer.nodesOf(sets[count]);
  const begin = (): void => {
    events.push(...back(explainer.restOrigins(), node).events);
    runs.push(events.toReversed());
    events = [];
  };
  for (let at = count - 1; at >= 0; at--) {
    if (at % PIECE === 0) yield* going(2 * count - at, 2 * count);
    const hides = hypothesis.hides(page, at);
    const origin = steps.reach(sets[at], hides, page.observed.at(at)).get(node);
    if (origin === undefined) {
      begin();
      [node] = explainer.nodesOf(sets[at]);
      continue;
    }
    events.push(...origin.events.toReversed());
    const hidden = back(steps.closure(sets[at], hides), origin.from);
    events.push(...hidden.events);
    node = hidden.start;
  }
  begin();
  return runs.toReversed();
}

/** A shortest run from the initial state back to it: what a page may have behind it. */
export function roundTrip({ explainer: { graph } }: Hypothesis): Event[] {
  const origins = new Map<number, { readonly from: number; readonly event: Event }>();
  const queue = [graph.initial];
  for (const from of queue) {
    for (const { event, to } of graph.successors(from)) {
      if (origins.has(to)) continue;
      origins.set(to, { from, event });
      queue.push(to);
    }
    if (origins.has(graph.initial)) break;
  }
  const events: Event[] = [];
  let at = graph.initial;
  do {
    const { from, event } = origins.get(at)!;
    events.push(event);
    at = from;
  } while (at !== graph.initial);
  return events.toReversed();
}
