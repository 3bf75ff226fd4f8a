/** The fields of the state beside a trace, and those in which two systems differ. */
import type { SideBySide } from '../tell/pair.ts';
import type { Sequence } from '../tell/sequence.ts';
import type { Field } from '../tell/states.ts';

/** Whether a field is a bit of a PTE, which the field of the whole PTE shows, too. */
export const isBitOfPte = (name: string): boolean => /^\w+: pte \w/.test(name);

/** The fields after a step. At the beginning they have the values before the first step. */
export function fieldsAt({ rows }: Sequence, step: number): readonly Field[] {
  if (step > 0) return rows[step - 1].fields;
  return (rows[0]?.fields ?? []).map(({ name, text, was, ghost }) => ({
    name,
    text: was ?? text,
    ghost,
  }));
}

/** How many steps each side has taken when so many rows of a pair have happened. */
export const stepsAfter = ({ rows }: SideBySide, count: number) => {
  const of = (side: 'left' | 'right') =>
    rows.slice(0, count).findLast((row) => row[side] !== undefined)?.[side]?.number ?? 0;
  return { left: of('left'), right: of('right') };
};

/** The fields that both sides have with different values. Ghosts are no part of what happens. */
export function differing(left: readonly Field[], right: readonly Field[]): string[] {
  const theirs = new Map(right.map(({ name, text }) => [name, text]));
  return left.flatMap(({ name, text, ghost }) => {
    const other = theirs.get(name);
    const differs = other !== undefined && other !== text;
    return differs && !ghost && !isBitOfPte(name) ? [name] : [];
  });
}

/** What first makes the states of two systems differ. */
export interface FirstApart {
  /** How many rows have happened then. */
  readonly row: number;
  readonly fields: readonly { readonly name: string; readonly texts: readonly string[] }[];
}

/**
 * The first rows after which the states differ. While one side stands in the middle of an operation
 * it differs of course, so only rows count after which the states stay apart up to where they part.
 */
export function firstApart(pair: SideBySide): FirstApart | undefined {
  const last = pair.parts ?? pair.rows.length;
  let found: FirstApart | undefined;
  for (let row = last; row > 0; row--) {
    const { left, right } = stepsAfter(pair, row);
    const [ours, theirs] = [fieldsAt(pair.left, left), fieldsAt(pair.right, right)];
    const textIn = (fields: readonly Field[], name: string) =>
      fields.find((field) => field.name === name)!.text;
    const fields = differing(ours, theirs).map((name) => ({
      name,
      texts: [textIn(ours, name), textIn(theirs, name)],
    }));
    if (fields.length === 0) break;
    found = { row, fields };
  }
  return found;
}
