/**
 * What the lists of a system do in its scope. Two systems that differ in a word of a list, and have
 * the same effects, do the same.
 */
import { OPERATIONS, operationsOf } from './events.ts';
import { youngOrAsked } from './guards.ts';
import { meets } from './needs.ts';
import type { Operation, Step } from './operation.ts';
import { awaitsInvalidation, hasPosted } from './play.ts';
import type { StepKind, StepVerb } from './steps.ts';
import { STEPS, STEP_VERBS } from './steps.ts';
import type { Parts } from './system.ts';

/** Whether an operation in scope takes one of these steps. */
export const takes = (parts: Parts, verbs: readonly string[]): boolean =>
  operationsOf(parts).steps.some((step) => step !== undefined && verbs.includes(step.verb));

/** Whether a step, which may be the end of a callback or of an operation, finds what it acts on. */
function acts(parts: Parts, { verb }: Step): boolean {
  if (verb === 'await-atc') return takes(parts, ['post-atc']);
  if (!(STEP_VERBS as readonly string[]).includes(verb)) return true;
  const { actsOn = [] }: StepKind = STEPS[verb as StepVerb];
  return meets(parts, actsOn);
}

/** Whether an operation meets young PTEs alone, or old ones alone. Otherwise it meets both. */
function youngOf(parts: Parts, { name, program, calls }: Operation): 'young' | 'old' | 'both' {
  if (parts.kernel[program][0]?.name !== 'pte') return 'old';
  const skipsOld = OPERATIONS.some(
    (kind) => kind.name === name && kind.guards?.includes(youngOrAsked) === true,
  );
  return skipsOld && !calls ? 'young' : 'both';
}

/** The steps of an operation without those that are never taken or that never do anything. */
function effectOf(parts: Parts, operation: Operation): unknown[] {
  const { steps } = operationsOf(parts);
  const young = youngOf(parts, operation);
  const effect: unknown[] = [young];
  let harvests = false;
  for (const step of steps.slice(operation.first, operation.last + 1)) {
    const { verb, covers } = step;
    const never = (step.ifYoung && young === 'old') || (step.ifHarvested && !harvests);
    if (!never && acts(parts, step)) {
      const ifYoung = step.ifYoung && young === 'both';
      const returns = step.returns === 'harvested' && !harvests ? 'zero' : step.returns;
      const nothing = verb === 'return' && returns === 'zero' && !harvests;
      if (!nothing) effect.push([verb, ifYoung, step.ifHarvested, covers, returns]);
      if (verb === 'harvest') harvests = true;
    }
    if (verb === 'return') harvests = false;
  }
  return effect;
}

/** All that the lists of a system do in its scope. */
export const effectsOf = (parts: Parts): string =>
  JSON.stringify([
    hasPosted(parts) && awaitsInvalidation(parts),
    ...[...operationsOf(parts).byName].map(([name, each]) => [name, effectOf(parts, each)]),
  ]);
