/** Reads markers that a test program wrote: its pages, its accesses, and its system calls. */
import type { LogEvent } from './ftrace/index.ts';
import { numberOf } from './ftrace/index.ts';
import type { LogLine, Log } from './log.ts';
import type { User } from './missed.ts';
import { HIDDEN } from './observation.ts';
import type { PageLog } from './page-log.ts';
import { isShadow } from './secondary.ts';
import { PAGE_SIZE } from './page-log.ts';

const READS = { device: HIDDEN.devReads, cpu: HIDDEN.cpuReads } as const;
const WRITES = { device: HIDDEN.devWrites, cpu: HIDDEN.cpuWrites } as const;
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

/** How many characters of a marker are quoted. */
const MAX_TEXT = 60;

/** A region of at most this many pages (2 MiB) has all of them tracked from the start. */
const MANY = 512;

/** The accesses under way: for each page the line of the begin marker. */
type Begun = Map<PageLog, number>;

type Handler = (match: RegExpExecArray, line: LogLine) => void;

export class MarkerReader {
  private readonly log: Log;
  private readonly begun: Readonly<Record<User, Begun>> = { device: new Map(), cpu: new Map() };
  private readonly handlers: readonly (readonly [RegExp, Handler])[];

  constructor(log: Log) {
    this.log = log;
    this.handlers = [
      [SCENARIO, (match, { event }) => this.scenario(match, event)],
      [/^SCENARIO (\S+) end/, ([, scenario], { event }) => this.ended(scenario, event.line)],
      [/^DEV begin P\d+ ([rw]) va=(0x[0-9a-f]+)/, (match, at) => this.begins('device', match, at)],
      [/^CPU begin P\d+ ([rw]) va=(0x[0-9a-f]+)/, (match, at) => this.begins('cpu', match, at)],
      [/^DEV end P(\d+)/, ([, page], at) => this.ends('device', Number(page), at)],
      [/^CPU end P(\d+)/, ([, page], at) => this.ends('cpu', Number(page), at)],
      [
        /^CPU begin prefault/,
        (_, { event: { line } }) => this.everyPage((page) => this.opens('cpu', page, 'w', line)),
      ],
      [
        /^CPU end prefault/,
        (_, { event: { line } }) => this.everyPage((page) => this.closes('cpu', page, line)),
      ],
      [/^VLOOP start/, () => this.window(HIDDEN.devReads, true)],
      [/^VLOOP stop/, () => this.window(HIDDEN.devReads, false)],
      [/^MADV_COLD begin/, (_, { event }) => (this.log.task(event.pid).cooling = true)],
      [/^MADV_COLD end/, (_, at) => this.cooled(at)],
      [/^MADV_PAGEOUT begin/, () => this.window(HIDDEN.colds, true)],
      [/^MADV_PAGEOUT end/, () => this.window(HIDDEN.colds, false)],
      [
        /^STATE \S+ P\d+ va=(0x[0-9a-f]+) present=([01])(?: pfn=(0x[0-9a-f]+))?/,
        ([, address, present, pfn], { event }) => {
          const page = this.pageAt(Number(address), event);
          if (page === undefined) return;
          this.log.observe(page, event.line, { kind: 'state', present: present === '1' ? 1 : 0 });
          page.frame = numberOf(pfn);
        },
      ],
    ];
  }

  read(line: LogLine): void {
    const { log } = this;
    log.target = log.targets.find(({ pids }) => pids.has(line.event.pid)) ?? log.target;
    for (const [pattern, handler] of this.handlers) {
      const match = pattern.exec(line.event.text);
      if (match !== null) return handler(match, line);
    }
    if (/^(?:SCENARIO|DEV|CPU)\b/.test(line.event.text)) this.odd(line.event);
  }

  /** Events were lost, so that an access whose begin is known may be over. */
  broken(): void {
    for (const begun of Object.values(this.begun)) begun.clear();
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
    for (const page of target.pages.values()) what(page);
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
    this.log.observe(page, line, { kind: 'opens', by });
    page.windows |= READS[by] | (kind === 'w' ? WRITES[by] : 0);
    this.begun[by].set(page, line);
  }

  private ends(by: User, number: number, line: LogLine): void {
    const { region, pages } = this.log.target ?? {};
    const page = region && pages?.get(region.start + number * PAGE_SIZE);
    if (page) this.closes(by, page, line.event.line);
  }

  /** At least one access came between the two markers, and is over. */
  private closes(by: User, page: PageLog, line: number): void {
    const since = this.begun[by].get(page);
    if (since !== undefined) this.log.observe(page, line, { kind: 'closes', by });
    if (page.space.marked) page.windows &= ~(READS[by] | WRITES[by]);
    if (since === undefined) return;
    this.begun[by].delete(page);
    page.uses.used(by, since, USES[by]);
  }

  /**
   * The PTE is old now, so that the uses that it showed are forgotten. KVM has a young bit of its
   * own.
   */
  private cooled({ event }: LogLine): void {
    this.log.task(event.pid).cooling = false;
    const { line } = event;
    const users: readonly User[] = isShadow(this.log.seen) ? ['cpu'] : ['cpu', 'device'];
    this.everyPage((page) => {
      this.log.observe(page, line, { kind: 'cold', young: undefined });
      page.uses.forget(...users);
      page.uses.happened(line, 'MADV_COLD clears the young bit of the PTE');
    });
  }
}
