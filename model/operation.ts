/**
 * A kernel operation, compiled for a system. It has the steps that the kernel and the driver take,
 * in order, between its first event and its end. Operations are made in compile.ts and run in
 * run.ts: in `atomic` at once, in `fine` one step per event.
 */
import type { ProgramName } from './system.ts';

/**
 * The threads: two of the kernel, and a user's, which copies pages and rewrites PTEs. Each runs one
 * operation at a time.
 */
export const THREADS = ['kswapd', 'page_idle', 'user'] as const;
export type ThreadName = (typeof THREADS)[number];

/**
 * The verb of the last event: it reports a look, frees the frame, maps the page again, writes the
 * PTE back, or just ends the operation.
 */
export type EndVerb = 'report' | 'free' | 'remap' | 'put' | 'end';

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
  /** An invalidation of a translation, which overtakes a fill that has looked the page up. */
  readonly invalidates?: boolean | undefined;
  /** The bits of the PTE are remembered to the end. */
  readonly keepsPte?: boolean | undefined;
  /** The operation as which it goes on after `pte`, if from there the two are alike. */
  readonly continuesAs?: string | undefined;
}

/** Where an operation stands before it takes a step. */
export interface Standing {
  /** The operation holds the page-table lock. */
  readonly locked: boolean;
  /** The operation has begun, and its change of the page table is still to come. */
  readonly early: boolean;
  /** The unmap has given up the lock, and its flushes are still to come. */
  readonly pending: boolean;
  /** The page may have a new frame, while the old one is not freed yet. */
  readonly renewed: boolean;
  /** The page was copied, and is not mapped again yet. */
  readonly copied: boolean;
}

/** One step of a compiled operation. */
export interface Step extends Standing {
  /** The step's verb, as a trace spells it. `return`, the end of a callback, is no event. */
  readonly verb: string;
  readonly operation: Operation;
  /** Whether the step is taken only if the operation found the PTE young. */
  readonly ifYoung: boolean;
  /** Whether the step belongs to a look, a mark or a walk, which must send nothing in vain. */
  readonly ages: boolean;
  /** Whether the step is taken only if this run of the callback has harvested a young bit. */
  readonly ifHarvested: boolean;
  /** For each page that the operation can have, the pages on which the step acts. */
  readonly covers: readonly (readonly number[])[];
  /** Whether the step acts on another page than those of the operation. */
  readonly isFar: boolean;
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
  /**
   * The place of the step `pte`, if the operation begins with an event of its own. 0 if the first
   * event changes the page table.
   */
  readonly pteAt: number;
  /** The place of the first step behind `pte`. */
  readonly behindPte: number;
  /** The place of the last step for which the young bit that was found matters. */
  readonly youngUntil: number;
  /** Whether a step acts on another page than the operation's own. */
  readonly reachesFar: boolean;
  /** A copy that maps the new frame first; a rewrite whose PTE is none until it is written back. */
  readonly setsFirst: boolean;
  readonly takes: boolean;
  /** Whether the program calls a callback of the driver. */
  readonly calls: boolean;
}

export interface Operations {
  readonly byName: ReadonlyMap<string, Operation>;
  /** Every step of every operation. Entry 0 is unused; it means that a thread runs no operation. */
  readonly steps: readonly Step[];
  /** Whether an unmap looks at the page first, in place. */
  readonly hasLook: boolean;
  /** Whether accesses ask where a thread stands, beside whether it holds the page-table lock. */
  readonly areWatched: boolean;
}
