import { observer as observerNeed } from '../model/needs.ts';
import type { Observer } from '../model/system.ts';
import type { Property } from './property.ts';
import { LOOKS, propertyOf } from './property.ts';

/**
 * The question that the mail of 2019-01-31 asks: does a look ever report a page unreferenced
 * although a device uses it?
 */
export const noMissedDeviceReference = (observer: Observer): Property =>
  propertyOf({
    name: `no-missed-device-reference(${observer})`,
    sentence:
      `${LOOKS[observer].look} never reports a page ${LOOKS[observer].unreferenced}` +
      ' that a device accessed since the last look.',
    defect: `old-while-cached${LOOKS[observer].suffix}`,
    story:
      `${LOOKS[observer].look} reports a page ${LOOKS[observer].unreferenced}` +
      ' although a device used it since the last look.',
    family: 'accuracy',
    ghosts: ['devSure'],
    observer,
    onlyUnreferenced: true,
    antecedent: 'a look at a page that a device accessed since the last one',
    needs: [observerNeed(observer)],
    violated: ({ look }) => look?.observer === observer && !look.referenced && look.devSure,
    witnessed: ({ look }) => look?.observer === observer && look.devSure,
  });
