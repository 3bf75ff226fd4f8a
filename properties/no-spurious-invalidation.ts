import type { Parts } from '../model/system.ts';
import { hasAtc } from '../model/play.ts';
import type { Property } from './property.ts';

const ages = ({ scope }: Parts): boolean =>
  scope.observers.length > 0 || scope.events.includes('walk');

/**
 * The mail calls this "too brutal". An ATC invalidation is expensive, and this one is sent although
 * nothing was young.
 */
export const noSpuriousInvalidation: Property = {
  name: 'no-spurious-invalidation',
  sentence: 'No look or mark invalidates the ATC of a page in which it found nothing young.',
  defect: 'spurious-invalidation',
  story: 'The ATC is invalidated for a page in which nothing young was found.',
  family: 'cost',
  ghosts: [],
  antecedent: 'a look or mark that finds the PTE old',
  applies: (parts) => ages(parts) && hasAtc(parts),
  violated: ({ spurious }) => spurious,
  witnessed: ({ foundOld }) => foundOld,
};
