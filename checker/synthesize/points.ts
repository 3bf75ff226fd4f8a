/**
 * Where policies stand between safety, accuracy and cost. What looks send and get wrong is measured
 * over the reachable graph of a small scope, in which every operation is one event.
 */
import type { Scope } from '../../model/system.ts';
import { ghostsOf } from '../../properties/index.ts';
import { Graph } from '../judge/graph.ts';
import type { PerLook } from '../judge/invalidations.ts';
import { costOfEdges } from '../judge/invalidations.ts';
import type { Looks } from '../judge/looks.ts';
import { LOOK_PROPERTIES, looksOf } from '../judge/looks.ts';
import type { Pieces } from '../search/progress.ts';
import { insisting, partOf } from '../search/progress.ts';
import type { Classes, Code } from './classes.ts';
import type { Decided } from './deciding.ts';
import { VIOLATED } from './rung.ts';

/** What a policy does in the scope in which it is measured. */
export interface Measured extends Looks, Omit<PerLook, 'looks'> {
  readonly worst: number;
  readonly worstSpurious: number;
}

/** Policies that do the same where they are measured, and violate the same properties. */
export interface Point extends Measured {
  /** The shortest of them. */
  readonly code: Code;
  /** A bit for each required property that they violate. */
  readonly broken: number;
}

/** States. The graph of one page and one device is far smaller. */
const MOST = 100_000;

export const brokenBy = (decided: readonly Decided[], code: Code): number =>
  decided.reduce((bits, { verdicts }, i) => bits | (verdicts[code] === VIOLATED ? 1 << i : 0), 0);

/** All points of a space. */
export class Points {
  readonly all: readonly Point[];
  readonly front: readonly Point[];
  private readonly byKey: ReadonlyMap<number, Point>;
  private readonly keyOf: (code: Code) => number;

  private constructor(byKey: ReadonlyMap<number, Point>, keyOf: (code: Code) => number) {
    this.byKey = byKey;
    this.keyOf = keyOf;
    this.all = [...byKey.values()];
    this.front = frontOf(this.all);
  }

  of(code: Code): Point {
    return this.byKey.get(this.keyOf(code))!;
  }

  static *pieces(classes: Classes, decided: readonly Decided[], scope: Scope): Pieces<Points> {
    const measured = new Map<number, Measured>();
    const points = new Map<number, Point>();
    const numbers = classes.numbersIn(scope);
    const keyOf = (code: Code) => numbers[code] * 2 ** decided.length + brokenBy(decided, code);
    const all = classes.formsIn(scope).counts.reduce((product, count) => product * count, 1);
    for (let code = 0; code < classes.size; code++) {
      const key = keyOf(code);
      if (points.has(key)) continue;
      const number = numbers[code];
      const known =
        measured.get(number) ??
        (yield* partOf(measure(classes, code, scope), [measured.size, all]));
      measured.set(number, known);
      points.set(key, { ...known, code, broken: brokenBy(decided, code) });
    }
    return new Points(points, keyOf);
  }
}

function* measure(classes: Classes, code: Code, scope: Scope): Pieces<Measured> {
  const system = classes.systemOf(code, scope);
  const graph = yield* insisting(Graph.pieces(system, ghostsOf(LOOK_PROPERTIES), MOST));
  if (!graph.complete) throw new Error(`a graph of over ${MOST} states`);
  const looks = yield* looksOf(graph, Array(graph.to.length).keys());
  const cost = yield* insisting(costOfEdges(yield* insisting(Graph.pieces(system, [], MOST))));
  if (cost === 'none' || cost === undefined) {
    return { ...looks, mean: 0, meanSpurious: 0, worst: 0, worstSpurious: 0 };
  }
  const { mean, meanSpurious, worst, worstSpurious } = cost;
  return { ...looks, mean, meanSpurious, worst, worstSpurious };
}

/** What a point must not be beaten in, beside the properties that it violates. */
const AXES = ['missed', 'repeated', 'false', 'mean', 'worst', 'meanSpurious'] as const;

/** Differences below this are those of rounding. */
const TINY = 1e-9;

/** Whether a point is as good as another one in everything, and better in something. */
export function beats(a: Point, b: Point): boolean {
  if ((a.broken & b.broken) !== a.broken) return false;
  if (AXES.some((axis) => a[axis] > b[axis] + TINY)) return false;
  return a.broken !== b.broken || AXES.some((axis) => a[axis] < b[axis] - TINY);
}

const isEqual = (a: Point, b: Point): boolean =>
  a.broken === b.broken && AXES.every((axis) => Math.abs(a[axis] - b[axis]) < TINY);

/** The points that no other one beats, the cheapest first. Equal ones are one. */
function frontOf(points: readonly Point[]): Point[] {
  const front = points.filter((point) => !points.some((other) => beats(other, point)));
  return front
    .filter((point, i) => front.findIndex((other) => isEqual(point, other)) === i)
    .toSorted((a, b) => a.mean - b.mean || a.missed - b.missed || a.false - b.false);
}

/** Whether a point is one of the front, or equal to one of it. */
export const isOnFront = ({ front }: Points, point: Point): boolean =>
  front.some((other) => isEqual(point, other));
