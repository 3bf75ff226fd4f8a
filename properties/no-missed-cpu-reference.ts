import { cpus, observer as observerNeed } from '../model/needs.ts';
import type { Observer } from '../model/system.ts';
import type { Property } from './property.ts';
import { LOOKS, propertyOf } from './property.ts';

/**
 * Whether folio_referenced() or page_idle misses a use by a CPU. x86 accepts such misses: it never
 * flushes the TLB when it clears a young bit.
 */
export const noMissedCpuReference = (observer: Observer): Property =>
  propertyOf({
    name: `no-missed-cpu-reference(${observer})`,
    sentence:
      `${LOOKS[observer].look} never reports a page ${LOOKS[observer].unreferenced}` +
      ' that a CPU accessed since the last look.',
    defect: `old-while-in-tlb${LOOKS[observer].suffix}`,
    story:
      `${LOOKS[observer].look} reports a page ${LOOKS[observer].unreferenced}` +
      ' although a CPU used it since the last look.',
    family: 'accuracy',
    ghosts: ['cpuSure'],
    observer,
    onlyUnreferenced: true,
    antecedent: 'a look at a page that a CPU accessed since the last one',
    needs: [observerNeed(observer), cpus],
    violated: ({ look }) => look?.observer === observer && !look.referenced && look.cpuSure,
    witnessed: ({ look }) => look?.observer === observer && look.cpuSure,
  });
