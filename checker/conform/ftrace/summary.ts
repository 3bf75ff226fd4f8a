/** The reader's summary of a log: what is missing, and what it did not understand. */
import type { LogEvent } from './event.ts';
import { hasAddresses, isReturn } from './event.ts';
import type { Lost } from './line.ts';

/** What the capture script writes into a log's head. */
export interface CaptureNote {
  readonly kernel: string;
  /** Events that it could set up. If the log has none of them, they did not happen. */
  readonly has: readonly string[];
  /** Events that it could not set up on that kernel. */
  readonly lacks: readonly string[];
  /** Returns that were missed, because more tasks waited for them than maxactive allows. */
  readonly missed: readonly { readonly name: string; readonly times: number }[];
  /** How many events of each CPU were overwritten before the log was read. */
  readonly overrun: readonly CpuCount[];
  /** How many were dropped when they came, anywhere in the log. */
  readonly dropped: readonly CpuCount[];
  /** The control group of each task that it could find, by pid. */
  readonly cgroups: ReadonlyMap<number, string>;
}

export interface CpuCount {
  readonly cpu: number;
  readonly times: number;
}

/** Lines that are no events and differ only in their numbers. */
export interface Shape {
  readonly shape: string;
  readonly count: number;
  /** The line of the first. */
  readonly line: number;
}

export interface LogSummary {
  readonly file: string;
  readonly lines: number;
  readonly events: number;
  /** How often each event is in the log. */
  readonly names: ReadonlyMap<string, number>;
  readonly unknown: { readonly count: number; readonly shapes: readonly Shape[] };
  /**
   * The first places where events are missing, how many such places there are, and how many events
   * are missing.
   */
  readonly lost: {
    readonly markers: readonly Lost[];
    readonly count: number;
    readonly events: number;
  };
  /**
   * The tracer in the log's head: nop, function and so on. Undefined if there is no head
   * (trace_pipe).
   */
  readonly tracer: string | undefined;
  /**
   * How many events were overwritten before the buffer was read, by the log's head. The start is
   * cut.
   */
  readonly overrun: number;
  /** CPUs whose events begin only at a line: `##### CPU 1 buffer started ####`. */
  readonly starts: readonly { readonly cpu: number; readonly line: number }[];
  /** The last line, if it has no line end. It was left out, since a number in it may be cut. */
  readonly truncated: { readonly line: number; readonly text: string } | undefined;
  /** The reader was stopped before the end of the log. */
  readonly stopped: boolean;
  /** The line of the first return whose caller is an address, as trace-cmd prints it. */
  readonly addresses: number | undefined;
  /**
   * Events whose time is before that of the previous event. The order across CPUs is then in doubt.
   */
  readonly backwards: { readonly count: number; readonly line: number | undefined };
  readonly capture: CaptureNote | undefined;
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[]
    ? E[]
    : T[K] extends ReadonlyMap<infer A, infer B>
      ? Map<A, B>
      : T[K];
};

/** How many shapes are kept. More are only counted. */
const MAX_SHAPES = 20;
const MAX_KEPT = 100;
/** How many lines of a capture's head are kept. It may have one for each task. */
const MAX_NOTES = 100_000;

/** Collects a summary line by line. Its memory does not grow with the log. */
export class SummaryBuilder {
  lines = 0;
  events = 0;
  private readonly names = new Map<string, number>();
  private readonly shapes = new Map<string, { count: number; line: number }>();
  private unknown = 0;
  private readonly markers: Lost[] = [];
  private lostCount = 0;
  private lostEvents = 0;
  private tracer: string | undefined;
  private overrun = 0;
  private readonly starts: { cpu: number; line: number }[] = [];
  private time = -Infinity;
  private backwards = 0;
  private backwardsLine: number | undefined;
  private addresses: number | undefined;
  private capture: Mutable<CaptureNote> | undefined;
  private notes = 0;

  event(event: LogEvent): void {
    const { name, time, line } = event;
    if (this.addresses === undefined && isReturn(event) && hasAddresses(event)) {
      this.addresses = line;
    }
    this.events++;
    this.names.set(name, (this.names.get(name) ?? 0) + 1);
    if (time < this.time) {
      this.backwards++;
      this.backwardsLine ??= line;
    }
    this.time = time;
  }

  lose(lost: Lost): void {
    this.lostCount++;
    this.lostEvents += lost.events ?? 0;
    if (this.markers.length < MAX_KEPT) this.markers.push(lost);
  }

  /** Counts a line that is no event under its shape. */
  other(source: string): void {
    this.unknown++;
    const shape = shapeOf(source);
    const known = this.shapes.get(shape);
    if (known !== undefined) known.count++;
    else if (this.shapes.size < MAX_SHAPES) this.shapes.set(shape, { count: 1, line: this.lines });
  }

  /** Whether older events of a CPU were overwritten. It is undefined if nothing says that. */
  overran(cpu: number): boolean | undefined {
    const told = this.capture?.overrun.findLast((count) => count.cpu === cpu);
    return told === undefined ? this.overrun > 0 || undefined : told.times > 0;
  }

  /** The CPUs that have dropped events. */
  get dropped(): readonly CpuCount[] {
    return (this.capture?.dropped ?? []).filter(({ times }) => times > 0);
  }

  /** Reads a line of the head. Says whether a log begins here, or the buffer of which CPU. */
  comment(source: string): { readonly begins: boolean; readonly started: number | undefined } {
    const tracer = /^# tracer: (\S+)/.exec(source)?.[1];
    if (tracer !== undefined) {
      this.tracer = tracer;
      this.time = -Infinity;
    }
    const entries = ENTRIES.exec(source);
    if (entries !== null) this.overrun += Math.max(0, Number(entries[2]) - Number(entries[1]));
    const cpu = /^#+ CPU (\d+) buffer started #+/.exec(source)?.[1];
    const started = cpu === undefined ? undefined : Number(cpu);
    if (started !== undefined && this.starts.length < MAX_KEPT)
      this.starts.push({ cpu: started, line: this.lines });
    this.note(source);
    return { begins: tracer !== undefined, started };
  }

  private note(source: string): void {
    const [, what, name, rest = ''] = NOTE.exec(source) ?? [];
    if (name === undefined || this.notes++ > MAX_NOTES) return;
    this.capture ??= noteOfNothing();
    const { has, lacks, missed, overrun, dropped, cgroups } = this.capture;
    const times = parseInt(rest, 10);
    const cpu = Number(name.replace(/^cpu/, ''));
    if (what === 'kernel') this.capture.kernel = name;
    else if (what === 'has') has.push(name);
    else if (what === 'lacks') lacks.push(name);
    else if (what === 'missed') missed.push({ name, times });
    else if (what === 'overrun') overrun.push({ cpu, times });
    else if (what === 'dropped') dropped.push({ cpu, times });
    else cgroups.set(Number(name), rest);
  }

  build(file: string, truncated: LogSummary['truncated']): LogSummary {
    const shapes = [...this.shapes].map(([shape, seen]) => ({ shape, ...seen }));
    return {
      file,
      lines: this.lines,
      events: this.events,
      names: this.names,
      unknown: { count: this.unknown, shapes },
      lost: { markers: this.markers, count: this.lostCount, events: this.lostEvents },
      tracer: this.tracer,
      overrun: this.overrun,
      starts: this.starts,
      truncated,
      stopped: false,
      addresses: this.addresses,
      backwards: { count: this.backwards, line: this.backwardsLine },
      capture: this.capture,
    };
  }
}

/** What the capture script writes into the head. Counts of a CPU name it. */
const NOTE = new RegExp(
  [
    /^# youngcheck: (kernel|has|lacks|missed|(?:overrun|dropped)(?= cpu\d)|cgroup(?= \d+: \/))/,
    / ([^\s:]+)(?:: (.*))?/,
  ]
    .map(({ source }) => source)
    .join(''),
);
const noteOfNothing = (): Mutable<CaptureNote> => ({
  kernel: '',
  has: [],
  lacks: [],
  missed: [],
  overrun: [],
  dropped: [],
  cgroups: new Map(),
});

/** How many events the buffer has, and how many were written into it; also in latency-format. */
const ENTRIES = /^# (?:entries-in-buffer\/entries-written: |latency: .* #)(\d+)\/(\d+)/;

/** The shape of a line: what it shares with lines that differ only in numbers. */
const shapeOf = (source: string): string =>
  source
    .slice(0, 120)
    .trim()
    .replace(/0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+/g, 'N')
    .replace(/\s+/g, ' ')
    .slice(0, 60);
