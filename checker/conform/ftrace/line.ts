/**
 * Reads one line of `trace`, `trace_pipe` or `trace-cmd report`. The forms, of which everything but
 * the task, the pid, the CPU and the time may be absent:
 *
 *     [FILE: ]TASK-PID [(TGID)] [CPU] [FLAGS] TIME: [GROUP:]NAME: TEXT
 */
import type { LogEvent } from './event.ts';
import { MARKER } from './event.ts';

/**
 * A task's name has at most 15 characters, of any kind. So its end is taken to be the first dash
 * that a pid and a CPU follow. `trace-cmd report` puts the file's name in front if it prints
 * several files. A task's name always gets 16 columns, which tells the two apart.
 */
const LINE = new RegExp(
  [
    /^(?:\s*[\w.+-]+: (?=.{16}-\d))?/,
    /\s*(\S.{0,40}?)-(\d{1,10})\s+/,
    /(?:\(\s*(?:\d+|-+)\)\s+)?/,
    /\[(\d{1,6})\]\s+/,
    /(?:([^\s:[\]]{4,6})\s+)?/,
    /(\d+(?:\.\d+)?):\s+/,
    /(?:([\w.-]+)[:/])?([\w.-]+):(?:\s+|$)/,
  ]
    .map(({ source }) => source)
    .join(''),
);

/**
 * The events that trace-cmd prints for trace_marker and trace_printk. The name before the text is
 * that of the function that printed.
 */
const PRINTS = ['print', 'bprint', 'bputs'];
const PRINTED = /^([\w.]+)(?:\+0x[0-9a-f]+)?:(?:\s|$)/;
const ADDRESS = /^(?:0x)?[0-9a-f]{8,16}$/;

/**
 * There are few names of events. Each is kept once, so that no line's text stays in memory for its
 * name.
 */
const NAMES = new Map<string, string>();
const MAX_NAMES = 10_000;

function interned(name: string): string {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  if (NAMES.size < MAX_NAMES) NAMES.set(name, name);
  return name;
}

/** The event in a line. Undefined if the line is something else. */
export function readLine(source: string, line: number): LogEvent | undefined {
  const match = LINE.exec(source);
  if (match === null) return undefined;
  const text = source.slice(match[0].length);
  const event = {
    line,
    task: interned(match[1]),
    pid: Number(match[2]),
    cpu: Number(match[3]),
    time: Number(match[5]),
    flags: match[4] ?? '',
    group: match[6] ?? '',
    name: interned(match[7]),
    text,
  };
  return PRINTS.includes(event.name) ? printed(event) : event;
}

/**
 * Names a print by the function that printed it. A bare address is that of the write to
 * trace_marker.
 */
function printed(event: LogEvent): LogEvent {
  const match = PRINTED.exec(event.text);
  if (match === null) return { ...event, name: MARKER };
  const name = ADDRESS.test(match[1]) ? MARKER : interned(match[1]);
  return { ...event, name, text: event.text.slice(match[0].length) };
}

/** A place where events are missing, as the ring buffer was overwritten before it was read. */
export interface Lost {
  readonly line: number;
  readonly cpu: number;
  /** Undefined if the log says that events were lost, but not how many. */
  readonly events: number | undefined;
}

/** Matches `CPU:1 [LOST 123 EVENTS]` of trace, and `CPU:1 [123 EVENTS DROPPED]` of trace-cmd. */
const LOST =
  /^\s*(?:[\w.+-]+: +)?CPU:? ?(\d+):? +\[?(?:LOST )?(?:(\d+) )?EVENTS(?: (?:DROPPED|LOST))?\]?\s*$/;

export function readLost(source: string, line: number): Lost | undefined {
  if (!source.includes('EVENTS')) return undefined;
  const match = LOST.exec(source);
  if (match === null) return undefined;
  const events = match[2] === undefined ? undefined : Number(match[2]);
  return { line, cpu: Number(match[1]), events };
}
