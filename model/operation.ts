/**
 * A kernel operation, compiled for a system. It has the steps that the kernel and the driver take,
 * in order, between its first event and its end. Operations are made in compile.ts and run in
 * run.ts: in `atomic` at once, in `fine` one step per event.
 */
import type { ProgramName } from './system.ts';

/** The kernel threads. Each runs one operation at a time. */
export const THREADS = ['kswapd', 'page_idle'] as const;
export type ThreadName = (typeof THREADS)[number];

/** The verb of the last event: it reports a look, frees the frame, or just ends the operation. */
export type EndVerb = 'report' | 'free' | 'end';

/** What compile.ts must know about an operation. */
export interface OperationData {
  readonly name: string;
  /**
   * The thread that runs the operation step by step; undefined if the operation is done at once.
   */
  readonly thread?: ThreadName | undefined;
  /** The kernel's program for this operation. */
  readonly program: ProgramName;
  /**
   * Whether the operation clears the young bit to learn whether the page is in use, as looks, marks
   * and walks do.
   */
  readonly ages: boolean;
  readonly ends: EndVerb;
  /** The operation as which it goes on after `pte`, if from there the two are alike. */
  readonly continuesAs?: string | undefined;
}

/** One step of a compiled operation. */
export interface Step {
  /** The step's verb, as a trace spells it. `return`, the end of a callback, is no event. */
  readonly verb: string;
  readonly operation: Operation;
  /** Whether the step is taken only if the operation found the PTE young. */
  readonly ifYoung: boolean;
  /** Whether the step is taken only if this run of the callback has harvested a young bit. */
  readonly ifHarvested: boolean;
  /** For each page that the operation can have, the pages on which the step acts. */
  readonly covers: readonly (readonly number[])[];
  /** What the callback returns. It matters only for a `return` whose value the operation heeds. */
  readonly returns: 'zero' | 'one' | 'harvested';
  /**
   * The step's place in `Operations.steps`. The program counter of a thread holds it; it is never
   * 0.
   */
  readonly at: number;
  /**
   * The line of the kernel's program that the step is of, and the action of the driver's callback
   * that this line calls; -1 if there is none.
   */
  readonly line: number;
  readonly action: number;
  /** The place of the verb in STEP_VERBS; -1 for a `return` and for the end. */
  readonly kind: number;
}

export interface Operation extends OperationData {
  /** The places of the first step and of the last, which is the end. */
  readonly first: number;
  readonly last: number;
  /** The place of the last step for which the young bit that was found matters. */
  readonly youngUntil: number;
  /** Whether a step acts on another page than the operation's own. */
  readonly reachesFar: boolean;
  /** Whether the program calls a callback of the driver. */
  readonly calls: boolean;
}

export interface Operations {
  readonly byName: ReadonlyMap<string, Operation>;
  /** Every step of every operation. Entry 0 is unused; it means that a thread runs no operation. */
  readonly steps: readonly Step[];
}
