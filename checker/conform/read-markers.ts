/** Reads markers that a test program wrote: its pages, its accesses, and its system calls. */
import type { LogEvent } from './ftrace/index.ts';
import { field, numberOf } from './ftrace/index.ts';
import { pageIn, pagesIn, partsOf } from './huge-page.ts';
import { pteAfterCpu } from './known-pte.ts';
import type { KnownPte } from './known-pte.ts';
import type { LogLine, Log } from './log.ts';
import type { TraceMark } from './program-calls.ts';
import type { User } from './missed.ts';
import type { Bit } from './observation.ts';
import { HIDDEN, WRITES } from './observation.ts';
import type { PageLog, Space } from './page-log.ts';
import { isShadow } from './secondary.ts';
import { becomesHuge, endsHuge } from './size-changes.ts';
import { frameOf } from './spte.ts';
import { harmOf } from './taken-away.ts';
import { PAGE_SIZE } from './page-log.ts';

const READS = { device: HIDDEN.devReads, cpu: HIDDEN.cpuReads } as const;
const USES = { device: 'a device uses it', cpu: 'a CPU uses it' } as const;

/** The program of a scenario, the child that reclaims, and the region with its guest address. */
const SCENARIO = new RegExp(
  [
    /^SCENARIO (\S+) pid=(\d+)(?: child=(\d+))? /,
    /.*region=(0x[0-9a-f]+) pages=(\d+)(?: gpa=(0x[0-9a-f]+))?/,
  ]
    .map(({ source }) => source)
    .join(''),
);

/** Markers that are about a name, or that the child of a fork writes, and claim no page. */
const OF_ANY_TASK = /^(?:SCENARIO|TRACE|CHILD)\b/;

/** How many characters of a marker are quoted. */
const MAX_TEXT = 60;

/** A region of at most this many pages (2 MiB) has all of them tracked from the start. */
const MANY = 512;

/** An access under way: the line of its begin marker, and what was known of the PTE there. */
interface Begin {
  readonly line: number;
  readonly isWrite: boolean;
  readonly pte: KnownPte | undefined;
}
type Begun = Map<PageLog, Begin>;

const PATHS = { 'atc-hit': 'hit', 'atc-miss': 'miss' } as const;

type Handler = (match: RegExpExecArray, line: LogLine) => void;

/** On arm64 a PTE may be written if it is not read-only, or if hardware may make it so (DBM). */
function writableOf(bit: (...names: readonly string[]) => Bit | undefined): Bit | undefined {
  const readOnly = bit('rdonly');
  return readOnly === 0 ? 1 : bit('W', 'writable');
}

export class MarkerReader {
  private readonly log: Log;
  private readonly begun: Readonly<Record<User, Begun>> = { device: new Map(), cpu: new Map() };
  private readonly handlers: readonly (readonly [RegExp, Handler])[];

  constructor(log: Log) {
    this.log = log;
    this.handlers = [
      [SCENARIO, (match, { event }) => this.scenario(match, event)],
      [/^SCENARIO (\S+) end/, ([, scenario], { event }) => this.ended(scenario, event.line)],
      [/^TRACE begin\b/, (_, { event }) => this.traced(log.program.begins, event)],
      [/^TRACE end\b/, (_, { event }) => this.traced(log.program.ends, event)],
      [/^DEV begin P\d+ ([rw]) va=(0x[0-9a-f]+)/, (match, at) => this.begins('device', match, at)],
      [/^CPU begin P\d+ ([rw]) va=(0x[0-9a-f]+)/, (match, at) => this.begins('cpu', match, at)],
      [/^DEV end P(\d+)/, ([, page], at) => this.ends('device', Number(page), at)],
      [/^CPU end P(\d+)/, ([, page], at) => this.ends('cpu', Number(page), at)],
      [/^PTE \S+ P(\d+) /, ([, page], { event }) => this.pteRead(Number(page), event)],
      [/^CHILD reads P(\d+) value=(\S+)/, (match, at) => this.childReads(match, at.event.line)],
      [
        /^CPU begin prefault/,
        (_, { event: { line } }) => this.everyPage((page) => this.opens('cpu', page, 'w', line)),
      ],
      [
        /^CPU end prefault/,
        (_, { event }) => this.everyPage((page) => this.closes('cpu', page, event)),
      ],
      [/^VLOOP start/, () => this.window(HIDDEN.devReads, true)],
      [/^VLOOP stop/, () => this.window(HIDDEN.devReads, false)],
      [/^MADV_COLD begin/, (_, { event }) => (this.log.task(event.pid).cooling = true)],
      [/^MADV_COLD end(?: P(\d+))?/, ([, page], at) => this.cooled(at, page)],
      [/^MADV_PAGEOUT begin/, () => this.window(HIDDEN.pageouts, true)],
      [/^MADV_PAGEOUT end/, () => this.window(HIDDEN.pageouts, false)],
      [
        /^STATE \S+ P\d+ va=(0x[0-9a-f]+) present=([01])(?: pfn=(0x[0-9a-f]+))?/,
        (match, { event }) => this.stateRead(match, event),
      ],
    ];
  }

  read(line: LogLine): void {
    const { log } = this;
    const { pid, text } = line.event;
    const isKnown = log.targets.length === 0 || this.findsWriter(pid);
    if (!isKnown && !OF_ANY_TASK.test(text)) return this.byUnknown(line.event);
    // A program goes on only when its system calls are over.
    for (const page of log.target?.pages.values() ?? []) page.goesOn(pid);
    log.program.marked(text, line.event.line);
    for (const [pattern, handler] of this.handlers) {
      const match = pattern.exec(text);
      if (match !== null) return handler(match, line);
    }
    if (/^(?:SCENARIO|TRACE|DEV|CPU)\b/.test(text)) this.odd(line.event);
  }

  /**
   * Makes the program that a task belongs to the target: its own, that of which it is the child or
   * which it has announced, or that of its mm. Returns false if there is none. A program that was
   * announced by another task, such as a shell, may have its markers from any task, if it is alone.
   */
  private findsWriter(pid: number): boolean {
    const { log } = this;
    const known = [...(log.target ? [log.target] : []), ...log.targets];
    const isOf = ({ pids, workers }: Space): boolean => pids.has(pid) || workers.has(pid);
    const target =
      log.targets.find(({ pids }) => pids.has(pid)) ??
      known.find(isOf) ??
      log.owners.spaceOf(pid, known) ??
      known.find(({ isAnnounced }) => isAnnounced && log.targets.length === 1);
    log.target = target ?? log.target;
    return target !== undefined;
  }

  /**
   * No SCENARIO names the task that writes a marker. If that line is lost, the task may belong to
   * another program with pages at the same addresses. Nobody knows which page the marker means.
   */
  private byUnknown({ text, line }: LogEvent): void {
    if (!this.handlers.some(([pattern]) => pattern.test(text))) return;
    for (const { pages } of this.log.targets) this.log.claimed([...pages.values()], line);
  }

  /** Events were lost, so that an access whose begin is known may be over. */
  broken(): void {
    for (const begun of Object.values(this.begun)) begun.clear();
  }

  /** The program says where the events of a trace begin or end. */
  private traced(marks: TraceMark[], { line }: LogEvent): void {
    marks.push({ line, space: this.log.target });
  }

  private odd({ line, text }: LogEvent): void {
    const odd = this.log.oddMarkers;
    if (odd.count++ === 0) Object.assign(odd, { line, text: text.slice(0, MAX_TEXT) });
  }

  private scenario([, scenario, pid, ...rest]: RegExpExecArray, event: LogEvent): void {
    const { line } = event;
    const [child, region, pages, gpa] = rest;
    const start = Number(region);
    const count = Number(pages);
    const end = start + count * PAGE_SIZE;
    if (start % PAGE_SIZE !== 0 || count === 0) return this.odd(event);
    // Another program that has not ended goes on.
    for (const other of this.log.targets) {
      if (other.isOver || other.pids.has(Number(pid))) this.log.close(other, line);
    }
    const frame = gpa === undefined ? undefined : Number(gpa) / PAGE_SIZE;
    const space = this.log.addSpace({
      frame,
      line,
      scenario,
      mm: undefined,
      region: { start, end },
      marked: true,
    });
    space.pids.add(Number(pid));
    space.isAnnounced = event.pid !== Number(pid);
    for (const worker of [child, event.pid]) space.workers.add(Number(worker));
    this.log.target = space;
    if (count > MANY) return;
    for (let n = 0; n < count; n++) this.log.track(space, start + n * PAGE_SIZE);
  }

  /** A scenario is over. If it is not the one that its task has begun, two tasks have one pid. */
  private ended(scenario: string, line: number): void {
    const { target } = this.log;
    if (target === undefined) return;
    target.isOver = true;
    if (target.scenario === scenario) return;
    for (const { pages } of this.log.targets) this.log.claimed([...pages.values()], line);
  }

  /**
   * Applies something to every page. Pages of a large region are made when a line names them, and
   * then catch up.
   */
  private everyPage(what: (page: PageLog) => void): void {
    const { target } = this.log;
    if (target === undefined) return;
    for (const page of pagesIn(target, 0, Infinity)) what(page);
    const { start, end } = target.region!;
    if (end - start > MANY * PAGE_SIZE) this.log.remember(target, what);
  }

  private window(bits: number, isOpen: boolean): void {
    this.everyPage((page) => {
      page.windows = isOpen ? page.windows | bits : page.windows & ~bits;
    });
  }

  private begins(by: User, [, kind, address]: RegExpExecArray, line: LogLine): void {
    const page = this.pageAt(Number(address), line.event);
    if (page) this.opens(by, page, kind, line.event.line);
  }

  /** The page at an address of the program that writes a marker. */
  private pageAt(address: number, { pid }: LogEvent): PageLog | undefined {
    const { target } = this.log;
    const isOpen = target !== undefined && target.closed === undefined;
    return (isOpen ? this.log.track(target, address) : undefined) ?? this.log.pageAt(address, pid);
  }

  private opens(by: User, page: PageLog, kind: string, line: number): void {
    const { pte } = page;
    const isWrite = kind === 'w';
    this.log.observe(page, line, { kind: 'opens', by });
    if (by === 'cpu') page.pte = pteAfterCpu(pte, isWrite);
    page.windows |= READS[by] | (isWrite ? WRITES[by] : 0);
    this.begun[by].set(page, { line, isWrite, pte });
  }

  /** The page with a number in the region of the scenario. */
  private numbered(number: number): PageLog | undefined {
    const { target } = this.log;
    return target?.region && pageIn(target, target.region.start + number * PAGE_SIZE);
  }

  private ends(by: User, number: number, { event }: LogLine): void {
    const page = this.numbered(number);
    if (page) this.closes(by, page, event);
  }

  /** At least one access came between the two markers, and is over. */
  private closes(by: User, page: PageLog, event: LogEvent): void {
    const { line } = event;
    // It may have become part of a huge page since.
    const begun = partsOf(page).find((part) => this.begun[by].has(part)) ?? page;
    const begin = this.begun[by].get(begun);
    const path = PATHS[field(event, 'path') as keyof typeof PATHS];
    if (path !== undefined) this.log.tellsPaths = true;
    if (begin !== undefined) this.log.observe(page, line, { kind: 'closes', by, path });
    if (page.space.marked) page.windows &= ~(READS[by] | WRITES[by]);
    if (begin === undefined) return;
    this.begun[by].delete(begun);
    if (by === 'device') return this.deviceUsed(page, begin, event);
    const value = begin.isWrite ? field(event, 'value') : undefined;
    const wrote = value === undefined ? '' : `, and writes ${value}`;
    page.uses.used(by, begin.line, `${USES[by]}${wrote}`);
  }

  private deviceUsed(page: PageLog, { pte, ...begin }: Begin, event: LogEvent): void {
    const [pa, value] = ['pa', 'value'].map((name) => field(event, name));
    const path = PATHS[field(event, 'path') as keyof typeof PATHS];
    const frame = frameOf(pa);
    // What was known when the access began was still so when it ended.
    const known = pte === page.pte ? pte : undefined;
    if (path !== 'hit') page.pte = undefined;
    const isTaken = page.isTaken && !this.log.isBroken;
    if (path !== 'hit') page.isTaken = false;
    page.translated = path === 'miss' ? event.line : undefined;
    const access = { ...begin, until: event.line, path, frame, value };
    const harm = known && isTaken ? harmOf(access, known) : undefined;
    if (harm !== undefined) page.uses.harmed(harm.kind, begin.line, harm.proof);
    // Whoever uses the old frame does not use the page.
    if (harm !== undefined && harm.kind !== 'revoked-write') return;
    const isSilent = path === 'hit' && known?.young === 0;
    const how = path === undefined ? '' : `, path=atc-${path}`;
    const after = isSilent ? `, and the PTE stays old, as at line ${known.youngAt}` : '';
    const text = USES.device + how + after;
    page.uses.used('device', begin.line, text, isSilent ? 'nobody' : 'unknown');
  }

  /**
   * The child of a fork has a copy, which no write of its parent's device reaches. If there are
   * several programs, nobody knows whose child it is.
   */
  private childReads([, number, value]: RegExpExecArray, line: number): void {
    if (this.log.targets.length > 1) return;
    const harm = this.numbered(Number(number))?.uses.harms.at(-1);
    if (harm?.kind !== 'revoked-write') return;
    harm.story.push({ line, text: `the child reads ${value}` });
  }

  private stateRead([, address, present, pfn]: RegExpExecArray, event: LogEvent): void {
    const page = this.pageAt(Number(address), event);
    if (page === undefined) return;
    const { line } = event;
    const isPresent = present === '1' ? 1 : 0;
    const none = { young: undefined, youngAt: undefined, writable: undefined };
    this.log.observe(page, line, { kind: 'state', present: isPresent, young: undefined });
    page.frame = numberOf(pfn);
    const frame = page.isHuge ? undefined : page.frame;
    const before = page.pte?.frame === frame && page.pte?.present === isPresent ? page.pte : none;
    page.reads({ ...none, ...before, line, present: isPresent, frame });
  }

  /** The page with a number, where a program reads the PMD that maps it, or its PTE. */
  private sized(number: number, isHuge: boolean, line: number): PageLog | undefined {
    const page = this.numbered(number);
    if (page === undefined || page.isHuge === isHuge) return page;
    if (isHuge) return becomesHuge(this.log, page.space, page.address, line);
    endsHuge(this.log, page, line, true);
    return this.numbered(number);
  }

  /** A program reads a PTE, or a PMD that maps a huge page. Its bits have other names on arm64. */
  private pteRead(number: number, event: LogEvent): void {
    const [value, huge] = ['pte', 'pmd'].map((name) => field(event, name));
    const raw = value ?? huge;
    if (raw === undefined || numberOf(raw) === undefined) return;
    const page = this.sized(number, huge !== undefined, event.line);
    if (page === undefined) return;
    const bit = (...names: readonly string[]): Bit | undefined => {
      const said = names.map((name) => field(event, name)).find((text) => text !== undefined);
      return said === '1' ? 1 : said === '0' ? 0 : undefined;
    };
    const isMissing = event.text.includes('(not present)') || bit('valid') === 0;
    const present = isMissing ? 0 : 1;
    if (present && bit('cont')) this.log.leave(page, event.line, 'contpte');
    const [young, writable] = present ? [bit('A', 'af'), writableOf(bit)] : [];
    const { line } = event;
    if (page.translated === page.lastLine && young === 0) this.log.leavesOld = true;
    this.log.observe(page, line, { kind: 'state', present, young });
    const frame = huge ? undefined : frameOf(raw);
    page.reads({ line, present, young, youngAt: line, writable, frame });
  }

  /**
   * The PTE is old now, so that the uses that it showed are forgotten. KVM has a young bit of its
   * own. The call was for the page with a number, or for all.
   */
  private cooled({ event }: LogLine, number: string | undefined): void {
    this.log.task(event.pid).cooling = false;
    const { line } = event;
    const users: readonly User[] = isShadow(this.log.seen) ? ['cpu'] : ['cpu', 'device'];
    const one = number === undefined ? undefined : this.numbered(Number(number));
    const each = (what: (page: PageLog) => void) => (one ? what(one) : this.everyPage(what));
    each((page) => {
      this.log.observe(page, line, { kind: 'cold', young: undefined });
      page.uses.forget(...users);
      page.uses.happened(line, 'MADV_COLD clears the young bit of the PTE');
    });
  }
}
