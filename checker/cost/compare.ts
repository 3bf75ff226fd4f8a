/**
 * Compares systems that took the same turns: rates with their intervals, prices, and the order of
 * the systems by price. As the random numbers are common, two systems are compared sample by
 * sample: the interval of a difference is narrower than those of its parts.
 */
import type { Rate } from './confidence.ts';
import { rateOf } from './confidence.ts';
import type { CountName } from './counts.ts';
import { COUNT_NAMES } from './counts.ts';
import type { Prices, PriceName } from './prices.ts';
import { FACTORS, PRICES, PRICE_NAMES, priceOf } from './prices.ts';
import type { Measured, Sample, SystemRun } from './run.ts';

/** What rates are counted by: so many accesses, or turns where nobody accesses a page. */
export const PER = 1000;

/** What a workload has made of one system. */
export interface Rated {
  readonly run: SystemRun;
  /** Per thousand accesses. */
  readonly rates: Readonly<Record<CountName, Rate>>;
  readonly price: Rate;
  /** Invalidations of looks and walks, per look. Undefined if nobody looked. */
  readonly perLook: number | undefined;
}

/** A system in an order by price, and how much dearer it is than the one before it. */
export interface Ranked {
  /** The place of the system in `systems`. */
  readonly system: number;
  readonly price: number;
  /** Undefined for the first. */
  readonly dearerBy: Rate | undefined;
}

export interface Sensitivity {
  readonly price: PriceName;
  readonly factor: number;
  readonly order: readonly Ranked[];
  /** For each system what it costs then. */
  readonly costs: readonly number[];
  /** The order is that of the given prices. */
  readonly isSame: boolean;
}

/** A price at which the two cheapest systems cost the same, while the others are as given. */
export interface Even {
  readonly price: PriceName;
  readonly value: number;
}

export interface Comparison {
  readonly measured: Measured;
  readonly per: 'accesses' | 'turns';
  readonly systems: readonly Rated[];
  readonly prices: Prices;
  readonly order: readonly Ranked[];
  readonly sensitivity: readonly Sensitivity[];
  readonly evenAt: readonly Even[];
}

/** How many thousands a sample has of what rates are counted by. */
const sizeOf = ({ turns, pauses }: Sample, per: Comparison['per']): number =>
  (per === 'turns' ? turns : turns - pauses) / PER;

/** The rate of anything that is counted in the samples of a run. */
const rateIn = (
  { samples }: SystemRun,
  per: Comparison['per'],
  of: (sample: Sample, at: number) => number,
): Rate =>
  rateOf(
    samples.map(of),
    samples.map((sample) => sizeOf(sample, per)),
  );

const priceRate = (run: SystemRun, prices: Prices, per: Comparison['per']): Rate =>
  rateIn(run, per, ({ counts }) => priceOf(counts, prices));

function rated(run: SystemRun, prices: Prices, per: Comparison['per']): Rated {
  const rates = Object.fromEntries(
    COUNT_NAMES.map((name) => [name, rateIn(run, per, ({ counts }) => counts[name])]),
  ) as Record<CountName, Rate>;
  const sum = (name: CountName) => run.samples.reduce((all, { counts }) => all + counts[name], 0);
  const looks = sum('looks');
  return {
    run,
    rates,
    price: priceRate(run, prices, per),
    perLook: looks === 0 ? undefined : sum('lookInvalidations') / looks,
  };
}

/** Whether a system took all turns, and used nothing that was taken away. */
const isComparable = ({ out, samples }: SystemRun): boolean =>
  out === undefined && samples.every(({ counts }) => counts.unsafe === 0);

/** The systems that can be compared, the cheapest first. */
function orderBy(prices: Prices, runs: readonly SystemRun[], per: Comparison['per']): Ranked[] {
  const priced = runs
    .map((run, system) => ({ system, run, price: priceRate(run, prices, per).mean }))
    .filter(({ run }) => isComparable(run))
    .toSorted((a, b) => a.price - b.price);
  return priced.map(({ system, run, price }, i) => ({
    system,
    price,
    dearerBy:
      i === 0
        ? undefined
        : rateIn(run, per, ({ counts }, at) => {
            const before = priced[i - 1].run.samples[at];
            return priceOf(counts, prices) - priceOf(before.counts, prices);
          }),
  }));
}

/** Whether one system is dearer than the one before it, as far as the samples can tell. */
export const isDearer = ({ dearerBy }: Ranked): boolean =>
  dearerBy !== undefined && dearerBy.mean > (dearerBy.within ?? Infinity);

/** Where one price alone would make the two cheapest systems equal. It may be at no price. */
function evenAt(
  prices: Prices,
  [first, second]: readonly Ranked[],
  systems: readonly Rated[],
): Even[] {
  if (second === undefined) return [];
  const rateOf = ({ system }: Ranked, name: PriceName) =>
    systems[system].rates[PRICES[name].counts].mean;
  return PRICE_NAMES.flatMap((price) => {
    const more = rateOf(first, price) - rateOf(second, price);
    const value = prices[price] + (second.price - first.price) / more;
    return more !== 0 && value >= 0 && value !== prices[price] ? [{ price, value }] : [];
  });
}

const placesIn = (order: readonly Ranked[]): string => order.map(({ system }) => system).join();

/** Compares what was measured. Undefined if no sample is complete. */
export function compared(measured: Measured, prices: Prices): Comparison | undefined {
  const runs = measured.systems;
  const samples = runs.flatMap((run) => run.samples);
  if (samples.length === 0) return undefined;
  const per = samples.every(({ turns, pauses }) => turns === pauses) ? 'turns' : 'accesses';
  const order = orderBy(prices, runs, per);
  const sensitivity = PRICE_NAMES.flatMap((price) =>
    FACTORS.map((factor): Sensitivity => {
      const other = { ...prices, [price]: prices[price] * factor };
      const changed = orderBy(other, runs, per);
      const costs = runs.map((run) => priceRate(run, other, per).mean);
      return {
        price,
        factor,
        order: changed,
        costs,
        isSame: placesIn(changed) === placesIn(order),
      };
    }),
  );
  const systems = runs.map((run) => rated(run, prices, per));
  return {
    measured,
    per,
    systems,
    prices,
    order,
    sensitivity,
    evenAt: evenAt(prices, order, systems),
  };
}
