/** Rates, intervals, prices, and the order of systems by price. */
import { describe, expect, it } from 'vitest';
import { DRIVERS } from '../../model/systems/drivers.ts';
import { whole } from '../trace/pieces.ts';
import { parseSystem } from '../trace/setup.ts';
import { compared, isDearer } from './compare.ts';
import { rateOf, studentQuantile } from './confidence.ts';
import { DEFAULT_PRICES } from './prices.ts';
import { readWorkload } from './read-workload.ts';
import type { Plan } from './run.ts';
import { measuring } from './run.ts';
import { PATTERN_NAMES } from './workloads.ts';

const PATCHED = parseSystem({});
const AMD = parseSystem({ driver: 'amd-iommu-v2' });
const PROPOSAL = parseSystem({ kernel: 'flush-young-proposal', driver: 'sva-flush-young' });

const planOf = (text: string, about: Partial<Plan> = {}): Plan => ({
  source: readWorkload(text, 100),
  room: { pages: 100, memory: 50, batch: 8, scanEvery: 0 },
  turns: 5000,
  warmUp: 500,
  runs: 4,
  seed: 1,
  ...about,
});

const measure = (text: string, systems = [PATCHED, AMD, PROPOSAL], about: Partial<Plan> = {}) =>
  whole(measuring(planOf(text, about), systems));

describe('an interval', () => {
  /* The quantiles are those of every table; the example is 1, 2, 3, whose deviation is 1. */
  it("is that of Student's t", () => {
    expect(rateOf([1, 2, 3], [1, 1, 1]).mean).toBe(2);
    expect(rateOf([1, 2, 3], [1, 1, 1]).within).toBeCloseTo(4.303 / Math.sqrt(3), 9);
    expect(rateOf([5], [2])).toEqual({ mean: 2.5, within: undefined });
    expect(rateOf([5, 5], [1, 1])).toEqual({ mean: 5, within: 0 });
    expect(rateOf([2, 6], [1, 3])).toEqual({ mean: 2, within: 0 });
    expect(rateOf([0, 0], [0, 0])).toEqual({ mean: 0, within: 0 });
    expect(studentQuantile(1)).toBe(12.706);
    expect(studentQuantile(40)).toBeCloseTo(2.021, 2);
    expect(studentQuantile(120)).toBeCloseTo(1.98, 3);
    expect(studentQuantile(1e6)).toBeCloseTo(1.96, 3);
  });
});

describe('systems that take the same accesses', () => {
  it('are measured the same way for the same seed', () => {
    expect(measure('zipf').systems).toEqual(measure('zipf').systems);
    expect(measure('zipf').systems).not.toEqual(measure('zipf', undefined, { seed: 2 }).systems);
    const [alone] = measure('zipf', [AMD]).systems;
    expect(alone).toEqual(measure('zipf').systems[1]);
  });

  it('have a sample for each run, and of fixed accesses for each batch', () => {
    const runs = measure('zipf');
    expect(runs.sampledBy).toBe('runs');
    expect(runs.systems[0]!.samples.map(({ turns }) => turns)).toEqual([4500, 4500, 4500, 4500]);
    const batches = measure('streaming', undefined, { turns: 2007 });
    expect(batches.sampledBy).toBe('batches');
    const lengths = batches.systems[0]!.samples.map(({ turns }) => turns);
    expect(lengths).toHaveLength(10);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(1507);
    for (const { samples } of [...runs.systems, ...batches.systems]) {
      for (const { turns, pauses, counts } of samples) expect(counts.accesses).toBe(turns - pauses);
    }
  });

  it('miss no use on any workload where every look invalidates, or a young page is told', () => {
    for (const name of PATTERN_NAMES) {
      const [patched, ...others] = measure(name, undefined, {
        room: { ...planOf(name).room, scanEvery: 50 },
      }).systems;
      for (const { samples } of others) {
        for (const { counts } of samples) {
          expect({ name, ...counts }).toMatchObject({ name, missed: 0, mistaken: 0 });
        }
      }
      const missed = patched!.samples.reduce((sum, { counts }) => sum + counts.missed, 0);
      if (['hot-set', 'zipf', 'bursty'].includes(name)) expect(missed).toBeGreaterThan(0);
    }
  });

  it('evict no page in use that no look has missed, whatever the driver does', () => {
    const systems = DRIVERS.map(({ name }) => parseSystem({ driver: name }));
    const { systems: runs } = measure('zipf:writes=0.2,cpu=0.1', systems, { runs: 2 });
    for (const { samples } of runs) {
      for (const { counts } of samples) {
        expect(counts.mistaken).toBeLessThanOrEqual(counts.missed);
        expect(counts.spurious).toBeLessThanOrEqual(counts.lookInvalidations);
        expect(counts.lookInvalidations).toBeLessThanOrEqual(counts.invalidations);
      }
    }
  });

  it('stand in the order of their prices', () => {
    const comparison = compared(measure('hot-set'), DEFAULT_PRICES)!;
    expect(comparison.per).toBe('accesses');
    expect(comparison.order.map(({ system }) => system)).toEqual([2, 1, 0]);
    expect(comparison.order.slice(1).every(isDearer)).toBe(true);
    const [{ rates, price }] = comparison.systems as [(typeof comparison.systems)[0]];
    const { invalidations, atsRequests, pageRequests } = rates;
    const sum = invalidations.mean + atsRequests.mean + 100 * pageRequests.mean;
    expect(price.mean).toBeCloseTo(sum, 6);
    expect(rates.accesses.mean).toBeCloseTo(1000, 9);
  });

  it('cost the same at the price that is told', () => {
    const measured = measure('hot-set', [PATCHED, AMD]);
    const { evenAt } = compared(measured, DEFAULT_PRICES)!;
    expect(evenAt.map(({ price }) => price)).toContain('invalidation');
    for (const { price, value } of evenAt) {
      const { systems } = compared(measured, { ...DEFAULT_PRICES, [price]: value })!;
      expect(systems[0]!.price.mean).toBeCloseTo(systems[1]!.price.mean, 6);
    }
  });

  it('change places where a price makes them', () => {
    const measured = measure('hot-set', [PATCHED, AMD]);
    const { evenAt } = compared(measured, DEFAULT_PRICES)!;
    const { value } = evenAt.find(({ price }) => price === 'invalidation')!;
    const near = { ...DEFAULT_PRICES, invalidation: value * 0.75 };
    const { order, sensitivity } = compared(measured, near)!;
    expect(order[0]!.system).toBe(1);
    const changed = sensitivity.filter(({ isSame }) => !isSame);
    expect(changed).toContainEqual(
      expect.objectContaining({ price: 'invalidation', factor: 2, isSame: false }),
    );
    expect(changed.every(({ order: [first] }) => first!.system === 0)).toBe(true);
  });

  it('are in no order if they ran out of memory, or use what was taken away', () => {
    const systems = [
      PATCHED,
      ...['always-referenced', 'none'].map((driver) => parseSystem({ driver })),
    ];
    const { order, systems: rated } = compared(measure('zipf', systems), DEFAULT_PRICES)!;
    expect(order.map(({ system }) => system)).toEqual([0]);
    expect(rated[1]!.run.out).toMatchObject({ run: 1 });
    expect(rated[2]!.rates.unsafe.mean).toBeGreaterThan(0);
  });

  it('are told per thousand turns if nobody accesses a page', () => {
    const comparison = compared(measure('idle'), DEFAULT_PRICES)!;
    expect(comparison.per).toBe('turns');
    expect(comparison.systems.map(({ price }) => price)).toEqual(
      Array.from({ length: 3 }, () => ({ mean: 0, within: 0 })),
    );
  });

  it('have counted the same turns where the work is stopped', () => {
    for (const pieces of [1, 2, 3, 5, 8]) {
      const work = measuring(planOf('zipf', { turns: 20_000 }), [PATCHED, AMD]);
      let piece = work.next();
      for (let i = 0; i < pieces && !piece.done; i++) piece = work.next(false);
      while (!piece.done) piece = work.next(true);
      const { isCut, systems } = piece.value;
      expect(isCut).toBe(true);
      const [one, other] = systems.map(({ samples }) => samples.map(({ turns }) => turns));
      expect(one).toEqual(other);
      if (pieces > 1) expect(one!.length).toBeGreaterThan(0);
    }
  });
});
