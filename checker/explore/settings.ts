/** The settings of a random search, and how its runs are divided among shards and chunks. */
import type { Bias } from '../../properties/generators/index.ts';
import { DEFAULT_BIAS } from '../../properties/generators/index.ts';

/** One part of a search's runs: part `index`, counted from 0, of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface Settings {
  /** fast-check's seed, of 32 bits with a sign. The same seed makes the same runs everywhere. */
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

/** The seeds of fast-check, which prints them so. */
export const SEEDS = { least: -(2 ** 31), most: 2 ** 31 - 1 } as const;

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

/** Runs from one number on, up to another that is not among them. */
interface Range {
  readonly first: number;
  readonly end: number;
}

/** The runs of a shard. The parts are as even as can be, and those of shard 1 come first. */
function shardOf({ first, runs, shard: { index, count } }: Settings): Range {
  const upTo = (shards: number): number => {
    const each = Math.floor(runs / count);
    return first + each * shards + Math.min(shards, runs % count);
  };
  return { first: upTo(index), end: upTo(index + 1) };
}

/** How many runs this shard makes. */
export const runsOf = (settings: Settings): number => {
  const { first, end } = shardOf(settings);
  return end - first;
};

/** How many chunks this shard has. It may be 1e12, so that callers should not list them. */
export const chunkCount = (settings: Settings): number =>
  Math.ceil(runsOf(settings) / chunkRuns(settings));

/** The numbers of this shard's chunks. */
export function* chunksOf(settings: Settings): Generator<number> {
  const chunks = chunkCount(settings);
  for (let chunk = 0; chunk < chunks; chunk++) yield chunk;
}

/** The runs of a chunk of this shard. */
export function rangeOf(settings: Settings, chunk: number): Range {
  const { first, end } = shardOf(settings);
  const size = chunkRuns(settings);
  return { first: first + chunk * size, end: Math.min(first + (chunk + 1) * size, end) };
}
