/** Reads an ftrace log as a stream: events to a sink in the order of the file, then a summary. */
import { createReadStream, statSync } from 'node:fs';
import { Complaint } from '../../trace/complaint.ts';
import type { LogEvent } from './event.ts';
import { MARKER } from './event.ts';
import { readLine, readLost } from './line.ts';
import { refuseFormat } from './formats.ts';
import type { LogSummary } from './summary.ts';
import { SummaryBuilder } from './summary.ts';

/** Where what came before and what comes after do not join: calls that were open are in doubt. */
export interface Break {
  readonly line: number;
  /** Events were lost on this CPU; undefined: another log begins, and everything is new. */
  readonly cpu: number | undefined;
  /** undefined: nobody knows how many. */
  readonly events: number | undefined;
}

export interface ReadOptions {
  /** What to call the log in messages. */
  readonly file?: string;
  /** Told in the order of the file, between the events. */
  readonly onBreak?: (at: Break) => void;
}

export type Sink = (event: LogEvent) => void;

/**
 * Reads a log. The sink is called at once for every event, in the order of the file, and must not
 * keep many events: each keeps the piece of the file that it came in.
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

/** The log of a name, `-` for standard input; a Complaint where there is none. */
export function openLog(file: string): AsyncIterable<Buffer> {
  if (file === '-') return process.stdin;
  try {
    if (statSync(file).isDirectory()) throw new Complaint(`${file}: a folder, not a log`);
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

function unreadable(file: string, error: unknown): Complaint {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const why = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`;
  return new Complaint(`${file}: ${why}`);
}

/** A line that is longer is no line of ftrace, whose own limit is a page or two. */
const MAX_LINE = 1 << 16;
/** More lines of a marker than fit into one write to trace_marker are no part of it. */
const MAX_MARKER = 4096;
/** So much tells what kind of file it is. */
const MAGIC_LENGTH = 16;

/** The same as readLog, in pieces that the caller brings. */
class LogReader {
  private readonly sink: Sink;
  private readonly file: string;
  private readonly onBreak: (at: Break) => void;
  private readonly summary = new SummaryBuilder();
  private begun = false;
  /** The start of a line whose end has not come yet. */
  private carry: Buffer = Buffer.alloc(0);
  /** A marker is held until the next line shows that it has ended. */
  private marker: LogEvent | undefined;

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
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end > start) this.lines(bytes.toString('utf8', start, end));
    // A copy: what is carried must not keep the whole chunk.
    this.carry = Buffer.from(bytes.subarray(Math.max(start, end)));
    if (this.carry.length > MAX_LINE) throw this.binary('a line of more than 64 KiB');
  }

  private lines(text: string): void {
    const zero = text.indexOf('\0');
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start);
      this.summary.lines++;
      if (zero >= start && zero < end) throw this.binary('a NUL');
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
    const begins = this.summary.comment(source);
    const { lines: line, events } = this.summary;
    if (begins && events > 0) this.onBreak({ line, cpu: undefined, events: undefined });
  }

  /** A line without a head of its own, behind a marker: the marker's text had a line break. */
  private continues(source: string): boolean {
    if (this.marker === undefined) return false;
    const text = `${this.marker.text}\n${source}`;
    if (text.length > MAX_MARKER) return false;
    this.marker = { ...this.marker, text };
    return true;
  }

  private other(source: string): void {
    this.flush();
    if (source.trim() !== '' && !TRACE_CMD_HEAD.test(source)) this.summary.other(source);
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
    const truncated = text === '' ? undefined : { line: lines + 1, text };
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

/** What `trace-cmd report` prints before the events. */
const TRACE_CMD_HEAD = /^(?:cpus=\d+|version = .*|CPU \d+ is empty|trace-cmd version .*)$/;
