/** Whatever is found in presets can be printed, and every printed trace replays. */
import { expect, it } from 'vitest';
import { printAll } from '../../suites/printed-results.ts';
import { parseSystem } from '../trace/setup.ts';

it.each(['amd-iommu-v2', 'amd-iommu-v2-patched', 'kvm', 'none', 'sva-flush-young'])(
  'prints and replays what it finds in races under %s',
  (driver) => {
    expect(printAll(parseSystem({ driver, scope: 'races' }), 1e6)).toBeGreaterThan(0);
  },
);
