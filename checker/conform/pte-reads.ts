/**
 * Reads of PTEs. Their lines name an address and, if the capture has it, a vma. Other processes
 * have pages at the same address, and no such line names an mm.
 */
import type { Call, LogEvent } from './ftrace/index.ts';
import { field, numberField } from './ftrace/index.ts';
import type { Log, LogLine } from './log.ts';
import { isInLook } from './log.ts';
import { worksOn } from './mapping.ts';
import type { PageLog } from './page-log.ts';
import { pageOf } from './page-log.ts';
import { frameOf } from './spte.ts';

/** These functions clear the bit for idle page tracking, and leave PG_young for reclaim. */
export const MARKERS = ['damon_ptep_mkold', 'damon_pmdp_mkold', 'page_idle_clear_pte_refs_one'];
/** The callers that belong to a look of reclaim, even if no line tells of the look. */
export const LOOKS = ['folio_referenced_one', 'page_referenced_one'];

/** Only looks of reclaim call these. */
const LOOKING = ['ptep_clear_flush_young', 'pmdp_clear_flush_young'];

/** The page whose PTE a task reads, by the begin of the read. */
export function pageOfPte(
  log: Log,
  entry: LogEvent,
  { outer }: Pick<Call, 'outer'>,
): PageLog | undefined {
  const address = numberField(entry, 'addr');
  if (address === undefined) return undefined;
  const page = log.mappedAt(address, field(entry, 'vma'), entry.pid);
  if (page === undefined && !isInLook({ outer })) doubt(log.pageAt(address, entry.pid), entry);
  return page;
}

/**
 * Another vma than ours has a page at the address. If that is the frame of our page, or if nobody
 * knows, our vma may have been split. Then the uses before the read count no more.
 */
function doubt(page: PageLog | undefined, entry: LogEvent): void {
  const frame = frameOf(field(entry, 'pte') ?? field(entry, 'pmd'));
  const isKnown = page?.frame !== undefined && frame !== undefined;
  const isOther = isKnown && page.firstFrame(frame) !== page.frame;
  if (page !== undefined && worksOn(page.space, entry) && !isOther) page.uses.gone();
}

/** A read is taken for one of a page. If no line shows that, it is counted. */
export function taken({ byAddress }: Log, page: PageLog, entry: LogEvent, line: number): void {
  const isShown = page.vma !== undefined && page.vma === field(entry, 'vma');
  if (!isShown && !page.space.marked) byAddress.taken(line);
}

/* damon_ptep_mkold() or its kin is entered. */
export function marks(log: Log, { event }: LogLine): void {
  const address = numberField(event, 'addr');
  if (address === undefined) return;
  log.task(event.pid).marking = { address: pageOf(address), by: event.name };
}

/** Finds who reads the young bit of a PTE, by earlier lines. Empty if these do not tell. */
export function callerOf(log: Log, { event, entry, outer }: LogLine, address: number): string {
  const task = log.task(event.pid);
  const { marking } = task;
  task.marking = undefined;
  if (LOOKING.includes(entry?.name ?? '')) return LOOKS[0];
  if (isInLook({ outer })) return 'lru_gen_look_around';
  if (task.cooling) return 'madvise_cold_or_pageout_pte_range';
  return marking?.address === pageOf(address) ? marking.by : '';
}
