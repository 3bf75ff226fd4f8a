/** What was probably meant by an option or an argument that a command does not take. */
import { existsSync } from 'node:fs';
import { fieldMeant } from '../checker/trace/guessed-words.ts';
import { PART_NAMES, PRESETS, isField } from '../checker/trace/setup.ts';
import type { PartName } from '../model/system.ts';
import { fieldsOf } from '../model/system.ts';
import { PROPERTIES } from '../properties/index.ts';

/** An option, and what belongs behind it, or undefined if the word is none of its. */
type Guess = readonly [option: string, behind: (word: string, value: string) => string | undefined];

const isPreset = (part: PartName, word: string): boolean =>
  PRESETS[part].some(({ name }) => name === word);

/** The text of a part that a preset's name, or a field with its value, stands for. */
function textOfPart(part: PartName, word: string, value: string): string | undefined {
  if (isPreset(part, word)) return word;
  const [name, written = value] = word.split(/=(.*)/s);
  const here = isField(name) ? name : fieldMeant(name);
  if (here === undefined || !Object.hasOwn(fieldsOf(part), here)) return undefined;
  return `${here}=${written || 'VALUE'}`;
}

const isProperty = (word: string): boolean =>
  PROPERTIES.some(({ name }) => name === word || name.startsWith(`${word}(`));

/** The options that a word may belong to. Meant is the first that fits and that is taken. */
const GUESSES: readonly Guess[] = [
  ...PART_NAMES.map((part): Guess => [part, (word, value) => textOfPart(part, word, value)]),
  ['property', (word) => (isProperty(word) ? word : undefined)],
  ['system', (word) => (existsSync(word) ? word : undefined)],
];

/** A text as a shell reads it: between quotes where it needs them. */
const forShell = (text: string): string => (/^[\w.,=@/+-]+$/.test(text) ? text : `'${text}'`);

/** The command that was probably meant, or the one that tells of all options. */
export function commandMeant(
  command: string,
  options: Readonly<Record<string, unknown>>,
  word: string,
  value = '',
): string {
  for (const [option, behind] of GUESSES) {
    const text = Object.hasOwn(options, option) ? behind(word, value) : undefined;
    if (text !== undefined) return `youngcheck ${command} --${option} ${forShell(text)}`;
  }
  return `youngcheck ${command} --help`;
}
