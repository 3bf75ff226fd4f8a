/** What `youngcheck conform --run` prints replays, for pages of every kind. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'conform-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

// A miss, a page that is explained at once, several parts, and lines that need no event.
it.each([
  ['6.1-M1-noflush', '0x10000000', 1],
  ['6.1-B', '0x10000000', 1],
  ['6.12-Q-classic', '0x10001000', 1],
  ['6.12-G-mglru', '0x10000000', 1],
  ['pieces/6.1-K-collapse', '0x10000000', 2],
  ['pieces/6.12-N-exit', '0x10000000', 1],
])('prints a run of %s that replay takes', async (name, page, least) => {
  const { stdout, status } = await youngcheck(
    'conform',
    '--run',
    page,
    `suites/conformance/${name}.log`,
  );
  expect(status).toBe(0);
  const file = join(folder, 'run.trace');
  writeFileSync(file, stdout);
  const replayed = await youngcheck('replay', file);
  expect([replayed.status, replayed.stderr]).toEqual([0, '']);
  expect(replayed.stdout.split(': so it is').length - 1).toBeGreaterThanOrEqual(least);
});
