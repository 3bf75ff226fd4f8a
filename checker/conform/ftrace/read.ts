/**
 * Reads an ftrace log as a stream: a function gets the events in the order of the file; then comes
 * a summary.
 */
import { createReadStream, statSync } from 'node:fs';
import { Complaint } from '../../trace/complaint.ts';
import type { LogEvent } from './event.ts';
import { MARKER } from './event.ts';
import { readLine, readLost } from './line.ts';
import { foreignForm, refuseRawFields } from './forms.ts';
import { refuseFormat } from './formats.ts';
import type { LogSummary } from './summary.ts';
import { SummaryBuilder } from './summary.ts';

/** A place where the log is interrupted. It is not known which of the open calls have returned. */
export interface Break {
  readonly line: number;
  /** The CPU whose events were lost. Undefined if another log begins here. */
  readonly cpu: number | undefined;
  /** How many events were lost. Undefined if that is not known. */
  readonly events: number | undefined;
  /** They were lost anywhere before, and not only since the last line of the CPU. */
  readonly isAnywhere?: true;
}

export interface ReadOptions {
  /** The name of the log in messages. */
  readonly file?: string;
  /** It is called between the events, in the order of the file. */
  readonly onBreak?: (at: Break) => void;
}

export type Sink = (event: LogEvent) => void;

/**
 * Reads a log. The sink is called for every event, in the order of the file. It must not keep many
 * events, because each keeps its chunk of the file in memory.
 */
export async function readLog(
  source: AsyncIterable<Buffer | string> | Iterable<Buffer | string>,
  sink: Sink,
  options: ReadOptions = {},
): Promise<LogSummary> {
  const reader = new LogReader(sink, options);
  for await (const chunk of source) {
    reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  return reader.end();
}

/** Opens a log by name; `-` is standard input. Throws a Complaint if there is none. */
export function openLog(file: string): AsyncIterable<Buffer> {
  if (file === '-') return process.stdin;
  try {
    if (statSync(file).isDirectory()) throw new Complaint(`${file}: a folder, not a file`);
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw unreadable(file, error);
  }
  return opened(file);
}

async function* opened(file: string): AsyncIterable<Buffer> {
  try {
    yield* createReadStream(file, { highWaterMark: 1 << 18 });
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The complaint about a log that cannot be read. */
export function unreadable(file: string, error: unknown): Complaint {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const why = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`;
  return new Complaint(`${file}: ${why}`);
}

/** Bytes. A longer line is no line of ftrace, whose own limit is a page or two. */
export const MAX_LINE = 1 << 16;
/** One write to trace_marker has no more lines than this. */
const MAX_MARKER = 4096;
/** How many bytes tell the format of a file. */
const MAGIC_LENGTH = 16;

/** Does the work of readLog() chunk by chunk. */
class LogReader {
  private readonly sink: Sink;
  private readonly file: string;
  private readonly onBreak: (at: Break) => void;
  private readonly summary = new SummaryBuilder();
  private begun = false;
  /** The beginning of a line whose end has not arrived. */
  private carry: Buffer = Buffer.alloc(0);
  /** A marker is held back until the next line shows that it has ended. */
  private marker: LogEvent | undefined;
  /** The CPUs that have spoken in this log, and how many events came before it. */
  private readonly heard = new Set<number>();
  private eventsBefore = 0;
  /** Says of the first line in the form of another tool what it is. */
  private foreign: Complaint | undefined;

  constructor(sink: Sink, { file = 'log', onBreak = () => {} }: ReadOptions) {
    this.sink = sink;
    this.file = file;
    this.onBreak = onBreak;
  }

  push(chunk: Buffer): void {
    const bytes = this.carry.length === 0 ? chunk : Buffer.concat([this.carry, chunk]);
    if (!this.begun && bytes.length < MAGIC_LENGTH) {
      this.carry = bytes;
      return;
    }
    this.take(bytes);
  }

  private take(bytes: Buffer): void {
    let start = 0;
    if (!this.begun) {
      start = refuseFormat(this.file, bytes);
      this.begun = true;
    }
    // Not sought in the text, where V8 may move the search into the loop over its lines.
    const zero = bytes.indexOf(0, start);
    const end = bytes.lastIndexOf(0x0a) + 1;
    const isText = zero < 0 || zero >= end;
    const whole = isText ? end : bytes.lastIndexOf(0x0a, zero) + 1;
    if (whole > start) this.lines(bytes.toString('utf8', start, whole));
    if (!isText) throw this.binary('a NUL');
    // This is a copy, so that it does not keep the whole chunk in memory.
    this.carry = Buffer.from(bytes.subarray(Math.max(start, end)));
    if (this.carry.length > MAX_LINE) throw this.binary('a line of more than 64 KiB');
  }

  private lines(text: string): void {
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start);
      this.summary.lines++;
      const last = end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
      this.line(text.slice(start, last));
      start = end + 1;
    }
  }

  private line(source: string): void {
    const number = this.summary.lines;
    const event = readLine(source, number);
    if (event !== undefined) {
      this.flush();
      refuseRawFields(this.file, event);
      if (!this.heard.has(event.cpu)) this.hears(event.cpu, this.summary.overran(event.cpu));
      this.summary.event(event);
      if (event.name === MARKER) this.marker = event;
      else this.sink(event);
      return;
    }
    const lost = readLost(source, number);
    if (lost !== undefined) {
      this.flush();
      this.summary.lose(lost);
      this.onBreak(lost);
    } else if (source.startsWith('#')) this.comment(source);
    else if (!this.continues(source)) this.other(source);
  }

  private comment(source: string): void {
    this.flush();
    const { begins, started } = this.summary.comment(source);
    const { lines: line, events } = this.summary;
    if (started !== undefined) this.hears(started, this.summary.overran(started) ?? true);
    if (!begins || events === 0) return;
    this.heard.clear();
    this.eventsBefore = events;
    this.onBreak({ line, cpu: undefined, events: undefined });
  }

  /**
   * A CPU speaks for the first time. If its older events were overwritten, those of others stand
   * before its own without them.
   */
  private hears(cpu: number, isCut = false): void {
    const { lines: line, events } = this.summary;
    const isFirst = events === this.eventsBefore;
    if (!this.heard.has(cpu) && isCut && !isFirst) this.onBreak({ line, cpu, events: undefined });
    this.heard.add(cpu);
  }

  /** Adds a line without a head of its own to the marker above, whose text had a line break. */
  private continues(source: string): boolean {
    if (this.marker === undefined) return false;
    const text = `${this.marker.text}\n${source}`;
    if (text.length > MAX_MARKER) return false;
    this.marker = { ...this.marker, text };
    return true;
  }

  private other(source: string): void {
    this.flush();
    if (source.trim() === '' || TRACE_CMD_HEAD.test(source)) return;
    const { lines, events } = this.summary;
    // A log with events has such lines only by accident.
    if (events === 0) this.foreign ??= foreignForm(this.file, lines, source);
    this.summary.other(source);
  }

  private flush(): void {
    if (this.marker === undefined) return;
    const event = this.marker;
    this.marker = undefined;
    this.sink(event);
  }

  end(): LogSummary {
    if (!this.begun) {
      if (this.carry.length === 0) throw new Complaint(`${this.file}: an empty file`);
      this.take(this.carry);
    }
    const text = this.carry.toString('utf8');
    if (text.includes('\0')) throw this.binary('a NUL');
    this.flush();
    const { lines, events } = this.summary;
    for (const { cpu, times } of this.summary.dropped) {
      this.onBreak({ line: lines, cpu, events: times, isAnywhere: true });
    }
    const truncated = text === '' ? undefined : { line: lines + 1, text };
    if (events === 0 && this.foreign !== undefined) throw this.foreign;
    const summary = this.summary.build(this.file, truncated);
    if (events === 0 && summary.tracer === undefined && summary.capture === undefined) {
      throw new Complaint(`${this.file}: no line of it is an event of ftrace`, undefined, {
        hint: 'youngcheck capture --print-script',
        possible: [
          'TASK-PID [CPU] FLAGS TIME: EVENT: TEXT, as `trace` or `trace-cmd report` prints',
        ],
      });
    }
    return summary;
  }

  private binary(what: string): Complaint {
    return new Complaint(
      `${this.file}: not a text: ${what} after ${this.summary.lines} lines`,
      undefined,
      { hint: 'cat /sys/kernel/tracing/trace, or trace-cmd report' },
    );
  }
}

/** Matches what `trace-cmd report` prints before the events. */
const TRACE_CMD_HEAD = /^(?:cpus=\d+|version = .*|CPU \d+ is empty|trace-cmd version .*)$/;
