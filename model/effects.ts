/**
 * What the lists of a system do in its scope. Two systems that differ in a word of a list, and have
 * the same effects, do the same.
 */
import { OPERATIONS, operationsOf } from './events.ts';
import { youngOrAsked } from './guards.ts';
import { meets } from './needs.ts';
import type { Operation, Step } from './operation.ts';
import { forkAwaitsDma, forkAwaitsWrites } from './play.ts';
import type { Line } from './program.ts';
import type { StepKind, StepVerb } from './steps.ts';
import { STEPS, STEP_VERBS } from './steps.ts';
import type { Parts } from './system.ts';

/** Whether an operation in scope takes a step, and the step covers a page. */
export const takes = (parts: Parts, verb: string): boolean => takenIn(parts).all.has(verb);

/** The same of an operation whose steps are events. What it takes is not done at once. */
export const takesInSteps = (parts: Parts, verb: string): boolean =>
  takenIn(parts).inSteps.has(verb);

interface TakenVerbs {
  readonly all: ReadonlySet<string>;
  readonly inSteps: ReadonlySet<string>;
}
/** The verbs that operations take. A system is plain data that nobody changes. */
const TAKEN = new WeakMap<Parts, TakenVerbs>();

function takenIn(parts: Parts): TakenVerbs {
  const known = TAKEN.get(parts);
  if (known !== undefined) return known;
  const [all, inSteps] = [new Set<string>(), new Set<string>()];
  for (const operation of operationsOf(parts).byName.values()) {
    for (const { step } of takenBy(parts, operation)) {
      if (!coversPage(step)) continue;
      all.add(step.verb);
      if (!isDoneAtOnce(parts, operation)) inSteps.add(step.verb);
    }
  }
  TAKEN.set(parts, { all, inSteps });
  return { all, inSteps };
}

/** Whether a step acts on a page at all: `all-but-last` of one page is nothing. */
const coversPage = ({ covers }: Step): boolean => covers.some((pages) => pages.length > 0);

/** Whether a step, which may be the end of a callback or of an operation, finds what it acts on. */
function acts(parts: Parts, step: Step): boolean {
  const { verb } = step;
  if (!(STEP_VERBS as readonly string[]).includes(verb)) return true;
  if (!coversPage(step)) return false;
  if (verb === 'await-atc') return takes(parts, 'post-atc');
  if (verb === 'await-iotlb') return takes(parts, 'post-iotlb');
  const { actsOn = [] }: StepKind = STEPS[verb as StepVerb];
  return meets(parts, actsOn);
}

/** Whether an operation meets young PTEs alone, or old ones alone. Otherwise it meets both. */
function youngOf(parts: Parts, { name, program, calls }: Operation): 'young' | 'old' | 'both' {
  if (!parts.kernel[program].some((line) => readsPte(line))) return 'old';
  const skipsOld = OPERATIONS.some(
    (kind) => kind.name === name && kind.guards?.includes(youngOrAsked) === true,
  );
  return skipsOld && !calls ? 'young' : 'both';
}

/** The steps that read the PTE: behind one of them an operation knows whether it was young. */
export const readsPte = ({ name }: Line): boolean => ['pte', 'set', 'take', 'read'].includes(name);

/** A step that an operation can take, and what is known when it is taken. */
interface Taken {
  readonly step: Step;
  readonly ifYoung: boolean;
  /** Whether this run of the callback may have harvested a young bit. */
  readonly harvests: boolean;
}

/** The steps of an operation without those that are never taken. */
function takenBy(parts: Parts, operation: Operation): Taken[] {
  const { steps } = operationsOf(parts);
  const young = youngOf(parts, operation);
  let harvests = false;
  return steps.slice(operation.first, operation.last + 1).flatMap((step) => {
    const never = (step.ifYoung && young === 'old') || (step.ifHarvested && !harvests);
    const taken = { step, ifYoung: step.ifYoung && young === 'both', harvests };
    if (step.verb === 'harvest' && !never && acts(parts, step)) harvests = true;
    if (step.verb === 'return') harvests = false;
    return never ? [] : [taken];
  });
}

/** The steps of an operation without those that are never taken or that never do anything. */
function effectOf(parts: Parts, operation: Operation): unknown[] {
  const atOnce = isDoneAtOnce(parts, operation);
  const effect = takenBy(parts, operation).flatMap(({ step, ifYoung, harvests }): Effect[] => {
    if (!acts(parts, step)) return [];
    const { verb, covers } = step;
    const { locked, early, pending, renewed, copied } = step;
    const standing = atOnce ? [] : [locked, early, pending, renewed, copied];
    const returns = step.returns === 'harvested' && !harvests ? 'zero' : step.returns;
    const nothing = verb === 'return' && returns === 'zero' && !harvests;
    return nothing ? [] : [[verb, ifYoung, step.ifHarvested, covers, returns, ...standing]];
  });
  const { setsFirst, takes } = operation;
  return [youngOf(parts, operation), setsFirst, takes, ...(atOnce ? inAnyOrder(effect) : effect)];
}

type Effect = readonly [verb: string, ...rest: unknown[]];

const isDoneAtOnce = ({ scope }: Parts, { thread }: Operation): boolean =>
  scope.granularity === 'atomic' || thread === undefined;

/** What drops translations is sorted, and what waits is left out. Done at once that is the same. */
function inAnyOrder(effects: readonly Effect[]): unknown[] {
  const kinds: Readonly<Record<string, StepKind | undefined>> = STEPS;
  const told: unknown[] = [];
  const drops: string[] = [];
  for (const effect of effects) {
    const { drops: cache, waits } = kinds[effect[0]] ?? {};
    if (waits !== undefined) continue;
    if (cache === undefined) told.push(drops.splice(0).toSorted(), effect);
    else drops.push(JSON.stringify(effect));
  }
  return told;
}

/** All that the lists of a system do in its scope. */
export const effectsOf = (parts: Parts): string =>
  JSON.stringify([
    parts.hardware.drainsPostedWrites && forkAwaitsWrites(parts),
    parts.hardware.drainsTranslated && forkAwaitsDma(parts),
    ...[...operationsOf(parts).byName].map(([name, each]) => [name, effectOf(parts, each)]),
  ]);

/** The events that are steps of operations, each with its condition. Done at once they are none. */
export const stepEvents = (parts: Parts): readonly string[] =>
  [...operationsOf(parts).byName.values()]
    .filter((operation) => !isDoneAtOnce(parts, operation))
    .flatMap((operation) => takenBy(parts, operation))
    .filter(({ step }) => step.verb !== 'return')
    .map(({ step, ifYoung }) => `${step.verb} ${ifYoung} ${step.ifHarvested}`);
