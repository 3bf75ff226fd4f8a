/**
 * The interpreter of programs and callbacks. In `fine` a kernel thread takes one step per event. In
 * `atomic`, and inside the events of others, all steps are taken at once.
 */
import type { Machine } from './machine.ts';
import type { Operation, Step } from './operation.ts';
import { SHOWN } from './shown.ts';
import type { Page, Thread } from './state.ts';
import type { StepKind } from './steps.ts';
import { STEPS, STEP_VERBS } from './steps.ts';

/** The steps by their place in STEP_VERBS: a look-up by number is faster than one by name. */
const KINDS: readonly StepKind[] = STEP_VERBS.map((verb) => STEPS[verb]);

/**
 * A callback has returned. Its value is noted if the operation heeds it; `harvested` is cleared.
 */
function returned(m: Machine, run: Thread, { returns, operation, at }: Step): void {
  const value = returns === 'one' || (returns === 'harvested' && run.harvested) ? 1 : 0;
  m.did?.push({
    what: 'return',
    at,
    operation: operation.name,
    page: run.page,
    value,
    says: returns,
  });
  if (value) run.secondaryYoung = 1;
  run.harvested = 0;
}

/** Moves on to the next step that is an event and whose condition holds, or to the last step. */
function settle(m: Machine, run: Thread): void {
  for (;;) {
    const step = m.operations.steps[run.at];
    const taken = (!step.ifYoung || run.young) && (!step.ifHarvested || run.harvested);
    if (taken && step.verb !== 'return') {
      if (run.at > step.operation.youngUntil) run.young = 0;
      return;
    }
    if (taken) returned(m, run, step);
    run.at++;
  }
}

/** Begins an operation that has found the PTE young or old, and stands before its first step. */
export function begin(m: Machine, run: Thread, operation: Operation, page: Page, young: number) {
  run.page = page.index;
  run.at = operation.first;
  run.young = young;
  settle(m, run);
}

function perform(m: Machine, run: Thread, page: Page, atOnce: boolean): void {
  const { verb, kind, covers, operation } = m.operations.steps[run.at];
  const step = KINDS[kind];
  const posts = verb === 'post-atc' && operation.ages;
  const spurious = posts && !run.young && !run.harvested;
  if (posts) m.sent++;
  if (spurious) {
    m.sentInVain++;
    m.shown |= SHOWN.spurious;
  }
  m.did?.push({
    what: 'step',
    step: verb,
    at: run.at,
    operation: operation.name,
    page: page.index,
    covers: covers[page.index],
    found: covers[page.index].filter((index) => step.found(m.pages[index])),
    atOnce,
    spurious,
  });
  for (const index of covers[page.index]) step.act(m, m.pages[index], run, atOnce);
}

/** Takes the next step of an operation that is under way. */
export function takeStep(m: Machine, run: Thread, page: Page, atOnce = false): void {
  perform(m, run, page, atOnce);
  run.at++;
  settle(m, run);
}

/** Takes all steps up to the last at once. */
export function runToEnd(m: Machine, run: Thread, page: Page): void {
  const { last } = m.operations.steps[run.at].operation;
  while (run.at !== last) takeStep(m, run, page, true);
}

/** Runs the steps of a program at once, inside an event. Nobody heeds what its callbacks return. */
export function runAtOnce(m: Machine, name: string, page: Page, young: number): void {
  const operation = m.operations.byName.get(name);
  if (operation === undefined) return;
  begin(m, m.atOnce, operation, page, young);
  runToEnd(m, m.atOnce, page);
  m.atOnce.clear();
}
