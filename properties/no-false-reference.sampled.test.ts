/** Which policies report a page referenced that nobody used? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { noFalseReference } from './no-false-reference.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  OF_EVERY_PROPERTY,
  bySentence,
  line,
  shared,
  withDriver,
  withSteps,
  withoutEvents,
} from '../suites/relations.ts';

/** The driver's callbacks whose return value a look heeds. */
const answers = (system: Parameters<Guarantee['made']>[0], returns: 'zero' | 'harvested') => {
  const { clear_flush_young, clear_young } = system.driver;
  return withDriver(system, {
    clear_flush_young: { ...clear_flush_young, returns },
    clear_young: { ...clear_young, returns },
  });
};

/**
 * Two sources of false references must be excluded. A walk of the multi-gen LRU leaves PG_young,
 * which reports the use a second time. clear_refs and MADV_COLD do not clear the young bit of an
 * spte.
 */
const GUARANTEES: readonly Guarantee[] = [
  {
    sentence: 'if callbacks return 0, the PTE decides, and it is young only if the page was used',
    made: (system) => answers(withoutEvents(system, 'walk'), 'zero'),
  },
  {
    sentence: 'if the IOMMU walks the page table of the CPU, there is nothing to harvest',
    made: (system) => answers(shared(withoutEvents(system, 'walk')), 'harvested'),
  },
  {
    sentence: 'KVM harvests at every look, and nothing else clears a young bit',
    made: (system) => {
      const harvests = {
        actions: [line('harvest'), line('flush-atc', 'harvested')],
        returns: 'harvested',
      } as const;
      const kvm = withDriver(withoutEvents(system, 'walk', 'cold', 'clear-refs'), {
        secondary: 'shadow',
        clear_flush_young: harvests,
        clear_young: harvests,
      });
      return withSteps(kvm, ['age', 'idle'], [line('clear_young')]);
    },
  },
];

describe('no-false-reference', () => {
  it.each([
    ['the notifier always says 1', 'Sometimes 3, Sometimes 6', { driver: 'always-referenced' }],
    ['the mail', 'Never', {}],
    ['KVM tells what it harvests', 'Never', { driver: 'kvm', scope: 'observers=reclaim,idle' }],
    ['nobody looks', 'not asked', { scope: 'observers=none' }],
    [
      'a walk of the multi-gen LRU leaves PG_young, which tells a second time',
      'Sometimes 5, Sometimes 8',
      { hardware: 'walk-always', scope: 'observers=reclaim,idle events=walk' },
    ],
    [
      'clear_refs clears young in the PTE, not in the spte of KVM',
      'Sometimes 3, Sometimes 9',
      { driver: 'kvm', scope: 'events=clear-refs' },
    ],
    [
      'clear_flush_young leaves a bit that clear_young harvests later',
      'Sometimes 4, Sometimes 9',
      {
        driver: 'secondary=shadow clear_young=harvest,return-harvested',
        scope: 'observers=reclaim,idle',
      },
    ],
  ])('%s: %s', (_why, verdict, texts) => {
    expect(verdictOf(noFalseReference, parseSystem(texts))).toBe(verdict);
  });

  it.each(bySentence(OF_EVERY_PROPERTY))('%s', (_, relation) => {
    expect(exceptionToRelation(relation, noFalseReference)).toBeUndefined();
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, noFalseReference)).toBeUndefined();
  });

  it('is violated by chance exactly where it can be', () => {
    const { scope } = parseSystem({ scope: 'observers=reclaim,idle' });
    expect(disagreementsInPresets(noFalseReference, scope)).toEqual([]);
    expect(disagreementsAtRandom(noFalseReference)).toEqual([]);
  });
});
