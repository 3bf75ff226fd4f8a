/** When is a write lost, as it reaches a frame that was copied already? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { noLostWrite } from './no-lost-write.ts';
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

const MOVES = 'observers=none events=migrate,write';

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence: 'none is if every cache is flushed between the change of the PTE and the copy',
    made: (system) =>
      withKernel(flushesEverything(keepsExtendedRules(system)), {
        migrate: [line('pte'), line('flush-tlb'), line('invalidate'), line('copy'), line('remap')],
      }),
  },
];

describe('no-lost-write', () => {
  it.each([
    [
      'a THP was copied before the device was told: 7066f0f933a1',
      'not asked, Sometimes 5',
      { kernel: 'migrate=pte,flush-tlb,copy,invalidate,remap', scope: MOVES },
    ],
    ['the device is told first', 'not asked, Never', { scope: MOVES }],
    [
      'a CPU is not told',
      'not asked, Sometimes 4',
      {
        kernel: 'migrate=pte,copy,flush-tlb,remap',
        scope: 'cpus=1 observers=none events=migrate,write',
      },
    ],
    [
      'nothing is cached',
      'not asked, Vacuous',
      { driver: 'none', hardware: 'walk-always', scope: MOVES },
    ],
    ['nobody writes', 'not asked', { scope: 'observers=none events=migrate' }],
  ])('%s: %s', (_why, verdict, texts) => {
    expect(verdictOf(noLostWrite, parseSystem(texts))).toBe(verdict);
  });

  it.each(bySentence([MORE_FLUSHING, ...OF_STEPS]))('%s', (_, relation) => {
    expect(exceptionToRelation(relation, noLostWrite)).toBeUndefined();
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, noLostWrite)).toBeUndefined();
  });

  it('is violated by chance exactly where it can be', () => {
    const { scope } = parseSystem({ scope: MOVES });
    expect(disagreementsInPresets(noLostWrite, scope)).toEqual([]);
    expect(disagreementsAtRandom(noLostWrite)).toEqual([]);
  });
});
