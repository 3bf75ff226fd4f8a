/** The option --allow of guard: what may change without being worse or better. */
import type { Allowance } from '../checker/judge/guard.ts';
import { FAMILIES } from '../checker/judge/changes.ts';
import { Complaint, didYouMean, quote } from '../checker/trace/complaint.ts';
import type { Property } from '../properties/index.ts';
import { PROPERTIES } from '../properties/index.ts';

const unobserved = ({ name }: Property): string => name.replace(/\(.*/, '');

/** The names that --allow takes for a property: its family, its own, and without the observer. */
const namesOf = (property: Property): string[] => [
  property.family,
  property.name,
  unobserved(property),
];

/** The properties that the names of --allow stand for. */
export function allowanceOf(names: readonly string[]): Allowance {
  const allowed = names.flatMap((name) => {
    const found = PROPERTIES.filter((property) => namesOf(property).includes(name));
    if (found.length > 0) return found;
    const possible = [...FAMILIES, ...new Set(PROPERTIES.map(unobserved))];
    const place = { file: '--allow', line: 1, column: 1, source: name };
    const guess = didYouMean(name, possible);
    throw new Complaint(`no family or property ${quote(name)}${guess}`, place, {
      hint: 'youngcheck list properties',
      possible,
    });
  });
  return { names, properties: new Set(allowed) };
}
