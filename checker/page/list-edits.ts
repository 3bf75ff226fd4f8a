/** Edits of the lists of steps of a kernel and a driver, in the words of a setup block. */
import { operationsOf } from '../../model/events.ts';
import { lineText } from '../../model/program.ts';
import { CALLS, STEPS, WORDS } from '../../model/steps.ts';
import type { PartName, System } from '../../model/system.ts';
import { CALLBACKS, PROGRAMS } from '../../model/system.ts';
import { wordsOf } from '../../model/text.ts';
import { writtenPart } from '../trace/setup.ts';

/** A list that can be edited: a program, or a callback with what it returns as its last member. */
export interface EditableList {
  readonly part: PartName & ('kernel' | 'driver');
  readonly field: string;
  readonly items: readonly string[];
  /** What may be added. */
  readonly choices: readonly string[];
}

const namesIn = (place: 'program' | 'callback'): string[] =>
  Object.entries(STEPS).flatMap(([name, kind]) => (kind.in === place ? [name] : []));
const both = (names: readonly string[], condition: string): string[] =>
  names.flatMap((name) => [name, `${name}?${condition}`]);

/** What a program may have again; a mark such as `pte` stands once, and has its place. */
const inProgram = (field: string): string[] =>
  both(
    [...namesIn('program'), ...Object.keys(CALLS)].filter((name) => wordsOf(field).includes(name)),
    'young',
  ).filter((text) => !text.startsWith('copy'));
const RETURNS = ['return-one', 'return-harvested'];
const IN_CALLBACK = [
  ...both([...namesIn('callback'), ...Object.keys(WORDS)], 'harvested'),
  ...RETURNS,
];

/** The lists of a system: the programs that can run in its scope, and every callback. */
export function listsOf(system: System): EditableList[] {
  const running = new Set([...operationsOf(system).byName.values()].map(({ program }) => program));
  const programs = PROGRAMS.filter((field) => running.has(field)).map((field) => ({
    part: 'kernel' as const,
    field,
    items: system.kernel[field].map(lineText),
    choices: inProgram(field),
  }));
  const callbacks = CALLBACKS.map((field) => {
    const { actions, returns } = system.driver[field];
    return {
      part: 'driver' as const,
      field,
      items: [...actions.map(lineText), ...(returns === 'zero' ? [] : [`return-${returns}`])],
      choices: IN_CALLBACK,
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
