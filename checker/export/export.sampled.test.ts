/** Is an export the same system as the model? It is executed here as Spin would execute it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySystem } from '../../properties/generators/any-system.ts';
import { propertiesFor } from '../../properties/index.ts';
import { exportDiffers } from '../../suites/export-differs.ts';
import { samples } from '../../suites/samples.ts';

describe('an export does what the model does', () => {
  it.each([
    ['small', { pages: 1, cpus: 1, devices: 1 }, 20],
    ['with two of everything', { pages: 2, cpus: 2, devices: 2 }, 10],
  ])('in every event of random walks in random systems: %s', (_, most, few) => {
    fc.assert(
      fc.property(anySystem(most), fc.infiniteStream(fc.nat()), (system, chance) => {
        const choose = (count: number) => Number(chance.next().value) % count;
        // One property has only the ghosts that it reads.
        const all = propertiesFor(system);
        const asked = choose(2) === 0 ? all : all.slice(0, 1 + choose(all.length + 1)).slice(-1);
        expect(exportDiffers(system, asked, 25, choose)).toBeUndefined();
      }),
      { seed: 20190131, numRuns: samples(few) },
    );
  });
});
