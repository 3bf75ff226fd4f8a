/** How a kernel operation runs: begin, the steps of its list, end. */
import type { Machine } from '../machine.ts';
import type { Operation } from '../operations.ts';
import type { Page, Thread } from '../state.ts';
import { perform } from './notifier.ts';

/** Leaves the thread at a step that is taken, or at the last one. */
function settle(m: Machine, thread: Thread): void {
  for (;;) {
    const step = m.operations.steps[thread.at];
    // Each run of a callback sees its own harvest alone.
    if (step.entersCallback || step.verb === step.operation.end) thread.harvested = 0;
    if (!step.ifHarvested || thread.harvested) return;
    thread.at++;
  }
}

/** Takes the page-table lock and stands before the first step. */
export function begin(
  m: Machine,
  thread: Thread,
  operation: Operation,
  page: Page,
  young: number,
): void {
  thread.page = page.index;
  thread.at = operation.first[young];
  settle(m, thread);
}

/** Skips to the last step: nothing is flushed. */
export function skipToEnd(m: Machine, thread: Thread): void {
  const { steps } = m.operations;
  while (steps[thread.at].verb !== steps[thread.at].operation.end) thread.at++;
}

/** In `atomic` the steps up to the last happen at once. */
export function runToEnd(m: Machine, thread: Thread, page: Page): void {
  for (;;) {
    const step = m.operations.steps[thread.at];
    if (step.verb === step.operation.end) return;
    perform(m, thread, step, page);
    thread.at++;
    settle(m, thread);
  }
}

/* The step of an operation in flight that comes next. */
export function takeStep(m: Machine, thread: Thread, page: Page): void {
  perform(m, thread, m.operations.steps[thread.at], page);
  thread.at++;
  settle(m, thread);
}
