/** Prints severity and cost: as lines, as traces that never end, and as JSON. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Verdict } from '../search/check.ts';
import type { Assessment } from './assess.ts';
import type { Cost } from './invalidations.ts';
import type { Lasso } from './lasso.ts';
import type { Severity } from './severity.ts';
import { annotate } from '../tell/explain.ts';
import { STOPS, count } from '../tell/verdict-text.ts';
import { printStep, printTrace } from '../trace/print.ts';
import { replay, traceOf } from '../trace/replay.ts';
import { wrap } from '../trace/wrap.ts';

const WIDTH = 72;
/** Prints like the lines of a setup block: a name, and then a text. */
const NAME_WIDTH = 9;

/** The events of a lasso with its cycle once. */
const once = ({ stem, cycle }: Lasso): Event[] => [...stem, ...cycle];

const range = (from: number, to: number): string => (from === to ? `(${to})` : `(${from})-(${to})`);

/** The steps of a lasso that can repeat, counted from 1. */
const repeatText = ({ stem, cycle }: Lasso): string =>
  `${range(stem.length + 1, stem.length + cycle.length)} can repeat`;

/** Whether a run begins with a lasso, so that both number their events alike. */
const beginsWith = (run: readonly Event[], lasso: Lasso): boolean =>
  once(lasso).every((event, i) => run[i]?.index === event.index);

/** How long wrong answers go on, such as `at most 2 in a row` or `can go on for ever`. */
export function streakText({ streak, aids }: Severity): string {
  if (streak === 1) return 'never twice in a row';
  if (typeof streak === 'number') return `at most ${streak} in a row`;
  if (aids.length === 0) return WITHOUT_MOST[streak];
  const recur = `${aids.join(' and ')} ${aids.length === 1 ? 'recurs' : 'recur'}`;
  return `${WITHOUT_MOST[streak]} if ${recur}`;
}
const WITHOUT_MOST = {
  late: 'goes on while an invalidation is in flight',
  unbounded: 'can go on for ever',
} as const;

/**
 * The streak as text. If the shortest trace has the cycle, the text says which of its events
 * repeat.
 */
export function severityText(severity: Severity, run: readonly Event[] | undefined): string {
  const { lasso } = severity;
  const text = streakText(severity);
  if (lasso === undefined) return text;
  if (run !== undefined && beginsWith(run, lasso)) return `${text}, as ${repeatText(lasso)}`;
  return `${text}, in a loop of ${count(lasso.cycle.length, 'event')}`;
}

const two = (value: number): string => value.toFixed(2);

/** The cost of a look in one line. */
export function costText({
  worst,
  worstSpurious,
  mean,
  meanSpurious,
}: Omit<Cost, 'walk' | 'looks'>): string {
  if (worst === 0) return 'ATC invalidations per look: none';
  const spurious =
    worstSpurious === 0
      ? 'none spurious'
      : `spurious: ${two(meanSpurious)}, ${worstSpurious} at most`;
  return `ATC invalidations per look: ${two(mean)} on average, ${worst} at most; ${spurious}`;
}

const named = (name: string, text: string): string[] =>
  wrap(text, WIDTH - NAME_WIDTH).map((line, i) => (i === 0 ? name : '').padEnd(NAME_WIDTH) + line);

/** A line for each violated property, and one for the cost. */
export function assessmentLines(
  { severities, cost, over, stopped }: Assessment,
  verdicts: readonly Verdict[],
): string[] {
  const runOf = ({ property }: Severity) => verdicts.find((v) => v.property === property)?.run;
  const why = stopped === undefined ? `over ${over?.toLocaleString('en')} states` : STOPS[stopped];
  const missing = `not computed: ${why}`;
  return [
    ...(severities ?? []).flatMap((severity) => {
      const { name, family } = severity.property;
      return named(family, `${name}: ${severityText(severity, runOf(severity))}`);
    }),
    ...(severities === undefined ? named('severity', missing) : []),
    ...(cost === undefined ? named('cost', missing) : []),
    ...(cost === undefined || cost === 'none'
      ? []
      : costText(cost)
          .split(/(?<=;) /)
          .flatMap((text, i) => named(i === 0 ? 'cost' : '', text))),
  ];
}

/** The trace of each lasso with which no shortest trace begins. */
export function lassoTexts(
  system: System,
  { severities = [] }: Assessment,
  verdicts: readonly Verdict[],
): string[] {
  const told: Lasso[] = [];
  return severities.flatMap((severity) => {
    const { lasso } = severity;
    if (lasso === undefined || told.some((other) => beginsWith(once(other), lasso))) return [];
    if (verdicts.some(({ run }) => run !== undefined && beginsWith(run, lasso))) return [];
    told.push(lasso);
    return [lassoText(system, severity, lasso).trimEnd()];
  });
}

/**
 * Turns the lasso so that its cycle ends with a violation, as a violating trace must. A spurious
 * invalidation is sent in the middle of a look, so that the cycle may end elsewhere.
 */
function endingWrong(system: System, lasso: Lasso): Lasso {
  const { stem, cycle } = lasso;
  const wrong = cycle.findLastIndex((_, i) => {
    const { verdict } = traceOf(system, [...stem, ...cycle.slice(0, i + 1)]);
    return verdict !== 'ends';
  });
  const head = cycle.slice(0, wrong + 1);
  if (wrong < 0 || wrong === cycle.length - 1) return lasso;
  return { ...lasso, stem: [...stem, ...head], cycle: [...cycle.slice(wrong + 1), ...head] };
}

/** The trace of a lasso with its cycle once. */
function lassoText(system: System, { property, streak }: Severity, found: Lasso): string {
  const lasso = endingWrong(system, found);
  const isLate = streak === 'late';
  const until = isLate ? 'until the device handles the invalidation' : 'for ever';
  const trace = traceOf(system, once(lasso), {
    name:
      `${property.defect}-${isLate ? 'until-flushed' : 'without-end'}` +
      `+${system.names.driver ?? 'a-driver'}`,
    result: 'Sometimes',
    story: `${repeatText(lasso)} ${until}: they end in the state in which they began.`,
  });
  return printTrace(annotate(replay(trace)));
}

/** The keys `severity` and `cost` of a JSON document. They are null if they were not computed. */
export function assessmentJson(system: System, { severities, cost, over, stopped }: Assessment) {
  return {
    severity: severities?.map((severity) => severityJson(system, severity)) ?? null,
    cost: cost === 'none' ? undefined : (cost ?? null),
    ...(over === undefined ? {} : { notComputedOverStates: over }),
    ...(stopped === undefined ? {} : { notComputed: stopped }),
  };
}

export function severityJson(system: System, { property, streak, lasso, aids }: Severity) {
  const { name, family } = property;
  const bounded = { name, family, streak, aids };
  if (lasso === undefined) return bounded;
  const { steps } = traceOf(system, once(lasso));
  const lines = steps.map((step, i) => printStep(i + 1, step, system.scope));
  const { length } = lasso.stem;
  return { ...bounded, stem: lines.slice(0, length), cycle: lines.slice(length) };
}
