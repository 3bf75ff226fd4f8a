/** Explains the events of reclaim: looks, walks, and what takes away a page or a permission. */
import type { OperationName } from '../../model/events.ts';
import type { ThreadName } from '../../model/operation.ts';
import { leftCached } from './left.ts';
import { tellAging, tellReport, tellWalkEnd } from './look.ts';
import { marksSaid } from './marks.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { neighboursSaid, tellSteps } from './steps.ts';
import type { Telling, TellingsOf } from './telling.ts';
import { nothingFlushed } from './unheard.ts';

/** In `fine`: whether the next steps tell the caches, or none does. */
function laterSaid(m: Moment): string {
  const operation = notesOf(m.did, 'pte')[0].operation as OperationName;
  const { last } = m.operations.byName.get(operation)!;
  const { at } = m.after[m.event.actor as ThreadName];
  return at === last ? nothingFlushed(m, operation) : 'the caches are not told yet';
}

/**
 * Explains an operation that takes something away. In `fine` this is its first step, else all of
 * it.
 */
const takesAway =
  (note: string, takes: (p: string, m: Moment) => string, frees: boolean): Telling =>
  (m) => {
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

export const tellKswapd: TellingsOf<'kswapd'> = {
  folio_referenced: (m) => tellAging(m, 'age'),
  age: (m) => tellAging(m, 'age'),
  walk: (m) => tellAging(m, 'walk'),
  unmap: takesAway('the PTE is gone', (p) => `clears the PTE of ${p}`, true),
  pageout: takesAway('the PTE is gone', pagesOut, true),
  'write-protect': takesAway(
    'the PTE is write-protected',
    (p) => `takes write permission from ${p}`,
    false,
  ),
  ...tellSteps,
  report: (m) => tellReport(m, 'age'),
  free: (m) => over(m, `the frame of ${m.p} is freed`),
  end: (m) =>
    notesOf(m.did, 'end').some(({ operation }) => operation === 'walk')
      ? tellWalkEnd(m)
      : over(m, `${m.p} is write-protected for good`),
};
