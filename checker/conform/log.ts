/** The state of reading a log: its pages, tasks, calls and address spaces so far. */
import type { Architecture } from './architecture.ts';
import { ByAddress } from './by-address.ts';
import type { UnmapRange } from './candidates.ts';
import type { Call, LogEvent } from './ftrace/index.ts';
import { isPart, pageIn, pagesIn } from './huge-page.ts';
import { pteAfter } from './known-pte.ts';
import type { Limit } from './limits.ts';
import type { Loss } from './losses.ts';
import type { Hearer } from './missed.ts';
import { Uses } from './missed.ts';
import type { NotifierCall, Notification } from './notification.ts';
import { opened } from './notification.ts';
import type { Kind, Observation } from './observation.ts';
import { Observations } from './observation.ts';
import { Owners } from './owners.ts';
import type { Space } from './page-log.ts';
import { PAGE_SIZE, PageLog, UNNAMED, meetsRegion, pageOf } from './page-log.ts';
import { ProgramCalls } from './program-calls.ts';
import type { Task } from './tasks.ts';
import { Tasks } from './tasks.ts';
import { Watch } from './watch.ts';

/** An event, and the calls that surround it. */
export interface LogLine extends Call {
  readonly event: LogEvent;
}

/** Whether reclaim looks at a page: folio_referenced() has begun, and not returned. */
export const isInLook = ({ outer }: Pick<Call, 'outer'>): boolean =>
  outer.some(({ name }) => name === 'folio_referenced');

/** What every space has when it begins. */
type Begun =
  | 'pids'
  | 'vcpus'
  | 'namers'
  | 'workers'
  | 'isAnnounced'
  | 'unjudged'
  | 'pages'
  | 'gfns'
  | 'past'
  | 'isOver'
  | 'closed';

/** How many observations of a whole region are kept for pages that later lines name. */
const MAX_PAST = 200;

const ENDS: readonly Kind[] = ['report', 'end', 'gone'];

export class Log {
  readonly watch = new Watch();
  readonly observations = new Observations();
  readonly spaces: Space[] = [];
  /** The spaces that are not torn down. */
  live: readonly Space[] = [];
  /** The names of all events so far, and the line that has each first. */
  readonly seen = new Set<string>();
  readonly firstLines = new Map<string, number>();
  /** An aging in the log covers more than its page. */
  isWide = false;
  /** The first line that shows a huge page. */
  firstHuge: number | undefined;
  /** The release of the kernel, such as 6.1.0-56-amd64, where the log's head has it. */
  release: string | undefined;
  /** The architecture of the machine, as far as lines have shown it. */
  architecture: Architecture | undefined;
  /** try_to_unmap_one() has called ptep_clear_flush(). */
  unmapsByPtepClearFlush = false;
  /** The device-TLB invalidations that were sent, and the line of the first without a PASID. */
  readonly sent = { withPasid: 0, withoutPasid: 0 };
  withoutPasid: number | undefined;
  /** A device's markers say by which path it got its data. */
  tellsPaths = false;
  readonly unmaps: Record<UnmapRange, number | undefined> = {
    page: undefined,
    everything: undefined,
  };
  /** After an access that the IOMMU translated, a marker finds the PTE old. */
  leavesOld = false;
  /** Markers that begin like known ones but are not understood. The line is that of the first. */
  readonly oddMarkers = { count: 0, line: 0, text: '' };
  readonly program = new ProgramCalls();
  /** The target of the task that wrote the last marker. With one, nothing else is judged. */
  target: Space | undefined;
  readonly byAddress = new ByAddress();
  readonly owners = new Owners();
  /** The control group of each task, by pid, where the log's head has it. */
  cgroups: ReadonlyMap<number, string> = new Map();

  /** Whether events were lost. */
  isBroken = false;
  readonly tasks = new Tasks();
  private readonly notifications = new WeakMap<LogEvent, Notification>();

  /** The pages that the log mentions. */
  get pages(): PageLog[] {
    const spaces = this.target === undefined ? this.spaces : this.spaces.filter((s) => s.marked);
    return spaces
      .flatMap(({ pages }) => [...pages.values()])
      .filter((page) => page.length > 0 || page.unjudged !== undefined)
      .filter((page) => page.uses.looks + page.uses.evictions > 0 || !isPart(page));
  }

  task = (pid: number): Task => this.tasks.of(pid);

  sees({ name, line, time }: LogEvent): void {
    this.watch.at(time);
    if (this.seen.has(name)) return;
    this.seen.add(name);
    this.firstLines.set(name, line);
  }

  /** A guest has faulted. If it is known whose task that is, it is a vCPU of that VM. */
  faulted({ pid, task }: LogEvent): void {
    const space = this.spaceOfTask(pid);
    if (space?.marked === false) space.vcpus.set(pid, task);
  }

  /** Another log begins, and the state of every task and page is unknown. */
  anotherBegins(line: number): void {
    this.isBroken = true;
    this.tasks.broken();
    for (const { pages } of this.live) {
      for (const page of pages.values()) this.forget(page, line, line);
    }
  }

  /**
   * Events between two lines are lost, and the state of every task and page is unknown. A process
   * that was over before has lost nothing.
   */
  broken(loss: Loss): void {
    const { since, until } = loss;
    this.isBroken = true;
    this.tasks.broken();
    for (const { pages, closed = Infinity } of this.spaces) {
      if (closed <= since) continue;
      for (const page of pages.values()) {
        page.loses(loss);
        this.forget(page, since, Math.min(until, closed));
      }
    }
  }

  private forget(page: PageLog, since: number, until: number): void {
    const gone = this.observations.number({ kind: 'gone' });
    const doubtful = page.forget(since, until, gone);
    for (const miss of doubtful) this.watch.follower?.takenBack({ ...miss, page });
  }

  open(about: NotifierCall, entry: LogEvent): void {
    this.notifications.set(entry, opened(about));
  }

  /** The notifier call that surrounds an event, or that it ends. */
  notification({ entry, outer }: Call): Notification | undefined {
    for (const at of entry === undefined ? outer.toReversed() : [entry]) {
      const found = this.notifications.get(at);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** From a line on a page is not judged. */
  leave(page: PageLog, line: number, why: Limit): void {
    page.space.line ??= line;
    for (const miss of page.leave(line, why)) this.watch.follower?.takenBack({ ...miss, page });
  }

  /** From a line on nothing of the live spaces is judged. */
  leaveAll(line: number, why: Limit): void {
    for (const space of this.live) {
      space.unjudged ??= { line, why };
      for (const page of space.pages.values()) page.leave(line, why);
    }
  }

  observe(page: PageLog, line: number, observation: Observation): void {
    page.space.line ??= line;
    if (page.length >= this.watch.bounds.observations) page.halve(this.ends);
    page.pte = pteAfter(page.pte, observation, line);
    page.learns(observation.kind);
    page.add(this.observations.number(observation), line);
  }

  /** Whether the last that is known of a page is that nothing is known. */
  isUnknown(page: PageLog): boolean {
    if (page.length === 0) return false;
    return this.observations.at(page.observed.at(page.length - 1)).kind === 'gone';
  }

  /** Whether nothing is under way after an observation, most probably. */
  private readonly ends = (number: number): boolean =>
    ENDS.includes(this.observations.at(number).kind);

  /** The open space of an mm that an earlier line has named. */
  known(mm: string): Space | undefined {
    return this.live.find((space) => space.mm === mm);
  }

  /** The live targets that markers have named. */
  get targets(): readonly Space[] {
    return this.live.filter(({ marked }) => marked);
  }

  /** The space of a task, as far as known. */
  spaceOfTask(pid: number): Space | undefined {
    return this.owners.spaceOf(pid, this.live);
  }

  /**
   * The open space of an mm that a notifier names. Undefined if the log is about another mm, or if
   * several programs have such addresses, and nobody has said whose mm it is.
   */
  spaceOf(mm: string, start: number, end: number, line: number): Space | undefined {
    const known = this.known(mm);
    if (known !== undefined) return known;
    if (this.target === undefined) return this.addSpace({ ...UNNAMED, mm });
    const mmOf = ({ pids }: Space) => [...pids].map((pid) => this.owners.mmOf(pid)).find(Boolean);
    const waiting = this.targets.filter(
      (target) =>
        target.mm === undefined && meetsRegion(target, start, end) && (mmOf(target) ?? mm) === mm,
    );
    const first = waiting.find((target) => mmOf(target) === mm) ?? waiting.at(0);
    if (first !== undefined && waiting.length > 1 && mmOf(first) !== mm) {
      for (const { pages } of waiting) this.claimed([...pages.values()], line);
      return undefined;
    }
    if (first !== undefined) first.mm = mm;
    return first;
  }

  /** Several processes claim pages, so that nothing is known of them. */
  claimed(pages: readonly PageLog[], line: number): void {
    for (const page of pages) this.leave(page, line, 'claimed');
  }

  addSpace(about: Omit<Space, Begun>): Space {
    const space: Space = {
      ...about,
      pids: new Set(),
      vcpus: new Map(),
      namers: new Set(),
      workers: new Set(),
      isAnnounced: false,
      unjudged: undefined,
      pages: new Map(),
      gfns: new Map(),
      past: [],
      isOver: false,
      closed: undefined,
    };
    this.spaces.push(space);
    this.live = [...this.live, space];
    return space;
  }

  /** The control group of a space. Undefined if the log's head names none of its tasks. */
  cgroupOf(space: Space): string | undefined {
    const { pids, vcpus, namers } = space;
    const tasks = [...pids, ...vcpus.keys(), ...namers, ...this.owners.namers(space)];
    return tasks.map((pid) => this.cgroups.get(pid)).find((group) => group !== undefined);
  }

  /** A space is torn down. Later lines do not concern its pages. */
  close(space: Space, line: number): void {
    space.closed ??= line;
    this.owners.ends(space);
    this.live = this.live.filter(({ closed }) => closed === undefined);
  }

  /**
   * The page at an address of a space, if its region has that address. From now on the page is
   * tracked.
   */
  track(space: Space, address: number): PageLog | undefined {
    const known = pageIn(space, address);
    if (known !== undefined) return known;
    const start = pageOf(address);
    const { region } = space;
    if (region !== undefined && (start < region.start || start >= region.end)) return undefined;
    return this.addPage(space, start);
  }

  /** A page of a space that is not tracked yet. */
  addPage(space: Space, start: number): PageLog {
    const { region, pages } = space;
    const page: PageLog = new PageLog(
      start,
      space,
      new Uses(
        this.watch,
        this.hearerOf(() => page),
      ),
    );
    pages.set(start, page);
    if (region !== undefined && space.frame !== undefined) {
      space.gfns.set(space.frame + (start - region.start) / PAGE_SIZE, page);
    }
    for (const happened of space.past) happened(page);
    return page;
  }

  /** Passes on what is found of a page. */
  private hearerOf(page: () => PageLog): Hearer {
    return {
      found: (miss) => this.watch.follower?.found({ ...miss, page: page() }),
      harmed: (harm) => this.watch.follower?.harmed({ ...harm, page: page() }),
    };
  }

  /** The tracked pages of a range. A range of one page makes its page tracked. */
  pagesOf(space: Space, start: number, end: number): PageLog[] {
    if (end - start <= PAGE_SIZE) this.track(space, start);
    if (end - start <= 2 * PAGE_SIZE) return this.pagesBetween(space, pageOf(start), end);
    this.forgetUnnamed(space, start, end);
    return pagesIn(space, start, end);
  }

  /**
   * Keeps an observation for pages that no line has named yet. A long past is cut to its open
   * windows.
   */
  remember(space: Space, what: (page: PageLog) => void): void {
    const { past } = space;
    if (past.length === MAX_PAST) {
      const any = new PageLog(space.region!.start, space, new Uses(this.watch));
      for (const happened of past) happened(any);
      past.splice(0, MAX_PAST, (page) => void (page.windows = any.windows));
    }
    past.push(what);
  }

  /** The effect of a wide range on pages that no line has named yet is unknown. */
  private forgetUnnamed(space: Space, start: number, end: number): void {
    if (space.past.length === 0) return;
    this.remember(space, (page) => {
      if (!page.isIn(start, end)) return;
      if (page.length > 0) this.observe(page, page.lastLine, { kind: 'gone' });
      page.uses.gone();
    });
  }

  /** The tracked pages of a range in any process, if the line names no mm. */
  trackedBetween(start: number, end: number): PageLog[] {
    return this.live.flatMap((space) => pagesIn(space, start, end));
  }

  private pagesBetween(space: Space, start: number, end: number): PageLog[] {
    const found = new Set<PageLog>();
    for (let address = start; address < end; address += PAGE_SIZE) {
      const page = pageIn(space, address);
      if (page !== undefined) found.add(page);
    }
    return [...found];
  }

  /**
   * The page at an address, if the line names no mm. It must be tracked already, or be in a target.
   * Where several processes have such a page, it is that of the task, or of nobody.
   */
  pageAt(address: number, pid: number): PageLog | undefined {
    const own = this.spaceOfTask(pid);
    const ours = own && (pageIn(own, address) ?? (own.marked && this.track(own, address)));
    if (ours) return ours;
    const found = this.pagesEverywhere(address);
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
    const tracked = this.targets.flatMap((target) => this.track(target, address) ?? []);
    return tracked.length === 1 ? tracked[0] : undefined;
  }

  private pagesEverywhere(address: number): PageLog[] {
    return this.live.flatMap((space) => pageIn(space, address) ?? []);
  }

  /**
   * The page that a vma maps at an address. Another vma may belong to another process, with another
   * page there. It may also be a new or split mapping of ours, until a notifier call shows that.
   */
  mappedAt(address: number, vma: string | undefined, pid: number): PageLog | undefined {
    const shown = vma === undefined ? [] : this.pagesEverywhere(address);
    const ours = shown.find((page) => page.vma === vma);
    if (ours !== undefined) return ours;
    if (shown.length > 1) return undefined;
    const page = this.pageAt(address, pid);
    const isOther = vma !== undefined && page?.vma !== undefined && page.vma !== vma;
    return isOther ? undefined : page;
  }

  /** The pages of a range, if the line names no mm. */
  pagesAt(start: number, end: number, pid: number): PageLog[] {
    const space =
      this.spaceOfTask(pid) ??
      this.live.find((one) => pageIn(one, start) !== undefined) ??
      this.live.at(-1);
    return space === undefined ? [] : this.pagesOf(space, start, end);
  }
}
