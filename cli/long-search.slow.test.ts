/** Commands that run for long: what they print when they are stopped, and on several threads. */
import { describe, expect, it } from 'vitest';
import { STATUS } from './command.ts';
import { youngcheck } from './in-process.ts';
import { interrupted } from './interrupted.ts';

const LONG = ['check', '--driver', 'kvm', '--scope', 'races pages=4 cpus=2 devices=2'];

describe('a long search', () => {
  it.each([
    [
      ['saturate', '--driver', 'kvm', '--scope', 'races', '--max-states', '100M'],
      /\d+ larger sizes were left out/,
    ],
    [
      ['ablate', '--driver', 'kvm', '--scope', 'races pages=2'],
      /not tried, as it was interrupted:/,
    ],
    [['diff', 'kvm', 'none', '--scope', 'races pages=3 cpus=2'], /^Unfinished: no difference in /m],
    [['verdicts'], /^interrupted: \d+ of \d+ lines were compared\n/m],
  ])('of several systems prints what it has when it is interrupted: %s', async (args, sign) => {
    const { status, stdout } = await interrupted(args);
    expect(stdout).toMatch(sign);
    expect(status).toBe(3);
  });

  it('stops at its time limit and at its memory limit', async () => {
    expect((await youngcheck(...LONG, '--time-limit', '0.5')).stdout).toContain('--time-limit');
    expect((await youngcheck(...LONG, '--max-memory', '9M')).stdout).toContain('--max-memory');
  });
});

describe('a signal while a command starts', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends it as a later one: %s', async (by) => {
    const early = await interrupted(LONG, { by, when: 'it starts' });
    expect(early).toEqual({ status: STATUS.unfinished, stdout: '', stderr: '' });
    const later = await interrupted(LONG, { by });
    expect(later.status).toBe(early.status);
  });
});

describe('check --jobs', () => {
  const resultOf = async (...options: string[]) => {
    const { status, stdout } = await youngcheck('check', '--json', '--scope', 'races', ...options);
    return { status, stdout: stdout.replace(/"seconds": [\d.e-]+/, '') };
  };

  it('prints the same on several threads', async () => {
    expect(await resultOf('--jobs', '2')).toEqual(await resultOf());
  });
});
