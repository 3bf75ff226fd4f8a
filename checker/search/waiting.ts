/**
 * States that are reached by an event that stands for several. They wait until the search has come
 * to their depth, so that the first way to a state stays a shortest one.
 */

type Enter = (words: Int32Array, parent: number, event: number) => void;

export class Waiting {
  /** How many states wait. */
  count = 0;
  private readonly width: number;
  private readonly byDepth = new Map<number, number[]>();

  /** `width` is the number of words of a state. */
  constructor(width: number) {
    this.width = width;
  }

  /** Bytes that the waiting states take. */
  get bytes(): number {
    return this.growth(this.count);
  }

  /** Bytes that so many more states would add. */
  growth(count: number): number {
    return count * (this.width + 2) * 8;
  }

  add(depth: number, words: Int32Array, at: number, parent: number, event: number): void {
    const list = this.byDepth.get(depth) ?? [];
    if (list.length === 0) this.byDepth.set(depth, list);
    list.push(parent, event);
    for (let i = 0; i < this.width; i++) list.push(words[at + i]);
    this.count++;
  }

  /** Hands over the states of a depth, in the order in which they were added. */
  take(depth: number, enter: Enter): void {
    const list = this.byDepth.get(depth);
    if (list === undefined) return;
    const words = new Int32Array(this.width);
    for (let from = 0; from < list.length;) {
      const parent = list[from++];
      const event = list[from++];
      for (let i = 0; i < this.width; i++) words[i] = list[from++];
      enter(words, parent, event);
      this.count--;
    }
    this.byDepth.delete(depth);
  }
}
