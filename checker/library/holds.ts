/** Checks in a test whether a property holds. If not, a message explains why. */
import type { Property } from '../../properties/index.ts';
import type { Result, Verdict, VerdictName } from '../search/check.ts';
import { check as checkAll, resultOf } from '../search/check.ts';
import { verdictText } from '../tell/verdict-text.ts';
import { traceText } from '../tell/trace-of.ts';
import type { Limits } from '../search/search.ts';
import { useMemory } from '../search/machine-memory.ts';
import { Search } from '../search/search.ts';
import { printSetup } from '../trace/setup.ts';
import { ANYTHING, LIMITS, checkOptions, spelledOut } from './options.ts';
import type { PartInput, SystemInput } from './system-input.ts';
import { inScope, propertiesFrom, systemFrom } from './system-input.ts';

// A test has the same default limit of memory as a command.
useMemory();

/** The scope in which a property must hold, and the limits of the search. */
export interface HoldOptions extends Limits {
  /** Replaces the system's own scope. */
  readonly scope?: PartInput<'scope'>;
}

/** The result of an exhaustive search for one property. */
export interface Holding {
  /** The worst verdict of all observers: violated, unfinished, vacuous, holds. */
  readonly verdict: VerdictName;
  /** The verdict in words. For a violation it has the property's sentence and the trace. */
  readonly message: string;
}

/**
 * Checks properties of a system exhaustively. By default it checks all that make sense in it. A
 * name may leave out the observer. It blocks until the search is complete or a limit is reached.
 */
export function check(
  system: SystemInput,
  properties?: readonly (Property | string)[],
  limits: Limits = {},
): Result {
  return spelledOut(() => {
    checkOptions(limits, LIMITS, 'limits');
    const whole = systemFrom(system);
    return checkAll(whole, propertiesFrom(properties, whole), limits);
  });
}

const WORST_FIRST: readonly VerdictName[] = ['violated', 'unfinished', 'vacuous', 'holds'];

/**
 * Checks one property. A text instead of options is a scope. It blocks until the search is complete
 * or a limit is reached. It ends earlier if some observer violates the property, as that decides
 * the verdict.
 */
export function holding(
  system: SystemInput,
  property: Property | string,
  options: HoldOptions | string = {},
): Holding {
  const { whole, search } = spelledOut(() => prepare(system, property, options));
  const violated = () => search.properties.some((p) => search.violation(p) !== undefined);
  // run(0) does the smallest piece of work that the search can do at once.
  for (let over = false; !over && !violated();) over = search.run(0);
  const result = resultOf(whole, search);
  const worst = WORST_FIRST.find((name) => result.verdicts.some((v) => v.verdict === name))!;
  const shown = result.verdicts.find(({ verdict }) => verdict === worst)!;
  return { verdict: worst, message: messageOf(result, shown) };
}

function prepare(system: SystemInput, property: unknown, options: HoldOptions | string) {
  const given = typeof options === 'string' ? { scope: options } : options;
  checkOptions(given, { scope: ANYTHING, ...LIMITS });
  const { scope, ...limits }: HoldOptions = given;
  const written = systemFrom(system);
  const whole = scope === undefined ? written : inScope(written, scope);
  const properties = propertiesFrom([property as Property | string], whole);
  return { whole, search: new Search(whole, properties, limits) };
}

function messageOf({ system, search }: Result, verdict: Verdict): string {
  const { property, run } = verdict;
  if (run !== undefined) {
    return `violated: ${property.sentence}\n\n${traceText(system, run, property).trimEnd()}`;
  }
  const { stopped, depth } = search;
  const limit = stopped === undefined ? '' : `\n${stopped} was reached`;
  return [
    `${property.name}: ${verdictText(verdict, depth)}${limit}`,
    `should hold: ${property.sentence}`,
    '',
    ...printSetup(system),
  ].join('\n');
}

/**
 * Throws unless the property holds in every state that can be reached. The error's message has the
 * property's sentence and the shortest trace that violates it. Otherwise it says that the search is
 * unfinished or vacuous.
 */
export function expectHolds(
  system: SystemInput,
  property: Property | string,
  options: HoldOptions | string = {},
): void {
  const { verdict, message } = holding(system, property, options);
  if (verdict !== 'holds') throw new Error(message);
}
