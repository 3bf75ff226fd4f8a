/** Replays one trace on two systems side by side, and finds where they begin to differ. */
import type { System } from '../../model/system.ts';
import type { DiffStep } from './diff.ts';
import { following } from './follow.ts';
import type { Happening, Stretch } from './realize.ts';
import { follow as play } from '../trace/replay.ts';
import type { Pieces } from '../trace/pieces.ts';
import { whole } from '../trace/pieces.ts';
import type { Trace } from '../trace/trace.ts';
import type { Beside, SideBySide } from '../tell/pair.ts';
import type { Row, Sequence } from '../tell/sequence.ts';
import { sequenceOf } from '../tell/sequence.ts';

const happenings = ({ own, seen }: Stretch): Happening[] =>
  seen === undefined ? [...own] : [...own, seen];

/** Takes the rows of one side in order. */
class Rows {
  private next = 0;
  private readonly rows: readonly Row[];

  constructor({ rows }: Sequence) {
    this.rows = rows;
  }

  take(count: number): Row[] {
    this.next += count;
    return this.rows.slice(this.next - count, this.next);
  }
}

const beside = (left: Row | undefined, right: Row | undefined): Beside => ({
  ...(left === undefined ? {} : { left }),
  ...(right === undefined ? {} : { right }),
});

/** The own steps of both sides below each other, and then what is observed. */
function rowsOf({ left, right }: DiffStep, ours: Rows, theirs: Rows, parts: boolean): Beside[] {
  const own = [ours.take(left?.own.length ?? 0), theirs.take(right?.own.length ?? 0)];
  const rows = Array.from({ length: Math.max(own[0].length, own[1].length) }, (_, i) =>
    beside(own[0][i], own[1][i]),
  );
  const [one] = ours.take(1);
  const [other] = theirs.take(right?.seen === undefined ? 0 : 1);
  const evicts = right !== undefined && right.seen === undefined;
  const absent = evicts ? 'nothing to evict' : parts ? 'cannot happen' : undefined;
  const missing = other === undefined && absent !== undefined ? { absent } : {};
  return [...rows, { ...beside(one, other), ...missing }];
}

/** Replays a trace on its own system and on another one in the same scope. */
export const sideBySide = (trace: Trace, system: System): SideBySide =>
  whole(pairing(trace, system));

/** The same in pieces. */
export function* pairing(trace: Trace, system: System): Pieces<SideBySide> {
  const run = trace.steps.map(({ event }) => event);
  const { steps, rest, parts } = yield* following(trace.system, run, system);
  const events = steps.flatMap(({ right }) => (right ? happenings(right) : []));
  const about = trace.name === undefined ? {} : { name: trace.name };
  const left = sequenceOf(play(trace.system, run, { ...about, verdict: trace.verdict }));
  const right = sequenceOf(
    play(
      system,
      events.map(({ event }) => event),
      about,
    ),
  );
  const [ours, theirs] = [new Rows(left), new Rows(right)];
  const rows: Beside[] = [];
  let parting: number | undefined;
  for (const [i, step] of steps.entries()) {
    rows.push(...rowsOf(step, ours, theirs, i === parts));
    if (i === parts) parting = rows.length - 1;
  }
  rows.push(...ours.take(rest.length).map((row) => ({ left: row })));
  return { left, right, rows, parts: parting };
}
