/** Lines of a log once more, now that it is known which: a log is read as a stream, and let go. */
import { statSync } from 'node:fs';
import { openLog } from './read.ts';

/** Longer lines are cut: a quotation is for the eye. */
const LONGEST = 200;

/** Lines of a file can be had again. A pipe is empty by then, and to open a FIFO anew waits. */
const isAgainThere = (file: string): boolean =>
  file !== '-' && statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** Bytes are cut into lines one by one, so that no letter is cut by the end of a piece. */
const BYTES = 'latin1';
const textOf = (bytes: string): string => Buffer.from(bytes, BYTES).toString();

/** Lines by their numbers, from 1, which are those of the reader: only a newline ends a line. */
export async function quoteLines(
  file: string,
  numbers: readonly number[],
): Promise<Map<number, string>> {
  const quoted = new Map<number, string>();
  const wanted = new Set(numbers);
  if (wanted.size === 0 || !isAgainThere(file)) return quoted;
  const last = Math.max(...wanted);
  let number = 1;
  let begun = '';
  const end = (): void => {
    if (wanted.has(number)) quoted.set(number, textOf(begun.slice(0, LONGEST)));
    number++;
    begun = '';
  };
  for await (const chunk of openLog(file)) {
    const [rest, ...lines] = chunk.toString(BYTES).split('\n');
    begun += rest;
    for (const line of lines) {
      end();
      begun = line;
    }
    if (number > last) return quoted;
  }
  if (begun !== '') end();
  return quoted;
}
