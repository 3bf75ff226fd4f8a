/** What changed since another table of verdicts, for the first thing that a reviewer reads. */
import type { LineDifference } from '../judge/catalogue/table.ts';
import type { Against } from './data.ts';

/** The kinds of changes, and what each is called. What a reviewer wants first comes first. */
export const KINDS = {
  worse: 'Worse',
  'new-violated': 'New and violated',
  better: 'Better',
  other: 'Otherwise',
  new: 'New',
  gone: 'Gone',
} as const;
export type ChangeKind = keyof typeof KINDS;

/** The changes of one kind, by scope. */
export interface ChangesOfKind {
  readonly kind: ChangeKind;
  readonly scopes: ReadonlyMap<string, readonly LineDifference[]>;
}

export interface TableChanges {
  readonly file: string;
  /** Kinds without a change are left out. */
  readonly kinds: readonly ChangesOfKind[];
  /** The number of verdicts that changed. */
  readonly count: number;
  /** How many lines have the same verdict, and another number of states. */
  readonly statesOnly: number;
}

/** Whether a verdict of a table says that there is a violation. */
export const isViolated = (verdict: string): boolean =>
  /^(Sometimes|At most|At least) /.test(verdict);

/** Whether a line has another verdict, and not only another number of states. */
export const isOtherVerdict = ({ old, now }: LineDifference): boolean =>
  old?.verdict !== now?.verdict;

/**
 * A change is worse if a property that was not violated now is, and better in the reverse case. It
 * is other if only the length of the shortest trace changed, or what there is instead of one.
 */
function kindOf({ old, now }: LineDifference): ChangeKind {
  if (now === undefined) return 'gone';
  if (old === undefined) return isViolated(now.verdict) ? 'new-violated' : 'new';
  const [was, is] = [isViolated(old.verdict), isViolated(now.verdict)];
  if (was === is) return 'other';
  return is ? 'worse' : 'better';
}

const SCOPE = 3;

/** Sorts the changes by what a reviewer wants to know first, and by scope. */
export function changesSince({ file, changes }: Against): TableChanges {
  const verdicts = changes.filter(isOtherVerdict);
  const kinds = (Object.keys(KINDS) as ChangeKind[]).flatMap((kind) => {
    const scopes = new Map<string, LineDifference[]>();
    for (const change of verdicts.filter((known) => kindOf(known) === kind)) {
      const scope = change.key[SCOPE];
      scopes.set(scope, [...(scopes.get(scope) ?? []), change]);
    }
    return scopes.size === 0 ? [] : [{ kind, scopes }];
  });
  const statesOnly = changes.length - verdicts.length;
  return { file, kinds, count: verdicts.length, statesOnly };
}
