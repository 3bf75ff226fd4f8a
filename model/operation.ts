/**
 * A kernel operation as laid out for a system: the steps that its kernel and driver take, in order,
 * between the change of the page table that begins it and its end. compile.ts makes them, run.ts
 * runs them: `atomic` at once, `fine` one event after another.
 */
import type { ProgramName } from './system.ts';

/** The kernel threads; each runs one operation at a time. */
export const THREADS = ['kswapd', 'page_idle'] as const;
export type ThreadName = (typeof THREADS)[number];

/** The last event: the report, the freeing, or just the end. */
export type EndVerb = 'report' | 'free' | 'end';

/** What compile.ts has to know of an operation. */
export interface OperationData {
  readonly name: string;
  /** The thread that runs it event by event; undefined: it is done at once. */
  readonly thread?: ThreadName;
  /** The kernel's list of steps. */
  readonly program: ProgramName;
  /** It clears the young bit to learn whether the page is in use: a look, a mark, a walk. */
  readonly ages: boolean;
  readonly ends: EndVerb;
  /** Behind `pte` nothing tells it from this operation: it goes on as that one. */
  readonly continuesAs?: string;
}

/** One step of an operation. */
export interface Step {
  /** What it does, in the words of a trace. `return` is no event: a callback has returned. */
  readonly verb: string;
  readonly operation: Operation;
  /** Taken only if the operation found the PTE young. */
  readonly ifYoung: boolean;
  /** Taken only if this run of the callback has harvested a young bit. */
  readonly ifHarvested: boolean;
  /** The pages that it acts on, by the page of the operation. */
  readonly covers: readonly (readonly number[])[];
  /** What the callback returns: of a `return` whose value counts. */
  readonly returns: 'zero' | 'one' | 'harvested';
  /** Its place in `Operations.steps`, which is what a thread's program counter holds; never 0. */
  readonly at: number;
}

export interface Operation extends OperationData {
  /** Its first step and its last, the end. */
  readonly first: number;
  readonly last: number;
  /** Up to this step the young bit that it found matters. */
  readonly youngUntil: number;
  /** A step of it acts on another page than its own. */
  readonly reachesFar: boolean;
  /** Its program calls a callback of the driver. */
  readonly calls: boolean;
}

export interface Operations {
  readonly byName: ReadonlyMap<string, Operation>;
  /** Every step of every operation; entry 0 is "no operation" and unused. */
  readonly steps: readonly Step[];
}
