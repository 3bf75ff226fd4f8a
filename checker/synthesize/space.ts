/** The space of policies that a synthesis searches: a system in which some lists can be chosen. */
import { answeredBy } from '../../model/neighbours.ts';
import type { CallbackName, OptionalEvent, ProgramName, System } from '../../model/system.ts';
import { VARIED, callbacksOf, calledBy, programsOf } from './lists.ts';
import type { List } from './strength.ts';

/** A list that can be chosen: a callback of the driver, or a program of the kernel. */
export interface Axis {
  readonly part: 'driver' | 'kernel';
  readonly field: CallbackName | ProgramName;
  /** The shortest lists come first. */
  readonly lists: readonly List[];
}

/** Every choice of one list for each axis is a policy. */
export interface Space {
  /** What no axis chooses. */
  readonly base: System;
  readonly axes: readonly Axis[];
  /** The events that must be in scope so that what varies is ever run. */
  readonly events: readonly OptionalEvent[];
}

/** One list for each axis of a space. */
export type Choice = readonly List[];

/** How many systems a space has. */
export const rawOf = ({ axes }: Space): number =>
  axes.reduce((product, { lists }) => product * lists.length, 1);

/** The system with a list in the place of a field's value. */
export function withList(
  system: System,
  { part, field }: Pick<Axis, 'part' | 'field'>,
  list: List,
): System {
  const { [part]: _, ...names } = system.names;
  return { ...system, [part]: { ...system[part], [field]: list }, names };
}

/** The system of a choice. */
export const systemOfChoice = ({ base, axes }: Space, choice: Choice): System =>
  axes.reduce((system, axis, i) => withList(system, axis, choice[i]), base);

const NOTHING = { actions: [], returns: 'zero' } as const;

/** Every driver of the system's secondary: what it does in each callback that the kernel calls. */
export function driverSpace(system: System, events: readonly OptionalEvent[] = []): Space {
  const axes = calledBy(system.kernel).map((field): Axis => ({
    part: 'driver',
    field,
    lists: callbacksOf(field, system),
  }));
  const uncalled = axes.reduce((base, axis) => withList(base, axis, NOTHING), system);
  return { base: uncalled, axes, events };
}

/** Every kernel that differs from the system's in one program, for each program that varies. */
export const kernelSpaces = (system: System, calls = answeredBy(system.driver)): Space[] =>
  VARIED.map((field) => ({
    base: system,
    axes: [{ part: 'kernel', field, lists: programsOf(calls) }],
    events: field === 'walk' ? ['walk'] : [],
  }));
