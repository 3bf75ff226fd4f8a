/**
 * Which of two lists is weaker: it leaves steps out, takes them only under a condition, or reports
 * a use less often. docs/synthesize.md argues what that proves of a property.
 */
import type { Callback, Return } from '../../model/field.ts';
import type { Line, Program } from '../../model/program.ts';
import { CALLS, STEPS } from '../../model/steps.ts';
import type { Driver } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { awaitedBy, inSteps, withWords } from './lists.ts';

/** What a field of a driver or a kernel does: the value of a callback, or a program. */
export type List = Callback | Program;

/** The steps of lists that were asked for. Each list is compared with all others. */
const STEPS_OF = new WeakMap<List, Program>();

export function stepsIn(list: List): Program {
  const steps = STEPS_OF.get(list) ?? inSteps('actions' in list ? list.actions : list);
  STEPS_OF.set(list, steps);
  return steps;
}
const returnIn = (list: List): Return => ('actions' in list ? list.returns : 'zero');

/** A callback that reports a use more often stands later. */
const REPORTS: readonly Return[] = ['zero', 'harvested', 'one'];

const sameStep = (a: Line, b: Line): boolean => a.name === b.name && a.range === b.range;

/**
 * The steps that a list has beyond a weaker one, with those that the weaker one takes only under a
 * condition. Undefined if the first list is not weaker.
 */
function beyond(weaker: List, stronger: List): Line[] | undefined {
  if (REPORTS.indexOf(returnIn(weaker)) > REPORTS.indexOf(returnIn(stronger))) return undefined;
  const more: Line[] = [];
  const left = [...stepsIn(weaker)];
  for (const step of stepsIn(stronger)) {
    const [next] = left;
    const fits = next !== undefined && sameStep(next, step);
    if (fits && (next.when === step.when || step.when === 'always')) {
      if (next.when !== step.when) more.push(step);
      left.shift();
    } else more.push(step);
  }
  return left.length > 0 ? undefined : more;
}

/** Whether a step does no more than drop translations, or wait until that has happened. */
function isFlush({ name }: Line, driver: Driver): boolean {
  const call = CALLS[name];
  if (call !== undefined) {
    return inSteps(driver[call.callback].actions).every((step) => isFlush(step, driver));
  }
  const step = STEPS[name as keyof typeof STEPS];
  if (step === undefined) return false;
  return 'waits' in step || ('drops' in step && step.drops !== 'spte');
}

/**
 * Whether a list does all that another one does, and beyond that flushes, waits or reports more.
 */
export const onlyFlushesMore = (list: List, than: List, driver: Driver): boolean =>
  beyond(than, list)?.every((step) => isFlush(step, driver)) ?? false;

/**
 * The same of a secondary with young bits of its own, where nothing that is asked depends on young
 * bits. A zap is then one more drop, and a harvest does nothing. A step that the weaker list takes
 * on a condition must be taken always, as the two can meet other young bits.
 */
export function onlyDropsMore(list: List, than: List): boolean {
  const left = stepsIn(than).filter(({ name }) => name !== 'harvest');
  for (const step of stepsIn(list)) {
    if (left.length > 0 && step.when === 'always' && sameStep(left[0], step)) left.shift();
  }
  return left.length === 0;
}

/**
 * Whether a policy that flushes, waits or reports more violates a property only if the other one
 * does. A page that was not used must not be reported, and a flush must not be for nothing.
 */
export const sparesFlushes = ({ name, family }: Property): boolean =>
  family !== 'cost' && name !== 'no-false-reference';

/** The conditions under which a weaker list may take a step. */
const CONDITIONS: readonly Line['when'][] = ['harvested', 'young'];

/**
 * The lists that are weaker in one place: a step is dropped or gets a condition, or a use is
 * reported less often. With a message goes the wait for its answer.
 */
export function weakenings(list: List): List[] {
  const steps = stepsIn(list);
  const again = (program: Program): List =>
    'actions' in list ? { ...list, actions: withWords(program) } : program;
  const dropped = steps.flatMap(({ name }, at) =>
    name === 'pte' ? [] : [steps.filter((each, i) => i !== at && awaitedBy(each.name) !== name)],
  );
  const conditional = steps.flatMap((step, at) =>
    step.when === 'always' ? CONDITIONS.map((when) => steps.with(at, { ...step, when })) : [],
  );
  const returns = REPORTS.slice(0, REPORTS.indexOf(returnIn(list)));
  return [
    ...[...dropped, ...conditional].map(again),
    ...('actions' in list ? returns.map((less) => ({ ...list, returns: less })) : []),
  ];
}
