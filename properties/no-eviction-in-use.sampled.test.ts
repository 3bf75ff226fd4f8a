/** What does a missed reference cost, if looks decide which pages are unmapped? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { noEvictionInUse } from './no-eviction-in-use.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  MORE_FLUSHING,
  OF_EVERY_PROPERTY,
  bySentence,
  flushesIn,
  keepsAtsRules,
  marksYoung,
  reclaimAlone,
  shared,
  withScope,
  withoutEvents,
} from '../suites/relations.ts';

const EVICT = 'events=lru,unmap';

const GUARANTEES: readonly Guarantee[] = [
  {
    // MADV_PAGEOUT is excluded, as since 6.12 it evicts without a look.
    sentence: 'if only reclaim looks and clear_flush_young flushes, no page in use is evicted',
    made: (system) => {
      const classic = flushesIn(
        shared(marksYoung(keepsAtsRules(reclaimAlone(withoutEvents(system, 'pageout'))))),
        'clear_flush_young',
      );
      return withScope(classic, {
        events: [...new Set([...classic.scope.events, 'lru', 'unmap'] as const)],
      });
    },
  },
];

describe('no-eviction-in-use', () => {
  it.each([
    ['the ATC entry survives the look', 'Sometimes 5, Sometimes 8', { scope: EVICT }],
    ['every look flushes', 'Never', { driver: 'amd-iommu-v2', scope: EVICT }],
    ['looks do not decide', 'not asked', { scope: 'events=unmap' }],
    ['nothing is evicted', 'not asked', { scope: 'events=lru' }],
  ])('%s: %s', (_why, verdict, texts) => {
    expect(verdictOf(noEvictionInUse, parseSystem(texts))).toBe(verdict);
  });

  it.each(bySentence([MORE_FLUSHING, ...OF_EVERY_PROPERTY]))('%s', (_, relation) => {
    expect(exceptionToRelation(relation, noEvictionInUse)).toBeUndefined();
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, noEvictionInUse)).toBeUndefined();
  });

  it('is violated by chance exactly where it can be', () => {
    const { scope } = parseSystem({ scope: EVICT });
    expect(disagreementsInPresets(noEvictionInUse, scope)).toEqual([]);
    expect(disagreementsAtRandom(noEvictionInUse)).toEqual([]);
  });
});
