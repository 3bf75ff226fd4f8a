import { takesFrames } from '../model/needs.ts';
import type { Property } from './property.ts';
import { propertyOf } from './property.ts';

/** Memory safety: nobody uses a frame after it was freed and perhaps given to somebody else. */
export const noStaleAccess: Property = propertyOf({
  name: 'no-stale-access',
  sentence: 'No access goes through a translation whose frame was freed.',
  defect: 'use-after-free',
  story: 'An access goes through a translation whose frame was freed.',
  family: 'safety',
  ghosts: ['health'],
  antecedent: 'an unmap of a page whose translation is cached somewhere',
  needs: [takesFrames],
  violated: ({ staleAccess }) => staleAccess,
  witnessed: ({ unmapsCached }) => unmapsCached,
});
