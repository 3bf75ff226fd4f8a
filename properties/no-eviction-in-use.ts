import { evicts, observer } from '../model/needs.ts';
import type { Property } from './property.ts';
import { propertyOf } from './property.ts';

/**
 * Shows what a missed reference costs: with events=lru the page is evicted while a device uses it.
 * An access between a correct look and the unmap is forgiven, as the kernel cannot know of it. See
 * shrink_folio_list().
 */
export const noEvictionInUse: Property = propertyOf({
  name: 'no-eviction-in-use',
  sentence: 'Reclaim never evicts a page whose use by a device it missed.',
  defect: 'evicted-in-use',
  story: 'Reclaim evicts a page that a device uses: it has missed the use.',
  family: 'accuracy',
  ghosts: ['devSure', 'missed'],
  observer: 'reclaim',
  antecedent: 'an eviction',
  needs: [observer('reclaim'), ...evicts],
  violated: ({ evictsInUse }) => evictsInUse,
  witnessed: ({ evicts: evicted }) => evicted,
});
