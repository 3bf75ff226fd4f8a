/** Whatever follows one run after another needs a number of each kind of agent, not `many`. */
import { manyOf } from '../../model/many.ts';
import type { Parts } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import type { Place } from './complaint.ts';
import { Complaint } from './complaint.ts';

/** Refuses a system with any number of something. `what` begins the sentence: `a trace`. */
export function refuseMany(what: string, system: Parts, place?: Place, hint?: string): void {
  const [kind] = manyOf(system);
  if (kind === undefined) return;
  const [least, most] = LIMITS[kind];
  throw new Complaint(`${what} needs a number, not ${kind}=many`, place, {
    hint:
      hint ?? `--scope '... ${kind}=${Math.max(1, least)}', or youngcheck check for every number`,
    possible: Array.from({ length: most - least + 1 }, (_, i) => `${kind}=${least + i}`),
  });
}
