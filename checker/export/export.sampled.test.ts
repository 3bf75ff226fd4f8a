/** Is an export the same system as the model? It is executed here as Spin would execute it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCoreSystem } from '../../properties/generators/any-system.ts';
import { exportDiffers } from '../../suites/export-differs.ts';
import { samples } from '../../suites/samples.ts';

describe('an export does what the model does', () => {
  it.each([
    ['small', { pages: 1, cpus: 1, devices: 1 }, 20],
    ['with two of everything', { pages: 2, cpus: 2, devices: 2 }, 10],
  ])('in every event of random walks in random systems: %s', (_, most, few) => {
    fc.assert(
      fc.property(anyCoreSystem(most), fc.infiniteStream(fc.nat()), (system, chance) => {
        const choose = (count: number) => Number(chance.next().value) % count;
        expect(exportDiffers(system, 25, choose)).toBeUndefined();
      }),
      { seed: 20190131, numRuns: samples(few) },
    );
  });
});
