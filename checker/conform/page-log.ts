/** The observations of one page in a log, and the address space of the page. */
import { doubled } from '../search/chunks.ts';
import type { KnownPte } from './known-pte.ts';
import type { Limit, Unjudged } from './limits.ts';
import { FROM_THE_BEGIN } from './limits.ts';
import type { Loss, Losses } from './losses.ts';
import { withLoss } from './losses.ts';
import type { Missed, Uses } from './missed.ts';
import type { Kind } from './observation.ts';
import { HIDDEN } from './observation.ts';

/** An mm with secondary MMUs, or the target region that a program's marker names. */
export interface Space {
  /** The first line that mentions it. It tells spaces apart. */
  line: number | undefined;
  /** The name that a marker gives it. */
  readonly scenario: string | undefined;
  /** The mm as the notifiers print it. Undefined until a notifier names it. */
  mm: string | undefined;
  /** The pids of its tasks, as far as known. */
  readonly pids: Set<number>;
  /** The names of tasks whose guest has faulted on its pages, by pid: the vCPUs of a VM. */
  readonly vcpus: Map<number, string>;
  /** The pids of tasks that had named its mm as their own when it was torn down. */
  readonly namers: Set<number>;
  /** The pids of tasks that look at its pages or take them away. */
  readonly workers: Set<number>;
  /** Another task, such as a shell, has written its SCENARIO. It may write other markers, too. */
  isAnnounced: boolean;
  /** What the model has not of any of its pages. */
  unjudged: Unjudged | undefined;
  /**
   * The region that a program will use, as a marker says. Without one, every page of the mm counts.
   */
  readonly region: { readonly start: number; readonly end: number } | undefined;
  /** A program writes a marker around each access. */
  readonly marked: boolean;
  readonly pages: Map<number, PageLog>;
  /** Guest frames, by number. */
  readonly gfns: Map<number, PageLog>;
  /** The guest frame at which its region begins, as a marker says. */
  readonly frame: number | undefined;
  /** Observations of all its pages, in order, for pages that no line has named yet. */
  readonly past: ((page: PageLog) => void)[];
  /** Its program has said that the scenario is over. */
  isOver: boolean;
  /** The line where the mm was torn down. */
  closed: number | undefined;
}

/** A time when a PMD maps a page: from the line that shows it to the one that shows its end. */
export interface HugeTime {
  readonly from: number;
  /** Its pages of 4 KiB were made one by khugepaged or MADV_COLLAPSE. Or it is known to be one. */
  readonly isCollapse: boolean;
  until: number | undefined;
  /** It ends by a split, and not by an eviction. */
  isSplit: boolean;
}

/** Whether a range of addresses has a part of the region that a marker names. */
export const meetsRegion = ({ region }: Space, start: number, end: number): boolean =>
  region !== undefined && end > region.start && start < region.end;

/** What is known of the space of an mm that no marker names. */
export const UNNAMED = {
  line: undefined,
  scenario: undefined,
  region: undefined,
  frame: undefined,
  marked: false,
} as const;
/** How many vCPUs of a VM are named. */
const NAMED = 2;

/** Names the vCPUs of a VM as ftrace does. */
function vcpusText(vcpus: ReadonlyMap<number, string>): string {
  const names = [...vcpus].slice(0, NAMED).map(([pid, name]) => `${name}-${pid}`);
  const more = vcpus.size > NAMED ? ` and ${vcpus.size - NAMED} more` : '';
  return `${names.join(', ')}${more}`;
}

/** Names a space in words. */
export function spaceText({ line, scenario, mm, pids, vcpus }: Space): string {
  const about = [
    ...(scenario === undefined ? [] : [`SCENARIO ${scenario}`]),
    ...[...pids].map((pid) => `pid ${pid}`),
    ...(vcpus.size === 0 ? [] : [`VM of ${vcpusText(vcpus)}`]),
    ...(mm === undefined ? [] : [`mm ${mm}`]),
  ];
  return [`from line ${line}`, ...about].join(', ');
}

/** A growing list of small numbers. */
class Column {
  private data = new Int32Array(16);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) this.data = doubled(this.data);
    this.data[this.length++] = value;
  }

  pop(): void {
    this.length--;
  }

  at(index: number): number {
    return this.data[index];
  }

  put(index: number, value: number): void {
    this.data[index] = value;
  }

  /** Drops the first items. */
  drop(count: number): void {
    this.data.copyWithin(0, count, this.length);
    this.length -= count;
  }
}

export class PageLog {
  readonly address: number;
  readonly space: Space;
  readonly uses: Uses;
  /** For each observation: its number, the HIDDEN bits before it, and its line in the file. */
  readonly observed = new Column();
  readonly hides = new Column();
  readonly lines = new Column();
  /** The HIDDEN bits of the windows of accesses that are open. */
  windows: number;
  /** The line of the secondary fault that last installed an entry for it. */
  installed: number | undefined;

  /** The vma that maps it, as far as a notifier call inside a look has shown. */
  vma: string | undefined;

  /** Another space of the log has a page at the same address. */
  isAmbiguous = false;

  /** How many observations are not kept any more. */
  dropped = 0;

  /** When a PMD maps it, with all of the 2 MiB behind it. */
  readonly huge: HugeTime[] = [];
  /** The entries of KVM that map 4 KiB of a huge page each, by guest frame, as lines name them. */
  readonly smallEntries = new Set<number>();
  /** The most of them that there were at a time. */
  mostSmall = 0;
  /** The guest frame at which KVM's entry of the whole huge page begins. */
  firstGfn: number | undefined;
  private mapped: number | undefined;

  /** Whether KVM has an entry for it, where lines tell. */
  hasEntry: boolean | undefined;
  /** Whether the last entry that a fault has installed may be written to. */
  isWritable = false;

  /** KVM has installed an entry for it without an access. */
  prefetched = false;

  /** What lines have said of its PTE, if nothing may have changed it since. */
  pte: KnownPte | undefined;

  /** The line of its last access that the IOMMU has translated. */
  translated: number | undefined;

  /**
   * The task that takes the page or a permission away, until the secondary MMUs have been told and
   * their flushes are over. Until then they may use the page.
   */
  private taking: { readonly pid: number; isTold: boolean } | undefined;
  /** It was taken away, and the IOMMU has translated no access since. */
  isTaken = false;
  /** The task that has ended an operation on the page last, until its program goes on. */
  endedBy: number | undefined;
  /** What the model has not. From its line on nothing of the page is judged. */
  unjudged: Unjudged | undefined;
  /** Where lost events may have told of it. */
  losses: Losses | undefined;

  constructor(address: number, space: Space, uses: Uses) {
    this.address = address;
    this.space = space;
    this.uses = uses;
    this.windows = space.marked ? 0 : UNMARKED;
    if (space.unjudged !== undefined) this.leave(space.unjudged.line, space.unjudged.why);
  }

  /** Stops to judge the page. Returns the misses that were found, if they count no more. */
  leave(line: number, why: Limit): readonly Missed[] {
    this.unjudged ??= { line, why };
    this.uses.stop();
    if (!FROM_THE_BEGIN.has(why)) return [];
    for (const column of [this.observed, this.hides, this.lines]) column.drop(this.length);
    return this.uses.withdraw();
  }

  /** Takes an observation back that was another page's. False if more came after it. */
  takesBack(line: number): boolean {
    if (this.lastLine !== line) return false;
    for (const column of [this.observed, this.hides, this.lines]) column.pop();
    return true;
  }

  /** Keeps what else an observation tells of the page. */
  learns(kind: Kind): void {
    if (FORGETS_FRAME.has(kind)) this.frame = undefined;
    if (kind === 'gone' || kind === 'unmap') this.hasEntry = undefined;
    if (kind === 'install') this.hasEntry = true;
    if (kind === 'zap') this.hasEntry = false;
    if (kind === 'gone' || kind === 'zap') this.smallEntries.clear();
  }

  /** Whether a PMD maps it. */
  get isHuge(): boolean {
    const last = this.huge.at(-1);
    return last !== undefined && last.until === undefined;
  }

  /** The address behind it. */
  get end(): number {
    return this.address + (this.isHuge ? HUGE_SIZE : PAGE_SIZE);
  }

  /**
   * The frame that its PTE maps. Undefined if no line tells, or if that may have changed. It is the
   * first of a huge page.
   */
  get frame(): number | undefined {
    return this.mapped === undefined ? undefined : this.firstFrame(this.mapped);
  }

  set frame(frame: number | undefined) {
    this.mapped = frame;
  }

  /** The first frame of the page that has a frame. */
  firstFrame(frame: number): number {
    return this.isHuge ? frame - (frame % PARTS) : frame;
  }

  /** Whether a range of addresses has a part of it. */
  isIn(start: number, end: number): boolean {
    return this.address < end && this.end > start;
  }

  /** Whether a range has all of it, as far as the page is judged. */
  isWithin(start: number, end: number): boolean {
    const { region } = this.space;
    return (
      start <= Math.max(this.address, region?.start ?? 0) &&
      end >= Math.min(this.end, region?.end ?? Infinity)
    );
  }

  /** A line names an entry of KVM for 4 KiB of a huge page. */
  hasSmallEntry(gfn: number): void {
    this.smallEntries.add(gfn);
    this.mostSmall = Math.max(this.mostSmall, this.smallEntries.size);
  }

  get length(): number {
    return this.observed.length;
  }

  add(observation: number, line: number): void {
    if (this.unjudged !== undefined) return;
    this.observed.push(observation);
    this.hides.push(this.windows);
    this.lines.push(line);
  }

  /** A program reads the PTE. Nothing is concluded from it while somebody takes it away. */
  reads(pte: KnownPte): void {
    const isStable = this.taking === undefined;
    this.pte = isStable ? pte : undefined;
    if (isStable && !pte.present) this.uses.missing(pte.line);
  }

  /** A task begins to take something away. */
  takenBy(pid: number): void {
    this.taking = { pid, isTold: false };
  }

  /** The secondary MMUs are told to flush the page. */
  isToldOf(): void {
    if (this.taking !== undefined) this.taking.isTold = true;
  }

  /** The program of a task goes on, as its system call is over. */
  goesOn(pid: number): void {
    this.returnsTo(pid);
    if (this.endedBy === pid) this.endedBy = undefined;
  }

  /** The operation of a task is over: its notifiers say so, or its program goes on. */
  returnsTo(pid: number): void {
    if (this.taking?.pid !== pid || !this.taking.isTold) return;
    this.taking = undefined;
    this.isTaken = true;
  }

  /**
   * Events between two lines are lost. What was observed there is in doubt, and so is which
   * accesses are under way. `gone` is the number of that observation.
   */
  forget(since: number, until: number, gone: number): Missed[] {
    for (let at = this.length - 1; at >= 0 && this.lines.at(at) > since; at--) {
      this.observed.put(at, gone);
    }
    this.windows |= ACCESSES;
    this.pte = undefined;
    this.isTaken = false;
    this.frame = this.hasEntry = undefined;
    if (this.length > 0 && this.observed.at(this.length - 1) !== gone) this.add(gone, until);
    return this.uses.lost(since);
  }

  /** A CPU loses events, which may have told of the page if the log had begun to tell of it. */
  loses(loss: Loss): void {
    const isTold = this.length > 0 || this.space.marked;
    if (isTold && this.unjudged === undefined) this.losses = withLoss(this.losses, loss);
  }

  /** Drops about half of its observations, the first: up to one that `ends` an operation. */
  halve(ends: (observation: number) => boolean): void {
    const half = this.length >> 1;
    let count = half;
    while (count > 0 && !ends(this.observed.at(count - 1))) count--;
    if (count === 0) count = half;
    for (const column of [this.observed, this.hides, this.lines]) column.drop(count);
    this.dropped += count;
  }

  /** The line of its last observation. It is 0 if there is none. */
  get lastLine(): number {
    return this.length === 0 ? 0 : this.lines.at(this.length - 1);
  }

  /** How many observations there are up to the end of a line. */
  countUntil(line: number): number {
    let count = this.length;
    while (count > 0 && this.lines.at(count - 1) > line) count--;
    return count;
  }

  get name(): string {
    const address = `0x${this.address.toString(16)}`;
    return this.isAmbiguous ? `${address}@${this.space.line}` : address;
  }
}

/** After these another frame may be mapped. */
const FORGETS_FRAME: ReadonlySet<Kind> = new Set(['unmap', 'protect', 'gone', 'cpu-fault']);

const ACCESSES = HIDDEN.devReads | HIDDEN.devWrites | HIDDEN.cpuReads | HIDDEN.cpuWrites;

/** Without markers any access can be hidden, and so can be what user space asks for. */
const UNMARKED = ACCESSES | HIDDEN.cpuFaults | HIDDEN.colds;

export const PAGE_SIZE = 4096;
/** What a PMD maps. */
export const HUGE_SIZE = 2 ** 21;
/** How many pages of 4 KiB a huge page has. */
export const PARTS = HUGE_SIZE / PAGE_SIZE;
export const pageOf = (address: number): number => address - (address % PAGE_SIZE);
