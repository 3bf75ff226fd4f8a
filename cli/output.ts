/**
 * The one place where the command writes to the terminal. Whatever a file, a log or an argument has
 * brought into a text, no character of it can make the terminal do something.
 */
import { printableLines } from '../checker/trace/printable.ts';

/** Writes a text to standard output. */
export const print = (text: string): void => void process.stdout.write(printableLines(text));

/** Writes a text for people to standard error, beside the output. */
export const tell = (text: string): void => void process.stderr.write(printableLines(text));

/** Writes over the line of progress on a terminal. */
export const tellOver = (line: string): void =>
  void process.stderr.write(`\r${printableLines(line)}`);
