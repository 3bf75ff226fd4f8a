/** Reads what takes a page or a permission away, and the flushes of secondary TLBs. */
import type { LogEvent } from './ftrace/index.ts';
import { field, lowBits, numberField, numberOf, word } from './ftrace/index.ts';
import { Frames } from './frames.ts';
import { isWide, pagesIn } from './huge-page.ts';
import { hasChanged, levelOf } from './kvm-entries.ts';
import type { LogLine, Log } from './log.ts';
import type { Notification } from './notification.ts';
import type { LookReader } from './read-looks.ts';
import type { Bit, Observation } from './observation.ts';
import { HIDDEN, TOLD_STEPS } from './observation.ts';
import type { PageLog } from './page-log.ts';
import { endsHuge } from './size-changes.ts';
import { frameOf, isPresent, isTable, losesWrites } from './spte.ts';

/** Values of enum mmu_notifier_event that leave the pages mapped. */
const PROTECTS = new Set([2, 3, 4]);
/** What a driver does while it flushes. */
const FLUSHING = new Set([
  'intel_invalidate',
  'cache_tag_flush_range',
  'cache_tag_flush_range_np',
  'cache_tag_flush_all',
  'qi_submit',
]);
/** ULONG_MAX is at least this number; every address in an mm is below it. */
const WHOLE = 2 ** 63;

interface Eviction {
  /** The page that try_to_unmap_one() works on. */
  readonly page: PageLog;
  /** It is false if another vma than this call's is known to map the page. */
  readonly isOurs: boolean;
  unmapped: boolean;
}

export class InvalidationReader {
  private readonly log: Log;
  private readonly frames: Frames;
  private readonly looks: LookReader;
  /** Evictions that have begun and not ended. */
  private readonly evictions = new WeakMap<LogEvent, Eviction>();

  constructor(log: Log, looks: LookReader) {
    this.log = log;
    this.frames = new Frames(log);
    this.looks = looks;
  }

  /* try_to_unmap_one() is entered. */
  evicts({ event }: LogLine): void {
    const address = numberField(event, 'addr') ?? -1;
    const vma = field(event, 'vma');
    const ours = this.log.mappedAt(address, vma, event.pid);
    const page = ours ?? this.log.pageAt(address, event.pid);
    const isOurs = ours === page;
    if (page) this.evictions.set(event, { page, isOurs, unmapped: false });
  }

  /* ptep_clear_flush() is entered. */
  flushesPte({ outer }: LogLine): void {
    if (outer.some(({ name }) => name === 'try_to_unmap_one')) {
      this.log.unmapsByPtepClearFlush = true;
    }
  }

  private eviction({ entry, outer }: LogLine) {
    const found = entry ?? outer.findLast(({ name }) => name === 'try_to_unmap_one');
    return found === undefined ? undefined : this.evictions.get(found);
  }

  /** A call shows which process's page try_to_unmap_one() works on. */
  private shownBy({ outer }: LogLine, pages: readonly PageLog[]): Eviction | undefined {
    const entry = outer.findLast(({ name }) => name === 'try_to_unmap_one');
    const address = entry && numberField(entry, 'addr');
    const page = pages.find((each) => address !== undefined && each.isIn(address, address + 1));
    if (entry === undefined || page === undefined) return undefined;
    const eviction = { page, isOurs: true, unmapped: false };
    this.evictions.set(entry, eviction);
    return eviction;
  }

  /* try_to_unmap_one() returns. */
  evicted(line: LogLine): void {
    const { entry, event } = line;
    const eviction = this.eviction(line);
    if (eviction === undefined || entry === undefined) return;
    const { page, isOurs, unmapped } = eviction;
    if (!isOurs && !unmapped) return;
    if (numberField(event, 'ret') !== 0) {
      if (!unmapped) this.unmapped(page, event.line);
      const isAsked = this.log.task(event.pid).condemned?.includes(page) ?? true;
      page.uses.evicted(entry.line, 'try_to_unmap_one() evicts it', isAsked);
      // Its PMD was split, and each PTE is that of a swapped page now.
      endsHuge(this.log, page, event.line, false);
    } else if (unmapped) {
      this.log.observe(page, event.line, { kind: 'gone' });
      endsHuge(this.log, page, event.line, true);
    }
  }

  /** An mm without notifiers has no notifier call, but the page is unmapped all the same. */
  private unmapped(page: PageLog, line: number): void {
    this.log.observe(page, line, { kind: 'unmap', isInFault: false });
    this.log.observe(page, line, { kind: 'end', of: 'unmap' });
  }

  /* __mmu_notifier_invalidate_range_start() is entered. */
  begins(line: LogLine): void {
    const { event } = line;
    const start = numberField(event, 'start') ?? 0;
    const end = numberField(event, 'end') ?? 0;
    const mm = field(event, 'mm') ?? '';
    if (start === 0 && end >= WHOLE) return this.exits(mm, event.line);
    const space = this.log.spaceOf(mm, start, end, event.line);
    if (space === undefined) return;
    const task = this.log.task(event.pid);
    const isInFault = line.outer.some(({ name }) => name === 'handle_mm_fault');
    // After a copy on write the page of the fault is another one.
    task.fault = undefined;
    // What takes a part of a huge page away has to split its PMD.
    for (const page of pagesIn(space, start, end)) {
      if (!page.isWithin(start, end)) endsHuge(this.log, page, event.line, true);
    }
    const pages = this.log.pagesOf(space, start, end);
    if (event.task === 'khugepaged' || task.splitting !== undefined) {
      // The pages become parts of a huge page, or it becomes pages. Nothing is known any more.
      const why = task.splitting === undefined ? { toCollapse: true as const } : {};
      for (const page of pages) this.log.observe(page, event.line, { kind: 'gone', ...why });
      return;
    }
    const protects = PROTECTS.has(numberField(event, 'event') ?? 0);
    const eviction = this.eviction({ ...line, entry: undefined }) ?? this.shownBy(line, pages);
    if (eviction !== undefined && (eviction.isOurs || pages.includes(eviction.page))) {
      eviction.unmapped = true;
    }
    if (!protects && eviction === undefined) for (const page of pages) page.uses.gone();
    this.told(line);
    task.range = { pages, protects, isInFault, line: event.line, begun: false };
    const wide = isWide(space, start, end);
    this.log.open({ name: event.name, pages, own: undefined, wide }, event);
  }

  /* exit_mmap() unmaps everything. From here on no page of the mm is judged. */
  private exits(mm: string, line: number): void {
    const space = this.log.known(mm);
    if (space !== undefined) this.log.close(space, line);
  }

  /**
   * A secondary MMU learns of the task's invalidation. It does so under its own lock, which it
   * takes after __mmu_notifier_invalidate_range_start() was entered. A fault on another CPU may
   * still install an entry until then. For the page, the invalidation begins at the first line that
   * shows the lock taken.
   */
  told({ event }: LogLine): void {
    const { range } = this.log.task(event.pid);
    if (range === undefined || range.begun) return;
    range.begun = true;
    for (const page of range.pages) {
      if (page.space.closed !== undefined) continue;
      const line = Math.max(range.line, page.lastLine);
      page.takenBy(event.pid);
      const { protects, isInFault } = range;
      this.log.observe(page, line, protects ? { kind: 'protect' } : { kind: 'unmap', isInFault });
    }
  }

  /*
   * kvm_tdp_mmu_spte_changed. Outside all invalidations KVM zaps for its own reasons: the VM is
   * destroyed, or a memslot moves. Then nothing is known about the page.
   */
  spteChanged(line: LogLine): void {
    const { event } = line;
    this.told(line);
    if (this.log.notification(line) !== undefined) return;
    if (this.log.task(event.pid).secondary !== undefined) return;
    const [before, after] = ['old_spte', 'new_spte'].map((name) => lowBits(word(event, name)) ?? 0);
    const isTableThere = [before, after].some((spte) => isPresent(spte) && isTable(spte));
    // KVM may exchange one entry of a huge page for small ones, which are as young.
    if (!isPresent(before) || (levelOf(line) > 1 && isTableThere)) return;
    const gfn = Number.parseInt(word(event, 'gfn') ?? '', 16);
    const change = { before, after, frame: frameOf(word(event, 'old_spte')) };
    const page = this.frames.pageOf(gfn, event, change);
    if (page === undefined) return;
    if (!isPresent(after)) this.log.observe(page, event.line, { kind: 'gone' });
    else if (losesWrites(before, after)) this.log.leave(page, event.line, 'dirty-log');
  }

  /* kvm_nested_vmenter and its kin: a guest is a hypervisor. */
  nests({ event }: LogLine): void {
    this.log.leaveAll(event.line, 'nested');
  }

  /* kvm_unmap_gfn_range() returns. */
  zapped(line: LogLine): void {
    this.told(line);
    const call = this.log.notification({ entry: undefined, outer: line.outer });
    if (call === undefined) return;
    const returns = numberField(line.event, 'ret');
    for (const page of call.pages) {
      // This call is for the other address space of the VM, in which the page has no entry.
      if (call.zapped.has(page)) continue;
      const had = this.had(call, page, returns);
      const said = call.wide || had === undefined ? undefined : returns;
      this.log.observe(page, line.event.line, { kind: 'zap', had, returned: said });
      if (!page.prefetched) continue;
      page.prefetched = false;
      page.windows &= ~HIDDEN.devFaults;
    }
  }

  /** Whether KVM had an entry that an access had installed. Undefined if the log does not say. */
  private had(call: Notification, page: PageLog, returns: number | undefined): Bit | undefined {
    // On arm64 kvm_unmap_gfn_range() always returns 0, and flushes by itself.
    if (this.log.architecture === 'arm64') return undefined;
    const had = hasChanged(this.log, call, page, returns);
    if (had && page.prefetched) return undefined;
    if (had) call.zapped.add(page);
    return had;
  }

  /* KVM flushes the TLBs of the vCPUs. */
  flushed(line: LogLine): void {
    this.told(line);
    const call = this.log.notification({ entry: undefined, outer: line.outer });
    if (call === undefined) return;
    if (call.own !== undefined) this.log.observe(call.own, line.event.line, { kind: 'flush' });
    if (call.name !== 'invalidate_range_start') return;
    for (const page of call.pages) {
      if (call.zapped.has(page)) {
        this.log.observe(page, line.event.line, { kind: 'flush' });
      }
    }
  }

  /* __mmu_notifier_invalidate_range_end() is entered. */
  ends(line: LogLine): void {
    const { event } = line;
    this.told(line);
    const task = this.log.task(event.pid);
    if (task.range === undefined) return;
    const { pages, protects } = task.range;
    task.range = undefined;
    for (const page of pages) {
      if (page.space.closed === undefined) {
        this.log.observe(page, event.line, { kind: 'end', of: protects ? 'protect' : 'unmap' });
        page.returnsTo(event.pid);
        page.endedBy = event.pid;
      }
    }
  }

  /* __mmu_notifier_invalidate_range() or its successor tells secondary MMUs to flush. */
  tells({ event, outer }: LogLine): void {
    const [mm, from, to] = ['mm', 'start', 'end'].map((name) => field(event, name));
    const [start, end] = [numberOf(from), numberOf(to)];
    if (mm === undefined || start === undefined || end === undefined) return;
    this.log.task(event.pid).told = { mm, start, end };
    if (outer.some(({ name }) => name === 'try_to_unmap_one')) {
      this.log.unmaps[end >= WHOLE ? 'everything' : 'page'] ??= event.line;
    }
    for (const page of this.pagesTold(event.pid)) page.isToldOf();
  }

  /** A task does something else than to flush what it has told of. */
  passes({ name, pid }: LogEvent): void {
    if (!FLUSHING.has(name)) this.log.task(pid).told = undefined;
  }

  /** The pages that a task tells secondary MMUs of. */
  private pagesTold(pid: number): PageLog[] {
    const { told } = this.log.task(pid);
    const space = told && this.log.known(told.mm);
    if (space === undefined) return [];
    const { start, end } = told!;
    return pagesIn(space, start, end).filter((page) => page.isWithin(start, end));
  }

  /* intel_iommu:cache_tag_flush_range. It names the kind of tag, and the device with its PASID. */
  flushesTag({ event }: LogLine): void {
    if (!/\[\d+\] type devtlb\b/.test(event.text)) return;
    for (const page of this.pagesTold(event.pid)) {
      this.log.observe(page, event.line, { kind: 'invalidated' });
    }
  }

  /*
   * intel_iommu:qi_submit. The kinds of device-TLB invalidations are p_dev_tlb_inv, which has a
   * PASID, and dev_tlb_inv, which has none.
   */
  submits({ event }: LogLine): void {
    const [kind] = event.text.split(' ');
    if (kind !== 'p_dev_tlb_inv' && kind !== 'dev_tlb_inv') return;
    const { sent } = this.log;
    // The descriptors of a driver that maps for DMA are not about an mm.
    if (this.log.task(event.pid).told === undefined) return;
    const pages = this.pagesTold(event.pid);
    if (kind === 'p_dev_tlb_inv') {
      sent.withPasid++;
      for (const page of pages) this.log.observe(page, event.line, { kind: 'invalidated' });
      return;
    }
    sent.withoutPasid++;
    this.log.withoutPasid ??= event.line;
    for (const page of pages) {
      this.log.observe(page, event.line, { kind: 'unheeded' });
      page.uses.happened(event.line, 'dev_tlb_inv has no PASID, so that the ATC keeps the page');
    }
  }

  /** MADV_COLD and a collapse are one event each, with their flush. */
  private isPartOfOne({ pid }: LogEvent): boolean {
    const { cooling, collapsing } = this.log.task(pid);
    return cooling || collapsing?.isTaken === true;
  }

  /** A device says that it dropped what it had cached of a range. */
  dropped(line: LogLine): void {
    const { event } = line;
    this.told(line);
    const start = numberField(event, 'start') ?? 0;
    const end = numberField(event, 'end') ?? 0;
    const count = numberField(event, 'dropped');
    const { range } = this.log.task(event.pid);
    if (this.isPartOfOne(event)) return;
    const call = this.log.notification({ entry: undefined, outer: line.outer });
    // The log lacks both an invalidation and the begin of an aging that would have asked for this.
    this.looks.flushed(line, start, end);
    const isAsked = range !== undefined || call?.own !== undefined || call?.wide === true;
    const isOrphan = !isAsked && (this.log.isBroken || call !== undefined);
    for (const page of this.log.pagesAt(start, end, event.pid)) {
      if (isOrphan) {
        this.log.observe(page, event.line, { kind: 'gone' });
        continue;
      }
      const isOne = !isWide(page.space, start, end) || count === 0;
      this.log.observe(page, event.line, {
        kind: 'drop',
        had: isOne ? count : undefined,
        isAsked: page === call?.own,
      });
    }
  }

  /* The synthetic device tells a step of a callback, or an eviction: `atc_step: post-atc`. */
  steps(line: LogLine): void {
    const { event } = line;
    const [word] = event.text.split(' ');
    const verb = TOLD_STEPS.find((one) => one === word);
    if (verb === undefined || this.isPartOfOne(event)) return;
    this.told(line);
    const [start, end, had] = ['start', 'end', 'dropped'].map((key) => numberField(event, key));
    if (start === undefined || end === undefined) return;
    this.looks.flushed(line, start, end);
    for (const page of this.log.pagesAt(start, end, event.pid)) {
      const isOne = !isWide(page.space, start, end) || had === 0;
      const over = page.endedBy === event.pid ? this.takesEndBack(page) : undefined;
      this.log.observe(page, event.line, { kind: 'step', verb, had: isOne ? had : undefined });
      if (over !== undefined) this.log.observe(page, event.line, over);
    }
  }

  /**
   * Takes the end of an operation back if nothing has come since. A task that flushes before its
   * program goes on has not ended it. On 6.1 a flush may come inside of invalidate_range_end, and
   * fork() and MADV_DONTNEED flush the whole mm or the range behind it.
   */
  private takesEndBack(page: PageLog): Observation | undefined {
    if (page.length === 0) return undefined;
    const last = this.log.observations.at(page.observed.at(page.length - 1));
    return last.kind === 'end' && page.takesBack(page.lastLine) ? last : undefined;
  }

  /* __mmu_notifier_release(): the mm is torn down. */
  released({ event }: LogLine): void {
    const mm = field(event, 'mm');
    for (const space of this.log.spaces) {
      if (space.mm === mm) this.log.close(space, event.line);
    }
  }
}
