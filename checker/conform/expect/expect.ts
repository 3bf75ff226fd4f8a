/**
 * Holds a log against one trace: whether the kernel did the events of the trace, in their order
 * and with the same answers. The set-up before them ends at a marker.
 */
import type { Actor, Event } from '../../../model/events.ts';
import { lackOf } from '../../../model/events.ts';
import type { Parts } from '../../../model/system.ts';
import { Complaint } from '../../trace/complaint.ts';
import { printEvent } from '../../trace/print.ts';
import type { Replay } from '../../trace/replay.ts';
import { printPart } from '../../trace/setup.ts';
import type { Given } from '../candidates.ts';
import type { Conformance, PageResult } from '../conform.ts';
import type { Log } from '../log.ts';
import type { Space } from '../page-log.ts';
import { PAGE_SIZE } from '../page-log.ts';
import type { Alignment, Parting } from './align.ts';
import { aligned, kindName, mayBeSilent } from './align.ts';
import type { NamedPage } from './names.ts';
import { EventNames, nameOf } from './names.ts';
import { TOLD } from './event-kinds.ts';
import type { SeenEvent } from './seen-events.ts';
import { seenEvents } from './seen-events.ts';
import { otherStart } from './set-up.ts';

/** Events of the log between the markers that are not held against the trace. */
export interface LeftOut {
  readonly event: string;
  readonly count: number;
  /** The line of the first. */
  readonly line: number;
  readonly why: string;
}

/** A line that the model does not explain with the kernel and the driver of the trace. */
export interface Unexplained {
  readonly name: string;
  readonly refusal: NonNullable<PageResult['refusal']>;
}

export type ExpectVerdict = 'as predicted' | 'parted' | 'not understood';

export interface Expectation {
  readonly verdict: ExpectVerdict;
  readonly replay: Replay;
  readonly conformance: Conformance;
  readonly pages: readonly NamedPage[];
  readonly begin: number;
  /** Undefined if the log has no `TRACE end`. */
  readonly end: number | undefined;
  readonly setUp: readonly SeenEvent[];
  readonly alignment: Alignment;
  readonly unexplained: Unexplained | undefined;
  readonly leftOut: readonly LeftOut[];
  /** Sentences that say why the log was not understood. */
  readonly notUnderstood: readonly string[];
}

/** The parts that the trace gives, so that nothing of them is inferred. */
export const givenBy = ({ trace: { system } }: Replay): Required<Given> => ({
  kernel: printPart(system, 'kernel'),
  driver: printPart(system, 'driver'),
  hardware: printPart(system, 'hardware'),
});

/** Refuses a trace with events that no line of a log tells. */
export function refuseUntold({ trace, model, steps }: Replay): void {
  const { granularity, devices, cpus } = model.parts.scope;
  for (const [number, most, what] of [
    [devices, 1, 'devices'],
    [cpus, 1, 'CPUs'],
  ] as const) {
    if (number > most) {
      throw new Complaint(`the trace has ${number} ${what}, and markers tell of one`, undefined, {
        hint: `--expect takes a trace with at most one of the ${what}`,
      });
    }
  }
  for (const { number, event } of steps) {
    if (TOLD[granularity].has(kindName(event)) || mayBeSilent(event)) continue;
    const text = `(${number}) ${printEvent(event, model.parts.scope)}`;
    throw new Complaint(`no line of a log tells ${text}`, trace.source?.steps[number - 1].event, {
      hint: '--expect cannot hold a log against it',
      possible: [...TOLD[granularity]],
    });
  }
}

const HINT = "docs/capture.md, 'Markers': the program writes TRACE begin where its set-up is over";

interface Marks {
  readonly space: Space;
  readonly begin: number;
  readonly end: number | undefined;
}

/** Where the set-up is over, and where the events of the trace are. */
function marksOf({ program: { begins, ends } }: Log, file: string): Marks {
  const at = (line: number) => ({ file, line, column: 1, source: '' });
  const [first, second] = begins;
  if (first === undefined) {
    throw new Complaint(`${file}: no marker 'TRACE begin'`, undefined, { hint: HINT });
  }
  if (second !== undefined) {
    const text = `a second marker 'TRACE begin', after that of line ${first.line}`;
    throw new Complaint(text, at(second.line), { hint: 'hold one run at a time against a trace' });
  }
  if (first.space === undefined) {
    const text = "'TRACE begin' stands before any marker SCENARIO, so that no page has a name";
    throw new Complaint(text, at(first.line), { hint: "docs/capture.md, 'Markers'" });
  }
  const end = ends.find(({ line }) => line > first.line);
  return { space: first.space, begin: first.line, end: end?.line };
}

/** The pages of the trace: page A is the first of the region that the marker SCENARIO names. */
function namedPages({ model }: Replay, { space }: Marks): NamedPage[] {
  const { start, end } = space.region!;
  const count = model.parts.scope.pages;
  const has = (end - start) / PAGE_SIZE;
  if (count > has) {
    const text = `the trace has ${count} pages, and the region of the log has ${has}`;
    const hint = 'the marker SCENARIO names the region: page A is P0, page B is P1';
    throw new Complaint(text, undefined, { hint });
  }
  return Array.from({ length: count }, (_, n) => {
    const address = start + n * PAGE_SIZE;
    return { name: nameOf(n), address, page: space.pages.get(address) };
  });
}

/** Why an event is not held against the trace; undefined if it is. */
function whyLeftOut(seen: SeenEvent, page: number, { model }: Replay): string | undefined {
  if (page < 0) return 'the trace does not have this page';
  const isIn = (kinds: readonly string[]) =>
    model.events.some((event) => kinds.includes(kindName(event)));
  if (isIn(seen.of) && isIn(seen.kinds)) return undefined;
  return `the scope of the trace lacks ${lacking(seen.of, model.parts)}`;
}

/** The scope's field for the number of a kind of unit. */
const UNITS: Readonly<Record<string, string>> = { cpu0: 'cpus=1', dev0: 'devices=1' };

function lacking([kind]: readonly string[], parts: Parts): string {
  const [actor, verb] = kind.split(': ');
  const lack = lackOf(parts, actor.replace(/\d$/, '') as Actor, verb);
  return lack?.needs ?? UNITS[actor] ?? `'${kind}'`;
}

/** Counts alike events that are left out. */
function tallied(
  events: readonly { seen: SeenEvent; why: string }[],
  names: EventNames,
): LeftOut[] {
  const found = new Map<string, LeftOut>();
  for (const { seen, why } of events) {
    // An operation that is left out is told once, by its first step.
    if (seen.kinds[0] !== seen.of[0]) continue;
    const event = names.text({ ...seen, answer: undefined });
    const before = found.get(event);
    const line = before?.line ?? seen.lines[0];
    found.set(event, { event, count: (before?.count ?? 0) + 1, line, why });
  }
  return [...found.values()];
}

const NO_END =
  "the log has no marker 'TRACE end': the program did not come to the end of the trace";

/** Whether the log agrees with the trace as far as either goes, so that its end has to be known. */
const isOpen = ({ parting }: Alignment): boolean =>
  parting === undefined || parting.seen === undefined || parting.step === undefined;

/** What keeps the log from being understood up to a line. */
function* obstacles(
  { pages, begin }: Pick<Expectation, 'pages' | 'begin'>,
  until: number,
  unclear: ReturnType<typeof seenEvents>['unclear'],
): Generator<string> {
  for (const { name, page } of pages) {
    if (page?.losses !== undefined) {
      const { since } = page.losses.first;
      yield `events were lost behind line ${since}, and may have told of page ${name}`;
    }
    const left = page?.unjudged?.line;
    if (left !== undefined && left <= until) yield `page ${name} is not judged from line ${left}`;
    // A collapse of the trace is an event of its page, if no other page is a part of the same PMD.
    const huge = page?.huge.find(({ from, isCollapse }) => {
      return from <= until && (from < begin || !isCollapse || pages.length > 1);
    });
    if (huge !== undefined) yield `from line ${huge.from} on a PMD maps page ${name}`;
    const lost = unclear.find((each) => each.page === page && each.line > begin);
    if (lost && lost.line <= until) yield `page ${name}, line ${lost.line}: ${lost.why}`;
  }
}

/** The line at which the log parts from the trace, or ends. */
const lineOf = (parting: Parting | undefined, end: number): number | undefined =>
  parting && (parting.seen?.from ?? end);

/** The first line up to `end` of a page of the trace that the model does not explain. */
function unexplainedOf(
  { pages: results }: Conformance,
  pages: readonly NamedPage[],
  end: number,
): Unexplained | undefined {
  return pages
    .flatMap(({ name, page }): Unexplained[] => {
      const refusal = results.find((result) => result.page === page)?.refusal;
      return refusal === undefined || refusal.line > end ? [] : [{ name, refusal }];
    })
    .toSorted((a, b) => a.refusal.line - b.refusal.line)
    .at(0);
}

/** The event of a device that tells steps of callbacks one by one. */
const TOLD_STEP = 'atc_step';

/** A device that is not held handles an invalidation at once, in the line of the step before. */
const HANDLES = 'handle-invalidation';

/** A step may be silent if the device tells none of its kind. */
function alignedWith(
  { steps }: Replay,
  { seen: names }: Log,
  events: readonly SeenEvent[],
  pageOf: (seen: SeenEvent) => number,
): Alignment {
  const certain = names.has(TOLD_STEP) ? events.filter(({ isOptional }) => !isOptional) : [];
  const told = new Set(certain.flatMap(({ kinds }) => kinds));
  const isSilent = (event: Event) =>
    mayBeSilent(event) && (event.verb === HANDLES || !told.has(kindName(event)));
  return aligned(steps, events, { pageOf, isSilent });
}

/**
 * Holds the log against the trace. `conformance` is that of the kernel, the driver and the hardware
 * that the trace gives.
 */
export function expectation(replay: Replay, conformance: Conformance): Expectation {
  const { log, summary } = conformance;
  const marks = marksOf(log, summary.file);
  const { begin, end } = marks;
  const pages = namedPages(replay, marks);
  const names = new EventNames(replay, pages);
  const { scope, hardware } = replay.model.parts;
  const told = { granularity: scope.granularity, ats: hardware.ats };
  const { events, unclear } = seenEvents(log, [...marks.space.pages.values()], told);
  const last = end ?? Infinity;
  const during = events
    .filter(({ from, until }) => until > begin && from < last)
    .map((seen) => ({ seen, why: whyLeftOut(seen, names.pageOf(seen), replay) }));
  const held = during.filter(({ why }) => why === undefined).map(({ seen }) => seen);
  const left = during.flatMap(({ seen, why }) => (why === undefined ? [] : [{ seen, why }]));
  const alignment = alignedWith(replay, log, held, names.pageOf);
  const refused = unexplainedOf(conformance, pages, last);
  const isCut = end === undefined && isOpen(alignment);
  const parts = isCut ? undefined : lineOf(alignment.parting, last);
  const unexplained = refused && refused.refusal.line < (parts ?? Infinity) ? refused : undefined;
  const until = Math.min(unexplained?.refusal.line ?? last, parts ?? last);
  const about = { pages, begin, end };
  const start = otherStart(conformance, replay, pages, begin);
  const notUnderstood = [
    ...obstacles(about, until, unclear),
    ...(isCut ? [NO_END] : []),
    ...(start === undefined || (unexplained && unexplained.refusal.line <= begin) ? [] : [start]),
  ];
  const isParted = alignment.parting !== undefined || unexplained !== undefined;
  return {
    verdict: notUnderstood.length > 0 ? 'not understood' : isParted ? 'parted' : 'as predicted',
    replay,
    conformance,
    ...about,
    setUp: events.filter((seen) => seen.until <= begin && names.pageOf(seen) >= 0),
    alignment,
    unexplained,
    leftOut: tallied(left, names),
    notUnderstood,
  };
}
