/**
 * Lists with which no policy can violate a property, whatever its other lists are: a look that
 * always reports a use misses none.
 */
import { CALLS } from '../../model/steps.ts';
import type { Observer, ProgramName, System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Axis, Space } from './space.ts';
import type { List } from './strength.ts';

/** Whether no policy with this list for the axis of this number violates a property. */
export type Sparing = (axis: number, list: List) => boolean;

/** The program by which each observer looks. */
const LOOKS_BY: Readonly<Record<Observer, ProgramName>> = { reclaim: 'age', idle: 'idle' };

/**
 * Whether a list of an axis, in itself, makes each look of an observer report a use: the look
 * always calls a callback that returns 1. What varies beside it is of the same part.
 */
function alwaysReports(observer: Observer, { part, field }: Axis, list: List, base: System) {
  const program = LOOKS_BY[observer];
  if (part === 'kernel' && field !== program) return false;
  const lines = 'actions' in list ? base.kernel[program] : list;
  return lines.some(({ name, when, range }) => {
    const callback = CALLS[name]?.callback;
    if (callback === undefined || when !== 'always' || range !== 'page') return false;
    if (part === 'kernel') return base.driver[callback].returns === 'one';
    return callback === field && 'actions' in list && list.returns === 'one';
  });
}

/**
 * Tells lists with which no policy violates a property, whatever its other lists are. Undefined if
 * there are none.
 */
export function sparing(property: Property, { base, axes }: Space): Sparing | undefined {
  const { observer, onlyUnreferenced } = property;
  if (onlyUnreferenced === undefined || observer === undefined) return undefined;
  if (new Set(axes.map(({ part }) => part)).size > 1) return undefined;
  return (axis, list) => alwaysReports(observer, axes[axis], list, base);
}
