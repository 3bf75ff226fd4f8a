/**
 * Words of the model's first edition, and today's words for the same. A mail or a script may still
 * have the old ones. The parser refuses such a word and names the new one, so that nothing can be
 * written in two ways.
 */
const OLD: Readonly<Record<string, string>> = {
  // The fields of a kernel.
  agingHelper: 'age=pte,clear_flush_young, age=pte,clear_young or age=pte',
  flushesTlbWhenYoung: 'age=pte,flush-tlb?young,clear_flush_young',
  tlbFlushReachesSecondary: 'age=pte,flush-tlb?young,invalidate?young,clear_flush_young',
  notifiesFlushYoung: 'age=pte,clear_flush_young,flush_young?young',
  unmapFlushesOld: 'unmap=pte,flush-tlb?young,invalidate (and write-protect alike)',
  unmapNotifies: 'unmap=pte,flush-tlb',
  unmapInvalidates: 'unmap=pte,flush-tlb,invalidate@mm',
  upgradeNotifies: 'upgrade=invalidate',
  walkHelper: 'walk=pte or walk=pte,clear_young',
  pageoutLooks: 'pageout=none, pageout=takes or pageout=clears',
  idleRange: 'idle=pte,clear_young@next',
  // The actions of a driver.
  'flush-atc-nowait': 'post-atc',
  'flush-atc-if-harvested': 'flush-atc?harvested',
  // The steps of a trace.
  'post-invalidation': 'post-atc',
  'await-invalidation': 'await-atc',
};

/** Today's spelling of a word of the first edition. Undefined if it was no such word. */
export const newSpelling = (word: string): string | undefined =>
  Object.hasOwn(OLD, word) ? `since the second edition: ${OLD[word]}` : undefined;
