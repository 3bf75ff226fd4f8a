/**
 * Words of the model's first edition, and today's words for the same. A mail or a script may still
 * have the old ones. The parser refuses such a word and names the new one, so that nothing can be
 * written in two ways.
 */

/** The fields of a kernel: today's text for each value. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  agingHelper: {
    ptep_clear_flush_young_notify: 'age=pte,clear_flush_young',
    ptep_clear_young_notify: 'age=pte,clear_young',
    ptep_test_and_clear_young: 'age=pte',
  },
  flushesTlbWhenYoung: {
    true: 'age=pte,flush-tlb?young,clear_flush_young',
    false: 'age=pte,clear_flush_young',
  },
  tlbFlushReachesSecondary: {
    true: 'age=pte,flush-tlb?young,invalidate?young,clear_flush_young',
    false: 'age=pte,flush-tlb?young,clear_flush_young',
  },
  notifiesFlushYoung: {
    true: 'age=pte,clear_flush_young,flush_young?young',
    false: 'age=pte,clear_flush_young',
  },
  unmapFlushesOld: {
    false: 'unmap=pte,flush-tlb?young,invalidate (and write-protect alike)',
    true: 'unmap=pte,flush-tlb,invalidate (and write-protect alike)',
  },
  unmapNotifies: { false: 'unmap=pte,flush-tlb', true: 'unmap=pte,flush-tlb,invalidate' },
  unmapInvalidates: {
    mm: 'unmap=pte,flush-tlb,invalidate@mm',
    page: 'unmap=pte,flush-tlb,invalidate',
  },
  upgradeNotifies: { true: 'upgrade=invalidate', false: 'upgrade=none' },
  walkHelper: {
    ptep_clear_young_notify: 'walk=pte,clear_young',
    ptep_test_and_clear_young: 'walk=pte',
  },
  pageoutLooks: { true: 'pageout=clears', false: 'pageout=takes' },
  idleRange: { 'two-pages': 'idle=pte,clear_young@next', page: 'idle=pte,clear_young' },
};
/** The actions of a driver. */
const ACTIONS: Readonly<Record<string, string>> = {
  'flush-atc-nowait': 'post-atc',
  'flush-atc-if-harvested': 'flush-atc?harvested',
};
/** The steps of a trace. */
const STEPS: Readonly<Record<string, string>> = {
  'post-invalidation': 'post-atc',
  'await-invalidation': 'await-atc',
};

const since = (text: string) => `since the second edition: ${text}`;
const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/**
 * Today's text for a field of the first edition. With its value that is one text; without one it
 * is a text for each value. Undefined if there was no such field.
 */
export function newField(field: string, value?: string): string | undefined {
  const texts = own(FIELDS, field);
  if (texts === undefined) return undefined;
  const text = value === undefined ? undefined : own(texts, value);
  return since(text ?? [...new Set(Object.values(texts))].join('; or '));
}

/** Today's spelling of an action. */
export function newAction(word: string): string | undefined {
  const text = own(ACTIONS, word) ?? own(STEPS, word);
  return text === undefined ? undefined : since(text);
}

/** Today's spelling of any word that had another one. */
export const newSpelling = (word: string): string | undefined => newAction(word) ?? newField(word);
