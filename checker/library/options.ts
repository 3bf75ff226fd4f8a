/** Reads what a program passes to the library. Errors are Complaints whose message is complete. */
import { inspect } from 'node:util';
import type { Bias } from '../../properties/generators/index.ts';
import { DEFAULT_BIAS } from '../../properties/generators/index.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';

/** Has everything in its message: a test runner prints only that, and does not call format(). */
class SpelledOut extends Complaint {
  private readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    super(complaint.message, complaint.place, complaint.advice);
    this.message = complaint.format().replace(/^error: /, '');
    this.complaint = complaint;
  }

  override format(): string {
    return this.complaint.format();
  }
}

/**
 * Calls `act`. If it throws a Complaint, the place, the hint and the possible words go into the
 * message.
 */
export function spelledOut<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Complaint) || error instanceof SpelledOut) throw error;
    throw new SpelledOut(error);
  }
}

/** A value as it may stand in a message. */
const shown = (value: unknown): string =>
  quote(typeof value === 'string' ? value : inspect(value, { depth: 1, breakLength: Infinity }));

export const cannotBe = (what: string, value: unknown, ...possible: string[]): Complaint =>
  new Complaint(`${what} cannot be ${shown(value)}`, undefined, { possible });

/** Whether a value is an object, and no list and not null. */
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values that an option may have, and the words for them in a message. */
export interface OptionKind {
  readonly fits: (value: unknown) => boolean;
  readonly possible: string;
}

export const ANYTHING: OptionKind = { fits: () => true, possible: '' };

/** NaN is excluded: it compares with nothing, and so would be no limit. */
const LIMIT: OptionKind = {
  fits: (value) => typeof value === 'number' && value >= 0,
  possible: 'a number from 0',
};
export const SECONDS: OptionKind = { ...LIMIT, possible: 'seconds, as a number from 0' };
export const LIMITS = { maxStates: LIMIT, maxMemory: LIMIT, timeLimit: SECONDS };

export const wholeFrom = (least: number, most: number): OptionKind => ({
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  possible: `a whole number from ${least} to ${most}`,
});

const CHANCE: OptionKind = {
  fits: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  possible: 'a chance from 0 to 1',
};

/** Complains about an unknown option or a wrong value. An undefined value counts as left out. */
export function checkOptions(
  options: unknown,
  kinds: Readonly<Record<string, OptionKind>>,
  what = 'options',
): void {
  const names = Object.keys(kinds);
  if (!isObject(options)) throw cannotBe(what, options, `{ ${names.join(', ')} }`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) {
      const message = `unknown ${quote(name)} in ${what}${didYouMean(name, names)}`;
      throw new Complaint(message, undefined, { possible: names });
    }
    const { fits, possible } = kinds[name];
    if (value !== undefined && !fits(value)) throw cannotBe(name, value, possible);
  }
}

/** Completes a bias of which some chances are given. */
export function biasFrom(given: Partial<Bias> = {}): Bias {
  const names = Object.keys(DEFAULT_BIAS);
  checkOptions(given, Object.fromEntries(names.map((name) => [name, CHANCE])), 'bias');
  return { ...DEFAULT_BIAS, ...given };
}
