/** The state of a system, declared as structs in the way of the kernel. */
import type { Layout, Width, Widths } from './layout.ts';
import { ALWAYS, ghost } from './layout.ts';
import type { Operations, ThreadName } from './operation.ts';
import type { Others } from './others.ts';
import { hasOneMore, standsForOthers } from './others.ts';
import { hasAtc, hasIotlb, hasLru, hasPosted, hasReadOnly, hasSwap, losesFrames } from './play.ts';
import type { Observer, Parts } from './system.ts';

/** pte_t. If it is not present it is none or a swap entry, and no other field has a meaning. */
export class Pte {
  present = 0;
  young = 0;
  dirty = 0;
  writable = 0;
  swapped = 0;
  /** The frame is shared with a child, so a write must copy it. `writable` is then 0. */
  cow = 0;

  /** Removes the page from the page table. Its frame is freed later. */
  clear(): void {
    this.present = this.young = this.dirty = this.writable = this.swapped = 0;
  }
}

/**
 * The health of a cached entry, a ghost: whether the page table still allows what the entry allows.
 */
export const LIVE = 0;
/** Write permission was withdrawn after the entry was cached. */
export const REVOKED = 1;
/** The frame was freed after the entry was cached. */
export const STALE = 2;

/**
 * A cached translation in a TLB, in the IOTLB or in an ATC, or an spte of a shadow secondary. Only
 * a TLB uses `dirty`; only an spte uses `young`.
 */
export class Entry {
  present = 0;
  write = 0;
  dirty = 0;
  young = 0;
  health = LIVE;

  clear(): void {
    this.present = this.write = this.dirty = this.young = 0;
    this.health = LIVE;
  }
}

/**
 * The state of a device's translation request. 0 is none, ASKED waits for the IOMMU, and TRANSLATED
 * is in flight to the device.
 */
export const ASKED = 1;
export const TRANSLATED = 2;

/** The messages between one device and the IOMMU about one page. */
export class Link {
  request = 0;
  isWrite = 0;
  /** Write permission and health of the translation in flight. */
  resultWrite = 0;
  health = LIVE;
  /** An ATC invalidation was sent, and the device has not handled it yet. */
  invalidation = 0;
  /** A posted write has left the device, and has not landed yet. */
  posted = 0;
  postedHealth = LIVE;
}

/** The flags of a page, under the kernel's names. */
export class Flags {
  PG_young = 0;
  PG_idle = 0;
  PG_referenced = 0;
  PG_active = 0;
  /** The last look has isolated the page for reclaim. The kernel has no such flag. */
  condemned = 0;

  clear(): void {
    this.PG_young = this.PG_idle = this.PG_referenced = this.PG_active = this.condemned = 0;
  }
}

/** An operation under way: of a kernel thread, or inside an event that does it at once. */
export class Thread {
  /** The program counter: the place of the next step; 0 if the thread is idle. */
  at = 0;
  page = 0;
  /** The PTE was young when the operation began. */
  young = 0;
  /** This run of a callback has harvested a young bit. */
  harvested = 0;
  /** A callback whose return value the operation heeds has returned 1. */
  secondaryYoung = 0;
  /** The observer's ghosts of the page, as they were when the look began. */
  devSure = 0;
  cpuSure = 0;
  maybe = 0;

  clear(): void {
    this.at = this.page = this.young = this.harvested = this.secondaryYoung = 0;
    this.devSure = this.cpuSure = this.maybe = 0;
  }
}

/** The ghosts that one observer has of one page. Properties compare a look with them. */
export class Seen {
  /**
   * The page was certainly accessed, by a device or by a CPU, since the observer's last look ended.
   */
  devSure = 0;
  cpuSure = 0;
  /** The page may have been accessed since that look began. */
  maybe = 0;
  /** That look missed a use by a device. No mark, other observer or clear_refs has come since. */
  missed = 0;

  clear(): void {
    this.devSure = this.cpuSure = this.maybe = this.missed = 0;
  }
}

/** What other devices have asked for: see model/others.ts. */
export class Asked {
  toRead = 0;
  toWrite = 0;
}

/** Everything about one page. `tlb` is indexed by CPU; `atc` and `link` by device. */
export interface Page {
  readonly index: number;
  readonly pte: Pte;
  readonly flags: Flags;
  readonly tlb: readonly Entry[];
  readonly iotlb: Entry;
  readonly spte: Entry;
  readonly atc: readonly Entry[];
  readonly link: readonly Link[];
  readonly asked: Asked;
  readonly seen: Readonly<Record<Observer, Seen>>;
}

export interface State extends Readonly<Record<ThreadName, Thread>> {
  readonly pages: readonly Page[];
}

/**
 * The names of the ghosts. Those that no checked property reads are not tracked and take no bits.
 */
export const GHOSTS = ['devSure', 'cpuSure', 'maybe', 'missed', 'health'] as const;
export type Ghost = (typeof GHOSTS)[number];

/** What a state keeps beyond what the rules need. */
export interface Kept {
  readonly ghosts: ReadonlySet<Ghost>;
  /** The observers whose ghosts are kept, as far as they are in scope. */
  readonly seenBy: readonly Observer[];
  readonly others: Others;
}

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
  private get health(): number {
    const taken = losesFrames(this.parts) || this.has('protect') || this.has('fork');
    return this.ghosts.has('health') && taken ? 2 : 0;
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
  entry(exists: boolean, young = 0, write = this.has('write')) {
    const health = ghost(exists ? this.health : 0);
    return { present: bit(exists), write: bit(exists && write), dirty: 0, young, health };
  }
  /**
   * The IOTLB entry. Without rewalksOnPermissionFault a walk fills it with all that the PTE
   * permits, even for a read.
   */
  get iotlb() {
    const fromPte = !this.parts.hardware.rewalksOnPermissionFault;
    return this.entry(hasIotlb(this.parts), 0, fromPte ? this.dirties : this.has('write'));
  }
  private get dirties(): boolean {
    return this.has('write') || this.has('collapse');
  }
  get link() {
    const inFlight = this.parts.scope.granularity === 'fine' && hasAtc(this.parts);
    const write = bit(inFlight && this.has('write'));
    const posted = hasPosted(this.parts);
    return {
      request: inFlight ? 2 : 0,
      isWrite: write,
      resultWrite: write,
      health: ghost(inFlight ? this.health : 0),
      invalidation: bit(inFlight),
      posted: bit(posted),
      postedHealth: ghost(posted ? this.health : 0),
    };
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
    const reports = own.some(({ ages, ends }) => ages && ends === 'report');
    const sees = this.sees(name === 'kswapd' ? 'reclaim' : 'idle');
    const remembers = reports || own.some(({ ages, thread }) => ages && thread === 'kswapd');
    return {
      at: last > 0 ? bitsFor(last + 1) : 0,
      page: last > 0 ? bitsFor(this.parts.scope.pages) : 0,
      young: bit(own.some(({ youngUntil, first }) => youngUntil >= first)),
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

/** The name of the part of a state to which a page's structs belong. */
export const pagePart = (page: number): string => `page${page}`;

/** Nothing has bits, but for what is named. */
const only = <T extends object>(instance: T, named: Readonly<Record<string, Width>>) =>
  Object.fromEntries(
    Object.keys(instance).map((field) => [field, named[field] ?? 0]),
  ) as unknown as Widths<T>;

function placePage(layout: Layout, widths: PageWidths, index: number): Page {
  const { parts, others } = widths;
  const { scope, driver } = parts;
  const shadow = driver.secondary === 'shadow';
  const isAny = standsForOthers(parts, others, index);
  const part = pagePart(index);
  // A page that stands for any other is always mapped, and keeps only what is asked of devices.
  const place = <T extends object>(instance: T, declared: Widths<T>, kept = {}): T =>
    layout.place(part, instance, isAny ? only(instance, kept) : declared);
  const each = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const entry = (declared: ReturnType<PageWidths['entry']>) => place(new Entry(), declared);
  const atc = widths.entry(hasAtc(parts));
  const { link } = widths;
  const asks = { invalidation: link.invalidation };
  const more = each(hasOneMore(parts, others) ? 1 : 0, () => part);
  return {
    index,
    pte: place(new Pte(), widths.pte, { present: ALWAYS }),
    flags: place(new Flags(), widths.flags),
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
    seen: {
      reclaim: place(new Seen(), widths.seen('reclaim')),
      idle: place(new Seen(), widths.seen('idle')),
    },
  };
}

/** Lays out the state of a system. In `atomic` threads are idle between events and take no bits. */
export function placeState(
  layout: Layout,
  parts: Parts,
  operations: Operations,
  kept: Kept,
): State {
  const widths = new PageWidths(parts, kept);
  const pages = Array.from({ length: parts.scope.pages }, (_, i) => placePage(layout, widths, i));
  const thread = (name: ThreadName): Thread => {
    if (parts.scope.granularity === 'atomic') return new Thread();
    return layout.place(name, new Thread(), widths.thread(name, operations));
  };
  return { pages, kswapd: thread('kswapd'), page_idle: thread('page_idle') };
}
