/** How a part and the others take work and wait for one another. */
import type { Limits, Stop } from '../search.ts';
import type { Memory } from './memory.ts';
import { ASKED, BEFORE, NEXT, REASONS } from './memory.ts';

/** How often a part looks for news before it sleeps. */
const LOOKS = 2000;

export class Crew {
  private readonly memory: Memory;
  private readonly me: number;
  private readonly limits: Limits;
  private readonly shared: number;

  constructor(memory: Memory, me: number, limits: Limits) {
    this.memory = memory;
    this.me = me;
    this.limits = limits;
    this.shared = memory.parcels.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Whether all parts have absorbed so many rounds. */
  allAbsorbed(rounds: number): boolean {
    return least(this.memory.absorbed) >= rounds;
  }

  /** Whether all parts have arranged so many levels. */
  allArranged(levels: number): boolean {
    return least(this.memory.arranged) >= levels;
  }

  /** Whether a round was expanded, and its parcels are there. */
  isExpanded(round: number): boolean {
    const { expanded, places } = this.memory;
    return Atomics.load(expanded, round % places) === round + 1;
  }

  /** The next round to expand. */
  get next(): number {
    return Atomics.load(this.memory.control, NEXT);
  }

  /** Tries to take a round. It fails if another part was faster. */
  takes(round: number): boolean {
    return Atomics.compareExchange(this.memory.control, NEXT, round, round + 1) === round;
  }

  /**
   * Whether a round may be expanded: its place is free, as all parts have absorbed the round that
   * had it. `first` is the first round of the level; all rounds before it have been absorbed.
   */
  isFree(round: number, first: number): boolean {
    return this.allAbsorbed(this.knownAt(round, first) + 1);
  }

  /** The last round that all parts have surely absorbed when a round is free. */
  private knownAt(round: number, first: number): number {
    return Math.max(round - this.memory.places, first - 1);
  }

  /**
   * The reason why no part expands a free round, if there is one. All parts decide alike, because
   * what was noted stays until the round is expanded. So a reason counts only if nobody has taken
   * the round in the meantime. What the main thread asks for takes effect before a round that
   * nobody can have taken yet.
   */
  reasonToStop(round: number, first: number): Stop | undefined {
    const { control, sizes, bytes, places } = this.memory;
    const { maxStates = Infinity, maxMemory = Infinity } = this.limits;
    const known = this.knownAt(round, first);
    if (known >= 0) {
      const place = known % places;
      if (sumAt(sizes, place, places) >= maxStates) return 'max-states';
      if (sumAt(bytes, place, places) + this.shared >= maxMemory) return 'max-memory';
    }
    const asked = Atomics.load(control, ASKED);
    if (asked !== 0) Atomics.compareExchange(control, BEFORE, 0, this.next + places);
    const before = Atomics.load(control, BEFORE);
    return before !== 0 && round >= before ? REASONS[Atomics.load(control, ASKED) - 1] : undefined;
  }

  /** Lets the other parts know that something is finished. */
  ring(): void {
    const { bells, jobs } = this.memory;
    for (let part = 0; part < jobs; part++) {
      if (part === this.me) continue;
      Atomics.add(bells, part, 1);
      Atomics.notify(bells, part);
    }
  }

  /** Does pieces of work until the condition holds, and waits while there is none. */
  until(holds: () => boolean, work: () => boolean): void {
    const { bells } = this.memory;
    for (;;) {
      const bell = Atomics.load(bells, this.me);
      if (holds()) return;
      if (work()) continue;
      let looks = 0;
      while (looks < LOOKS && Atomics.load(bells, this.me) === bell) looks++;
      if (looks === LOOKS) Atomics.wait(bells, this.me, bell);
    }
  }
}

function least(counts: Int32Array): number {
  let least = Infinity;
  for (let part = 0; part < counts.length; part++) {
    least = Math.min(least, Atomics.load(counts, part));
  }
  return least;
}

function sumAt(noted: Float64Array, place: number, places: number): number {
  let sum = 0;
  for (let at = place; at < noted.length; at += places) sum += noted[at];
  return sum;
}
