/**
 * The order in which reclaim looks at pages: the lists of mm/vmscan.c, as far as they decide which
 * page comes next. Whether a page stays, becomes active or is evicted is decided by its flags,
 * which are the model's: PG_referenced, PG_active and `condemned`.
 */
import { Lists } from './lists.ts';

/** What the lists can ask of the pages. */
export interface Pages {
  readonly count: number;
  isActive(page: number): boolean;
  isCondemned(page: number): boolean;
  /** folio_referenced(). */
  look(page: number): void;
  /** walk_pte_range() comes to the page. Says whether it found the page young. */
  walk(page: number): boolean;
  /** try_to_unmap(); the frame is freed. */
  evict(page: number): void;
}

export interface Lru {
  /** A fault has mapped the page. */
  add(page: number): void;
  /** The page has lost its frame. */
  remove(page: number): void;
  /** An event of another page, or an access, may have changed the flags of a page. */
  changed(page: number): void;
  /** shrink_lruvec() once: reclaim looks at one batch of each list that it scans. */
  shrink(batch: number): void;
}

const INACTIVE = 0;
const ACTIVE = 1;

/**
 * The classic LRU. A page that a fault has mapped is put at the head of the inactive list, and so
 * is one that shrink_active_list() deactivates. The rest of either list goes back to the head of
 * the list that PG_active names.
 */
export class ClassicLru implements Lru {
  private readonly lists: Lists;
  private readonly pages: Pages;

  constructor(pages: Pages) {
    this.pages = pages;
    this.lists = new Lists(pages.count, 2);
  }

  private listFor(page: number): number {
    return this.pages.isActive(page) ? ACTIVE : INACTIVE;
  }

  add(page: number): void {
    this.lists.push(this.listFor(page), page);
  }

  remove(page: number): void {
    this.lists.remove(page);
  }

  /* folio_activate() moves a page at once. */
  changed(page: number): void {
    const list = this.lists.listOf(page);
    if (list !== undefined && list !== this.listFor(page)) this.add(page);
  }

  /*
   * inactive_is_low(): below 1 GiB the inactive list is to be as long as the active one. Then
   * shrink_active_list() looks at one batch, and shrink_inactive_list() at another.
   */
  shrink(batch: number): void {
    const { lists, pages } = this;
    if (lists.size(INACTIVE) < lists.size(ACTIVE)) {
      for (const page of lists.oldest(ACTIVE, batch)) {
        pages.look(page);
        this.add(page);
      }
    }
    for (const page of lists.oldest(INACTIVE, batch)) {
      pages.look(page);
      if (pages.isCondemned(page)) pages.evict(page);
      else this.add(page);
    }
  }
}

/** MIN_NR_GENS of include/linux/mmzone.h: so many of the youngest generations are not evicted. */
const MIN_NR_GENS = 2;
const GENERATIONS = MIN_NR_GENS + 1;

/**
 * The multi-gen LRU. A page that a fault has mapped is of the youngest generation, and so is one
 * that a look or a walk finds young. Pages are evicted from the third generation. If it is empty, a
 * walk comes to every page, and all generations become one older.
 */
export class MultiGenLru implements Lru {
  private readonly lists: Lists;
  private readonly pages: Pages;
  /** max_seq: the number of the youngest generation. */
  private youngest = GENERATIONS - 1;

  constructor(pages: Pages) {
    this.pages = pages;
    this.lists = new Lists(pages.count, GENERATIONS);
  }

  private get oldest(): number {
    return (this.youngest + 1) % GENERATIONS;
  }

  add(page: number): void {
    this.lists.push(this.youngest % GENERATIONS, page);
  }

  remove(page: number): void {
    this.lists.remove(page);
  }

  /** Flags move no page between generations. */
  changed(): void {}

  /* try_to_inc_max_seq() if no generation is old enough, and then evict_folios(). */
  shrink(batch: number): void {
    const { lists, pages } = this;
    if (lists.size(this.oldest) === 0) this.age();
    for (const page of lists.oldest(this.oldest, batch)) {
      pages.look(page);
      if (pages.isCondemned(page)) pages.evict(page);
      else this.add(page);
    }
  }

  private age(): void {
    const { lists, pages } = this;
    this.youngest++;
    const all = Array.from({ length: GENERATIONS }, (_, list) => [...lists.pages(list)]).flat();
    for (const page of all) if (pages.walk(page)) this.add(page);
  }
}
