/**
 * How far a rate that several samples have may be from the true one: the interval of Student's t.
 * The samples are independent runs, each with random numbers of its own. Where all runs are the
 * same, they are the batches of one long run (Law and Kelton, Simulation Modeling and Analysis,
 * batch means).
 */

/** The confidence of every interval here, two-sided. */
export const CONFIDENCE = 0.95;

export interface Rate {
  readonly mean: number;
  /** The interval is the rate, less and more than this. Undefined of fewer than two samples. */
  readonly within: number | undefined;
}

/** The quantiles 0.975 of Student's t for 1, 2, 3 ... degrees of freedom. */
const QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
] as const;

/** The same quantile of the normal distribution. */
const NORMAL = 1.95996;

/**
 * The quantile for more degrees of freedom: the first terms of the expansion of Cornish and Fisher.
 * They are right to a thousandth from 31 on.
 */
const beyond = (freedom: number): number => NORMAL + (NORMAL ** 3 + NORMAL) / (4 * freedom);

export const studentQuantile = (freedom: number): number =>
  QUANTILES[freedom - 1] ?? beyond(freedom);

/**
 * A rate: what was counted in all samples, by what it is counted per, and how far the true rate may
 * be from it. If samples differ in size, the interval is that of a ratio estimator (Cochran,
 * Sampling Techniques). If they do not, it is that of a mean.
 */
export function rateOf(counts: readonly number[], per: readonly number[]): Rate {
  const { length } = counts;
  const sizes = sumOf(per);
  if (sizes === 0) return { mean: 0, within: length < 2 ? undefined : 0 };
  const mean = sumOf(counts) / sizes;
  if (length < 2) return { mean, within: undefined };
  const squares = sumOf(counts.map((count, i) => (count - mean * per[i]) ** 2));
  const error = Math.sqrt(squares / (length - 1) / length) / (sizes / length);
  return { mean, within: studentQuantile(length - 1) * error };
}

const sumOf = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0);
