/**
 * Shrinks a violating run with fast-check, in pieces. One fc.check tries a few candidates, and the
 * next one goes on with the candidate at which it has ended. So the whole is that of one fc.check.
 */
import fc from 'fast-check';
import type { Event } from '../../model/events.ts';
import type { Run } from '../../properties/generators/index.ts';
import type { Pieces } from '../search/progress.ts';
import { whole } from '../search/progress.ts';
import type { RunValue, ToMake } from './any-run.ts';
import { RunArbitrary } from './any-run.ts';
import type { Minimal } from './minimize.ts';
import { UNCOUNTED } from './minimize.ts';
import type { Trial } from './trial.ts';

/** How many candidates one fc.check may try. */
const PIECE = 16;

/** A plugin that interrupts fc.check behind so many values. */
const interruptAfterValues =
  (count: number): fc.Plugin<[readonly Event[]]> =>
  () => {
    let left = count;
    return {
      decorateRun: (run) => (value) => (left-- > 0 ? run(value) : new fc.PreconditionFailure(true)),
    };
  };

/** The arbitrary of runs, for one shrinking that goes on where it was interrupted. */
class Resumed extends fc.Arbitrary<readonly Event[]> {
  readonly runs: RunArbitrary;
  /** What has to be made before there is a next candidate. */
  awaited: ToMake | undefined;
  private shrunk: readonly Event[] | undefined;
  private candidates: Iterator<RunValue | ToMake> = [].values();
  /** The candidate that comes next, and how many came before it. */
  private next: RunValue | undefined;
  private before = 0;

  constructor(runs: RunArbitrary) {
    super();
    this.runs = runs;
  }

  override generate(mrng: fc.Random, biasFactor: number | undefined): RunValue {
    return this.runs.generate(mrng, biasFactor);
  }

  override canShrinkWithoutContext(value: unknown): value is readonly Event[] {
    return this.runs.canShrinkWithoutContext(value);
  }

  override shrink(value: readonly Event[], context?: unknown): fc.Stream<RunValue> {
    if (value !== this.shrunk) {
      this.shrunk = value;
      this.candidates = this.runs.candidates(value, context);
      this.next = undefined;
      this.before = 0;
    }
    return fc.stream(this.rest());
  }

  private *rest(): IterableIterator<RunValue> {
    while (this.next !== undefined || this.advance()) yield this.next!;
  }

  /** Whether there is a next candidate. */
  private advance(): boolean {
    const { value, done } = this.candidates.next();
    if (done === true) return false;
    if (value instanceof fc.Value) this.next = value;
    else this.awaited = value as ToMake;
    return this.next !== undefined;
  }

  /** Goes on to the next candidate. Returns how many came before the one that was tried. */
  tried(): number {
    this.next = undefined;
    return this.before++;
  }
}

/** What fast-check came to, and the numbers of the candidates that led there, as in its `path`. */
export interface Shrunk {
  readonly run: Run;
  readonly path: readonly number[];
}

class Shrinking {
  readonly path: number[] = [];
  readonly arbitrary: Resumed;
  value: readonly Event[];
  private readonly trial: Trial;

  constructor(trial: Trial, run: Run) {
    this.trial = trial;
    this.value = trial.events(run);
    this.arbitrary = new Resumed(new RunArbitrary(trial.model));
  }

  get run(): Run {
    return placesOf(this.value);
  }

  /**
   * Tries a few candidates, but none behind something that has to be made. Returns whether there
   * are no more.
   */
  piece(): boolean {
    const { trial, arbitrary } = this;
    const first = this.value;
    const holds = (value: readonly Event[]): boolean => {
      const fails = trial.violating(placesOf(value)) !== undefined;
      if (value === first) return !fails;
      const at = arbitrary.tried();
      if (fails) {
        this.path.push(at);
        this.value = value;
      }
      return !fails;
    };
    const suite = fc.property<[readonly Event[]]>(arbitrary, holds);
    const parameters: fc.Parameters<[readonly Event[]]> = {
      examples: [[first]],
      numRuns: 1,
      // The first value is the run itself.
      plugins: [interruptAfterValues(1 + PIECE)],
    };
    const { interrupted } = fc.check(suite, parameters);
    return !interrupted && arbitrary.awaited === undefined;
  }
}

const placesOf = (value: readonly Event[]): number[] => value.map(({ index }) => index);

/** Shrinks by moves alone, which leads to a run that no single move shortens. */
export function* reducing(trial: Trial, run: Run): Pieces<Run> {
  const shrinking = new Shrinking(trial, run);
  for (;;) {
    const ended = shrinking.piece() || shrinking.arbitrary.awaited !== undefined;
    if (ended || (yield UNCOUNTED)) return shrinking.run;
  }
}

export const reduce = (trial: Trial, run: Run): Run => whole(reducing(trial, run));

/** A minimal trace, and the way to it. */
export interface Shortened extends Minimal, Pick<Shrunk, 'path'> {}

/** Shrinks as fc.check does with anyRun() and with the property as predicate. */
export function* shrinking(trial: Trial, run: Run): Pieces<Shortened> {
  const shrinking = new Shrinking(trial, run);
  const { arbitrary, path } = shrinking;
  const { minimals } = arbitrary.runs;
  const known = () => minimals.known(trial.property, shrinking.run);
  for (;;) {
    const ended = shrinking.piece();
    if (ended || (yield UNCOUNTED)) break;
    if (arbitrary.awaited === undefined) continue;
    yield* arbitrary.awaited.making();
    arbitrary.awaited = undefined;
  }
  const events = trial.events(shrinking.run);
  const asItIs: Minimal = { system: trial.system, run: events, places: shrinking.run };
  return { ...(known() ?? asItIs), path };
}
