/** Reads the runs of kernel operations off a log: what each did to its page, and in which order. */
import type { ProgramName } from '../../../model/system.ts';
import type { Call, LogEvent } from '../ftrace/index.ts';
import { MARKER, entryOf, field, lowBits, numberField, returned } from '../ftrace/index.ts';
import type { Log } from '../log.ts';
import { pageOf } from '../page-log.ts';
import { isTablePmd } from '../spte.ts';
import type { Run, Seen, Told } from './run.ts';
import { OVER_MANY, concerns, isWhole, wordOf } from './run.ts';

const PTE_YOUNG = 0x20;

/** The operations of the functions that read a young bit. */
const READERS: readonly (readonly [RegExp, ProgramName])[] = [
  [/^(?:folio|page)_referenced_one/, 'age'],
  [/^(?:damon_p(?:te|md)p_mkold|page_idle_clear_pte_refs_one)/, 'idle'],
  [/^clear_refs_pte_range/, 'clear-refs'],
  [/^madvise_cold_or_pageout_pte_range/, 'cold'],
  [/^(?:walk_p|lru_gen_)/, 'walk'],
];

/** The operations of the functions that call __mmu_notifier_invalidate_range_start(). */
const INVALIDATORS: readonly (readonly [RegExp, ProgramName])[] = [
  [/^(?:page|folio|page_vma|pfn)_mk(?:clean|write)/, 'write-protect'],
  [/^copy_p/, 'fork'],
  [/^collapse_huge_page/, 'collapse'],
];

const operationIn = (
  table: readonly (readonly [RegExp, ProgramName])[],
  name: string,
): ProgramName | undefined => table.find(([pattern]) => pattern.test(name))?.[1];

/** Notifier calls, each with its step. */
const CALLS: Readonly<Record<string, string>> = {
  clear_flush_young: 'clear_flush_young',
  clear_young: 'clear_young',
  flush_young: 'flush_young',
  invalidate_range: 'invalidate',
  arch_invalidate_secondary_tlbs: 'invalidate',
};

/** Operations of which no line tells the end. */
const ENDLESS: readonly (ProgramName | undefined)[] = ['walk', 'idle', 'cold', 'clear-refs'];

/** Operations that take steps behind the end of their invalidation. */
const GOES_ON: readonly (ProgramName | undefined)[] = ['unmap', 'fork'];

/** The most runs that a task has open. */
const MOST_OPEN = 256;

/** Lines of these events show that the mm has a secondary MMU. */
const SECONDARY = [...Object.keys(CALLS), 'invalidate_range_start', 'test_young'];

const toldBy = (event: LogEvent): Told => ({
  start: numberField(event, 'start') ?? 0,
  end: numberField(event, 'end') ?? 0,
});

/** A run of which nothing is known yet. */
const BEGUN = { young: undefined, reached: false, isStarted: false } as const;

export class OperationReader {
  private readonly log: Log;
  private readonly kinds = new Map<string, Seen>();
  /** The runs that each task has begun. */
  private readonly open = new Map<number, Run[]>();
  private readonly handlers: Readonly<Record<string, (event: LogEvent, call: Call) => void>>;

  constructor(log: Log) {
    this.log = log;
    const closes = ({ pid }: LogEvent): void => this.close(pid);
    const reads = (event: LogEvent, { entry }: Call): void => this.read(event, entry);
    this.handlers = {
      folio_referenced: closes,
      folio_referenced_ret: closes,
      page_fault_user: closes,
      handle_mm_fault: closes,
      folio_referenced_one: (event) => this.beginsAt(event, 'age'),
      try_to_unmap_one: (event) => this.beginsAt(event, 'unmap'),
      try_to_unmap_one_ret: (event) => this.unmapped(event),
      ptep_clear_flush_young_ret: reads,
      ptep_test_and_clear_young_ret: reads,
      pmdp_clear_flush_young_ret: reads,
      pmdp_test_and_clear_young_ret: reads,
      ptep_clear_flush: (event) => this.cleared(event),
      tlb_flush: (event) => this.flushed(event),
      invalidate_range_start: (event) => this.invalidates(event),
      invalidate_range_start_ret: (event) => this.invalidating(event),
      invalidate_range_end: (event) => this.invalidated(event),
      [MARKER]: (event) => this.marked(event),
    };
  }

  take(event: LogEvent, call: Call): void {
    const step = CALLS[event.name];
    if (step !== undefined) this.step(event.pid, step, toldBy(event));
    else this.handlers[event.name]?.(event, call);
  }

  /** Events were lost, so that what is under way may have had steps that the log lacks. */
  forget(): void {
    this.open.clear();
  }

  /** The runs so far, those that look alike as one. */
  get seen(): Seen[] {
    return [...this.kinds.values()];
  }

  /** The space of the page that a run is about. */
  private spaceOf({ address, mm, vma, pid }: Run) {
    if (mm !== undefined) return this.log.known(mm);
    if (address === undefined) return this.log.spaceOfTask(pid);
    return this.log.mappedAt(address, vma, pid)?.space;
  }

  /** Counts runs that are over, if the log has shown a secondary MMU by then. */
  private finish(runs: readonly Run[]): void {
    if (!SECONDARY.some((name) => this.log.seen.has(name))) return;
    for (const run of runs) {
      const { operation, young, words, reached, isStarted, pid } = run;
      const space = this.spaceOf(run);
      if (space === undefined || operation === undefined || !reached) continue;
      const isOwn = space.pids.has(pid);
      const seen = { operation, young, words, isOwn, isStarted };
      const key = JSON.stringify(seen);
      const known = this.kinds.get(key);
      if (known === undefined) this.kinds.set(key, { ...seen, times: 1 });
      else known.times++;
    }
  }

  private of(pid: number): Run[] {
    return this.open.get(pid) ?? [];
  }

  private close(pid: number): void {
    this.finish(this.of(pid));
    this.open.delete(pid);
  }

  /** A task begins a run. It ends the others, but a walk may begin within a look. */
  private begin(run: Run): void {
    const before = this.of(run.pid);
    const goesOn = before.every(({ operation, address }) => {
      const isLook = operation === 'age' && run.operation === 'walk';
      return isLook || (operation === run.operation && address !== undefined);
    });
    if (!goesOn) {
      this.close(run.pid);
      this.open.set(run.pid, [run]);
      return;
    }
    const again = before.filter(
      ({ operation, address }) => operation === run.operation && address === run.address,
    );
    this.finish(again);
    const kept = before.filter((other) => !again.includes(other));
    const over = kept.splice(0, kept.length - MOST_OPEN + 1);
    // Where an operation flushes behind the last of more pages, that is not seen for the first.
    if (!OVER_MANY.includes(run.operation)) this.finish(over);
    this.open.set(run.pid, [...kept, run]);
  }

  /** A function is entered that works on a mapping of one page. */
  private beginsAt(event: LogEvent, operation: ProgramName): void {
    this.close(event.pid);
    const address = numberField(event, 'addr');
    if (address === undefined) return;
    const { pid } = event;
    const about = { operation, address: pageOf(address), vma: field(event, 'vma'), pid };
    this.begin({ ...about, ...BEGUN, words: [] });
  }

  /** A young bit was tested and cleared. */
  private read(event: LogEvent, entry: LogEvent | undefined): void {
    const at = entry && numberField(entry, 'addr');
    if (at === undefined || entry === undefined) return;
    const pmd = field(entry, 'pmd');
    if (isTablePmd(pmd)) return;
    const { pid } = event;
    const address = pageOf(at);
    const bits = lowBits(field(entry, 'pte') ?? pmd) ?? 0;
    const young = (numberField(event, 'ret') ?? bits & PTE_YOUNG) !== 0;
    const isLook = entryOf(event.name).endsWith('_clear_flush_young');
    const caller = returned(event)?.caller ?? (isLook ? 'folio_referenced_one' : '');
    const look = this.of(pid).find((run) => run.operation === 'age' && run.address === address);
    const operation = operationIn(READERS, caller);
    // A look at a PMD flushes before the line that tells what it has found.
    if (look !== undefined && (!look.reached || (isLook && look.young === undefined))) {
      Object.assign(look, { young, reached: true });
      return;
    }
    // The multi-gen LRU of 6.1 reads the PTE a second time.
    if (look !== undefined && operation === 'age') return;
    if (operation === undefined) return this.close(pid);
    const vma = look?.vma;
    const found = { ...BEGUN, young, reached: true };
    this.begin({ operation, address, vma, pid, ...found, words: [] });
  }

  /** A call is made for each page of its range, by the run that came to the page last. */
  private step(pid: number, name: string, told: Told): void {
    const runs = this.of(pid);
    const latest = new Map(runs.map((run) => [run.address, run]));
    for (const run of latest.values()) {
      if (!isWhole(told) && !concerns(run, told)) continue;
      this.takes(run, wordOf(run, name, told));
    }
  }

  private takes(run: Run, word: string): void {
    // An operation on many pages of which no line names one may take a step for each.
    if (run.address === undefined && run.words.includes(word)) return;
    run.words.push(word);
    run.reached = true;
  }

  /*
   * tlb_flush: a CPU flushes entries of the mm that it runs. Behind an operation without an end
   * that may be of another mm.
   */
  private flushed({ pid, text }: LogEvent): void {
    if (!/shootdown|ipi send/.test(text)) return;
    const runs = this.of(pid).filter(
      (run) => !ENDLESS.includes(run.operation) || this.spaceOf(run)?.pids.has(pid),
    );
    const isMany = OVER_MANY.includes(runs.at(-1)?.operation);
    for (const run of isMany ? runs : runs.slice(-1)) {
      if (run.words.at(-1) !== 'flush-tlb') this.takes(run, 'flush-tlb');
    }
  }

  /* ptep_clear_flush(): the PTE is cleared, and the CPUs' TLBs are flushed. */
  private cleared(event: LogEvent): void {
    const run = this.of(event.pid).at(-1);
    const address = pageOf(numberField(event, 'addr') ?? -1);
    if (run === undefined || !concerns(run, { start: address, end: address + 1 })) return;
    const bits = lowBits(field(event, 'pte'));
    run.young ??= bits === undefined ? undefined : (bits & PTE_YOUNG) !== 0;
    this.takes(run, 'flush-tlb');
  }

  /* try_to_unmap_one() returns. */
  private unmapped(event: LogEvent): void {
    // What was not unmapped has run a part of its program.
    if (numberField(event, 'ret') === 0) this.open.delete(event.pid);
    for (const run of this.of(event.pid)) run.reached = true;
    this.close(event.pid);
  }

  /* __mmu_notifier_invalidate_range_start() is entered. */
  private invalidates(event: LogEvent): void {
    const { pid } = event;
    const unmapping = this.of(pid).find(({ operation }) => operation === 'unmap');
    if (unmapping !== undefined) {
      unmapping.isStarted = true;
      return;
    }
    // A fork goes over several ranges, and flushes behind the last.
    if (this.of(pid).at(-1)?.operation === 'fork') this.open.delete(pid);
    this.close(pid);
    const of = { operation: undefined, address: undefined, about: toldBy(event), vma: undefined };
    const found = { ...BEGUN, reached: true, isStarted: true };
    this.begin({ ...of, mm: field(event, 'mm'), pid, ...found, words: [] });
  }

  /* __mmu_notifier_invalidate_range_start() returns: its caller tells the operation. */
  private invalidating(event: LogEvent): void {
    const caller = returned(event)?.caller ?? '';
    const run = this.of(event.pid).at(-1);
    if (run?.about !== undefined) run.operation ??= operationIn(INVALIDATORS, caller);
  }

  /* __mmu_notifier_invalidate_range_end(): up to 6.5 it flushes, too, where only_end is 0. */
  private invalidated(event: LogEvent): void {
    const run = this.of(event.pid).at(-1);
    if (run === undefined) return;
    const isTold = run.words.some((word) => word.startsWith('invalidate'));
    if (!isTold && numberField(event, 'only_end') === 0) {
      this.step(event.pid, 'invalidate', toldBy(event));
    }
    if (!GOES_ON.includes(run.operation)) this.close(event.pid);
  }

  /* A program's marker: what its task has begun is over. */
  private marked({ pid, text }: LogEvent): void {
    this.close(pid);
    if (!text.startsWith('MADV_COLD begin')) return;
    const about = { operation: 'cold', address: undefined, vma: undefined, pid } as const;
    this.begin({ ...about, ...BEGUN, words: [] });
  }
}
