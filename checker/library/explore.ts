/** A random search in one call, for systems that no exhaustive search finishes. */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Bias } from '../../properties/generators/index.ts';
import { Distinct } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import type { Plugins } from '../explore/chunk.ts';
import { ChunkRunner } from '../explore/chunk.ts';
import type { Exploration } from '../explore/conclude.ts';
import { conclude } from '../explore/conclude.ts';
import type { Explored } from '../explore/random-search.ts';
import type { SavedFailure } from '../explore/saved.ts';
import { DEFAULT_LENGTH, DEFAULT_RUNS, SEEDS, settingsOf } from '../explore/settings.ts';
import { Trial } from '../explore/trial.ts';
import { refuseMany } from '../trace/numbers.ts';
import type { OptionKind } from './options.ts';
import { ANYTHING, SECONDS, biasFrom, checkOptions, spelledOut, wholeFrom } from './options.ts';
import type { PartInput, SystemInput } from './system-input.ts';
import { inScope, propertiesFrom, systemFrom } from './system-input.ts';

export interface ExploreOptions {
  /** Replaces the system's own scope. */
  readonly scope?: PartInput<'scope'>;
  /** The default is all properties that make sense in the system. */
  readonly properties?: readonly (Property | string)[];
  /**
   * The same seed makes the same runs, here and in `youngcheck explore`. By default it is random.
   */
  readonly seed?: number;
  /** How many runs; fast-check's name for it will do as well. */
  readonly runs?: number;
  readonly numRuns?: number;
  /** The number of events in each run. */
  readonly length?: number;
  readonly bias?: Partial<Bias>;
  /** Seconds after which no more runs are made. */
  readonly timeLimit?: number;
  /** Runs that are tried first. */
  readonly examples?: readonly (readonly Event[])[];
  /** What violates a property is not shrunk. */
  readonly endOnFailure?: boolean;
  /** Plugins of fast-check for the runs, such as `fc.interruptAfterTimeLimit(ms)`. */
  readonly plugins?: Plugins;
}

/**
 * Makes random runs of a system. It shrinks the first run that violates each property to a minimal
 * trace. It blocks and uses one processor; the command `youngcheck explore` uses all.
 */
export function explore(system: SystemInput, options: ExploreOptions = {}): Exploration {
  const { whole, properties, settings } = spelledOut(() => prepare(system, options));
  const { timeLimit, plugins = [], endOnFailure = false, examples = [] } = options;
  const limits = timeLimit === undefined ? [] : [fc.interruptAfterTimeLimit(1000 * timeLimit)];
  const start = performance.now();
  const runner = new ChunkRunner(whole, properties, settings);
  const made = runner.check(settings.first, settings.runs, [...limits, ...plugins] as Plugins);
  const distinct = new Distinct();
  distinct.join(made.hashes);
  const explored: Explored = {
    counts: made.counts,
    hashes: distinct.hashes(),
    ...(made.interrupted ? { stopped: 'time-limit' } : {}),
    seconds: (performance.now() - start) / 1000,
  };
  const failures = properties.flatMap((property) => failingExample(whole, property, examples));
  return conclude(whole, properties, settings, explored, failures, { endOnFailure });
}

/** The first example that violates a property, in the form of a saved trace. */
function failingExample(
  system: System,
  property: Property,
  examples: readonly (readonly Event[])[],
): SavedFailure[] {
  const trial = new Trial(system, property);
  for (const [i, example] of examples.entries()) {
    const run = trial.violating(trial.places(example));
    if (run === undefined) continue;
    return [{ property, file: `examples[${i}]`, system, run: trial.events(run), onTheWay: false }];
  }
  return [];
}

const FLAG: OptionKind = {
  fits: (value) => typeof value === 'boolean',
  possible: 'true or false',
};
const LIST: OptionKind = { fits: Array.isArray, possible: 'an array' };

const OPTIONS: Readonly<Record<keyof ExploreOptions, OptionKind>> = {
  scope: ANYTHING,
  properties: ANYTHING,
  seed: wholeFrom(SEEDS.least, SEEDS.most),
  runs: wholeFrom(0, 1e12),
  numRuns: wholeFrom(0, 1e12),
  length: wholeFrom(1, 65536),
  bias: ANYTHING,
  timeLimit: SECONDS,
  examples: LIST,
  endOnFailure: FLAG,
  plugins: LIST,
};

function prepare(system: SystemInput, options: ExploreOptions) {
  checkOptions(options, OPTIONS);
  const given = systemFrom(system);
  const whole = options.scope === undefined ? given : inScope(given, options.scope);
  refuseMany('a random run', whole);
  const { seed = randomInt(2 ** 31), length = DEFAULT_LENGTH } = options;
  const { numRuns, runs = numRuns ?? DEFAULT_RUNS } = options;
  const settings = settingsOf({ seed, runs, length, bias: biasFrom(options.bias) });
  return { whole, properties: propertiesFrom(options.properties, whole), settings };
}
