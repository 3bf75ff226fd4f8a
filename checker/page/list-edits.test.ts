/** Lists of steps are edited as lists, and what comes out is a system in words. */
import { describe, expect, it } from 'vitest';
import { CONDITIONS, RANGES } from '../../model/program.ts';
import { CALLBACKS, OPTIONAL_EVENTS, PROGRAMS } from '../../model/system.ts';
import { ACTION_WORDS, wordsOf } from '../../model/text.ts';
import { sequenceOf } from '../tell/sequence.ts';
import { follow } from '../trace/replay.ts';
import { parsePart, parseSystem } from '../trace/setup.ts';
import { eventsIn } from './link.ts';
import { added, choicesOf, dropped, insteadOf, listsOf, moved, withList } from './list-edits.ts';

const system = parseSystem({ driver: 'amd-iommu-v2', scope: 'events=unmap' });
/** A system in whose scope every program can run, with actions to which ranges can be given. */
const everything = parseSystem({
  driver: 'clear_young=harvest,return-one invalidate_secondary=flush-iotlb,flush-atc',
  scope:
    'pages=2 cpus=1 granularity=fine observers=reclaim,idle ' + `events=${OPTIONAL_EVENTS.join()}`,
});
const list = (field: string) => listsOf(system).find((one) => one.field === field)!;

describe('an edit of a list', () => {
  it.each([
    ['age', ['pte'], 'kernel', 'v4.20-x86 age=pte'],
    [
      'unmap',
      ['pte', 'invalidate', 'flush-tlb'],
      'kernel',
      'v4.20-x86 unmap=pte,invalidate,flush-tlb',
    ],
    ['clear_flush_young', [], 'driver', 'amd-iommu-v2 clear_flush_young=none'],
  ] as const)('%s = %s', (field, items, part, text) => {
    expect(withList(system, list(field), items)).toBe(text);
    const changed = {
      ...system,
      [part]: parsePart(part, text).value,
      names: { [part]: text.split(' ')[0] },
    };
    expect(listsOf(changed).find((one) => one.field === field)!.items).toEqual(items);
    expect(withList(changed, list(field), list(field).items).split(' ')[0]).toBe(
      text.split(' ')[0],
    );
  });

  it('of a driver without a name begins with nothing', () => {
    const bare = parseSystem({ driver: 'none' });
    const flush = listsOf(bare).find(({ field }) => field === 'clear_flush_young')!;
    expect(withList(bare, flush, ['flush-atc'])).toBe('clear_flush_young=flush-atc');
  });

  it('moves a member by one place', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
  });

  it('offers what a list may hold at its place, and nothing else', () => {
    for (const one of listsOf(everything)) {
      const next = [
        ...choicesOf(one).map((member) => added(one, member)!),
        ...one.items.flatMap((_, i) => insteadOf(one, i).map((as) => one.items.with(i, as))),
      ];
      expect(next, one.field).not.toEqual([]);
      for (const items of next) {
        const text = withList(everything, one, items);
        expect(() => parsePart(one.part, text), text).not.toThrow();
      }
    }
  });

  it('leads to every word that a list may have, and to every range and condition', () => {
    const reached = listsOf(everything).flatMap((one) => {
      const instead = one.items.flatMap((_, i) => insteadOf(one, i));
      return [...one.items, ...choicesOf(one), ...instead].map(
        (text) => [one.field, text] as const,
      );
    });
    const of = (field: string) =>
      reached.filter(([list]) => list === field).map(([, text]) => text);
    for (const program of PROGRAMS) {
      for (const word of wordsOf(program)) expect(of(program), program).toContain(word);
    }
    for (const callback of CALLBACKS) {
      for (const word of ACTION_WORDS) expect(of(callback), callback).toContain(word);
      expect(of(callback)).toContain('return-harvested');
    }
    for (const sign of [
      ...RANGES.slice(1).map((r) => `@${r}`),
      ...CONDITIONS.map((c) => `?${c}`),
    ]) {
      expect(
        reached.some(([, text]) => text.includes(sign)),
        sign,
      ).toBe(true);
    }
  });

  it('adds a step where it may stand, and keeps the order in which it must', () => {
    const of = (field: string) => listsOf(everything).find((one) => one.field === field)!;
    expect(added(of('unmap'), 'look')).toEqual(['look', 'pte', 'flush-tlb', 'invalidate']);
    expect(added(of('migrate'), 'flush-tlb')?.at(-1)).toBe('remap');
    expect(dropped(of('cow'), 0)).toEqual(['set', 'flush-tlb', 'invalidate']);
    expect(insteadOf(of('rewrite'), 0)).toEqual(['read']);
  });

  it('that nothing can mend stays as it was asked for, and is refused in words', () => {
    expect(dropped(list('age'), 0)).toEqual(['clear_flush_young']);
    const text = withList(system, list('age'), ['clear_flush_young']);
    expect(() => parsePart('kernel', text)).toThrow("it begins with 'pte'");
  });
});

describe('the lists of a step', () => {
  const told = (driver: string, scope: string, events: string) => {
    const of = parseSystem({ driver, scope });
    const { rows } = sequenceOf(follow(of, eventsIn(of, events)));
    return rows.map(({ lists }) =>
      lists.flatMap(({ name, steps }) =>
        steps.flatMap(({ text, ran }) => (ran === undefined ? [] : [`${name}: ${text} ${ran}`])),
      ),
    );
  };

  it('are all run at once in atomic', () => {
    const [read, look] = told('amd-iommu-v2', 'mail', 'dev0.read.A,kswapd.folio_referenced.A');
    expect(read).toEqual([]);
    expect(look).toEqual([
      'age: pte now',
      'age: clear_flush_young now',
      'clear_flush_young: flush-iotlb now',
      'clear_flush_young: flush-atc now',
    ]);
  });

  it('are run one by one in fine', () => {
    const events = 'dev0.request-read.A,iommu.translate.dev0.A,kswapd.age.A,kswapd.flush-iotlb.A';
    const rows = told('amd-iommu-v2', 'granularity=fine', events);
    expect(rows[2]).toEqual(['age: pte now']);
    expect(rows[3]).toEqual([
      'age: pte before',
      'age: clear_flush_young now',
      'clear_flush_young: flush-iotlb now',
    ]);
  });
});
