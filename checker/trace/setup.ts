/**
 * The text that names a system: in the setup block of a trace, on a command line, in a file. A part
 * is a preset's name, field=value pairs, or a name followed by pairs that override it.
 */
import { DRIVERS } from '../../model/systems/drivers.ts';
import { HARDWARE } from '../../model/systems/hardware.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import { SCOPES } from '../../model/systems/scopes.ts';
import type { PartName, Parts, Preset, System } from '../../model/system.ts';
import type { Place } from './complaint.ts';
import { Complaint, didYouMean, quote } from './complaint.ts';
import { FIELDS, ListFault, fieldsOf } from './fields.ts';
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

/** What a part is if its line is left out. */
export const DEFAULTS: Readonly<Record<PartName, string>> = {
  kernel: 'v4.20-x86',
  driver: 'amd-iommu-v2-patched',
  hardware: 'ats',
  scope: 'mail',
};

/** What the fields are that bare pairs do not name. A callback that is not listed does nothing. */
const BASE: Readonly<Parts> = {
  kernel: preset('kernel', DEFAULTS.kernel),
  driver: preset('driver', 'none'),
  hardware: preset('hardware', DEFAULTS.hardware),
  scope: preset('scope', DEFAULTS.scope),
};

/** A part as parsed: its value, and the preset it was written from. */
interface Parsed<T> {
  readonly value: T;
  readonly name: string | undefined;
}

/** Where the text of a part begins, to point into it. */
export type Origin = Omit<Place, 'column'> & { readonly column?: number };

/** A word, and where it stands. */
export interface Word {
  readonly text: string;
  readonly place: Place;
}

/** Reads one part. Throws a Complaint that points at the word at fault. */
export function parsePart<P extends PartName>(
  part: P,
  text: string,
  origin: Origin = { file: `--${part}`, line: 1, source: text },
): Parsed<Parts[P]> {
  const start: Place = { ...origin, column: origin.column ?? 1 };
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    text: word,
    place: shifted(start, index),
  }));
  return readPart(part, words, start);
}

const shifted = (place: Place, by: number): Place => ({ ...place, column: place.column + by });

/** Reads one part that is already cut into words; `start` is where they should have been. */
export function readPart<P extends PartName>(
  part: P,
  words: readonly Word[],
  start: Place,
): Parsed<Parts[P]> {
  const value: Record<string, unknown> = { ...BASE[part] };
  let name: string | undefined;
  const given = new Set<string>();
  for (const word of words) {
    const { text, place } = word;
    const field = /^([^=]*)=/.exec(text)?.[1];
    if (field !== undefined) {
      if (given.has(field)) throw new Complaint(`${quote(field)} is given twice`, place);
      given.add(field);
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
  return { value: value as unknown as Parts[P], name };
}

/** A field's name alone: its value is missing, or stands behind a blank. */
export function bareField(part: PartName, { text, place }: Word): Complaint | undefined {
  if (!Object.hasOwn(fieldsOf(part), text)) return undefined;
  const message = `${text} is a field of ${part}: write ${text}=VALUE, without blanks`;
  return new Complaint(message, place, { possible: fieldsOf(part)[text].expected });
}

/** What the notes of other languages begin with. */
export const noteHint = (text: string): string | undefined =>
  /^(#|;|\/\*)/.test(text) ? "a note begins with '//'" : undefined;

function strayWord(part: PartName, { text, place }: Word): Complaint {
  if (text.startsWith(',')) return new Complaint('lists have commas and no blanks', place);
  return new Complaint(`${quote(text)} is neither field=value nor the first word`, place, {
    hint: noteHint(text) ?? `youngcheck list ${part}`,
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
    hint: `youngcheck list ${part}`,
    possible: names,
  });
}

function parseField(part: PartName, field: string, { text, place }: Word): unknown {
  const fields = fieldsOf(part);
  if (!Object.hasOwn(fields, field)) {
    const names = Object.keys(fields);
    const message = `unknown field ${quote(field)} of ${part}${didYouMean(field, names)}`;
    throw new Complaint(message, place, { hint: `youngcheck list ${part}`, possible: names });
  }
  const written = text.slice(field.length + 1);
  const value = fields[field].parse(written);
  const { expected } = fields[field];
  const start = shifted(place, field.length + 1);
  if (value === undefined) {
    const message = `${field} cannot be ${quote(written)}${didYouMean(written, expected)}`;
    const hint = written === '' ? { hint: 'field=value has no blanks' } : {};
    throw new Complaint(message, start, { ...hint, possible: expected });
  }
  if (value instanceof ListFault) throw listComplaint(field, written, value, expected, start);
  return value;
}

/** Points at the member of a list that is at fault. */
function listComplaint(
  field: string,
  written: string,
  { member, at, rule }: ListFault,
  expected: readonly string[],
  start: Place,
): Complaint {
  const place = shifted(start, at);
  if (rule !== undefined) {
    return new Complaint(`${field} cannot be ${quote(written)}: ${rule}`, place);
  }
  const cannot = member === written ? 'cannot be' : 'cannot have';
  const message = `${field} ${cannot} ${quote(member)}${didYouMean(member, expected)}`;
  return new Complaint(message, place, { possible: expected });
}

/** Puts a system together from the parts that were written; the others take their defaults. */
export function systemOf(written: { readonly [P in PartName]?: Parsed<Parts[P]> }): System {
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
  return {
    kernel: part('kernel').value,
    driver: part('driver').value,
    hardware: part('hardware').value,
    scope: part('scope').value,
    names,
  };
}

/** A system from the texts of its parts: `system({ driver: 'kvm', scope: 'pages=2' })`. */
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

/** The text of one part: the name it was written from and the fields that differ from it. */
export function printPart(system: System, part: PartName): string {
  const name = system.names[part];
  const base = (name === undefined ? BASE[part] : preset(part, name)) as object;
  const pairs = pairsOf(part, system[part], base);
  // A scope is spelled out: a reader of a trace should not have to look up its bounds.
  if (part === 'scope') return printScope(system);
  if (name === undefined && pairs.length === 0) return fallbackName(part);
  return [...(name === undefined ? [] : [name]), ...pairs].join(' ');
}

/** The fields in which a part differs from another. */
function pairsOf(part: PartName, value: object, base: object): string[] {
  return Object.entries(fieldsOf(part)).flatMap(([field, type]) => {
    const print = (from: object) => type.print(from[field as keyof object]);
    return print(value) === print(base) ? [] : [`${field}=${print(value)}`];
  });
}

/** Bare pairs that add up to the base have no text of their own; a preset says the same. */
const fallbackName = (part: PartName): string => (part === 'driver' ? 'none' : DEFAULTS[part]);

function printScope({ scope }: System): string {
  return Object.entries(FIELDS.scope)
    .filter(([field]) => field !== 'events' || scope.events.length > 0)
    .map(([field, type]) => `${field}=${type.print(scope[field as keyof typeof scope] as never)}`)
    .join(' ');
}

/** Columns that a part's name takes, and that its text may take in a trace. */
const NAME_WIDTH = 9;
const TEXT_WIDTH = 72 - '  '.length - NAME_WIDTH;

/**
 * The lines of a setup block: hardware only where it is not the default. A part that is too long
 * for a line goes on in the next, which then has pairs alone.
 */
export function printSetup(system: System): string[] {
  return PART_NAMES.map((part) => [part, printPart(system, part)] as const)
    .filter(([part, text]) => part !== 'hardware' || text !== DEFAULTS.hardware)
    .map(([part, text]) => [part, text.length > TEXT_WIDTH ? shorter(system, part, text) : text])
    .flatMap(([part, text]) =>
      wrap(text, TEXT_WIDTH).map((line, i) => (i === 0 ? part : '').padEnd(NAME_WIDTH) + line),
    );
}

/** A scope by its preset, or without what is default anyway, if that keeps it on one line. */
function shorter(system: System, part: PartName, text: string): string {
  if (part !== 'scope') return text;
  const name = system.names.scope;
  const named =
    name === undefined ? [] : [name, ...pairsOf(part, system.scope, preset(part, name))];
  const pairs = pairsOf(part, system.scope, BASE.scope);
  const shorts = [named, pairs].map((words) => words.join(' '));
  return shorts.find((short) => short !== '' && short.length <= TEXT_WIDTH) ?? text;
}
