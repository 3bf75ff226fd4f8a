/**
 * Finds the lists of steps that fit what a log shows of an operation. A list fits one run of the
 * operation if it takes the steps that the log shows, in that order, and no other step that the log
 * would have shown.
 */
import type { Condition } from '../../../model/program.ts';

/** A step of a list: its word with a range, and whether its condition has to hold. */
export interface Item {
  readonly word: string;
  readonly isConditional: boolean;
}
export type List = readonly Item[];

/** What a log shows of runs of an operation, or of calls of a callback, that look alike. */
export interface Shown {
  /** How many of them there are. */
  readonly times: number;
  /** Whether the condition held. It is undefined if the log does not say. */
  readonly held: boolean | undefined;
  readonly words: readonly string[];
  /** The names of steps that may have been taken without a line. */
  readonly blind: ReadonlySet<string>;
}

export const nameOf = (word: string): string => word.replace(/@.*/, '');

const isWithin = (few: readonly string[], many: readonly string[]): boolean => {
  let at = 0;
  for (const word of many) if (word === few[at]) at++;
  return at === few.length;
};

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, i) => word === other[i]);

function fitsIf(list: List, { words, blind }: Shown, held: boolean): boolean {
  const taken = list.filter(({ isConditional }) => held || !isConditional).map(({ word }) => word);
  const seen = (all: readonly string[]) => all.filter((word) => !blind.has(nameOf(word)));
  return isWithin(words, taken) && same(seen(taken), seen(words));
}

export const fits = (list: List, shown: Shown): boolean =>
  shown.held === undefined
    ? fitsIf(list, shown, true) || fitsIf(list, shown, false)
    : fitsIf(list, shown, shown.held);

export const timesOf = (all: readonly Shown[]): number =>
  all.reduce((sum, { times }) => sum + times, 0);

/** How many runs a list fits. */
export const score = (list: List, all: readonly Shown[]): number =>
  timesOf(all.filter((shown) => fits(list, shown)));

/** What lists of one kind of operation may have. */
export interface Grammar {
  /** The names of steps that may have been taken although no run shows them. */
  readonly names: readonly string[];
  readonly condition: Condition;
}

/** Steps whose condition asks for what `harvest` found stand behind it. */
const mayAsk = (words: readonly string[], at: number, { condition }: Grammar): boolean =>
  condition === 'young' || words.slice(0, at).some((word) => nameOf(word) === 'harvest');

/** With more steps than this, none is tried as conditional. */
const MOST_MARKED = 6;

/** The lists with one more step, at every place. */
function* longer(words: readonly string[], { names }: Grammar): Generator<readonly string[]> {
  for (const name of names) {
    if (words.some((word) => nameOf(word) === name)) continue;
    for (let at = 0; at <= words.length; at++) yield words.toSpliced(at, 0, name);
  }
}

/** The same words with every choice of conditional steps, those with the fewest first. */
function marked(words: readonly string[], grammar: Grammar): List[] {
  const may = words.flatMap((_, at) => (mayAsk(words, at, grammar) ? [at] : []));
  const count = words.length > MOST_MARKED ? 0 : may.length;
  const lists = Array.from({ length: 2 ** count }, (_, choice) =>
    words.map((word, at) => ({
      word,
      isConditional: count > 0 && may.includes(at) && (choice >> may.indexOf(at)) % 2 === 1,
    })),
  );
  return lists.toSorted((a, b) => marksOf(a) - marksOf(b));
}
const marksOf = (list: List): number => list.filter(({ isConditional }) => isConditional).length;

/** Every list that may fit, those that add the fewest steps first. */
function* candidates(all: readonly Shown[], grammar: Grammar): Generator<List> {
  let level = new Map(all.map(({ words }) => [words.join(), words]));
  const known = new Set(level.keys());
  while (level.size > 0) {
    for (const words of level.values()) yield* marked(words, grammar);
    const next = new Map<string, readonly string[]>();
    for (const words of level.values()) {
      for (const more of longer(words, grammar)) {
        if (!known.has(more.join())) next.set(more.join(), more);
      }
    }
    for (const key of next.keys()) known.add(key);
    level = next;
  }
}

/** The lists that fit the same runs: the first adds the least to what the log shows. */
export interface Fit {
  readonly lists: readonly List[];
  readonly runs: readonly Shown[];
}

/**
 * The lists that fit the most runs, and then those that fit the most of the rest, until every run
 * is fitted.
 */
export function fitting(all: readonly Shown[], grammar: Grammar): Fit[] {
  const found: Fit[] = [];
  let rest = all;
  while (rest.length > 0) {
    let lists: List[] = [];
    let most = 0;
    for (const list of candidates(rest, grammar)) {
      const count = score(list, rest);
      if (count > most) lists = [];
      most = Math.max(most, count);
      if (count === most && count > 0) lists.push(list);
    }
    const [first] = lists;
    found.push({ lists, runs: rest.filter((shown) => fits(first, shown)) });
    rest = rest.filter((shown) => !fits(first, shown));
  }
  return found;
}
