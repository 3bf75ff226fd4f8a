import { someObserver } from '../model/needs.ts';
import type { Property } from './property.ts';
import { propertyOf } from './property.ts';

/** Without this property a driver that always answers 1 would be perfect, as it misses nothing. */
export const noFalseReference: Property = propertyOf({
  name: 'no-false-reference',
  sentence: 'No look reports a page referenced or busy that nothing can have accessed meanwhile.',
  defect: 'young-while-unused',
  story: 'A look reports a page referenced that nothing used since the last look began.',
  family: 'accuracy',
  ghosts: ['maybe'],
  antecedent: 'a look at a page that nothing accessed since the last one began',
  needs: [someObserver],
  violated: ({ look }) => look !== undefined && look.referenced && !look.maybe,
  witnessed: ({ look }) => look !== undefined && !look.maybe,
});
