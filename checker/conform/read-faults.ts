/** Reads faults of CPUs and of KVM, and the accesses of a device that reports its ATC. */
import type { LogEvent } from './ftrace/index.ts';
import { lowBits, numberField, returned, word } from './ftrace/index.ts';
import { architectureOfFault } from './architecture.ts';
import { Frames } from './frames.ts';
import { PMD_LEVEL, levelOf, mapsWhole } from './kvm-entries.ts';
import type { LogLine, Log } from './log.ts';
import type { Bit, Observation } from './observation.ts';
import { HIDDEN } from './observation.ts';
import type { PageLog } from './page-log.ts';
import type { Task } from './tasks.ts';
import { PAGE_SIZE, PARTS, pageOf } from './page-log.ts';
import type { SpteChange } from './owners.ts';
import { becomesHuge } from './size-changes.ts';
import { frameOf, isPresent, isTable, isWritable, isYoungPte } from './spte.ts';

/** VM_FAULT_RETRY and the errors. After these the fault is not resolved. */
const UNRESOLVED = 0x400 | 0x1 | 0x2 | 0x10 | 0x20 | 0x40;
/** Bits of a page fault's error code: permission was missing; the access was a write. */
const PROTECTION = 1;
const WRITE = 2;

/** The young bit of a PTE before and after a walk. It is printed alone or as part of an x86 PTE. */
function walkOf(text: string): { before: Bit; after: Bit } | undefined {
  const walk = /walk pte (0x[0-9a-f]+) -> (0x[0-9a-f]+)(?:.* AF ([01]) -> ([01]))?/.exec(text);
  if (walk === null) return undefined;
  const [, from, to, ...bits] = walk;
  const [before, after] = [from, to].map((pte, i): Bit => {
    const said = bits[i] ?? (isYoungPte(pte) ? '1' : '0');
    return said === '1' ? 1 : 0;
  });
  return { before, after };
}

/** What a line of the synthetic device says of its access. */
function outcomeOf(text: string, isWrite: boolean): Observation[] {
  const walk = walkOf(text);
  const request = { kind: 'request', isWrite } as const;
  const translate = { kind: 'translate', walk } as const;
  const complete = { kind: 'complete' } as const;
  const [word] = text.split(' ');
  if (word === request.kind) return [request];
  if (word === translate.kind) return [translate];
  if (word === complete.kind) return [complete];
  if (walk !== undefined) return [{ kind: 'walk', ...walk, isWrite }];
  return text.startsWith('ATC miss') ? [request, translate, complete] : [{ kind: 'hit', isWrite }];
}

export class FaultReader {
  private readonly log: Log;
  private readonly frames: Frames;

  constructor(log: Log) {
    this.log = log;
    this.frames = new Frames(log);
  }

  /* A CPU's page fault: exceptions:page_fault_user. */
  raised({ event }: LogLine): void {
    const address = numberField(event, 'address');
    if (address === undefined) return;
    const code = numberField(event, 'error_code') ?? 0;
    this.log.task(event.pid).fault = { address, code, line: event.line };
  }

  /* handle_mm_fault() is entered. */
  handled({ event }: LogLine): void {
    const { secondary } = this.log.task(event.pid);
    const address = numberField(event, 'addr');
    if (secondary === undefined || address === undefined) return;
    const page = this.log.pageAt(address, event.pid);
    if (page) this.log.observe(page, event.line, { kind: 'populate' });
  }

  /* handle_mm_fault() returns. */
  resolved({ event, entry }: LogLine): void {
    const task = this.log.task(event.pid);
    const { fault, secondary } = task;
    this.log.architecture ??= architectureOfFault(returned(event)?.caller ?? '');
    if (secondary !== undefined || entry === undefined) return;
    if ((numberField(event, 'ret') ?? 0) & UNRESOLVED) return;
    const address = numberField(entry, 'addr') ?? -1;
    const page = this.log.pageAt(address, event.pid);
    if (!page?.space.pids.has(event.pid)) return;
    const isSame = fault !== undefined && pageOf(fault.address) === pageOf(address);
    const isMissing = isSame ? (fault.code & PROTECTION) === 0 : undefined;
    if (isMissing) page.uses.missing(fault!.line);
    const writes = isSame ? fault.code & WRITE : (numberField(entry, 'flags') ?? 0) & 1;
    this.log.observe(page, event.line, {
      kind: 'cpu-fault',
      isMissing,
      isWrite: writes !== 0,
    });
    task.fault = undefined;
  }

  /*
   * A vCPU faults: kvm:kvm_page_fault. Older kernels, such as 5.15, print its numbers without 0x.
   */
  secondaryRaised({ event }: LogLine): void {
    const gpa = Number.parseInt(word(event, 'address') ?? '', 16);
    const gfn = Math.floor(gpa / PAGE_SIZE);
    this.log.task(event.pid).secondary = { gfn, line: event.line };
  }

  /* intel_iommu:prq_report: a device requests a page. The address is in units of pages. */
  requested({ event }: LogLine): void {
    const page = this.log.pageAt((numberField(event, 'addr') ?? -1) * PAGE_SIZE, event.pid);
    if (page === undefined) return;
    const text = 'a device requests the page';
    if (page.space.marked) page.uses.happened(event.line, text);
    else page.uses.used('device', event.line, text);
  }

  /* kvm_tdp_page_fault() returns, or the vCPU runs again. */
  secondaryOver({ event }: LogLine): void {
    this.log.task(event.pid).secondary = undefined;
  }

  /* kvm_tdp_mmu_spte_changed: an entry changes. Above the lowest level it may be of a table. */
  changes(line: LogLine): void {
    const { event } = line;
    const [before, after] = ['old_spte', 'new_spte'].map((name) => lowBits(word(event, name)) ?? 0);
    const change = { before, after, frame: frameOf(word(event, 'new_spte')) };
    if (levelOf(line) > 1 && isTable(after)) return;
    const isNew = !isPresent(before) && isPresent(after);
    if (isNew || this.log.task(event.pid).secondary) this.installs(line, change);
  }

  /* kvm_mmu_set_spte: a fault installs an entry that maps memory. */
  sets(line: LogLine): void {
    const value = word(line.event, 'spte');
    this.installs(line, { before: undefined, after: lowBits(value) ?? 0, frame: frameOf(value) });
  }

  private installs(line: LogLine, change: SpteChange): void {
    const { event } = line;
    const { after } = change;
    if (!isPresent(after)) return;
    const gfn = Number.parseInt(word(event, 'gfn') ?? '', 16);
    const level = levelOf(line);
    if (level > PMD_LEVEL) {
      const count = PARTS ** (level - 1);
      for (const page of this.frames.pagesOf(gfn - (gfn % count), count, event.pid)) {
        this.log.leave(page, event.line, 'huge');
      }
      return;
    }
    const task = this.log.task(event.pid);
    const fault = task.secondary?.gfn;
    const isWhole = level === PMD_LEVEL;
    const first = isWhole ? gfn - (gfn % PARTS) : gfn;
    const isAsked = fault !== undefined && (isWhole ? fault - (fault % PARTS) : fault) === first;
    const page = isWhole
      ? this.hugeAt(isAsked ? fault : gfn, event, change)
      : this.frames.pageOf(gfn, event, change);
    if (page === undefined) return;
    if (isWhole) mapsWhole(page, first);
    else if (page.isHuge) page.hasSmallEntry(gfn);
    if (isAsked) this.installed(page, after, event, task);
    else if (!page.isHuge || !page.hasEntry) this.prefetched(page);
  }

  /** One entry of KVM maps 2 MiB: a PMD of the host maps them, too. */
  private hugeAt(gfn: number, event: LogEvent, change: SpteChange): PageLog | undefined {
    const first = gfn - (gfn % PARTS);
    const named = this.frames.namedIn(first, PARTS, event.pid).at(0);
    const page = this.frames.pageOf(gfn, event, change) ?? named?.page;
    return page && becomesHuge(this.log, page.space, page.address, event.line);
  }

  /**
   * KVM has an entry that no access has asked for: direct_pte_prefetch(), or a page that an
   * asynchronous page fault brought. It is old, and a later access does not fault.
   */
  private prefetched(page: PageLog): void {
    page.prefetched = page.hasEntry = true;
    page.windows |= HIDDEN.devFaults;
  }

  private installed(page: PageLog, bits: number, event: LogEvent, task: Task): void {
    const { line } = task.secondary!;
    // The next line may show the same entry a second time.
    if (page.installed === line) return;
    page.installed = line;
    const writable = isWritable(bits);
    // A huge page that KVM maps by small entries has one entry in the model.
    const isMore = page.isHuge && page.hasEntry === true && (page.isWritable || !writable);
    if (!isMore) {
      this.log.observe(page, event.line, { kind: 'install', writable });
      page.isWritable = writable;
    }
    if (!page.space.marked) page.uses.used('device', line, 'a vCPU faults on it');
  }

  /*
   * The synthetic device reports the outcome of an access. If something holds a miss between its
   * steps, each has a line: `request`, `translate` and `complete`.
   */
  accessed({ event }: LogLine): void {
    const { text, line, pid } = event;
    const page = this.log.pageAt(numberField(event, 'addr') ?? -1, pid);
    if (page === undefined) return;
    const isWrite = (numberField(event, 'write') ?? 0) !== 0;
    const task = this.log.task(pid);
    task.secondary = text.startsWith('page request') ? { gfn: undefined, line } : undefined;
    if (task.secondary !== undefined) return;
    for (const observation of outcomeOf(text, isWrite)) this.log.observe(page, line, observation);
    if (!page.space.marked) page.uses.used('device', line, 'a device accesses it');
  }
}
