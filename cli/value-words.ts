/**
 * What can stand behind an option and in the place of an argument, for the completion of shells.
 * The words come from the tables that the parsers read.
 */
import { PRICE_NAMES } from '../checker/cost/prices.ts';
import { PATTERN_NAMES } from '../checker/cost/workloads.ts';
import { FAMILIES } from '../checker/judge/changes.ts';
import { IMAGES } from '../checker/reproduce/kernels.ts';
import { REDUCTION_NAMES } from '../checker/search/reductions.ts';
import { VARY } from '../checker/synthesize/synthesis.ts';
import { PART_NAMES, PRESETS } from '../checker/trace/setup.ts';
import type { Field } from '../model/field.ts';
import type { PartName } from '../model/system.ts';
import { fieldsOf } from '../model/system.ts';
import { expectedOf } from '../model/text.ts';
import { PROPERTIES } from '../properties/index.ts';
import { PROGRESS } from './progress.ts';
import { TOPICS, sectionsOf } from './terms.ts';

/** What completes a word: a part of a system, or some words and files. */
export type Values =
  | { readonly part: PartName }
  | { readonly words: readonly string[]; readonly files: boolean };

const words = (...all: readonly string[]): Values => ({ words: [...new Set(all)], files: false });
const files = (...all: readonly string[]): Values => ({ ...words(...all), files: true });

const PRESET_NAMES = PART_NAMES.flatMap((part) => PRESETS[part].map(({ name }) => name));
const PROPERTY_NAMES = PROPERTIES.map(({ name }) => name.replace(/\(.*/, ''));

/** A word that a shell takes as it is. */
const isPlain = (word: string): boolean => /^[\w.@+-]+$/.test(word);

/** What list explains, by each of its names. */
const listed = (): string[] => {
  const terms = TOPICS.flatMap(sectionsOf).flatMap((section) => section.terms);
  return [...TOPICS, ...terms.flatMap(({ name, also }) => [name, ...also]).filter(isPlain)];
};

/** What can stand behind an option, whatever the command is. */
const BEHIND_OPTION: Readonly<Record<string, () => Values>> = {
  ...Object.fromEntries(PART_NAMES.map((part) => [part, () => ({ part })])),
  system: () => files(),
  folder: () => files(),
  examples: () => files(),
  headers: () => files(),
  image: () => words(...IMAGES),
  out: () => files(),
  covered: () => files(),
  expect: () => files(),
  against: () => files(...PRESET_NAMES),
  accesses: () => files(),
  log: () => files(),
  workload: () => words(...PATTERN_NAMES),
  price: () => words(...PRICE_NAMES.map((name) => `${name}=`)),
  space: () => files(),
  svg: () => files(),
  synthesized: () => files(),
  vary: () => words(...VARY),
  over: () => ({ part: 'scope' }),
  require: () => words(...PROPERTY_NAMES),
  property: () => words(...PROPERTY_NAMES),
  allow: () => words(...FAMILIES, ...PROPERTY_NAMES),
  progress: () => words(...PROGRESS),
  'no-reduction': () => words(...REDUCTION_NAMES),
};

export const SHELLS = ['bash', 'zsh'] as const;

/** The arguments of the commands that take some. */
const ARGUMENT: Readonly<Record<string, () => Values>> = {
  ...Object.fromEntries(
    ['replay', 'merge', 'render', 'conform', 'import-trail', 'drift', 'reproduce'].map((name) => [
      name,
      () => files(),
    ]),
  ),
  ...Object.fromEntries(
    ['guard', 'diff', 'ablate', 'saturate', 'cost', 'synthesize'].map((name) => [
      name,
      () => files(...PRESET_NAMES),
    ]),
  ),
  list: () => words(...listed()),
  verdicts: () => words(...PRESET_NAMES, ...PROPERTY_NAMES),
  promote: () => files('VERDICTS', 'VERDICTS-ANY', 'README.md'),
  completion: () => words(...SHELLS),
};

const made = (table: Readonly<Record<string, () => Values>>, name: string): Values | undefined =>
  Object.hasOwn(table, name) ? table[name]() : undefined;

/** What completes the value of an option. Undefined if it is a number or a name of one's own. */
export const behindOption = (name: string): Values | undefined => made(BEHIND_OPTION, name);

/** What completes an argument of a command. Undefined if it takes none. */
export const argumentOf = (command: string): Values | undefined => made(ARGUMENT, command);

/** The names of options and commands that have such words, for the test that they are known. */
export const completed = {
  options: Object.keys(BEHIND_OPTION),
  commands: Object.keys(ARGUMENT),
} as const;

/** The first words of a part, and its fields with `=`. */
export const wordsOfPart = (part: PartName): readonly string[] => [
  ...PRESETS[part].map(({ name }) => name),
  ...Object.keys(fieldsOf(part)).map((name) => `${name}=`),
];

/** What the value of a field can be, or a member of its list. */
function valuesOf(name: string, field: Field): string[] {
  const { values } = field;
  const words = expectedOf(name, field).filter(isPlain);
  if (values.form !== 'count') return words;
  const numbers = Array.from({ length: values.most - values.least + 1 }, (_, i) =>
    String(values.least + i),
  );
  return [...numbers, ...words];
}

/** The fields of all parts, each with its values. */
export const valuesOfFields = (): readonly (readonly [string, readonly string[]])[] =>
  PART_NAMES.flatMap((part) =>
    Object.entries(fieldsOf(part)).map(([name, field]) => [name, valuesOf(name, field)] as const),
  );
