/**
 * Reads ftrace logs: the events that are there, and what is missing.
 *
 *     const calls = new Calls();
 *     const summary = await readLog(openLog(file), (event) => {
 *       const { entry, outer } = calls.take(event);
 *       ...
 *     }, { file, onBreak: () => calls.forget() });
 *     for (const sentence of gaps(summary)) ...
 */
export type { Call } from './calls.ts';
export { Calls, within } from './calls.ts';
export type { LogEvent } from './event.ts';
export {
  MARKER,
  entryOf,
  field,
  hvaRange,
  isReturn,
  lowBits,
  numberField,
  numberOf,
  probedFunction,
  returned,
  word,
} from './event.ts';
export { gaps } from './gaps.ts';
export { missing } from './missing.ts';
export { NEEDED } from './needed.ts';
export type { NeededEvent, Probe } from './probe.ts';
export { quoteLines } from './quote.ts';
export type { Break } from './read.ts';
export { MAX_LINE, openLog, readLog, unreadable } from './read.ts';
export type { LogSummary } from './summary.ts';
