/**
 * A fast-check Arbitrary for runs of a system. A biased random walk generates runs, and moves.ts
 * shrinks them. What no move makes smaller gets its canonical form from minimize.ts. A run is an
 * array of the system's own events, so a saved run can be shrunk as well.
 */
import fc from 'fast-check';
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Parts } from '../../model/system.ts';
import type { Bias, Run, Visitor } from '../../properties/generators/index.ts';
import {
  DEFAULT_BIAS,
  DRAW_MAX,
  Moves,
  Walk,
  readBeginnings,
  sameRun,
  simpler,
} from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import type { Pieces } from '../search/progress.ts';
import { whole } from '../search/progress.ts';
import { precedes } from './canonical.ts';
import { Minimals } from './minimals.ts';

export interface RunOptions {
  /** The largest number of events in a run; 100 by default. The first runs are short. */
  readonly maxLength?: number;
  /** The number of events in every run. Then no length is drawn. */
  readonly length?: number;
  readonly bias?: Partial<Bias>;
  /** Runs with which runs may begin, as `explore --learn` prints them. */
  readonly beginnings?: string;
}

const DEFAULT_LENGTH = 100;

/** The context of a run that has the canonical form of a violation of a property. */
class Canonical {
  readonly property: Property;
  constructor(property: Property) {
    this.property = property;
  }
}

export type RunValue = fc.Value<readonly Event[]>;

/** Work that a shrinker needs done. */
export interface ToMake {
  making(): Pieces<unknown>;
}

export class RunArbitrary extends fc.Arbitrary<readonly Event[]> {
  /** It has the run that was generated last. */
  readonly walk: Walk;
  private readonly model: Model;
  private readonly moves: Moves;
  private readonly options: RunOptions;
  /** The minimal traces that were made so far. */
  readonly minimals: Minimals;
  private readonly visitor: Visitor | undefined;

  constructor(model: Model, options: RunOptions = {}, visitor?: Visitor) {
    super();
    const { length, maxLength = DEFAULT_LENGTH, bias, beginnings = '' } = options;
    const begun = readBeginnings(beginnings, model.events.length);
    if (begun === undefined) throw new Error('the beginnings are not of this system');
    this.model = model;
    this.options = options;
    this.walk = new Walk(model, length ?? maxLength, { ...DEFAULT_BIAS, ...bias }, begun);
    this.moves = new Moves(model);
    this.minimals = new Minimals(model.parts);
    this.visitor = visitor;
  }

  override generate(mrng: fc.Random, biasFactor: number | undefined): RunValue {
    const length = this.options.length ?? this.drawnLength(mrng, biasFactor);
    this.walk.run(mrng.nextInt(0, DRAW_MAX), length, this.visitor);
    return new fc.Value(this.walk.lastRun(), undefined);
  }

  /** fast-check wants small values first, so early runs are short. */
  private drawnLength(mrng: fc.Random, biasFactor: number | undefined): number {
    const { maxLength = DEFAULT_LENGTH } = this.options;
    const short = biasFactor !== undefined && mrng.nextInt(1, biasFactor) === 1;
    return mrng.nextInt(1, short ? Math.max(1, Math.ceil(Math.sqrt(maxLength))) : maxLength);
  }

  private valued(run: Run, context?: Canonical): RunValue {
    const { events } = this.model;
    return new fc.Value(
      run.map((place) => events[place]),
      context,
    );
  }

  override canShrinkWithoutContext(value: unknown): value is readonly Event[] {
    const { events } = this.model;
    return (
      Array.isArray(value) &&
      value.every((event) => event !== undefined && events[event?.index] === event)
    );
  }

  override shrink(value: readonly Event[], context?: unknown): fc.Stream<RunValue> {
    return fc.stream(allMade(this.candidates(value, context)));
  }

  /**
   * The candidates of shrink(), in order. In their place comes what has to be made before the next
   * one, and takes long.
   */
  candidates(value: readonly Event[], context?: unknown): IterableIterator<RunValue | ToMake> {
    const run = value.map(({ index }) => index);
    return context instanceof Canonical ? this.shorter(run, context) : this.smaller(run);
  }

  /** The runs that some moves make; of a run for which there are none, its canonical forms. */
  private *smaller(run: Run): IterableIterator<RunValue | ToMake> {
    const settled = this.moves.settle(run);
    if (!sameRun(settled, run)) yield this.valued(settled);
    yield* this.cut(settled);
    for (const next of this.moved(settled)) yield this.valued(next);
    yield* this.canonical(settled, (next) => !sameRun(next, settled));
  }

  /** The same of a run in canonical form: only what is shorter, or precedes it. */
  private *shorter(run: Run, { property }: Canonical): IterableIterator<RunValue | ToMake> {
    yield* this.cut(run);
    for (const next of this.moved(run)) if (next.length < run.length) yield this.valued(next);
    const isLess = (next: Run) =>
      next.length < run.length || (next.length === run.length && precedes(next, run));
    yield* this.canonical(run, isLess, property);
  }

  /** The run up to what first violates some property. */
  private *cut(run: Run): IterableIterator<RunValue> {
    const lengths = this.minimals.violated(run).map(({ length }) => length);
    for (const length of new Set(lengths.toSorted((a, b) => a - b))) {
      if (length < run.length) yield this.valued(run.slice(0, length));
    }
  }

  private *moved(run: Run): IterableIterator<Run> {
    for (const candidate of this.moves.smaller(run)) {
      const next = this.moves.settle(candidate);
      if (next.length > 0 && simpler(this.model.events, next, run)) yield next;
    }
  }

  private *canonical(
    run: Run,
    wanted: (next: Run) => boolean,
    except?: Property,
  ): IterableIterator<RunValue | ToMake> {
    for (const { property } of this.minimals.violated(run)) {
      if (property === except) continue;
      yield { making: () => this.minimals.making(property, run) };
      const next = this.minimals.known(property, run);
      if (next !== undefined && wanted(next.places)) {
        yield this.valued(next.places, new Canonical(property));
      }
    }
  }
}

function* allMade(candidates: Iterable<RunValue | ToMake>): IterableIterator<RunValue> {
  for (const candidate of candidates) {
    if (candidate instanceof fc.Value) yield candidate;
    else whole(candidate.making());
  }
}

/**
 * Generates runs of `model`: arrays of its events, in which each event can happen. Judge runs with
 * the same model, since events are compared by identity.
 */
export const anyRun = (model: Model, options: RunOptions = {}): fc.Arbitrary<readonly Event[]> =>
  new RunArbitrary(model, options);

/** Generates systems, each with a model and runs of it. */
export const anySystemRun = (
  systems: fc.Arbitrary<Parts>,
  options: RunOptions = {},
): fc.Arbitrary<{ readonly model: Model; readonly run: readonly Event[] }> =>
  systems.chain((parts) => {
    const model = new Model(parts);
    return anyRun(model, options).map((run) => ({ model, run }));
  });
