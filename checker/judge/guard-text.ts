/** Prints the report of a guard as plain text in 72 columns, ready for a mail. */
import { eventText } from '../../model/events.ts';
import { manyOf } from '../../model/many.ts';
import type { System } from '../../model/system.ts';
import { costText, severityText } from './severity-text.ts';
import { notAskedLines } from '../tell/not-asked-text.ts';
import { traceName, traceText } from '../tell/trace-of.ts';
import { machineNote } from '../tell/verdict-text.ts';
import { PART_NAMES, printPart } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { Change, Direction, Judged } from './changes.ts';
import { byFamily, isStillWrong, judgedText } from './changes.ts';
import type { GuardResult, ScopedChange } from './guard.ts';
import { changesThat, conclusionOf, isSame, stillWrong } from './guard.ts';

const WIDTH = 72;

/** The compared parts, as a diff of setup blocks. */
export function systemLines({ before, after }: GuardResult): string[] {
  const lines = (mark: string, system: System, part: (typeof PART_NAMES)[number]) =>
    wrap(printPart(system, part), WIDTH - 11).map(
      (text, i) => `${mark} ${(i === 0 ? part : '').padEnd(9)}${text}`,
    );
  return PART_NAMES.filter((part) => part !== 'scope').flatMap((part) => {
    const same = printPart(before, part) === printPart(after, part);
    return same
      ? lines(' ', after, part)
      : [...lines('-', before, part), ...lines('+', after, part)];
  });
}

const CONCLUSIONS = {
  worse: 'Worse: a property is newly violated, or wrong answers last longer.',
  better: 'Only better: nothing is worse.',
  same: 'Nothing is worse, and nothing is better.',
  unfinished: 'Unfinished: a search ended early. Nothing that was searched is worse.',
} as const;

/** What the conclusion does not tell: what was allowed to change, and what was wrong already. */
function besides(result: GuardResult): string[] {
  const allowed = changesThat(result, 'allowed').length > 0;
  const wrong = [...new Set(stillWrong(result).map(({ property }) => property.name))];
  const more = wrong.length > 1 ? ` and ${wrong.length - 1} more` : '';
  const { before, after } = result;
  return [
    ...(isSame({ ...before, scope: after.scope }, after) ? ['The two systems are the same.'] : []),
    ...(allowed ? [`What --allow ${result.allowed.join(' --allow ')} names is not counted.`] : []),
    ...(wrong.length > 0 ? [`Still wrong on both sides: ${wrong[0]}${more}.`] : []),
  ];
}

/** The conclusion in a few sentences. */
const conclusionParts = (result: GuardResult): string[] => [
  CONCLUSIONS[conclusionOf(result)],
  ...besides(result),
];
export const conclusionText = (result: GuardResult): string => conclusionParts(result).join(' ');

/** Says which of the two systems was no machine. */
export const machineNotes = ({ before, after }: GuardResult): string[] => [
  ...machineNote(before).map((note) => `before: ${note}`),
  ...machineNote(after).map((note) => `after: ${note}`),
];

/** These and the notes on the base, in lines of a mail. */
export const noteLines = (result: GuardResult): string[] =>
  [...result.notes, ...machineNotes(result)].flatMap((note) => wrap(note, WIDTH));

/** The severity of one side of a change. Empty if nothing is violated. */
function severityOf({ severity, run }: Judged): string {
  return severity === undefined ? '' : severityText(severity, run);
}

/** The family of the property, and how the severity changed. */
export function severityChange({ property, before, after }: Change): string {
  const [was, is] = [severityOf(before), severityOf(after)];
  const change = was !== '' && is !== '' && was !== is ? `${was} -> ${is}` : is || was;
  return change === '' ? property.family : `${property.family}: ${change}`;
}

/** How the verdict changed, and what the change would be if it were not allowed. */
export const verdictChange = ({ before, after, otherwise }: Change): string => {
  const [was, is] = [judgedText(before), judgedText(after)];
  const mark = otherwise === undefined ? '' : ` (${otherwise})`;
  return `${was === is ? is : `${was} -> ${is}`}${mark}`;
};

function changeLines(changes: readonly ScopedChange[]): string[] {
  const width = Math.max(...changes.map(({ property }) => property.name.length));
  return changes.flatMap((change) => {
    const scope = change.comparison.name.padEnd(6);
    const head = `  ${scope} ${change.property.name.padEnd(width)}  ${verdictChange(change)}`;
    const severity = wrap(severityChange(change), WIDTH - 11).map((line) => `         ${line}`);
    return [head, ...severity];
  });
}

/** Lists what did not change, scope by scope. */
function sameLines(result: GuardResult): string[] {
  return result.comparisons.flatMap(({ name, changes }) => {
    const same = changes.filter((it) => it.direction === 'same' && !isStillWrong(it));
    if (same.length === 0) return [];
    const text = same.map((change) => `${change.property.name} ${judgedText(change.after)}`);
    // A blank within an entry would let a line break there.
    const glued = text.map((entry) => entry.replaceAll(' ', '\u00a0')).join(', ');
    return gluedWrap(glued).map((line, i) => `  ${(i === 0 ? name : '').padEnd(6)} ${line}`);
  });
}

const gluedWrap = (text: string): string[] =>
  wrap(text.replaceAll('\u00a0', '~'), WIDTH - 9).map((line) => line.replaceAll('~', ' '));

function costLines({ comparisons }: GuardResult): string[] {
  return comparisons.flatMap(({ name, before, after }) => {
    const text = ({ cost }: typeof before) =>
      cost === undefined ? 'not computed' : costText(cost).replace(/^[^:]*: /, '');
    const [was, is] = [text(before), text(after)];
    if (was === is) return [`  ${name.padEnd(6)} both    ${is}`];
    return [`  ${name.padEnd(6)} before  ${was}`, `         after   ${is}`];
  });
}

const hasMany = ({ before }: GuardResult['comparisons'][number]): boolean =>
  manyOf(before.system).length > 0;

/** Says what is left out of a comparison for any number of something. Empty if there is none. */
export const leftOutLines = ({ comparisons }: GuardResult): string[] =>
  comparisons.some(hasMany) ? wrap(LEFT_OUT, WIDTH) : [];

const LEFT_OUT = "Severity and cost need numbers: they are left out where a scope says 'many'.";

/** What was not asked of the new system, in any scope. */
export function unaskedLines({ comparisons }: GuardResult): string[] {
  const asked = comparisons.flatMap(({ after }) => after.verdicts);
  const scopes = comparisons.map(({ after }) => after.system);
  return notAskedLines(
    scopes,
    asked.map(({ property }) => property),
  );
}

/** A trace of a change: of what can happen now, or of what could happen before. */
export interface ChangeTrace {
  readonly change: ScopedChange;
  readonly name: string;
  readonly text: string;
  /** The name of an earlier trace that has the same events. */
  readonly as?: string;
}

/** The shortest trace of every change, in the order of the report. */
export function tracesOf(changes: readonly ScopedChange[]): ChangeTrace[] {
  const told = new Map<string, string>();
  return changes.flatMap((change): ChangeTrace[] => {
    const { property, after, before, comparison } = change;
    const side = after.run === undefined ? 'before' : 'after';
    const { run, where } = side === 'after' ? after : before;
    if (run === undefined) return [];
    const system = where ?? comparison[side].system;
    const name = `${traceName(property, system)} in ${comparison.name}`;
    const key = `${side} ${property.name} ${run.map(eventText).join()}`;
    const as = told.get(key);
    told.set(key, as ?? name);
    const text = traceText(system, run, property).trimEnd();
    return [{ change, name, text, ...(as === undefined ? {} : { as }) }];
  });
}

const HEADS = {
  worse: 'Worse:',
  allowed: 'Allowed, counts as neither worse nor better:',
  wrong: 'Still wrong on both sides:',
  better: 'Better:',
  other: 'Changed, neither worse nor better:',
  unknown: 'Not known, the search was ended first:',
} as const;
const TOLD: readonly Direction[] = ['worse', 'allowed', 'better', 'other', 'unknown'];

/** All changes in the order of the report: worse first, and the gravest of these first. */
export const reported = (result: GuardResult): ScopedChange[] =>
  TOLD.flatMap((direction) => changesThat(result, direction).toSorted(byFamily));

type Kind = keyof typeof HEADS;

/** A section of the report: what changed, or what is still wrong. */
interface ChangeSection {
  readonly kind: Kind;
  readonly head: string;
  readonly changes: readonly ScopedChange[];
}

/** The sections that are not empty, in the order of the report. */
export function sectionsOf(result: GuardResult): ChangeSection[] {
  const that = (direction: Direction) => changesThat(result, direction).toSorted(byFamily);
  const all: Readonly<Record<Kind, readonly ScopedChange[]>> = {
    worse: that('worse'),
    allowed: that('allowed'),
    wrong: stillWrong(result),
    better: that('better'),
    other: that('other').filter((change) => !isStillWrong(change)),
    unknown: that('unknown'),
  };
  return (Object.keys(HEADS) as Kind[])
    .map((kind) => ({ kind, head: HEADS[kind], changes: all[kind] }))
    .filter(({ changes }) => changes.length > 0);
}

/** What is still wrong though nothing changed, the gravest first. */
export const unchangedWrong = (result: GuardResult): ScopedChange[] =>
  stillWrong(result).filter(({ direction }) => direction === 'same');

/**
 * What the report has a trace of: what is worse, what is as wrong as before if it is about safety
 * or progress, and the other changes. Accuracy that is as wrong as before is left to `check`.
 */
export function traced(result: GuardResult): ScopedChange[] {
  const grave = unchangedWrong(result).filter(({ property }) => GRAVE.includes(property.family));
  const changes = reported(result);
  const worse = changes.filter(({ direction }) => direction === 'worse');
  return [...worse, ...grave, ...changes.slice(worse.length)];
}
const GRAVE: readonly string[] = ['safety', 'progress'];

/** Prints the whole report. */
export function guardText(result: GuardResult): string {
  const sections = sectionsOf(result).map(({ head, changes }) => [head, ...changeLines(changes)]);
  const same = sameLines(result);
  const traces = tracesOf(traced(result));
  const alike = traces.flatMap(({ name, as }) =>
    as === undefined ? [] : wrap(`${name}: event by event as ${as}`, WIDTH - 2),
  );
  return `${[
    systemLines(result),
    [...conclusionParts(result).flatMap((part) => wrap(part, WIDTH)), ...noteLines(result)],
    ...sections,
    same.length === 0 ? [] : ['Same:', ...same],
    ['Cost, in ATC invalidations per look:', ...costLines(result)],
    leftOutLines(result),
    unaskedLines(result),
    ...traces.flatMap(({ text, as }) => (as === undefined ? [text.split('\n')] : [])),
    alike,
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
