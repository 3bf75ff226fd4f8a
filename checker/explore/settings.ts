/** The settings of a random search, and how its runs are divided among shards and chunks. */
import type { Bias } from '../../properties/generators/index.ts';
import { DEFAULT_BIAS } from '../../properties/generators/index.ts';

/** One part of a search's runs: part `index`, counted from 0, of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface Settings {
  /** A whole number from 0 to 2^53 - 1. The same seed makes the same runs everywhere. */
  readonly seed: number;
  /** The number of the first run. */
  readonly first: number;
  /** The number of runs of the whole search, all shards together. */
  readonly runs: number;
  /** The number of events in each run. */
  readonly length: number;
  readonly bias: Bias;
  readonly shard: Shard;
}

export const DEFAULT_RUNS = 10_000;
export const DEFAULT_LENGTH = 200;

/** Settings for all runs in one part. What is left out takes its default. */
export const settingsOf = (given: Partial<Settings> & { readonly seed: number }): Settings => ({
  first: 0,
  runs: DEFAULT_RUNS,
  length: DEFAULT_LENGTH,
  bias: DEFAULT_BIAS,
  shard: { index: 0, count: 1 },
  ...given,
});

/** How many events a worker gets at once. They take some hundredths of a second. */
export const CHUNK_EVENTS = 100_000;

/** How many runs a chunk has. */
const chunkRuns = ({ length }: Settings): number => Math.max(1, Math.floor(CHUNK_EVENTS / length));

/**
 * How many runs this shard makes. It gets one of every `count` runs, so that the division is even.
 */
export const runsOf = ({ runs, shard }: Settings): number =>
  Math.max(0, Math.ceil((runs - shard.index) / shard.count));

/** How many chunks this shard has. It may be 1e12, so that callers should not list them. */
export const chunkCount = (settings: Settings): number =>
  Math.ceil(runsOf(settings) / chunkRuns(settings));

/** The numbers of this shard's chunks. */
export function* chunksOf(settings: Settings): Generator<number> {
  const chunks = chunkCount(settings);
  for (let chunk = 0; chunk < chunks; chunk++) yield chunk;
}

/** The numbers of the runs in a chunk of this shard. */
export function* numbersOf(settings: Settings, chunk: number): Generator<number> {
  const { first, shard } = settings;
  const size = chunkRuns(settings);
  const end = Math.min((chunk + 1) * size, runsOf(settings));
  for (let i = chunk * size; i < end; i++) yield first + shard.index + i * shard.count;
}
