/** The events of operations: the first one, each step that a kernel thread takes, and the end. */
import type { Event, OperationName } from '../../model/events.ts';
import { answersOf, kindOf } from '../../model/events.ts';
import type { Operation, Step, ThreadName } from '../../model/operation.ts';
import type { EventRule } from './accesses.ts';
import type { ExportedEvent } from './event.ts';
import { P, eventName, say, whole } from './event.ts';
import { locked } from './fault.ts';
import type { OperationRule } from './operations.ts';
import { OPERATION_RULES } from './operations.ts';
import { ruleOf } from './rule-of.ts';
import { beginSteps, placeOf, placesOf, runSteps, takeStep, waitsOf } from './program.ts';
import type { Expr } from './promela.ts';
import { exprText } from './print.ts';
import { NO, YES, and, constant, equal, not, set } from './promela.ts';
import type { Run, World } from './world.ts';
import { clear } from './world.ts';

/** What an operation notes while it is one event. */
function runOf(x: World, operation: Operation, observer: OperationRule['observer']): Run {
  const run = x.run(observer);
  const steps = x.machine.operations.steps.slice(operation.first, operation.last);
  const harvests = constant(x.page(NO).spte.young) === undefined;
  const returnsOne = steps.some(
    ({ verb, returns }) =>
      verb === 'return' && (returns === 'one' || (returns === 'harvested' && harvests)),
  );
  return {
    ...run,
    young: operation.youngUntil >= operation.first ? run.young : NO,
    secondaryYoung: returnsOne ? run.secondaryYoung : NO,
  };
}

const operationOf = (x: World, name: string): Operation => {
  const operation = x.machine.operations.byName.get(name);
  if (operation === undefined) throw new Error(`${name}: no such operation`);
  return operation;
};

const guardOf = (x: World, { guards }: OperationRule, thread: Expr): Expr =>
  and(
    thread,
    x.page(P).pte.present,
    not(locked(x, P)),
    ...(guards === undefined ? [] : guards(x, P)),
  );

/** An operation that is one event: in `atomic`, and of a user in `fine`, too. */
function wholeOperation(x: World, name: OperationName, example: Event): EventRule {
  const rule = ruleOf(OPERATION_RULES, name);
  const operation = operationOf(x, name);
  const run = runOf(x, operation, rule.observer);
  const answers = answersOf(example, x.parts.scope) !== undefined;
  const said = say(x, example, { p: P }, x.scratch.answer);
  return {
    guard: guardOf(x, rule, YES),
    body: [
      ...(answers ? [] : said),
      ...set(run.young, x.page(P).pte.young),
      ...rule.pte(x, P, run),
      ...runSteps(x, operation, P, run),
      ...rule.end(x, P, run),
      ...(answers ? said : []),
    ],
  };
}

/** The first event of an operation that a thread takes step by step. */
function firstEvent(x: World, name: OperationName, thread: ThreadName, example: Event): EventRule {
  const rule = ruleOf(OPERATION_RULES, name);
  const operation = operationOf(x, name);
  const run = x.thread(thread);
  const notes = operation.youngUntil >= operation.first ? set(run.young, x.page(P).pte.young) : [];
  return {
    guard: guardOf(x, rule, equal(run.at, NO)),
    body: [
      ...notes,
      ...say(x, example, { p: P }, run.young),
      ...rule.pte(x, P, run),
      ...set(run.page, P),
      ...beginSteps(x, operation, thread),
    ],
  };
}

/** The event that begins an operation, and in `atomic` ends it, too. */
export function beginEvent(x: World, name: OperationName, events: readonly Event[]): ExportedEvent {
  const [example] = events;
  const { actor, verb } = example;
  const { thread } = kindOf(example);
  const { guard, body } =
    thread !== undefined && x.machine.fine
      ? firstEvent(x, name, thread, example)
      : wholeOperation(x, name, example);
  const pages = x.each('pages');
  return {
    actor,
    verb,
    name: eventName(actor, verb),
    parameters: ['p'],
    guard,
    body: whole(body),
    instances: events.map(({ page }) => [pages[page]]),
    operation: operationOf(x, name),
  };
}

/** The event of a place in a thread's program: a step, or the end of the operation. */
function placeEvent(x: World, step: Step, thread: ThreadName): ExportedEvent {
  const { verb, operation } = step;
  const run = x.thread(thread);
  const place = placeOf(step);
  const pages = x.each('pages');
  const example = { actor: thread, verb, page: 0, unit: 0, index: 0 } as unknown as Event;
  const isEnd = step.at === operation.last;
  const body = isEnd
    ? [
        ...ruleOf(OPERATION_RULES, operation.name).end(x, P, run),
        ...say(x, example, { p: P }, x.scratch.answer),
        ...clear(run),
      ]
    : [...say(x, example, { p: P }), ...takeStep(x, step, P, thread)];
  return {
    actor: thread,
    verb,
    name: `${thread}_${exprText(place)}`,
    parameters: ['p'],
    guard: and(
      equal(run.at, place),
      pages.length === 1 ? YES : equal(run.page, P),
      isEnd ? YES : waitsOf(x, step, P),
    ),
    body: whole(body),
    instances: pages.map((page) => [page]),
    operation,
  };
}

/** The events of all places in an operation's program. */
export const placeEvents = (x: World, operation: Operation, thread: ThreadName): ExportedEvent[] =>
  placesOf(x, operation).map((step) => placeEvent(x, step, thread));
