/** What a log does not tell, in sentences: what was lost, cut or not recorded, and its cost. */
import { entryOf } from './event.ts';
import { missing } from './missing.ts';
import { NEEDED } from './needed.ts';
import type { LogSummary } from './summary.ts';

/** The first of them are named. */
const NAMED = 3;

const lines = (places: readonly { readonly line: number }[], count: number): string => {
  const named = places.slice(0, NAMED).map(({ line }) => line);
  const more = count > named.length ? ' ...' : '';
  return `line${count === 1 ? '' : 's'} ${named.join(', ')}${more}`;
};

/** Parts of the file that are not there. */
function lost({ lost: { markers, count, events }, overrun, starts, truncated }: LogSummary) {
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
  if (truncated !== undefined) said.push(`line ${truncated.line} is cut short, and left out`);
  return said;
}

/** What there is, but not as it should be. */
function odd({ backwards, unknown, tracer, capture }: LogSummary): string[] {
  const said: string[] = [];
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

/** Whether a log shows that an event was not recorded: it has the other half of its pair. */
function halved(name: string, { names }: LogSummary): boolean {
  if (name.endsWith('_ret')) return names.has(entryOf(name));
  return names.has(`${name}_ret`) || (name === 'invalidate_range_end' && names.has(START));
}
const START = 'invalidate_range_start';

/** Needed events that were not recorded: the log notes it, or has the other half of a pair. */
function unrecorded(summary: LogSummary): string[] {
  return missing(summary)
    .filter(({ event: { name, weight, of }, why }) => {
      if (weight !== 'needed') return false;
      // Nobody misses what the machine does not have.
      const isOther = of !== undefined && !has(summary, of);
      return !isOther && (why === 'not recorded' || halved(name, summary));
    })
    .map(({ event: { name, without } }) => `no ${name}: ${without}`);
}

/** Whether there is KVM, say: any of its events is recorded or there. */
function has({ names, capture }: LogSummary, of: string): boolean {
  const there = new Set([...names.keys(), ...(capture?.has ?? [])]);
  return NEEDED.some((event) => event.of === of && there.has(event.name));
}

/** What the log lacks, one sentence each; none if it is whole. */
export const gaps = (summary: LogSummary): string[] => [
  ...lost(summary),
  ...odd(summary),
  ...unrecorded(summary),
];
