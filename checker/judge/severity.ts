/**
 * Computes how bad a violation is: the longest streak of wrong answers. A streak has one subject
 * (an observer; for an access, a device or a CPU) and one page. It is a sequence of wrong answers
 * of that subject about that page, with no right one between. An unmap ends it, because afterwards
 * the page has another frame. It is unbounded if and only if the reachable graph has a cycle with a
 * wrong answer on it and no right one.
 */
import type { Event } from '../../model/events.ts';
import { SHOWN_END, shownOf } from '../../model/shown.ts';
import type { Property } from '../../properties/index.ts';
import { COUNTED, LEFT_OUT, PASSED, componentsOf } from './components.ts';
import type { Graph } from './graph.ts';
import type { Lasso } from './lasso.ts';
import { lassoOf, shortLasso } from './lasso.ts';
import type { Asks } from './occasion.ts';
import { aidOf, asksOf } from './occasion.ts';
import { NO_LOOK, unpackSent } from './sent.ts';

export interface Severity {
  readonly property: Property;
  /** The most wrong answers in a row. */
  readonly streak: number | 'unbounded';
  /** A run without end, if the streak is unbounded. */
  readonly lasso?: Lasso;
  /**
   * The events that must help again and again, if the streak ends without help: clear-refs, or
   * those of the other observer's thread. Empty if the policy stays wrong by itself.
   */
  readonly aids: readonly string[];
}

/** The severities of violated properties in the graph, which must track their ghosts. */
export function severitiesOf(graph: Graph, violations: readonly Violation[]): Severity[] {
  const known = new Map<Asks, Streak>();
  return violations.flatMap(({ property }) => {
    const asks = asksOf(property);
    if (asks === undefined) return [];
    // A trace that the reader gets anyway shows best what repeats.
    const same = violations.filter((violation) => asksOf(violation.property) === asks);
    const runs = same.map(({ run }) => run);
    if (!known.has(asks)) known.set(asks, worstOf(graph, asks, runs));
    return [{ property, ...known.get(asks)! }];
  });
}

/** A violated property and its shortest run. */
export interface Violation {
  readonly property: Property;
  readonly run: readonly Event[];
}

type Streak = Omit<Severity, 'property'>;

/** The worst streak of any subject on any page. */
function worstOf(graph: Graph, asks: Asks, runs: Violation['run'][]): Streak {
  const streaks = graph.judged.flatMap((page) =>
    [...answersOf(graph, asks, page)].map(([subject, edges]) =>
      streakOf(graph, { subject, page }, edges, runs),
    ),
  );
  return streaks.reduce((worst, streak) => (rank(streak) > rank(worst) ? streak : worst), {
    streak: 0,
    aids: [],
  });
}

/**
 * Ranks streaks. Above every bounded one comes one without end with help, then one without end by
 * itself.
 */
export const rank = ({ streak, aids }: Pick<Severity, 'streak' | 'aids'>): number =>
  streak !== 'unbounded' ? streak : aids.length > 0 ? 1e9 : 2e9;

/** Events that free a page's frame. In `fine` an unmap frees it at its end. */
const ENDS_FRAME: ReadonlySet<string> = new Set(['unmap', 'free', 'pageout', 'collapse']);

/** For each subject that is ever wrong: which edges a streak can pass, and which edges count. */
function answersOf(graph: Graph, asks: Asks, page: number): Map<string, Uint8Array> {
  const wrong = new Map<string, number[]>();
  const right: { readonly subject: string; readonly edge: number }[] = [];
  const unmaps: number[] = [];
  const kinds = new Map<number, ReturnType<Asks>>();
  for (let edge = 0; edge < graph.to.length; edge++) {
    const event = graph.events[graph.event.at(edge)];
    if (event.page !== page) continue;
    if (ENDS_FRAME.has(event.verb)) unmaps.push(edge);
    const key = (graph.event.at(edge) * SHOWN_END + graph.shown.at(edge)) * 0x10000;
    const sent = graph.sent.at(edge);
    let occasion = kinds.get(key + sent);
    if (occasion === undefined && !kinds.has(key + sent)) {
      const looked = sent === NO_LOOK ? undefined : unpackSent(sent);
      occasion = asks(event, shownOf(graph.shown.at(edge)), looked);
      kinds.set(key + sent, occasion);
    }
    if (occasion === undefined) continue;
    const { subject } = occasion;
    if (!occasion.wrong) right.push({ subject, edge });
    else if (wrong.has(subject)) wrong.get(subject)!.push(edge);
    else wrong.set(subject, [edge]);
  }
  const answers = new Map<string, Uint8Array>();
  for (const [subject, edges] of wrong) {
    const marks = new Uint8Array(graph.to.length).fill(PASSED);
    for (const edge of unmaps) marks[edge] = LEFT_OUT;
    for (const answer of right) if (answer.subject === subject) marks[answer.edge] = LEFT_OUT;
    for (const edge of edges) marks[edge] = COUNTED;
    answers.set(subject, marks);
  }
  return answers;
}

/** A subject and a page. */
interface Concern {
  readonly subject: string;
  readonly page: number;
}

function streakOf(
  graph: Graph,
  { subject, page }: Concern,
  edges: Uint8Array,
  runs: Violation['run'][],
): Streak {
  const isAid = graph.events.map((event) => event.page === page && aidOf(event, subject));
  const unaided = edges.map((mark, edge) => (isAid[graph.event.at(edge)] ? LEFT_OUT : mark));
  for (const part of [unaided, edges]) {
    const components = componentsOf(graph, part);
    const shown = runs.flatMap((run) => lassoOf(graph, part, run) ?? []);
    const lasso = shown.at(0) ?? shortLasso(graph, part, components);
    if (lasso !== undefined) {
      const helpers = lasso.cycle.map((event) =>
        event.page === page ? aidOf(event, subject) : '',
      );
      const aids = [...new Set(helpers.flatMap((aid) => (aid ? [aid] : [])))];
      return { streak: 'unbounded', lasso, aids };
    }
    if (part === edges) return { streak: longestOf(graph, part, components), aids: [] };
  }
  throw new Error('unreachable');
}

/**
 * The most counted edges on a path. No counted edge lies within a component; else the path had no
 * end.
 */
function longestOf(graph: Graph, edges: Uint8Array, components: Uint32Array): number {
  const longest = new Map<number, number>();
  const order = Array.from({ length: edges.length }, (_, edge) => edge).filter(
    (edge) =>
      edges[edge] === COUNTED ||
      (edges[edge] === PASSED && components[graph.from.at(edge)] !== components[graph.to.at(edge)]),
  );
  // Edges lead to lower components, so that their longest paths are computed first.
  order.sort((a, b) => components[graph.from.at(a)] - components[graph.from.at(b)]);
  let most = 0;
  for (const edge of order) {
    const behind = longest.get(components[graph.to.at(edge)]) ?? 0;
    const length = behind + (edges[edge] === COUNTED ? 1 : 0);
    const from = components[graph.from.at(edge)];
    longest.set(from, Math.max(longest.get(from) ?? 0, length));
    most = Math.max(most, length);
  }
  return most;
}
