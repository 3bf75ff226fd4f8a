/** What the tasks of a log are doing. */
import type { Bit } from './observation.ts';
import type { PageLog, Space } from './page-log.ts';
import type { Use } from './missed.ts';

/** An invalidation, from the entry of its range_start to its range_end. */
export interface Range {
  readonly pages: readonly PageLog[];
  readonly protects: boolean;
  /** The task handles a fault, of its own or of a secondary MMU. */
  readonly isInFault: boolean;
  readonly line: number;
  /** The secondary MMU has been told, and installs nothing any more. */
  begun: boolean;
}

/** A young bit that somebody has read. */
export interface Young {
  /** Undefined if the log does not say. */
  readonly value: Bit | undefined;
  readonly line: number;
  /** The frame that the PTE maps. */
  readonly frame: number | undefined;
}

/** What a task is doing, besides the calls that surround its events. */
export interface Task {
  /** The page whose young bit it has just read. */
  own: PageLog | undefined;
  /** A young bit that it has just read. The page has shown no secondary MMU so far. */
  pending:
    | {
        readonly address: number;
        readonly caller: string;
        readonly young: Young;
      }
    | undefined;
  /** The last young bit that it has read outside of looks, and the page that this was taken for. */
  read:
    | {
        readonly address: number;
        readonly caller: string;
        readonly young: Young;
        readonly page: PageLog;
        readonly unseen: readonly Use[];
      }
    | undefined;
  /**
   * The pages that its last look gave to reclaim, which unmaps them before it looks at the next.
   * It is undefined if the log lacks the begin of that look.
   */
  condemned: readonly PageLog[] | undefined;
  /** It handles a fault of a secondary MMU. */
  secondary: { readonly gfn: number | undefined; readonly line: number } | undefined;
  /** The error code of a CPU's page fault. */
  fault: { readonly address: number; readonly code: number; readonly line: number } | undefined;
  /** The invalidation whose range_start it has called. */
  range: Range | undefined;
  cooling: boolean;
  /** What core mm has last told secondary MMUs to flush. */
  told: { readonly mm: string; readonly start: number; readonly end: number } | undefined;
  /** The tracked pages of the huge page whose PMD it splits, and whether the PMD was young. */
  splitting: { readonly parts: readonly PageLog[]; readonly isYoung: boolean } | undefined;
  /** The 2 MiB of its last invalidation. If their table is taken, they may become a huge page. */
  collapsing: { readonly space: Space; readonly address: number; isTaken: boolean } | undefined;
  /** The function that it has entered to mark the page at an address idle. */
  marking: { readonly address: number; readonly by: string } | undefined;
}

/** After so many new tasks those that do nothing are dropped. */
const MANY = 1 << 14;

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const isLike = (task: Task, other: Task): boolean =>
  (Object.keys(other) as (keyof Task)[]).every(
    (key) => task[key] === other[key] || (isEmpty(task[key]) && isEmpty(other[key])),
  );

/** The tasks of a log, by pid. Tasks that do nothing may be dropped. */
export class Tasks {
  private readonly tasks = new Map<number, Task>();
  private isBroken = false;

  /** How many tasks there are of which something may be known. */
  get size(): number {
    return this.tasks.size;
  }

  of(pid: number): Task {
    let task = this.tasks.get(pid);
    if (task === undefined) {
      if (this.size % MANY === MANY - 1) this.forgetIdle();
      task = this.idle();
      this.tasks.set(pid, task);
    }
    return task;
  }

  /** Events are lost, and nothing is known of any task. */
  broken(): void {
    this.isBroken = true;
    this.tasks.clear();
  }

  /** A task of which nothing is known. */
  private idle(): Task {
    return {
      own: undefined,
      pending: undefined,
      read: undefined,
      condemned: this.isBroken ? undefined : [],
      secondary: undefined,
      fault: undefined,
      range: undefined,
      cooling: false,
      told: undefined,
      splitting: undefined,
      collapsing: undefined,
      marking: undefined,
    };
  }

  /** Drops the tasks that a new one would be like. A long log has more tasks than are alive. */
  private forgetIdle(): void {
    const idle = this.idle();
    for (const [pid, task] of this.tasks) if (isLike(task, idle)) this.tasks.delete(pid);
  }
}
