/**
 * The reclaim loop: cases that are worked by hand, and that each page of a run is an instance of
 * the model.
 */
import { describe, expect, it } from 'vitest';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Counts } from './counts.ts';
import { eventOn } from './page-states.ts';
import { readWorkload } from './read-workload.ts';
import type { Room } from './reclaim.ts';
import { Memory, Pagewise } from './reclaim.ts';
import { inScope } from './run.ts';
import type { Source } from './turn.ts';
import { PAUSE, turnOf } from './turn.ts';
import { recorded } from './recorded.ts';

const PATCHED = parseSystem({});
const AMD = parseSystem({ driver: 'amd-iommu-v2' });
const PROPOSAL = parseSystem({ kernel: 'flush-young-proposal', driver: 'sva-flush-young' });

const roomOf = (about: Partial<Room>): Room => ({
  pages: 3,
  memory: 2,
  batch: 1,
  scanEvery: 0,
  ...about,
});

const reads = (pages: string): Source =>
  recorded(
    'by hand',
    Int32Array.from(pages, (name) =>
      name === '.' ? PAUSE : turnOf('ABCDEF'.indexOf(name), false, false),
    ),
  );

const turnsOf = (source: Source, count: number): Int32Array => {
  const turns = new Int32Array(count);
  return turns.subarray(0, source.turns(1).fill(turns));
};

/** What the turns of a source count. */
function countsOf(system: System, source: Source, room: Partial<Room> = {}, count = 100): Counts {
  const memory = new Memory(new Pagewise(inScope(system, source)), roomOf(room));
  for (const turn of turnsOf(source, count)) memory.take(turn);
  expect(memory.isOut).toBe(false);
  return memory.drain();
}

describe('three pages in two frames, one look at a time, by hand', () => {
  /*
   * For C the loop looks at A and B, which are young and get PG_referenced, and at A again, which
   * is old now: it is condemned and unmapped. For A it looks at B, which is old.
   */
  it('evicts what was used longest ago', () => {
    expect(countsOf(PATCHED, reads('ABC'))).toMatchObject({
      accesses: 3,
      looks: 3,
      evictions: 1,
      refaults: 0,
      missed: 0,
      mistaken: 0,
      invalidations: 1,
      lookInvalidations: 0,
      atsRequests: 3,
      pageRequests: 3,
    });
    expect(countsOf(PATCHED, reads('ABCA'))).toMatchObject({
      accesses: 4,
      looks: 4,
      evictions: 2,
      refaults: 1,
      missed: 0,
      mistaken: 0,
      invalidations: 2,
      atsRequests: 4,
      pageRequests: 4,
    });
  });

  /* The use of B behind its first look hits the ATC. Its second look misses it. */
  it('misses a use that hits the ATC, and evicts the page by mistake', () => {
    expect(countsOf(PATCHED, reads('ABCBA'))).toMatchObject({
      looks: 4,
      missed: 1,
      mistaken: 1,
      evictions: 2,
      refaults: 1,
      atsRequests: 4,
    });
  });

  /*
   * Each of the three looks for C sends an invalidation, that at A in the end a spurious one. The
   * use of B asks the IOMMU again and sets the young bit. For A the loop looks at B, which becomes
   * active, at C, which is young, and at C again, which is old.
   */
  it('finds that use if each look invalidates, and keeps the page', () => {
    const counts = countsOf(AMD, reads('ABCBA'));
    expect(counts).toMatchObject({
      looks: 6,
      missed: 0,
      mistaken: 0,
      evictions: 2,
      refaults: 1,
      lookInvalidations: 6,
      invalidations: 8,
      spurious: 2,
      atsRequests: 5,
      pageRequests: 4,
    });
    expect(countsOf(PROPOSAL, reads('ABCBA'))).toEqual({
      ...counts,
      lookInvalidations: 4,
      invalidations: 6,
      spurious: 0,
    });
  });

  /* Under the multi-gen LRU two walks make A and B old enough. The first look then finds A old. */
  it('walks under the multi-gen LRU', () => {
    const mglru = parseSystem({ kernel: 'v6.1-x86-mglru' });
    expect(countsOf(mglru, reads('ABC'))).toMatchObject({ looks: 1, evictions: 1, missed: 0 });
    expect(countsOf(mglru, reads('ABCB'))).toMatchObject({ looks: 1, atsRequests: 3, missed: 0 });
    expect(countsOf(mglru, reads('ABCBA'))).toMatchObject({ looks: 2, missed: 1, mistaken: 1 });
  });
});

describe('streaming', () => {
  const source = readWorkload('streaming', 100);

  it('faults once a page if all pages fit', () => {
    const counts = countsOf(PATCHED, source, { pages: 100, memory: 100 }, 1000);
    expect(counts).toMatchObject({ accesses: 1000, pageRequests: 100, refaults: 0, looks: 0 });
  });

  /*
   * A page is looked at twice before it goes, so that it stays for M faults: N - 1 other pages come
   * before it is used again. The first N accesses are no refaults.
   */
  it('refaults at each access if half of them fit', () => {
    for (const system of [PATCHED, AMD, PROPOSAL]) {
      const counts = countsOf(system, source, { pages: 100, memory: 50, batch: 8 }, 1000);
      expect(counts).toMatchObject({
        accesses: 1000,
        pageRequests: 1000,
        refaults: 900,
        missed: 0,
      });
    }
  });
});

describe('the idle workload', () => {
  it('costs nothing if nothing needs memory', () => {
    const counts = countsOf(AMD, readWorkload('idle', 100), { pages: 100, memory: 50 }, 1000);
    expect(Object.values(counts).every((count) => count === 0)).toBe(true);
  });

  /* A scan every second turn looks at A: young, then old, and then it is gone. */
  it('costs spurious invalidations if reclaim scans and each look invalidates', () => {
    const scans = { scanEvery: 2 };
    expect(countsOf(AMD, reads('A.......'), scans)).toMatchObject({
      accesses: 1,
      looks: 2,
      lookInvalidations: 2,
      spurious: 1,
      evictions: 1,
    });
    expect(countsOf(PROPOSAL, reads('A.......'), scans)).toMatchObject({
      accesses: 1,
      looks: 2,
      lookInvalidations: 1,
      spurious: 0,
      evictions: 1,
    });
  });
});

it('ends where every look says referenced, as no page is to be evicted', () => {
  const system = parseSystem({ driver: 'always-referenced' });
  const memory = new Memory(new Pagewise(inScope(system, reads('ABC'))), roomOf({}));
  for (const turn of turnsOf(reads('ABC'), 3)) memory.take(turn);
  expect(memory.isOut).toBe(true);
  expect(memory.drain()).toMatchObject({ accesses: 2, looks: 32, evictions: 0 });
});

/** Systems of each kind: reclaim, secondary, and steps that act on other pages. */
const SYSTEMS: readonly (readonly [string, Parameters<typeof parseSystem>[0]])[] = [
  ['the default', {}],
  ['each look invalidates', { driver: 'amd-iommu-v2' }],
  ['a look tells of a young page', { kernel: 'v6.6-arm64', driver: 'arm-smmu-v3-sva' }],
  ['an SMMU', { kernel: 'v6.6-arm64', driver: 'arm-smmu-v3-sva', hardware: 'smmu-v3' }],
  ['a shadow secondary', { kernel: 'v6.1-x86', driver: 'kvm' }],
  ['multi-gen, bare walks', { kernel: 'v6.1-x86-mglru', driver: 'kvm' }],
  ['multi-gen, walks that ask', { kernel: 'v6.12-x86-mglru', driver: 'kvm' }],
  ['nobody is told', { driver: 'none' }],
  ['an unmap of the mm', { kernel: 'v6.6-x86-batched' }],
  ['a look of the mm', { kernel: 'v6.12-x86-thp' }],
  ['a look of the next page', { kernel: 'age=pte,clear_flush_young@next', driver: 'amd-iommu-v2' }],
  [
    'harvests of the mm',
    {
      kernel: 'age=pte,clear_flush_young@mm',
      driver:
        'secondary=shadow clear_flush_young=harvest,flush-atc?harvested,return-harvested ' +
        'invalidate_secondary=zap,flush-atc marksAccessed=fault,zap',
    },
  ],
  [
    'harvests of the next page',
    {
      kernel: 'age=pte,clear_flush_young',
      driver:
        'secondary=shadow clear_flush_young=harvest@next,zap@mm?harvested,return-harvested ' +
        'invalidate_secondary=zap@next,flush-atc marksAccessed=zap',
    },
  ],
];

/** Four pages, of which the accesses are random: every pair of events comes after every other. */
const SOURCE = readWorkload('zipf:exponent=0.5,writes=0.3,cpu=0.2', 4);

describe.each(SYSTEMS)('each page is an instance of the model: %s', (_, texts) => {
  const system = inScope(parseSystem(texts), SOURCE);
  const events: { page: number; event: number; state: number }[] = [];
  const pagewise = new Pagewise(system);
  const { states } = pagewise;
  const memory = new Memory(
    pagewise,
    { pages: 4, memory: 3, batch: 2, scanEvery: 7 },
    (page, event, state) => events.push({ page, event, state }),
  );

  it('the model of all pages together goes through the same states', () => {
    const whole = new Model({ ...system, scope: { ...system.scope, pages: 4 } });
    let state = whole.initial;
    for (const turn of turnsOf(SOURCE, 200)) {
      events.length = 0;
      memory.take(turn);
      for (const { page, event, state: after } of events) {
        state = whole.step(state, eventOn(whole, event, page)!)!.state;
        expect(whole.pageOf(state, page)).toEqual(states.model.pageOf(states.packed[after], 0));
      }
      const pages = [...memory.page].map((at) => states.model.pageOf(states.packed[at], 0));
      expect(pages).toEqual([0, 1, 2, 3].map((page) => whole.pageOf(state, page)));
    }
    expect(states.packed.length).toBeGreaterThan(5);
  });
});

it.each(SYSTEMS.slice(0, 8))('a page alone goes through them, too: %s', (_, texts) => {
  const system = inScope(parseSystem(texts), SOURCE);
  const pagewise = new Pagewise(system);
  const { states } = pagewise;
  const alone = new Model({ ...system, scope: { ...system.scope, pages: 1 } });
  const now = Array.from({ length: 4 }, () => alone.initial);
  const room = { pages: 4, memory: 3, batch: 2, scanEvery: 7 };
  let seen = 0;
  const memory = new Memory(pagewise, room, (page, event, state) => {
    now[page] = alone.step(now[page], eventOn(alone, event, 0)!)!.state;
    seen++;
    expect(now[page]).toEqual(states.packed[state]);
  });
  for (const turn of turnsOf(SOURCE, 200)) memory.take(turn);
  expect(seen).toBeGreaterThan(200);
});

it('refuses ranges that it does not follow', () => {
  const text = 'invalidate_secondary=flush-atc@next clear_flush_young=flush-atc@next';
  const kernel = 'unmap=pte,flush-tlb,invalidate@next';
  const system = inScope(parseSystem({ kernel, driver: text }), SOURCE);
  expect(() => new Pagewise(system)).toThrow("other ranges than 'mm' and 'next'");
});
