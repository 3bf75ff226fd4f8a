/**
 * Packs a state into 32-bit words. A struct is a plain object whose fields are small numbers. Each
 * field declares how many bits it needs in the scope at hand. The layout generates the code that
 * moves fields to words and back. This is the only file that shifts bits.
 */

import { generated } from './generate.ts';

/** The number of bits that a field takes in this scope; 0 if the scope does not need it. */
export type Width = number | GhostWidth | typeof ALWAYS;
/** The width of a field that the scope can never clear. It always reads as 1 and takes no bits. */
export const ALWAYS = 'always';

interface GhostWidth {
  readonly ghost: number;
}
/** The width of a ghost, which no rule reads. */
export const ghost = (width: number): GhostWidth => ({ ghost: width });

/** A width for every field of a struct. */
export type Widths<T> = { readonly [F in keyof T as T[F] extends number ? F : never]: Width };

interface Slot {
  /** The place of the struct in `structs`, and the name of the field. */
  readonly struct: number;
  readonly field: string;
  readonly part: string;
  readonly word: number;
  readonly shift: number;
  readonly width: number;
  /** The value that the field has if it takes no bits. */
  readonly otherwise: number;
}

/** Code that moves some parts of a state between the structs and packed words. */
export interface Mover {
  /** Reads the parts from the state at `words[at]`. */
  load(words: Int32Array, at: number): void;
  /**
   * Writes the state to `to[at]`: these parts from the structs, the others from the state `from`.
   */
  store(from: Int32Array, to: Int32Array, at: number): void;
}

/** A run of bits in a word of a packed state. The mask is that of the bits without the shift. */
export interface Span {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
}

/** Gives bits to structs. A struct goes into the first word that has room for all of it. */
export class Layout {
  /** The bits of each word that are ghosts. */
  readonly ghostMasks: number[] = [];
  private readonly used: number[] = [];
  private readonly structs: object[] = [];
  private readonly slots: Slot[] = [];

  /** Gives bits to a struct, which belongs to `part` of the state, and returns the struct. */
  place<T extends object>(part: string, instance: T, widths: Widths<T>): T {
    const struct = this.structs.push(instance) - 1;
    const fields = Object.entries<Width>(widths);
    const word = this.wordFor(fields.reduce((sum, [, width]) => sum + bitsOf(width), 0));
    for (const [field, declared] of fields) {
      const width = bitsOf(declared);
      const otherwise = declared === ALWAYS ? 1 : 0;
      const shift = this.used[word] & 31;
      if (width > 0 && typeof declared === 'object') this.ghostMasks[word] |= maskOf(width, shift);
      this.used[word] += width;
      this.slots.push({ struct, field, part, word, shift, width, otherwise });
    }
    return instance;
  }

  private wordFor(bits: number): number {
    const found = this.used.findIndex((used) => used + bits <= 32);
    if (found >= 0) return found;
    this.ghostMasks.push(0);
    return this.used.push(0) - 1;
  }

  /** The bits of each word that belong to some parts. */
  masks(parts: ReadonlySet<string>): number[] {
    const masks = Array.from({ length: this.size }, () => 0);
    for (const { part, word, shift, width } of this.slots) {
      if (width > 0 && parts.has(part)) masks[word] |= maskOf(width, shift);
    }
    return masks;
  }

  private slotOf(instance: object, field: string): Slot | undefined {
    const struct = this.structs.indexOf(instance);
    return this.slots.find((slot) => slot.struct === struct && slot.field === field);
  }

  /** Generates the code that reads one field of a packed state. */
  reader<T extends object>(instance: T, field: keyof T & string): (words: Int32Array) => number {
    const slot = this.slotOf(instance, field);
    if (slot === undefined || slot.width === 0) return () => slot?.otherwise ?? 0;
    const { word, shift, width } = slot;
    const mask = maskOf(width, 0);
    return (words) => (words[word] >>> shift) & mask;
  }

  /** Where the bits of a struct are. A struct without bits has none. */
  spanOf(instance: object): Span | undefined {
    const struct = this.structs.indexOf(instance);
    const slots = this.slots.filter((slot) => slot.struct === struct && slot.width > 0);
    if (slots.length === 0) return undefined;
    const shift = Math.min(...slots.map((slot) => slot.shift));
    const width = slots.reduce((sum, slot) => sum + slot.width, 0);
    return { word: slots[0].word, shift, mask: maskOf(width, 0) };
  }

  /** Where the bits of one field are. */
  spanOfField<T extends object>(instance: T, field: keyof T & string): Span | undefined {
    const slot = this.slotOf(instance, field);
    if (slot === undefined || slot.width === 0) return undefined;
    return { word: slot.word, shift: slot.shift, mask: maskOf(slot.width, 0) };
  }

  /** The bits that a field takes, and the value that it has if it takes none. */
  room<T extends object>(
    instance: T,
    field: keyof T & string,
  ): { width: number; otherwise: number } {
    const slot = this.slotOf(instance, field);
    return slot ?? { width: 0, otherwise: 0 };
  }

  /** Where each field is, as a text. Layouts with the same text give fields the same bits. */
  get form(): string {
    return JSON.stringify(this.slots);
  }

  /** The number of words of a state. */
  get size(): number {
    return Math.max(1, this.used.length);
  }

  /** The number of bits in use. */
  get bits(): number {
    return this.used.reduce((sum, used) => sum + used, 0);
  }

  /**
   * Generates the code that moves `parts`. Straight-line code with constant shifts is several times
   * faster than a loop over the fields. Every search spends most of its time in this code.
   */
  mover(parts: ReadonlySet<string>): Mover {
    const slots = this.slots.filter((slot) => parts.has(slot.part));
    const structs = [...new Set(slots.map((slot) => slot.struct))];
    const packed = slots.filter((slot) => slot.width > 0);
    const words = Array.from({ length: this.size }, (_, word) => word);
    const load = slots.map(({ struct, field, word, shift, width, otherwise }) =>
      width === 0
        ? `s${struct}.${field} = ${otherwise};`
        : `s${struct}.${field} = w${word} >>> ${shift} & ${maskOf(width, 0)};`,
    );
    const store = words.map((word) => {
      const here = packed.filter((slot) => slot.word === word);
      const keep = ~here.reduce((mask, slot) => mask | maskOf(slot.width, slot.shift), 0);
      const fields = here.map(({ struct, field, shift }) => ` | s${struct}.${field} << ${shift}`);
      return `to[at + ${word}] = from[${word}] & ${keep}${fields.join('')};`;
    });
    const source = `
      ${structs.map((struct) => `const s${struct} = structs[${struct}];`).join('\n')}
      return {
        load(words, at) {
          ${words.map((word) => `const w${word} = words[at + ${word}];`).join('\n')}
          ${load.join('\n')}
        },
        store(from, to, at) {
          ${store.join('\n')}
        },
      };`;
    const make = makerOf(source);
    return make === undefined ? this.plainMover(slots) : make(this.structs);
  }

  /** What the generated code of mover() does, for where no code may be generated. */
  plainMover(slots: readonly Slot[]): Mover {
    const fields = slots.map((slot) => ({
      ...slot,
      mask: slot.width === 0 ? 0 : maskOf(slot.width, 0),
      struct: this.structs[slot.struct] as Record<string, number>,
    }));
    const packed = fields.filter(({ width }) => width > 0);
    const keep = Array.from({ length: this.size }, () => -1);
    for (const { word, shift, mask } of packed) keep[word] &= ~(mask << shift);
    return {
      load(words, at) {
        for (const { struct, field, word, shift, width, mask, otherwise } of fields) {
          struct[field] = width === 0 ? otherwise : (words[at + word] >>> shift) & mask;
        }
      },
      store(from, to, at) {
        for (const [word, bits] of keep.entries()) to[at + word] = from[word] & bits;
        for (const { struct, field, word, shift } of packed) {
          to[at + word] |= struct[field] << shift;
        }
      },
    };
  }
}

type MakeMover = (structs: readonly object[]) => Mover;
/**
 * The makers of movers by their source. Models with the same layout share the code, so that an
 * engine compiles it once.
 */
const MAKERS = new Map<string, MakeMover | undefined>();

function makerOf(source: string): MakeMover | undefined {
  if (!MAKERS.has(source)) {
    MAKERS.set(source, generated(['structs'], source) as MakeMover | undefined);
  }
  return MAKERS.get(source);
}

const bitsOf = (width: Width): number =>
  width === ALWAYS ? 0 : typeof width === 'object' ? width.ghost : width;
const maskOf = (width: number, shift: number): number => (0xffffffff >>> (32 - width)) << shift;
