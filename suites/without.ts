/** Systems without one of their words, and what that changes. */
import { Search } from '../checker/search/search.ts';
import type { NotInPlay } from '../model/not-in-play.ts';
import type { System } from '../model/system.ts';
import { DEFAULTS, fieldsOf } from '../model/system.ts';
import { parseValue, valueText } from '../model/text.ts';
import { PROPERTIES } from '../properties/index.ts';

/**
 * The verdicts of a system and its numbers of states and transitions; undefined if it is too large.
 */
export function resultOf(
  system: System,
): { readonly size: string; readonly lengths: string } | undefined {
  const search = new Search(system, PROPERTIES, { maxStates: 600 });
  search.run();
  const lengths = PROPERTIES.map((property) => search.violation(property)?.length).join();
  return search.complete ? { size: `${search.size}, ${search.transitions}`, lengths } : undefined;
}

/** The system without a word that is not in play: its field at its default, or a shorter list. */
export const without = (
  system: System,
  { part, field, word }: Pick<NotInPlay, 'part' | 'field' | 'word'>,
): System => {
  const declared = fieldsOf(part)[field];
  const gone = word.replace(/ in .*/, '');
  const text = valueText(declared, Reflect.get(system[part], field));
  // A range or a condition goes from each member that has it.
  const rest = text.split(',').flatMap((member) => {
    if (!/^[@?]/.test(gone)) return member === gone ? [] : [member];
    return [member.replace(/[@?][^@?]+/g, (each) => (each === gone ? '' : each))];
  });
  const value =
    word === field && field !== 'events'
      ? DEFAULTS[part][field as never]
      : parseValue(field, declared, rest.join(',') || 'none');
  return { ...system, [part]: { ...system[part], [field]: value } };
};
