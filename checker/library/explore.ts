/** A random search in one call, for systems that no exhaustive search finishes. */
import { randomInt } from 'node:crypto';
import { eventsOf } from '../../model/events.ts';
import { operationsOf } from '../../model/events.ts';
import type { Bias } from '../../properties/generators/index.ts';
import { Distinct, addCounts, noCounts } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { ChunkRunner } from '../explore/chunk.ts';
import type { Exploration } from '../explore/conclude.ts';
import { conclude } from '../explore/conclude.ts';
import { DEFAULT_LENGTH, DEFAULT_RUNS, chunksOf, settingsOf } from '../explore/settings.ts';
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
  readonly runs?: number;
  /** The number of events in each run. */
  readonly length?: number;
  readonly bias?: Partial<Bias>;
  /** Seconds after which no more runs are made. */
  readonly timeLimit?: number;
}

/**
 * Makes random runs of a system. It shrinks the first run that violates each property to a minimal
 * trace. It blocks and uses one processor; the command `youngcheck explore` uses all.
 */
export function explore(system: SystemInput, options: ExploreOptions = {}): Exploration {
  const { whole, properties, settings } = spelledOut(() => prepare(system, options));
  const { timeLimit = Infinity } = options;
  const runner = new ChunkRunner(whole, properties, settings);
  const distinct = new Distinct();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  let counts = noCounts(eventsOf(whole, operationsOf(whole)).length, properties.length);
  let late = false;
  for (const chunk of chunksOf(settings)) {
    late = seconds() >= timeLimit;
    if (late) break;
    const result = runner.run(chunk);
    counts = addCounts(counts, result.counts);
    distinct.join(result.hashes);
  }
  return conclude(whole, properties, settings, {
    counts,
    hashes: distinct.hashes(),
    ...(late ? { stopped: 'time-limit' } : {}),
    seconds: seconds(),
  });
}

const OPTIONS: Readonly<Record<keyof ExploreOptions, OptionKind>> = {
  scope: ANYTHING,
  properties: ANYTHING,
  seed: wholeFrom(0, Number.MAX_SAFE_INTEGER),
  runs: wholeFrom(0, 1e12),
  length: wholeFrom(1, 65536),
  bias: ANYTHING,
  timeLimit: SECONDS,
};

function prepare(system: SystemInput, options: ExploreOptions) {
  checkOptions(options, OPTIONS);
  const given = systemFrom(system);
  const whole = options.scope === undefined ? given : inScope(given, options.scope);
  refuseMany('a random run', whole);
  const { seed = randomInt(2 ** 32), runs = DEFAULT_RUNS, length = DEFAULT_LENGTH } = options;
  const settings = settingsOf({ seed, runs, length, bias: biasFrom(options.bias) });
  return { whole, properties: propertiesFrom(options.properties, whole), settings };
}
