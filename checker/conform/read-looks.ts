/** Reads looks of reclaim, everything else that clears a young bit, and their notifier calls. */
import type { LogEvent } from './ftrace/index.ts';
import { field, numberField, returned } from './ftrace/index.ts';
import { hugeOf, isWide } from './huge-page.ts';
import { hasChanged, saysSmall } from './kvm-entries.ts';
import type { Use } from './missed.ts';
import type { LogLine, Log } from './log.ts';
import type { Notification } from './notification.ts';
import { isInLook } from './log.ts';
import type { Young } from './tasks.ts';
import { HIDDEN } from './observation.ts';
import type { Mapping } from './mapping.ts';
import { elsewhere, takenByNeighbour, unopened, worksOn } from './mapping.ts';
import type { PageLog, Space } from './page-log.ts';
import { pageOf } from './page-log.ts';
import { LOOKS, MARKERS, callerOf, pageOfPte, taken } from './pte-reads.ts';
import { becomesHuge, endsHuge, showsSize } from './size-changes.ts';
import { frameOf, isYoungPte } from './spte.ts';

/** A young bit that was read and cleared, and the function that asked for it, if a line has it. */
interface Reading {
  readonly entry: LogEvent;
  readonly address: number;
  readonly young: Young;
  readonly caller: string | undefined;
  readonly isHuge: boolean;
}

export class LookReader {
  private readonly log: Log;
  private readonly looks = new WeakMap<LogEvent, Mapping[]>();
  /** The mapping that each task looks at, if the log lacks the begin of the look. */
  private readonly unbegun = new Map<number, Mapping>();

  constructor(log: Log) {
    this.log = log;
  }

  private look({ entry, outer }: LogLine): Mapping[] | undefined {
    const found = entry ?? outer.findLast(({ name }) => name === 'folio_referenced');
    return found === undefined ? undefined : this.looks.get(found);
  }

  /** The address that the look around an event is at. */
  addressAt({ event, outer }: LogLine): number | undefined {
    return this.look({ event, entry: undefined, outer })?.at(-1)?.address;
  }

  /** Events were lost. A look that lacks its begin may have found more than the log shows. */
  broken(): void {
    this.unbegun.clear();
  }

  /* folio_referenced() is entered. */
  begins({ event }: LogLine): void {
    this.unbegun.delete(event.pid);
    this.looks.set(event, []);
    const task = this.log.task(event.pid);
    // If a walk had read a PTE of a page with a notifier, its call would have come before.
    task.pending = task.read = undefined;
    task.condemned = [];
    task.own = undefined;
  }

  /* folio_referenced_one(): the look comes to a mapping. */
  mapping(line: LogLine): void {
    const address = numberField(line.event, 'addr');
    if (address === undefined) return;
    const vma = field(line.event, 'vma');
    const page = this.log.mappedAt(address, vma, line.event.pid);
    const unseen = page?.uses.unseen ?? [];
    const at = { line: line.event.line, address, vma, page, unseen };
    this.look(line)?.push({ ...at, young: undefined, answered: false });
  }

  /* ptep_clear_flush_young() or ptep_test_and_clear_young() returns. */
  youngRead({ event, entry, outer }: LogLine): void {
    const address = entry && numberField(entry, 'addr');
    if (address === undefined || entry === undefined) return;
    const pte = field(entry, 'pte');
    const returns = numberField(event, 'ret');
    const isYoung = returns === undefined ? isYoungPte(pte) : returns !== 0;
    const young: Young = { value: isYoung ? 1 : 0, line: event.line, frame: frameOf(pte) };
    const caller = returned(event)?.caller;
    this.finds({ event, outer }, { entry, address, young, caller, isHuge: false });
  }

  /** Somebody has read and cleared the young bit of a PTE, or of the PMD of a huge page. */
  finds(
    { event, outer }: Omit<LogLine, 'entry'>,
    { entry, address, young, caller, isHuge }: Reading,
  ): void {
    const { pid } = event;
    const who = caller ?? callerOf(this.log, { event, entry, outer }, address);
    const mapping = this.look({ event, entry: undefined, outer })?.at(-1);
    const startOf = isHuge ? hugeOf : pageOf;
    if (mapping !== undefined && startOf(mapping.address) === startOf(address)) {
      return this.looksAt(mapping, young, event, isHuge);
    }
    const page = pageOfPte(this.log, entry, { outer });
    const sized = page && this.sized(page, isHuge, event.line, page.space.marked);
    if (sized && worksOn(sized.space, event)) {
      if (!LOOKS.includes(who)) taken(this.log, sized, entry, young.line);
      this.cleared(sized, who, young, pid);
    } else this.log.task(pid).pending = { address, caller: who, young };
  }

  /**
   * The page at the address of another, if a PMD maps it or not as a line says. If it is certain
   * that the line is about this process, it shows the size.
   */
  private sized(
    page: PageLog,
    isHuge: boolean,
    line: number,
    isOurs: boolean,
  ): PageLog | undefined {
    if (page.isHuge === isHuge) return page;
    if (!isOurs) return undefined;
    if (isHuge) return becomesHuge(this.log, page.space, page.address, line);
    endsHuge(this.log, page, line, true);
    return page;
  }

  private looksAt(mapping: Mapping, young: Young, { pid, line }: LogEvent, isHuge: boolean): void {
    // The multi-gen LRU of 6.1 reads the PTE twice, and has cleared the bit by the second time.
    if (mapping.young !== undefined) return;
    mapping.young = young;
    const { page, vma } = mapping;
    if (page === undefined) return;
    const isOurs = page.space.marked || (vma !== undefined && page.vma === vma);
    // Otherwise the notifier's call will show it.
    mapping.page = this.sized(page, isHuge, line, isOurs);
    if (mapping.page) this.ages(mapping.page, young, pid);
  }

  /**
   * A look flushes because it found the page young, so that it has read the PTE. A line may not
   * show it.
   */
  flushed(line: LogLine, start: number, end: number): void {
    const mapping = this.look(line)?.at(-1);
    if (mapping !== undefined) this.unread(mapping, line, start, end);
  }

  /** A notifier call for a mapping whose PTE no line has read. The probe or the line is missing. */
  private unread(mapping: Mapping, { event }: LogLine, start: number, end: number): void {
    const { page, young, address, unseen } = mapping;
    if (page === undefined || young !== undefined || event.name === 'test_young') return;
    if (address < start || address >= end) return;
    mapping.young = { value: undefined, line: event.line, frame: page.frame };
    const { windows } = page;
    // The PTE may have been read before earlier lines about the page.
    if (page.lastLine > mapping.line) page.windows |= HIDDEN.colds;
    this.ages(page, mapping.young, event.pid, unseen);
    page.windows = windows;
  }

  private ages(page: PageLog, young: Young, pid: number, unseen?: readonly Use[]): void {
    const { value, line, frame } = young;
    page.frame = frame;
    page.uses.lookBegins(unseen);
    this.log.observe(page, line, { kind: 'age', young: value });
    this.log.task(pid).own = page;
  }

  /** Something other than a look of reclaim cleared the bit. */
  private cleared(page: PageLog, caller: string, young: Young, pid: number): void {
    const { log } = this;
    if (LOOKS.includes(caller)) {
      // The log lacks the answer, so that an eviction may have asked for it.
      log.task(pid).condemned = undefined;
      this.unbegun.set(pid, {
        line: young.line,
        address: page.address,
        vma: undefined,
        page,
        unseen: page.uses.unseen,
        young,
        answered: false,
      });
      return this.ages(page, young, pid);
    }
    this.unbegun.delete(pid);
    const { value, line } = young;
    this.log.task(pid).read = {
      address: page.address,
      caller,
      young,
      page,
      unseen: page.uses.unseen,
    };
    page.frame = young.frame;
    const who = caller === '' ? 'somebody' : `${caller}()`;
    page.uses.happened(line, `${who} finds the PTE ${value ? 'young' : 'old'}`);
    switch (caller) {
      case 'clear_refs_pte_range':
        log.observe(page, line, { kind: 'clear-refs', young: value });
        return page.uses.forget('cpu', 'device');
      case 'madvise_cold_or_pageout_pte_range':
        log.observe(page, line, { kind: 'cold', young: value });
        return page.uses.forget('cpu');
      case '':
        log.observe(page, line, { kind: 'cleared', young: value });
        page.uses.forget('cpu', 'device');
        break;
      default:
        if (MARKERS.includes(caller)) {
          log.observe(page, line, { kind: 'mark', young: value });
          break;
        }
        log.observe(page, line, { kind: 'pass', young: value });
        if (value) page.uses.heard();
    }
    log.task(pid).own = page;
  }

  /* __mmu_notifier_clear_flush_young() and its kin are entered. */
  called(line: LogLine): void {
    const { event } = line;
    const start = numberField(event, 'start') ?? numberField(event, 'addr');
    if (start === undefined) return;
    const end = numberField(event, 'end') ?? start + 1;
    const mapping = this.look(line)?.at(-1);
    const space = this.log.spaceOf(field(event, 'mm') ?? '', start, end, event.line);
    if (space === undefined) return;
    space.workers.add(event.pid);
    if (event.name !== 'test_young') showsSize(this.log, space, { start, end }, event.line);
    if (mapping?.page && mapping.page.space !== space) {
      elsewhere(mapping);
      mapping.page = undefined;
    }
    if (mapping !== undefined && mapping.page === undefined) {
      mapping.page = this.log.track(space, mapping.address);
      if (mapping.page && mapping.young) this.ages(mapping.page, mapping.young, event.pid);
    }
    if (mapping?.page?.space === space) mapping.page.vma = mapping.vma;
    if (mapping !== undefined) this.unread(mapping, line, start, end);
    this.settle(event.pid, space, start, end);
    const { own } = this.log.task(event.pid);
    const pages = this.log.pagesOf(space, start, end);
    // The lru_gen_look_around() of 6.12 calls the notifier a second time for the page of the look,
    // inside its loop.
    const wide = isWide(space, start, end);
    if (wide) this.log.isWide = true;
    const again = mapping?.answered === true && pages.length === 1 && pages[0] === mapping.page;
    const tests = event.name === 'test_young' || again;
    const isOwn = own !== undefined && pages.includes(own) && !tests;
    if (mapping !== undefined && isOwn && own === mapping.page) mapping.answered = true;
    const name = tests ? 'test_young' : event.name;
    this.log.open({ name, pages, own: isOwn ? own : undefined, wide }, event);
  }

  /**
   * A notifier call shows that the young bit which the task has just read belongs to one of our
   * pages.
   */
  private settle(pid: number, space: Space, start: number, end: number): void {
    const task = this.log.task(pid);
    const { read } = task;
    task.read = undefined;
    if (read !== undefined) this.log.byAddress.proved(read.young.line);
    if (read && read.page.space !== space && elsewhere(read)) task.pending = read;
    const { pending } = task;
    task.pending = undefined;
    if (pending === undefined || pending.address < start || pending.address >= end) return;
    const page = this.log.track(space, pending.address);
    // Another task may have shown that in the meantime.
    if (!page || page.lastLine > pending.young.line) return;
    this.cleared(page, pending.caller, pending.young, pid);
  }

  /* kvm_age_gfn() returns. */
  harvested(line: LogLine): void {
    const call = this.log.notification({ entry: undefined, outer: line.outer });
    if (call !== undefined) this.harvest(call, line.event, numberField(line.event, 'ret'));
  }

  private harvest(call: Notification, { line }: LogEvent, returns: number | undefined): void {
    if (call.name === 'test_young') {
      if (call.wide) return;
      for (const page of call.pages) this.tested(page, line, returns);
      return;
    }
    if (call.harvested) return;
    call.harvested = true;
    // For several pages the return value says whether any was young.
    const said = call.wide && returns !== 0 ? undefined : returns;
    for (const page of call.pages) {
      const young = hasChanged(this.log, call, page, returns);
      if (page === call.own) {
        this.log.observe(page, line, { kind: 'harvest', young, returned: said });
        saysSmall(call, page, line);
      } else if (call.wide) {
        this.log.observe(page, line, { kind: 'neighbour', young, returned: said });
        if (young) takenByNeighbour(page, line);
      }
    }
  }

  /** A test at an address of a huge page tells only of the small entry there. */
  private tested(page: PageLog, line: number, returns: number | undefined): void {
    const isSome = page.smallEntries.size > 0 && returns === 0;
    this.log.observe(page, line, { kind: 'test', returned: isSome ? undefined : returns });
  }

  /* The notifier call returns. */
  answered(line: LogLine): void {
    const call = this.log.notification(line);
    if (call === undefined) return unopened(this.log, this.look(line)?.at(-1), line);
    const { event } = line;
    const returns = numberField(event, 'ret');
    if (call.name === 'test_young') {
      for (const page of call.pages) this.tested(page, event.line, returns);
      return;
    }
    if (call.changed.size > 0) this.harvest(call, event, undefined);
    const { own } = call;
    if (own === undefined) return this.unasked(call, line);
    this.log.observe(own, event.line, { kind: 'answer', call: call.name, returned: returns });
    const isUnbegun = this.unbegun.get(event.pid)?.page === own;
    if (!isUnbegun && !isInLook(line)) {
      this.log.observe(own, event.line, { kind: 'end', of: 'look' });
      if (returns && !MARKERS.includes(returned(event)?.caller ?? '')) own.uses.heard();
      own.uses.happened(event.line, `${call.name} answers ${returns}`);
    }
  }

  /** A page was aged, but the log lacks the begin. */
  private unasked({ pages, wide }: Notification, { event, entry }: LogLine): void {
    const start = (entry && numberField(entry, 'start')) ?? 0;
    for (const page of pages) {
      if (wide && !page.isIn(start, start + 1)) continue;
      this.log.observe(page, event.line, { kind: 'gone' });
      page.uses.gone();
    }
  }

  /**
   * shrink_folio_list() unmaps pages that it finds unreferenced. shrink_active_list() only looks.
   */
  private condemns({ event, entry }: LogLine, mappings: readonly Mapping[], count = 0): void {
    const keeps = count !== 0 || returned(event)?.caller === 'shrink_active_list';
    this.log.task(event.pid).condemned = keeps
      ? []
      : entry && mappings.flatMap(({ page }) => page ?? []);
  }

  /* folio_referenced() returns. */
  reported(line: LogLine): void {
    const begun = this.look(line);
    const unbegun = this.unbegun.get(line.event.pid);
    this.unbegun.delete(line.event.pid);
    const mappings = begun ?? (unbegun === undefined ? [] : [unbegun]);
    const count = numberField(line.event, 'ret');
    this.condemns(line, mappings, count);
    if (count === undefined || count < 0) return;
    const referenced = count > 0 ? 1 : 0;
    const isOne = begun?.length === 1;
    for (const { page, young } of mappings) {
      if (page === undefined || young === undefined) continue;
      // With several mappings the answer is about all of them.
      const own = isOne || !referenced ? referenced : undefined;
      this.log.observe(page, line.event.line, { kind: 'report', referenced: own });
      const text = `folio_referenced() reports it ${referenced ? 'referenced' : 'unreferenced'}`;
      page.uses.lookEnds(line.event.line, referenced, text);
    }
  }
}
