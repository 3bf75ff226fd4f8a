/** Reads which part of a random search is asked for, from an option or from the environment. */
import { Complaint } from '../checker/trace/complaint.ts';
import type { Shard } from '../checker/explore/settings.ts';
import { cannotBe } from './command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a number in the environment. An empty text counts as absent. */
const readCount = (text = ''): number | undefined =>
  /^\d{1,7}$/.test(text) ? Number(text) : undefined;

/**
 * The number of this task in a Slurm array, from 0. An array may count from any number. Only a
 * whole array says which: one task that is sent again alone is the first of an array of one.
 */
function slurmIndex(env: Environment, shards: number): number | undefined {
  const id = readCount(env.SLURM_ARRAY_TASK_ID);
  if (id === undefined) return undefined;
  const [count, first, last] = ['COUNT', 'MIN', 'MAX'].map((name) =>
    readCount(env[`SLURM_ARRAY_TASK_${name}`]),
  );
  if (first !== undefined && last === first + shards - 1 && count === shards) return id - first;
  const needs = `a Slurm array of ${shards} tasks in a row`;
  const has = `${count ?? '?'}, from ${first ?? '?'} to ${last ?? '?'}`;
  throw new Complaint(`--shards ${shards} needs ${needs}; this has ${has}`, undefined, {
    hint: `sbatch --array=1-${shards}; to send one task again: --shard k/${shards}`,
  });
}

/** The number of this part from 0, by the first variable that says it. */
function indexFrom(env: Environment, shards: number): number | undefined {
  const fromOne = readCount(env.CI_NODE_INDEX);
  return (
    readCount(env.JOB_COMPLETION_INDEX) ??
    (fromOne === undefined ? slurmIndex(env, shards) : fromOne - 1)
  );
}

/** The part that `--shard k/n` names, or the one of `--shards n` that the environment names. */
export function readShard(
  shard: string | undefined,
  shards: number | undefined,
  env: Environment,
): Shard {
  if (shard !== undefined) {
    if (shards !== undefined) throw cannotBe('--shards', String(shards), 'not beside --shard');
    const [k, n] = (/^(\d{1,7})\/(\d{1,7})$/.exec(shard) ?? []).slice(1).map(Number);
    if (k >= 1 && k <= n) return { index: k - 1, count: n };
    throw cannotBe('--shard', shard, 'k/n, where k is from 1 to n');
  }
  if (shards === undefined) return { index: 0, count: 1 };
  const index = indexFrom(env, shards);
  if (index !== undefined && index >= 0 && index < shards) return { index, count: shards };
  throw new Complaint(`--shards ${shards} needs to know which one this is`, undefined, {
    hint:
      'set JOB_COMPLETION_INDEX (from 0) or CI_NODE_INDEX (from 1), run in a Slurm array, ' +
      'or give --shard k/n',
  });
}
