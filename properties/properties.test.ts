/**
 * Every property can be broken and can be proved, is asked for wherever it can be broken, and reads
 * no ghost but those that it names.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Search } from '../checker/search/search.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import type { PartName, System } from '../model/system.ts';
import { GRANULARITIES } from '../model/system.ts';
import { anySystem } from './any-system.ts';
import type { Property } from './index.ts';
import { PROPERTIES, propertiesFor } from './index.ts';

type Texts = { readonly [P in PartName]?: string };

/** For each property, systems that end in each verdict; in both granularities. */
interface Examples {
  readonly broken: Texts;
  readonly holds: Texts;
  /** The antecedent is out of reach although the property is asked for. */
  readonly vacuous?: Texts;
  readonly absent: Texts;
}

const IDLE = 'observers=idle';
const CPU = 'cpus=1';
const REVOKE = 'events=protect,write';

const EXAMPLES: Readonly<Record<string, Examples>> = {
  'no-missed-device-reference(reclaim)': {
    broken: {},
    holds: { driver: 'amd-iommu-v2' },
    absent: { scope: IDLE },
  },
  'no-missed-device-reference(idle)': {
    broken: { scope: IDLE },
    holds: { driver: 'none', hardware: 'walk-always', scope: IDLE },
    absent: {},
  },
  'no-repeated-miss(reclaim)': {
    broken: {},
    holds: { kernel: 'flush-young-proposal', driver: 'sva-flush-young' },
    absent: { scope: IDLE },
  },
  'no-repeated-miss(idle)': {
    broken: { scope: IDLE },
    holds: { hardware: 'walk-always', scope: IDLE },
    absent: {},
  },
  'no-missed-cpu-reference(reclaim)': {
    broken: { kernel: 'v4.20-x86', scope: CPU },
    holds: { kernel: 'v5.15-arm64', scope: CPU },
    absent: {},
  },
  'no-missed-cpu-reference(idle)': {
    broken: { kernel: 'v5.15-arm64', scope: `${CPU} ${IDLE}` },
    holds: { driver: 'clear_young=return-one', scope: `${CPU} ${IDLE}` },
    absent: { scope: IDLE },
  },
  'no-false-reference': {
    broken: { driver: 'always-referenced' },
    holds: {},
    absent: { scope: 'observers=none' },
  },
  'no-stale-access': {
    broken: { driver: 'none', scope: 'events=unmap' },
    holds: { scope: 'events=unmap' },
    vacuous: { driver: 'none', hardware: 'walk-always', scope: 'events=unmap' },
    absent: { driver: 'none', scope: REVOKE },
  },
  'no-write-after-write-protect': {
    broken: { driver: 'none', scope: REVOKE },
    holds: { scope: REVOKE },
    vacuous: { driver: 'none', hardware: 'walk-always', scope: REVOKE },
    absent: { driver: 'none', scope: 'events=unmap,write' },
  },
  'no-spurious-invalidation': {
    broken: { driver: 'amd-iommu-v2' },
    holds: { kernel: 'flush-young-proposal', driver: 'sva-flush-young' },
    absent: { driver: 'amd-iommu-v2', hardware: 'no-ats' },
  },
  'fault-makes-progress': {
    broken: { hardware: 'smmu-v3', scope: REVOKE },
    holds: { kernel: 'v6.6-arm64', hardware: 'smmu-v3', scope: REVOKE },
    absent: { hardware: 'ats', scope: REVOKE },
  },
  'no-eviction-in-use': {
    broken: { scope: 'events=lru,unmap' },
    holds: { driver: 'amd-iommu-v2', scope: 'events=lru,unmap' },
    absent: { scope: 'events=unmap' },
  },
};

type Verdict = keyof Examples;

function verdict(system: System, property: Property): Verdict {
  if (!propertiesFor(system).includes(property)) return 'absent';
  const search = new Search(system, [property], { maxStates: 100_000 });
  search.run();
  if (search.violation(property)) return 'broken';
  expect(search.complete).toBe(true);
  return search.witness(property) ? 'holds' : 'vacuous';
}

describe('properties', () => {
  it('have examples, each of them', () => {
    expect(Object.keys(EXAMPLES)).toEqual(PROPERTIES.map(({ name }) => name));
  });

  describe.each(PROPERTIES)('$name', (property) => {
    it.each(Object.entries(EXAMPLES[property.name]))('%s', (expected, texts: Texts) => {
      for (const granularity of GRANULARITIES) {
        const scope = `${texts.scope ?? ''} granularity=${granularity}`;
        expect(verdict(parseSystem({ ...texts, scope }), property), scope).toBe(expected);
      }
    });

    it('is a name and a sentence', () => {
      expect(property.name).toMatch(/^[a-z]+(-[a-z]+)*(\((reclaim|idle)\))?$/);
      expect(property.sentence).toMatch(/^\S[^.]*\.$/);
      expect(property.antecedent).toMatch(/^an? [^.]*$/);
    });
  });
});

const MOST = { pages: 2, cpus: 2, devices: 2 };

describe('properties of random systems', () => {
  it('are asked for wherever they are violated, and then witnessed', { timeout: 60_000 }, () => {
    const found = new Set<Property>();
    const property = fc.property(anySystem(MOST), (system) => {
      const search = new Search(system, PROPERTIES, { maxStates: 2000 });
      search.run();
      const asked = propertiesFor(system);
      for (const each of PROPERTIES) {
        if (!search.violation(each)) continue;
        found.add(each);
        expect(asked, each.name).toContain(each);
        if (search.complete) expect(search.witness(each), each.name).toBeDefined();
      }
    });
    fc.assert(property, { seed: 20190131, numRuns: 250 });
    // Each was violated somewhere, so each was looked at.
    expect(PROPERTIES.filter((each) => !found.has(each))).toEqual([]);
  });

  it('end the same with no ghosts tracked but their own', { timeout: 60_000 }, () => {
    const property = fc.property(anySystem({ ...MOST, cpus: 1 }), (system) => {
      const all = new Search(system, PROPERTIES, { maxStates: 2000 });
      all.run();
      fc.pre(all.complete);
      for (const each of PROPERTIES) {
        const alone = new Search(system, [each]);
        alone.run();
        expect(alone.violation(each)?.length, each.name).toBe(all.violation(each)?.length);
        expect(alone.witness(each)?.length, each.name).toBe(all.witness(each)?.length);
      }
    });
    fc.assert(property, { seed: 20190131, numRuns: 40 });
  });
});
