/** Says in sentences what a log lacks: what was lost, cut or not recorded, and what that costs. */
import { entryOf, isReturn } from './event.ts';
import type { Missing } from './missing.ts';
import { missing } from './missing.ts';
import { NEEDED } from './needed.ts';
import type { LogSummary } from './summary.ts';

/** How many of the same kind a sentence names. */
const NAMED = 3;

const lines = (places: readonly { readonly line: number }[], count: number): string => {
  const named = places.slice(0, NAMED).map(({ line }) => line);
  const more = count > named.length ? ' ...' : '';
  return `line${count === 1 ? '' : 's'} ${named.join(', ')}${more}`;
};

/** Parts of the file that are missing. */
function lost({ lost: { markers, count, events }, overrun, starts, ...ends }: LogSummary) {
  const said: string[] = [];
  if (overrun > 0) {
    said.push(`${overrun} events were overwritten before the log was read: its start is cut`);
  }
  const later = starts.filter(({ line }) => line !== starts[0].line);
  for (const { cpu, line } of later) said.push(`nothing of CPU ${cpu} before line ${line}`);
  if (count > 0) {
    const how = events > 0 ? `${events} events` : 'events';
    const where = lines(markers, count);
    said.push(`${how} lost at ${where}: what was known there of calls and pages is forgotten`);
  }
  const { truncated, stopped, lines: last } = ends;
  if (stopped) said.push(`stopped after line ${last}: the rest of the file was not read`);
  else if (truncated !== undefined) {
    said.push(`line ${truncated.line} is cut short, and left out`);
  }
  return said;
}

/** Parts of the file that are there, but not as they should be. */
function odd({ backwards, unknown, tracer, capture, addresses }: LogSummary): string[] {
  const said: string[] = [];
  if (addresses !== undefined) {
    said.push(
      `callers are addresses, first at line ${addresses}: who cleared a young bit is not known; ` +
        'use `cat trace`, which has their names, not trace-cmd',
    );
  }
  if (backwards.line !== undefined) {
    const times = backwards.count === 1 ? 'once' : `${backwards.count} times`;
    said.push(
      `time goes backwards ${times}, first at line ${backwards.line}: the order across CPUs is ` +
        'in doubt; record with trace_clock global',
    );
  }
  if (unknown.count > 0) {
    const shapes = unknown.shapes.slice(0, NAMED).map(({ shape, line }) => `${line}: '${shape}'`);
    said.push(`${unknown.count} lines are no events, as ${shapes.join(', ')}`);
  }
  if (tracer !== undefined && tracer !== 'nop') {
    said.push(`the tracer was ${tracer}, whose lines are no events; use nop`);
  }
  for (const { name, times } of capture?.missed ?? []) {
    said.push(`${times} returns of ${name.replace(/_ret$/, '')} were missed: too many at once`);
  }
  return said;
}

/**
 * Events that happen only inside or before another event. They show that the other one happened,
 * too.
 */
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  folio_referenced: ['ptep_clear_flush_young', 'clear_flush_young'],
  folio_referenced_ret: ['ptep_clear_flush_young', 'clear_flush_young'],
  folio_referenced_one: ['ptep_clear_flush_young', 'clear_flush_young'],
  invalidate_range_end: ['invalidate_range_start'],
};

/**
 * Whether the log shows that an event was not recorded. The other half of a pair shows it, for
 * example.
 */
function isShown(name: string, { names }: LogSummary): boolean {
  const half = isReturn({ name }) ? entryOf(name) : `${name}_ret`;
  return [half, ...(SHOWN_BY[name] ?? [])].some((other) => names.has(other));
}

/** Needed events that are missing. What the machine does not have is not missing. */
const needed = (summary: LogSummary): Missing[] =>
  missing(summary).filter(
    ({ event: { weight, of } }) => weight === 'needed' && (of === undefined || has(summary, of)),
  );

const isUnrecorded = ({ event, why }: Missing, summary: LogSummary): boolean =>
  why === 'not recorded' || isShown(event.name, summary);

/** Needed events that were not recorded. The log notes that, or shows it. */
const unrecorded = (summary: LogSummary): string[] =>
  needed(summary)
    .filter((one) => isUnrecorded(one, summary))
    .map(({ event: { name, without } }) => `no ${name}: ${without}`);

/** Needed events that either did not happen or were not recorded; the log does not say which. */
function absent(summary: LogSummary): string[] {
  const names = needed(summary)
    .filter((one) => !isUnrecorded(one, summary))
    .map(({ event }) => event.name);
  const calls = names.filter((name) => !(isReturn({ name }) && names.includes(entryOf(name))));
  if (calls.length === 0) return [];
  return [`not in the log, which may not have recorded them: ${calls.join(', ')}`];
}

/**
 * Whether the machine has KVM, for example: the log has one of its events, or notes that it was
 * recorded.
 */
function has({ names, capture }: LogSummary, of: string): boolean {
  const there = new Set([...names.keys(), ...(capture?.has ?? [])]);
  return NEEDED.some((event) => event.of === of && there.has(event.name));
}

/** One sentence for each thing that the log lacks. Empty if the log is complete. */
export const gaps = (summary: LogSummary): string[] => [
  ...lost(summary),
  ...odd(summary),
  ...unrecorded(summary),
  ...absent(summary),
];
