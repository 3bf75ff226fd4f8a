/** Lists of pages, as those of the LRU: a page is on one of them at most. */

const NOWHERE = -1;

export class Lists {
  /** The list of each page, or NOWHERE. */
  private readonly of: Int32Array;
  private readonly newer: Int32Array;
  private readonly older: Int32Array;
  private readonly heads: number[];
  private readonly tails: number[];
  private readonly sizes: number[];

  constructor(pages: number, lists: number) {
    this.of = new Int32Array(pages).fill(NOWHERE);
    this.newer = new Int32Array(pages).fill(NOWHERE);
    this.older = new Int32Array(pages).fill(NOWHERE);
    this.heads = Array.from({ length: lists }, () => NOWHERE);
    this.tails = Array.from({ length: lists }, () => NOWHERE);
    this.sizes = Array.from({ length: lists }, () => 0);
  }

  size(list: number): number {
    return this.sizes[list];
  }

  /** The list of a page. Undefined if it is on none. */
  listOf(page: number): number | undefined {
    return this.of[page] === NOWHERE ? undefined : this.of[page];
  }

  /** The pages of a list, the oldest first. */
  *pages(list: number): Generator<number> {
    for (let page = this.tails[list]; page !== NOWHERE; page = this.newer[page]) yield page;
  }

  /** So many pages from the tail of a list, or all that it has: the oldest first. */
  oldest(list: number, count: number): number[] {
    const found: number[] = [];
    for (let page = this.tails[list]; page !== NOWHERE && found.length < count;) {
      found.push(page);
      page = this.newer[page];
    }
    return found;
  }

  /** Puts a page at the head of a list. It leaves the list on which it was. */
  push(list: number, page: number): void {
    this.remove(page);
    const head = this.heads[list];
    this.of[page] = list;
    this.older[page] = head;
    this.newer[page] = NOWHERE;
    if (head === NOWHERE) this.tails[list] = page;
    else this.newer[head] = page;
    this.heads[list] = page;
    this.sizes[list]++;
  }

  remove(page: number): void {
    const list = this.of[page];
    if (list === NOWHERE) return;
    const [newer, older] = [this.newer[page], this.older[page]];
    if (newer === NOWHERE) this.heads[list] = older;
    else this.older[newer] = older;
    if (older === NOWHERE) this.tails[list] = newer;
    else this.newer[older] = newer;
    this.of[page] = NOWHERE;
    this.sizes[list]--;
  }
}
