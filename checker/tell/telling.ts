/** What is told of an event: a note that fits behind it in a trace, and sentences. */
import type { Actor, KINDS } from '../../model/events.ts';
import { PAGE_NAMES } from '../../model/events.ts';
import type { Moment } from './moment.ts';

/** The sentences lack their capital letter and their full stop. */
export interface Told {
  readonly note: string;
  readonly sentences: readonly string[];
}
export type Telling = (m: Moment) => Told;

/** A telling for everything that an actor can do. */
export type TellingsOf<A extends Actor> = Readonly<Record<keyof (typeof KINDS)[A], Telling>>;

/** `A`, `A and B`, `A, B and C`. */
export function list(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

export const pageNames = (pages: readonly number[], last?: 'and' | 'or'): string =>
  list(
    pages.map((page) => PAGE_NAMES[page]),
    last,
  );

/** Names of actors and functions keep their letters at the beginning of a sentence. */
const capital = (sentence: string): string =>
  sentence.replace(/^(?!\S*[\d_(]|kswapd|khugepaged)[a-z]/, (letter) => letter.toUpperCase());

/** Whole sentences, one behind the other. */
export const paragraph = (sentences: readonly string[]): string =>
  sentences.map((sentence) => `${capital(sentence)}.`).join(' ');
