/**
 * What a log says about one page, in the model's terms. Each line about the page is an observation,
 * which allows some events of the model and excludes the others.
 */
import type { User } from './missed.ts';

export type Bit = 0 | 1;
/** Undefined if the log does not say. */
export type Maybe<T> = T | undefined;
/** The young bit that somebody found in a PTE and cleared. */
interface Found {
  readonly young: Maybe<Bit>;
}
/** What a line says about the secondary's own young bit, and what its handler returned. */
interface Harvested extends Found {
  readonly returned: Maybe<number>;
}
interface Nothing {}

/** What a device may tell of its caches, each in a line of its own. */
export const TOLD_STEPS = [
  'flush-iotlb',
  'post-atc',
  'await-atc',
  'handle-invalidation',
  'evict',
  'evict-iotlb',
] as const;
export type ToldStep = (typeof TOLD_STEPS)[number];

/** The content of an observation, by its kind. */
interface Said {
  /** A window opens in which somebody accesses the page. It closes after at least one access. */
  readonly opens: { readonly by: User };
  /** A device may say whether it hit its ATC, or asked the IOMMU. */
  readonly closes: { readonly by: User; readonly path: Maybe<'hit' | 'miss'> };
  /** A device hits its ATC. */
  readonly hit: { readonly isWrite: boolean };
  /** The IOMMU walks: the young bit of the PTE before and after. */
  readonly walk: { readonly before: Bit; readonly after: Bit; readonly isWrite: boolean };
  /** A miss of an ATC whose steps a device tells one by one: it sends its query. */
  readonly request: { readonly isWrite: boolean };
  /** The IOMMU answers the query: the young bit around its walk, unless its IOTLB had the page. */
  readonly translate: { readonly walk: Maybe<{ readonly before: Bit; readonly after: Bit }> };
  /** The answer has arrived, and the access is made. */
  readonly complete: Nothing;
  /**
   * A device tells a step of a callback, or an eviction from a cache, in the words of a trace, and
   * whether a cache had an entry to drop.
   */
  readonly step: { readonly verb: ToldStep; readonly had: Maybe<number> };
  /** The secondary's own page table gets an entry. */
  readonly install: { readonly writable: boolean };
  /** A fault handler works for the secondary MMU. */
  readonly populate: Nothing;
  readonly 'cpu-fault': { readonly isMissing: Maybe<boolean>; readonly isWrite: boolean };
  /** A look of reclaim begins. */
  readonly age: Found;
  /** Idle page tracking or DAMON marks or checks. */
  readonly mark: Found;
  /** An aging walk of the multi-gen LRU. */
  readonly pass: Found;
  /** Somebody finds the PTE young or old; the log does not say who. */
  readonly cleared: Found;
  readonly cold: Found;
  readonly 'clear-refs': Found;
  readonly harvest: Harvested;
  /** An aging of the page before this one reaches this one. */
  readonly neighbour: Harvested;
  /** KVM flushes the TLBs of the vCPUs. */
  readonly flush: Nothing;
  /** A notifier call returns. */
  readonly answer: { readonly call: string; readonly returned: Maybe<number> };
  /** folio_referenced() returns. */
  readonly report: { readonly referenced: Maybe<Bit> };
  /** An operation is over. */
  readonly end: { readonly of: 'look' | 'unmap' | 'protect' };
  /** The handler of a fault does it, too: it copies the page, and unmaps the old one. */
  readonly unmap: { readonly isInFault: boolean };
  readonly protect: Nothing;
  /**
   * The secondary is told to drop its own entry. It says whether there was one, and what its
   * handler returned.
   */
  readonly zap: { readonly had: Maybe<Bit>; readonly returned: Maybe<number> };
  /**
   * A device says that it drops its ATC entry. It says whether it had one, and whether it was told
   * by the call that asks for the young bit of this page.
   */
  readonly drop: { readonly had: Maybe<number>; readonly isAsked: boolean };
  readonly test: { readonly returned: Maybe<number> };
  /**
   * A program finds the page mapped or not, and may read its young bit. Whether the PTE is writable
   * is not compared: a swap-in decides that, which no scope of a comparison has.
   */
  readonly state: { readonly present: Bit; readonly young: Maybe<Bit> };
  /** A device-TLB invalidation with the PASID. Nothing of the page is in an ATC any more. */
  readonly invalidated: Nothing;
  /** One without a PASID. An ATC keeps its entries, all of which have one. */
  readonly unheeded: Nothing;
  /**
   * From now on nothing is known about the page. Its PTE may be taken away so that it can become a
   * part of a huge page. Whether it does is told later.
   */
  readonly gone: { readonly toCollapse?: true };
  /** The page has become a part of a huge page. */
  readonly collapse: Nothing;
}

export type Kind = keyof Said;
export type ObservationOf<K extends Kind> = { readonly kind: K } & Said[K];
export type Observation = { [K in Kind]: ObservationOf<K> }[Kind];

/** Every different observation with a number. Logs repeat themselves, so that there are few. */
export class Observations {
  private readonly numbers = new Map<string, number>();
  private readonly all: Observation[] = [];

  number(observation: Observation): number {
    const key = JSON.stringify(observation);
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.all.push(observation) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  at(number: number): Observation {
    return this.all[number];
  }
}

/**
 * What may have happened before an observation without leaving a line, as bits to be combined. A
 * step is hidden if the log has no probe that would show it. An access is hidden if it hits a
 * cache, unless a program logs all its accesses.
 */
export const HIDDEN = {
  devReads: 0x1,
  devWrites: 0x2,
  cpuReads: 0x4,
  cpuWrites: 0x8,
  /** Faults of the secondary MMU, and of CPUs. */
  devFaults: 0x10,
  cpuFaults: 0x20,
  /** Steps of notifier callbacks. */
  flushes: 0x40,
  harvests: 0x80,
  zaps: 0x100,
  /** Ends of operations. */
  reports: 0x200,
  ends: 0x400,
  /** MADV_COLD: before 6.12 it leaves no line. */
  colds: 0x800,
  /** MADV_PAGEOUT of 5.4 to 6.9: it clears the PTE's young bit without a line, and flushes last. */
  pageouts: 0x1000,
} as const;

/** What is hidden while somebody may write. */
export const WRITES = {
  device: HIDDEN.devWrites,
  cpu: HIDDEN.cpuWrites,
} as const satisfies Readonly<Record<User, number>>;
