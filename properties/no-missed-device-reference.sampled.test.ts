/** The question of the mail: when is the use of a page by a device hidden from a look? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import type { System } from '../model/system.ts';
import { OBSERVERS } from '../model/system.ts';
import { noMissedDeviceReference } from './no-missed-device-reference.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  MORE_FLUSHING,
  OF_EVERY_PROPERTY,
  bySentence,
  flushesIn,
  keepsAtsRules,
  line,
  marksYoung,
  reclaimAlone,
  shared,
  withHardware,
  withSteps,
} from '../suites/relations.ts';

const [reclaim, idle] = OBSERVERS.map(noMissedDeviceReference);

/**
 * A system in which only reclaim looks, devices keep the ATS rules, and every walk leaves a young
 * bit.
 */
const walked = (system: System): System => shared(marksYoung(keepsAtsRules(reclaimAlone(system))));

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence: 'if nothing is cached, every access sets young, and no look misses it',
    made: (system) => shared(withHardware(marksYoung(system), { ats: false, iotlb: false })),
  },
  {
    sentence:
      'if only reclaim looks, and clear_flush_young flushes IOTLB and ATC, nothing is missed',
    made: (system) => flushesIn(walked(system), 'clear_flush_young'),
  },
  {
    sentence: 'if only reclaim looks, it is enough that flush_young flushes young pages',
    made: (system) =>
      flushesIn(withSteps(walked(system), ['age'], [line('flush_young', 'young')]), 'flush_young'),
  },
];

describe('no-missed-device-reference', () => {
  it.each([
    ['the ATC entry survives the look: the mail', 'Sometimes 4, Sometimes 7', {}],
    ['so does an IOTLB entry', 'Sometimes 4, Sometimes 6', { hardware: 'no-ats' }],
    ['multi-gen LRU asks nobody', 'Sometimes 4, Sometimes 7', { kernel: 'v6.6-x86-mglru' }],
    ['every look flushes', 'Never', { driver: 'amd-iommu-v2' }],
    ['a look at a young page flushes', 'Never', { kernel: 'v6.6-arm64' }],
    ['reclaim does not look', 'not asked', { scope: 'observers=idle' }],
  ])('of reclaim: %s: %s', (_why, verdict, texts) => {
    expect(verdictOf(reclaim, parseSystem(texts))).toBe(verdict);
  });

  it.each([
    ['clear_young flushes nothing', 'Sometimes 4, Sometimes 7', { driver: 'amd-iommu-v2' }],
    ['nothing is cached', 'Never', { driver: 'none', hardware: 'walk-always' }],
  ])('of page_idle: %s: %s', (_why, verdict, texts) => {
    expect(verdictOf(idle, parseSystem({ ...texts, scope: 'observers=idle' }))).toBe(verdict);
  });

  describe.each([reclaim, idle])('$name', (property) => {
    it.each(bySentence([MORE_FLUSHING, ...OF_EVERY_PROPERTY]))('%s', (_, relation) => {
      expect(exceptionToRelation(relation, property)).toBeUndefined();
    });

    it('is violated by chance exactly where it can be', () => {
      const { scope } = parseSystem({ scope: 'observers=reclaim,idle' });
      expect(disagreementsInPresets(property, scope)).toEqual([]);
      expect(disagreementsAtRandom(property)).toEqual([]);
    });
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, reclaim)).toBeUndefined();
  });
});
