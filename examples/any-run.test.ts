import { test } from 'vitest';
import { anyRun, fc, holdsIn, modelOf } from '../checker/library/generators.ts';

const mine = modelOf(`
  kernel v6.6-x86
  driver clear_flush_young=flush-atc invalidate_secondary=flush-iotlb,flush-atc
  scope  large events=unmap,write
`);
test('no device uses a frame that was freed', () =>
  fc.assert(fc.property(anyRun(mine), holdsIn(mine, 'no-stale-access'))));
