/**
 * The text of a system, as it stands in the setup block of a trace, on a command line, or in a
 * file. A part is a preset's name, field=value pairs, or a name followed by pairs that override it.
 */
import { DRIVERS } from '../../model/systems/drivers.ts';
import { HARDWARE } from '../../model/systems/hardware.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import { SCOPES } from '../../model/systems/scopes.ts';
import type { Field, Form } from '../../model/field.ts';
import { ListFault, lineOf } from '../../model/program.ts';
import type { NotInPlay } from '../../model/not-in-play.ts';
import { notInPlay } from '../../model/not-in-play.ts';
import type { PartName, Parts, Preset, Scope, System } from '../../model/system.ts';
import { DEFAULTS as FIELD_DEFAULTS, FIELDS, fieldsOf } from '../../model/system.ts';
import {
  ACTION_WORDS,
  PROGRAM_WORDS,
  RETURN_WORDS,
  expectedOf,
  parseValue,
  valueText,
} from '../../model/text.ts';
import type { Place } from './complaint.ts';
import { Complaint, didYouMean, quote } from './complaint.ts';
import { kernelHint } from './kernel-words.ts';
import { cutNote } from './lines.ts';
import { refuseMisfit } from './misfits.ts';
import { fieldMeant, guessedField } from './guessed-words.ts';
import { newAction, newField, newSpelling } from './old-spellings.ts';
import type { Word } from './signs.ts';
import { blankHint, commaHint, signComplaint } from './signs.ts';
import { wrap } from './wrap.ts';

export const PART_NAMES: readonly PartName[] = ['kernel', 'driver', 'hardware', 'scope'];

/** The presets that a part may name. */
export const PRESETS: { readonly [P in PartName]: readonly Preset<Parts[P]>[] } = {
  kernel: KERNELS,
  driver: DRIVERS,
  hardware: HARDWARE,
  scope: SCOPES,
};

const preset = <P extends PartName>(part: P, name: string): Parts[P] =>
  (PRESETS[part] as readonly Preset<Parts[P]>[]).find((p) => p.name === name)!.value;

/** The preset of each part whose line is left out. */
export const DEFAULTS: Readonly<Record<PartName, string>> = {
  kernel: 'v4.20-x86',
  driver: 'amd-iommu-v2-patched',
  hardware: 'ats',
  scope: 'mail',
};

/** A part as parsed: its value, and the preset from which it was written. */
interface Parsed<T> {
  readonly value: T;
  readonly name: string | undefined;
  /** Where a field was written, or else where the part begins. */
  readonly placeOf?: (field: string) => Place;
}

/** The place where the text of a part begins, so that complaints can point into it. */
export type Origin = Omit<Place, 'column'> & { readonly column?: number };

/** Reads one part. Throws a Complaint that points at the wrong word. */
export function parsePart<P extends PartName>(
  part: P,
  text: string,
  origin: Origin = { file: `--${part}`, line: 1, source: text },
): Parsed<Parts[P]> {
  const start: Place = { ...origin, column: origin.column ?? 1 };
  const told = text.replace(/[^\r\n]+/g, (line) => cutNote(line).code.padEnd(line.length));
  const words = [...told.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    text: word,
    place: shifted(start, index),
  }));
  return readPart(part, words, start);
}

const shifted = (place: Place, by: number): Place => ({ ...place, column: place.column + by });

/** Reads one part that is already cut into words. `start` is where its text should begin. */
export function readPart<P extends PartName>(
  part: P,
  words: readonly Word[],
  start: Place,
): Parsed<Parts[P]> {
  const value: Record<string, unknown> = { ...FIELD_DEFAULTS[part] };
  let name: string | undefined;
  const given = new Map<string, Place>();
  for (const [i, word] of words.entries()) {
    const { text, place } = word;
    const sign = signComplaint(words, i, isField);
    if (sign !== undefined) throw sign;
    const field = /^([^=]*)=/.exec(text)?.[1];
    if (field !== undefined) {
      if (given.has(field)) throw new Complaint(`${quote(field)} is given twice`, place);
      given.set(field, place);
      value[field] = parseField(part, field, word);
    } else if (name !== undefined || given.size > 0) {
      throw bareField(part, word) ?? strayWord(part, word);
    } else {
      name = text;
      Object.assign(value, findPreset(part, word));
    }
  }
  if (words.length === 0) {
    throw new Complaint(`${part} is empty`, start, {
      hint: `youngcheck list ${part}`,
      possible: PRESETS[part].map((p) => p.name),
    });
  }
  return {
    value: value as unknown as Parts[P],
    name,
    placeOf: (field) => given.get(field) ?? words[0].place,
  };
}

/**
 * Complains about a field's name that stands alone: its value is missing, or stands behind a blank.
 */
export function bareField(part: PartName, { text, place }: Word): Complaint | undefined {
  if (!Object.hasOwn(fieldsOf(part), text)) return undefined;
  const message = `${text} is a field of ${part}: write ${text}=VALUE, without blanks`;
  return new Complaint(message, place, {
    possible: expectedOf(text, fieldsOf(part)[text]),
  });
}

/** What to write for a comment. */
export const NOTE_HINT = "a note begins with '//' or '#'";

/** A hint for text that begins as comments of other languages do. */
export const noteHint = (text: string): string | undefined =>
  /^(;|\/\*)/.test(text) ? NOTE_HINT : undefined;

/** What to write for a word of the first edition or of the kernel. */
const hintFor = (text: string): string | undefined => newSpelling(text) ?? kernelHint(text);

function strayWord(part: PartName, { text, place }: Word): Complaint {
  if (text.startsWith(',')) return new Complaint('lists have commas and no blanks', place);
  return new Complaint(`${quote(text)} is neither field=value nor the first word`, place, {
    hint: noteHint(text) ?? hintFor(text) ?? `youngcheck list ${part}`,
  });
}

function findPreset(part: PartName, word: Word): object {
  const { text, place } = word;
  const found = (PRESETS[part] as readonly Preset<object>[]).find((p) => p.name === text);
  if (found) return found.value;
  const bare = bareField(part, word);
  if (bare !== undefined) throw bare;
  const names = PRESETS[part].map((p) => p.name);
  throw new Complaint(`unknown ${part} ${quote(text)}${didYouMean(text, names)}`, place, {
    hint: hintFor(text) ?? blankHint(text, nameHere) ?? `youngcheck list ${part}`,
    possible: names,
  });
}

/** The part that has a field of this name. */
const otherPart = (name: string): PartName | undefined =>
  PART_NAMES.find((part) => Object.hasOwn(fieldsOf(part), name));
export const isField = (name: string): boolean => otherPart(name) !== undefined;

/** What a field is called here. Undefined if there is no such field. */
const nameHere = (name: string): string | undefined => (isField(name) ? name : fieldMeant(name));

function parseField(part: PartName, name: string, { text, place }: Word): unknown {
  const fields = fieldsOf(part);
  const written = text.slice(name.length + 1);
  if (!Object.hasOwn(fields, name)) {
    const other = otherPart(name);
    if (other !== undefined) {
      throw new Complaint(`${name} is a field of ${other}, not of ${part}`, place);
    }
    const names = Object.keys(fields);
    const kernel = kernelHint(name);
    const isGuess = kernel === undefined && fieldMeant(name) === undefined;
    const guess = isGuess ? didYouMean(name, names) : '';
    const message = `unknown field ${quote(name)} of ${part}${guess}`;
    throw new Complaint(message, place, {
      hint:
        newField(name, written) ??
        guessedField(name, written) ??
        kernel ??
        blankHint(text, nameHere) ??
        `youngcheck list ${part}`,
      possible: names,
    });
  }
  const value = parseValue(name, fields[name], written);
  const expected = expectedOf(name, fields[name]);
  const start = shifted(place, name.length + 1);
  if (value === undefined) {
    const message = `${name} cannot be ${quote(written)}${didYouMean(written, expected)}`;
    const hint = written === '' ? 'field=value has no blanks' : blankHint(text, nameHere);
    throw new Complaint(message, start, { ...hinted(hint), possible: expected });
  }
  if (value instanceof ListFault) {
    const isMember = (text: string) => isMemberOf(name, fields[name], text);
    const hint = blankHint(text, nameHere) ?? commaHint(name, written, isMember);
    const { form } = fields[name].values;
    throw listComplaint({ name, form, hint }, written, value, expected, start);
  }
  return value;
}

const hinted = (hint: string | undefined) => (hint === undefined ? {} : { hint });

/** Whether a text could be a member of a list, wherever that stands in it. */
function isMemberOf(name: string, field: Field, text: string): boolean {
  const line = lineOf(text);
  return typeof line !== 'string' && expectedOf(name, field).includes(line.name);
}

/** Says where a word belongs that is no member of this kind of list. */
function otherKind(form: Form['form'], member: string): string | undefined {
  const word = member.replace(/[@?].*/, '');
  const isStep = PROGRAM_WORDS.includes(word);
  const isAction = ACTION_WORDS.includes(word) || RETURN_WORDS.includes(word);
  if (form === 'program' && isAction) return `: ${word} is an action of a driver's callback`;
  if (form === 'callback' && isStep) return `: ${word} is a step of a kernel's program`;
  return undefined;
}

interface ListField {
  readonly name: string;
  readonly form: Form['form'];
  /** What would have been right, where that can be guessed. */
  readonly hint: string | undefined;
}

/** A complaint that points at the wrong member of a list. */
function listComplaint(
  { name: field, form, hint: better }: ListField,
  written: string,
  { member, at, rule, possible = [] }: ListFault,
  expected: readonly string[],
  start: Place,
): Complaint {
  const place = shifted(start, at);
  if (rule !== undefined) {
    return new Complaint(`${field} cannot be ${quote(written)}: ${rule}`, place, hinted(better));
  }
  const cannot = member === written ? 'cannot be' : 'cannot have';
  // Only a callback has today's words for the old actions. A program has its own words for calls.
  const kernel = form === 'program' ? undefined : kernelHint(member);
  const hint = (form === 'callback' ? newAction(member) : undefined) ?? better ?? kernel;
  const guess = kernel === undefined ? didYouMean(member, expected) : '';
  const why = otherKind(form, member) ?? guess;
  const message = `${field} ${cannot} ${quote(member)}${why}`;
  return new Complaint(message, place, {
    ...hinted(hint),
    possible: possible.length > 0 ? possible : expected,
  });
}

/** The parts that were written, by a setup block or by options. */
export type WrittenParts = { readonly [P in PartName]?: Parsed<Parts[P]> };

/** A system in which what was written replaces the same parts. */
export function overridden(base: System, written: WrittenParts): System {
  const kept = (part: PartName) => ({ value: base[part], name: base.names[part] });
  const parts = PART_NAMES.map((part) => [part, written[part] ?? kept(part)] as const);
  return systemOf(Object.fromEntries(parts) as WrittenParts);
}

/** Makes a system from the parts that were written. The other parts take their defaults. */
export function systemOf(written: WrittenParts): System {
  const part = <P extends PartName>(name: P): Parsed<Parts[P]> =>
    (written[name] as Parsed<Parts[P]> | undefined) ?? {
      value: preset(name, DEFAULTS[name]),
      name: DEFAULTS[name],
    };
  const names: Partial<Record<PartName, string>> = {};
  for (const name of PART_NAMES) {
    const from = part(name).name;
    if (from !== undefined) names[name] = from;
  }
  const parts = {
    kernel: part('kernel').value,
    driver: part('driver').value,
    hardware: part('hardware').value,
    scope: part('scope').value,
  };
  refuseMisfit(parts, (name, field) => written[name]?.placeOf?.(field));
  return { ...parts, names };
}

/**
 * Makes a system from the texts of its parts: `parseSystem({ driver: 'kvm', scope: 'pages=2' })`.
 */
export function parseSystem(texts: { readonly [P in PartName]?: string | undefined }): System {
  const parse = <P extends PartName>(part: P) =>
    texts[part] === undefined ? {} : { [part]: parsePart(part, texts[part]) };
  return systemOf({
    ...parse('kernel'),
    ...parse('driver'),
    ...parse('hardware'),
    ...parse('scope'),
  });
}

/** What a part was written from: the preset that it names, or the defaults. */
const baseOf = <P extends PartName>(part: P, name: string | undefined): Parts[P] =>
  name === undefined ? FIELD_DEFAULTS[part] : preset(part, name);

/** What a user wrote in vain: words that need something which the system lacks. */
export const writtenInVain = (system: System): NotInPlay[] =>
  notInPlay(system, {
    kernel: baseOf('kernel', system.names.kernel),
    driver: baseOf('driver', system.names.driver),
    hardware: baseOf('hardware', system.names.hardware),
    scope: baseOf('scope', system.names.scope),
  });

/** Prints one part: the preset from which it was written, and the fields that differ from it. */
export function printPart(system: System, part: PartName): string {
  // The fields of a scope are printed, so that a reader of a trace need not look up its bounds.
  if (part === 'scope') return printScope(system);
  return writtenPart(system, part);
}

/** A part as a user would write it: a preset, and the fields that differ from it. */
export function writtenPart(system: System, part: PartName): string {
  const name = system.names[part];
  const pairs = pairsOf(part, system[part], baseOf(part, name));
  if (name === undefined && pairs.length === 0) return defaultText(part);
  return [...(name === undefined ? [] : [name]), ...pairs].join(' ');
}

/** The fields in which a part differs from another. */
function pairsOf(part: PartName, value: object, base: object): string[] {
  return Object.entries(fieldsOf(part)).flatMap(([name, field]) => {
    const print = (from: object) => valueText(field, from[name as keyof object]);
    return print(value) === print(base) ? [] : [`${name}=${print(value)}`];
  });
}

/** The text of a part that equals the defaults: one of its fields says so. */
function defaultText(part: PartName): string {
  if (part === 'driver') return 'none';
  const [[name, field]] = Object.entries(fieldsOf(part));
  return `${name}=${valueText(field, field.otherwise)}`;
}

/** The fields of a scope that are printed only if they are not the default. */
const SELDOM: readonly string[] = ['block', 'range', 'events'];
const isDefault = (scope: Scope, name: string): boolean =>
  [scope, FIELD_DEFAULTS.scope]
    .map((from) => valueText(fieldsOf('scope')[name], Reflect.get(from, name)))
    .every((text, _, [first]) => text === first);

function printScope({ scope }: System): string {
  return Object.entries(FIELDS.scope)
    .filter(([name]) => !SELDOM.includes(name) || !isDefault(scope, name))
    .map(([name, field]) => `${name}=${valueText(field, scope[name as keyof typeof scope])}`)
    .join(' ');
}

/** Columns for the name of a part, and for its text in a trace. */
const NAME_WIDTH = 9;
const TEXT_WIDTH = 72 - '  '.length - NAME_WIDTH;

/**
 * Prints the lines of a setup block. Hardware is printed only if it is not the default. A part that
 * is too long for a line continues in the next, which then has only pairs.
 */
export function printSetup(system: System): string[] {
  return PART_NAMES.map((part) => [part, printPart(system, part)] as const)
    .filter(([part, text]) => part !== 'hardware' || text !== DEFAULTS.hardware)
    .map(([part, text]) => [part, text.length > TEXT_WIDTH ? shorter(system, part, text) : text])
    .flatMap(([part, text]) =>
      wrap(text, TEXT_WIDTH).map((line, i) => (i === 0 ? part : '').padEnd(NAME_WIDTH) + line),
    );
}

/**
 * Prints a scope by its preset, or without fields that have their default, if that fits on one
 * line.
 */
function shorter(system: System, part: PartName, text: string): string {
  if (part !== 'scope') return text;
  const name = system.names.scope;
  const named =
    name === undefined ? [] : [name, ...pairsOf(part, system.scope, preset(part, name))];
  const pairs = pairsOf(part, system.scope, FIELD_DEFAULTS.scope);
  const shorts = [named, pairs].map((words) => words.join(' '));
  return shorts.find((short) => short !== '' && short.length <= TEXT_WIDTH) ?? text;
}
