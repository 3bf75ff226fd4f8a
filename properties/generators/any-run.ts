/**
 * A fast-check Arbitrary for runs of a system. A biased random walk generates runs, and moves.ts
 * shrinks them. A run is an array of the system's own events, so a saved run can be shrunk as well.
 */
import fc from 'fast-check';
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Parts } from '../../model/system.ts';
import type { Bias } from './bias.ts';
import { DEFAULT_BIAS } from './bias.ts';
import type { Run } from './moves.ts';
import { Moves, sameRun, simpler } from './moves.ts';
import { Walk } from './walk.ts';

export interface RunOptions {
  /** The largest number of events in a run; 100 by default. */
  readonly maxLength?: number;
  readonly bias?: Partial<Bias>;
}

const DEFAULT_LENGTH = 100;
/** The largest seed of a walk. */
const SEED_MAX = 0x7fffffff;

class RunArbitrary extends fc.Arbitrary<readonly Event[]> {
  private readonly model: Model;
  private readonly walk: Walk;
  private readonly moves: Moves;
  private readonly maxLength: number;

  constructor(model: Model, maxLength: number, bias: Bias) {
    super();
    this.model = model;
    this.maxLength = maxLength;
    this.walk = new Walk(model, maxLength, bias);
    this.moves = new Moves(model);
  }

  override generate(mrng: fc.Random, biasFactor: number | undefined): fc.Value<readonly Event[]> {
    // fast-check wants small values first, so early runs are short.
    const short = biasFactor !== undefined && mrng.nextInt(1, biasFactor) === 1;
    const longest = short ? Math.max(1, Math.ceil(Math.sqrt(this.maxLength))) : this.maxLength;
    const seed = mrng.nextInt(0, SEED_MAX);
    const length = this.walk.run(seed, 0, mrng.nextInt(1, longest));
    return this.valued(Array.from(this.walk.events.subarray(0, length)));
  }

  private valued(run: Run): fc.Value<readonly Event[]> {
    return new fc.Value(
      run.map((place) => this.model.events[place]),
      undefined,
    );
  }

  override canShrinkWithoutContext(value: unknown): value is readonly Event[] {
    const { events } = this.model;
    return (
      Array.isArray(value) &&
      value.every((event) => event !== undefined && events[event?.index] === event)
    );
  }

  override shrink(value: readonly Event[]): fc.Stream<fc.Value<readonly Event[]>> {
    return fc.stream(this.shrunk(value.map(({ index }) => index)));
  }

  private *shrunk(run: Run): IterableIterator<fc.Value<readonly Event[]>> {
    const settled = this.moves.settle(run);
    if (!sameRun(settled, run)) yield this.valued(settled);
    for (const candidate of this.moves.smaller(settled)) {
      const next = this.moves.settle(candidate);
      if (next.length > 0 && simpler(this.model.events, next, settled)) yield this.valued(next);
    }
  }
}

/**
 * Generates runs of `model`: arrays of its events, in which each event can happen. Judge runs with
 * the same model, since events are compared by identity.
 */
export function anyRun(model: Model, options: RunOptions = {}): fc.Arbitrary<readonly Event[]> {
  const { maxLength = DEFAULT_LENGTH, bias = {} } = options;
  return new RunArbitrary(model, maxLength, { ...DEFAULT_BIAS, ...bias });
}

/** Generates systems, each with a model and runs of it. */
export const anySystemRun = (
  systems: fc.Arbitrary<Parts>,
  options: RunOptions = {},
): fc.Arbitrary<{ readonly model: Model; readonly run: readonly Event[] }> =>
  systems.chain((parts) => {
    const model = new Model(parts);
    return anyRun(model, options).map((run) => ({ model, run }));
  });
