/**
 * Guesses how many states there are in all, while a search has seen only some. The states that are
 * first reached by n events are a level. Levels grow by a factor that falls from level to level, as
 * the states of independent parts multiply. So the factor's logarithm is continued on a straight
 * line, from the last 5, 8 and 12 levels. The range of the three guesses is widened twofold.
 *
 * It is a guess, and no bound. On systems whose number is known the range held that number whenever
 * a tenth had been searched. Before that it was too low in about half of all cases.
 */
export interface Estimate {
  /** At least as many states as were found. */
  readonly least: number;
  /** Undefined if the levels do not tell where they end. */
  readonly most?: number;
}

/** How many of the last levels are continued. */
const WINDOWS = [5, 8, 12];
/** Fewer levels tell nothing. */
const FEWEST = 6;
/** By how much the range is wider than the guesses. */
const WIDER = 2;
/** Beyond this many states a guess is worth nothing. */
const MOST = 1e12;

/** `levels` has the number of states of each complete level, and `found` that of all so far. */
export function estimateOf(levels: readonly number[], found: number): Estimate {
  if (levels.length < FEWEST) return { least: found };
  const guesses = WINDOWS.map((window) => continued(levels, window));
  const least = Math.max(found, rounded(Math.min(...guesses) / WIDER));
  const most = rounded(Math.max(...guesses) * WIDER);
  return most > MOST ? { least: found } : { least, most: Math.max(least, most) };
}

/** The sum of all levels, when the last of them are continued. Infinite if they do not fall. */
function continued(levels: readonly number[], window: number): number {
  const last = levels.slice(-window);
  const growth = last.slice(1).map((size, i) => Math.log(size / last[i]));
  const { slope, next } = lineThrough(growth);
  let sum = levels.reduce((all, size) => all + size, 0);
  if (slope >= 0) return Infinity;
  let size = levels.at(-1)!;
  for (let factor = next; size > 1 && sum <= MOST; factor += slope) {
    size *= Math.exp(factor);
    sum += size;
  }
  return sum;
}

/** The straight line nearest to values at 0, 1, 2 and so on: its slope, and its next value. */
function lineThrough(values: readonly number[]) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [along, square] = [0, 0];
  for (const [i, value] of values.entries()) {
    along += (i - middle) * (value - mean);
    square += (i - middle) ** 2;
  }
  const slope = along / square;
  return { slope, next: mean + slope * (values.length - middle) };
}

/** Two digits are more than a guess has. */
const rounded = (n: number): number => (Number.isFinite(n) ? Number(n.toPrecision(2)) : n);
