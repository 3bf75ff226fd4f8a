/** Explains what users ask for, and khugepaged. */
import type { OperationName } from '../../model/events.ts';
import { leftCached } from './left.ts';
import { marksSaid } from './marks.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { doneWithin, neighboursSaid } from './steps.ts';
import type { TellingsOf } from './telling.ts';
import { nothingFlushed } from './unheard.ts';

/** Says what an operation flushed inside its event, or why it flushed nothing. */
function flushed(m: Moment, operation: OperationName): string[] {
  const does = doneWithin(m, operation);
  const said = does === '' ? nothingFlushed(m, operation) : `the kernel ${does}`;
  return [said, ...neighboursSaid(m), ...marksSaid(m)];
}

export const tellUser: TellingsOf<'user'> = {
  'clear-refs': (m) => ({
    note: 'young is forgotten',
    sentences: [`a user clears the referenced bits of ${m.p}`, ...flushed(m, 'clear-refs')],
  }),
  'madvise-cold'(m) {
    const young = notesOf(m.did, 'pte').some((pte) => pte.young);
    const asks = `a user calls madvise(MADV_COLD) on ${m.p}`;
    const found = young ? 'young is cleared' : 'the PTE is old already';
    const spteStays = m.is.spte.present === 1 && m.is.spte.young === 1;
    const clears = doneWithin(m, 'cold') === '' ? 'clears young' : 'clears and flushes';
    return {
      note: spteStays ? 'the spte stays young' : young ? clears : 'the PTE is old',
      sentences: [
        `${asks}: ${found}`,
        ...flushed(m, 'cold'),
        ...(spteStays ? ['the spte keeps its own young bit'] : []),
      ],
    };
  },
  fork(m) {
    const left = leftCached(m);
    return {
      note: left.note,
      sentences: [
        `a user forks: ${m.p} is shared with the child, and a write will have to copy it`,
        ...flushed(m, 'fork'),
        left.sentence,
      ],
    };
  },
};

export const tellKhugepaged: TellingsOf<'khugepaged'> = {
  collapse: (m) => ({
    note: 'another frame, young',
    sentences: [
      `khugepaged copies ${m.p} into a huge page`,
      ...flushed(m, 'collapse'),
      'the new mapping is young though nobody used it',
    ],
  }),
};
