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
  /** The runs with which runs may begin: beginningsText(). */
  readonly beginnings: string;
  /** Later epochs take their beginnings from what earlier ones reached. */
  readonly learn: boolean;
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
  beginnings: '',
  learn: false,
  shard: { index: 0, count: 1 },
  ...given,
});

/** How many events a worker gets at once. They take some hundredths of a second. */
export const CHUNK_EVENTS = 100_000;

/** The chunks of an epoch, and how many events each of them has. */
const EPOCH_CHUNKS = 4;
export const EPOCH_EVENTS = 100_000;

/** How many runs a chunk has. */
const chunkRuns = ({ length, learn }: Settings): number =>
  Math.max(1, Math.floor((learn ? EPOCH_EVENTS / EPOCH_CHUNKS : CHUNK_EVENTS) / length));

/** How many events a chunk has at most. */
export const mostEvents = (settings: Settings): number => chunkRuns(settings) * settings.length;

/** How many chunks an epoch has. A search that does not learn is one epoch. */
export const epochChunks = ({ learn }: Settings): number => (learn ? EPOCH_CHUNKS : Infinity);

/** How a search that learns varies its runs, if it is not told otherwise. */
export const LEARNING_BIAS: Bias = {
  ...DEFAULT_BIAS,
  vary: 0.3,
  narrow: 0.6,
  resume: 0.7,
};
/** How many events a run then has. A long run leaves its beginning far behind. */
export const LEARNING_LENGTH = 60;

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
