import { observer as observerNeed } from '../model/needs.ts';
import type { Observer } from '../model/system.ts';
import type { Property } from './property.ts';
import { LOOKS, propertyOf } from './property.ts';

/** Tells apart a policy that misses once and recovers, and a policy that stays blind. */
export const noRepeatedMiss = (observer: Observer): Property =>
  propertyOf({
    name: `no-repeated-miss(${observer})`,
    sentence:
      `${LOOKS[observer].look} never misses a device reference twice in a row` +
      ' with no other observer, mark or clear_refs coming between.',
    defect: `blind-again${LOOKS[observer].suffix}`,
    story:
      `${LOOKS[observer].look} misses the use of a page by a device twice in a row:` +
      ' it does not heal.',
    family: 'accuracy',
    ghosts: ['devSure', 'missed'],
    observer,
    onlyUnreferenced: true,
    antecedent: 'a look at a page that a device accessed since the last one',
    needs: [observerNeed(observer)],
    violated: ({ look }) =>
      look?.observer === observer && !look.referenced && look.devSure && look.missedBefore,
    witnessed: ({ look }) => look?.observer === observer && look.devSure,
  });
