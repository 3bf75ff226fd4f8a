/** When can a frame be used after it was freed? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { noStaleAccess } from './no-stale-access.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  MORE_FLUSHING,
  OF_EVERY_PROPERTY,
  bySentence,
  flushesEverything,
} from '../suites/relations.ts';

const UNMAP = 'events=unmap';

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence: 'it never can if an unmap zaps, flushes the IOTLB, then the ATC, and waits for that',
    made: flushesEverything,
  },
];

describe('no-stale-access', () => {
  it.each([
    ['nobody tells the device', 'Sometimes 3, Sometimes 5', { driver: 'none' }],
    ['an unmap flushes', 'Never', {}],
    ['the ATC fills again', 'Never, Sometimes 10', { driver: 'smmu-5.2-reordered' }],
    [
      'the IOTLB is not flushed',
      'Sometimes 3, Sometimes 9',
      { driver: 'vtd-6.18-wrong-descriptor' },
    ],
    ['khugepaged', 'Sometimes 3, Sometimes 5', { kernel: 'khugepaged-before-6.1' }],
    [
      'a TLB alone has it cached',
      'Never',
      { driver: 'none', hardware: 'walk-always', scope: `cpus=1 observers=none ${UNMAP}` },
    ],
    ['nothing is cached', 'Vacuous', { driver: 'none', hardware: 'walk-always' }],
  ])('%s: %s', (_why, verdict, texts) => {
    expect(verdictOf(noStaleAccess, parseSystem({ scope: UNMAP, ...texts }))).toBe(verdict);
  });

  it('is not asked where nothing is unmapped', () => {
    expect(verdictOf(noStaleAccess, parseSystem({ driver: 'none' }))).toBe('not asked');
  });

  it.each(bySentence([MORE_FLUSHING, ...OF_EVERY_PROPERTY]))('%s', (_, relation) => {
    expect(exceptionToRelation(relation, noStaleAccess)).toBeUndefined();
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, noStaleAccess)).toBeUndefined();
  });

  it('is violated by chance exactly where it can be', () => {
    const { scope } = parseSystem({ scope: `${UNMAP},write` });
    expect(disagreementsInPresets(noStaleAccess, scope)).toEqual([]);
    expect(disagreementsAtRandom(noStaleAccess)).toEqual([]);
  });
});
