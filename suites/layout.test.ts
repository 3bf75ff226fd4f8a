/**
 * Tests of the bits of a state: where they are, what a mover moves, and what each group touches.
 */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { eventText } from '../model/events.ts';
import { ALWAYS, Layout, ghost } from '../model/layout.ts';
import { Model } from '../model/model.ts';

const bits = (words: readonly number[]): string[] =>
  words.map((word) => (word >>> 0).toString(2).padStart(32, '0'));
const ones = (from: number, to: number): number => {
  let mask = 0;
  for (let bit = from; bit < to; bit++) mask |= 1 << bit;
  return mask;
};

describe('a layout', () => {
  /**
   * Makes a layout of two parts. `left` has 3 bits and a ghost of 1 bit; `right` has 28 bits and
   * then 5 more.
   */
  const made = () => {
    const layout = new Layout();
    const left = layout.place(
      'left',
      { a: 0, b: 0, absent: 7, sure: 0 },
      {
        a: 3,
        b: ghost(1),
        absent: 0,
        sure: ALWAYS,
      },
    );
    const wide = layout.place('right', { w: 0 }, { w: 28 });
    const more = layout.place('right', { a: 0 }, { a: 5 });
    return { layout, left, wide, more };
  };

  it('fills a word to its last bit before it begins another', () => {
    const { layout } = made();
    expect(layout.size).toBe(2);
    expect(layout.bits).toBe(3 + 1 + 28 + 5);
  });

  it('has a word even where nothing takes bits', () => {
    expect(new Layout().size).toBe(1);
    expect(new Layout().bits).toBe(0);
  });

  it('knows the bits of each part, and which are ghosts', () => {
    const { layout } = made();
    expect(bits(layout.masks(new Set(['left'])))).toEqual(bits([ones(0, 4), 0]));
    expect(bits(layout.masks(new Set(['right'])))).toEqual(bits([ones(4, 32), ones(0, 5)]));
    expect(bits(layout.masks(new Set(['left', 'right'])))).toEqual(bits([~0, ones(0, 5)]));
    expect(layout.masks(new Set(['nowhere']))).toEqual([0, 0]);
    expect(bits(layout.ghostMasks)).toEqual(bits([ones(3, 4), 0]));
  });

  it('reads one field of a packed state, also where another struct has its like', () => {
    const { layout, left, more, wide } = made();
    const words = Int32Array.from([(5 << 0) | (1 << 3) | (9 << 4), 17]);
    expect(layout.reader(left, 'a')(words)).toBe(5);
    expect(layout.reader(left, 'b')(words)).toBe(1);
    expect(layout.reader(wide, 'w')(words)).toBe(9);
    expect(layout.reader(more, 'a')(words)).toBe(17);
    expect(layout.reader(left, 'absent')(words)).toBe(0);
    expect(layout.reader(left, 'sure')(words)).toBe(1);
    expect(layout.reader({ a: 0 }, 'a')(words)).toBe(0);
  });

  it('moves the parts that it is asked to move, and leaves the others alone', () => {
    const { layout, left, wide, more } = made();
    const mover = layout.mover(new Set(['left']));
    const state = Int32Array.from([0, (6 << 0) | (1 << 3) | (9 << 4), 17]);
    mover.load(state, 1);
    expect(left).toEqual({ a: 6, b: 1, absent: 0, sure: 1 });
    expect([wide, more]).toEqual([{ w: 0 }, { a: 0 }]);
    [left.a, left.b, wide.w, more.a] = [1, 0, 3, 4];
    const to = new Int32Array(4);
    mover.store(state.subarray(1), to, 2);
    expect([...to]).toEqual([0, 0, (1 << 0) | (9 << 4), 17]);
  });
});

describe('the groups of a model', () => {
  const groupsOf = (scope: string, kernel = 'v4.20-x86', driver = 'amd-iommu-v2') => {
    const model = new Model(parseSystem({ kernel, driver, scope }));
    return {
      model,
      groups: model.groups,
      said: model.groups.map(
        ({ first, end, page, thread, local }) =>
          `${eventText(model.events[first])} to ${eventText(model.events[end - 1])}: ` +
          `page ${page}, thread ${thread}${local ? '' : ', reaches far'}`,
      ),
    };
  };

  it('are the events of a page, or of a thread on a page', () => {
    const { said } = groupsOf('pages=2 observers=reclaim,idle granularity=fine events=unmap');
    expect(said).toEqual([
      'dev0: read A to dev0: handle-invalidation A: page 0, thread -1',
      'dev0: read B to dev0: handle-invalidation B: page 1, thread -1',
      'kswapd: age A to kswapd: free A: page 0, thread 0',
      'kswapd: age B to kswapd: free B: page 1, thread 0',
      'page_idle: mark A to page_idle: report A: page 0, thread 1',
      'page_idle: mark B to page_idle: report B: page 1, thread 1',
    ]);
  });

  it('reach far where a step of theirs, or an operation inside them, covers more pages', () => {
    const far = (granularity: string, kernel: string, driver?: string, events = 'unmap') => {
      const scope = `pages=2 observers=reclaim,idle granularity=${granularity} events=${events}`;
      const { model, groups } = groupsOf(scope, kernel, driver);
      return groups
        .filter(({ local, page }) => !local && page === 0)
        .flatMap(({ first, end }) => model.events.slice(first, end).map(eventText));
    };
    const steps = ['flush-iotlb', 'post-atc', 'await-atc'];
    expect(far('fine', 'v6.6-x86-batched')).toEqual(steps.map((verb) => `kswapd: ${verb} A`));
    expect(far('atomic', 'v6.6-x86-batched')).toEqual(['kswapd: unmap A']);
    expect(far('fine', 'v6.12-x86-damon', 'kvm')).toEqual(['page_idle: harvest A']);
    const looks = ['page_idle: mark A', 'page_idle: check A'];
    expect(far('atomic', 'v6.12-x86-damon', 'kvm')).toEqual(looks);
    // A callback that does nothing acts on no other page.
    expect(far('fine', 'v6.12-x86-damon')).toEqual([]);
    // An upgrade runs inside the events of devices and CPUs, and a cold page in its own.
    expect(far('atomic', 'upgrade=invalidate@mm', 'amd-iommu-v2', 'cold,write')).toEqual([
      'dev0: read A',
      'dev0: write A',
    ]);
    expect(far('atomic', 'cold=pte,invalidate@mm', 'amd-iommu-v2', 'cold,write')).toEqual([
      'user: madvise-cold A',
    ]);
  });

  it('touch bits of their own page and thread alone', () => {
    const { model, groups } = groupsOf(
      'pages=2 observers=reclaim,idle granularity=fine events=unmap',
    );
    const [devA, devB, kswapdA, kswapdB, idleA] = groups.map(({ masks }) => masks);
    const shared = (a: readonly number[], b: readonly number[]) => a.map((mask, i) => mask & b[i]);
    const nothing = Array.from({ length: model.size }, () => 0);
    expect(shared(devA, devB)).toEqual(nothing);
    expect(shared(kswapdA, devA)).toEqual([...devA]);
    expect(shared(kswapdA, idleA)).toEqual([...devA]);
    expect(shared(kswapdA, devB)).toEqual(nothing);
    expect(shared(kswapdA, kswapdB)).not.toEqual(nothing);
    const all = [devA, devB, kswapdA, idleA].reduce((a, b) => a.map((mask, i) => mask | b[i]));
    const count = all.reduce((sum, mask) => sum + bits([mask])[0].replaceAll('0', '').length, 0);
    expect(count).toBe(model.bits);
  });

  it('cost a thread that does nothing no bits', () => {
    const bitsOf = (events: string) =>
      groupsOf(`pages=2 cpus=0 observers=none granularity=fine ${events}`).model.bits;
    // A page takes 7 bits: 2 for the PTE, 1 each for IOTLB and ATC, 2 for the request and 1 for the
    // invalidation.
    expect(bitsOf('')).toBe(2 * 7);
    // As frames are freed, IOTLB, ATC and request have 2 bits of health each. For kswapd 3 bits
    // tell its 4 steps and idle apart, and 1 bit names the page.
    expect(bitsOf('events=unmap')).toBe(2 * (7 + 6) + 3 + 1);
  });
});
