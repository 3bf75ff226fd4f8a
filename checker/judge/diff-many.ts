/**
 * Compares two systems where the scope has any number of pages, CPUs or devices. The product of
 * their graphs, which diff() searches, needs numbers. Their verdicts do not. So verdicts are
 * compared, with the lengths of shortest violations, and what no property shows is not.
 */
import type { System } from '../../model/system.ts';
import type { Pieces } from '../search/progress.ts';
import { partOf } from '../search/progress.ts';
import { traceText } from '../tell/trace-of.ts';
import { verdictJson } from '../tell/verdict-json.ts';
import { count } from '../tell/verdict-text.ts';
import { wrap } from '../trace/wrap.ts';
import type { Change, Judged } from './changes.ts';
import { changesOf, judgedText } from './changes.ts';
import type { SideName } from './diff.ts';
import { checkScopes } from './diff.ts';
import type { Both, Heads } from './diff-text.ts';
import { headText, machineText, systemsJson } from './diff-text.ts';
import type { Judgement } from './judgement.ts';
import { judge } from './judgement.ts';

/** What the verdicts of two systems say of their difference. */
export interface VerdictDiff extends Readonly<Record<SideName, Judgement>> {
  /** The properties whose verdicts differ. */
  readonly differ: readonly Change[];
  /** The properties whose verdicts say the same on both sides. */
  readonly alike: readonly Change[];
  /** The properties of which too little is known. */
  readonly unknown: readonly Change[];
}

/** Compares the verdicts of two systems in the same scope. `maxStates` is for each of the two. */
export function* diffMany(left: System, right: System, maxStates: number): Pieces<VerdictDiff> {
  checkScopes(left, right);
  const before = yield* partOf(judge(left, { maxStates }), [0, 2]);
  const after = yield* partOf(judge(right, { maxStates }), [1, 2]);
  const changes = changesOf(before, after);
  const isOther = ({ before: one, after: other }: Change) => areOther(one, other);
  const isKnown = ({ before: one, after: other }: Change) => isExact(one) && isExact(other);
  return {
    left: before,
    right: after,
    differ: changes.filter(isOther),
    alike: changes.filter((change) => !isOther(change) && isKnown(change)),
    unknown: changes.filter((change) => !isOther(change) && !isKnown(change)),
  };
}

const falls = ({ verdict }: Judged): boolean => verdict === 'violated';

/** Whether a verdict leaves nothing open. */
const isExact = ({ verdict, run, atLeast }: Judged): boolean =>
  verdict === 'violated'
    ? run !== undefined && atLeast === undefined
    : verdict !== 'unfinished' && verdict !== 'holds-up-to';

/** The least and the most events of a shortest violation, as far as that is known. */
const boundsOf = ({ run, atLeast }: Judged): readonly [least: number, most: number] => [
  atLeast ?? run!.length,
  run?.length ?? Infinity,
];

/** Whether these verdicts differ, whatever is left open on either side. */
function areOther(one: Judged, other: Judged): boolean {
  if (falls(one) && falls(other)) {
    const [[least, most], [otherLeast, otherMost]] = [boundsOf(one), boundsOf(other)];
    return least > otherMost || otherLeast > most;
  }
  if (falls(one)) return excludes(other, one);
  if (falls(other)) return excludes(one, other);
  const kinds = [one.verdict, other.verdict];
  return kinds.includes('holds') && kinds.includes('vacuous');
}

/** Whether a verdict says that a violation of the other side cannot happen. */
function excludes({ verdict, pages }: Judged, { where }: Judged): boolean {
  if (verdict === 'unfinished') return false;
  return verdict !== 'holds-up-to' || (where !== undefined && where.scope.pages <= pages!);
}

const WIDTH = 72;

/** The sentence that says what was not compared. */
const NOT_COMPARED =
  "With 'many', verdicts are compared, and what no property shows is not. With numbers, diff " +
  "searches whether any trace tells the systems apart: --scope '... pages=1 cpus=1 devices=1'.";

const section = (head: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [[head, ...lines].join('\n')];

/** Prints the verdicts that differ, with the shortest traces of those that are violated. */
export function verdictDiffText(found: VerdictDiff, heads: Heads): string {
  const both: Both = { left: found.left.system, right: found.right.system };
  const changes = [...found.differ, ...found.alike, ...found.unknown];
  const width = Math.max(...changes.map(({ property }) => property.name.length));
  const line = ({ property, before, after }: Change) => {
    const [left, right] = [judgedText(before), judgedText(after)];
    return `  ${property.name.padEnd(width)}  ${left === right ? left : `${left} | ${right}`}`;
  };
  const told = (head: string, some: readonly Change[]) => section(head, some.map(line));
  const states = (side: SideName) => `${count(found[side].states, 'state')} of ${heads[side]}`;
  return `${headText(both, heads)}${[
    `${heads.left} | ${heads.right}`,
    ...told('Verdicts that differ:', found.differ),
    ...(found.differ.length === 0 ? ['No verdict differs.'] : []),
    ...told('The same on both sides:', found.alike),
    ...told('Not known well enough:', found.unknown),
    wrap(`searched: ${states('left')}, ${states('right')}`, WIDTH).join('\n'),
    wrap(NOT_COMPARED, WIDTH).join('\n'),
    ...tracesOf(found, heads),
  ].join('\n\n')}\n${machineText(both, heads)}`;
}

/** One trace for each verdict that differs: the shorter one of both sides. */
function tracesOf({ left, right, differ }: VerdictDiff, heads: Heads): string[] {
  return differ.flatMap(({ property, before, after }) => {
    const [one, other] = [before.run?.length ?? Infinity, after.run?.length ?? Infinity];
    const side: SideName = one <= other ? 'left' : 'right';
    const { run, where = (side === 'left' ? left : right).system } =
      side === 'left' ? before : after;
    if (run === undefined) return [];
    return [`With ${heads[side]}:\n\n${traceText(where, run, property).trimEnd()}`];
  });
}

/** The document of `youngcheck diff --json` for any number of something. */
export function verdictDiffJson(found: VerdictDiff, heads: Heads) {
  const { left, right, differ, alike, unknown } = found;
  const names = (changes: readonly Change[]) => changes.map(({ property }) => property.name);
  const side = ({ system, states, verdicts }: Judgement) => ({
    states,
    properties: verdicts.map((verdict) => verdictJson(system, verdict)),
  });
  return {
    ...systemsJson({ left: left.system, right: right.system }, heads),
    differ: names(differ),
    alike: names(alike),
    unknown: names(unknown),
    verdicts: { left: side(left), right: side(right) },
    notCompared: NOT_COMPARED,
  };
}
