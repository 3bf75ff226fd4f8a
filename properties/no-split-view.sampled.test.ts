/** When does somebody see the old frame of a page, after somebody else has seen the new one? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { noSplitView } from './no-split-view.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  MORE_FLUSHING,
  OF_STEPS,
  bySentence,
  flushesEverything,
  keepsExtendedRules,
  line,
  withKernel,
} from '../suites/relations.ts';

const UNMAP = 'cpus=1 observers=none events=unmap,write';
const COPY = 'cpus=1 observers=none events=fork,cow,write';

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence: 'nobody does if every flush is over before the lock is given up, or the copy is set',
    made: (system) =>
      withKernel(flushesEverything(keepsExtendedRules(system)), {
        unmap: [line('pte'), line('flush-tlb'), line('invalidate'), line('unlock')],
        cow: [line('pte'), line('flush-tlb'), line('invalidate'), line('set')],
      }),
  },
];

describe('no-split-view', () => {
  it.each([
    [
      'invalidate_page told the device after the lock was gone, up to 4.12',
      'not asked, Sometimes 5',
      { kernel: 'unmap=pte,unlock,flush-tlb,invalidate', scope: UNMAP },
    ],
    [
      'the flushes come first',
      'not asked, Never',
      { kernel: 'unmap=pte,flush-tlb,invalidate,unlock', scope: UNMAP },
    ],
    [
      'the copy is mapped before the secondary hears: Xiao Guangrong, 2012',
      'not asked, Sometimes 7',
      { kernel: 'cow=set,flush-tlb,invalidate', scope: COPY },
    ],
    ['wp_page_copy() of today', 'not asked, Never', { scope: COPY }],
    ['the lock lasts to the end', 'not asked', { scope: UNMAP }],
  ])('%s: %s', (_why, verdict, texts) => {
    expect(verdictOf(noSplitView, parseSystem(texts))).toBe(verdict);
  });

  it('is asked of an unmap, whatever a copy lacks', () => {
    const scope = 'observers=none granularity=fine events=unmap,write,cow';
    const kernel = 'unmap=pte,unlock,flush-tlb,invalidate';
    expect(noSplitView.applies(parseSystem({ kernel, scope }))).toBe(true);
    expect(noSplitView.applies(parseSystem({ scope }))).toBe(false);
  });

  it('is vacuous where nothing is cached', () => {
    const kernel = 'unmap=pte,unlock,flush-tlb,invalidate';
    const scope = 'observers=none events=unmap';
    const system = parseSystem({ kernel, driver: 'none', hardware: 'walk-always', scope });
    expect(verdictOf(noSplitView, system)).toBe('not asked, Vacuous');
  });

  it.each(bySentence([MORE_FLUSHING, ...OF_STEPS]))('%s', (_, relation) => {
    expect(exceptionToRelation(relation, noSplitView)).toBeUndefined();
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, noSplitView)).toBeUndefined();
  });

  it('is violated by chance exactly where it can be', () => {
    const { scope } = parseSystem({ scope: COPY });
    expect(disagreementsInPresets(noSplitView, scope)).toEqual([]);
    expect(disagreementsAtRandom(noSplitView)).toEqual([]);
  });
});
