import { optional, withdraws } from '../model/needs.ts';
import type { Property } from './property.ts';
import { propertyOf } from './property.ts';

/**
 * Memory safety: page_mkclean() and copy on write rely on this. After a write-protect nobody may
 * write.
 */
export const noWriteAfterWriteProtect: Property = propertyOf({
  name: 'no-write-after-write-protect',
  sentence: 'No write goes through a translation whose write permission was withdrawn.',
  defect: 'write-after-protect',
  story: 'A write goes through a translation that has lost its write permission.',
  family: 'safety',
  ghosts: ['health'],
  antecedent: 'a write-protect of a page that is cached somewhere with write permission',
  needs: [withdraws, optional('write')],
  violated: ({ revokedWrite }) => revokedWrite,
  witnessed: ({ protectsCached }) => protectsCached,
});
