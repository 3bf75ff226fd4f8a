/** What exists: the state of a system, declared as a kernel reader would write the structs. */
import type { Layout } from './layout.ts';
import { ALWAYS, ghost } from './layout.ts';
import type { Operations, ThreadName } from './operation.ts';
import { hasAtc, hasIotlb, hasLru, hasPosted, hasReadOnly, hasSwap, losesFrames } from './play.ts';
import type { Observer, Parts } from './system.ts';

/** pte_t. Not present is "none", or a swap entry: every other field then means nothing. */
export class Pte {
  present = 0;
  young = 0;
  dirty = 0;
  writable = 0;
  swapped = 0;
  /** The frame is shared with a child: a write has to copy it. Then writable is 0. */
  cow = 0;

  /** The page is taken out of the page table; its frame is freed later. */
  clear(): void {
    this.present = this.young = this.dirty = this.writable = this.swapped = 0;
  }
}

/** Health of a cached entry, a ghost: whether the page table still stands behind it. */
export const LIVE = 0;
/** Write permission was withdrawn after the entry was cached. */
export const REVOKED = 1;
/** The frame was freed after the entry was cached. */
export const STALE = 2;

/**
 * A cached translation: in a CPU's TLB, in the IOTLB, in a device's ATC; or an entry of the
 * secondary's own page table (KVM's spte). `dirty` is of a TLB alone, `young` of an spte.
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

/** A device's translation request: none (0), asked, or translated and in flight to the device. */
export const ASKED = 1;
export const TRANSLATED = 2;

/** What is between a device and the IOMMU for a page. */
export class Link {
  request = 0;
  isWrite = 0;
  /** Of the translation in flight. */
  resultWrite = 0;
  health = LIVE;
  /** An ATC invalidation that the device has not handled. */
  invalidation = 0;
  /** A posted write that has not landed. */
  posted = 0;
  postedHealth = LIVE;
}

/** Page flags. */
export class Flags {
  PG_young = 0;
  PG_idle = 0;
  PG_referenced = 0;
  PG_active = 0;
  /** No flag of the kernel's: the last look isolated the page for reclaim. */
  condemned = 0;

  clear(): void {
    this.PG_young = this.PG_idle = this.PG_referenced = this.PG_active = this.condemned = 0;
  }
}

/** A run of an operation: a kernel thread, or an event that is done at once. */
export class Thread {
  /** The program counter: the place of the next step. 0: idle. */
  at = 0;
  page = 0;
  /** The PTE was young when the operation began. */
  young = 0;
  /** This run of a callback has harvested a young bit. */
  harvested = 0;
  /** A callback whose answer counts has said: young. */
  secondaryYoung = 0;
  /** What an observer had seen of the page when the look began. */
  devSure = 0;
  cpuSure = 0;
  maybe = 0;

  clear(): void {
    this.at = this.page = this.young = this.harvested = this.secondaryYoung = 0;
    this.devSure = this.cpuSure = this.maybe = 0;
  }
}

/** Ghosts of an observer and a page: what the properties compare a look with. */
export class Seen {
  /** Accessed by a device, by a CPU, after the observer's last look was over. */
  devSure = 0;
  cpuSure = 0;
  /** Accessed by anything after that look began. */
  maybe = 0;
  /** That look missed a device reference; no mark, other observer or clear_refs came since. */
  missed = 0;

  clear(): void {
    this.devSure = this.cpuSure = this.maybe = this.missed = 0;
  }
}

/** Everything about one page. Indexed by CPU: tlb; by device: atc, link. */
export interface Page {
  readonly index: number;
  readonly pte: Pte;
  readonly flags: Flags;
  readonly tlb: readonly Entry[];
  readonly iotlb: Entry;
  readonly spte: Entry;
  readonly atc: readonly Entry[];
  readonly link: readonly Link[];
  readonly seen: Readonly<Record<Observer, Seen>>;
}

export interface State extends Readonly<Record<ThreadName, Thread>> {
  readonly pages: readonly Page[];
}

/** The ghosts that a checked property may read. Untracked ones take no bits. */
export const GHOSTS = ['devSure', 'cpuSure', 'maybe', 'missed', 'health'] as const;
export type Ghost = (typeof GHOSTS)[number];

const bit = (has: boolean): number => (has ? 1 : 0);
/** Bits to tell `count` values apart, of which there is one at least. */
const bitsFor = (count: number): number => 32 - Math.clz32(count - 1);

/** Widths in a scope: of what lacks there, 0. */
class Widths {
  readonly parts: Parts;
  private readonly ghosts: ReadonlySet<Ghost>;

  constructor(parts: Parts, ghosts: ReadonlySet<Ghost>) {
    this.parts = parts;
    this.ghosts = ghosts;
  }

  private has(event: Parts['scope']['events'][number]): boolean {
    return this.parts.scope.events.includes(event);
  }
  private get health(): number {
    const taken = losesFrames(this.parts) || this.has('protect') || this.has('fork');
    return this.ghosts.has('health') && taken ? 2 : 0;
  }
  private ghostBit(name: Ghost): number {
    return bit(this.ghosts.has(name) && (name !== 'cpuSure' || this.parts.scope.cpus > 0));
  }
  /** Where nothing takes write permission what is present stays writable. */
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
  /** An entry of a kind that the system has, or has not. */
  entry(exists: boolean, young = 0, write = this.has('write')) {
    const health = ghost(exists ? this.health : 0);
    return { present: bit(exists), write: bit(exists && write), dirty: 0, young, health };
  }
  /** Without a rewalk an entry is filled with what the PTE permits, whoever made that dirty. */
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
  seen(observer: Observer) {
    const inScope = this.parts.scope.observers.includes(observer);
    const width = (name: Ghost) => ghost(inScope ? this.ghostBit(name) : 0);
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
    const remembers = reports || own.some(({ ages, thread }) => ages && thread === 'kswapd');
    return {
      at: last > 0 ? bitsFor(last + 1) : 0,
      page: last > 0 ? bitsFor(this.parts.scope.pages) : 0,
      young: bit(own.some(({ youngUntil, first }) => youngUntil >= first)),
      harvested: bit(ownSteps.some(({ verb }) => verb === 'harvest')),
      secondaryYoung: bit(
        ownSteps.some(({ verb, returns }) => verb === 'return' && returns !== 'zero'),
      ),
      devSure: ghost(reports ? this.ghostBit('devSure') : 0),
      cpuSure: ghost(reports ? this.ghostBit('cpuSure') : 0),
      maybe: ghost(remembers ? this.ghostBit('maybe') : 0),
    };
  }
}

/** The part of a state that a page's structs belong to. */
export const pagePart = (page: number): string => `page${page}`;

function placePage(layout: Layout, widths: Widths, index: number): Page {
  const { scope, driver } = widths.parts;
  const shadow = driver.secondary === 'shadow';
  const part = pagePart(index);
  const each = <T>(count: number, place: () => T): T[] => Array.from({ length: count }, place);
  const entry = (declared: ReturnType<Widths['entry']>) =>
    layout.place(part, new Entry(), declared);
  const atc = widths.entry(hasAtc(widths.parts));
  return {
    index,
    pte: layout.place(part, new Pte(), widths.pte),
    flags: layout.place(part, new Flags(), widths.flags),
    tlb: each(scope.cpus, () => layout.place(part, new Entry(), widths.tlb)),
    iotlb: entry(widths.iotlb),
    spte: entry(widths.entry(shadow, bit(shadow))),
    atc: each(scope.devices, () => entry(atc)),
    link: each(scope.devices, () => layout.place(part, new Link(), widths.link)),
    seen: {
      reclaim: layout.place(part, new Seen(), widths.seen('reclaim')),
      idle: layout.place(part, new Seen(), widths.seen('idle')),
    },
  };
}

/** Lays out the state of a system. In `atomic` the threads are idle between events: no bits. */
export function placeState(
  layout: Layout,
  parts: Parts,
  ghosts: ReadonlySet<Ghost>,
  operations: Operations,
): State {
  const widths = new Widths(parts, ghosts);
  const pages = Array.from({ length: parts.scope.pages }, (_, i) => placePage(layout, widths, i));
  const thread = (name: ThreadName): Thread => {
    if (parts.scope.granularity === 'atomic') return new Thread();
    return layout.place(name, new Thread(), widths.thread(name, operations));
  };
  return { pages, kswapd: thread('kswapd'), page_idle: thread('page_idle') };
}
