/**
 * A memory of M frames for N pages, and the loop that reclaims frames. Each page is an instance of
 * the model of one page. What couples the pages is this loop, and the steps of programs and
 * callbacks that act on other pages. docs/cost.md says what is left out.
 */
import type { Parts } from '../../model/system.ts';
import type { Counts } from './counts.ts';
import type { Lru, Pages } from './lru.ts';
import { ClassicLru, MultiGenLru } from './lru.ts';
import { NONE, Neighbours } from './neighbours.ts';
import { CANNOT, LOOK, PageStates, UNMAP, WALK } from './page-states.ts';
import { PAUSE, accessOfTurn, pageOfTurn } from './turn.ts';

export interface Room {
  /** How many pages the address space has, and how many frames there are for them. */
  readonly pages: number;
  readonly memory: number;
  /** How many pages reclaim looks at before it asks whether it has enough. */
  readonly batch: number;
  /** Reclaim also scans one batch after so many turns. 0: only if a frame is needed. */
  readonly scanEvery: number;
}

/**
 * How often reclaim looks at each page before it gives up: MAX_RECLAIM_RETRIES of mm/page_alloc.c.
 */
const MOST_LOOKS = 16;

/** Hears of each event of a page, and of the state of the page after it. */
export type Hearer = (page: number, event: number, state: number) => void;

/** The transitions of a system. Runs of the same system share them. */
export class Pagewise {
  readonly states: PageStates;
  readonly neighbours: Neighbours;
  readonly isMultiGen: boolean;

  constructor(parts: Parts) {
    this.states = new PageStates(parts);
    this.neighbours = new Neighbours(parts, this.states);
    this.isMultiGen = parts.kernel.lru === 'multi-gen';
  }
}

/** One run of one system. */
export class Memory implements Pages {
  readonly count: number;
  /** The state of each page, as a number of PageStates. */
  readonly page: Int32Array;
  /** Reclaim gave up: no page was to be evicted, and an access needed a frame. */
  isOut = false;

  private readonly room: Room;
  private readonly states: PageStates;
  private readonly neighbours: Neighbours;
  private readonly lru: Lru;
  private readonly hearer: Hearer | undefined;
  private readonly wasEvicted: Uint8Array;
  private resident = 0;
  private refaults = 0;
  private turnsSinceScan = 0;
  /** How many pages were looked at, or walked, since one was evicted. */
  private inVain = 0;

  constructor({ states, neighbours, isMultiGen }: Pagewise, room: Room, hearer?: Hearer) {
    this.room = room;
    this.states = states;
    this.neighbours = neighbours;
    this.count = room.pages;
    this.page = new Int32Array(room.pages);
    this.wasEvicted = new Uint8Array(room.pages);
    this.lru = isMultiGen ? new MultiGenLru(this) : new ClassicLru(this);
    this.hearer = hearer;
  }

  /** What was counted since the last call. */
  drain(): Counts {
    const counts = { ...this.states.drain(), refaults: this.refaults };
    this.refaults = 0;
    return counts;
  }

  /** Takes one turn. It is not taken if no frame is left for it: `isOut` says so then. */
  take(turn: number): void {
    if (this.isOut) return;
    if (turn !== PAUSE) this.access(pageOfTurn(turn), accessOfTurn(turn));
    const { scanEvery, batch } = this.room;
    if (scanEvery === 0 || ++this.turnsSinceScan < scanEvery) return;
    this.turnsSinceScan = 0;
    this.lru.shrink(batch);
  }

  private access(page: number, event: number): void {
    const wasMapped = this.states.mapped[this.page[page]];
    if (!wasMapped && this.resident === this.room.memory && this.maps(page, event)) {
      this.makeRoom();
      if (this.isOut) return;
    }
    this.happen(page, event);
    if (wasMapped || !this.states.mapped[this.page[page]]) return this.lru.changed(page);
    this.resident++;
    this.refaults += this.wasEvicted[page];
    this.lru.add(page);
  }

  /** Whether an access maps the page. One through a stale entry does not. */
  private maps(page: number, event: number): boolean {
    const { states } = this;
    const transition = states.next(this.page[page], event);
    return transition !== CANNOT && states.mapped[states.after[transition]];
  }

  /** Reclaims until a frame is free, or until nothing is to be had. */
  private makeRoom(): void {
    this.inVain = 0;
    const most = MOST_LOOKS * this.resident;
    while (this.resident === this.room.memory && this.inVain < most) {
      this.lru.shrink(this.room.batch);
    }
    this.isOut = this.resident === this.room.memory;
  }

  isActive(page: number): boolean {
    return this.states.active[this.page[page]];
  }

  isCondemned(page: number): boolean {
    return this.states.condemned[this.page[page]];
  }

  look(page: number): void {
    this.inVain++;
    this.happen(page, LOOK);
  }

  /** A walk that calls no notifier skips an old PTE: no event happens then. */
  walk(page: number): boolean {
    this.inVain++;
    const transition = this.happen(page, WALK);
    return transition !== CANNOT && this.states.answers[transition];
  }

  evict(page: number): void {
    this.inVain = 0;
    this.happen(page, UNMAP);
    this.wasEvicted[page] = 1;
    this.resident--;
    this.lru.remove(page);
  }

  /** Makes an event happen to a page, and to those that its steps reach. */
  private happen(page: number, event: number): number {
    const { states } = this;
    if (this.neighbours.reaches[event] !== undefined) return this.happenWide(page, event);
    const transition = states.next(this.page[page], event);
    if (transition === CANNOT) return CANNOT;
    this.enter(page, event, transition);
    return transition;
  }

  private enter(page: number, event: number, transition: number): void {
    const { states } = this;
    states.times[transition]++;
    this.page[page] = states.after[transition];
    this.hearer?.(page, event, this.page[page]);
  }

  private happenWide(page: number, event: number): number {
    const spread = this.neighbours.spread(event, page, this.page);
    if (spread === undefined) return CANNOT;
    this.enter(page, event, spread.transition);
    const hasNext = spread.next !== NONE;
    if (hasNext) this.reached(page + 1, spread.next);
    if (!this.neighbours.reaches[event]!.all) return spread.transition;
    for (let other = 0; other < this.count; other++) {
      if (other === page || (hasNext && other === page + 1)) continue;
      this.reached(other, spread.other(this.page[other]));
    }
    return spread.transition;
  }

  /** A step of another page's operation has acted on a page. */
  private reached(page: number, state: number): void {
    if (this.page[page] === state) return;
    this.page[page] = state;
    this.lru.changed(page);
  }
}
