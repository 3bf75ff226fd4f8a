/**
 * Devices can be exchanged in a state, and so can CPUs, and pages that no step tells apart. A state
 * and the state after an exchange do the same. A search keeps one of them, in a normal form, and
 * remembers how it was exchanged.
 */
import type { Layout, Span } from './layout.ts';
import type { Page, State, Thread } from './state.ts';

/** The bits of an agent. All agents of a kind have spans of the same widths, in the same order. */
type Agent = readonly Span[];

/** Agents that can be exchanged, and threads that name one of them by its number. */
interface Alike {
  readonly agents: readonly Agent[];
  readonly namedBy: readonly Name[];
}

/** The number of a page that a thread works on. It has a meaning only while the thread works. */
interface Name {
  readonly works: (words: Int32Array) => number;
  readonly span: Span;
}

/** Two bits tell which of four agents stands at a place. */
const PLACE_BITS = 2;

export const read = (words: Int32Array, at: number, { word, shift, mask }: Span): number =>
  (words[at + word] >>> shift) & mask;

export function write(
  words: Int32Array,
  at: number,
  { word, shift, mask }: Span,
  value: number,
): void {
  words[at + word] = (words[at + word] & ~(mask << shift)) | (value << shift);
}

/** The number of bits of a mask. */
const widthOf = (mask: number): number => 32 - Math.clz32(mask);

/** The same bits in fewer spans: spans that follow one another in every agent become one. */
function joined(agents: readonly Agent[]): Agent[] {
  const spans: Span[][] = agents.map(() => []);
  for (const i of agents[0].keys()) {
    const follows = agents.every((agent, a) => {
      const last = spans[a].at(-1);
      return last?.word === agent[i].word && last.shift + widthOf(last.mask) === agent[i].shift;
    });
    for (const [a, agent] of agents.entries()) {
      const last = spans[a].at(-1);
      if (!follows || last === undefined) spans[a].push(agent[i]);
      else {
        const mask = last.mask | (agent[i].mask << widthOf(last.mask));
        spans[a][spans[a].length - 1] = { ...last, mask };
      }
    }
  }
  return spans;
}

/** Exchanges agents of one kind. */
class Exchange {
  private readonly alike: Alike;
  /** What is moved where agents are exchanged. */
  private readonly moved: readonly Agent[];
  /** At each place, the agent that stands there. */
  private readonly order: Int32Array;
  private readonly values: Int32Array;
  readonly bits: number;

  constructor(alike: Alike) {
    const { agents } = alike;
    this.alike = alike;
    this.moved = joined(agents);
    this.order = new Int32Array(agents.length);
    this.values = new Int32Array(agents.length * this.moved[0].length);
    this.bits = agents.length * PLACE_BITS;
  }

  /** Above 0 if one agent comes after another, below 0 if before, and 0 if they are the same. */
  private compare(words: Int32Array, at: number, a: number, b: number): number {
    const left = this.alike.agents[a];
    const right = this.alike.agents[b];
    for (let i = 0; i < left.length; i++) {
      const more = read(words, at, left[i]) - read(words, at, right[i]);
      if (more !== 0) return more;
    }
    return 0;
  }

  /** Writes the agent `from(place)` to each place, and renames what names them. */
  private place(words: Int32Array, at: number, order: Int32Array): void {
    const { moved, values } = this;
    const width = moved[0].length;
    for (let a = 0; a < moved.length; a++) {
      for (let i = 0; i < width; i++) values[a * width + i] = read(words, at, moved[a][i]);
    }
    for (let to = 0; to < moved.length; to++) {
      for (let i = 0; i < width; i++) {
        write(words, at, moved[to][i], values[order[to] * width + i]);
      }
    }
    for (const { works, span } of this.alike.namedBy) {
      if (works(at === 0 ? words : words.subarray(at)) === 0) continue;
      write(words, at, span, order.indexOf(read(words, at, span)));
    }
  }

  /** Whether the agents are in order already. Most are, so this comes before all else. */
  private isSorted(words: Int32Array, at: number): boolean {
    const { length } = this.order;
    for (let a = 1; a < length; a++) if (this.compare(words, at, a - 1, a) > 0) return false;
    return true;
  }

  /** Sorts the agents by their bits. Returns the code of what was done; 0 if nothing was. */
  sort(words: Int32Array, at: number): number {
    if (this.isSorted(words, at)) return 0;
    const { order } = this;
    for (let place = 0; place < order.length; place++) {
      let to = place;
      while (to > 0 && this.compare(words, at, order[to - 1], place) > 0) {
        order[to] = order[to - 1];
        to--;
      }
      order[to] = place;
    }
    this.place(words, at, order);
    let code = 0;
    // The code is of what is to be done to come back, less the code of doing nothing.
    for (let place = 0; place < order.length; place++) {
      code |= (place ^ order[place]) << (place * PLACE_BITS);
    }
    return code;
  }

  /** In how many ways agents that are in order can stand in any order. */
  count(words: Int32Array): number {
    const { length } = this.order;
    let ways = 1;
    let alike = 1;
    for (let place = 1; place < length; place++) {
      alike = this.compare(words, 0, place, place - 1) === 0 ? alike + 1 : 1;
      ways = (ways * (place + 1)) / alike;
    }
    return ways;
  }

  /** Takes back what sort() has done. */
  restore(words: Int32Array, code: number): void {
    if (code === 0) return;
    const { order } = this;
    for (let place = 0; place < order.length; place++) {
      const agent = ((code >>> (place * PLACE_BITS)) & 3) ^ place;
      order[agent] = place;
    }
    this.place(words, 0, order);
  }
}

/** The normal form of states under all exchanges. */
export class Symmetry {
  private readonly exchanges: readonly Exchange[];

  constructor(kinds: readonly Alike[]) {
    this.exchanges = kinds
      .filter(({ agents }) => agents.length > 1 && agents[0].length > 0)
      .map((alike) => new Exchange(alike));
  }

  /** Whether nothing can be exchanged. */
  get isNone(): boolean {
    return this.exchanges.length === 0;
  }

  /** Brings the state at `words[at]` into its normal form. Returns the code of the exchanges. */
  normal(words: Int32Array, at: number): number {
    let code = 0;
    let shift = 0;
    for (const exchange of this.exchanges) {
      code |= exchange.sort(words, at) << shift;
      shift += exchange.bits;
    }
    return code;
  }

  /**
   * How many states have this normal form, if one kind of agent alone is exchanged and nothing
   * names one.
   */
  count(words: Int32Array): number {
    return this.exchanges.reduce((product, exchange) => product * exchange.count(words), 1);
  }

  /** Gives back the state from its normal form and the code of the exchanges. */
  restore(words: Int32Array, code: number): void {
    if (code === 0) return;
    let shift = this.exchanges.reduce((sum, { bits }) => sum + bits, 0);
    for (let i = this.exchanges.length - 1; i >= 0; i--) {
      const exchange = this.exchanges[i];
      shift -= exchange.bits;
      exchange.restore(words, (code >>> shift) & ((1 << exchange.bits) - 1));
    }
  }
}

/** What can be exchanged in the states of a layout: `pages` says whether pages can. */
export function symmetryOf(
  layout: Layout,
  { pages, ...threads }: State,
  count: { readonly devices: number; readonly cpus: number },
  pagesAreAlike: boolean,
): Symmetry {
  const spans = (structs: readonly object[]): Span[] => spansOf(layout, structs);
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
  const devices = upTo(count.devices).map((dev) =>
    spans(pages.flatMap(({ atc, link }) => [atc[dev], link[dev]])),
  );
  const cpus = upTo(count.cpus).map((cpu) => spans(pages.map(({ tlb }) => tlb[cpu])));
  const whole = pages.map((page) => pageSpans(layout, page));
  return new Symmetry([
    { agents: devices, namedBy: [] },
    { agents: cpus, namedBy: [] },
    { agents: pagesAreAlike ? whole : [], namedBy: namesIn(layout, Object.values(threads)) },
  ]);
}

const spansOf = (layout: Layout, structs: readonly object[]): Span[] =>
  structs.flatMap((struct) => layout.spanOf(struct) ?? []);

/**
 * Where the bits of a page are. All pages of a system have spans of the same widths, in the same
 * order, whatever the number of pages in scope is.
 */
export const pageSpans = (layout: Layout, page: Page): Agent => spansOf(layout, structsOf(page));

const structsOf = ({ pte, flags, tlb, iotlb, spte, atc, link, ...page }: Page): object[] => [
  pte,
  flags,
  iotlb,
  spte,
  page.asked,
  page.queue,
  page.split,
  page.seen.reclaim,
  page.seen.idle,
  ...tlb,
  ...atc,
  ...link,
];

/** Where threads name the page on which they work. */
const namesIn = (layout: Layout, threads: readonly Thread[]): Name[] =>
  threads.flatMap((thread) => {
    const span = layout.spanOfField(thread, 'page');
    return span === undefined ? [] : [{ works: layout.reader(thread, 'at'), span }];
  });
