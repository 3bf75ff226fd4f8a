/** What guard is told to allow is neither better nor worse. */
import { describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

describe('guard --allow', () => {
  const TRADE = ['--driver', 'amd-iommu-v2', '--against', 'amd-iommu-v2-patched'];

  it('takes a family, a property, and a property without its observer', async () => {
    expect((await youngcheck('guard', ...TRADE)).status).toBe(1);
    for (const name of ['cost', 'no-spurious-invalidation']) {
      expect((await youngcheck('guard', ...TRADE, '--allow', name)).status).toBe(5);
    }
    const all = ['cost', 'no-missed-device-reference', 'no-repeated-miss(reclaim)'];
    const allowed = all.map((name) => `--allow=${name}`);
    const { status, stdout } = await youngcheck('guard', ...TRADE, ...allowed);
    expect(status).toBe(0);
    expect(stdout).toContain('no-repeated-miss(reclaim)            6 events -> Never (better)\n');
  });
});
