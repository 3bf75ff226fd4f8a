/**
 * Which programs of the kernel and which callbacks of the driver a run can have come to. With other
 * lists for all the others it is the same run.
 */
import type { Event } from '../../model/events.ts';
import { PROGRAM_OPERATIONS, kindOf } from '../../model/events.ts';
import { FAULT_OPERATIONS } from '../../model/mechanics/fault.ts';
import { CALLS } from '../../model/steps.ts';
import type { CallbackName, ProgramName, System } from '../../model/system.ts';

export type Heard = ReadonlySet<ProgramName | CallbackName>;

/** What runs inside an access, without an event of its own. */
const INSIDE = FAULT_OPERATIONS.map(({ name }) => name);

/** The operations that the events begin, those as which they go on, and those inside accesses. */
function operationsIn(run: readonly Event[]): Set<string> {
  const names = new Set<string>(INSIDE);
  for (const event of run) {
    const { begins } = kindOf(event);
    if (begins !== undefined) names.add(begins);
  }
  for (const { name, continuesAs } of PROGRAM_OPERATIONS) {
    if (names.has(name) && continuesAs !== undefined) names.add(continuesAs);
  }
  return names;
}

/** The programs that a run can have come to, and the callbacks that these call. */
export function heardIn({ kernel }: System, run: readonly Event[]): Heard {
  const operations = operationsIn(run);
  const programs = new Set(
    PROGRAM_OPERATIONS.filter(({ name }) => operations.has(name)).map(({ program }) => program),
  );
  // An unmap can look at the page first, which is the program of reclaim's look.
  if ([...programs].some((name) => kernel[name].some((line) => line.name === 'look')))
    programs.add('age');
  const callbacks = [...programs].flatMap((name) =>
    kernel[name].flatMap((line) => CALLS[line.name]?.callback ?? []),
  );
  return new Set([...programs, ...callbacks]);
}
