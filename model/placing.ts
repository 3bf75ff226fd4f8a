/** Gives bits to the state of a system: as many as each field needs in its scope. */
import type { Layout, Width, Widths } from './layout.ts';
import { ALWAYS, ghost } from './layout.ts';
import type { Operations, ThreadName } from './operation.ts';
import type { Others } from './others.ts';
import { hasOneMore, standsForOthers } from './others.ts';
import {
  asksInSteps,
  hasAtc,
  hasCow,
  hasIotlb,
  hasLookups,
  hasLru,
  hasOldFrames,
  hasPosted,
  hasQueue,
  hasReadOnly,
  hasSwap,
  hasUnlock,
  losesFrames,
} from './play.ts';
import type { Run } from './ranges.ts';
import { blockOf, runOf } from './ranges.ts';
import type { Ghost, Kept, Page, State } from './state.ts';
import {
  Asked,
  Entry,
  Flags,
  Link,
  PAGES,
  Pte,
  Queue,
  Seen,
  Split,
  Thread,
  UNITS,
} from './state.ts';
import type { Observer, Parts } from './system.ts';

const bit = (has: boolean): number => (has ? 1 : 0);
/** The number of bits that tell `count` values apart; `count` is at least 1. */
const bitsFor = (count: number): number => 32 - Math.clz32(count - 1);

/** The number of bits that each field needs in a scope; 0 if the scope does not need the field. */
class PageWidths {
  readonly parts: Parts;
  readonly others: Others;
  private readonly seenBy: readonly Observer[];
  private readonly ghosts: ReadonlySet<Ghost>;

  constructor(parts: Parts, { ghosts, seenBy, others }: Kept) {
    this.parts = parts;
    this.ghosts = ghosts;
    this.seenBy = seenBy;
    this.others = others;
  }

  private has(event: Parts['scope']['events'][number]): boolean {
    return this.parts.scope.events.includes(event);
  }
  /**
   * The bits of an entry's health. An access through an old entry counts for no page, so that every
   * other ghost depends on it.
   */
  private get health(): number {
    if (hasOldFrames(this.parts)) return this.ghosts.size > 0 ? 3 : 0;
    const taken = losesFrames(this.parts) || this.has('protect') || this.has('fork');
    return this.ghosts.has('health') && taken ? 2 : 0;
  }
  /**
   * The width of the health of an IOTLB entry. It is no ghost where a write asks it: without a new
   * walk the device retries until an old entry is flushed.
   */
  private get iotlbHealth(): Width {
    const { hardware } = this.parts;
    const asks = !hardware.rewalksOnPermissionFault && this.has('write');
    return asks && hasOldFrames(this.parts) && hasIotlb(this.parts) ? 3 : ghost(this.health);
  }
  /** Whether the ghosts of an observer are kept. */
  private sees(observer: Observer): boolean {
    return this.parts.scope.observers.includes(observer) && this.seenBy.includes(observer);
  }
  private ghostBit(name: Ghost): number {
    return bit(this.ghosts.has(name) && (name !== 'cpuSure' || this.parts.scope.cpus > 0));
  }
  /** If nothing takes write permission away, every present PTE stays writable. */
  private get writable(): 1 | typeof ALWAYS {
    return hasReadOnly(this.parts) ? 1 : ALWAYS;
  }

  get pte() {
    return {
      present: 1,
      young: 1,
      dirty: bit(this.dirties),
      writable: this.writable,
      swapped: bit(hasSwap(this.parts)),
      cow: bit(this.has('fork')),
    };
  }
  get flags() {
    const idle = bit(this.parts.scope.observers.includes('idle'));
    const lru = bit(hasLru(this.parts));
    return {
      PG_young: idle,
      PG_idle: idle,
      PG_referenced: lru,
      PG_active: lru,
      condemned: lru,
    };
  }
  get tlb() {
    const dirty = bit(this.dirties);
    return { present: 1, write: this.writable, dirty, young: 0, health: ghost(this.health) };
  }
  /** The widths of an entry, all 0 if the system has no such cache. */
  entry(exists: boolean, young = 0, write = this.has('write')): Widths<Entry> {
    const health = ghost(exists ? this.health : 0);
    return { present: bit(exists), write: bit(exists && write), dirty: 0, young, health };
  }
  /**
   * The IOTLB entry. Without rewalksOnPermissionFault a walk fills it with all that the PTE
   * permits, even for a read.
   */
  get iotlb() {
    const fromPte = !this.parts.hardware.rewalksOnPermissionFault;
    const exists = hasIotlb(this.parts);
    const entry = this.entry(exists, 0, fromPte ? this.dirties : this.has('write'));
    return exists ? { ...entry, health: this.iotlbHealth } : entry;
  }
  private get dirties(): boolean {
    return this.has('write') || this.has('collapse');
  }
  get link() {
    const inFlight = asksInSteps(this.parts);
    const write = bit(inFlight && this.has('write'));
    const posted = hasPosted(this.parts);
    return {
      request: inFlight ? 2 : 0,
      isWrite: write,
      resultWrite: write,
      health: ghost(inFlight ? this.health : 0),
      invalidation: bit(inFlight && hasAtc(this.parts)),
      posted: bit(posted),
      postedHealth: ghost(posted ? this.health : 0),
      raced: bit(hasLookups(this.parts) && this.parts.driver.fill === 'sequence'),
    };
  }
  get queue() {
    return { invalidation: bit(hasQueue(this.parts)) };
  }
  get split() {
    const canSplit = hasUnlock(this.parts) || hasCow(this.parts);
    return { newSeen: ghost(canSplit ? this.ghostBit('newSeen') : 0) };
  }
  get asked() {
    const { asksAgain } = this.others;
    return { toRead: bit(asksAgain), toWrite: bit(asksAgain && this.has('write')) };
  }
  seen(observer: Observer) {
    const width = (name: Ghost) => ghost(this.sees(observer) ? this.ghostBit(name) : 0);
    return {
      devSure: width('devSure'),
      cpuSure: width('cpuSure'),
      maybe: width('maybe'),
      missed: width('missed'),
    };
  }
  thread(name: ThreadName, { byName, steps }: Operations) {
    const own = [...byName.values()].filter(({ thread }) => thread === name);
    const ownSteps = steps.slice(1).filter(({ operation }) => own.includes(operation));
    const last = Math.max(0, ...own.map((operation) => operation.last));
    const looks = ownSteps.some(({ verb, operation }) => verb === 'age' && !operation.ages);
    const reports = looks || own.some(({ ages, ends }) => ages && ends === 'report');
    const keeps = bit(own.some(({ keepsPte }) => keepsPte === true));
    const places = this.parts.scope.pages + (runOf(this.parts) === undefined ? 0 : 1);
    const sees = this.sees(name === 'kswapd' ? 'reclaim' : 'idle');
    const remembers = reports || own.some(({ ages, thread }) => ages && thread === 'kswapd');
    return {
      at: last > 0 ? bitsFor(last + 1) : 0,
      page: last > 0 ? bitsFor(places) : 0,
      young: bit(own.some(({ youngUntil, first }) => youngUntil >= first)),
      dirty: keeps && bit(this.dirties),
      writable: keeps && this.writable,
      harvested: bit(ownSteps.some(({ verb }) => verb === 'harvest')),
      secondaryYoung: bit(
        ownSteps.some(({ verb, returns }) => verb === 'return' && returns !== 'zero'),
      ),
      devSure: ghost(sees && reports ? this.ghostBit('devSure') : 0),
      cpuSure: ghost(sees && reports ? this.ghostBit('cpuSure') : 0),
      maybe: ghost(sees && remembers ? this.ghostBit('maybe') : 0),
    };
  }
}

/** The name of the part of a state to which a page's structs belong: one part for each block. */
export const pagePart = (parts: Parts, page: number): string => `page${blockOf(parts, page).from}`;

/** Nothing has bits, but for what is named. */
const only = <T extends object>(instance: T, named: Readonly<Record<string, Width>>) =>
  Object.fromEntries(
    Object.keys(instance).map((field) => [field, named[field] ?? 0]),
  ) as unknown as Widths<T>;

/** The structs of a place: a page, or a run of pages. */
type Structs = Omit<Page, typeof PAGES | typeof UNITS>;

/**
 * Gives bits to the structs of a page. `lead` is the first page of its block, if that is another
 * one: they share what is behind their PTE.
 */
function placePage(layout: Layout, widths: PageWidths, index: number, lead?: Structs): Structs {
  const { parts, others } = widths;
  const { scope, driver } = parts;
  const shadow = driver.secondary === 'shadow';
  const isAny = standsForOthers(parts, others, index);
  const part = pagePart(parts, index);
  // A page that stands for any other is always mapped, and keeps only what is asked of devices.
  const place = <T extends object>(instance: T, declared: Widths<T>, kept = {}): T =>
    layout.place(part, instance, isAny ? only(instance, kept) : declared);
  const each = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const entry = (declared: Widths<Entry>) => place(new Entry(), declared);
  const atc = widths.entry(hasAtc(parts));
  const { link, queue } = widths;
  const asks = { invalidation: link.invalidation };
  const more = each(hasOneMore(parts, others) ? 1 : 0, () => part);
  return {
    index,
    pte: lead?.pte ?? place(new Pte(), widths.pte, { present: ALWAYS }),
    flags: lead?.flags ?? place(new Flags(), widths.flags),
    tlb: each(scope.cpus, () => place(new Entry(), widths.tlb)),
    iotlb: entry(widths.iotlb),
    spte: entry(widths.entry(shadow, bit(shadow))),
    atc: [
      ...each(scope.devices, () => entry(atc)),
      ...more.map(() => layout.place(part, new Entry(), only(new Entry(), {}))),
    ],
    link: [
      ...each(scope.devices, () => place(new Link(), link, asks)),
      ...more.map(() => layout.place(part, new Link(), only(new Link(), asks))),
    ],
    asked: place(new Asked(), widths.asked),
    queue: place(new Queue(), queue, { invalidation: queue.invalidation }),
    split: place(new Split(), widths.split),
    seen: lead?.seen ?? {
      reclaim: place(new Seen(), widths.seen('reclaim')),
      idle: place(new Seen(), widths.seen('idle')),
    },
  };
}

/** The pages in scope. */
function placePages(layout: Layout, widths: PageWidths): Page[] {
  const { parts } = widths;
  const structs: Structs[] = [];
  for (let index = 0; index < parts.scope.pages; index++) {
    const { from } = blockOf(parts, index);
    structs.push(placePage(layout, widths, index, from === index ? undefined : structs[from]));
  }
  const pages: Page[] = structs.map((each) => ({ ...each, [PAGES]: [], [UNITS]: [] }));
  for (const page of pages) {
    const { from, to } = blockOf(parts, page.index);
    Object.assign(page, { [PAGES]: pages.slice(from, to + 1), [UNITS]: [pages[from]] });
  }
  return pages;
}

/** The place of a run of pages. Its own structs are empty, and no rule writes them. */
function placeRun({ from, to }: Run, pages: readonly Page[]): Page {
  const own = pages.slice(from, to + 1);
  return { ...EMPTY, index: pages.length, [PAGES]: own, [UNITS]: own };
}
const EMPTY: Structs = {
  index: 0,
  pte: new Pte(),
  flags: new Flags(),
  tlb: [],
  iotlb: new Entry(),
  spte: new Entry(),
  atc: [],
  link: [],
  asked: new Asked(),
  queue: new Queue(),
  split: new Split(),
  seen: { reclaim: new Seen(), idle: new Seen() },
};

/** Lays out the state of a system. In `atomic` threads are idle between events and take no bits. */
export function placeState(
  layout: Layout,
  parts: Parts,
  operations: Operations,
  kept: Kept,
): { readonly state: State; readonly run: Page | undefined } {
  const widths = new PageWidths(parts, kept);
  const pages = placePages(layout, widths);
  const thread = (name: ThreadName): Thread => {
    if (parts.scope.granularity === 'atomic') return new Thread();
    return layout.place(name, new Thread(), widths.thread(name, operations));
  };
  const run = runOf(parts);
  return {
    state: {
      pages,
      kswapd: thread('kswapd'),
      page_idle: thread('page_idle'),
      user: thread('user'),
    },
    run: run === undefined ? undefined : placeRun(run, pages),
  };
}
