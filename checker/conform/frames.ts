/** Finds the page of a guest frame. Frames of several VMs have the same numbers. */
import type { LogEvent } from './ftrace/index.ts';
import { pageOfGfn } from './huge-page.ts';
import type { Log } from './log.ts';
import type { SpteChange } from './owners.ts';
import type { PageLog, Space } from './page-log.ts';
import { PAGE_SIZE } from './page-log.ts';

export class Frames {
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  /** The pages of some guest frames of a task's VM, as far as the log tells of them. */
  pagesOf(first: number, count: number, pid: number): PageLog[] {
    return this.namedIn(first, count, pid).map(({ page }) => page);
  }

  /** The same with the frame by which each was named. */
  namedIn(first: number, count: number, pid: number): { gfn: number; page: PageLog }[] {
    return this.spacesOf(pid).flatMap(({ gfns }) =>
      [...gfns].flatMap(([gfn, page]) =>
        gfn >= first && gfn < first + count ? [{ gfn, page }] : [],
      ),
    );
  }

  /** The spaces to which a task may belong. */
  private spacesOf(pid: number): readonly Space[] {
    const { owners, live } = this.log;
    const own = this.log.spaceOfTask(pid);
    return own === undefined ? live.filter((space) => !owners.isForeign(pid, space)) : [own];
  }

  /**
   * The page of a guest frame whose entry a task changes. If the task's VM is not known, what the
   * entry says tells whose it is, or nobody knows.
   */
  pageOf(gfn: number, event: LogEvent, change: SpteChange): PageLog | undefined {
    const { pid, line } = event;
    const { owners } = this.log;
    const own = this.log.spaceOfTask(pid);
    if (own !== undefined) {
      const page = this.at(own, gfn);
      if (page === undefined || !owners.isOfAnotherVm(pid, page, change)) return page;
      this.log.claimed([page], line);
      return undefined;
    }
    const found = this.spacesOf(pid).flatMap((space) => this.at(space, gfn) ?? []);
    const told = found.map((page) => ({ page, is: owners.changes(pid, page, change) }));
    const maybe = told.filter(({ is }) => is !== false).map(({ page }) => page);
    if (maybe.length === 1 && told.some(({ is }) => is === true)) return maybe[0];
    this.log.claimed(maybe, line);
    return undefined;
  }

  private at(space: Space, gfn: number): PageLog | undefined {
    const { region, frame } = space;
    const page = pageOfGfn(space, gfn);
    if (page !== undefined || region === undefined || frame === undefined) return page;
    return this.log.track(space, region.start + (gfn - frame) * PAGE_SIZE);
  }
}
