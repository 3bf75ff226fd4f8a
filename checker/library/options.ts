/** Reads what a program passes: what is not so is a Complaint, and its message says all of it. */
import { inspect } from 'node:util';
import type { Bias } from '../../properties/generators/index.ts';
import { DEFAULT_BIAS } from '../../properties/generators/index.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';

/** A test's runner shows the message alone, and nobody calls format(). */
class SpelledOut extends Complaint {
  private readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    super(complaint.format().replace(/^error: /, ''), complaint.place, complaint.advice);
    this.complaint = complaint;
  }

  override format(): string {
    return this.complaint.format();
  }
}

/** What `act` returns; a Complaint goes on with the place, the hint and what was possible. */
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

/** Neither a text nor a list nor nothing. */
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an option may be, and what a message says of that. */
export interface OptionKind {
  readonly fits: (value: unknown) => boolean;
  readonly possible: string;
}

export const ANYTHING: OptionKind = { fits: () => true, possible: '' };

/** NaN is none, and compares with nothing, so that it would be no limit. */
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

/** Complains of an option that there is not, or whose value is none; undefined is left out. */
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

/** The whole of a bias of which some chances are given. */
export function biasFrom(given: Partial<Bias> = {}): Bias {
  const names = Object.keys(DEFAULT_BIAS);
  checkOptions(given, Object.fromEntries(names.map((name) => [name, CHANCE])), 'bias');
  return { ...DEFAULT_BIAS, ...given };
}
