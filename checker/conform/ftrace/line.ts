/**
 * Reads one line of `trace`, `trace_pipe` or `trace-cmd report`. The forms, of which everything but
 * the task, the pid, the CPU and the time may be absent:
 *
 *     [FILE: ]TASK-PID [(TGID)] [CPU] [FLAGS] TIME: [GROUP:]NAME: TEXT
 */
import type { LogEvent } from './event.ts';
import { MARKER } from './event.ts';

/**
 * A task's name has at most 15 characters, but any: so what is taken for its end is the first dash
 * with a pid and a CPU behind it. The file that `trace-cmd report` puts in front if it prints
 * several is told from a task's name by the 16 columns that a task's name always gets.
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

/** What trace-cmd prints for trace_marker and trace_printk: the name is who printed. */
const PRINTS = ['print', 'bprint', 'bputs'];
const PRINTED = /^([\w.]+)(?:\+0x[0-9a-f]+)?:(?:\s|$)/;
const ADDRESS = /^(?:0x)?[0-9a-f]{8,16}$/;

/** An event's name is one of few: kept once, so that a line's text is not kept for its name. */
const NAMES = new Map<string, string>();
const MAX_NAMES = 10_000;

function interned(name: string): string {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  if (NAMES.size < MAX_NAMES) NAMES.set(name, name);
  return name;
}

/** The event in a line, or undefined if the line is something else. */
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

/** A print under the name of who printed; a bare address is that of the write to trace_marker. */
function printed(event: LogEvent): LogEvent {
  const match = PRINTED.exec(event.text);
  if (match === null) return { ...event, name: MARKER };
  const name = ADDRESS.test(match[1]) ? MARKER : interned(match[1]);
  return { ...event, name, text: event.text.slice(match[0].length) };
}

/** A place where events are missing, since the ring buffer was overwritten before it was read. */
export interface Lost {
  readonly line: number;
  readonly cpu: number;
  /** undefined: the log says that some were lost, not how many. */
  readonly events: number | undefined;
}

/** `CPU:1 [LOST 123 EVENTS]` of trace, `CPU:1 [123 EVENTS DROPPED]` of trace-cmd. */
const LOST =
  /^\s*(?:[\w.+-]+: +)?CPU:? ?(\d+):? +\[?(?:LOST )?(?:(\d+) )?EVENTS(?: (?:DROPPED|LOST))?\]?\s*$/;

export function readLost(source: string, line: number): Lost | undefined {
  if (!source.includes('EVENTS')) return undefined;
  const match = LOST.exec(source);
  if (match === null) return undefined;
  const events = match[2] === undefined ? undefined : Number(match[2]);
  return { line, cpu: Number(match[1]), events };
}
