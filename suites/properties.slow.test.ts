/**
 * Tests of what all properties have in common, in random systems. Each is checked wherever it can
 * be violated, and reads only the ghosts that it names.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Search } from '../checker/search/search.ts';
import { anySystem } from '../properties/generators/any-system.ts';
import type { Property } from '../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../properties/index.ts';

const MOST = { pages: 2, cpus: 2, devices: 2 };

describe('properties of random systems', () => {
  it('are asked for wherever they are violated, and then witnessed', () => {
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
    // Each property was violated somewhere, so each was really checked.
    expect(PROPERTIES.filter((each) => !found.has(each))).toEqual([]);
  });

  it('end the same with no ghosts tracked but their own', () => {
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
