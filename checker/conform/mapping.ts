/** What a task reads of a PTE before a line shows whose it is. */
import type { LogEvent } from './ftrace/index.ts';
import type { Young } from './log.ts';
import type { Use } from './missed.ts';
import { isKernelThread } from './owners.ts';
import type { PageLog, Space } from './page-log.ts';

/** A mapping of the page that a look of reclaim examines. */
export interface Mapping {
  readonly line: number;
  readonly address: number;
  readonly vma: string | undefined;
  /** Undefined until a line shows that the page has a secondary MMU. */
  page: PageLog | undefined;
  /** The uses that the look had to find when it came to this mapping. */
  readonly unseen: readonly Use[];
  /** The young bit that the first read of the PTE found, and the line. */
  young: Young | undefined;
  /** A notifier has answered. */
  answered: boolean;
}

/** A read of a PTE, the page that it was taken to be of, and the uses that were known of that. */
interface Read {
  readonly page: PageLog | undefined;
  readonly young: Young | undefined;
  readonly unseen: readonly Use[];
}

/** A notifier call shows that the page is another process's. False if it is too late to say so. */
export function elsewhere({ page, young, unseen }: Read): boolean {
  if (page === undefined || young === undefined || !page.takesBack(young.line)) return false;
  page.uses.lookedElsewhere(unseen);
  return true;
}

/**
 * Whether a task may work on the pages of a space. A program that marks its accesses says who does;
 * another task then has another process's page at the address.
 */
export const worksOn = ({ marked, pids, workers }: Space, event: LogEvent): boolean =>
  !marked || pids.has(event.pid) || workers.has(event.pid) || isKernelThread(event);
