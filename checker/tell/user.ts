/** Explains what users ask for, and khugepaged. */
import type { OperationName } from '../../model/events.ts';
import { deviceWords } from '../trace/device-words.ts';
import { leftCached } from './left.ts';
import { marksSaid } from './marks.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { doneWithin, neighboursSaid, tellSteps } from './steps.ts';
import { isOld } from '../../model/state.ts';
import { laterSaid } from './kswapd.ts';
import type { TellingsOf, Told } from './telling.ts';
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
    const { entry } = deviceWords(m.parts);
    const spteStays = m.is.spte.present === 1 && m.is.spte.young === 1;
    const clears = doneWithin(m, 'cold') === '' ? 'clears young' : 'clears and flushes';
    return {
      note: spteStays ? `the ${entry} stays young` : young ? clears : 'the PTE is old',
      sentences: [
        `${asks}: ${found}`,
        ...flushed(m, 'cold'),
        ...(spteStays ? [`the ${entry} keeps its own young bit`] : []),
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
  dontneed: (m) =>
    findsNoPte(m, 'madvise(MADV_DONTNEED)', 'the old frame is freed while it is still cached'),
  mprotect: (m) =>
    findsNoPte(m, 'mprotect()', 'writes are forbidden while a cache still permits them'),
  cow: (m) => ({
    note:
      m.parts.kernel.cow[0].name === 'set' ? 'maps the copy, tells nobody yet' : 'a copy begins',
    sentences: [
      m.parts.kernel.cow[0].name === 'set'
        ? `a write copies ${m.p}, and maps the copy before anybody is told`
        : `a write begins to copy ${m.p}, and clears its PTE`,
      laterSaid(m),
    ],
  }),
  rewrite: (m) => {
    const takes = m.parts.kernel.rewrite[0].name === 'take';
    const how = takes ? 'and clears it meanwhile' : 'and leaves it in place meanwhile';
    return {
      note: takes ? 'the PTE is taken' : 'the PTE is read',
      sentences: [`a user has the PTE of ${m.p} read, ${how}`],
    };
  },
  ...tellSteps,
  set: ({ p }) => ({ note: 'the copy is mapped', sentences: [`the PTE of ${p} maps the copy`] }),
  put(m) {
    const { was, is, p } = m;
    const lost = (['young', 'dirty'] as const).filter((bit) => was.pte[bit] > is.pte[bit]);
    const isLost = was.pte.present === 1 && lost.length > 0;
    const sentence = isLost
      ? `the bits that were read are written back, so that what a walk has set is lost`
      : `the PTE of ${p} is written back as it was read`;
    return { note: isLost ? `${lost.join(', ')} is lost` : 'written back', sentences: [sentence] };
  },
  end(m) {
    const { note, sentence } = leftCached(m);
    return {
      note,
      sentences: [`the copy of ${m.p} is over, and its old frame is freed`, sentence],
    };
  },
};

/** Says what becomes of the frame that the page has lost, for a call that finds no PTE. */
function findsNoPte(m: Moment, call: string, does: string): Told {
  const caches = [...m.was.tlb, m.was.iotlb, m.was.spte, ...m.was.atc];
  const hasOld = caches.some(({ present, health }) => present === 1 && isOld(health));
  const asks = `a user calls ${call} on ${m.p}, which finds no PTE and flushes nothing`;
  const effect = hasOld ? does : 'nothing of an old frame is cached';
  return { note: hasOld ? 'finds no PTE, flushes nothing' : 'no PTE', sentences: [asks, effect] };
}

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
