/** Each environment that tells a process its number gives it the right part. */
import { describe, expect, it } from 'vitest';
import { readShard } from './shard-option.ts';

const slurm = (id: number, first: number, count: number, step = 1) => ({
  SLURM_ARRAY_TASK_ID: `${id}`,
  SLURM_ARRAY_TASK_MIN: `${first}`,
  SLURM_ARRAY_TASK_MAX: `${first + (count - 1) * step}`,
  SLURM_ARRAY_TASK_COUNT: `${count}`,
});

describe('--shards', () => {
  it.each([
    ['Kubernetes counts from 0', { JOB_COMPLETION_INDEX: '0' }, 0],
    ['Kubernetes counts from 0', { JOB_COMPLETION_INDEX: '2' }, 2],
    ['GitLab counts from 1', { CI_NODE_INDEX: '3' }, 2],
    ['an empty variable counts as absent', { JOB_COMPLETION_INDEX: '', CI_NODE_INDEX: '1' }, 0],
    ['a Slurm array may count from 0', slurm(0, 0, 3), 0],
    ['a Slurm array may count from 1', slurm(3, 1, 3), 2],
    ['a Slurm array may count from any number', slurm(11, 10, 3), 1],
  ])('%s', (_, env, index) => {
    expect(readShard(undefined, 3, env)).toEqual({ index, count: 3 });
  });

  it.each([
    ['nothing', {}],
    ['numbers that do not exist', { JOB_COMPLETION_INDEX: '3' }],
    ['numbers that do not exist', { CI_NODE_INDEX: '0' }],
  ])('refuses %s', (_, env) => {
    expect(() => readShard(undefined, 3, env)).toThrow('needs to know which one this is');
  });

  // The third task sent again with --array=3 would be taken for the first.
  it.each([
    ['one task', '1, from 3 to 3', slurm(3, 3, 1)],
    ['tasks with gaps', '3, from 1 to 5', slurm(3, 1, 3, 2)],
    ['more tasks than parts', '4, from 1 to 4', slurm(1, 1, 4)],
    ['unknown tasks', '?, from ? to ?', { SLURM_ARRAY_TASK_ID: '1' }],
  ])('refuses a Slurm array of %s', (_, has, env) => {
    const needs = '--shards 3 needs a Slurm array of 3 tasks in a row';
    expect(() => readShard(undefined, 3, env)).toThrow(`${needs}; this has ${has}`);
  });

  it('leaves --shard alone, and cannot stand beside it', () => {
    expect(readShard('2/3', undefined, slurm(3, 3, 1))).toEqual({ index: 1, count: 3 });
    expect(readShard(undefined, undefined, slurm(3, 3, 1))).toEqual({ index: 0, count: 1 });
    expect(() => readShard('1/3', 3, {})).toThrow("--shards cannot be '3'");
  });
});
