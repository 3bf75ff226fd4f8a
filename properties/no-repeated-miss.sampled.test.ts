/** Does a policy that has missed a reference once recover, or does it stay blind? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { OBSERVERS } from '../model/system.ts';
import { noMissedDeviceReference } from './no-missed-device-reference.ts';
import { noRepeatedMiss } from './no-repeated-miss.ts';
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
} from '../suites/relations.ts';

const [reclaim, idle] = OBSERVERS.map(noRepeatedMiss);
const FORGETTING = 'events=clear-refs';

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence:
      'a driver that flushes at every look recovers, even if others clear young or forget uses',
    made: (system) => {
      const { events } = system.scope;
      const classic = shared(marksYoung(keepsAtsRules(reclaimAlone(system))));
      return withScope(flushesIn(classic, 'clear_flush_young'), {
        events,
        observers: OBSERVERS,
      });
    },
  },
];

describe('no-repeated-miss', () => {
  it.each([
    ['nobody flushes', 'Sometimes 6, Sometimes 10', {}],
    ['every look flushes', 'Never', { driver: 'amd-iommu-v2', scope: FORGETTING }],
    [
      'one clear_refs is enough to blind a driver that flushes only young pages',
      'Sometimes 6, Sometimes 9',
      { kernel: 'flush-young-proposal', driver: 'sva-flush-young', scope: FORGETTING },
    ],
    ['reclaim does not look', 'not asked', { scope: 'observers=idle' }],
  ])('of reclaim: %s: %s', (_why, verdict, texts) => {
    expect(verdictOf(reclaim, parseSystem(texts))).toBe(verdict);
  });

  it.each([
    ['clear_young flushes nothing', 'Sometimes 6, Sometimes 10', { driver: 'amd-iommu-v2' }],
    ['nothing is cached', 'Never', { hardware: 'walk-always' }],
  ])('of page_idle: %s: %s', (_why, verdict, texts) => {
    expect(verdictOf(idle, parseSystem({ ...texts, scope: 'observers=idle' }))).toBe(verdict);
  });

  describe.each([reclaim, idle])('$name', (property) => {
    it.each(bySentence([MORE_FLUSHING, ...OF_EVERY_PROPERTY]))('%s', (_, relation) => {
      expect(exceptionToRelation(relation, property)).toBeUndefined();
    });

    it('is violated by chance exactly where it can be', () => {
      const { scope } = parseSystem({ scope: 'observers=reclaim,idle events=clear-refs' });
      expect(disagreementsInPresets(property, scope)).toEqual([]);
      expect(disagreementsAtRandom(property)).toEqual([]);
    });
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, reclaim)).toBeUndefined();
  });

  it('asks for more than that no reference is missed', () => {
    const look = { observer: 'reclaim', referenced: false, devSure: true } as const;
    const shown = { look: { ...look, cpuSure: false, maybe: true, missedBefore: false } };
    const once = shown as Parameters<typeof reclaim.violated>[0];
    const again = { look: { ...shown.look, missedBefore: true } } as typeof once;
    const [missed] = OBSERVERS.map(noMissedDeviceReference);
    expect([once, again].map(missed.violated)).toEqual([true, true]);
    expect([once, again].map(reclaim.violated)).toEqual([false, true]);
  });
});
