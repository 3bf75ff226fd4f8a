/** Flips every assumption of a system in turn. */
import { operationsOf } from '../../model/events.ts';
import { misfitOf } from '../../model/misfit.ts';
import { neighboursOf } from '../../model/neighbours.ts';
import { awaitsInvalidation, awaitsIotlb } from '../../model/play.ts';
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
  const operations = [...byName].map(([name, { first, last, calls, setsFirst, takes }]) => [
    name,
    first,
    last,
    calls,
    setsFirst,
    takes,
  ]);
  const taken = steps.slice(1).map(({ operation, ...step }) => [operation.name, step]);
  return JSON.stringify([operations, taken, awaitsInvalidation(parts), awaitsIotlb(parts)]);
}

const isList = ({ values }: Field): boolean =>
  values.form === 'program' || values.form === 'callback';

/**
 * The system with each of its assumptions flipped, in the order of the parts and their fields. What
 * would not fit the rest of the system is left out.
 */
export function flipsOf(system: System): Flip[] {
  const before = stepsOf(system);
  return PART_NAMES.flatMap((part) =>
    Object.entries(fieldsOf(part)).flatMap(([field, declared]) => {
      const value: unknown = Reflect.get(system[part], field);
      return neighboursOf(field, declared, value, system.driver).flatMap((other): Flip[] => {
        const flipped = { ...system, [part]: { ...system[part], [field]: other } };
        if (misfitOf(flipped) !== undefined) return [];
        const text = `${field}=${valueText(declared, other)}`;
        const inPlay = !isList(declared) || stepsOf(flipped) !== before;
        return [{ part, field, text, system: flipped, inPlay }];
      });
    }),
  );
}
