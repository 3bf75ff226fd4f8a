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

/** Runs of a chunk; it depends on the length alone, so that all shards cut alike. */
export const chunkRuns = ({ length }: Settings): number =>
  Math.max(1, Math.floor(CHUNK_EVENTS / length));

/** The numbers of this shard's chunks. */
export function* chunksOf(settings: Settings): Generator<number> {
  const { runs, shard } = settings;
  const chunks = Math.ceil(runs / chunkRuns(settings));
  for (let chunk = shard.index; chunk < chunks; chunk += shard.count) yield chunk;
}

/** Runs of this shard. */
export function runsOf(settings: Settings): number {
  let runs = 0;
  const size = chunkRuns(settings);
  for (const chunk of chunksOf(settings)) {
    runs += Math.min(size, settings.runs - chunk * size);
  }
  return runs;
}
