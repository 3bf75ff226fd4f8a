/** Names a system and properties in a program, with the words of a trace or as data. */
import type { PartName, Parts, System } from '../../model/system.ts';
import { fieldsOf } from '../../model/system.ts';
import { expectedOf, valueText } from '../../model/text.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import type { Place } from '../trace/complaint.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';
import { parseSystemFile } from '../trace/read-setup.ts';
import { PART_NAMES, parsePart, systemOf } from '../trace/setup.ts';
import { cannotBe, isObject, spelledOut } from './options.ts';

/**
 * A part in the words of a setup block, or an object of its fields. Fields that are left out have
 * their defaults.
 */
export type PartInput<P extends PartName> =
  | string
  | { readonly [F in keyof Parts[P]]?: Parts[P][F] | string };

/** A system by its parts. Parts that are left out take their defaults. */
export type PartInputs = { readonly [P in PartName]?: PartInput<P> };

/** The forms in which every function of the library takes a system. */
export type SystemInput = System | string;

/**
 * Makes a system from the lines of a setup block, or from its parts: `system('driver kvm')`,
 * `system({ driver: { clear_flush_young: 'flush-iotlb,flush-atc' }, scope: 'pages=2' })`.
 */
export function system(written: string | PartInputs): System {
  return spelledOut(() => {
    if (typeof written === 'string') return systemOf(parseSystemFile(written, 'system'));
    if (!isObject(written)) throw cannotBe('a system', written, ...SYSTEMS);
    for (const part of Object.keys(written)) {
      if ((PART_NAMES as readonly string[]).includes(part)) continue;
      const message = `unknown part ${quote(part)} of a system${didYouMean(part, PART_NAMES)}`;
      throw new Complaint(message, undefined, { possible: PART_NAMES });
    }
    const given = PART_NAMES.filter((part) => written[part] !== undefined);
    return systemOf(
      Object.fromEntries(given.map((part) => [part, readInput(part, written[part]!)] as const)),
    );
  });
}

const SYSTEMS = ["'driver kvm'", "{ driver: 'kvm', scope: 'small' }"];

function readInput<P extends PartName>(part: P, input: PartInput<P>) {
  if (typeof input !== 'string' && !isObject(input)) {
    throw cannotBe(part, input, 'a text, as in a trace', 'an object of its fields');
  }
  const text = typeof input === 'string' ? input : textOf(part, input);
  return parsePart(part, text, { file: part, line: 1, source: text });
}

/** The fields as text. So the parser reads them, and complains as if they had been written. */
const textOf = (part: PartName, fields: object): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]) => `${name}=${fieldText(part, name, value)}`)
    .join(' ');

function fieldText(part: PartName, name: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(',') || 'none';
  if (typeof value === 'string' || !Object.hasOwn(fieldsOf(part), name)) return String(value);
  const field = fieldsOf(part)[name];
  try {
    return valueText(field, value);
  } catch (error) {
    if (error instanceof TypeError) throw cannotBe(name, value, ...expectedOf(name, field));
    throw error;
  }
}

/** The system for an argument. */
export function systemFrom(input: SystemInput): System {
  if (typeof input === 'string') return system(input);
  if (PART_NAMES.every((part) => isObject(input?.[part]))) return input;
  throw new Complaint('this is not a system', undefined, {
    possible: SYSTEMS.map((written) => `system(${written})`),
  });
}

/** The same system in another scope. */
export function inScope(whole: System, scope: PartInput<'scope'>): System {
  const { kernel, driver, hardware, names } = whole;
  return systemOf({
    kernel: { value: kernel, name: names.kernel },
    driver: { value: driver, name: names.driver },
    hardware: { value: hardware, name: names.hardware },
    scope: readInput('scope', scope),
  });
}

/**
 * The properties for a name: the one with this name, or one for every observer in scope. `place` is
 * where the name was written, for a Complaint if there is no such property.
 */
export function propertiesNamed(name: string, { scope }: System, place?: Place): Property[] {
  const family = (property: Property) => property.name.replace(/\(.*/, '');
  const found = PROPERTIES.filter((p) => p.name === name || family(p) === name);
  const observed = scope.observers.map((observer) => `${name}(${observer})`);
  const seen = found.filter((property) => observed.includes(property.name));
  if (found.length > 0) return seen.length > 0 ? seen : found;
  const possible = PROPERTIES.map((property) => property.name);
  const guess = didYouMean(name, [...possible, ...PROPERTIES.map(family)]);
  throw new Complaint(`unknown property ${quote(name)}${guess}`, place, {
    hint: 'youngcheck list properties',
    possible,
  });
}

/** The given properties. If none is given, all that make sense in the system. */
export function propertiesFrom(
  asked: readonly (Property | string)[] | undefined,
  whole: System,
): Property[] {
  if (asked === undefined) return propertiesFor(whole);
  if (!Array.isArray(asked)) throw cannotBe('properties', asked, "['no-stale-access']");
  return [
    ...new Set(
      (asked as readonly (Property | string)[]).flatMap((property) => {
        if (typeof property === 'string') return propertiesNamed(property, whole);
        if (typeof property?.violated === 'function') return [property];
        throw cannotBe('a property', property, 'a name, or one of PROPERTIES');
      }),
    ),
  ];
}
