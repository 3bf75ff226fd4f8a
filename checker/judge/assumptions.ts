/** Flips every assumption of a system in turn. */
import { operationsOf } from '../../model/events.ts';
import { neighboursOf } from '../../model/neighbours.ts';
import { awaitsInvalidation } from '../../model/play.ts';
import type { Field } from '../../model/field.ts';
import type { PartName, Parts, System } from '../../model/system.ts';
import { fieldsOf } from '../../model/system.ts';
import { valueText } from '../../model/text.ts';
import { PART_NAMES } from '../trace/setup.ts';

/** One flipped assumption, and the system with it. */
export interface Flip {
  readonly part: PartName;
  readonly field: string;
  /** The flipped field as a setup writes it: `clear_flush_young=none`. */
  readonly text: string;
  readonly system: System;
  /**
   * False if it is about steps that the system never takes in its scope. Then it changes nothing.
   */
  readonly inPlay: boolean;
}

/** Everything that the model takes from the programs and callbacks of a system, as one text. */
function stepsOf(parts: Parts): string {
  const { byName, steps } = operationsOf(parts);
  const operations = [...byName].map(([name, { first, last, calls }]) => [
    name,
    first,
    last,
    calls,
  ]);
  const taken = steps.slice(1).map(({ operation, ...step }) => [operation.name, step]);
  return JSON.stringify([operations, taken, awaitsInvalidation(parts)]);
}

const isList = ({ values }: Field): boolean =>
  values.form === 'program' || values.form === 'callback';

/** The system with each of its assumptions flipped, in the order of the parts and their fields. */
export function flipsOf(system: System): Flip[] {
  const before = stepsOf(system);
  return PART_NAMES.flatMap((part) =>
    Object.entries(fieldsOf(part)).flatMap(([field, declared]) => {
      const value: unknown = Reflect.get(system[part], field);
      return neighboursOf(field, declared, value, system.driver).map((other): Flip => {
        const flipped = { ...system, [part]: { ...system[part], [field]: other } };
        const text = `${field}=${valueText(declared, other)}`;
        const inPlay = !isList(declared) || stepsOf(flipped) !== before;
        return { part, field, text, system: flipped, inPlay };
      });
    }),
  );
}
