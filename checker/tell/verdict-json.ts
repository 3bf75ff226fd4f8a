/** A system and its verdicts as parts of a JSON document. */
import type { Verdict } from '../search/check.ts';
import { PART_NAMES, printPart, writtenInVain } from '../trace/setup.ts';
import { printStep } from '../trace/print.ts';
import type { Field } from '../../model/field.ts';
import { MANY } from '../../model/field.ts';
import type { System } from '../../model/system.ts';
import { fieldsOf } from '../../model/system.ts';
import { valueText } from '../../model/text.ts';
import { noSuchMachine, presetNames } from '../../model/systems/machines.ts';
import { violationTrace } from './trace-of.ts';

/** The value of a field: a program or a callback as its text, other values as they are. */
function fieldJson(field: Field, value: unknown): unknown {
  const { form } = field.values;
  const isText = form === 'callback' || form === 'program' || value === MANY;
  return isText ? valueText(field, value) : value;
}

/** Why the presets of a system were no machine, or null. */
export const noMachine = (system: System): string | null =>
  noSuchMachine(presetNames(system)) ?? null;

/**
 * Each part as the text of its setup line, as a value for each field, and as the list of its words
 * that are not in play. The last key says why the presets were no machine, or is null.
 */
export function systemJson(system: System) {
  const parts = PART_NAMES.map((part) => {
    const value = system[part] as unknown as Readonly<Record<string, unknown>>;
    const fields = Object.entries(fieldsOf(part));
    const spelled = fields.map(([name, field]) => [name, fieldJson(field, value[name])]);
    const idle = writtenInVain(system).filter((each) => each.part === part);
    const text = printPart(system, part);
    const words = idle.map(({ word }) => word);
    return [part, { text, ...Object.fromEntries(spelled), notInPlay: words }];
  });
  const machine = { noSuchMachine: noMachine(system) };
  return { ...Object.fromEntries(parts), ...machine } as Readonly<Record<string, unknown>>;
}

export function verdictJson(system: System, told: Verdict) {
  const { property, verdict, run, where = system, atLeast, pages, reached } = told;
  const { name } = property;
  const bounds = {
    ...(pages === undefined ? {} : { pages, reached }),
    ...(atLeast === undefined ? {} : { atLeast }),
  };
  if (run === undefined) return { name, verdict, ...bounds };
  const { steps } = violationTrace(where, run, property);
  const trace = steps.map((step, i) => printStep(i + 1, step, where.scope));
  const scope = told.where === undefined ? {} : { scope: printPart(where, 'scope') };
  return { name, verdict, length: run.length, ...bounds, ...scope, trace };
}
