/**
 * The text of a field's value: the one grammar of presets, the command line, setup blocks and
 * files. It knows the words of programs and callbacks; the forms of values are in system.ts.
 */
import type { Line, Program } from './program.ts';
import { ListFault, itemsOf, lineOf, lineText } from './program.ts';
import { CALLS, STEPS, WORDS } from './steps.ts';
import type { Callback, Field } from './field.ts';
import type { Driver, Hardware, Kernel, PartName, Parts, Scope } from './system.ts';
import { MOST_ACTIONS, MOST_STEPS, RETURNS } from './field.ts';
import { DEFAULTS, fieldsOf } from './system.ts';

/** The words of a kernel's program, and those of a driver's callback. */
export const PROGRAM_WORDS: readonly string[] = [
  'pte',
  ...Object.keys(STEPS).filter((name) => STEPS[name as keyof typeof STEPS].in === 'program'),
  ...Object.keys(CALLS),
];
export const ACTION_WORDS: readonly string[] = [
  ...Object.keys(STEPS).filter((name) => STEPS[name as keyof typeof STEPS].in === 'callback'),
  ...Object.keys(WORDS),
];
export const RETURN_WORDS: readonly string[] = RETURNS.map((value) => `return-${value}`);

/** What would have been a value, for a message. */
export function expectedOf({ values }: Field): readonly string[] {
  switch (values.form) {
    case 'flag':
      return ['true', 'false'];
    case 'choice':
      return values.values;
    case 'count':
      return [`a number from ${values.least} to ${values.most}`];
    case 'set':
      return ['none', ...values.members];
    case 'program':
      return ['none', ...PROGRAM_WORDS];
    case 'callback':
      return ['none', ...ACTION_WORDS, ...RETURN_WORDS];
  }
}

type Refuse = (index: number, rule?: string) => ListFault;

/** The lines of a list whose words are known; `ruleOf` says what else is wrong with one. */
function linesOf(
  items: readonly string[],
  words: readonly string[],
  most: number,
  what: string,
  ruleOf: (line: Line, index: number) => string | undefined,
): Line[] | ListFault {
  const refuse: Refuse = (index, rule) => new ListFault(items, index, rule, words);
  const lines: Line[] = [];
  for (const [i, item] of items.entries()) {
    const line = lineOf(item);
    if (typeof line === 'string') return refuse(i, line);
    if (!words.includes(line.name)) return refuse(i);
    const rule = ruleOf(line, i);
    if (rule !== undefined) return refuse(i, rule);
    lines.push(line);
  }
  return lines.length > most ? refuse(most, `it has at most ${most} ${what}`) : lines;
}

/** A program begins with its change of the page table; `upgrade` alone has none. */
function programOf(text: string, name: string): Program | ListFault {
  const items = itemsOf(text);
  if (items instanceof ListFault) return items;
  const hasPte = name !== 'upgrade';
  const ruleOf = ({ name: word, when }: Line, i: number): string | undefined => {
    if (items[i].includes('@') && CALLS[word] === undefined) return `'${word}' takes no range`;
    if (when === 'harvested') return '?harvested is for the actions of a driver';
    if (word !== 'pte') return undefined;
    if (!hasPte) return `'${name}' has no 'pte'`;
    if (i > 0) return "'pte' stands first, and once";
    return when === 'always' ? undefined : "'pte' takes no condition";
  };
  const lines = linesOf(items, PROGRAM_WORDS, MOST_STEPS, 'steps', ruleOf);
  if (lines instanceof ListFault || !hasPte || lines[0]?.name === 'pte') return lines;
  return new ListFault([text], 0, "it begins with 'pte'");
}

/** Actions in order; a return value may stand at the end. */
function callbackOf(text: string): Callback | ListFault {
  const items = itemsOf(text);
  if (items instanceof ListFault) return items;
  const last = items.length - 1;
  const isReturn = (item: string) => RETURN_WORDS.includes(item);
  const early = items.findIndex((item, i) => i < last && isReturn(item));
  if (early >= 0) {
    const twice = isReturn(items[last]);
    return new ListFault(items, early, twice ? 'it returns once' : `'${items[early]}' comes last`);
  }
  const returns = RETURNS.find((value) => `return-${value}` === items[last]);
  const actions = linesOf(
    returns === undefined ? items : items.slice(0, last),
    returns === undefined ? [...ACTION_WORDS, ...RETURN_WORDS] : ACTION_WORDS,
    MOST_ACTIONS,
    'actions',
    ({ name, when }) => {
      if (RETURN_WORDS.includes(name)) return `'${name}' takes neither a range nor a condition`;
      return when === 'young' ? '?young is for the steps of a kernel' : undefined;
    },
  );
  return actions instanceof ListFault ? actions : { actions, returns: returns ?? 'zero' };
}

/** A set, in the order in which its members are declared; `none` is the empty one. */
function setOf(text: string, members: readonly string[]): readonly string[] | ListFault {
  const items = itemsOf(text);
  if (items instanceof ListFault) return items;
  const unknown = items.findIndex((item) => !members.includes(item));
  if (unknown >= 0) return new ListFault(items, unknown, undefined, ['none', ...members]);
  const again = items.findIndex((item, i) => items.indexOf(item) !== i);
  if (again >= 0) return new ListFault(items, again, `'${items[again]}' is given twice`);
  return members.filter((member) => items.includes(member));
}

/** The value of a field; undefined if the text is none, or of a list what is wrong with it. */
export function parseValue(name: string, { values }: Field, text: string): unknown {
  switch (values.form) {
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'choice':
      return values.values.includes(text) ? text : undefined;
    case 'count': {
      const { least, most } = values;
      return /^\d$/.test(text) && +text >= least && +text <= most ? +text : undefined;
    }
    case 'set':
      return setOf(text, values.members);
    case 'program':
      return programOf(text, name);
    case 'callback':
      return callbackOf(text);
  }
}

/** The text of a field's value, which parseValue() reads back. */
export function valueText({ values }: Field, value: unknown): string {
  switch (values.form) {
    case 'flag':
    case 'choice':
    case 'count':
      return String(value);
    case 'set': {
      const set = value as readonly string[];
      return values.members.filter((member) => set.includes(member)).join(',') || 'none';
    }
    case 'program':
      return (value as Program).map(lineText).join(',') || 'none';
    case 'callback': {
      const { actions, returns } = value as Callback;
      const answers = returns === 'zero' ? [] : [`return-${returns}`];
      return [...actions.map(lineText), ...answers].join(',') || 'none';
    }
  }
}

/** A part that is written here, in the project: `field=value` pairs over another part. */
function partOf<P extends PartName>(part: P, text: string, base: Parts[P]): Parts[P] {
  const fields = fieldsOf(part);
  const pairs = text.split(/\s+/).filter((pair) => pair !== '');
  const written = pairs.map((pair): [string, unknown] => {
    const [name, value] = pair.split('=');
    const parsed = fields[name] === undefined ? undefined : parseValue(name, fields[name], value);
    if (parsed === undefined || parsed instanceof ListFault) throw new Error(`${part} ${pair}?`);
    return [name, parsed];
  });
  return { ...base, ...Object.fromEntries(written) };
}

export const kernel = (text: string, base: Kernel = DEFAULTS.kernel): Kernel =>
  partOf('kernel', text, base);
export const driver = (text: string, base: Driver = DEFAULTS.driver): Driver =>
  partOf('driver', text, base);
export const hardware = (text: string, base: Hardware = DEFAULTS.hardware): Hardware =>
  partOf('hardware', text, base);
export const scope = (text: string, base: Scope = DEFAULTS.scope): Scope =>
  partOf('scope', text, base);
