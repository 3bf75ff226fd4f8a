/**
 * Reads one line of `trace`, `trace_pipe` or `trace-cmd report`. The forms, of which everything but
 * the task, the pid, the CPU and the time may be absent:
 *
 *     [FILE: ]TASK-PID [(TGID)] [CPU] [FLAGS] TIME: [GROUP:]NAME: TEXT
 *     TASK-PID CPUFLAGS TIME[us][MARK]: NAME: TEXT                 (latency-format)
 *     TASK PID CPU FLAGS DEPTH INDEX [TIME] TIMEms (+DELAYms): NAME: TEXT   (and verbose)
 */
import type { LogEvent } from './event.ts';
import { MARKER } from './event.ts';

const joined = (...parts: readonly RegExp[]): RegExp =>
  new RegExp(parts.map(({ source }) => source).join(''));

/**
 * The name of an event, or the function that printed. A function may have an offset, a
 * module and, with the trace option sym-addr, an address.
 */
const NAME = joined(
  /(?:(?<group>[\w.-]+)[:/])?(?<name>[\w.-]+)/,
  /(?:\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)?(?: \[[\w.-]+\])?(?: <[0-9a-f]+>)?:(?:\s+|$)/,
);

/**
 * A task's name has at most 15 characters, of any kind. So its end is taken to be the first dash
 * that a pid and a CPU follow. `trace-cmd report` puts the file's name in front if it prints
 * several files. A task's name always gets 16 columns, which tells the two apart.
 */
const TASK = /\s*(?<task>\S.{0,40}?)-(?<pid>\d{1,10})\s+/;

const LINE = joined(
  /^(?:\s*[\w.+-]+: (?=.{16}-\d))?/,
  TASK,
  /(?:\(\s*(?:\d+|-+)\)\s+)?/,
  /\[(?<cpu>\d{1,6})\]\s+/,
  // PREEMPT_RT has one for need-resched-lazy, and another for preempt-lazy-depth.
  /(?:(?<flags>[^\s:[\]]{4,8})\s+)?/,
  /(?<time>\d+(?:\.\d+)?):\s+/,
  NAME,
);

/** The mark behind a time says how long it took to the next event. */
const LATENCY = joined(
  /^/,
  TASK,
  /(?<cpu>\d{1,6})(?<flags>[^\s:[\]\d][^\s:[\]]{3,7})\s+/,
  /(?<time>\d+(?:\.\d+)?)(?:us[ +!#*@$]?)?:\s+/,
  NAME,
);

const VERBOSE = joined(
  /^\s*(?<task>\S.{0,15}?)\s+(?<pid>\d{1,10})\s+(?<cpu>\d{1,6})\s+(?<bits>\d+)/,
  /\s+[0-9a-f]{8}\s+[0-9a-f]{8,16}\s+\[[0-9a-f]{8,16}\]\s+/,
  /(?<time>\d+\.\d{3})ms \(\+[\d.]+ms\):\s+/,
  NAME,
);

/** The bits of enum trace_flag_type for an interrupt, and the letters that mean the same. */
const INTERRUPTS = [
  [0x08, 'h'],
  [0x10, 's'],
] as const;

const flagsOf = (bits: string): string =>
  INTERRUPTS.find(([bit]) => (Number(bits) & bit) !== 0)?.[1] ?? '';

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
  const match = LINE.exec(source) ?? LATENCY.exec(source) ?? VERBOSE.exec(source);
  if (match === null) return undefined;
  const { task, pid, cpu, time, flags, bits, group, name } = match.groups!;
  const event = {
    line,
    task: interned(task),
    pid: Number(pid),
    cpu: Number(cpu),
    time: Number(time),
    flags: bits === undefined ? (flags ?? '') : flagsOf(bits),
    group: group ?? '',
    name: interned(name),
    text: withoutAddresses(source.slice(match[0].length)),
  };
  return PRINTS.includes(event.name) ? printed(event) : event;
}

/** Drops the addresses that sym-addr prints behind the functions of a probe. */
const withoutAddresses = (text: string): string =>
  text.startsWith('(') && text.includes('>') ? text.replace(FUNCTIONS, unaddressed) : text;
const FUNCTIONS = /^\([^)]*\)/;
const unaddressed = (functions: string): string =>
  functions.replaceAll(/ <(?:0x)?[0-9a-f]{8,16}>/g, '');

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
