/**
 * The one interpreter of programs and callbacks: event by event for a kernel thread in `fine`, at
 * once in `atomic` and inside the events of others.
 */
import type { Machine } from './machine.ts';
import type { Operation, Step } from './operation.ts';
import { SHOWN } from './shown.ts';
import type { Page, Thread } from './state.ts';
import type { StepVerb } from './steps.ts';
import { STEPS } from './steps.ts';

/** A callback has returned: what it says may count, and what it harvested is forgotten. */
function returned(run: Thread, { returns }: Step): void {
  if (returns === 'one' || (returns === 'harvested' && run.harvested)) run.secondaryYoung = 1;
  run.harvested = 0;
}

/** Goes on to the next step that is taken and is an event, or to the last. */
function settle(m: Machine, run: Thread): void {
  for (;;) {
    const step = m.operations.steps[run.at];
    const taken = (!step.ifYoung || run.young) && (!step.ifHarvested || run.harvested);
    if (taken && step.verb !== 'return') {
      if (run.at > step.operation.youngUntil) run.young = 0;
      return;
    }
    if (taken) returned(run, step);
    run.at++;
  }
}

/** Stands before the first step of an operation that found the PTE young or old. */
export function begin(m: Machine, run: Thread, operation: Operation, page: Page, young: number) {
  run.page = page.index;
  run.at = operation.first;
  run.young = young;
  settle(m, run);
}

function perform(m: Machine, run: Thread, page: Page, atOnce: boolean): void {
  const { verb, covers, operation } = m.operations.steps[run.at];
  const step = STEPS[verb as StepVerb];
  if (verb === 'post-atc' && operation.ages) {
    m.sent++;
    if (!run.young && !run.harvested) {
      m.sentInVain++;
      m.shown |= SHOWN.spurious;
    }
  }
  for (const index of covers[page.index]) {
    const each = m.pages[index];
    m.did?.push({ step: verb, page: index, found: step.found(each), atOnce });
    step.act(m, each, run, atOnce);
  }
}

/** Takes the next step of an operation in flight. */
export function takeStep(m: Machine, run: Thread, page: Page, atOnce = false): void {
  perform(m, run, page, atOnce);
  run.at++;
  settle(m, run);
}

/** Takes every step up to the last at once. */
export function runToEnd(m: Machine, run: Thread, page: Page): void {
  const { last } = m.operations.steps[run.at].operation;
  while (run.at !== last) takeStep(m, run, page, true);
}

/** Runs the steps of a program at once, inside an event; what they return counts for nothing. */
export function runAtOnce(m: Machine, name: string, page: Page, young: number): void {
  const operation = m.operations.byName.get(name);
  if (operation === undefined) return;
  begin(m, m.atOnce, operation, page, young);
  runToEnd(m, m.atOnce, page);
  m.atOnce.clear();
}
