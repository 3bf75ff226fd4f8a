/**
 * Reads lines of a log a second time, to quote them. The log was read as a stream, and its lines
 * were not kept.
 */
import { statSync } from 'node:fs';
import { openLog } from './read.ts';

/** Longer lines are cut, as a quotation is for people. */
const LONGEST = 200;

/**
 * Whether a file can be read again. A pipe is empty by then, and opening a FIFO again would block.
 */
const isAgainThere = (file: string): boolean =>
  file !== '-' && statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** Bytes are cut into lines one by one, so that no letter is cut at the end of a chunk. */
const BYTES = 'latin1';
const textOf = (bytes: string): string => Buffer.from(bytes, BYTES).toString();

/**
 * Reads lines by their numbers from 1. They are the reader's numbers: only a newline ends a line.
 * If it is told to stop, it returns the lines that it has.
 */
export async function quoteLines(
  file: string,
  numbers: readonly number[],
  isOver: () => Promise<boolean> = () => Promise.resolve(false),
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
    if (number > last || (await isOver())) return quoted;
  }
  if (begun !== '') end();
  return quoted;
}
