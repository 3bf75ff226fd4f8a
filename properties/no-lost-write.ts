import { inPlay, optional } from '../model/needs.ts';
import type { Property } from './property.ts';
import { propertyOf } from './property.ts';

/**
 * A write that reaches the old frame of a page after it was copied to the new one is lost. Nothing
 * tells the writer. See migrate_folio() and 7066f0f933a1.
 */
export const noLostWrite: Property = propertyOf({
  name: 'no-lost-write',
  sentence: 'Nothing writes to the old frame of a page after it was copied.',
  defect: 'lost-write',
  story: 'A write reaches a frame that was copied already, and is lost.',
  family: 'safety',
  ghosts: ['health'],
  antecedent: 'a migration of a page that a cache has with write permission',
  needs: [...inPlay('migrate'), optional('write')],
  violated: ({ lostWrite }) => lostWrite,
  witnessed: ({ movesCached }) => movesCached,
});
