/** The member of a list that runs is the one that is marked, even if another has the same name. */
import { describe, expect, it } from 'vitest';
import { follow } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { eventText } from '../../model/events.ts';
import { sequenceOf } from './sequence.ts';

type GivenParts = Parameters<typeof parseSystem>[0];

/** The row of the last event. */
function lastRow(parts: GivenParts, texts: readonly string[]) {
  const system = parseSystem(parts);
  const { events } = follow(system, []).model;
  const run = texts.map((text) => events.find((event) => eventText(event) === text)!);
  return sequenceOf(follow(system, run)).rows.at(-1)!;
}

/** The lists of the last event: each member, and `*` before one that runs, `+` if it ran before. */
function lists(parts: GivenParts, texts: readonly string[]) {
  return lastRow(parts, texts).lists.map(({ name, steps }) => {
    const marks = { now: '*', before: '+' };
    const members = steps.map(({ text, ran }) => (ran === undefined ? '' : marks[ran]) + text);
    return `${name}: ${members.join(' ')}`;
  });
}

const [READ, LOOK] = ['dev0: read A', 'kswapd: folio_referenced A'];

describe('the members that run', () => {
  it('are told apart from others of the same name', () => {
    const driver = 'clear_flush_young=flush-atc?harvested,flush-iotlb,flush-atc';
    expect(lists({ driver }, [READ, LOOK])).toEqual([
      'age: *pte *clear_flush_young',
      'clear_flush_young: flush-atc?harvested *flush-iotlb *flush-atc',
    ]);
  });

  it('are told apart in a program, too', () => {
    const kernel = 'age=pte,flush-tlb?young,flush-tlb';
    const old = [READ, LOOK, LOOK];
    const scope = 'cpus=1';
    expect(lists({ kernel, scope }, old)).toEqual(['age: *pte flush-tlb?young *flush-tlb']);
    const young = old.slice(0, 2);
    expect(lists({ kernel, scope }, young)).toEqual(['age: *pte *flush-tlb?young *flush-tlb']);
  });

  it('are told one by one where steps are events', () => {
    const driver = 'clear_flush_young=flush-iotlb,flush-atc';
    const parts = { driver, scope: 'granularity=fine' };
    const AGE = 'kswapd: age A';
    const access = ['dev0: request-read A', 'iommu: translate dev0 A', 'dev0: complete A'];
    const steps = ['flush-iotlb', 'post-atc'].map((step) => `kswapd: ${step} A`);
    expect(lists(parts, [...access, AGE])).toEqual([
      'age: *pte clear_flush_young',
      'clear_flush_young: flush-iotlb flush-atc',
    ]);
    expect(lists(parts, [...access, AGE, steps[0]])).toEqual([
      'age: +pte *clear_flush_young',
      'clear_flush_young: *flush-iotlb flush-atc',
    ]);
    expect(lists(parts, [...access, AGE, ...steps])).toEqual([
      'age: +pte *clear_flush_young',
      'clear_flush_young: +flush-iotlb *flush-atc',
    ]);
  });

  it('have the call of a callback that does nothing among them', () => {
    const driver = 'clear_flush_young=none';
    expect(lists({ driver }, [READ, LOOK])).toEqual([
      'age: *pte *clear_flush_young',
      'clear_flush_young: ',
    ]);
  });
});

describe.each(['reclaim', 'idle', 'none'])(
  'the look inside an unmap, observers=%s',
  (observers) => {
    const parts = {
      kernel: 'unmap=look,pte,invalidate age=pte,clear_flush_young',
      driver: 'clear_flush_young=none invalidate_secondary=flush-atc',
      scope: `granularity=fine events=unmap observers=${observers}`,
    };
    const access = ['dev0: request-read A', 'iommu: translate dev0 A', 'dev0: complete A'];
    const unmap = ['kswapd: unmap A', 'kswapd: age A'];

    it('is the member of the unmap that runs, whether or not reclaim looks in this scope', () => {
      expect(lists(parts, [...access, ...unmap])).toEqual([
        'unmap: *look pte invalidate',
        'invalidate_secondary: flush-atc',
      ]);
    });

    it('lets the unmap go on behind it', () => {
      const second = ['kswapd: report A', 'kswapd: unmap A', 'kswapd: age A', 'kswapd: report A'];
      expect(lists(parts, [...access, ...unmap, ...second, 'kswapd: pte A'])).toEqual([
        'unmap: +look *pte invalidate',
        'invalidate_secondary: flush-atc',
      ]);
    });

    it('ends an unmap of a page in use, of which no frame is freed', () => {
      const { arrows, sentence } = lastRow(parts, [...access, ...unmap, 'kswapd: report A']);
      expect(arrows.map(({ label }) => label)).toEqual(['== 1', 'gives up']);
      expect(sentence).toMatch(/The unmap of A is given up\.$/);
    });
  },
);
