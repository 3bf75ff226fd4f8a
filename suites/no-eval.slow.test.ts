/** A page may forbid that code is made of a text. The model then gives the same answers. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const FORBID = '--disallow-code-generation-from-strings';

/** Runs the command from its sources. */
function run(flags: readonly string[], args: readonly string[]) {
  const all = [...flags, '--import', 'tsx', 'cli/main.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
  // The time that it took.
  return { status, stdout: stdout.replace(/\d+\.\d\d s/g, 'N s'), stderr };
}

it('is forbidden by the flag of this test', () => {
  const { stderr } = spawnSync(process.execPath, [FORBID, '-e', "new Function('')"]);
  expect(stderr.toString()).toContain('EvalError');
});

it.each([
  ['check', '--driver', 'kvm', '--scope', 'mail'],
  ['check', '--driver', 'amd-iommu-v2', '--scope', 'races', '--max-states', '20000'],
  ['replay', '--explain', 'counterexamples/use-after-free+overtaken-completion.trace'],
])('gives the same answer: youngcheck %s %s %s %s %s', (...args) => {
  const given = args.filter((arg) => arg !== undefined);
  const allowed = run([], given);
  expect(allowed.stdout).not.toBe('');
  expect(run([FORBID], given)).toEqual(allowed);
});
