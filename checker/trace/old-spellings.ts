/**
 * Words of the first edition, and what is written today. A mail or a script may still have them.
 * The parser refuses such a word and names the new one, so that nothing is read in two ways.
 */
const OLD: Readonly<Record<string, string>> = {
  // Fields of a kernel.
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
  // Actions of a driver.
  'flush-atc-nowait': 'post-atc',
  'flush-atc-if-harvested': 'flush-atc?harvested',
  // Steps of a trace.
  'post-invalidation': 'post-atc',
  'await-invalidation': 'await-atc',
};

/** What is written today for a word of the first edition; undefined if it is none. */
export const newSpelling = (word: string): string | undefined =>
  Object.hasOwn(OLD, word) ? `since the second edition: ${OLD[word]}` : undefined;
