/** The output of a tier in a pipe. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('a tier prints no escape into a pipe, and its counts last', () => {
  const { VITEST: _, NO_COLOR: __, FORCE_COLOR: ___, ...env } = process.env;
  const args = ['--import', 'tsx', '.ci/vitest.ts', 'fast', 'cli/capture.test.ts'];
  const PATH = `node_modules/.bin:${env['PATH']}`;
  const options = { encoding: 'utf8', env: { ...env, PATH, TERM: 'xterm', CI: '' } } as const;
  const { stdout, stderr } = spawnSync(process.execPath, args, options);
  expect(stdout).toMatch(/\n[1-9]\d* passed, 0 failed\n$/);
  expect(stdout + stderr).not.toContain('\x1b');
});
