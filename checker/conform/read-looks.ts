/** Reads looks of reclaim, everything else that clears a young bit, and their notifier calls. */
import type { LogEvent } from './ftrace/index.ts';
import { field, lowBits, numberField, returned, word } from './ftrace/index.ts';
import type { Use } from './missed.ts';
import type { LogLine, Log, Notification } from './log.ts';
import { isInLook } from './log.ts';
import type { Young } from './tasks.ts';
import type { Bit } from './observation.ts';
import { HIDDEN } from './observation.ts';
import type { Mapping } from './mapping.ts';
import { elsewhere, oneOfTwo, takenByNeighbour } from './mapping.ts';
import { unopened, worksOn, zappedYoung } from './mapping.ts';
import type { PageLog, Space } from './page-log.ts';
import { pageOf } from './page-log.ts';
import { LOOKS, MARKERS, callerOf, pageOfPte, taken } from './pte-reads.ts';
import { isShadow } from './secondary.ts';
import { frameOf, isAged, isPresent, isYoung, isYoungPte } from './spte.ts';

/** A look at a huge page asks for all of it. KVM then may have any entries for it. */
const HUGE = 2 ** 21;

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
    const young = returns === undefined ? isYoungPte(pte) : returns !== 0;
    const at: Young = { value: young ? 1 : 0, line: event.line, frame: frameOf(pte) };
    const caller = returned(event)?.caller ?? callerOf(this.log, { event, entry, outer }, address);
    const mapping = this.look({ event, entry: undefined, outer })?.at(-1);
    if (mapping !== undefined && pageOf(mapping.address) === pageOf(address)) {
      return this.looksAt(mapping, at, event.pid);
    }
    const page = pageOfPte(this.log, entry, { outer });
    if (page && worksOn(page.space, event)) {
      if (!LOOKS.includes(caller)) taken(this.log, page, entry, at.line);
      this.cleared(page, caller, at, event.pid);
    } else this.log.task(event.pid).pending = { address, caller, young: at };
  }

  private looksAt(mapping: Mapping, young: Young, pid: number): void {
    // The multi-gen LRU of 6.1 reads the PTE twice, and has cleared the bit by the second time.
    if (mapping.young !== undefined) return;
    mapping.young = young;
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
    if (end - start >= HUGE && isShadow(this.log.seen)) this.huge(space, event, start, end);
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
    const wide = pageOf(end - 1) !== pageOf(start);
    if (wide) this.log.isWide = true;
    const again = mapping?.answered === true && pages.length === 1 && pages[0] === mapping.page;
    const tests = event.name === 'test_young' || again;
    const isOwn = own !== undefined && pages.includes(own) && !tests;
    if (mapping !== undefined && isOwn && own === mapping.page) mapping.answered = true;
    this.log.open(
      {
        name: tests ? 'test_young' : event.name,
        pages,
        own: isOwn ? own : undefined,
        wide,
        changed: new Set(),
        harvested: false,
        zapped: new Set(),
      },
      event,
    );
  }

  private huge(space: Space, { line }: LogEvent, start: number, end: number): void {
    this.log.track(space, start);
    for (const page of this.log.pagesOf(space, start, end)) this.log.leave(page, line, 'huge');
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

  /* kvm_tdp_mmu_spte_changed inside a notifier call. */
  spteChanged(line: LogLine): void {
    const call = this.log.notification(line);
    const gfn = Number.parseInt(word(line.event, 'gfn') ?? '', 16);
    if (call === undefined || Number.isNaN(gfn)) return;
    const before = lowBits(word(line.event, 'old_spte')) ?? 0;
    const after = lowBits(word(line.event, 'new_spte')) ?? 0;
    if (!isPresent(before)) return;
    const isChanged =
      call.name === 'invalidate_range_start' ? !isPresent(after) : isAged(before, after);
    if (isChanged) call.changed.add(gfn);
    if (call.name !== 'invalidate_range_start' && word(line.event, 'level') !== '1') {
      for (const page of call.pages) this.log.leave(page, line.event.line, 'huge');
    }
    if (call.wide) return oneOfTwo(this.log, call, line, gfn);
    const [page, second] = call.pages;
    if (page === undefined || second !== undefined) return;
    this.isAtFrame(page, gfn, line.event.line);
    page.hasEntry = isPresent(after);
    if (!isPresent(after) && isYoung(word(line.event, 'old_spte'))) zappedYoung(page, line);
  }

  /** A call about one page shows its guest frame. The log may have had another page there. */
  private isAtFrame(page: PageLog, gfn: number, line: number): void {
    const { gfns } = page.space;
    const before = gfns.get(gfn) ?? page;
    gfns.set(gfn, page);
    if (before === page) return;
    for (const each of [before, page]) this.log.leave(each, line, 'memslot');
  }

  /** Whether the secondary's entry of a page changed in a call. Undefined if no line tells. */
  changed(call: Notification, page: PageLog, returns: number | undefined): Bit | undefined {
    if (this.log.seen.has('kvm_tdp_mmu_spte_changed')) {
      const own = [...call.changed].some((gfn) => page.space.gfns.get(gfn) === page);
      return own ? 1 : 0;
    }
    if (returns === undefined || (returns !== 0 && call.wide)) return undefined;
    return returns === 0 ? 0 : 1;
  }

  /* kvm_age_gfn() returns. */
  harvested(line: LogLine): void {
    const call = this.log.notification({ entry: undefined, outer: line.outer });
    if (call !== undefined) this.harvest(call, line.event, numberField(line.event, 'ret'));
  }

  private harvest(call: Notification, { line }: LogEvent, returns: number | undefined): void {
    if (call.name === 'test_young') {
      if (call.wide) return;
      for (const page of call.pages)
        this.log.observe(page, line, { kind: 'test', returned: returns });
      return;
    }
    if (call.harvested) return;
    call.harvested = true;
    // For several pages the return value says whether any was young.
    const said = call.wide && returns !== 0 ? undefined : returns;
    for (const page of call.pages) {
      const young = this.changed(call, page, returns);
      if (page === call.own)
        this.log.observe(page, line, { kind: 'harvest', young, returned: said });
      else if (call.wide) {
        this.log.observe(page, line, { kind: 'neighbour', young, returned: said });
        if (young) takenByNeighbour(page, line);
      }
    }
  }

  /* The notifier call returns. */
  answered(line: LogLine): void {
    const call = this.log.notification(line);
    if (call === undefined) return unopened(this.log, this.look(line)?.at(-1), line);
    const { event } = line;
    const returns = numberField(event, 'ret');
    if (call.name === 'test_young') {
      for (const page of call.pages)
        this.log.observe(page, event.line, { kind: 'test', returned: returns });
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
    const start = pageOf((entry && numberField(entry, 'start')) ?? 0);
    for (const page of pages) {
      if (wide && page.address !== start) continue;
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
