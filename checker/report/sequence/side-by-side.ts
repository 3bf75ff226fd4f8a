/** One trace on two systems: the rows beside each other, and where they first part. */
import { eventText } from '../../../model/events.ts';
import type { System } from '../../../model/system.ts';
import type { Trace } from '../../trace/trace.ts';
import { tryOn } from '../../trace/replay.ts';
import type { Row, Sequence } from './sequence.ts';
import { sequenceOf } from './sequence.ts';

export interface SideBySide {
  readonly left: Sequence;
  readonly right: Sequence;
  /** The step in which the two first answer differently, or one of them cannot follow. */
  readonly parts: number | undefined;
}

/** The row of an event that cannot happen: nothing passes, and nothing changes. */
function emptyRow(trace: Trace, number: number, why: string, before: Row | undefined): Row {
  const { event } = trace.steps[number - 1];
  const [note, sentence] =
    event.verb === 'evict' ? ['nothing to evict', why] : [`cannot happen: ${why}`, why];
  return {
    number,
    text: eventText(event),
    happens: false,
    note,
    sentence: `${sentence}.`,
    violates: [],
    arrows: [],
    entries: before?.entries ?? [],
    changes: [],
    fields: (before?.fields ?? []).map(({ name, text, ghost }) => ({ name, text, ghost })),
  };
}

/** The sequence diagram of a trace in a system that it was not written for. */
export function sequenceOn(system: System, trace: Trace): Sequence {
  const { replayed, impossible } = tryOn(system, trace);
  const sequence = sequenceOf(replayed);
  const rows: Row[] = [];
  for (let number = 1; number <= trace.steps.length; number++) {
    const happened = sequence.rows.find((row) => row.number === number);
    const why = impossible.get(number);
    rows.push(happened ?? emptyRow(trace, number, why!, rows.at(-1)));
  }
  return { ...sequence, rows };
}

/** An eviction of what is not cached tells nothing apart; all else that differs does. */
function differs(one: Row, other: Row): boolean {
  if (one.happens && other.happens) return one.text !== other.text;
  return one.happens !== other.happens && !/: evict /.test(one.text);
}

/** A trace on its own system and on another one, in the same scope. */
export function sideBySide(trace: Trace, other: System): SideBySide {
  const [left, right] = [sequenceOn(trace.system, trace), sequenceOn(other, trace)];
  const parts = left.rows.find((row, i) => differs(row, right.rows[i]))?.number;
  return { left, right, parts };
}
