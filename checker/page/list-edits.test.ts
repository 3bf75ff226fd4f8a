/** Lists of steps are edited as lists, and what comes out is a system in words. */
import { describe, expect, it } from 'vitest';
import { sequenceOf } from '../tell/sequence.ts';
import { follow } from '../trace/replay.ts';
import { parsePart, parseSystem } from '../trace/setup.ts';
import { eventsIn } from './link.ts';
import { listsOf, moved, withList } from './list-edits.ts';

const system = parseSystem({ driver: 'amd-iommu-v2', scope: 'events=unmap' });
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

  it('offers what a list may hold, and nothing else', () => {
    for (const { part, field, items, choices } of listsOf(system)) {
      for (const choice of choices) {
        const text = withList(system, { part, field, items, choices }, [
          ...(part === 'kernel' ? ['pte'] : []),
          choice,
        ]);
        expect(() => parsePart(part, text), text).not.toThrow();
      }
    }
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
