/** Finds misses: looks and evictions that ignore uses of which the log is certain. */

export interface Missed {
  /** The line of the report, or of the eviction. */
  readonly line: number;
  readonly kind: 'unreferenced' | 'evicted';
  readonly usedAtLine: number;
  readonly usedBy: User;
  /** How much later than the use it is, by the clock of the log. */
  readonly after: number;
  /** The lines that led to it. */
  readonly story: readonly StoryLine[];
}

export interface StoryLine {
  readonly line: number;
  readonly text: string;
}

/** Misses of one kind that are not kept, as the log may have no end. */
export interface Counted {
  readonly kind: Missed['kind'];
  readonly usedBy: User;
  readonly times: number;
  /** The shortest and the longest time after the use. They are of one order of magnitude. */
  readonly after: readonly [shortest: number, longest: number];
}

export type User = 'device' | 'cpu';

export interface Use {
  readonly line: number;
  readonly by: User;
  /** The time of its end. */
  readonly at: number;
}

/** What the uses of all pages share. */
interface Shared {
  /** The time of the line that is read. */
  readonly now: number;
  /** How many misses of a page are kept. */
  readonly bounds: { readonly misses: number };
}

const latest = (uses: Iterable<Use>): Use | undefined =>
  [...uses].toSorted((a, b) => a.line - b.line).at(-1);

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

  private readonly last = new Map<User, Use>();
  private remembered: StoryLine[] = [];
  /** The uses that the current look has to find. */
  private expected: readonly Use[] = [];
  private looking = false;
  /** The use that the last look missed. */
  private overlooked: Use | undefined;

  private readonly shared: Shared;
  private readonly onMiss: (miss: Missed) => void;

  constructor(shared: Shared, onMiss: (miss: Missed) => void = () => {}) {
    this.shared = shared;
    this.onMiss = onMiss;
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

  used(by: User, line: number, text: string): void {
    this.last.set(by, { line, by, at: this.shared.now });
    this.remember(line, text);
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

  /** The uses that a look has to find if it begins now. */
  get unseen(): readonly Use[] {
    return [...this.last.values()];
  }

  lookBegins(expected = this.unseen): void {
    this.looking = true;
    this.expected = expected;
    this.last.clear();
  }

  /** A look is over, and has reported `referenced`. */
  lookEnds(line: number, referenced: number, text: string): void {
    if (!this.looking) this.lookBegins();
    this.looking = false;
    this.looks++;
    const use = latest(this.expected);
    // A use during a look may be missed.
    this.last.clear();
    this.remember(line, text);
    this.overlooked = referenced ? undefined : use;
    if (this.overlooked !== undefined) this.miss(line, 'unreferenced', this.overlooked);
  }

  /** Reclaim unmaps the page. `isAsked`: a look of the same pass has said that it may. */
  evicted(line: number, text: string, isAsked: boolean): void {
    this.evictions++;
    const unasked = isAsked ? undefined : latest(this.last.values());
    const use = this.overlooked ?? unasked;
    this.remember(line, text);
    if (use !== undefined) this.miss(line, 'evicted', use);
    this.gone();
  }

  /** The page is gone. */
  gone(): void {
    this.last.clear();
    this.overlooked = undefined;
    this.looking = false;
  }

  /** After reading the whole log: the uses by this user are no longer certain. */
  doubt(user: User): void {
    this.missed = this.missed.filter(({ usedBy }) => usedBy !== user);
    for (const [key, { usedBy }] of this.counts) if (usedBy === user) this.counts.delete(key);
  }

  /**
   * Events after a line are lost. Some of them may have been looks or uses. Returns the misses that
   * are taken back.
   */
  lost(since: number): Missed[] {
    const doubtful = this.missed.filter(({ line }) => line > since);
    this.missed = this.missed.filter(({ line }) => line <= since);
    this.remembered = [];
    this.gone();
    return doubtful;
  }

  private miss(line: number, kind: Missed['kind'], use: Use): void {
    const { line: usedAtLine, by: usedBy } = use;
    const story = [...this.remembered];
    const after = Math.max(0, this.shared.now - use.at);
    const miss = { line, kind, usedAtLine, usedBy, after, story };
    this.missed.push(miss);
    // The first is kept, so that there is one as long as some are counted.
    if (this.missed.length > this.shared.bounds.misses) this.countOnly(this.missed.splice(1, 1)[0]);
    this.onMiss(miss);
  }

  /** Counts a miss that is not kept. */
  private countOnly({ kind, usedBy, after }: Missed): void {
    const key = `${kind} ${usedBy} ${Math.floor(Math.log10(after))}`;
    const { times, after: range } = this.counts.get(key) ?? { times: 0, after: [after, after] };
    const [shortest, longest] = [Math.min(range[0], after), Math.max(range[1], after)];
    this.counts.set(key, { kind, usedBy, times: times + 1, after: [shortest, longest] });
  }
}
