/** What a random search is told, and how its runs are dealt out. */
import type { Bias } from '../../properties/generators/index.ts';
import { DEFAULT_BIAS } from '../../properties/generators/index.ts';

/** One part of the runs of a seed: part `index`, counted from 0, of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface Settings {
  /** A whole number from 0 to 2^53 - 1. The same seed makes the same runs everywhere. */
  readonly seed: number;
  /** Number of the first run. */
  readonly first: number;
  /** Runs of the whole search, all shards together. */
  readonly runs: number;
  /** Events a run. */
  readonly length: number;
  readonly bias: Bias;
  readonly shard: Shard;
}

export const DEFAULT_RUNS = 10_000;
export const DEFAULT_LENGTH = 200;

/** All runs in one part, with the defaults for what is left out. */
export const settingsOf = (given: Partial<Settings> & { readonly seed: number }): Settings => ({
  first: 0,
  runs: DEFAULT_RUNS,
  length: DEFAULT_LENGTH,
  bias: DEFAULT_BIAS,
  shard: { index: 0, count: 1 },
  ...given,
});

/** Events that are handed to a worker at once: some hundredths of a second. */
const CHUNK_EVENTS = 100_000;

/** Runs of a chunk. */
const chunkRuns = ({ length }: Settings): number => Math.max(1, Math.floor(CHUNK_EVENTS / length));

/** How many runs this shard makes: one of every `count`, so that no part is left without. */
export const runsOf = ({ runs, shard }: Settings): number =>
  Math.max(0, Math.ceil((runs - shard.index) / shard.count));

/** How many chunks this shard has: up to 1e12, so nobody should list them. */
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
