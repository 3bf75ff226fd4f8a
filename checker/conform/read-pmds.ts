/** Reads PMDs that map huge pages: who clears their young bits, and how they come and go. */
import type { LogEvent } from './ftrace/index.ts';
import { field, numberField, returned } from './ftrace/index.ts';
import { hugeOf } from './huge-page.ts';
import type { Log, LogLine } from './log.ts';
import { HUGE_SIZE, PARTS } from './page-log.ts';
import type { PageLog } from './page-log.ts';
import type { LookReader } from './read-looks.ts';
import { becomesHuge, endsHuge } from './size-changes.ts';
import { frameOf, isTablePmd, isYoungPte } from './spte.ts';

/** The order of a huge page. Since khugepaged makes smaller ones, too, its line has an order. */
const ORDER = Math.log2(PARTS);

const isLook = ({ name }: LogEvent): boolean => name === 'pmdp_clear_flush_young';

export class PmdReader {
  private readonly log: Log;
  private readonly looks: LookReader;
  /** Looks of which a line has shown what they found. */
  private readonly shown = new WeakSet<LogEvent>();

  constructor(log: Log, looks: LookReader) {
    this.log = log;
    this.looks = looks;
  }

  /*
   * pmdp_clear_flush_young() or pmdp_test_and_clear_young() returns. The first may call the second,
   * and flushes before it returns.
   */
  read(line: LogLine): void {
    const entry = line.outer.findLast(isLook) ?? line.entry;
    if (entry !== undefined) this.finds(line, entry, numberField(line.event, 'ret'));
  }

  /* Secondary TLBs are told to flush. A look at a PMD does that only if it has found it young. */
  flushes(line: LogLine): void {
    const entry = line.outer.findLast(isLook);
    if (entry !== undefined) this.finds(line, entry, 1);
  }

  private finds(line: LogLine, entry: LogEvent, returns: number | undefined): void {
    const [address, pmd] = [numberField(entry, 'addr'), field(entry, 'pmd')];
    if (address === undefined || this.shown.has(entry)) return;
    this.shown.add(entry);
    // The multi-gen LRU clears the young bits of PMDs that lead to tables, too.
    if (isTablePmd(pmd)) return;
    const value = returns === undefined ? undefined : returns === 0 ? 0 : 1;
    const young = { value, line: line.event.line, frame: frameOf(pmd) } as const;
    const caller = isLook(entry) ? undefined : returned(line.event)?.caller;
    this.looks.finds(line, { entry, address, young, caller, isHuge: true });
  }

  /*
   * __split_huge_pmd() or split_huge_pmd_locked() is entered. An eviction also splits what it
   * unmaps, and its end is told by try_to_unmap_one().
   */
  splits({ event, outer }: LogLine): void {
    const address = numberField(event, 'addr');
    if (address === undefined || outer.some(({ name }) => name === 'try_to_unmap_one')) return;
    const page = this.log.mappedAt(address, field(event, 'vma'), event.pid);
    if (page?.isHuge !== true) return;
    const parts = endsHuge(this.log, page, event.line, true);
    const pmd = field(event, 'pmd');
    // What is frozen is about to move, and has no PTE until then.
    const isKept = numberField(event, 'freeze') === 0 && !isTablePmd(pmd);
    this.log.task(event.pid).splitting = { parts, isYoung: isKept && isYoungPte(pmd) };
  }

  /* __mmu_notifier_invalidate_range_end() of a split: each PTE is as young as the PMD was. */
  isSplit({ event }: LogLine): void {
    const task = this.log.task(event.pid);
    const { splitting } = task;
    task.splitting = undefined;
    if (splitting === undefined || !splitting.isYoung) return;
    for (const part of splitting.parts) this.isYoung(part, event.line);
  }

  /* __mmu_notifier_invalidate_range_start() is entered. It may be that of a collapse. */
  begins({ event }: LogLine): void {
    const [start, end] = ['start', 'end'].map((name) => numberField(event, name) ?? 0);
    const isHuge = start === hugeOf(start) && end - start === HUGE_SIZE;
    const space = isHuge
      ? this.log.spaceOf(field(event, 'mm') ?? '', start, end, event.line)
      : undefined;
    const { pid } = event;
    this.log.task(pid).collapsing = space && { space, address: start, isTaken: false };
  }

  /* pmdp_collapse_flush(): the table of PTEs is taken, so that its pages can become one. */
  takesTable({ event }: LogLine): void {
    const { collapsing } = this.log.task(event.pid);
    if (collapsing === undefined || numberField(event, 'addr') !== collapsing.address) return;
    collapsing.isTaken = true;
    const { space, address } = collapsing;
    for (const page of this.log.pagesOf(space, address, address + HUGE_SIZE)) {
      this.log.observe(page, event.line, { kind: 'gone', toCollapse: true });
      page.uses.gone();
    }
    // What the secondary is told from here on is no unmap.
    this.log.task(event.pid).range = undefined;
  }

  /*
   * huge_memory:mm_collapse_huge_page: a collapse is over. The PMD is made young, whatever its
   * pages were.
   */
  collapsed({ event }: LogLine): void {
    const task = this.log.task(event.pid);
    const { collapsing } = task;
    task.collapsing = undefined;
    if (collapsing === undefined || field(event, 'status') !== 'succeeded') return;
    if ((numberField(event, 'order') ?? ORDER) !== ORDER) return;
    if (!collapsing.isTaken && this.log.seen.has('pmdp_collapse_flush')) return;
    const { space, address } = collapsing;
    const page = becomesHuge(this.log, space, address, event.line, true);
    if (page === undefined) return;
    page.uses.gone();
    page.uses.happened(event.line, 'pages of 4 KiB become one of 2 MiB, whose PMD is young');
    this.isYoung(page, event.line);
    this.log.observe(page, event.line, { kind: 'collapse' });
  }

  /** The PTE or PMD of a page was made young, and no line tells of the page since. */
  private isYoung(page: PageLog, line: number): void {
    if (this.log.isUnknown(page)) {
      this.log.observe(page, line, { kind: 'state', present: 1, young: 1 });
    }
  }
}
