/** Numbers states in the order in which they were first met. It is exact, as the visited set is. */
export class StateNumbers {
  /** How many states were met so far. */
  size = 0;
  private readonly width: number;
  private words: Int32Array;
  private slots = new Int32Array(1 << 8);

  /** `width` is the number of words of a state. */
  constructor(width: number) {
    this.width = width;
    this.words = new Int32Array(width << 7);
  }

  get bytes(): number {
    return this.words.byteLength + this.slots.byteLength;
  }

  /** Bytes that `count` more states would add. A table that grows is there twice for a moment. */
  growth(count: number): number {
    const size = this.size + count;
    let added = 0;
    for (let { length } = this.words; length < size * this.width;) added += (length *= 2) * 4;
    for (let { length } = this.slots; length < size * 2;) added += (length *= 2) * 4;
    return added;
  }

  private hash(words: Int32Array, at: number): number {
    let h = 0;
    for (let i = 0; i < this.width; i++) {
      h = Math.imul(h ^ words[at + i], 0x9e3779b1);
      h ^= h >>> 15;
    }
    h = Math.imul(h, 0x85ebca6b);
    return h ^ (h >>> 13);
  }

  /** The number of a state. A state that was not met before gets the next number. */
  of(state: Int32Array): number {
    const { width, slots } = this;
    const mask = slots.length - 1;
    let slot = this.hash(state, 0) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const from = (slots[slot] - 1) * width;
      let i = 0;
      while (i < width && this.words[from + i] === state[i]) i++;
      if (i === width) return slots[slot] - 1;
    }
    const end = this.size * width;
    if (end + width > this.words.length) this.growWords();
    for (let i = 0; i < width; i++) this.words[end + i] = state[i];
    slots[slot] = ++this.size;
    if (this.size * 2 > slots.length) this.growSlots();
    return this.size - 1;
  }

  /** Writes the first words of a state to `state`, as many as fit. */
  read(number: number, state: Int32Array): void {
    const from = number * this.width;
    for (let i = 0; i < state.length; i++) state[i] = this.words[from + i];
  }

  private growWords(): void {
    const larger = new Int32Array(this.words.length * 2);
    larger.set(this.words);
    this.words = larger;
  }

  private growSlots(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = this.hash(this.words, number * this.width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.slots = slots;
  }
}
