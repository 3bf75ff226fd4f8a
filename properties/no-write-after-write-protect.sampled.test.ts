/** When can somebody write after page_mkclean() has withdrawn the permission? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { noWriteAfterWriteProtect } from './no-write-after-write-protect.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  MORE_FLUSHING,
  OF_EVERY_PROPERTY,
  bySentence,
  flushesEverything,
} from '../suites/relations.ts';

const REVOKE = 'events=protect,write';

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence:
      'nobody can if a write-protect zaps, flushes the IOTLB, then the ATC, and waits for that',
    made: flushesEverything,
  },
];

describe('no-write-after-write-protect', () => {
  it.each([
    ['nobody tells the device', 'Sometimes 3, Sometimes 5', { driver: 'none' }],
    ['a write-protect flushes', 'Never', {}],
    ['khugepaged is about unmaps alone', 'Never', { kernel: 'khugepaged-before-6.1' }],
    ['nothing is cached', 'Vacuous', { driver: 'none', hardware: 'walk-always' }],
  ])('%s: %s', (_why, verdict, texts) => {
    const system = parseSystem({ ...texts, scope: REVOKE });
    expect(verdictOf(noWriteAfterWriteProtect, system)).toBe(verdict);
  });

  it('is asked of an mprotect() that finds a page whose unmap has not flushed yet', () => {
    const kernel = 'unmap=pte,unlock,flush-tlb,invalidate';
    const scope = 'cpus=1 granularity=fine events=unmap,write,mprotect';
    const verdict = (checks: boolean) =>
      verdictOf(
        noWriteAfterWriteProtect,
        parseSystem({ kernel: `${kernel} checksPending=${checks}`, scope }),
      );
    expect(verdict(false)).toBe('not asked, Sometimes 4');
    expect(verdict(true)).toBe('not asked, Vacuous');
  });

  it.each(['events=protect', 'events=unmap,write'])('is not asked with %s', (scope) => {
    expect(verdictOf(noWriteAfterWriteProtect, parseSystem({ scope }))).toBe('not asked');
  });

  it.each(bySentence([MORE_FLUSHING, ...OF_EVERY_PROPERTY]))('%s', (_, relation) => {
    expect(exceptionToRelation(relation, noWriteAfterWriteProtect)).toBeUndefined();
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, noWriteAfterWriteProtect)).toBeUndefined();
  });

  it('is violated by chance exactly where it can be', () => {
    const { scope } = parseSystem({ scope: REVOKE });
    expect(disagreementsInPresets(noWriteAfterWriteProtect, scope)).toEqual([]);
    expect(disagreementsAtRandom(noWriteAfterWriteProtect)).toEqual([]);
  });
});
