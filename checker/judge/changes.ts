/** Compares two judgements: what changed, and whether it got worse. */
import type { Property } from '../../properties/index.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Verdict } from '../search/check.ts';
import type { Severity } from './severity.ts';
import { rank } from './severity.ts';
import type { Judgement } from './judgement.ts';

/** A verdict and its severity. `absent` means that the property makes no sense in the system. */
export interface Judged {
  readonly verdict: Verdict['verdict'] | 'absent';
  readonly run?: Verdict['run'];
  readonly severity?: Severity;
}

/**
 * A change is worse if a property that held is now violated, or its wrong answers can last longer.
 * It is better in the reverse case. It is other if only the kind of proof or the length of the
 * shortest trace changed. It is unknown if a search that ended too early may have missed something
 * worse. It is the same if nothing changed.
 */
export type Direction = 'worse' | 'better' | 'other' | 'unknown' | 'same';

export interface Change {
  readonly property: Property;
  readonly direction: Direction;
  readonly before: Judged;
  readonly after: Judged;
}

/** The families of properties, the gravest first. */
const GRAVITY = ['safety', 'progress', 'accuracy', 'cost'] as const;
const DIRECTIONS: readonly Direction[] = ['worse', 'better', 'other', 'unknown', 'same'];

/** One entry for each property that makes sense on either side, in the order of PROPERTIES. */
export function changesOf(before: Judgement, after: Judgement): Change[] {
  return PROPERTIES.flatMap((property) => {
    const [was, is] = [judgedIn(before, property), judgedIn(after, property)];
    if (was.verdict === 'absent' && is.verdict === 'absent') return [];
    return [{ property, direction: directionOf(was, is), before: was, after: is }];
  });
}

/** Sorts by direction, worse first, and then by family, the gravest first. */
export const byGravity = (a: Change, b: Change): number =>
  DIRECTIONS.indexOf(a.direction) - DIRECTIONS.indexOf(b.direction) ||
  GRAVITY.indexOf(a.property.family) - GRAVITY.indexOf(b.property.family);

function judgedIn({ verdicts, severities }: Judgement, property: Property): Judged {
  const found = verdicts.find((verdict) => verdict.property.name === property.name);
  if (found === undefined) return { verdict: 'absent' };
  const severity = severities.find((known) => known.property.name === property.name);
  return {
    verdict: found.verdict,
    ...(found.run === undefined ? {} : { run: found.run }),
    ...(severity === undefined ? {} : { severity }),
  };
}

function directionOf(before: Judged, after: Judged): Direction {
  const falls = (judged: Judged) => judged.verdict === 'violated';
  if (falls(before) && falls(after)) return directionOfViolation(before, after);
  if (falls(after)) return before.verdict === 'unfinished' ? 'unknown' : 'worse';
  if (after.verdict === 'unfinished') return 'unknown';
  if (falls(before)) return 'better';
  if (before.verdict === after.verdict) return 'same';
  // A property that makes no sense on one side cannot be unknown there.
  const absent = before.verdict === 'absent' || after.verdict === 'absent';
  return absent ? 'same' : 'other';
}

function directionOfViolation(before: Judged, after: Judged): Direction {
  if (before.severity !== undefined && after.severity !== undefined) {
    const more = rank(after.severity) - rank(before.severity);
    if (more !== 0) return more > 0 ? 'worse' : 'better';
  }
  return before.run?.length === after.run?.length ? 'same' : 'other';
}

/** A verdict as tables write it: `Never`, `4`, `Vacuous`. */
export function judgedText({ verdict, run }: Judged): string {
  switch (verdict) {
    case 'violated':
      return run!.length === 1 ? '1 event' : `${run!.length} events`;
    case 'holds':
      return 'Never';
    case 'holds-up-to':
      return 'Up to 3 pages';
    case 'vacuous':
      return 'Vacuous';
    case 'unfinished':
      return 'Unfinished';
    case 'absent':
      return 'n/a';
  }
}
