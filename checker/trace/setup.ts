/**
 * The text that names a system: in the setup block of a trace, on a command line, in a file. A part
 * is a preset's name, field=value pairs, or a name followed by pairs that override it.
 */
import { DRIVERS } from '../../model/systems/drivers.ts';
import { HARDWARE } from '../../model/systems/hardware.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import { SCOPES } from '../../model/systems/scopes.ts';
import type { Callback, PartName, Parts, Preset, Return, System } from '../../model/system.ts';
import {
  ACTIONS,
  AGING_HELPERS,
  GRANULARITIES,
  LIMITS,
  OBSERVERS,
  OPTIONAL_EVENTS,
  RETURNS,
} from '../../model/system.ts';
import type { Place } from '../complaint.ts';
import { Complaint, closest } from '../complaint.ts';

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

/** How a field's value is read and written. */
interface FieldType {
  /** What would have been right, for a message. */
  readonly expected: readonly string[];
  /** The value, or undefined if the text is not one. */
  readonly parse: (text: string) => unknown;
  readonly print: (value: never) => string;
}

const choice = (...values: readonly string[]): FieldType => ({
  expected: values,
  parse: (text) => (values.includes(text) ? text : undefined),
  print: (value: string) => value,
});
const flag: FieldType = {
  expected: ['true', 'false'],
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  print: (value: boolean) => String(value),
};
const count = ([least, most]: readonly [number, number]): FieldType => ({
  expected: [`a number from ${least} to ${most}`],
  parse: (text) => (/^\d$/.test(text) && +text >= least && +text <= most ? +text : undefined),
  print: (value: number) => String(value),
});
/** A set, in the order in which its members are declared; `none` is the empty one. */
const set = (members: readonly string[]): FieldType => ({
  expected: ['none', ...members].map((name) => name),
  parse(text) {
    const items = text === 'none' ? [] : text.split(',');
    const known = items.every((item, i) => members.includes(item) && items.indexOf(item) === i);
    return known ? members.filter((member) => items.includes(member)) : undefined;
  },
  print: (value: readonly string[]) => value.join(',') || 'none',
});
/** Actions in order; a return value may stand at the end. */
const callback: FieldType = {
  expected: ['none', ...ACTIONS, ...RETURNS.map((value) => `return-${value}`)],
  parse(text) {
    const actions = text === 'none' ? [] : text.split(',');
    let returns: Return = 'zero';
    const last = /^return-(.*)$/.exec(actions.at(-1) ?? '');
    if (last) {
      const known = RETURNS.find((value) => value === last[1]);
      if (known === undefined) return undefined;
      returns = known;
      actions.pop();
    }
    const known = actions.every((action) => (ACTIONS as readonly string[]).includes(action));
    return known && actions.length <= MAX_ACTIONS ? { actions, returns } : undefined;
  },
  print: ({ actions, returns }: Callback) =>
    [...actions, ...(returns === 'zero' ? [] : [`return-${returns}`])].join(',') || 'none',
};
/** More than any driver does; it keeps the list of an operation's steps small. */
const MAX_ACTIONS = 16;

/** Every field of every part, in the order in which they are printed. */
export const FIELDS: { readonly [P in PartName]: { readonly [F in keyof Parts[P]]: FieldType } } = {
  kernel: {
    agingHelper: choice(...AGING_HELPERS),
    flushesTlbWhenYoung: flag,
    tlbFlushReachesSecondary: flag,
    notifiesFlushYoung: flag,
    unmapFlushesOld: flag,
    unmapNotifies: flag,
    unmapInvalidates: choice('page', 'mm'),
    upgradeNotifies: flag,
  },
  driver: {
    secondary: choice('shared', 'shadow'),
    clear_flush_young: callback,
    clear_young: callback,
    flush_young: callback,
    invalidate_secondary: callback,
  },
  hardware: {
    ats: flag,
    iotlb: flag,
    dropsOvertakenCompletions: flag,
    rewalksOnPermissionFault: flag,
    accessFlag: choice('hardware', 'fault'),
    drainsPostedWrites: flag,
  },
  scope: {
    pages: count(LIMITS.pages),
    cpus: count(LIMITS.cpus),
    devices: count(LIMITS.devices),
    observers: set(OBSERVERS),
    granularity: choice(...GRANULARITIES),
    events: set(OPTIONAL_EVENTS),
  },
};
const fieldsOf = (part: PartName) => FIELDS[part] as Readonly<Record<string, FieldType>>;

/** A part as parsed: its value, and the preset it was written from. */
interface Parsed<T> {
  readonly value: T;
  readonly name: string | undefined;
}

/** Where the text of a part begins, to point into it. */
export type Origin = Omit<Place, 'column'> & { readonly column?: number };

/** Reads one part. Throws a Complaint that points at the word at fault. */
export function parsePart<P extends PartName>(
  part: P,
  text: string,
  origin: Origin = { file: `--${part}`, line: 1, source: text },
): Parsed<Parts[P]> {
  const value: Record<string, unknown> = { ...BASE[part] };
  let name: string | undefined;
  const given = new Set<string>();
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    const at = (offset = 0): Place => ({
      ...origin,
      column: (origin.column ?? 1) + index + offset,
    });
    const equals = word.indexOf('=');
    if (equals >= 0) {
      const field = word.slice(0, equals);
      const written = word.slice(equals + 1);
      if (given.has(field)) throw new Complaint(`${field} is given twice`, at());
      given.add(field);
      value[field] = parseField(part, field, written, at(), at(equals + 1));
    } else if (name !== undefined || given.size > 0) {
      throw new Complaint(`'${shorten(word)}' is neither field=value nor the first word`, at(), {
        hint: `youngcheck list ${part}`,
      });
    } else {
      name = word;
      Object.assign(value, findPreset(part, word, at()));
    }
  }
  if (name === undefined && given.size === 0) {
    const place: Place = { ...origin, column: origin.column ?? 1 };
    throw new Complaint(`${part} is empty`, place, {
      hint: `youngcheck list ${part}`,
      possible: PRESETS[part].map((p) => p.name),
    });
  }
  return { value: value as unknown as Parts[P], name };
}

function findPreset(part: PartName, name: string, place: Place): object {
  const found = (PRESETS[part] as readonly Preset<object>[]).find((p) => p.name === name);
  if (found) return found.value;
  const names = PRESETS[part].map((p) => p.name);
  throw new Complaint(`unknown ${part} '${shorten(name)}'${didYouMean(name, names)}`, place, {
    hint: `youngcheck list ${part}`,
    possible: names,
  });
}

function parseField(part: PartName, field: string, text: string, at: Place, valueAt: Place) {
  const fields = fieldsOf(part);
  if (!Object.hasOwn(fields, field)) {
    const names = Object.keys(fields);
    const message = `unknown field '${shorten(field)}' of ${part}${didYouMean(field, names)}`;
    throw new Complaint(message, at, { hint: `youngcheck list ${part}`, possible: names });
  }
  const value = fields[field].parse(text);
  if (value === undefined) {
    const guess = didYouMean(text, fields[field].expected);
    throw new Complaint(`${field} cannot be '${shorten(text)}'${guess}`, valueAt, {
      possible: fields[field].expected,
    });
  }
  return value;
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}...` : text);

function didYouMean(written: string, names: readonly string[]): string {
  const guess = closest(written, names);
  return guess === undefined ? '' : `; did you mean '${guess}'?`;
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
  const value = system[part] as object;
  const pairs = Object.entries(fieldsOf(part)).flatMap(([field, type]) => {
    const print = (from: object) => type.print(from[field as keyof object]);
    return print(value) === print(base) ? [] : [`${field}=${print(value)}`];
  });
  // A scope is spelled out: a reader of a trace should not have to look up its bounds.
  if (part === 'scope') return printScope(system);
  if (name === undefined && pairs.length === 0) return fallbackName(part);
  return [...(name === undefined ? [] : [name]), ...pairs].join(' ');
}

/** Bare pairs that add up to the base have no text of their own; a preset says the same. */
const fallbackName = (part: PartName): string => (part === 'driver' ? 'none' : DEFAULTS[part]);

function printScope({ scope }: System): string {
  return Object.entries(FIELDS.scope)
    .filter(([field]) => field !== 'events' || scope.events.length > 0)
    .map(([field, type]) => `${field}=${type.print(scope[field as keyof typeof scope] as never)}`)
    .join(' ');
}

/** The lines of a setup block: hardware only where it is not the default. */
export function printSetup(system: System): string[] {
  const lines = PART_NAMES.map((part) => [part, printPart(system, part)] as const);
  return lines
    .filter(([part, text]) => part !== 'hardware' || text !== DEFAULTS.hardware)
    .map(([part, text]) => `${part.padEnd(8)} ${text}`);
}
