/**
 * The prices of what a policy makes the hardware and the kernel do, in units relative to each
 * other. Nobody has measured them together on one machine, so each can be given, and the order of
 * systems is also told for half and for twice of each.
 */
import type { CountName, Counts } from './counts.ts';

interface Price {
  readonly counts: CountName;
  readonly otherwise: number;
  readonly told: string;
  /** Where the default is from, or that it is assumed. */
  readonly source: string;
}

export const PRICES = {
  invalidation: {
    counts: 'invalidations',
    otherwise: 1,
    told: 'an ATC invalidation, and the wait for its completion',
    source: "the unit; the mail of 2019-01-31 says no more than 'ATC inv is expensive'",
  },
  'ats-request': {
    counts: 'atsRequests',
    otherwise: 1,
    told: 'a translation request after a miss in the ATC, with its walk',
    source: 'assumed: PCIe ATS makes it one message and one completion, as an invalidation is',
  },
  'page-request': {
    counts: 'pageRequests',
    otherwise: 100,
    told: 'a page request (PRI), which the fault handler resolves',
    source: 'assumed: an interrupt, a thread, handle_mm_fault() and a response; no input or output',
  },
} as const satisfies Readonly<Record<string, Price>>;
export type PriceName = keyof typeof PRICES;
export const PRICE_NAMES = Object.keys(PRICES) as PriceName[];
export type Prices = Readonly<Record<PriceName, number>>;

export const DEFAULT_PRICES: Prices = Object.fromEntries(
  PRICE_NAMES.map((name) => [name, PRICES[name].otherwise]),
) as Prices;

/** The price of all that was counted. */
export const priceOf = (counts: Counts, prices: Prices): number =>
  PRICE_NAMES.reduce((sum, name) => sum + prices[name] * counts[PRICES[name].counts], 0);

/** The factors by which each price is changed to see whether the order of the systems holds. */
export const FACTORS = [0.5, 2] as const;
