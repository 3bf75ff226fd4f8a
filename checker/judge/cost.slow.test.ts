/** Severity and cost: known answers, the same pages apart or together, and lassos that replay. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { DRIVERS } from '../../model/systems/drivers.ts';
import type { System } from '../../model/system.ts';
import { ghostsOf, propertiesFor } from '../../properties/index.ts';
import { check } from '../search/check.ts';
import { Search } from '../search/search.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Assessment } from './assess.ts';
import { assess } from './assess.ts';
import { Graph } from './graph.ts';
import type { Cost } from './invalidations.ts';
import { rank } from './severity.ts';
import { lassoTexts, streakText } from './severity-text.ts';

const assessed = (system: System): Assessment => assess(system, check(system).verdicts);

function severityIn(system: System, name: string) {
  const found = assessed(system).severities!.find(({ property }) => property.name === name);
  expect(found, name).toBeDefined();
  return found!;
}

const costIn = (system: System): Cost => assessed(system).cost as Cost;
const texts = (events: readonly Event[] = []): string[] => events.map(eventText);

const MISSED = 'no-missed-device-reference(reclaim)';
const AGAIN = 'no-repeated-miss(reclaim)';
const SPURIOUS = 'no-spurious-invalidation';

describe('the streak of wrong answers', () => {
  it('of the patched driver has no end: the mail, step 3 and 4 again and again', () => {
    const { streak, lasso, aids } = severityIn(parseSystem({}), MISSED);
    expect(streak).toBe('unbounded');
    expect(aids).toEqual([]);
    expect(texts(lasso?.stem)).toEqual(['dev0: read A', 'kswapd: folio_referenced A']);
    expect(texts(lasso?.cycle)).toEqual(['dev0: read A', 'kswapd: folio_referenced A']);
  });

  /*
   * flush_young is called only for a young PTE. Page idle tracking clears the bit and leaves the
   * ATC entry. Then no access of the device walks the page table, so that the PTE stays old. So
   * flush_young is never called again, and the policy does not recover by itself.
   */
  it('of flush_young beside page idle tracking has no end, and one mark is enough', () => {
    const system = parseSystem({
      kernel: 'flush-young-proposal',
      driver: 'sva-flush-young',
      scope: 'observers=reclaim,idle',
    });
    const { streak, lasso, aids } = severityIn(system, MISSED);
    expect(streak).toBe('unbounded');
    expect(aids).toEqual([]);
    expect(texts(lasso?.stem).filter((text) => text.startsWith('page_idle'))).toHaveLength(1);
    expect(texts(lasso?.cycle)).toEqual(['dev0: read A', 'kswapd: folio_referenced A']);
  });

  it('of a driver that flushes always goes on only while somebody forgets young bits', () => {
    const system = parseSystem({ driver: 'amd-iommu-v2', scope: 'events=clear-refs' });
    const { streak, aids } = severityIn(system, MISSED);
    expect({ streak, aids }).toEqual({ streak: 'unbounded', aids: ['clear-refs'] });
  });

  /*
   * A completion that the invalidation has overtaken leaves an ATC entry. The next look misses a
   * use through it. But that look flushes too, and nothing is in flight any more.
   */
  it('is bounded where the look that errs brings about a right one', () => {
    const hardware = 'overtaken-completions';
    const fine = 'granularity=fine';
    const once = parseSystem({ driver: 'amd-iommu-v2', hardware, scope: fine });
    expect(severityIn(once, MISSED)).toMatchObject({ streak: 1, aids: [] });
    expect(check(once).verdicts.find(({ property }) => property.name === AGAIN)?.verdict).toBe(
      'holds',
    );
    const flushes = 'flush-atc,flush-iotlb';
    const twice = parseSystem({
      driver: `clear_flush_young=${flushes} invalidate_secondary=${flushes}`,
      hardware,
      scope: `${fine} events=unmap,write`,
    });
    expect(severityIn(twice, MISSED)).toMatchObject({ streak: 2, aids: [] });
    expect(severityIn(twice, AGAIN)).toMatchObject({ streak: 2, aids: [] });
  });

  /*
   * A driver that sends the invalidation and does not wait misses uses through the ATC entry until
   * the device handles what was sent. Then the next use walks the page table, and the look sees it.
   */
  it.each([1, 2])('ends with the flush where that only comes late: %d devices', (devices) => {
    const driver = 'clear_flush_young=flush-iotlb,post-atc invalidate_secondary=post-atc,await-atc';
    const system = parseSystem({ driver, scope: `granularity=fine devices=${devices}` });
    for (const name of [MISSED, AGAIN]) {
      const severity = severityIn(system, name);
      expect(severity).toMatchObject({ streak: 'late', aids: [] });
      expect(streakText(severity)).toBe('goes on while an invalidation is in flight');
      const { stem, cycle } = severity.lasso!;
      expect(texts([...stem, ...cycle]).join('\n')).not.toContain('handle-invalidation');
    }
    const [trace] = lassoTexts(system, assessed(system), []);
    expect(trace).toMatch(/^Trace old-while-cached-until-flushed/m);
    expect(trace).toContain('can repeat until the device handles the invalidation');
  });

  it('outlasts every flush where the bits are forgotten again and again', () => {
    const driver = 'clear_flush_young=flush-iotlb,post-atc invalidate_secondary=post-atc,await-atc';
    const scope = 'granularity=fine events=clear-refs';
    const severity = severityIn(parseSystem({ driver, scope }), MISSED);
    expect(severity).toMatchObject({ streak: 'unbounded', aids: ['clear-refs'] });
    // A cycle that goes on for ever has the device do what it is sent.
    expect(texts(severity.lasso?.cycle)).toContain('dev0: handle-invalidation A');
  });

  /*
   * Nobody awaits the flush of the unmap. If the ATC comes before the IOTLB, then the device may
   * fill it with the old translation again, and nothing is in flight any more.
   */
  it.each([
    ['flush-iotlb,post-atc', 'late'],
    ['post-atc,flush-iotlb', 'unbounded'],
  ])('of uses of a freed frame ends if nothing fills the ATC again: %s', (flushes, streak) => {
    const driver = `clear_flush_young=flush-atc invalidate_secondary=${flushes}`;
    const system = parseSystem({ driver, scope: 'granularity=fine events=unmap,write' });
    expect(severityIn(system, 'no-stale-access').streak).toBe(streak);
  });

  it('ranks between a bounded one and one without end', () => {
    const streaks = [
      { streak: 9, aids: [] },
      { streak: 'late', aids: ['clear-refs'] },
      { streak: 'late', aids: [] },
      { streak: 'unbounded', aids: ['clear-refs'] },
      { streak: 'unbounded', aids: [] },
    ] as const;
    const ranks = streaks.map(rank);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(new Set(ranks).size).toBe(streaks.length);
  });

  it('of a use after free is the use', () => {
    const system = parseSystem({ driver: 'none', scope: 'events=unmap,write' });
    const { property, streak, lasso } = severityIn(system, 'no-stale-access');
    expect(property.family).toBe('safety');
    expect(streak).toBe('unbounded');
    expect(texts(lasso?.cycle)).toEqual(['dev0: read A']);
  });

  it('of a posted write is that write: the next one is of another frame', () => {
    const scope = 'granularity=fine events=unmap,write,posted';
    const qat = parseSystem({ kernel: 'v6.6-x86', driver: 'intel-svm', hardware: 'qat', scope });
    expect(severityIn(qat, 'no-stale-access').streak).toBe(1);
  });

  it('of a fault loop is the loop', () => {
    const system = parseSystem({
      hardware: 'rewalksOnPermissionFault=false',
      scope: 'events=protect,write',
    });
    const { property, streak, lasso } = severityIn(system, 'fault-makes-progress');
    expect(property.family).toBe('progress');
    expect(streak).toBe('unbounded');
    expect(texts(lasso?.cycle)).toEqual(['dev0: write A']);
  });

  it.each([
    ['patched', {}],
    ['patched, in steps', { scope: 'granularity=fine' }],
    ['kvm and page idle', { driver: 'kvm', scope: 'observers=reclaim,idle' }],
    ['no notifier', { driver: 'none', scope: 'cpus=1 events=unmap,protect,write,clear-refs' }],
    ['two pages in steps', { driver: 'amd-iommu-v2', scope: 'pages=2 granularity=fine' }],
  ])('is shown by a run that comes back to where its cycle began: %s', (_name, texts) => {
    const system = parseSystem(texts);
    const { severities } = assessed(system);
    expect(severities).not.toEqual([]);
    for (const { property, lasso } of severities!) {
      const ghosts = ghostsOf([property]);
      ghosts.delete('missed');
      const model = new Model(system, ghosts);
      const after = (run: readonly Event[]) =>
        run.reduce((state, event) => model.step(state, event)!.state, model.initial);
      const { stem, cycle } = lasso!;
      expect(after([...stem, ...cycle]), property.name).toEqual(after(stem));
    }
  });
});

describe('the cost of a look', () => {
  it('of amd-iommu-v2 is one invalidation each, and every second situation is spurious', () => {
    const { worst, mean, worstSpurious, meanSpurious, looks, walk } = costIn(
      parseSystem({ driver: 'amd-iommu-v2' }),
    );
    expect({ worst, mean, worstSpurious, meanSpurious, looks }).toEqual({
      worst: 1,
      mean: 1,
      worstSpurious: 1,
      meanSpurious: 0.5,
      looks: 2,
    });
    expect(walk.mean).toBe(1);
    expect(walk.meanSpurious).toBeCloseTo(0.5, 1);
  });

  it('of amd-iommu-v2 is the same in steps', () => {
    const scope = 'granularity=fine';
    const { worst, mean, worstSpurious } = costIn(parseSystem({ driver: 'amd-iommu-v2', scope }));
    expect({ worst, mean, worstSpurious }).toEqual({ worst: 1, mean: 1, worstSpurious: 1 });
  });

  it('is nothing after the patch, and nothing spurious with flush_young', () => {
    expect(costIn(parseSystem({}))).toMatchObject({ worst: 0, mean: 0 });
    const proposal = { kernel: 'flush-young-proposal', driver: 'sva-flush-young' };
    expect(costIn(parseSystem(proposal))).toMatchObject({ worst: 1, worstSpurious: 0 });
  });

  it('counts every invalidation of a callback that sends several', () => {
    for (const granularity of ['atomic', 'fine']) {
      const system = parseSystem({
        driver: 'clear_flush_young=flush-atc,flush-iotlb,post-atc',
        scope: `granularity=${granularity}`,
      });
      expect(costIn(system), granularity).toMatchObject({ worst: 2, worstSpurious: 2, mean: 2 });
    }
  });

  it('is none where nothing looks', () => {
    expect(assessed(parseSystem({ scope: 'observers=none events=unmap' })).cost).toBe('none');
  });

  it.each(DRIVERS.map(({ name }) => name))('is spurious where the property says so: %s', (name) => {
    for (const granularity of ['atomic', 'fine']) {
      const scope = `observers=reclaim,idle granularity=${granularity}`;
      const system = parseSystem({ driver: name, scope });
      const { verdicts } = check(system);
      const spurious = verdicts.find(({ property }) => property.name === SPURIOUS);
      const { worst, worstSpurious } = costIn(system);
      expect(worstSpurious > 0, granularity).toBe(spurious?.verdict === 'violated');
      expect(worst).toBeGreaterThanOrEqual(worstSpurious);
    }
  });

  it('is not computed beyond a number of states, and says so', () => {
    const system = parseSystem({ scope: 'races' });
    expect(assess(system, [], 100)).toEqual({ severities: [], cost: undefined, over: 100 });
  });
});

const TOGETHER = 'pages=2 observers=reclaim,idle events=unmap,write';

describe('one page for all', () => {
  it.each([
    ['apart', { driver: 'amd-iommu-v2', scope: `${TOGETHER},clear-refs` }],
    ['apart, no notifier', { driver: 'none', scope: TOGETHER }],
    ['whole mm', { kernel: 'v6.6-x86-batched', driver: 'amd-iommu-v2', scope: TOGETHER }],
    ['whole mm, kvm', { driver: 'kvm invalidate_secondary=zap@mm,flush-atc@mm', scope: TOGETHER }],
    [
      'whole mm, old pages not flushed',
      {
        kernel: 'unmap=pte,invalidate@mm,flush-tlb?young',
        driver: 'invalidate_secondary=flush-iotlb',
        scope: `${TOGETHER},protect`,
      },
    ],
    [
      'whole mm, three pages',
      { kernel: 'v6.6-x86-batched', scope: 'pages=3 events=unmap,clear-refs observers=reclaim' },
    ],
    ['in steps', { driver: 'amd-iommu-v2', scope: 'pages=2 granularity=fine' }],
  ])('gives the traces that a search of all finds: %s', (_name, texts) => {
    const system = parseSystem(texts);
    const properties = propertiesFor(system);
    const search = new Search(system, properties);
    search.run();
    const graph = Graph.of(system, ghostsOf(properties), Infinity)!;
    for (const { property, verdict, run } of graph.verdicts(properties)) {
      const searched = search.violation(property);
      expect(run?.map(eventText), property.name).toEqual(searched?.map(eventText));
      const reached = search.witness(property) !== undefined;
      if (searched === undefined) expect(verdict).toBe(reached ? 'holds' : 'vacuous');
    }
  });

  it('makes the states a power where the pages are apart', () => {
    const states = (scope: string) => check(parseSystem({ scope })).search.states;
    expect(states(TOGETHER)).toBe(states(TOGETHER.replace('pages=2', 'pages=1')) ** 2);
  });
});
