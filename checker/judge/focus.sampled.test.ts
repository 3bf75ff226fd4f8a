/** Fewer pages give the verdicts and the lengths of all pages, whatever the steps cover. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernel } from '../../model/text.ts';
import type { System } from '../../model/system.ts';
import { anySystem, fitted } from '../../properties/generators/any-system.ts';
import { ghostsOf, propertiesFor } from '../../properties/index.ts';
import { samples } from '../../suites/samples.ts';
import { Search } from '../search/search.ts';
import { parseSystem } from '../trace/setup.ts';
import { pagesAreAlike } from '../search/reach.ts';
import { fewestPages } from './focus.ts';
import { Graph } from './graph.ts';

const MOST = { maxStates: 15_000 };

/** Systems of two or three pages in `atomic`. In most of them a step covers other pages. */
const anyPages = (whole: boolean): fc.Arbitrary<System> =>
  fc
    .tuple(
      anySystem({ pages: 1, cpus: 1, devices: 1 }),
      fc.integer({ min: 2, max: 3 }),
      fc.constantFrom('', '?young'),
    )
    .map(([system, pages, when]): System => ({
      ...system,
      kernel: whole
        ? kernel(`unmap=pte,flush-tlb,invalidate@mm${when}`, system.kernel)
        : system.kernel,
      scope: {
        ...system.scope,
        pages,
        granularity: 'atomic',
        events: whole
          ? [...new Set([...system.scope.events, 'unmap' as const])]
          : system.scope.events,
      },
    }))
    .map(fitted);

/** The result of a search of every page. Undefined if it is too large. */
function searched(system: System): Record<string, number> | undefined {
  const search = new Search(system, propertiesFor(system), MOST);
  search.run();
  if (!search.complete) return undefined;
  return Object.fromEntries(
    search.properties.map((property) => [
      property.name,
      search.violation(property)?.length ?? (search.witness(property) === undefined ? -1 : 0),
    ]),
  );
}

/** The same result from the graph with the fewest pages. */
function narrowed(system: System): Record<string, number> {
  const properties = propertiesFor(system);
  const graph = Graph.of(system, ghostsOf(properties), Infinity)!;
  return Object.fromEntries(
    graph
      .verdicts(properties)
      .map(({ property, verdict, run }) => [
        property.name,
        run?.length ?? (verdict === 'vacuous' ? -1 : 0),
      ]),
  );
}

/** Compares random systems. Returns how many were reduced to one page, and to two. */
function compared(systems: fc.Arbitrary<System>, numRuns: number): [one: number, two: number] {
  const counts: [number, number] = [0, 0];
  fc.assert(
    fc.property(systems, (system) => {
      const { pages } = fewestPages(system).scope;
      if (pages === system.scope.pages) return;
      const expected = searched(system);
      if (expected === undefined) return;
      expect(narrowed(system)).toEqual(expected);
      counts[pages - 1]++;
    }),
    { seed: 20190131, numRuns },
  );
  return counts;
}

const pagesOf = (texts: Parameters<typeof parseSystem>[0]): number =>
  fewestPages(parseSystem(texts)).scope.pages;

describe('fewest pages', () => {
  it('have the verdicts and the lengths of all, in random systems', () => {
    expect(compared(anyPages(false), samples(50))[0]).toBeGreaterThan(5);
  });

  it('have them as well where an unmap covers the whole mm', () => {
    const three = anyPages(true).filter(({ scope }) => scope.pages === 3);
    expect(compared(three, samples(75))[1]).toBeGreaterThan(0);
  });

  const scope = 'pages=3 observers=reclaim,idle events=unmap,write';
  const batched = 'unmap=pte,invalidate@mm,flush-tlb';
  it.each([
    ['no step covers another page', 1, { scope }],
    ['an unmap does', 2, { kernel: batched, scope }],
    ['an unmap would, but the driver does nothing', 1, { kernel: batched, driver: 'none', scope }],
    ['KVM is told the page alone', 1, { kernel: batched, driver: 'kvm', scope }],
    ['the driver makes it the whole mm', 2, { driver: 'invalidate_secondary=zap@mm', scope }],
    ['not in scope', 1, { kernel: batched, scope: 'pages=3' }],
    ['in steps', 3, { scope: `${scope} granularity=fine` }],
    ['a young page alone', 3, { kernel: 'unmap=pte,invalidate@mm?young', scope }],
    ['the LRU asks', 3, { kernel: batched, scope: `${scope},lru` }],
    ['a look does', 3, { kernel: 'v6.12-x86-thp', driver: 'amd-iommu-v2', scope }],
    ['a mark does', 3, { kernel: 'v6.12-x86-damon', driver: 'kvm', scope }],
    ['an upgrade does', 3, { kernel: 'upgrade=invalidate@mm', scope }],
    [
      'what is harvested elsewhere counts',
      3,
      {
        kernel: batched,
        driver: 'secondary=shadow invalidate_secondary=harvest@mm,flush-atc?harvested',
        scope,
      },
    ],
    [
      'MADV_PAGEOUT asks of the spte',
      3,
      { kernel: `${batched} pageout=clears`, scope: `${scope},pageout` },
    ],
  ])('%s: %i', (_name, pages, texts) => {
    expect(pagesOf(texts)).toBe(pages);
  });

  it('knows pages that differ: the last one has no next', () => {
    const alike = (name: string) =>
      pagesAreAlike(parseSystem({ kernel: name, driver: 'kvm', scope }));
    expect(alike('v6.12-x86')).toBe(true);
    expect(alike('v6.12-x86-damon')).toBe(false);
  });
});
