/** What comes of what a user asks for. */
import type { UserVerb } from '../../model/events.ts';
import type { Because, Moment } from './moment.ts';

const clearRefs = ({ p }: Moment): Because => ({
  note: 'young is forgotten',
  sentence: `a user clears the referenced bits of ${p}: no notifier, no flush`,
});

function madviseCold({ was, p, parts }: Moment): Because {
  const does = `a user calls madvise(MADV_COLD) on ${p}`;
  const shadow = parts.driver.secondary === 'shadow';
  const untold = shadow ? '; the secondary is not told, and keeps its own young bit' : '';
  if (!was.pte.young) {
    return { note: 'the PTE is old', sentence: `${does}: the PTE is old already${untold}` };
  }
  return {
    note: shadow && was.spte.young ? 'the spte stays young' : 'clears and flushes',
    sentence: `${does}: young is cleared, and the TLBs are flushed for it${untold}`,
  };
}

const fork = ({ p }: Moment): Because => ({
  note: 'write permission goes, and is flushed',
  sentence: `a user forks: ${p} is shared with the child, and a write will have to copy it`,
});

export const collapse = ({ p }: Moment): Because => ({
  note: 'another frame, young',
  sentence:
    `khugepaged copies ${p} into a huge page: everything is flushed, ` +
    'and the new mapping is young though nobody used it',
});

export function userEvent(m: Moment, verb: UserVerb): Because {
  switch (verb) {
    case 'clear-refs':
      return clearRefs(m);
    case 'madvise-cold':
      return madviseCold(m);
    case 'fork':
      return fork(m);
  }
}
