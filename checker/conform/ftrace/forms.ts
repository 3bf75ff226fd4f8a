/** Recognizes lines of tools and trace options in which events lack a name or a base. */
import { Complaint } from '../../trace/complaint.ts';
import type { LogEvent } from './event.ts';
import { MARKER } from './event.ts';
import { NEEDED } from './needed.ts';

interface Form {
  readonly line: RegExp;
  readonly what: string;
  readonly hint: string;
}

const option = (name: string): string =>
  `echo 0 > /sys/kernel/tracing/options/${name}, then cat /sys/kernel/tracing/trace again`;

/** A line in such a form is no event for the reader. */
const FORMS: readonly Form[] = [
  {
    line: /^[0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{16} /,
    what: 'lines of the trace option hex, which have no names',
    hint: option('hex'),
  },
  {
    line: /^\d+ \d+ \d+ (?:type: \d+|# )/,
    what: 'lines of the trace option raw, which have no names',
    hint: option('raw'),
  },
  {
    line: /^\s*\S.{0,15}?\s+\d+(?:\/\d+)?\s+(?:\[\d+\]\s+)?\d+\.\d+:\s+(?:\d+\s+)?[\w-]+:[\w.-]+:/,
    what: 'lines of perf script',
    hint: 'record with `youngcheck capture --print-script`, which needs tracefs alone',
  },
  {
    line: new RegExp(`^\\s*(?:${NEEDED.map(({ name }) => name).join('|')}): `),
    what: 'events without a task, a CPU and a time',
    hint: 'echo 1 > /sys/kernel/tracing/options/context-info, then record again',
  },
];

/** What a line is that is no event. Undefined if it is of no known form. */
export function foreignForm(file: string, line: number, source: string): Complaint | undefined {
  const form = FORMS.find((each) => each.line.test(source));
  return form && complaint(file, line, form.what, form.hint);
}

const complaint = (file: string, line: number, what: string, hint: string): Complaint =>
  new Complaint(`the log has ${what}`, { file, line, column: 1, source: '' }, { hint });

/** Events whose text begins with a word of its own, unless it is printed field by field. */
const WORDED = NEEDED.filter(({ kind, of }) => kind === 'static' && of === 'kvm').map(
  ({ name }) => name,
);

/** Whether an event's text is its fields, one after the other, in a base that nobody can tell. */
function isFieldByField({ name, text }: LogEvent): boolean {
  if (text.includes('__probe_ip=') || text.includes('__probe_func=')) return true;
  if (name === MARKER) return /^ip=\S+ buf=/.test(text);
  return WORDED.includes(name) && /^\w+=/.test(text);
}

/** Complains about an event whose fields are printed raw, as `key=value`. */
export function refuseRawFields(file: string, event: LogEvent): void {
  if (!isFieldByField(event)) return;
  throw complaint(
    file,
    event.line,
    'events printed as key=value, which does not say in which base a number is',
    'trace-cmd report without -R; or, of ftrace itself, the trace option fields set to 0',
  );
}
