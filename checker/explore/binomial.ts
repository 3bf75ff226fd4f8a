/**
 * How far a share that was measured may be from the true one: the interval of Clopper and Pearson
 * (Biometrika 26, 1934). It is exact: it holds the true share with at least the stated confidence,
 * whatever that share is.
 */

export interface Interval {
  readonly least: number;
  readonly most: number;
}

/** The confidence of every interval here, two-sided. */
export const CONFIDENCE = 0.95;

/** Halvings of an interval of shares. More change nothing in a double above 1e-12. */
const HALVINGS = 100;

/** The true shares that agree with `hits` of `trials` independent trials. */
export function clopperPearson(hits: number, trials: number): Interval {
  return { least: leastShare(hits, trials), most: 1 - leastShare(trials - hits, trials) };
}

/** The share with which so many hits or more have just half of the chance that is left. */
function leastShare(hits: number, trials: number): number {
  if (hits === 0) return 0;
  const tail = tailOf(hits, trials);
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (tail(middle) < (1 - CONFIDENCE) / 2) low = middle;
    else high = middle;
  }
  return low;
}

/** The chance of `hits` or more, as a function of the share. */
function tailOf(hits: number, trials: number): (share: number) => number {
  let choose = 0;
  for (let i = 1; i <= hits; i++) choose += Math.log((trials - hits + i) / i);
  return (share) => {
    const odds = share / (1 - share);
    const term = Math.exp(choose + hits * Math.log(share) + (trials - hits) * Math.log1p(-share));
    // Only the side where the terms fall is summed, so that few of them count.
    if (hits >= share * trials) {
      let [sum, next] = [0, term];
      for (let i = hits; i <= trials && next > sum * Number.EPSILON; i++) {
        sum += next;
        next *= (odds * (trials - i)) / (i + 1);
      }
      return sum;
    }
    let [sum, next] = [0, (term * hits) / ((trials - hits + 1) * odds)];
    for (let i = hits - 1; i >= 0 && next > sum * Number.EPSILON; i--) {
      sum += next;
      next *= i / ((trials - i + 1) * odds);
    }
    return 1 - sum;
  };
}
