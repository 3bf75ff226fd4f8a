/** Reads a trace that a command takes: that of a file, or one of the catalogue by its name. */
import { existsSync } from 'node:fs';
import { traceNames, tracePath } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { Complaint, didYouMean, quote } from '../checker/trace/complaint.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import type { Trace } from '../checker/trace/trace.ts';
import { nameOfInput, readInput } from './system-options.ts';

/**
 * The file that is meant by an argument: itself, or the trace of the catalogue with this name. It
 * complains where it is neither, and is like the name of a trace.
 */
export function traceFileNamed(named: string): string {
  if (named === '-' || existsSync(named)) return named;
  const folder = catalogueFolder();
  const own = tracePath(folder, named);
  if (existsSync(own)) return own;
  const guess = didYouMean(named, traceNames(folder));
  if (guess === '') return named;
  const message = `${quote(named)} is neither a file nor a trace of the catalogue${guess}`;
  throw new Complaint(message, undefined, { hint: 'counterexamples/README.md lists the traces' });
}

/** The only trace in a file, or that of the catalogue with this name. */
export function readTraceNamed(named: string): Trace {
  const file = traceFileNamed(named);
  return parseTrace(readInput(file), nameOfInput(file));
}
