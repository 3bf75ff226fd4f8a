/**
 * What a notifier call changes of KVM's own page table. KVM may map a huge page by one entry or by
 * entries of 4 KiB. Any young one is the page's young bit.
 */
import { lowBits, word } from './ftrace/index.ts';
import { pageOfGfn } from './huge-page.ts';
import type { Log, LogLine } from './log.ts';
import type { Notification } from './notification.ts';
import { oneOfTwo, zappedYoung } from './mapping.ts';
import type { Bit } from './observation.ts';
import type { PageLog } from './page-log.ts';
import { PARTS } from './page-log.ts';
import { isAged, isPresent, isTable, isYoung } from './spte.ts';

/** The level of an entry that maps 2 MiB. An entry of the level above maps 1 GiB. */
export const PMD_LEVEL = 2;

export const levelOf = ({ event }: LogLine): number => Number(word(event, 'level'));

/* kvm_tdp_mmu_spte_changed inside a notifier call. */
export function entryChanged(log: Log, line: LogLine): void {
  const { event } = line;
  const call = log.notification(line);
  const gfn = Number.parseInt(word(event, 'gfn') ?? '', 16);
  if (call === undefined || Number.isNaN(gfn)) return;
  const [before, after] = ['old_spte', 'new_spte'].map((name) => lowBits(word(event, name)) ?? 0);
  const level = levelOf(line);
  if (!isPresent(before) || (level > 1 && isTable(before))) return;
  if (level > PMD_LEVEL) for (const page of call.pages) log.leave(page, event.line, 'huge');
  const isZap = call.name === 'invalidate_range_start';
  if (isZap ? !isPresent(after) : isAged(before, after)) call.changed.add(gfn);
  if (call.wide) return oneOfTwo(log, call, line, gfn);
  const [page, second] = call.pages;
  if (page === undefined || second !== undefined) return;
  if (level > 1 && !page.isHuge) return log.leave(page, event.line, 'part');
  isAtFrame(log, page, gfn, line);
  page.hasEntry = isPresent(after);
  if (isPresent(after) || !isYoung(word(event, 'old_spte'))) return;
  zappedYoung(call, page, line);
}

/** A call about one page shows its guest frames. The log may have had another page there. */
function isAtFrame(log: Log, page: PageLog, gfn: number, line: LogLine): void {
  const before = pageOfGfn(page.space, gfn) ?? page;
  page.space.gfns.set(gfn, page);
  if (levelOf(line) > 1) mapsWhole(page, gfn);
  else if (page.isHuge) page.hasSmallEntry(gfn);
  if (before === page) return;
  for (const each of [before, page]) log.leave(each, line.event.line, 'memslot');
}

/** One entry of KVM maps all of a huge page. */
export function mapsWhole(page: PageLog, gfn: number): void {
  const first = gfn - (gfn % PARTS);
  page.firstGfn = first;
  page.smallEntries.clear();
  page.space.gfns.set(first, page);
}

/** Whether the secondary's entry of a page changed in a call. Undefined if no line tells. */
export function hasChanged(
  log: Log,
  call: Notification,
  page: PageLog,
  returns: number | undefined,
): Bit | undefined {
  if (log.seen.has('kvm_tdp_mmu_spte_changed')) {
    return [...call.changed].some((gfn) => pageOfGfn(page.space, gfn) === page) ? 1 : 0;
  }
  if (returns === undefined || (returns !== 0 && call.wide)) return undefined;
  return returns === 0 ? 0 : 1;
}

/** Says which entries of a huge page were young, if KVM maps it by small ones. */
export function saysSmall({ changed }: Notification, page: PageLog, line: number): void {
  const { smallEntries, uses } = page;
  const young = [...changed].filter((gfn) => smallEntries.has(gfn)).length;
  if (young === 0) return;
  uses.happened(line, `${oneOf(young)} of its ${smallEntries.size} small entries ${was(young)}`);
}

const oneOf = (count: number): string => (count === 1 ? 'one' : String(count));
const was = (count: number): string => (count === 1 ? 'was young' : 'were young');
