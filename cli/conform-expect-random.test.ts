/** `conform --expect` on logs of random traces on 6.1, from the first line of their scenario. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-expect-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what a random trace showed', () => {
  it.each([
    [
      '6.1-S-walk',
      'driver kvm',
      'cpus=1 events=walk',
      ['dev0: read A', 'kswapd: walk A == 1', 'dev0: read A'],
      'a walk is over where the process ends',
    ],
    [
      '6.1-S-fork',
      'driver interval-notifier',
      'granularity=fine events=write,clear-refs,fork',
      [
        'dev0: request-read A',
        'iommu: translate dev0 A',
        'dev0: complete A',
        'user: clear-refs A',
        'user: fork A',
      ],
      'fork() is one event in steps, too, with all that it tells the secondary',
    ],
  ])('%s', async (name, driver, scope, events, _why) => {
    const text = events.map((event, i) => `(${i + 1}) ${event}`).join('\n');
    const setup = `{\n  kernel v6.1-x86\n  ${driver}\n  scope ${scope}\n}`;
    const expected = join(folder, `${name}.trace`);
    writeFileSync(expected, `${setup}\n${text}\nends\n`);
    const log = `suites/conformance/pieces/${name}.log`;
    const { status, stdout } = await youngcheck('conform', log, '--expect', expected);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^as predicted/)]);
  });
});
