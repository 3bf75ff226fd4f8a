/** Edits of the lists of steps of a kernel and a driver, in the words of a setup block. */
import { operationsOf } from '../../model/events.ts';
import { CONDITIONS, ListFault, RANGES, lineOf, lineText } from '../../model/program.ts';
import type { PartName, System } from '../../model/system.ts';
import { CALLBACKS, PROGRAMS, fieldsOf } from '../../model/system.ts';
import { ACTION_WORDS, RETURN_WORDS, parseValue, wordsOf } from '../../model/text.ts';
import { writtenPart } from '../trace/setup.ts';

/** A list that can be edited: a program, or a callback with what it returns as its last member. */
export interface EditableList {
  readonly part: PartName & ('kernel' | 'driver');
  readonly field: string;
  readonly items: readonly string[];
}

/** What the grammar has said of a list. Most lists are asked for again after every edit. */
const known = new Map<string, boolean>();

/** Whether a list breaks no rule. The grammar is asked, so that it is nowhere said again. */
function isList({ part, field }: EditableList, items: readonly string[]): boolean {
  const text = items.join() || 'none';
  const key = `${field}=${text}`;
  const said =
    known.get(key) ?? !(parseValue(field, fieldsOf(part)[field], text) instanceof ListFault);
  known.set(key, said);
  return said;
}

/** The words that a list of this kind may have. */
const wordsIn = ({ part, field }: EditableList): readonly string[] =>
  part === 'kernel'
    ? wordsOf(field)
    : [...ACTION_WORDS, ...RETURN_WORDS.filter((word) => word !== 'return-zero')];

/** A word alone, and with each condition. */
const withConditions = (word: string): string[] => [
  word,
  ...CONDITIONS.map((condition) => `${word}?${condition}`),
];

/** The list with another member, at the last place where it may stand, if there is one. */
export function added(list: EditableList, member: string): readonly string[] | undefined {
  const { items } = list;
  return items
    .concat(member)
    .map((_, i) => items.toSpliced(items.length - i, 0, member))
    .find((next) => isList(list, next));
}

/** What may be added to a list. */
export const choicesOf = (list: EditableList): readonly string[] =>
  wordsIn(list)
    .flatMap(withConditions)
    .filter((member) => added(list, member) !== undefined);

/**
 * What may stand in place of a member: the same with another range or condition, and what can be
 * had in no other way, as `read` for `take`.
 */
export function insteadOf(list: EditableList, i: number): readonly string[] {
  const { items } = list;
  const line = lineOf(items[i]);
  if (typeof line === 'string') return [];
  const same = (['always', ...CONDITIONS] as const).flatMap((when) =>
    RANGES.map((range) => lineText({ ...line, range, when })),
  );
  const others = wordsIn(list).filter((word) => added(list, word) === undefined);
  return [...new Set([...same, ...others])].filter(
    (member) => member !== items[i] && isList(list, items.with(i, member)),
  );
}

/** The list without a member. If it must stand in another order then, one member moves. */
export function dropped(list: EditableList, i: number): readonly string[] {
  const rest = list.items.toSpliced(i, 1);
  const places = rest.map((_, to) => to);
  const orders = places.flatMap((from) =>
    places.map((to) => rest.toSpliced(from, 1).toSpliced(to, 0, rest[from])),
  );
  return [rest, ...orders].find((items) => isList(list, items)) ?? rest;
}

/** The lists of a system: the programs that can run in its scope, and every callback. */
export function listsOf(system: System): EditableList[] {
  const running = new Set([...operationsOf(system).byName.values()].map(({ program }) => program));
  const programs = PROGRAMS.filter((field) => running.has(field)).map((field) => ({
    part: 'kernel' as const,
    field,
    items: system.kernel[field].map(lineText),
  }));
  const callbacks = CALLBACKS.map((field) => {
    const { actions, returns } = system.driver[field];
    return {
      part: 'driver' as const,
      field,
      items: [...actions.map(lineText), ...(returns === 'zero' ? [] : [`return-${returns}`])],
    };
  });
  return [...programs, ...callbacks];
}

/** The text of a part in which one list is another. */
export function withList(system: System, { part, field }: EditableList, items: readonly string[]) {
  const others = writtenPart(system, part)
    .split(/\s+/)
    .filter((word) => word !== '' && word !== 'none' && !word.startsWith(`${field}=`));
  return [...others, `${field}=${items.length === 0 ? 'none' : items.join(',')}`].join(' ');
}

/** A list whose member has moved by one place. */
export function moved(items: readonly string[], from: number, by: 1 | -1): readonly string[] {
  const to = from + by;
  if (to < 0 || to >= items.length) return items;
  return items.with(from, items[to]).with(to, items[from]);
}
