/** An export has a number of each kind of thing. The scope `many` has none. */
import type { System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import { manyOf } from '../search/reach.ts';
import type { Place } from '../trace/complaint.ts';
import { Complaint } from '../trace/complaint.ts';

/** Refuses a system with any number of something. */
export function refuseMany(system: System, place?: Place): void {
  const [kind] = manyOf(system);
  if (kind === undefined) return;
  const [least, most] = LIMITS[kind];
  throw new Complaint(`Spin needs a number, and cannot search ${kind}=many`, place, {
    hint: `--scope '... ${kind}=${Math.max(1, least)}', or youngcheck check for every number`,
    possible: Array.from({ length: most - least + 1 }, (_, i) => `${kind}=${least + i}`),
  });
}
