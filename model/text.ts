/**
 * How values of fields are read and printed, in presets, on the command line and in files. The
 * words of programs and callbacks come from steps.ts; the form of each field is in system.ts.
 */
import type { Line, Program } from './program.ts';
import { ListFault, itemsOf, lineOf, lineText } from './program.ts';
import { CALLS, MARKS, STEPS, STEP_PROGRAMS, WORDS } from './steps.ts';
import type { Callback, Field } from './field.ts';
import type { Driver, Hardware, Kernel, PartName, Parts, Scope } from './system.ts';
import { MANY, MOST_ACTIONS, MOST_STEPS, RETURNS } from './field.ts';
import { DEFAULTS, fieldsOf } from './system.ts';

/** The words of a kernel's programs, and those of a driver's callback. */
export const PROGRAM_WORDS: readonly string[] = [
  ...Object.keys(MARKS),
  ...Object.keys(STEPS).filter((name) => STEPS[name as keyof typeof STEPS].in === 'program'),
  ...Object.keys(CALLS),
];
export const ACTION_WORDS: readonly string[] = [
  ...Object.keys(STEPS).filter((name) => STEPS[name as keyof typeof STEPS].in === 'callback'),
  ...Object.keys(WORDS),
];
/** The programs that may have a word; undefined if all may. */
const programsWith = (word: string): readonly string[] | undefined =>
  STEP_PROGRAMS[word as keyof typeof STEP_PROGRAMS] ??
  (MARKS as Readonly<Record<string, { only?: readonly string[] }>>)[word]?.only;

/** The words that one program may have. */
export const wordsOf = (program: string): readonly string[] =>
  program === 'rewrite'
    ? ['take', 'read', 'put']
    : PROGRAM_WORDS.filter(
        (word) =>
          programsWith(word)?.includes(program) ?? (word !== 'pte' || program !== 'upgrade'),
      );

export const RETURN_WORDS: readonly string[] = RETURNS.map((value) => `return-${value}`);

/** The members of a list, or the values of another field: what can be written, as single words. */
export function expectedOf(name: string, { values }: Field): readonly string[] {
  switch (values.form) {
    case 'flag':
      return ['true', 'false'];
    case 'choice':
      return values.values;
    case 'count':
      return [`a number from ${values.least} to ${values.most}`, 'many'];
    case 'set':
      return ['none', ...values.members];
    case 'program':
      return name === 'upgrade' ? ['none', ...wordsOf(name)] : wordsOf(name);
    case 'callback':
      return ['none', ...ACTION_WORDS, ...RETURN_WORDS];
  }
}

type Refuse = (index: number, rule?: string) => ListFault;

/**
 * Reads the steps of a list. Their words must be known; `ruleOf` says which other rule a step
 * breaks.
 */
function linesOf(
  items: readonly string[],
  words: readonly string[],
  most: number,
  what: string,
  ruleOf: (line: Line, index: number) => string | undefined,
  possible = words,
): Line[] | ListFault {
  const refuse: Refuse = (index, rule) => new ListFault(items, index, rule, possible);
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

/** Programs whose `pte` may stand behind other steps: range_start may come before the change. */
const PTE_LATER: readonly string[] = ['unmap', 'write-protect', 'migrate'];

/** The rule that a mark breaks by its place among the members of a list; undefined if none. */
function placeRule(name: string, items: readonly string[], i: number): string | undefined {
  const word = items[i];
  const pte = items.indexOf('pte');
  const again = items.indexOf(word) < i;
  switch (word) {
    case 'pte':
      if (PTE_LATER.includes(name)) return again ? "'pte' stands once" : undefined;
      return i > 0 ? "'pte' stands first, and once" : undefined;
    case 'unlock':
      return again || pte < 0 || pte > i ? "'unlock' stands once, behind 'pte'" : undefined;
    case 'look':
      return again || pte !== i + 1 ? "'look' stands once, directly before 'pte'" : undefined;
    case 'copy':
      return again || pte < 0 || pte > i ? "'copy' stands once, behind 'pte'" : undefined;
    case 'remap':
      return i < items.length - 1 ? "'remap' stands last, and once" : undefined;
    case 'set':
      if (again) return "'set' stands once";
      return pte < 0 && i > 0 ? "without 'pte', 'set' stands first" : undefined;
    default:
      return undefined;
  }
}

/** The words that a program must have, one of each list. */
const MUST_HAVE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  upgrade: [],
  migrate: [['pte'], ['copy'], ['remap']],
  cow: [['set']],
};

/** Reads a program. */
function programOf(text: string, name: string): Program | ListFault {
  const items = itemsOf(text);
  if (items instanceof ListFault) return items;
  if (name === 'rewrite') return rewriteOf(items, text);
  const ruleOf = ({ name: word, when }: Line, i: number): string | undefined => {
    if (items[i].includes('@') && CALLS[word] === undefined) return `'${word}' takes no range`;
    if (when === 'harvested') return '?harvested is for the actions of a driver';
    if (word === 'pte' && name === 'upgrade') return `'${name}' has no 'pte'`;
    if (programsWith(word)?.includes(name) === false) {
      return `'${word}' is a step of ${programsWith(word)!.join(' and ')}`;
    }
    const isMark = Object.hasOwn(MARKS, word) || word === 'copy';
    if (isMark && when !== 'always') return `'${word}' takes no condition`;
    return placeRule(name, items, i);
  };
  const lines = linesOf(items, PROGRAM_WORDS, MOST_STEPS, 'steps', ruleOf, wordsOf(name));
  if (lines instanceof ListFault) return lines;
  const lacks = (MUST_HAVE[name] ?? [['pte']]).find(
    (words) => !lines.some((line) => words.includes(line.name)),
  );
  if (lacks === undefined) return lines;
  const begins = lacks[0] === 'pte' && !PTE_LATER.includes(name);
  return new ListFault([text], 0, begins ? "it begins with 'pte'" : `it has a '${lacks[0]}'`);
}

/** Reads the program `rewrite`, which has two forms. */
function rewriteOf(items: readonly string[], text: string): Program | ListFault {
  const is = items.join(',');
  if (is !== 'take,put' && is !== 'read,put') {
    return new ListFault([text], 0, "it is 'take,put' or 'read,put'");
  }
  return items.map((name) => ({ name, range: 'page', when: 'always' }));
}

/** Reads a callback: actions in order, and perhaps a return value at the end. */
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

/** Reads a set, and puts its members in the declared order. `none` is the empty set. */
function setOf(text: string, members: readonly string[]): readonly string[] | ListFault {
  const items = itemsOf(text);
  if (items instanceof ListFault) return items;
  const unknown = items.findIndex((item) => !members.includes(item));
  if (unknown >= 0) return new ListFault(items, unknown, undefined, ['none', ...members]);
  const again = items.findIndex((item, i) => items.indexOf(item) !== i);
  if (again >= 0) return new ListFault(items, again, `'${items[again]}' is given twice`);
  return members.filter((member) => items.includes(member));
}

/**
 * Reads the value of a field. Returns undefined if the text is no value, or a ListFault if a list
 * breaks a rule.
 */
export function parseValue(name: string, { values }: Field, text: string): unknown {
  switch (values.form) {
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'choice':
      return values.values.includes(text) ? text : undefined;
    case 'count': {
      const { least, most } = values;
      if (text === 'many') return MANY;
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

/** Prints the value of a field so that parseValue() reads the same value back. */
export function valueText({ values }: Field, value: unknown): string {
  switch (values.form) {
    case 'flag':
    case 'choice':
      return String(value);
    case 'count':
      return value === MANY ? 'many' : String(value);
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

/**
 * Makes a part that this project itself contains, from `field=value` pairs on top of another part.
 */
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
