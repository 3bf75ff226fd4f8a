/**
 * Tests a notifier policy of your own. In a project that has installed youngcheck, import from
 * 'youngcheck' and 'youngcheck/vitest' instead.
 */
import { expect, test } from 'vitest';
import { explore, system } from '../checker/library/index.ts';
import { toHold } from '../checker/library/vitest.ts';

expect.extend({ toHold });

// Aging flushes the device's ATC but not the IOTLB. An unmap flushes both.
const mine = system(`
  kernel v6.6-x86
  driver clear_flush_young=flush-atc invalidate_secondary=flush-iotlb,flush-atc
  scope  events=unmap,write
`);

test('no access to a frame that was freed, also when operations interleave', () => {
  expect(mine).toHold('no-stale-access', 'races');
});

test('aging alone does not hear of a device that hits the IOTLB', () => {
  expect(mine).not.toHold('no-missed-device-reference');
});

// The same driver on another kernel. Its flush of young pages also tells the secondary MMU.
const theirs = system(`
  kernel v6.6-x86 age=pte,flush-tlb?young,invalidate?young,clear_flush_young
  driver clear_flush_young=flush-atc invalidate_secondary=flush-iotlb,flush-atc
  scope  events=unmap,write
`);

test('a kernel whose flush of young pages reaches the IOTLB hears of it', () => {
  expect(theirs).toHold('no-missed-device-reference');
});

test('random runs agree where the exhaustive search would take long', () => {
  const scope = 'small pages=4 devices=2';
  const { findings } = explore(mine, {
    scope,
    properties: ['no-stale-access'],
    seed: 1,
    runs: 500,
  });
  expect(findings).toMatchObject([{ verdict: 'not-found' }]);
});
