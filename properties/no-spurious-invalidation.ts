import { ages, atc } from '../model/needs.ts';
import type { Property } from './property.ts';
import { propertyOf } from './property.ts';

/**
 * The mail calls this "too brutal". An ATC invalidation is expensive, and this one is sent although
 * nothing was young.
 */
export const noSpuriousInvalidation: Property = propertyOf({
  name: 'no-spurious-invalidation',
  sentence: 'No look or mark invalidates the ATC of a page in which it found nothing young.',
  defect: 'spurious-invalidation',
  story: 'The ATC is invalidated for a page in which nothing young was found.',
  family: 'cost',
  ghosts: [],
  antecedent: 'a look or mark that finds the PTE old',
  needs: [ages, atc],
  violated: ({ spurious }) => spurious,
  witnessed: ({ foundOld }) => foundOld,
});
