/** What a reader says of a log besides its events: what is missing, what it did not understand. */
import type { LogEvent } from './event.ts';
import { hasAddresses, isReturn } from './event.ts';
import type { Lost } from './line.ts';

/** What the capture script writes into a log's head. */
export interface CaptureNote {
  readonly kernel: string;
  /** Events that it could set up, and that hence did not happen if the log has none. */
  readonly has: readonly string[];
  /** Events that it could not set up on that kernel. */
  readonly lacks: readonly string[];
  /** Returns that more tasks waited for than there was room. */
  readonly missed: readonly { readonly name: string; readonly times: number }[];
}

/** Lines that are no event, alike but for their numbers. */
export interface Shape {
  readonly shape: string;
  readonly count: number;
  /** The first of them. */
  readonly line: number;
}

export interface LogSummary {
  readonly file: string;
  readonly lines: number;
  readonly events: number;
  /** How often each event is in the log. */
  readonly names: ReadonlyMap<string, number>;
  readonly unknown: { readonly count: number; readonly shapes: readonly Shape[] };
  /** The first markers, how many there are, and how many events they say were lost. */
  readonly lost: {
    readonly markers: readonly Lost[];
    readonly count: number;
    readonly events: number;
  };
  /** As the head says: nop, function, ...; undefined where there is no head (trace_pipe). */
  readonly tracer: string | undefined;
  /** Written but no more in the buffer when it was read, as the head says: the start is cut. */
  readonly overrun: number;
  /** CPUs of which nothing is known before the line: `##### CPU 1 buffer started ####`. */
  readonly starts: readonly { readonly cpu: number; readonly line: number }[];
  /** The last line lacks its end: it was left out, since a number in it may be cut short. */
  readonly truncated: { readonly line: number; readonly text: string } | undefined;
  /** Whoever read it stopped before its end. */
  readonly stopped: boolean;
  /** The first return whose caller is an address, as trace-cmd prints it. */
  readonly addresses: number | undefined;
  /** Events whose time is before that of the event above: the order across CPUs is in doubt. */
  readonly backwards: { readonly count: number; readonly line: number | undefined };
  readonly capture: CaptureNote | undefined;
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K];
};

/** Kept at most; beyond that they are counted. */
const MAX_SHAPES = 20;
const MAX_KEPT = 100;

/** Collects a summary line by line, in memory that does not grow with the log. */
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

  /** A line that is no event, filed under what it looks like. */
  other(source: string): void {
    this.unknown++;
    const shape = shapeOf(source);
    const known = this.shapes.get(shape);
    if (known !== undefined) known.count++;
    else if (this.shapes.size < MAX_SHAPES) this.shapes.set(shape, { count: 1, line: this.lines });
  }

  /** A line of the head. Says whether a log begins here. */
  comment(source: string): boolean {
    const tracer = /^# tracer: (\S+)/.exec(source)?.[1];
    if (tracer !== undefined) {
      this.tracer = tracer;
      this.time = -Infinity;
    }
    const entries = /^# entries-in-buffer\/entries-written: (\d+)\/(\d+)/.exec(source);
    if (entries !== null) this.overrun += Math.max(0, Number(entries[2]) - Number(entries[1]));
    const cpu = /^#+ CPU (\d+) buffer started #+/.exec(source)?.[1];
    if (cpu !== undefined && this.starts.length < MAX_KEPT)
      this.starts.push({ cpu: Number(cpu), line: this.lines });
    this.note(source);
    return tracer !== undefined;
  }

  private note(source: string): void {
    const match = /^# youngcheck: (kernel|has|lacks|missed) ([^\s:]+)(?:: (\d+))?/.exec(source);
    if (match === null) return;
    const [, what, name, times] = match;
    this.capture ??= { kernel: '', has: [], lacks: [], missed: [] };
    const { has, lacks, missed } = this.capture;
    if (what === 'kernel') this.capture.kernel = name;
    else if (has.length + lacks.length + missed.length > 10 * MAX_KEPT) return;
    else if (what === 'has') has.push(name);
    else if (what === 'lacks') lacks.push(name);
    else missed.push({ name, times: Number(times) });
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

/** What lines have in common that differ in numbers alone. */
const shapeOf = (source: string): string =>
  source
    .slice(0, 120)
    .trim()
    .replace(/0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+/g, 'N')
    .replace(/\s+/g, ' ')
    .slice(0, 60);
