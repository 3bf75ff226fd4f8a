/** What the list of traces says of each, and by what it can be filtered. */
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';
import { printPart } from '../trace/setup.ts';
import type { Trace } from '../trace/trace.ts';

/** A trace in the list. */
export interface ListedTrace {
  readonly name: string;
  /** The first sentence of its story. */
  readonly sentence: string;
  /** The number of its events. */
  readonly length: number;
  /** The property that it violates, or HARMLESS. */
  readonly class: string;
  readonly kernel: string;
  readonly driver: string;
  readonly hardware: string;
}

export const HARMLESS = 'nothing goes wrong';

export const TRACE_FILTERS = ['class', 'kernel', 'driver', 'hardware'] as const;
export type TraceFilter = (typeof TRACE_FILTERS)[number];

/** The values that were chosen. An empty one counts as not chosen. */
export type ChosenTraces = Readonly<Partial<Record<TraceFilter, string>>>;

/** The first sentence of a text. A dot within a name or a number ends none. */
const firstSentence = (text: string): string =>
  /^.*?\.(?=\s|$)/.exec(text.replace(/\s+/g, ' ').trim())?.[0] ?? text;

export function listed({ name = '', story = '', verdict, steps, system }: Trace): ListedTrace {
  const partOf = (part: Exclude<TraceFilter, 'class'>) =>
    system.names[part] ?? printPart(system, part);
  return {
    name,
    sentence: firstSentence(story),
    length: steps.length,
    class: verdict === 'ends' ? HARMLESS : verdict.name,
    kernel: partOf('kernel'),
    driver: partOf('driver'),
    hardware: partOf('hardware'),
  };
}

/** The values of each filter, sorted. */
export const filterValues = (
  traces: readonly ListedTrace[],
): Readonly<Record<TraceFilter, readonly string[]>> =>
  Object.fromEntries(
    TRACE_FILTERS.map((filter) => [
      filter,
      [...new Set(traces.map((trace) => trace[filter]))].sort(),
    ]),
  ) as Record<TraceFilter, string[]>;

/** Complains about a chosen value that no trace has. */
export function checkFilters(traces: readonly ListedTrace[], chosen: ChosenTraces): void {
  const values = filterValues(traces);
  for (const filter of TRACE_FILTERS) {
    const value = chosen[filter];
    if (!value || values[filter].includes(value)) continue;
    const message = `${filter} cannot be ${quote(value)}${didYouMean(value, values[filter])}`;
    throw new Complaint(message, undefined, { possible: values[filter] });
  }
}

export const isChosenTrace = (trace: ListedTrace, chosen: ChosenTraces): boolean =>
  TRACE_FILTERS.every((filter) => !chosen[filter] || chosen[filter] === trace[filter]);
