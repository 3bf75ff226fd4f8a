/** The beginnings of runs as one text, which is printed and read again. */
import type { Run } from './moves.ts';

const BASE = 36;

/** Prints beginnings: the numbers of their events to the base 36. */
export const beginningsText = (beginnings: readonly Run[]): string =>
  beginnings.map((run) => run.map((event) => event.toString(BASE)).join('.')).join();

/** Reads them. Undefined if the text is none, or if a number is not below `events`. */
export function readBeginnings(text: string, events: number): Run[] | undefined {
  if (!/^(?:[0-9a-z]{1,4}[.,])*[0-9a-z]{1,4}$/.test(text)) return text === '' ? [] : undefined;
  const runs = text.split(',').map((run) => run.split('.').map((word) => parseInt(word, BASE)));
  return runs.every((run) => run.every((event) => event < events)) ? runs : undefined;
}
