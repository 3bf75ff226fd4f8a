/** Tests of each move that shrinks a run: what it makes of the run, and what it does not change. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSystem } from '../../checker/trace/setup.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { Moves, isDevice, sameRun, simpler } from './index.ts';

const FINE =
  'pages=3 cpus=2 devices=2 observers=reclaim,idle granularity=fine ' +
  'events=evict,unmap,protect,clear-refs,write,posted';
const ATOMIC =
  'pages=1 cpus=1 devices=1 observers=reclaim,idle granularity=atomic ' +
  'events=unmap,protect,write,walk';

/** The moves of a system. Events are given by their texts, one a line or separated by commas. */
function tried(scope: string, kernel = 'v6.1-x86') {
  const model = new Model(parseSystem({ kernel, driver: 'amd-iommu-v2', scope }));
  const moves = new Moves(model);
  const places = (text: string): number[] =>
    text.split(', ').map((event) => {
      const found = model.events.find((other) => eventText(other) === event);
      if (found === undefined) throw new Error(`no event "${event}" in this system`);
      return found.index;
    });
  const textOf = (run: readonly number[]) =>
    run.map((place) => eventText(model.events[place])).join(', ');
  return {
    model,
    moves,
    places,
    textOf,
    smaller: (text: string) => [...moves.smaller(places(text))].map(textOf),
  };
}
type Tried = ReturnType<typeof tried>;

// Made when a test runs and not when the file is loaded; docs/mutation.md says why.
let fine: Tried;
let atomic: Tried;
beforeAll(() => {
  fine = tried(FINE);
  atomic = tried(ATOMIC);
});

const UNMAP = 'kswapd: unmap A, dev0: read A, kswapd: flush-tlb A, kswapd: free A';

describe('what is tried in place of a run', () => {
  it.each<[string, 'fine' | 'atomic', string, string[]]>([
    [
      'one event: lower pages, lower devices',
      'fine',
      'dev1: read C',
      ['dev1: read A', 'dev1: read B', 'dev0: read C'],
    ],
    ['a CPU becomes a lower CPU, not a device', 'fine', 'cpu1: read A', ['cpu0: read A']],
    ['nothing is lower than the lowest', 'fine', 'dev0: read A', []],
    [
      'a kernel thread is never another: page_idle has the number of cpu1 and dev1',
      'fine',
      'page_idle: mark A',
      [],
    ],
    ['a read for a write', 'fine', 'cpu0: write A', ['cpu0: read A', 'cpu0: read A']],
    [
      'a page merged into a lower one keeps its events',
      'fine',
      'cpu0: read A, cpu0: read B',
      ['cpu0: read A, cpu0: read A', 'cpu0: read B', 'cpu0: read A', ''],
    ],
    [
      'a translation: read for write, dropped whole, an ATC hit instead',
      'fine',
      'dev0: request-write A, iommu: translate dev0 A, dev0: complete A',
      [
        'iommu: translate dev0 A, dev0: complete A',
        'dev0: request-write A, dev0: complete A',
        'dev0: request-write A, iommu: translate dev0 A',
        '',
        'dev0: complete A',
        'iommu: translate dev0 A',
        'dev0: request-write A',
        'dev0: request-read A, iommu: translate dev0 A, dev0: complete A',
        'dev0: request-read A, iommu: translate dev0 A, dev0: complete A',
        'dev0: write A',
      ],
    ],
    [
      'an operation: dropped whole, and shorter ones with the same beginning and end',
      'fine',
      UNMAP,
      [
        'kswapd: flush-tlb A, kswapd: free A',
        'kswapd: unmap A, dev0: read A',
        'dev0: read A, kswapd: flush-tlb A, kswapd: free A',
        'kswapd: unmap A, kswapd: flush-tlb A, kswapd: free A',
        'kswapd: unmap A, dev0: read A, kswapd: free A',
        'kswapd: unmap A, dev0: read A, kswapd: flush-tlb A',
        'dev0: read A',
        'kswapd: flush-tlb A, kswapd: free A',
        'dev0: read A, kswapd: free A',
        'dev0: read A, kswapd: flush-tlb A',
        'kswapd: unmap A, kswapd: free A',
        'kswapd: unmap A, kswapd: flush-tlb A',
        'kswapd: unmap A, dev0: read A',
        'kswapd: write-protect A, dev0: read A, kswapd: flush-tlb A, kswapd: free A',
        'kswapd: age A, dev0: read A, kswapd: flush-tlb A, kswapd: report A',
        'kswapd: write-protect A, dev0: read A, kswapd: flush-tlb A, kswapd: end A',
      ],
    ],
    [
      'page_idle: a check becomes a mark',
      'fine',
      'page_idle: check A, page_idle: report A',
      [
        'page_idle: report A',
        'page_idle: check A',
        '',
        '',
        'page_idle: mark A, page_idle: report A',
        'page_idle: mark A, page_idle: end A',
      ],
    ],
    [
      'atomic: a mark is dropped with its check, an unmap becomes less',
      'atomic',
      'page_idle: mark A, kswapd: unmap A, page_idle: check A',
      [
        'kswapd: unmap A, page_idle: check A',
        'page_idle: mark A, page_idle: check A',
        'page_idle: mark A, kswapd: unmap A',
        'kswapd: unmap A',
        'page_idle: check A',
        'kswapd: unmap A',
        'page_idle: mark A',
        'page_idle: mark A, kswapd: write-protect A, page_idle: check A',
        'page_idle: mark A, kswapd: folio_referenced A, page_idle: check A',
        'page_idle: mark A, kswapd: unmap A, page_idle: mark A',
      ],
    ],
    ['atomic: a walk becomes a look', 'atomic', 'kswapd: walk A', ['kswapd: folio_referenced A']],
  ])('%s', (_, system, run, expected) => {
    const { smaller } = system === 'fine' ? fine : atomic;
    expect(smaller(run)).toEqual(expected);
  });

  it('leaves out of an operation what another page, thread or device does meanwhile', () => {
    const others = 'kswapd: flush-tlb B, page_idle: mark A, dev1: read A';
    const run = `kswapd: unmap A, ${others}, kswapd: free A, kswapd: flush-tlb A`;
    expect(fine.smaller(run)).toContain(`${others}, kswapd: flush-tlb A`);
  });

  it('leaves out of a translation what the device does besides', () => {
    const others =
      'dev0: handle-invalidation A, dev0: read A, iommu: translate dev1 A, dev1: complete A';
    const run = `dev0: request-read A, iommu: translate dev0 A, ${others}, dev0: complete A`;
    expect(fine.smaller(run)).toContain(others);
    expect(fine.smaller(run)).toContain(`${others}, dev0: read A`);
  });

  it('drops a posted write with its landing', () => {
    const run = 'dev0: post-write A, cpu0: read A, cpu0: read B, dev0: land-write A';
    expect(fine.smaller(run)).toContain('cpu0: read A, cpu0: read B');
  });

  it('tries any two events of a run of 40, and of a longer one only those of one family', () => {
    const reads = (count: number) => Array.from({ length: count }, () => 'cpu0: read A').join(', ');
    // The blocks have 20, 10, 5, 2 and 1 events; then come 40 * 39 / 2 pairs.
    expect(fine.smaller(reads(40))).toHaveLength(2 + 4 + 8 + 20 + 40 + 780);
    expect(fine.smaller(reads(41))).toHaveLength(3 + 5 + 9 + 21 + 41);
  });

  it('does not try words that the system has not', () => {
    const { smaller } = tried(
      'pages=1 cpus=0 devices=1 observers=none granularity=fine events=unmap',
    );
    expect(smaller('kswapd: unmap A, kswapd: free A')).toEqual([
      'kswapd: free A',
      'kswapd: unmap A',
      '',
      '',
    ]);
  });
});

describe('a run is settled', () => {
  it('by skipping what is not enabled where it stands', () => {
    const { moves, places, textOf } = fine;
    const run = 'dev0: read A, dev0: complete A, dev0: request-read A, dev0: request-read A';
    expect(textOf(moves.settle(places(run)))).toBe('dev0: request-read A');
  });

  it('from the initial state each time', () => {
    const { moves, places } = fine;
    const run = places('dev0: request-read A, iommu: translate dev0 A, dev0: complete A');
    expect(moves.settle(run)).toEqual(run);
    expect(moves.settle(run)).toEqual(run);
  });
});

describe('an event of another system', () => {
  it('has a place where this one knows it', () => {
    const event = atomic.model.events[atomic.places('dev0: write A')[0]];
    expect(fine.moves.placeOf(event)).toBe(fine.places('dev0: write A')[0]);
  });

  it('has none otherwise', () => {
    const event = fine.model.events[fine.places('dev1: write B')[0]];
    expect(atomic.moves.placeOf(event)).toBeUndefined();
  });

  it('is of a device if its unit is one', () => {
    const units = fine.model.events.filter(isDevice).map(({ actor, verb }) => `${actor} ${verb}`);
    expect(new Set(units)).toEqual(
      new Set([
        'dev read',
        'dev write',
        'dev request-read',
        'dev request-write',
        'iommu translate',
        'dev complete',
        'dev handle-invalidation',
        'dev post-write',
        'dev land-write',
        'dev evict',
      ]),
    );
  });
});

describe('the simpler of two runs', () => {
  const isSimpler = (a: string, b: string) =>
    simpler(fine.model.events, fine.places(a), fine.places(b));

  it.each([
    ['is the shorter', 'dev1: write C', 'dev0: read A, dev0: read A'],
    ['has lower pages', 'dev0: read A', 'dev0: read B'],
    ['has lower devices', 'dev0: read A', 'dev1: read A'],
    ['has lower CPUs', 'cpu0: read A', 'cpu1: read A'],
    ['reads', 'cpu0: read A', 'cpu0: write A'],
    ['asks to read', 'dev0: request-read A', 'dev0: request-write A'],
    ['marks rather than checks', 'page_idle: mark A', 'page_idle: check A'],
    ['looks rather than write-protects', 'kswapd: age A', 'kswapd: write-protect A'],
    ['write-protects rather than unmaps', 'kswapd: write-protect A', 'kswapd: unmap A'],
    ['is on a lower page rather than reads', 'dev0: write A', 'dev0: read B'],
  ])('%s', (_, simple, other) => {
    expect(isSimpler(simple, other)).toBe(true);
    expect(isSimpler(other, simple)).toBe(false);
  });

  it.each([
    ['itself', 'dev1: write B', 'dev1: write B'],
    ['one of another kernel thread', 'page_idle: mark A', 'kswapd: age A'],
    ['one that is in another order', 'dev0: read A, cpu0: read A', 'cpu0: read A, dev0: read A'],
  ])('is not %s', (_, run, other) => {
    expect(isSimpler(run, other)).toBe(false);
    expect(isSimpler(other, run)).toBe(false);
  });

  it('looks rather than walks, walks rather than unmaps or pages out', () => {
    const more = tried(
      'pages=1 cpus=0 observers=reclaim granularity=atomic events=walk,pageout,unmap',
      'pageout=takes',
    );
    const order = ['folio_referenced', 'walk', 'unmap', 'pageout'].map((v) => `kswapd: ${v} A`);
    for (const [i, run] of order.entries()) {
      if (i === 0) continue;
      expect(simpler(more.model.events, more.places(order[i - 1]), more.places(run))).toBe(true);
    }
  });
});

describe('the same run', () => {
  it('has the same events in the same order, and as many', () => {
    expect(sameRun([1, 2], [1, 2])).toBe(true);
    expect(sameRun([1, 2], [2, 1])).toBe(false);
    expect(sameRun([1, 2], [1, 2, 3])).toBe(false);
    expect(sameRun([1, 2, 3], [1, 2])).toBe(false);
  });
});

describe('operations of other kernels', () => {
  const SWAPS =
    'pages=1 cpus=0 observers=reclaim granularity=fine events=walk,pageout,unmap,protect';
  const swaps = () => tried(SWAPS, 'pageout=takes');

  it.each([
    ['a walk becomes a look', 'kswapd: walk A, kswapd: end A', ['kswapd: age A, kswapd: report A']],
    [
      'a pageout becomes an unmap, or a look',
      'kswapd: pageout A, kswapd: free A',
      ['kswapd: unmap A, kswapd: free A', 'kswapd: age A, kswapd: report A'],
    ],
    [
      'a write-protect becomes a look',
      'kswapd: write-protect A, kswapd: end A',
      ['kswapd: age A, kswapd: report A'],
    ],
  ])('%s', (_, run, expected) => {
    const { smaller } = swaps();
    expect(smaller(run)).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    ['kswapd: pageout A', ['kswapd: unmap A', 'kswapd: folio_referenced A']],
    ['kswapd: write-protect A', ['kswapd: folio_referenced A']],
    ['kswapd: walk A', ['kswapd: folio_referenced A']],
  ])('in atomic %s becomes %j', (run, expected) => {
    const { smaller } = tried(SWAPS.replace('fine', 'atomic'), 'pageout=takes');
    expect(smaller(run)).toEqual(expected);
  });
});

describe('an operation ends where it ends', () => {
  it.each([
    ['kswapd: age A, kswapd: report A', 'kswapd: flush-tlb A'],
    ['page_idle: mark A, page_idle: end A', 'page_idle: check A'],
    ['kswapd: write-protect A, kswapd: end A', 'kswapd: flush-tlb A'],
    ['dev0: request-read A, dev0: complete A', 'dev0: land-write A'],
    ['dev0: request-write A, dev0: complete A', 'dev0: land-write A'],
    ['dev0: post-write A, dev0: land-write A', 'dev0: complete A'],
  ])('%s is dropped without the %s behind it', (operation, next) => {
    // The run is so long that the move tries only related pairs, and no block has both of these
    // events.
    const padding = Array.from({ length: 41 }, () => 'cpu0: read A').join(', ');
    const [begin, end] = operation.split(', ');
    const run = `${begin}, cpu1: read A, ${end}, ${next}, ${padding}`;
    expect(fine.smaller(run)).toContain(`cpu1: read A, ${next}, ${padding}`);
  });

  it('is of its own page and thread', () => {
    const padding = Array.from({ length: 41 }, () => 'cpu0: read A').join(', ');
    const others = 'kswapd: report B, page_idle: report A';
    const run = `kswapd: age A, ${others}, kswapd: report A, ${padding}`;
    expect(fine.smaller(run)).toContain(`${others}, ${padding}`);
  });
});
