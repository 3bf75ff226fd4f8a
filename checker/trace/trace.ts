/** The data of a trace: a system, the events that happen in it, and what they show. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Place } from './complaint.ts';

/** The result of a trace: whether what it shows can happen in its system. */
export const RESULTS = ['Never', 'Sometimes'] as const;
export type TraceResult = (typeof RESULTS)[number];

export type Answer = 0 | 1;

export interface TraceStep {
  readonly event: Event;
  /** The answer that the trace claims for the event. A trace may leave it out. */
  readonly answer?: Answer;
  readonly note?: string;
}

/** The property that the last event violates. `ends` means that the last event violates nothing. */
export type TraceEnd = Property | 'ends';

export interface Trace {
  readonly name?: string;
  readonly result?: TraceResult;
  /**
   * Paragraphs with an empty line between them. A paragraph whose lines are indented keeps its
   * lines.
   */
  readonly story?: string;
  readonly system: System;
  readonly steps: readonly TraceStep[];
  readonly verdict: TraceEnd;
  /** The places in the file, if the trace was read from one. */
  readonly source?: TraceSource;
}

/** The places of a trace that a replay may have to point at. */
export interface TraceSource {
  readonly result?: Place;
  readonly steps: readonly { readonly event: Place; readonly answer?: Place }[];
  readonly verdict: Place;
}

/** A step with the answer of the model, if the event has one. */
export const answered = (event: Event, answer: Answer | undefined): TraceStep =>
  answer === undefined ? { event } : { event, answer };

export const verdictText = (verdict: TraceEnd): string =>
  verdict === 'ends' ? 'ends' : `violates ${verdict.name}`;
