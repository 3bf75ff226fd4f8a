/**
 * The sequence diagram of a replayed trace, as plain data. It has the lanes, the arrows of each
 * step, and what each lane holds after it. Code that draws it as a picture or as text decides
 * nothing.
 */
import type { Role } from '../../model/event.ts';
import { kindOf } from '../../model/events.ts';
import { runName } from '../../model/ranges.ts';
import { arrowsOf } from './arrows.ts';
import { becauseOf } from './because.ts';
import type { Moment } from './moment.ts';
import { momentsOf } from './moment.ts';
import { printEvent } from '../trace/print.ts';
import type { Replay, ReplayStep } from '../trace/replay.ts';
import { printSetup } from '../trace/setup.ts';
import type { Field } from './states.ts';
import { fieldsAfter } from './states.ts';
import { verdictText } from '../trace/trace.ts';
import { machineNote } from './verdict-text.ts';
import type { Arrow, ArrowKind, LaneId } from './arrow.ts';
import type { LaneEntry } from './entries.ts';
import { entriesOf, looksAlike } from './entries.ts';
import { InFlight } from './in-flight.ts';
import type { Lane } from './lanes.ts';
import type { ListOfSteps } from './lists.ts';
import { listsAt } from './lists.ts';
import { lanesOf } from './lanes.ts';

/** The change of one lane's entry of one page in a step. */
export interface Change {
  readonly lane: LaneId;
  readonly page: number;
  /** The index of the arrow in this row at which the change is drawn. */
  readonly at: number;
  readonly was?: LaneEntry;
  readonly is?: LaneEntry;
}

/** The row of one step. */
export interface Row {
  readonly number: number;
  /** The event and its answer: `kswapd: folio_referenced A == 1`. */
  readonly text: string;
  /** The role of the event, as its declaration says. */
  readonly role: Role;
  /** Why the step had its effect, in a few words and in a sentence. */
  readonly note: string;
  readonly sentence: string;
  /** The names of the properties that it violates. */
  readonly violates: readonly string[];
  readonly arrows: readonly Arrow[];
  /** What the lanes hold after the step. */
  readonly entries: readonly LaneEntry[];
  readonly changes: readonly Change[];
  /** The whole state after the step, field by field. */
  readonly fields: readonly Field[];
  /** The kernel's program and the driver's callbacks that the step runs, or goes on with. */
  readonly lists: readonly ListOfSteps[];
}

export interface Sequence {
  /** The name of the trace, if it has one. */
  readonly name?: string;
  /** The lines of its setup block. */
  readonly setup: readonly string[];
  /** Says if the system was no machine. */
  readonly machine: readonly string[];
  /** The trace's last line, and the property that should hold. */
  readonly verdict: string;
  readonly shouldHold?: string;
  readonly lanes: readonly Lane[];
  /** The pages to which anything happens. */
  readonly pages: readonly number[];
  readonly rows: readonly Row[];
}

const entryAt = (
  entries: readonly LaneEntry[],
  lane: LaneId,
  page: number,
): LaneEntry | undefined => entries.find((entry) => entry.lane === lane && entry.page === page);

const isSame = (one: LaneEntry, other: LaneEntry): boolean =>
  one.look === other.look && one.words.join() === other.words.join();

/** Whether an entry changes only because of what another lane holds. */
const followsOnly = (was: LaneEntry | undefined, is: LaneEntry | undefined): boolean =>
  was !== undefined &&
  is !== undefined &&
  looksAlike(was.look, is.look) &&
  was.words.join() === is.words.join();

/**
 * Finds the last arrow that can cause a change, where the change is drawn. A cleared young bit is
 * drawn at the look. A write-protect is drawn at its first arrow, as it changes the PTE before it
 * flushes. Returns -1 if no arrow can cause the change.
 */
function arrowBehind(arrows: readonly Arrow[], { lane, page, was, is }: Change): number {
  const lanes: LaneId[] = followsOnly(was, is) ? ['table', 'iommu'] : [lane];
  const reaches = ({ kind, changes }: Arrow) =>
    lanes.some((one) => changes.includes(one)) &&
    // A call that marks a page accessed changes its flags alone.
    (kind !== 'mark' || was?.look === is?.look) &&
    // The end of an operation takes nothing away. It only marks the entries that are left.
    (is !== undefined || (kind !== 'free' && kind !== 'end' && kind !== 'report'));
  // The arrows of a run or a block of pages stand at its first page.
  const own = arrows.some((arrow) => arrow.page === page && reaches(arrow));
  const may = (arrow: Arrow) => reaches(arrow) && (!own || arrow.page === page);
  const ages = was !== undefined && is !== undefined && was.look !== is.look;
  const early: ArrowKind[] = ['write-protect', ...(ages ? ['look' as const] : [])];
  const at = arrows.findIndex((arrow) => early.includes(arrow.kind) && may(arrow));
  return at < 0 ? arrows.findLastIndex(may) : at;
}

function changesOf(
  before: readonly LaneEntry[],
  after: readonly LaneEntry[],
  arrows: readonly Arrow[],
) {
  const slots = [...before, ...after.filter((e) => !entryAt(before, e.lane, e.page))];
  return slots.flatMap(({ lane, page }): Change[] => {
    const [was, is] = [entryAt(before, lane, page), entryAt(after, lane, page)];
    if (was !== undefined && is !== undefined && isSame(was, is)) return [];
    const change = { lane, page, at: -1, ...(was ? { was } : {}), ...(is ? { is } : {}) };
    return [{ ...change, at: arrowBehind(arrows, change) }];
  });
}

/** What the lanes hold after the effect of an arrow. */
export function entriesAfterArrow(
  { rows }: Sequence,
  row: Row,
  index: number,
): readonly LaneEntry[] {
  const before = rows[rows.indexOf(row) - 1]?.entries ?? [];
  const later = row.changes.filter(({ at }) => at > index);
  const isLater = ({ lane, page }: LaneEntry) =>
    later.some((change) => change.lane === lane && change.page === page);
  return [...row.entries.filter((entry) => !isLater(entry)), ...before.filter(isLater)];
}

/** If the arrows of a step are about several pages, each label names its page. */
function namePages(arrows: readonly Arrow[]): readonly Arrow[] {
  if (new Set(arrows.map(({ page }) => page)).size < 2) return arrows;
  return arrows.map((arrow) => {
    const { from, to, page, upTo = page, label } = arrow;
    if (from === to) return arrow;
    return { ...arrow, label: `${runName({ from: page, to: upTo })}: ${label}` };
  });
}

/** A step of which everything is told but where arrives what it has sent. */
interface Told {
  readonly step: ReplayStep;
  readonly moment: Moment;
  /** The arrows of the step alone: who has sent what arrives in it is not known to them. */
  readonly alone: readonly Arrow[];
  row: Row;
}

function told(step: ReplayStep, m: Moment, inFlight: InFlight): Told {
  const { number, event, shown, parts } = m;
  const alone = arrowsOf(m);
  const arrows = namePages(inFlight.resolve(number, alone));
  const entries = entriesOf(m.after, parts);
  const row = {
    number,
    text: printEvent(event, parts.scope, shown.answer),
    role: kindOf(event).role,
    ...becauseOf(m),
    violates: m.violated.map(({ name }) => name),
    arrows,
    entries,
    changes: changesOf(entriesOf(m.before, parts), entries, arrows),
    fields: fieldsAfter(m),
    lists: listsAt(m),
  };
  return { step, moment: m, alone, row };
}

/**
 * Makes the sequence diagrams of runs that mostly begin alike, as those of somebody who adds an
 * event or takes one back. What two runs have in common is told once.
 */
export class SequenceTeller {
  private known: Told[] = [];

  tell(replayed: Replay): Sequence {
    const { trace, steps } = replayed;
    const { verdict } = trace;
    // What is said of a violation depends on which one the trace is about.
    const differs = this.known.findIndex(
      ({ step, moment }, i) =>
        step !== steps[i] || (step.violated.length > 0 && moment.verdict !== verdict),
    );
    if (differs >= 0) this.known = this.known.slice(0, differs);
    const inFlight = new InFlight();
    for (const { moment, alone } of this.known) inFlight.resolve(moment.number, alone);
    const moments = this.known.map(({ moment }) => moment);
    for (const moment of momentsOf(replayed, moments)) {
      this.known.push(told(steps[moment.number - 1], moment, inFlight));
    }
    for (const one of this.known) one.row = inFlight.complete(one.row);
    const rows = this.known.map(({ row }) => row);
    const arrows = rows.flatMap((row) => row.arrows);
    const entries = rows.flatMap((row) => row.entries);
    const pages = new Set([...arrows, ...entries].map(({ page }) => page));
    return {
      ...(trace.name === undefined ? {} : { name: trace.name }),
      setup: printSetup(trace.system),
      machine: machineNote(trace.system),
      verdict: verdictText(trace.verdict),
      ...(trace.verdict === 'ends' ? {} : { shouldHold: trace.verdict.sentence }),
      lanes: lanesOf(trace.system, arrows, entries),
      pages: [...pages].sort((a, b) => a - b),
      rows,
    };
  }
}

/** Makes the sequence diagram of a trace. */
export const sequenceOf = (replayed: Replay): Sequence => new SequenceTeller().tell(replayed);
