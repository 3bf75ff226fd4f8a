import { splits } from '../model/needs.ts';
import type { Property } from './property.ts';
import { propertyOf } from './property.ts';

/**
 * Two views of one page: somebody uses the frame that the page has lost, after somebody else has
 * used the frame that it has now. A cleared PTE whose flush comes after the lock, or a copy that is
 * mapped before the flush, makes that possible.
 */
export const noSplitView: Property = propertyOf({
  name: 'no-split-view',
  sentence: 'Nobody uses the old frame of a page after its new frame was used.',
  defect: 'split-view',
  story: 'One user of a page sees its old frame, while another sees the new one.',
  family: 'safety',
  ghosts: ['health', 'newSeen'],
  antecedent: 'a page that a cache has, and that loses its frame',
  needs: [splits],
  violated: ({ splitView }) => splitView,
  witnessed: ({ unmapsCached }) => unmapsCached,
});
