/** One event of an ftrace log, and functions that read its text. */

/** An event of the log. Its text is parsed only when a field is asked for. */
export interface LogEvent {
  /** The line's number in the file; the first line has 1. */
  readonly line: number;
  /**
   * The task's name. It may have blanks, dashes and brackets, and is `<...>` if it was not known.
   */
  readonly task: string;
  readonly pid: number;
  readonly cpu: number;
  /** Seconds as printed. It is a count if the log was made with trace_clock counter. */
  readonly time: number;
  /** irqs-off, need-resched, hardirq/softirq, preempt-depth and so on. Empty if irq-info is off. */
  readonly flags: string;
  /** `kvm` of `kvm:kvm_age_hva`, which trace-cmd prints in some cases; otherwise empty. */
  readonly group: string;
  /** The event's name without its group. */
  readonly name: string;
  /** The text behind the name's colon, without the blanks by which trace-cmd aligns it. */
  readonly text: string;
}

/** The name for a write to trace_marker, whichever tool printed it. */
export const MARKER = 'tracing_mark_write';

/** `X_ret` is the kretprobe of the kprobe `X`. */
const RETURN = '_ret';

export const isReturn = ({ name }: Pick<LogEvent, 'name'>): boolean => name.endsWith(RETURN);

/** The name of the entry to which a return belongs. */
export const entryOf = (name: string): string => name.slice(0, -RETURN.length);

/** The value of `key=value` as it is written. Quotes around it are dropped. */
export function field({ text }: LogEvent, key: string): string | undefined {
  const wanted = `${key}=`;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at > 0 && !SEPARATORS.includes(text[at - 1])) continue;
    const start = at + wanted.length;
    if (text[start] === '"') return quoted(text, start + 1);
    let end = start;
    while (end < text.length && !SEPARATORS.includes(text[end])) end++;
    return text.slice(start, end);
  }
  return undefined;
}
const SEPARATORS = ' \t,;';

function quoted(text: string, start: number): string {
  const end = text.indexOf('"', start);
  return text.slice(start, end < 0 ? text.length : end);
}

/** The word after `key`, for static events that write `gfn 201 level 1` instead of `key=value`. */
export function word({ text }: LogEvent, key: string): string | undefined {
  const words = text.split(/[\s,]+/);
  const at = words.indexOf(key);
  return at < 0 ? undefined : words[at + 1];
}

const DECIMAL = /^[-+]?\d+$/;
const HEX = /^0[xX][0-9a-fA-F]+$/;
const BARE_HEX = /^[0-9a-fA-F]+$/;

/**
 * The number that a value spells: 0x.., decimal, signed. Above 2^53 it is rounded, which suffices
 * to compare the end of a range; use `lowBits` for a PTE. Undefined if it is no number, like
 * `(fault)`, which a kprobe prints for memory that it could not read.
 */
export function numberOf(value: string | undefined): number | undefined {
  if (value === undefined || !(DECIMAL.test(value) || HEX.test(value))) return undefined;
  return Number(value);
}

export const numberField = (event: LogEvent, key: string): number | undefined =>
  numberOf(field(event, key));

/**
 * The low 32 bits of a value in hex, with or without 0x. They have the flags of a PTE or an spte.
 */
export function lowBits(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const digits = value.replace(/^0[xX]/, '');
  return BARE_HEX.test(digits) ? Number.parseInt(digits.slice(-8), 16) : undefined;
}

/** The function with which a kprobe's line begins: `(folio_referenced+0x0/0x1b0)`. */
export function probedFunction({ text }: LogEvent): string | undefined {
  return /^\(([^\s+)]+)(?:\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)?(?: \[[^\]]+\])?\)/.exec(text)?.[1];
}

/**
 * trace-cmd prints addresses instead of names, and the called function first: `(callee <- caller)`.
 */
const ADDRESSES = /^\((?:0x)?[0-9a-f]{8,16} <- (?:0x)?[0-9a-f]{8,16}\)/;

export const hasAddresses = ({ text }: LogEvent): boolean => ADDRESSES.test(text);

/**
 * The function that returned, and its caller, from a kretprobe's line: `(caller+0xb6/0x260 <-
 * callee)`. Undefined if the line has only their addresses.
 */
export function returned(event: LogEvent): { caller: string; callee: string } | undefined {
  const { text } = event;
  if (hasAddresses(event)) return undefined;
  const match = /^\((\S+?)(?:\+0x\S+)?(?: \[[^\]]+\])? <- ([^\s+)]+)[^)]*\)/.exec(text);
  return match === null ? undefined : { caller: match[1], callee: match[2] };
}

/** The range that kvm_age_hva and similar events print: `hva: 0x1000 -- 0x2000`, or one address. */
export function hvaRange({ text }: LogEvent): { start: number; end: number } | undefined {
  const match = /: (0x[0-9a-f]+)(?: -- (0x[0-9a-f]+))?$/.exec(text);
  if (match === null) return undefined;
  const start = Number(match[1]);
  return { start, end: match[2] === undefined ? start + 1 : Number(match[2]) };
}
