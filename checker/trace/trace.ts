/** What a trace is: a system, what happens in it event by event, and what that shows. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Place } from './complaint.ts';

/** Whether what the trace tells of can happen in its system at all. */
export const RESULTS = ['Never', 'Sometimes'] as const;
export type TraceResult = (typeof RESULTS)[number];

export type Answer = 0 | 1;

export interface TraceStep {
  readonly event: Event;
  /** What the event is said to answer; a trace may leave that open. */
  readonly answer?: Answer;
  readonly note?: string;
}

/** The property that the last event violates; or nothing is violated, and the trace just ends. */
export type TraceEnd = Property | 'ends';

export interface Trace {
  readonly name?: string;
  readonly result?: TraceResult;
  /** Paragraphs with an empty line between; one whose lines are indented keeps its lines. */
  readonly story?: string;
  readonly system: System;
  readonly steps: readonly TraceStep[];
  readonly verdict: TraceEnd;
  /** Where it all stands in the file, if it was read from one. */
  readonly source?: TraceSource;
}

/** The places of a trace that a replay may have to point at. */
export interface TraceSource {
  readonly result?: Place;
  readonly steps: readonly { readonly event: Place; readonly answer?: Place }[];
  readonly verdict: Place;
}

export const verdictText = (verdict: TraceEnd): string =>
  verdict === 'ends' ? 'ends' : `violates ${verdict.name}`;
