/** Groups the events of a system by the bits of a state that they read and write. */
import type { EventKind } from './event.ts';
import type { Event, LinedUp } from './events.ts';
import type { Layout } from './layout.ts';
import { FAULT_OPERATIONS } from './mechanics/fault.ts';
import type { Operations } from './operation.ts';
import { THREADS } from './operation.ts';
import { pagePart } from './state.ts';
import type { Scope } from './system.ts';

/**
 * A run of neighbouring events in `events`. They all concern one page. They belong to one kernel
 * thread, or to none. What they do depends only on the bits in `masks` and on who holds the
 * page-table lock, and they change only those bits.
 */
export interface Group {
  readonly first: number;
  readonly end: number;
  readonly page: number;
  /**
   * The thread whose events these are, as its place in THREADS; NO_THREAD if they are of no kernel
   * thread.
   */
  readonly thread: number;
  /** False if the events act on other pages, too. They then read and write all pages. */
  readonly local: boolean;
  /** The bits of each word that belong to the page and the thread. */
  readonly masks: readonly number[];
}
export const NO_THREAD = -1;

/**
 * The parts of a state that the events of a page, and of a thread if one is given, read and write.
 */
export const partsOf = (page: number, thread: number): ReadonlySet<string> =>
  new Set([pagePart(page), ...(thread === NO_THREAD ? [] : [THREADS[thread]])]);

/**
 * Whether an event acts on pages other than its own: as a step, or by an operation that runs inside
 * it. In `fine` an operation of a thread only begins in its first event. The operations of the
 * fault handler run inside the events of CPUs and devices.
 */
function reachesFar(
  { actor, verb }: Event,
  { step, begins }: EventKind,
  { byName, steps }: Operations,
  { granularity }: Scope,
): boolean {
  const far = (name: string) => byName.get(name)?.reachesFar === true;
  const ofThread = THREADS.some((name) => name === actor);
  if (step === true) {
    return steps
      .slice(1)
      .some(
        ({ operation, verb: own, covers }) =>
          operation.thread === actor && own === verb && covers.some(({ length }) => length > 1),
      );
  }
  if (begins !== undefined) return far(begins) && !(ofThread && granularity === 'fine');
  return !ofThread && FAULT_OPERATIONS.some(({ name }) => far(name));
}

/** All events in order, grouped by what they read and write. */
export function groupsOf(
  line: readonly LinedUp[],
  operations: Operations,
  layout: Layout,
  scope: Scope,
): Group[] {
  const groups: Group[] = [];
  for (const { event, kind } of line) {
    const { actor, page, index } = event;
    const thread = THREADS.findIndex((name) => name === actor);
    const local = !reachesFar(event, kind, operations, scope);
    const last = groups.at(-1);
    if (last?.page === page && last.thread === thread && last.local === local) {
      groups[groups.length - 1] = { ...last, end: index + 1 };
      continue;
    }
    const alike = groups.find((group) => group.page === page && group.thread === thread);
    const masks = alike?.masks ?? layout.masks(partsOf(page, thread));
    groups.push({ first: index, end: index + 1, page, thread, local, masks });
  }
  return groups;
}
