/** Lines of a log once more, now that it is known which: a log is read as a stream, and let go. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { openLog } from './read.ts';

/** Longer lines are cut: a quotation is for the eye. */
const LONGEST = 200;

/** Lines of a file by their numbers, from 1. None of standard input, which is gone by then. */
export async function quoteLines(
  file: string,
  numbers: readonly number[],
): Promise<Map<number, string>> {
  const quoted = new Map<number, string>();
  const wanted = new Set(numbers);
  if (file === '-' || wanted.size === 0) return quoted;
  const last = Math.max(...wanted);
  let number = 0;
  for await (const line of createInterface({ input: Readable.from(openLog(file)) })) {
    number++;
    if (wanted.has(number)) quoted.set(number, line.slice(0, LONGEST));
    if (number >= last) break;
  }
  return quoted;
}
