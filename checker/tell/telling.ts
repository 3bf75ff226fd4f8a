/** The form of an explanation of an event: a note that fits behind it in a trace, and sentences. */
import type { Actor, KINDS } from '../../model/events.ts';
import { PAGE_NAMES } from '../../model/ranges.ts';
import type { Moment } from './moment.ts';

/** An explanation. Its sentences lack the capital letter and the full stop. */
export interface Told {
  readonly note: string;
  readonly sentences: readonly string[];
}
export type Telling = (m: Moment) => Told;

/** An explanation for each event of an actor. */
export type TellingsOf<A extends Actor> = Readonly<Record<keyof (typeof KINDS)[A], Telling>>;

/** Joins words: `A`, `A and B`, `A, B and C`. */
export function list(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

export const pageNames = (pages: readonly number[], last?: 'and' | 'or'): string =>
  list(
    pages.map((page) => PAGE_NAMES[page]),
    last,
  );

/** Begins a sentence with a capital letter. Names of actors and functions keep their letters. */
const capital = (sentence: string): string =>
  sentence.replace(/^(?!\S*[\d_(]|kswapd|khugepaged)[a-z]/, (letter) => letter.toUpperCase());

/** Joins sentences to a paragraph. */
export const paragraph = (sentences: readonly string[]): string =>
  sentences.map((sentence) => `${capital(sentence)}.`).join(' ');
