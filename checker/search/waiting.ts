/**
 * States that are reached by an event that stands for several. They wait until the search has come
 * to their depth, so that the first way to a state stays a shortest one.
 */

import { Numbers } from './numbers.ts';

type Enter = (words: Int32Array, parent: number, event: number) => void;

export class Waiting {
  /** How many states wait. */
  count = 0;
  private readonly width: number;
  private readonly byDepth = new Map<number, Numbers<Uint32Array>>();

  /** `width` is the number of words of a state. */
  constructor(width: number) {
    this.width = width;
  }

  /** Bytes that the waiting states take. */
  get bytes(): number {
    return [...this.byDepth.values()].reduce((sum, list) => sum + list.bytes, 0);
  }

  /** Bytes that so many more states of one depth would add, at most. */
  growth(count: number): number {
    const numbers = count * (this.width + 2);
    const lists = [new Numbers(Uint32Array), ...this.byDepth.values()];
    return Math.max(...lists.map((list) => list.growth(numbers)));
  }

  add(depth: number, words: Int32Array, at: number, parent: number, event: number): void {
    const list = this.byDepth.get(depth) ?? new Numbers(Uint32Array);
    if (list.length === 0) this.byDepth.set(depth, list);
    list.push(parent);
    list.push(event);
    for (let i = 0; i < this.width; i++) list.push(words[at + i]);
    this.count++;
  }

  /** Hands over the states of a depth, in the order in which they were added. */
  take(depth: number, enter: Enter): void {
    const list = this.byDepth.get(depth);
    if (list === undefined) return;
    const words = new Int32Array(this.width);
    for (let from = 0; from < list.length;) {
      const parent = list.at(from++);
      const event = list.at(from++);
      for (let i = 0; i < this.width; i++) words[i] = list.at(from++);
      enter(words, parent, event);
      this.count--;
    }
    this.byDepth.delete(depth);
  }
}
