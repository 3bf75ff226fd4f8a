/** Which uses by a CPU does its TLB hide, and what does a TLB flush on aging change? */
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
import { noMissedCpuReference } from './no-missed-cpu-reference.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  MORE_FLUSHING,
  OF_EVERY_PROPERTY,
  bySentence,
  line,
  reclaimAlone,
  withDriver,
  withScope,
  withSteps,
} from '../suites/relations.ts';

const [reclaim, idle] = OBSERVERS.map(noMissedCpuReference);
const CPU = 'cpus=1';

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence: 'if only reclaim looks, and aging flushes the TLB of young pages, nothing is missed',
    made: (system) =>
      withScope(withSteps(reclaimAlone(system), ['age'], [line('flush-tlb', 'young')]), {
        cpus: 1,
      }),
  },
  {
    sentence: 'if only reclaim looks, and clear_flush_young always returns 1, nothing is missed',
    made: (system) => {
      const { actions } = system.driver.clear_flush_young;
      const answers = withDriver(reclaimAlone(system), {
        clear_flush_young: { actions, returns: 'one' },
      });
      return withScope(answers, { cpus: 1 });
    },
  },
];

describe('no-missed-cpu-reference', () => {
  it.each([
    ['x86 never flushes on aging', 'Sometimes 4, Sometimes 6', { scope: CPU }],
    ['arm64 flushes what was young', 'Never', { kernel: 'v5.15-arm64', scope: CPU }],
    [
      'not in multi-gen LRU',
      'Sometimes 4, Sometimes 6',
      { kernel: 'v6.12-arm64-mglru', scope: CPU },
    ],
    ['there is no CPU', 'not asked', {}],
  ])('of reclaim: %s: %s', (_why, verdict, texts) => {
    expect(verdictOf(reclaim, parseSystem(texts))).toBe(verdict);
  });

  it.each([
    ['page_idle flushes nowhere', 'Sometimes 4, Sometimes 6', { kernel: 'v5.15-arm64' }],
    ['unless the notifier says 1', 'Never', { driver: 'clear_young=return-one' }],
  ])('of page_idle: %s: %s', (_why, verdict, texts) => {
    const scope = `${CPU} observers=idle`;
    expect(verdictOf(idle, parseSystem({ ...texts, scope }))).toBe(verdict);
  });

  describe.each([reclaim, idle])('$name', (property) => {
    it.each(bySentence([MORE_FLUSHING, ...OF_EVERY_PROPERTY]))('%s', (_, relation) => {
      expect(exceptionToRelation(relation, property)).toBeUndefined();
    });

    it('is violated by chance exactly where it can be', () => {
      const { scope } = parseSystem({ scope: `${CPU} observers=reclaim,idle` });
      expect(disagreementsInPresets(property, scope)).toEqual([]);
      expect(disagreementsAtRandom(property)).toEqual([]);
    });
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, reclaim)).toBeUndefined();
  });
});
