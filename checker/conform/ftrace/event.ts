/** One event of an ftrace log, and what can be asked of its text. */

/** A line of the log that is an event. Its text is read when something asks for a field. */
export interface LogEvent {
  /** 1-based line of the file. */
  readonly line: number;
  /** The task's name: it may hold blanks, dashes and brackets, or be `<...>` if nobody knew it. */
  readonly task: string;
  readonly pid: number;
  readonly cpu: number;
  /** Seconds as printed; a count where the log was made with trace_clock counter. */
  readonly time: number;
  /** irqs-off, need-resched, hardirq/softirq, preempt-depth ...; empty with irq-info off. */
  readonly flags: string;
  /** `kvm` of `kvm:kvm_age_hva`, which some prints of trace-cmd have; else empty. */
  readonly group: string;
  /** The event's name without its group. */
  readonly name: string;
  /** What follows the name's colon, without the blanks that trace-cmd aligns it with. */
  readonly text: string;
}

/** What a write to trace_marker is called, whichever tool printed it. */
export const MARKER = 'tracing_mark_write';

/** `X_ret` is the kretprobe of the kprobe `X`. */
const RETURN = '_ret';

export const isReturn = ({ name }: Pick<LogEvent, 'name'>): boolean => name.endsWith(RETURN);

/** The name of the entry that a return belongs to. */
export const entryOf = (name: string): string => name.slice(0, -RETURN.length);

/** The value of `key=value` as it is written; of a quoted one what is between the quotes. */
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

/** The word after `key` where a static event writes `gfn 201 level 1` instead of `key=value`. */
export function word({ text }: LogEvent, key: string): string | undefined {
  const words = text.split(/[\s,]+/);
  const at = words.indexOf(key);
  return at < 0 ? undefined : words[at + 1];
}

const DECIMAL = /^[-+]?\d+$/;
const HEX = /^0[xX][0-9a-fA-F]+$/;
const BARE_HEX = /^[0-9a-fA-F]+$/;

/**
 * The number that a value spells: 0x.., decimal, signed. Above 2^53 it is rounded, which does for
 * comparing the end of a range; take `lowBits` to look at a PTE. undefined for what is no number,
 * as `(fault)`, which a kprobe prints for memory that it could not read.
 */
export function numberOf(value: string | undefined): number | undefined {
  if (value === undefined || !(DECIMAL.test(value) || HEX.test(value))) return undefined;
  return Number(value);
}

export const numberField = (event: LogEvent, key: string): number | undefined =>
  numberOf(field(event, key));

/** The low 32 bits of a value in hex, with or without 0x: the flags of a PTE or an spte. */
export function lowBits(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const digits = value.replace(/^0[xX]/, '');
  return BARE_HEX.test(digits) ? Number.parseInt(digits.slice(-8), 16) : undefined;
}

/** The function that a kprobe's line begins with: `(folio_referenced+0x0/0x1b0)`. */
export function probedFunction({ text }: LogEvent): string | undefined {
  return /^\(([^\s+)]+)(?:\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)?(?: \[[^\]]+\])?\)/.exec(text)?.[1];
}

/** trace-cmd prints addresses instead of names, and the function first: `(callee <- caller)`. */
const ADDRESSES = /^\((?:0x)?[0-9a-f]{8,16} <- (?:0x)?[0-9a-f]{8,16}\)/;

export const hasAddresses = ({ text }: LogEvent): boolean => ADDRESSES.test(text);

/**
 * Who a kretprobe's line says returned to whom: `(caller+0xb6/0x260 <- callee)`; undefined where
 * it has their addresses alone.
 */
export function returned(event: LogEvent): { caller: string; callee: string } | undefined {
  const { text } = event;
  if (hasAddresses(event)) return undefined;
  const match = /^\((\S+?)(?:\+0x\S+)?(?: \[[^\]]+\])? <- ([^\s+)]+)[^)]*\)/.exec(text);
  return match === null ? undefined : { caller: match[1], callee: match[2] };
}

/** The range that kvm_age_hva and its like print: `hva: 0x1000 -- 0x2000`; or one address. */
export function hvaRange({ text }: LogEvent): { start: number; end: number } | undefined {
  const match = /: (0x[0-9a-f]+)(?: -- (0x[0-9a-f]+))?$/.exec(text);
  if (match === null) return undefined;
  const start = Number(match[1]);
  return { start, end: match[2] === undefined ? start + 1 : Number(match[2]) };
}
