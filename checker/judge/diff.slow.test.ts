/** Two drivers that no trace tells apart, in a scope that takes seconds. */
import { expect, it } from 'vitest';
import { whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import { diff } from './diff.ts';

it('proves the patched driver and intel-svm alike in races', () => {
  const [left, right] = ['amd-iommu-v2-patched', 'intel-svm'].map((driver) =>
    parseSystem({ driver, scope: 'races' }),
  );
  expect(whole(diff(left, right))).toMatchObject({ difference: undefined, complete: true });
});
