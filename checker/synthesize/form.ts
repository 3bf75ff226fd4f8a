/** The lists of an axis that do the same in a scope: there they are one policy. */
import { effectsOf } from '../../model/effects.ts';
import type { System } from '../../model/system.ts';
import type { Axis } from './space.ts';
import { withList } from './space.ts';

/** What the choice of each list of an axis does to a system. Equal numbers do the same. */
export function formsOf(system: System, axis: Axis): number[] {
  const known = new Map<string, number>();
  return axis.lists.map((list) => {
    const effects = effectsOf(withList(system, axis, list));
    const number = known.get(effects) ?? known.size;
    known.set(effects, number);
    return number;
  });
}
