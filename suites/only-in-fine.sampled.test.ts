/** What a system says in vain as long as its operations are atomic. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Search } from '../checker/search/search.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { onlyInFine } from '../model/only-in-fine.ts';
import type { Parts, System } from '../model/system.ts';
import { anySystem, fitted } from '../properties/generators/any-system.ts';
import { PROPERTIES } from '../properties/index.ts';
import { samples } from './samples.ts';

/** The verdicts of a system, and how large it is. Undefined if it is too large to be searched. */
function resultOf(parts: Parts, granularity: 'atomic' | 'fine'): string | undefined {
  const system: System = { ...parts, scope: { ...parts.scope, granularity }, names: {} };
  const search = new Search(system, PROPERTIES, { maxStates: 2000 });
  search.run();
  if (!search.complete) return undefined;
  const lengths = PROPERTIES.map((property) => search.violation(property)?.length);
  return [search.size, search.transitions, ...lengths].join();
}

const ORDER = 'the order of';
const kindOf = (what: string): string => (what.startsWith(ORDER) ? ORDER : what);

describe('what only fine can tell', () => {
  it('changes nothing in atomic', () => {
    const tried = new Set<string>();
    const ANY = anySystem({ pages: 1, cpus: 1, devices: 1 });
    const property = fc.property(ANY, (parts) => {
      const scope = { ...parts.scope, granularity: 'atomic' as const };
      const atomic = fitted({ ...parts, scope });
      const told = onlyInFine(atomic);
      const expected = told.length === 0 ? undefined : resultOf(atomic, 'atomic');
      fc.pre(expected !== undefined);
      for (const { what, list, instead } of told) {
        expect(resultOf(instead, 'atomic'), `${what} in ${list}`).toBe(expected);
        tried.add(kindOf(what));
      }
      expect(onlyInFine({ ...parts, scope: { ...parts.scope, granularity: 'fine' } })).toEqual([]);
    });
    fc.assert(property, { seed: 20190131, numRuns: samples(30) });
    expect([...tried]).toEqual(
      expect.arrayContaining([ORDER, 'await-atc', 'post-atc without await-atc']),
    );
  });

  const I = 'invalidate_secondary=flush-iotlb,flush-atc';
  const QUEUE = 'ats=false iotlbQueue=true';
  it.each([
    ['the order of flush-atc and flush-iotlb', { driver: 'smmu-5.2-reordered' }],
    ['the order of zap and flush-atc', { driver: 'kvm' }],
    [
      'the order of clear_flush_young and invalidate',
      {
        kernel: 'unmap=pte,clear_flush_young,invalidate',
        driver: 'clear_flush_young=flush-atc invalidate_secondary=flush-iotlb',
      },
    ],
    ['post-atc without await-atc', { driver: 'invalidate_secondary=flush-iotlb,post-atc' }],
    ['await-atc', { driver: 'invalidate_secondary=flush-iotlb,post-atc,await-atc' }],
    [
      'post-iotlb without await-iotlb',
      { driver: 'invalidate_secondary=post-iotlb', hardware: QUEUE },
    ],
    ['await-iotlb', { driver: 'invalidate_secondary=post-iotlb,await-iotlb', hardware: QUEUE }],
    ['iotlbQueue', { driver: I, hardware: 'iotlbQueue=true' }],
    ['drainsTranslated', { driver: I, hardware: `${QUEUE} inFlight=true drainsTranslated=false` }],
    ['the place of pte', { kernel: 'unmap=invalidate,pte,flush-tlb', driver: I }],
    ['unlock', { kernel: 'unmap=pte,unlock,flush-tlb,invalidate', driver: I }],
    ['fill', { driver: 'kvm fill=none' }],
    [
      'zap',
      {
        kernel: 'migrate=pte,copy,flush_young,remap',
        driver: 'secondary=shadow flush_young=zap marksAccessed=zap',
        scope: 'events=lru,migrate',
      },
    ],
    ['dropsOvertakenCompletions', { driver: I, hardware: 'dropsOvertakenCompletions=false' }],
    ['accessFlag', { driver: 'amd-iommu-v2', hardware: 'accessFlag=fault' }],
    [
      'drainsPostedWrites',
      { driver: I, hardware: 'drainsPostedWrites=false', scope: 'events=unmap,write,posted' },
    ],
  ])('%s changes a verdict or the states in fine alone: %j', (what, texts) => {
    const parts = parseSystem({ scope: 'events=unmap', ...texts });
    const { instead } = onlyInFine(parts).find((one) => one.what === what)!;
    expect(resultOf(instead, 'atomic')).toBe(resultOf(parts, 'atomic'));
    expect(resultOf(instead, 'fine')).not.toBe(resultOf(parts, 'fine'));
  });

  it.each([
    ['one cache is flushed', { driver: 'ocxl' }],
    ['nobody calls it', { driver: 'amd-iommu-v2', scope: 'observers=none' }],
    ['there is no ATC', { driver: 'amd-iommu-v2', hardware: 'no-ats' }],
    ['it is done at once in fine, too', { driver: I, scope: 'events=cold,collapse' }],
    ['nothing stands before pte', { kernel: 'unmap=pte,invalidate', driver: I }],
    ['the TLB fills no other cache', { driver: 'none', scope: 'cpus=1 events=unmap' }],
    ['no invalidation is sent', { hardware: 'dropsOvertakenCompletions=false' }],
  ])('is not told where %s', (_, texts) => {
    expect(onlyInFine(parseSystem({ scope: 'mail', ...texts }))).toEqual([]);
  });
});
