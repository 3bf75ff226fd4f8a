import type { Parts } from '../model/system.ts';
import { hasLru, hasPageout } from '../model/play.ts';
import type { Property } from './property.ts';
import { sees } from './property.ts';

const evicts = (parts: Parts): boolean =>
  (hasLru(parts) && parts.scope.events.includes('unmap')) ||
  (hasPageout(parts) && sees(parts, 'reclaim'));

/**
 * Shows what a missed reference costs: with events=lru the page is evicted while a device uses it.
 * An access between a correct look and the unmap is forgiven, as the kernel cannot know of it. See
 * shrink_folio_list().
 */
export const noEvictionInUse: Property = {
  name: 'no-eviction-in-use',
  sentence: 'Reclaim never evicts a page whose use by a device it missed.',
  defect: 'evicted-in-use',
  story: 'Reclaim evicts a page that a device uses: it has missed the use.',
  family: 'accuracy',
  ghosts: ['devSure', 'missed'],
  observer: 'reclaim',
  antecedent: 'an eviction',
  applies: evicts,
  violated: ({ evictsInUse }) => evictsInUse,
  witnessed: ({ evicts: evicted }) => evicted,
};
