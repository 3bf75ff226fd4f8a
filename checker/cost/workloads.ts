/** The access patterns: each is declared with its parameters, and makes the turns of a run. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import type { Source, Turns } from './turn.ts';
import { PAUSE, turnOf } from './turn.ts';

/**
 * A parameter of a pattern: a share from 0 to 1, a whole number from 1 on, or a positive number.
 */
export interface Parameter {
  readonly form: 'share' | 'whole' | 'positive';
  readonly otherwise: number;
  readonly told: string;
  /** It is a number of pages, so that it cannot be more than there are. */
  readonly countsPages?: true;
}

/** Random numbers of one run. */
interface Chance {
  /** From 0 to below 1. */
  share(): number;
  /** A whole number from 0 to below a limit. */
  below(limit: number): number;
}

export type Values = Readonly<Record<string, number>>;

/** Which page is accessed next, or PAUSE. */
type Next = () => number;

interface Pattern {
  readonly told: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Whether all runs are the same for these values. The kinds of accesses are another matter. */
  readonly isFixed: (values: Values) => boolean;
  readonly pages: (values: Values, chance: Chance, pages: number) => Next;
}

const never = (): boolean => false;
const share = (otherwise: number, told: string): Parameter => ({ form: 'share', otherwise, told });
const whole = (otherwise: number, told: string): Parameter => ({ form: 'whole', otherwise, told });

/** How many pages a share of them is: one at least. */
const partOf = (part: number, pages: number): number => Math.max(1, Math.round(part * pages));

/** The pages in an order that each seed has for its own. */
function shuffled(pages: number, chance: Chance): Int32Array {
  const order = Int32Array.from({ length: pages }, (_, page) => page);
  for (let i = pages - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Page after page, and then from the first one again. */
function streaming({ touches }: Values, _: Chance, pages: number): Next {
  let turn = 0;
  return () => Math.floor(turn++ / touches) % pages;
}

/** A few pages get most accesses. Within both parts every page is as likely as another. */
function hotSet({ hot, share: mostly }: Values, chance: Chance, pages: number): Next {
  const order = shuffled(pages, chance);
  const many = partOf(hot, pages);
  return () => {
    const isHot = many === pages || chance.share() < mostly;
    return order[isHot ? chance.below(many) : many + chance.below(pages - many)];
  };
}

/** The page of rank r is accessed in proportion to 1 / r^exponent. */
function zipf({ exponent }: Values, chance: Chance, pages: number): Next {
  const order = shuffled(pages, chance);
  const upTo = new Float64Array(pages);
  let sum = 0;
  for (let rank = 0; rank < pages; rank++) upTo[rank] = sum += (rank + 1) ** -exponent;
  return () => {
    const drawn = chance.share() * sum;
    let [low, high] = [0, pages - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] <= drawn) low = middle + 1;
      else high = middle;
    }
    return order[low];
  };
}

/** Nobody accesses a page in most turns. */
const idle =
  ({ share: seldom }: Values, chance: Chance, pages: number): Next =>
  () =>
    seldom > 0 && chance.share() < seldom ? chance.below(pages) : PAUSE;

/** A burst of accesses to a few neighbouring pages, then a pause, then a burst elsewhere. */
function bursty({ set, burst, pause }: Values, chance: Chance, pages: number): Next {
  const many = Math.min(set, pages);
  let [turn, first] = [0, 0];
  return () => {
    const at = turn++ % (burst + pause);
    if (at === 0) first = chance.below(pages);
    return at < burst ? (first + chance.below(many)) % pages : PAUSE;
  };
}

export const PATTERNS = {
  streaming: {
    told: 'page after page, and from the first one again',
    parameters: { touches: whole(1, 'accesses to a page before the next page') },
    isFixed: () => true,
    pages: streaming,
  },
  'hot-set': {
    told: 'few pages get most accesses',
    parameters: {
      hot: share(0.2, 'the hot pages, as a share of all'),
      share: share(0.9, 'the accesses that they get, as a share of all'),
    },
    isFixed: never,
    pages: hotSet,
  },
  zipf: {
    told: 'the page of rank r gets accesses in proportion to 1 / r^exponent',
    parameters: { exponent: { form: 'positive', otherwise: 1, told: 'how steep it is' } },
    isFixed: never,
    pages: zipf,
  },
  idle: {
    told: 'nobody accesses a page, or seldom',
    parameters: { share: share(0, 'the turns in which some page is accessed, any as likely') },
    isFixed: ({ share: seldom }) => seldom === 0,
    pages: idle,
  },
  bursty: {
    told: 'bursts of accesses to a few neighbouring pages, with pauses',
    parameters: {
      set: { ...whole(50, 'the pages of a burst'), countsPages: true },
      burst: whole(1000, 'the accesses of a burst'),
      pause: whole(1000, 'the turns between two bursts'),
    },
    isFixed: never,
    pages: bursty,
  },
} as const satisfies Readonly<Record<string, Pattern>>;
export type PatternName = keyof typeof PATTERNS;
export const PATTERN_NAMES = Object.keys(PATTERNS) as PatternName[];

/** What every pattern has: who accesses, and how. */
export const COMMON = {
  writes: share(0, 'the accesses that are writes'),
  cpu: share(0, 'the accesses by a CPU and not by the device'),
} as const satisfies Readonly<Record<string, Parameter>>;

export const parametersOf = (name: PatternName): Readonly<Record<string, Parameter>> => ({
  ...PATTERNS[name].parameters,
  ...COMMON,
});

/** The values that a pattern has if none are given. */
export const defaultsOf = (name: PatternName): Values =>
  Object.fromEntries(
    Object.entries(parametersOf(name)).map(([key, { otherwise }]) => [key, otherwise]),
  );

function chanceOf(seed: number): Chance {
  const generator = xorshift128plus(seed);
  return {
    share: () => uniformFloat64(generator),
    below: (limit) => uniformInt(generator, 0, limit - 1),
  };
}

/** The other seed of a run, so that who accesses does not change which page is accessed. */
const KINDS_SEED = 0x5eed;

/** Makes the turns of a pattern. They have no end. */
export function workload(name: PatternName, values: Values, pages: number): Source {
  const pattern: Pattern = PATTERNS[name];
  const { writes, cpu } = values;
  const text = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  const turns = (seed: number): Turns => {
    const next = pattern.pages(values, chanceOf(seed), pages);
    const kinds = chanceOf(seed ^ KINDS_SEED);
    const is = (part: number): boolean => part > 0 && kinds.share() < part;
    return {
      fill(into) {
        for (let i = 0; i < into.length; i++) {
          const page = next();
          into[i] = page === PAUSE ? PAUSE : turnOf(page, is(cpu), is(writes));
        }
        return into.length;
      },
    };
  };
  const isMixed = [writes, cpu].some((part) => part > 0 && part < 1);
  return {
    text: `${name}:${text.join(',')}`,
    isFixed: pattern.isFixed(values) && !isMixed,
    hasWrites: writes > 0,
    hasCpus: cpu > 0,
    length: undefined,
    turns,
  };
}
