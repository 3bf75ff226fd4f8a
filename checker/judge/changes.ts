/** Compares two judgements: what changed, and whether it got worse. */
import type { Property } from '../../properties/index.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Family } from '../../properties/property.ts';
import type { Verdict } from '../search/check.ts';
import { count } from '../tell/verdict-text.ts';
import type { Severity } from './severity.ts';
import { rank } from './severity.ts';
import type { Judgement } from './judgement.ts';

/** A verdict and its severity. `absent` means that the property makes no sense in the system. */
export interface Judged extends Partial<Pick<Verdict, 'run' | 'where' | 'atLeast' | 'pages'>> {
  readonly verdict: Verdict['verdict'] | 'absent';
  readonly severity?: Severity;
  /** The severity is not known, as the work was told to stop. */
  readonly cut?: true;
}

/**
 * A change is worse if a property that held is now violated, or its wrong answers can last longer.
 * It is better in the reverse case. It is other if only the kind of proof or the length of the
 * shortest trace changed. It is unknown if a search that ended too early may have missed something
 * worse, or if more pages than were tried may show it. It is the same if nothing changed. A change
 * that the user allows beforehand is allowed: it counts as neither worse nor better.
 */
export type Direction = 'worse' | 'allowed' | 'better' | 'other' | 'unknown' | 'same';

export interface Change {
  readonly property: Property;
  readonly direction: Direction;
  /** What an allowed change would be if it were not allowed. */
  readonly otherwise?: Direction;
  readonly before: Judged;
  readonly after: Judged;
}

/** The families of properties, the gravest first. */
export const FAMILIES: readonly Family[] = ['safety', 'progress', 'accuracy', 'cost'];

/** One entry for each property that makes sense on either side, in the order of PROPERTIES. */
export function changesOf(before: Judgement, after: Judgement): Change[] {
  return PROPERTIES.flatMap((property) => {
    const [was, is] = [judgedIn(before, property), judgedIn(after, property)];
    if (was.verdict === 'absent' && is.verdict === 'absent') return [];
    return [{ property, direction: directionOf(was, is), before: was, after: is }];
  });
}

/** Sorts by family, the gravest first. */
export const byFamily = (a: Change, b: Change): number =>
  FAMILIES.indexOf(a.property.family) - FAMILIES.indexOf(b.property.family);

/**
 * The same changes, of which those of allowed properties count as neither worse nor better. Nor
 * does it count that too little is known of them.
 */
export const allowing = (
  changes: readonly Change[],
  allowed: ReadonlySet<Property>,
): readonly Change[] =>
  changes.map((change) =>
    allowed.has(change.property) && COUNTED.includes(change.direction)
      ? { ...change, direction: 'allowed', otherwise: change.direction }
      : change,
  );
const COUNTED: readonly Direction[] = ['worse', 'better', 'unknown'];

/**
 * Whether a property is violated before and after, and that did not get worse. A report that is
 * about changes would otherwise be silent of it.
 */
export const isStillWrong = ({ direction, before, after }: Change): boolean =>
  STILL.includes(direction) && before.verdict === 'violated' && after.verdict === 'violated';
const STILL: readonly Direction[] = ['better', 'other', 'same'];

function judgedIn({ verdicts, severities, cut }: Judgement, property: Property): Judged {
  const found = verdicts.find((verdict) => verdict.property.name === property.name);
  if (found === undefined) return { verdict: 'absent' };
  const severity = severities.find((known) => known.property.name === property.name);
  const { property: _, ...judged } = found;
  return { ...judged, ...(severity === undefined ? (cut ? { cut } : {}) : { severity }) };
}

function directionOf(before: Judged, after: Judged): Direction {
  const falls = (judged: Judged) => judged.verdict === 'violated';
  if (falls(before) && falls(after)) return directionOfViolation(before, after);
  if (falls(after)) return mayHaveFallen(before, after) ? 'unknown' : 'worse';
  if (after.verdict === 'unfinished') return 'unknown';
  if (falls(before)) return 'better';
  if (before.verdict === after.verdict) return 'same';
  // What was proved for every number of pages is now known for some of them.
  if (after.verdict === 'holds-up-to') return before.verdict === 'unfinished' ? 'other' : 'unknown';
  // A property that makes no sense on one side cannot be unknown there.
  const absent = before.verdict === 'absent' || after.verdict === 'absent';
  return absent ? 'same' : 'other';
}

/** Whether what is violated now may have been violated before, as not everything was known. */
function mayHaveFallen(before: Judged, after: Judged): boolean {
  if (before.verdict !== 'holds-up-to') return before.verdict === 'unfinished';
  const { where } = after;
  return where === undefined || where.scope.pages > before.pages!;
}

function directionOfViolation(before: Judged, after: Judged): Direction {
  if (before.severity !== undefined && after.severity !== undefined) {
    const more = rank(after.severity) - rank(before.severity);
    if (more !== 0) return more > 0 ? 'worse' : 'better';
  }
  if (before.cut === true || after.cut === true) return 'unknown';
  return before.run?.length === after.run?.length ? 'same' : 'other';
}

/** The length of the shortest violation, as far as it is known. */
function lengthText(run: Judged['run'], atLeast: number | undefined): string {
  const bound = run === undefined ? 'at least ' : atLeast === undefined ? '' : 'at most ';
  return bound + count(run?.length ?? atLeast!, 'event');
}

/** A verdict as reports write it: `Never`, `4 events`, `Vacuous`, `holds up to 3 pages`. */
export function judgedText({ verdict, run, atLeast, pages }: Judged): string {
  switch (verdict) {
    case 'violated':
      return lengthText(run, atLeast);
    case 'holds':
      return 'Never';
    case 'holds-up-to':
      return `holds up to ${count(pages!, 'page')}`;
    case 'vacuous':
      return 'Vacuous';
    case 'unfinished':
      return 'Unfinished';
    case 'absent':
      return 'n/a';
  }
}
