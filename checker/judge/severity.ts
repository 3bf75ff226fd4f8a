/**
 * Computes how bad a violation is: the longest streak of wrong answers. A streak has one subject
 * (an observer; for an access, a device or a CPU) and one page. It is a sequence of wrong answers
 * of that subject about that page, with no right one between. An unmap ends it, because afterwards
 * the page has another frame. It is unbounded if and only if the reachable graph has a cycle with a
 * wrong answer on it and no right one. On that cycle devices must handle what is sent: fairness.ts.
 */
import type { Event } from '../../model/events.ts';
import { SHOWN_END, shownOf } from '../../model/shown.ts';
import type { Property } from '../../properties/index.ts';
import { processMemory } from '../search/memory.ts';
import type { Pieces } from '../search/progress.ts';
import { STEPS } from '../search/progress.ts';
import type { Components } from './components.ts';
import { COUNTED, LEFT_OUT, PASSED, componentsOf } from './components.ts';
import type { Fairness } from './fairness.ts';
import { UNFAIR, fairnessOf } from './fairness.ts';
import type { Graph } from './graph.ts';
import type { Lasso, Part } from './lasso.ts';
import { lassoOf, shortLasso } from './lasso.ts';
import type { Asks, Occasion } from './occasion.ts';
import { aidOf, asksOf } from './occasion.ts';
import { NO_LOOK, unpackSent } from './sent.ts';

export interface Severity {
  readonly property: Property;
  /**
   * The most wrong answers in a row. It is `late` if there is no most, and yet each streak ends:
   * once a device handles an invalidation that is on its way.
   */
  readonly streak: number | 'late' | 'unbounded';
  /** A run without end, if the streak has no most. */
  readonly lasso?: Lasso;
  /**
   * The events that must help again and again, if the streak ends without help: clear-refs, or
   * those of the other observer's thread. Empty if the policy stays wrong by itself.
   */
  readonly aids: readonly string[];
}

/**
 * The severities of violated properties in the graph, which must track their ghosts. Undefined if
 * the work was told to stop, or if there was too little memory.
 */
export function* severitiesOf(
  graph: Graph,
  violations: readonly Violation[],
): Pieces<Severity[] | undefined> {
  const known = new Map<Asks, Streak>();
  const fair = new Map<number, Fairness>();
  const severities: Severity[] = [];
  for (const { property } of violations) {
    const asks = asksOf(property);
    if (asks === undefined) continue;
    // A trace that the reader gets anyway shows best what repeats.
    const same = violations.filter((violation) => asksOf(violation.property) === asks);
    const runs = same.map(({ run }) => run);
    const streak = known.get(asks) ?? (yield* worstOf(graph, asks, runs, fair));
    if (streak === undefined) return undefined;
    known.set(asks, streak);
    severities.push({ property, ...streak });
  }
  return severities;
}

/** A violated property and its shortest run. */
export interface Violation {
  readonly property: Property;
  readonly run: readonly Event[];
}

type Streak = Omit<Severity, 'property'>;

/** The worst streak of any subject on any page. `fair` keeps what cycles of each page must meet. */
function* worstOf(
  graph: Graph,
  asks: Asks,
  runs: readonly Violation['run'][],
  fair: Map<number, Fairness>,
): Pieces<Streak | undefined> {
  if (!hasMemoryFor(graph)) return undefined;
  let worst: Streak = { streak: 0, aids: [] };
  for (const page of graph.judged) {
    const answers = yield* answersOf(graph, asks, page);
    const fairness = fair.get(page) ?? (yield* fairnessOf(graph, page));
    if (answers === undefined || fairness === undefined) return undefined;
    fair.set(page, fairness);
    for (const number of answers.wrong) {
      const edges = yield* marked(graph, answers.marking(number));
      if (edges === undefined) return undefined;
      const concern = { subject: answers.subjects[number], page, fairness };
      const streak = yield* streakOf(graph, concern, edges, runs);
      if (streak === undefined) return undefined;
      if (rank(streak) > rank(worst)) worst = streak;
    }
  }
  return worst;
}

/** Bytes for each edge and each state that finding a streak takes. */
const BYTES = { edge: 4, state: 40 };

function hasMemoryFor(graph: Graph): boolean {
  const memory = processMemory();
  const more = BYTES.edge * graph.to.length + BYTES.state * graph.states;
  if (memory.allows(graph.bytes, more)) return true;
  memory.ranOut(graph.bytes, more);
  return false;
}

/**
 * Ranks streaks. Above every bounded one comes one that a late flush ends, then one without end.
 * Each comes first with help, then by itself.
 */
export function rank({ streak, aids }: Pick<Severity, 'streak' | 'aids'>): number {
  if (typeof streak === 'number') return streak;
  return (streak === 'late' ? 1e9 : 3e9) + (aids.length > 0 ? 0 : 1e9);
}

/** Events that free a page's frame. In `fine` an unmap frees it at its end. */
const ENDS_FRAME: ReadonlySet<string> = new Set(['unmap', 'free', 'pageout', 'collapse', 'remap']);

/** What the edges of a graph answer about one page. */
class Answers {
  /** Those who answer. Each has a number. */
  readonly subjects: string[] = [];
  /** The numbers of those who are ever wrong. */
  readonly wrong: number[] = [];
  /** For each edge twice the number of its subject, and 1 more if it is wrong; or NOBODY. */
  private readonly codes: Uint8Array;
  /** Whether each edge frees the page's frame. */
  private readonly ends: Uint8Array;

  constructor(edges: number) {
    this.codes = new Uint8Array(edges).fill(NOBODY);
    this.ends = new Uint8Array(edges);
  }

  end(edge: number): void {
    this.ends[edge] = 1;
  }

  add(edge: number, { subject, wrong }: Occasion): void {
    let number = this.subjects.indexOf(subject);
    if (number < 0) number = this.subjects.push(subject) - 1;
    if (wrong && !this.wrong.includes(number)) this.wrong.push(number);
    this.codes[edge] = 2 * number + (wrong ? 1 : 0);
  }

  /** Says of an edge whether a streak of a subject can pass it, and whether it counts. */
  marking(number: number): (edge: number) => number {
    const { codes, ends } = this;
    return (edge) => {
      if (codes[edge] === 2 * number + 1) return COUNTED;
      return codes[edge] === 2 * number || ends[edge] === 1 ? LEFT_OUT : PASSED;
    };
  }
}

/** No edge has so many subjects: observers, kernel threads, devices or CPUs. */
const NOBODY = 255;

function* answersOf(graph: Graph, asks: Asks, page: number): Pieces<Answers | undefined> {
  const edges = graph.to.length;
  const answers = new Answers(edges);
  const kinds = new Map<number, ReturnType<Asks>>();
  for (let edge = 0; edge < edges; edge++) {
    if (edge % STEPS === STEPS - 1 && (yield [edge, edges])) return undefined;
    const event = graph.events[graph.event.at(edge)];
    if (event.page !== page) continue;
    if (ENDS_FRAME.has(event.verb)) answers.end(edge);
    const key = (graph.event.at(edge) * SHOWN_END + graph.shown.at(edge)) * 0x10000;
    const sent = graph.sent.at(edge);
    let occasion = kinds.get(key + sent);
    if (occasion === undefined && !kinds.has(key + sent)) {
      const looked = sent === NO_LOOK ? undefined : unpackSent(sent);
      occasion = asks(event, shownOf(graph.shown.at(edge)), looked);
      kinds.set(key + sent, occasion);
    }
    if (occasion !== undefined) answers.add(edge, occasion);
  }
  return answers;
}

/** Marks every edge. */
function* marked(
  { to: { length } }: Graph,
  markOf: (edge: number) => number,
): Pieces<Uint8Array | undefined> {
  const marks = new Uint8Array(length);
  for (let from = 0; from < length; from += STEPS) {
    if (yield [from, length]) return undefined;
    const end = Math.min(length, from + STEPS);
    for (let edge = from; edge < end; edge++) marks[edge] = markOf(edge);
  }
  return marks;
}

/** A subject and a page, and what a cycle of the page must meet to go on for ever. */
interface Concern {
  readonly subject: string;
  readonly page: number;
  readonly fairness: Fairness;
}

function* streakOf(
  graph: Graph,
  { subject, page, fairness }: Concern,
  edges: Uint8Array,
  runs: readonly Violation['run'][],
): Pieces<Streak | undefined> {
  const aidIn = (event: Event) => (event.page === page ? aidOf(event, subject) : undefined);
  const isAid = graph.events.map((event) => aidIn(event) !== undefined);
  const withoutAid = (edge: number) => (isAid[graph.event.at(edge)] ? LEFT_OUT : edges[edge]);
  const unaided = yield* marked(graph, withoutAid);
  if (unaided === undefined) return undefined;
  const parts: { edges: Uint8Array; components: Components }[] = [];
  for (const part of [unaided, edges]) {
    const components = yield* componentsOf(graph, part);
    if (components === undefined) return undefined;
    parts.push({ edges: part, components });
  }
  const kinds = [
    { streak: 'unbounded', asked: fairness },
    ...(fairness === UNFAIR ? [] : [{ streak: 'late', asked: UNFAIR } as const]),
  ] as const;
  for (const { streak, asked } of kinds) {
    for (const part of parts) {
      const lasso = yield* lassoIn({ ...part, graph, fairness: asked }, runs);
      if (lasso === undefined) return undefined;
      if (lasso === 'none') continue;
      const aids = [...new Set(lasso.cycle.flatMap((event) => aidIn(event) ?? []))];
      return { streak, lasso, aids };
    }
  }
  const streak = yield* longestOf(graph, edges, parts[1].components);
  return streak === undefined ? undefined : { streak, aids: [] };
}

/** The lasso of a trace that the reader gets anyway, or else a short one. */
function* lassoIn(
  part: Part,
  runs: readonly Violation['run'][],
): Pieces<Lasso | 'none' | undefined> {
  const [shown] = runs.flatMap((run) => lassoOf(part, run) ?? []);
  return shown ?? (yield* shortLasso(part));
}

/**
 * The most counted edges on a path. No counted edge lies within a component; else the path had no
 * end.
 */
function* longestOf(
  graph: Graph,
  edges: Uint8Array,
  { of, count }: Components,
): Pieces<number | undefined> {
  const longest = new Uint32Array(count);
  let [most, steps] = [0, 0];
  // Edges lead to lower components, so that their longest paths are computed first.
  for (const state of inOrder(of, count)) {
    const end = graph.first.at(state + 1);
    for (let edge = graph.first.at(state); edge < end; edge++) {
      if (++steps % STEPS === 0 && (yield [steps, edges.length])) return undefined;
      const [from, to] = [of[state], of[graph.to.at(edge)]];
      if (edges[edge] === LEFT_OUT || (edges[edge] === PASSED && from === to)) continue;
      const length = longest[to] + (edges[edge] === COUNTED ? 1 : 0);
      longest[from] = Math.max(longest[from], length);
      most = Math.max(most, length);
    }
  }
  return most;
}

/** The states in the order of their components. */
function inOrder(of: Uint32Array, count: number): Uint32Array {
  const ends = new Uint32Array(count + 1);
  for (const component of of) ends[component + 1]++;
  for (let component = 0; component < count; component++) ends[component + 1] += ends[component];
  const order = new Uint32Array(of.length);
  for (const [state, component] of of.entries()) order[ends[component]++] = state;
  return order;
}
