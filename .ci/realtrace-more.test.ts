/** Logs that are not there are skipped aloud, and CI must have them. */
import { afterEach, expect, it, vi } from 'vitest';
import { judgeMore } from './realtrace-more.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it.each([
  ['', 'skipped', { passed: 0, failed: 0, skipped: 1 }],
  ['true', 'CI must read its logs', { passed: 0, failed: 1, skipped: 0 }],
])('with CI=%s a folder that is missing says: %s', async (ci, what, counts) => {
  vi.stubEnv('CI', ci);
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  expect(await judgeMore('/nowhere/more')).toEqual(counts);
  expect(said.mock.calls).toEqual([[`/nowhere/more is missing: ${what}`]]);
});
