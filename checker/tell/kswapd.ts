/** Explains the events of reclaim: looks, walks, and what takes away a page or a permission. */
import type { OperationName } from '../../model/events.ts';
import type { ThreadName } from '../../model/operation.ts';
import { leftCached } from './left.ts';
import { tellAging, tellReport, tellWalkEnd } from './look.ts';
import { marksSaid } from './marks.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { neighboursSaid, tellSteps } from './steps.ts';
import type { Telling, TellingsOf, Told } from './telling.ts';
import { nothingFlushed } from './unheard.ts';

/** In `fine`: whether the next steps tell the caches, or none does. */
export function laterSaid(m: Moment): string {
  const operation = notesOf(m.did, 'pte')[0].operation as OperationName;
  const { last } = m.operations.byName.get(operation)!;
  const { at } = m.after[m.event.actor as ThreadName];
  const told = at === last ? nothingFlushed(m, operation) : 'the caches are not told yet';
  const { pending } = m.operations.steps[at];
  return pending ? `${told}, and the page-table lock is free again` : told;
}

/** An operation begins, and its change of the page table is still to come. */
const beginsOnly = (m: Moment): Told => ({
  note: 'begins; the PTE stays for now',
  sentences: [`${m.event.actor} begins, and tells the caches of ${m.p} before the PTE changes`],
});

/**
 * Explains an operation that takes something away. In `fine` this is its first step, else all of
 * it.
 */
const takesAway =
  (note: string, takes: (p: string, m: Moment) => string, frees: boolean): Telling =>
  (m) => {
    if (notesOf(m.did, 'pte').length === 0) return beginsOnly(m);
    const sentence = `${m.event.actor} ${takes(m.p, m)}`;
    if (notesOf(m.did, 'end').length === 0) {
      return { note, sentences: [sentence, laterSaid(m)] };
    }
    const left = leftCached(m);
    return {
      note: left.note,
      sentences: [
        `${sentence}${frees ? ' and frees its frame' : ''}`,
        ...neighboursSaid(m),
        ...marksSaid(m),
        left.sentence,
      ],
    };
  };

/** MADV_PAGEOUT takes a page, whatever the last look of reclaim reported. */
const pagesOut = (p: string, { parts }: Moment): string =>
  parts.kernel.pageout === 'clears'
    ? `clears the PTE of ${p}, whose young bit MADV_PAGEOUT has cleared before its look,`
    : `clears the PTE of ${p} without a look, as MADV_PAGEOUT asks for it,`;

/**
 * The operation is over, and a cache that still has the frame or the permission must not use it.
 */
const over = (m: Moment, done: string) => {
  const { note, sentence } = leftCached(m);
  return { note, sentences: [done, sentence] };
};

const TAKES = {
  unmap: takesAway('the PTE is gone', (p) => `clears the PTE of ${p}`, true),
  pageout: takesAway('the PTE is gone', pagesOut, true),
  'write-protect': takesAway(
    'the PTE is write-protected',
    (p) => `takes write permission from ${p}`,
    false,
  ),
  migrate: takesAway('the PTE is gone', (p) => `begins to move ${p} to another frame`, false),
} as const;

/** The step `pte`, or that nothing is left of the page by then. */
function tellPte(m: Moment): Told {
  const [pte] = notesOf(m.did, 'pte');
  if (pte === undefined) {
    const sentence = `${m.p} has changed since, so that ${m.event.actor} has nothing left to do`;
    return { note: 'nothing left to do', sentences: [sentence] };
  }
  return TAKES[pte.operation as keyof typeof TAKES](m);
}

/** A look inside an unmap: the page may be gone by then. */
function tellAge(m: Moment): Told {
  if (notesOf(m.did, 'pte').length > 0) return tellAging(m, 'age');
  return { note: 'the page is gone', sentences: [`${m.p} is not mapped any more`] };
}

/** A report, which ends an unmap that finds the page referenced. */
function tellLook(m: Moment): Told {
  const { note, sentences } = tellReport(m, 'age');
  const ended = notesOf(m.did, 'end').map(({ operation }) => operation);
  const stops = ended.includes('unmap') ? [`the unmap of ${m.p} is given up`] : [];
  return { note, sentences: [...sentences, ...stops] };
}

export const tellKswapd: TellingsOf<'kswapd'> = {
  folio_referenced: (m) => tellAging(m, 'age'),
  age: tellAge,
  walk: (m) => tellAging(m, 'walk'),
  ...TAKES,
  pte: tellPte,
  ...tellSteps,
  report: tellLook,
  remap: (m) => over(m, `${m.p} is mapped again, at its new frame, and the old one is freed`),
  free: (m) => over(m, `the frame of ${m.p} is freed`),
  end: (m) =>
    notesOf(m.did, 'end').some(({ operation }) => operation === 'walk')
      ? tellWalkEnd(m)
      : over(m, `${m.p} is write-protected for good`),
};
