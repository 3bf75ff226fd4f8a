/** What is under way on a page, and the steps of it that lines show. */
import { THREADS } from '../../../model/operation.ts';
import type { Bit, Maybe } from '../observation.ts';

/** A step of an operation or of an access. */
export interface Step {
  /** Its actor and verb, as `kswapd: unmap`. There are several if no line says which it is. */
  readonly kinds: readonly string[];
  /** Undefined if the event has no answer, or if the log does not tell it. */
  readonly answer: Maybe<Bit>;
  /** The lines that tell of it. The markers around an access are among them. */
  readonly lines: readonly number[];
  /** The model may take this step elsewhere, or not at all. */
  readonly isOptional: boolean;
}

export const step = (lines: readonly number[], kinds: readonly string[], answer?: Bit): Step => ({
  kinds,
  answer,
  lines,
  isOptional: false,
});
export const optional = (some: Step): Step => ({ ...some, isOptional: true });
export const ofThreads = (verb: string): string[] => THREADS.map((thread) => `${thread}: ${verb}`);

/** An operation or an access that is under way. */
export interface Open {
  /** What it is as one event. */
  kinds: readonly string[];
  answer: Maybe<Bit>;
  readonly lines: number[];
  /** Its steps, as far as lines show them. */
  readonly steps: Step[];
}
export type Operation = Open & {
  readonly of: 'look' | 'mark' | 'walk' | 'unmap' | 'protect' | 'copy';
};

export interface Window extends Open {
  /** Markers stand around it, and say whether it is a write. */
  readonly isMarked: boolean;
  isWrite: boolean;
  /** A line has told that the access is made, and the event is emitted. */
  isOver: boolean;
}
