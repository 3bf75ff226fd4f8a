/**
 * What a system does in its scope, as a text. Lists with the same text are one policy there. It is
 * made of the compiled operations, so that words that do nothing, and how a list is written, do not
 * count.
 */
import { operationsOf } from '../../model/events.ts';
import type { Step } from '../../model/operation.ts';
import { awaitsInvalidation, awaitsIotlb, hasDmaInFlight, hasPosted } from '../../model/play.ts';
import type { StepKind } from '../../model/steps.ts';
import { STEPS } from '../../model/steps.ts';
import type { Parts, System } from '../../model/system.ts';
import type { Axis } from './space.ts';
import { withList } from './space.ts';

const kindOf = ({ verb }: Step): StepKind | undefined =>
  Object.hasOwn(STEPS, verb) ? STEPS[verb as keyof typeof STEPS] : undefined;

/** Whether two steps are taken under the same conditions, and on the same pages. */
const alike = (a: Step, b: Step): boolean =>
  JSON.stringify({ ...textless(a), verb: '' }) === JSON.stringify({ ...textless(b), verb: '' });

/** A step without its places: in the compiled list, in the program, and in the callback. */
const textless = (step: Step) =>
  Object.fromEntries(Object.entries(step).filter(([name]) => !PLACES.includes(name)));
const PLACES: readonly string[] = ['operation', 'at', 'line', 'action', 'kind'];

/**
 * The steps as they are done at once: nobody waits, and steps that drop something may come in any
 * order.
 */
function atOnce(steps: readonly Step[]): Step[] {
  const done: Step[] = [];
  for (const step of steps.filter((each) => kindOf(each)?.waits === undefined)) {
    let at = done.length;
    const drops = (each: Step) => kindOf(each)?.drops !== undefined;
    while (at > 0 && drops(step) && drops(done[at - 1]) && alike(step, done[at - 1])) {
      if (done[at - 1].verb <= step.verb) break;
      at--;
    }
    done.splice(at, 0, step);
  }
  return done;
}

/** What a system does in its scope. */
export function formOf(parts: Parts): string {
  const { byName, steps } = operationsOf(parts);
  const operations = [...byName].map(([name, { first, last, calls, setsFirst, takes }]) => {
    const all = steps.slice(first, last + 1);
    const taken = parts.scope.granularity === 'atomic' ? atOnce(all) : all;
    return [name, calls, setsFirst, takes, taken.map(textless)];
  });
  const awaits = [
    hasPosted(parts) && awaitsInvalidation(parts),
    hasDmaInFlight(parts) && awaitsIotlb(parts),
  ];
  return JSON.stringify([operations, awaits]);
}

/** What the choice of each list of an axis does to a system. Equal numbers do the same. */
export function formsOf(system: System, axis: Axis): number[] {
  const known = new Map<string, number>();
  return axis.lists.map((list) => {
    const form = formOf(withList(system, axis, list));
    const number = known.get(form) ?? known.size;
    known.set(form, number);
    return number;
  });
}
