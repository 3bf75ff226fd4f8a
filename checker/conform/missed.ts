/**
 * Finds misses: looks and evictions that ignore uses of which the log is certain. Keeps harms, too:
 * uses of what was taken away.
 */

export interface Missed {
  /** The line of the report, or of the eviction. */
  readonly line: number;
  readonly kind: 'unreferenced' | 'evicted';
  readonly usedAtLine: number;
  readonly usedBy: User;
  /** How much later than the use it is, by the clock of the log. */
  readonly after: number;
  /** Whether the use is certain even if no line shows who reads a PTE's young bit. */
  readonly heardBy: Heard;
  /** The lines that led to it. */
  readonly story: readonly StoryLine[];
}

/** A device has used what was taken away from it. */
export interface Harm {
  /** The line where the access begins. */
  readonly line: number;
  readonly kind: 'stale-read' | 'stale-write' | 'revoked-write';
  /** The lines that prove it, and those that led to it. */
  readonly story: StoryLine[];
}

export interface StoryLine {
  readonly line: number;
  readonly text: string;
}

/** Misses of one kind that are not kept, as the log may have no end. */
export interface Counted {
  readonly kind: Missed['kind'];
  readonly usedBy: User;
  readonly heardBy: Heard;
  readonly times: number;
  /** The shortest and the longest time after the use. They are of one order of magnitude. */
  readonly after: readonly [shortest: number, longest: number];
}

export type User = 'device' | 'cpu';

/**
 * What may have heard of a use by the PTE, where no line shows who reads it. `nobody`: the PTE was
 * known to be old, and the use was an ATC hit, which leaves it so. `walk`: a page-walk callback
 * came later, which clears young bits. `user`: a user has asked to forget.
 */
export type Heard = 'nobody' | 'unknown' | 'walk' | 'user';

export interface Use {
  readonly line: number;
  readonly by: User;
  /** The time of its end. */
  readonly at: number;
  heardBy: Heard;
}

/** Whether nobody has heard of a use, though no line shows who reads a PTE's young bit. */
export const isUnheard = ({ heardBy }: Pick<Missed, 'heardBy'>, recorded: boolean): boolean =>
  heardBy === 'nobody' || (recorded && heardBy === 'unknown');

/** Hears of what is found while the log is read. */
export interface Hearer {
  found(miss: Missed): void;
  harmed(harm: Harm): void;
}

/** What the uses of all pages share. */
interface Shared {
  /** The time of the line that is read. */
  readonly now: number;
  /** How many misses and harms of a page are kept. */
  readonly bounds: { readonly misses: number };
}

const latest = (uses: Iterable<Use>): Use | undefined =>
  [...uses].toSorted((a, b) => a.line - b.line).at(-1);

const inOrder = (story: readonly StoryLine[]): StoryLine[] =>
  story.toSorted((a, b) => a.line - b.line);

/** How many lines of a story are remembered. */
const REMEMBERED = 8;

/**
 * The uses, looks and evictions of one page. A use counts from its end; a look counts from its
 * begin.
 */
export class Uses {
  looks = 0;
  evictions = 0;
  missed: Missed[] = [];
  /** Further misses, by what they have in common. */
  private counts = new Map<string, Counted>();
  harms: Harm[] = [];

  private readonly last = new Map<User, Use>();
  /** The uses that somebody asks for whose answer the log does not have so far. */
  private askedFor: readonly Use[] = [];
  private remembered: StoryLine[] = [];
  /** The uses that the current look has to find. */
  private expected: readonly Use[] = [];
  private looking = false;
  private stopped = false;
  /** The use that the last look missed. */
  private overlooked: Use | undefined;

  private readonly shared: Shared;
  private readonly hearer: Hearer | undefined;

  constructor(shared: Shared, hearer?: Hearer) {
    this.shared = shared;
    this.hearer = hearer;
  }

  /** The misses that are not kept. */
  get counted(): readonly Counted[] {
    return [...this.counts.values()];
  }

  /** How many misses there are, kept or not. */
  get misses(): number {
    return this.counted.reduce((sum, { times }) => sum + times, this.missed.length);
  }

  private remember(line: number, text: string): void {
    this.remembered.push({ line, text });
    if (this.remembered.length > REMEMBERED) this.remembered = this.remembered.slice(-REMEMBERED);
  }

  used(by: User, line: number, text: string, heardBy: Heard = 'unknown'): void {
    this.last.set(by, { line, by, at: this.shared.now, heardBy });
    this.remember(line, text);
  }

  /** A young bit shows that there was a use, at the latest at this line. */
  shown(by: User, line: number, text: string): void {
    if (this.last.has(by)) this.remember(line, text);
    else this.used(by, line, text);
  }

  /** A page-walk callback comes to the page. It may clear the young bit. */
  walked(line: number, text: string, asked: boolean): void {
    for (const use of this.last.values()) {
      if (asked) use.heardBy = 'user';
      else if (use.heardBy === 'unknown') use.heardBy = 'walk';
    }
    this.remember(line, text);
  }

  /** A device uses what was taken away. The proof is the last part of the story. */
  harmed(kind: Harm['kind'], line: number, proof: readonly StoryLine[]): void {
    if (this.stopped) return;
    const story = inOrder([...this.remembered, ...proof]);
    const harm = { line, kind, story };
    this.harms.push(harm);
    if (this.harms.length > this.shared.bounds.misses) this.harms.splice(1, 1);
    this.hearer?.harmed(harm);
  }

  /** Somebody else cleared or read a young bit. It belongs in the story. */
  happened(line: number, text: string): void {
    this.remember(line, text);
  }

  /** A user asked the kernel to forget the uses. */
  forget(...users: readonly User[]): void {
    for (const user of users) this.last.delete(user);
  }

  /** An aging walk found a young bit, so reclaim has heard of the uses without a look. */
  heard(): void {
    this.last.clear();
  }

  /** A call asks for the young bit. Until its answer comes, the uses do not count. */
  asked(): void {
    this.askedFor = this.unseen;
    this.last.clear();
  }

  /** The answer came. What it says of the uses is another matter. */
  answered(): void {
    for (const use of this.askedFor) if (!this.last.has(use.by)) this.last.set(use.by, use);
    this.askedFor = [];
  }

  /** The uses that a look has to find if it begins now. */
  get unseen(): readonly Use[] {
    return [...this.last.values()];
  }

  lookBegins(expected = this.unseen): void {
    this.looking = true;
    this.expected = expected;
    this.last.clear();
  }

  /** The look that has begun was at another page. */
  lookedElsewhere(unseen: readonly Use[]): void {
    this.looking = false;
    for (const use of unseen) this.last.set(use.by, use);
  }

  /** The pages of these uses become parts of this one. */
  takesOver(others: readonly Uses[]): void {
    for (const other of others) {
      for (const [user, use] of other.last) {
        if (use.line > (this.last.get(user)?.line ?? 0)) this.last.set(user, use);
      }
      other.gone();
    }
  }

  /** A look is over, and has reported `referenced`. */
  lookEnds(line: number, referenced: number, text: string): void {
    if (!this.looking) this.lookBegins();
    this.looking = false;
    if (!this.stopped) this.looks++;
    const use = latest(this.expected);
    // A use during a look may be missed.
    this.last.clear();
    this.remember(line, text);
    this.overlooked = referenced ? undefined : use;
    if (this.overlooked !== undefined) this.miss(line, 'unreferenced', this.overlooked);
  }

  /** Reclaim unmaps the page. `isAsked`: a look of the same pass has said that it may. */
  evicted(line: number, text: string, isAsked: boolean): void {
    if (!this.stopped) this.evictions++;
    const unasked = isAsked ? undefined : latest(this.last.values());
    const use = this.overlooked ?? unasked;
    this.remember(line, text);
    if (use !== undefined) this.miss(line, 'evicted', use);
    this.gone();
  }

  /**
   * A line shows that the page was not mapped. No line may have shown who unmapped it. What used it
   * before is no use of the page that comes next.
   */
  missing(line: number): void {
    for (const [user, use] of this.last) if (use.line < line) this.last.delete(user);
    this.overlooked = undefined;
  }

  /** The page is gone. */
  gone(): void {
    this.last.clear();
    this.askedFor = [];
    this.overlooked = undefined;
    this.looking = false;
  }

  /** From now on nothing is judged. */
  stop(): void {
    this.stopped = true;
  }

  /** Nothing that was found is said: no run explains the page. */
  withdraw(): readonly Missed[] {
    const { missed } = this;
    this.missed = [];
    this.counts.clear();
    this.harms = [];
    return missed;
  }

  /**
   * After reading the whole log: a use by this user is certain only if nobody can have heard of it.
   * `recorded`: every page-walk callback would have left a line.
   */
  doubt(user: User, recorded: boolean): void {
    const stays = (one: Pick<Missed, 'usedBy' | 'heardBy'>): boolean =>
      one.usedBy !== user || isUnheard(one, recorded);
    this.missed = this.missed.filter(stays);
    for (const [key, one] of this.counts) if (!stays(one)) this.counts.delete(key);
  }

  /**
   * Events after a line are lost. Some of them may have been looks or uses. Returns the misses that
   * are taken back.
   */
  lost(since: number): Missed[] {
    const doubtful = this.missed.filter(({ line }) => line > since);
    this.missed = this.missed.filter(({ line }) => line <= since);
    this.harms = this.harms.filter(({ line }) => line <= since);
    this.remembered = [];
    this.gone();
    return doubtful;
  }

  private miss(line: number, kind: Missed['kind'], use: Use): void {
    if (this.stopped) return;
    const { line: usedAtLine, by: usedBy, heardBy } = use;
    const story = inOrder(this.remembered);
    const after = Math.max(0, this.shared.now - use.at);
    const miss = { line, kind, usedAtLine, usedBy, heardBy, after, story };
    this.missed.push(miss);
    // The first is kept, so that there is one as long as some are counted.
    if (this.missed.length > this.shared.bounds.misses) this.countOnly(this.missed.splice(1, 1)[0]);
    this.hearer?.found(miss);
  }

  /** Counts a miss that is not kept. */
  private countOnly({ kind, usedBy, heardBy, after }: Missed): void {
    const key = `${kind} ${usedBy} ${heardBy} ${Math.floor(Math.log10(after))}`;
    const { times, after: range } = this.counts.get(key) ?? { times: 0, after: [after, after] };
    const [shortest, longest] = [Math.min(range[0], after), Math.max(range[1], after)];
    this.counts.set(key, { kind, usedBy, heardBy, times: times + 1, after: [shortest, longest] });
  }
}
