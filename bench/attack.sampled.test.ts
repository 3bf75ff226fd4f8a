/** A seeded sample of the attack that `npm run long:attack` makes. It also sees every wound. */
import { describe, expect, it } from 'vitest';
import { samples } from '../suites/samples.ts';
import { Attack, documentedStatuses, woundOf } from './attack-command.ts';
import { attackInputs } from './attack-inputs.ts';

const SEED = 20191129;

it('mutated traces, systems and logs break neither a command nor the terminal', async () => {
  const counts = { traces: samples(40), systems: samples(60), logs: samples(4) };
  const inputs = attackInputs(counts, SEED);
  const attack = new Attack();
  try {
    for (const input of inputs.traces) await attack.trace(input);
    for (const [index, input] of inputs.systems.entries()) await attack.system(input, index);
    for (const [index, input] of inputs.logs.entries()) await attack.log(input, index);
  } finally {
    attack.end();
  }
  expect(attack.wounds).toEqual([]);
  // Some inputs must be good still, and some must not.
  expect([...attack.seen.keys()]).toEqual(
    expect.arrayContaining(['replay exits with 0', 'replay exits with 2', 'check exits with 2']),
  );
});

it('the same seed draws the same inputs, and another seed others', () => {
  const counts = { traces: 20, systems: 20, logs: 2 };
  const drawn = (seed: number) => JSON.stringify(attackInputs(counts, seed));
  expect(drawn(1)).toBe(drawn(1));
  expect(drawn(1)).not.toBe(drawn(2));
});

describe('a wound', () => {
  const known = documentedStatuses('Text 9 a\n\nexit status: 0 all hold, 1 some\nviolated, 2 bad');
  const fine = { status: 0, stdout: 'a\tb\n', stderr: '' };

  it('is a status that the help does not name', () => {
    expect([...known]).toEqual([0, 1, 2]);
    expect(woundOf(fine, known)).toBeUndefined();
    expect(woundOf({ ...fine, status: 5 }, known)).toContain('exits with 5');
  });

  it.each(['\x1b[31m', '\r', '\x9b', '\u202e', '\x07'])('is %j on the terminal', (raw) => {
    expect(woundOf({ ...fine, stdout: raw }, known)).toContain('as it is');
    expect(woundOf({ ...fine, stderr: raw }, known)).toContain('as it is');
  });

  it('is a crash, or an error without its status', () => {
    const stack = 'error: x\n    at run (cli/run.ts:1:2)\n';
    expect(woundOf({ ...fine, status: 2, stderr: stack }, known)).toContain('crashes');
    expect(woundOf({ ...fine, status: 70 }, known)).toContain('crashes');
    expect(woundOf({ ...fine, status: 2 }, known)).toContain('says no error');
    expect(woundOf({ ...fine, stderr: 'a:1:1: error: x\n' }, known)).toContain('exits with 0');
  });
});
