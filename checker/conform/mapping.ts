/** What a task reads of a PTE before a line shows whose it is. */
import type { LogEvent } from './ftrace/index.ts';
import { numberField, word } from './ftrace/index.ts';
import type { Log, LogLine } from './log.ts';
import type { Notification } from './notification.ts';
import type { Young } from './tasks.ts';
import type { Use } from './missed.ts';
import { isKernelThread } from './owners.ts';
import type { PageLog, Space } from './page-log.ts';
import { PAGE_SIZE, pageOf } from './page-log.ts';
import { frameOf } from './spte.ts';

/** A mapping of the page that a look of reclaim examines. */
export interface Mapping {
  readonly line: number;
  readonly address: number;
  readonly vma: string | undefined;
  /** Undefined until a line shows that the page has a secondary MMU. */
  page: PageLog | undefined;
  /** The uses that the look had to find when it came to this mapping. */
  readonly unseen: readonly Use[];
  /** The young bit that the first read of the PTE found, and the line. */
  young: Young | undefined;
  /** A notifier has answered. */
  answered: boolean;
}

/** A read of a PTE, the page that it was taken to be of, and the uses that were known of that. */
interface Read {
  readonly page: PageLog | undefined;
  readonly young: Young | undefined;
  readonly unseen: readonly Use[];
}

/** A notifier call shows that the page is another process's. False if it is too late to say so. */
export function elsewhere({ page, young, unseen }: Read): boolean {
  if (page === undefined || young === undefined || !page.takesBack(young.line)) return false;
  page.uses.lookedElsewhere(unseen);
  return true;
}

/**
 * Whether a task may work on the pages of a space. A program that marks its accesses says who does;
 * another task then has another process's page at the address.
 */
export const worksOn = ({ marked, pids, workers }: Space, event: LogEvent): boolean =>
  !marked || pids.has(event.pid) || workers.has(event.pid) || isKernelThread(event);

/** An aging of the page before takes a young bit. Without markers it proves a use. */
export function takenByNeighbour({ uses, space }: PageLog, line: number): void {
  const text = "an aging of the page before clears KVM's young bit";
  if (space.marked) uses.happened(line, text);
  else uses.shown('device', line, text);
}

/**
 * A notifier call of a look returns, and the log lacks its begin. If no line has told of the PTE
 * either, the look is at the page, and nobody knows what it has found.
 */
export function unopened(log: Log, mapping: Mapping | undefined, { event }: LogLine): void {
  const { page, young } = mapping ?? {};
  if (page === undefined || young !== undefined) return;
  log.observe(page, event.line, { kind: 'gone' });
  page.uses.gone();
}

/** Reclaim zaps an entry that was young. Without markers this proves a use since the last look. */
export function zappedYoung(call: Notification, page: PageLog, { event, outer }: LogLine): void {
  const { uses, space, smallEntries } = page;
  if (space.marked || !outer.some(({ name }) => name === 'try_to_unmap_one')) return;
  if (call.zappedYoung === page) return;
  call.zappedYoung = page;
  const entry =
    smallEntries.size === 0 ? "KVM's entry" : `one of KVM's ${smallEntries.size} small entries`;
  uses.shown('device', event.line, `the zap finds ${entry} young`);
}

/**
 * An aging whose range reaches into the next page changes one of two entries. Its frame tells
 * which, as the task has just read the PTE of the first page.
 */
export function oneOfTwo(
  log: Log,
  { own, pages }: Notification,
  { event, outer }: LogLine,
  gfn: number,
): void {
  const [start, end] = ['start', 'end'].map((key) => numberField(outer.at(-1)!, key) ?? 0);
  const frame = frameOf(word(event, 'old_spte'));
  if (own?.frame === undefined || end - start !== PAGE_SIZE || own.space.gfns.has(gfn)) return;
  const next = pageOf(start) === own.address ? own.address + PAGE_SIZE : pageOf(start);
  const page = frame === own.frame ? own : log.track(own.space, next);
  if (page === undefined) return;
  own.space.gfns.set(gfn, page);
  if (!pages.includes(page)) pages.push(page);
}

/* kvm_set_pfn_accessed(): KVM zaps an entry that was young, and tells the LRU. */
export function zapTold(log: Log, line: LogLine): void {
  const call = log.notification(line);
  if (call?.name !== 'invalidate_range_start' || call.wide || call.pages.length !== 1) return;
  zappedYoung(call, call.pages[0], line);
}
