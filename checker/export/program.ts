/**
 * What the lists of kernel and driver become, from the operations that model/compile.ts has laid
 * out. Where an operation is one event, its steps stand in one piece. Where a kernel thread takes
 * them one by one, each is an event, and a program counter says which comes next.
 */
import type { Operation, Step, ThreadName } from '../../model/operation.ts';
import type { StepVerb } from '../../model/steps.ts';
import type { Expr, Statement } from './promela.ts';
import { NO, YES, and, constant, equal, not, number, or, set, when } from './promela.ts';
import { ruleOf } from './rule-of.ts';
import { STEP_RULES } from './steps.ts';
import type { Run, World } from './world.ts';

type Body = readonly Statement[];

/** What is known about a run when a step is taken. */
interface Known {
  /** Whether the PTE was young. */
  readonly young: Expr;
  /** Whether this run of the callback has harvested. */
  readonly harvested: Expr;
}

const stepsOf = (x: World, { first, last }: Operation): Step[] =>
  x.machine.operations.steps.slice(first, last);

/** Whether a step may find a young bit of the secondary's own. */
const mayHarvest = (x: World, { verb }: Step): boolean =>
  verb === 'harvest' && constant(x.page(NO).spte.young) === undefined;

/** What is known when a step comes next, if nothing is known about the operation. */
function knownAt(x: World, step: Step, run: Run): Known {
  const { steps } = x.machine.operations;
  let harvested = false;
  for (let at = step.operation.first; at < step.at; at++) {
    harvested = steps[at].verb !== 'return' && (harvested || mayHarvest(x, steps[at]));
  }
  return {
    young: step.ifYoung ? YES : run.young,
    harvested: step.ifHarvested ? YES : harvested ? run.harvested : NO,
  };
}

/** Does something on each page that a step covers, which may depend on the operation's page. */
function onCovered(x: World, { covers }: Step, p: Expr, act: (page: Expr) => Body): Body {
  if (covers.every((pages, page) => pages.length === 1 && pages[0] === page)) return act(p);
  const pages = x.each('pages');
  const on = (page: number) => covers[page].flatMap((covered) => act(pages[covered]));
  const same = covers.every((covered) => covered.join() === covers[0].join());
  if (same) return on(0);
  return pages.reduceRight<Body>(
    (otherwise, page, i) => when(equal(p, page), on(i), otherwise),
    [],
  );
}

/** What must hold before a step is taken as an event, on all pages that it covers. */
export function waitsOf(x: World, step: Step, p: Expr): Expr {
  const { waits } = ruleOf(STEP_RULES, step.verb);
  if (waits === undefined) return YES;
  const { covers } = step;
  if (covers.every((pages, page) => pages.length === 1 && pages[0] === page)) return waits(x, p);
  const pages = x.each('pages');
  return or(
    ...pages.map((page, i) =>
      and(equal(p, page), ...covers[i].map((covered) => waits(x, pages[covered]))),
    ),
  );
}

/** Takes one step. An aging operation that sends an ATC invalidation must have found young. */
function perform(x: World, step: Step, p: Expr, run: Run, known: Known, atOnce: boolean): Body {
  const verb = step.verb as StepVerb;
  const posts = verb === 'post-atc' && step.operation.ages;
  const inVain = not(or(known.young, known.harvested));
  return [
    ...(posts ? x.violates('no-spurious-invalidation', inVain) : []),
    ...onCovered(x, step, p, (page) => ruleOf(STEP_RULES, verb).act(x, page, run, atOnce)),
  ];
}

/** A callback has returned, and its value counts if the operation heeds it. */
function returned({ returns }: Step, run: Run, harvested: Expr): Body {
  const value = returns === 'one' ? YES : returns === 'harvested' ? harvested : NO;
  return [
    ...when(value, set(run.secondaryYoung, YES)),
    ...(harvested === NO ? [] : set(run.harvested, NO)),
  ];
}

/** The steps of an operation up to its end, in one piece. */
function allSteps(x: World, operation: Operation, p: Expr, run: Run): Body {
  const body: Statement[] = [];
  const steps = stepsOf(x, operation);
  for (let i = 0; i < steps.length;) {
    const { ifYoung } = steps[i];
    const end = steps.findIndex((step, at) => at > i && step.ifYoung !== ifYoung);
    const alike = steps.slice(i, end < 0 ? undefined : end);
    body.push(
      ...when(
        ifYoung ? run.young : YES,
        alike.flatMap((step) => oneOf(x, step, p, run)),
      ),
    );
    i += alike.length;
  }
  return body;
}

function oneOf(x: World, step: Step, p: Expr, run: Run): Body {
  const { harvested } = knownAt(x, { ...step, ifHarvested: false }, run);
  if (step.verb === 'return') return returned(step, run, harvested);
  const known = knownAt(x, step, run);
  return when(step.ifHarvested ? harvested : YES, perform(x, step, p, run, known, true));
}

/** Runs the steps of an operation at once. */
export const runSteps = (x: World, operation: Operation, p: Expr, run: Run): Body =>
  x.inline(`${word(operation.name)}_steps`, { p }, ({ p }) => allSteps(x, operation, p, run));

/** Runs a program at once, inside an event. Nobody heeds what its callbacks return. */
export function runAtOnce(x: World, name: string, p: Expr, young: Expr): Body {
  const operation = x.machine.operations.byName.get(name);
  if (operation === undefined) return [];
  const asksYoung = young !== NO && operation.youngUntil >= operation.first;
  const run = { ...x.run(undefined), young: asksYoung ? x.scratch.young : NO };
  return [...set(run.young, young), ...runSteps(x, operation, p, run)];
}

/** A name of this project as a word of C. */
export const word = (name: string): string => name.replaceAll('-', '_');

/** The steps that are events: all but the ends of callbacks. The last is the operation's end. */
export const placesOf = (x: World, { first, last }: Operation): Step[] =>
  x.machine.operations.steps.slice(first, last + 1).filter(({ verb }) => verb !== 'return');

/** The place of a step in the program of its thread, by a name. */
export function placeOf(step: Step): Expr {
  const { operation, verb, at } = step;
  const name = word(operation.name);
  const end = at === operation.last;
  return number(at, end ? `${name}_${verb}` : `${name}_${at - operation.first + 1}_${word(verb)}`);
}

/** Moves on from one place to the first step that is taken, which is `at` or behind it. */
function settle(x: World, from: number, at: number, thread: ThreadName, known: Known): Body {
  const step = x.machine.operations.steps[at];
  const run = x.thread(thread);
  const { operation, ifYoung, ifHarvested, verb } = step;
  if (verb === 'return') {
    const does = returned(step, run, known.harvested);
    const rest = settle(x, from, at + 1, thread, { ...known, harvested: NO });
    return [...when(ifYoung ? known.young : YES, does), ...rest];
  }
  const mattered = from <= operation.youngUntil && operation.youngUntil >= operation.first;
  const forget = mattered && at > operation.youngUntil ? set(run.young, NO) : [];
  const stand = [...set(run.at, placeOf(step)), ...forget];
  const taken = and(ifYoung ? known.young : YES, ifHarvested ? known.harvested : YES);
  if (taken === YES) return stand;
  // Where the condition is one alone, the steps that follow know that it does not hold.
  const unless: Known = {
    young: ifYoung && (!ifHarvested || known.harvested === YES) ? NO : known.young,
    harvested: ifHarvested && (!ifYoung || known.young === YES) ? NO : known.harvested,
  };
  return when(taken, stand, settle(x, from, at + 1, thread, unless));
}

/** A thread begins an operation that has noted what the PTE was. */
export function beginSteps(x: World, operation: Operation, thread: ThreadName): Body {
  const known = { young: x.thread(thread).young, harvested: NO };
  return settle(x, operation.first - 1, operation.first, thread, known);
}

/** A thread takes the step at its program counter, and stands before the next. */
export function takeStep(x: World, step: Step, p: Expr, thread: ThreadName): Body {
  const run = x.thread(thread);
  const known = knownAt(x, step, run);
  return [
    ...perform(x, step, p, run, known, false),
    ...settle(x, step.at, step.at + 1, thread, knownAt(x, { ...step, at: step.at + 1 }, run)),
  ];
}
