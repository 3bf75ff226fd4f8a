/**
 * What `check` asks if no scope is given: every number of pages, CPUs and devices, with operations
 * that are atomic, and with operations cut into steps.
 */
import { misfitOf } from '../../model/misfit.ts';
import type { Scope, System } from '../../model/system.ts';
import { GRANULARITIES, OBSERVERS } from '../../model/system.ts';
import type { Result, Verdict } from '../search/check.ts';
import { noMissedCpuReference } from '../../properties/no-missed-cpu-reference.ts';
import { traceText } from '../tell/trace-of.ts';
import {
  count,
  extentText,
  machineNote,
  idleNotes,
  reductionText,
  verdictLines,
} from '../tell/verdict-text.ts';
import { notAskedLines } from '../tell/not-asked-text.ts';
import type { WrittenParts } from '../trace/setup.ts';
import { parsePart, printSetup, systemOf } from '../trace/setup.ts';
import { resultJson } from './result.ts';

/**
 * The system that was written, to be asked in scopes that are chosen later. Without a scope its
 * operations are cut into steps, which every kernel has.
 */
export const boundless = (written: WrittenParts): System =>
  systemOf(
    written.scope === undefined
      ? { ...written, scope: parsePart('scope', 'granularity=fine') }
      : written,
  );

/** Devices in the place of `many`, for systems that have no argument for any number of them. */
export const FEW_DEVICES = 2;

/** The system in the scope `any`, atomic first. A scope in which it is refused is left out. */
export function defaultScopes(system: System): System[] {
  const { value } = parsePart('scope', 'any');
  const names = { ...system.names, scope: 'any' };
  return GRANULARITIES.flatMap((granularity) => {
    const scope: Scope = { ...(value as Scope), granularity };
    return [scope, { ...scope, devices: FEW_DEVICES }]
      .map((one) => ({ ...system, scope: one, names }))
      .filter((one) => misfitOf(one) === undefined)
      .slice(0, 1);
  });
}

/** Says which of the default scopes are left out or made smaller, and why. */
export function smallerLines(system: System): string[] {
  const { value } = parsePart('scope', 'any');
  return GRANULARITIES.flatMap((granularity) => {
    const refused = misfitOf({ ...system, scope: { ...(value as Scope), granularity } });
    if (refused === undefined) return [];
    const isAsked = defaultScopes(system).some(({ scope }) => scope.granularity === granularity);
    const instead = isAsked ? `devices=${FEW_DEVICES} stands for many` : 'it is left out';
    return [`${granularity}: ${instead}, as ${refused.reason}`];
  });
}

/** A result, and those of its verdicts that count for the exit status. */
export interface Asked {
  readonly result: Result;
  readonly counted: readonly Verdict[];
  /** What the kernel accepts, whatever the driver does. */
  readonly accepted: readonly Verdict[];
}

/** The names of the properties that are about the kernel alone. */
export const OF_THE_KERNEL: readonly string[] = OBSERVERS.map(
  (observer) => noMissedCpuReference(observer).name,
);

/** Sets apart what the kernel accepts, unless the properties were named. */
export function splitAccepted(result: Result, named: boolean): Asked {
  const { verdicts } = result;
  const isApart = ({ property }: Verdict) => !named && OF_THE_KERNEL.includes(property.name);
  return {
    result,
    counted: verdicts.filter((verdict) => !isApart(verdict)),
    accepted: verdicts.filter(isApart),
  };
}

/** What was not asked in any scope, after the verdicts of the last one. */
function notAskedIn(asked: readonly Asked[]): string[] {
  const verdicts = asked.flatMap(({ result }) => result.verdicts);
  const scopes = asked.map(({ result }) => result.system);
  return [
    '',
    ...notAskedLines(
      scopes,
      verdicts.map(({ property }) => property),
    ),
  ];
}

/** Whether no scope is asked after this one. */
export const isLast = ({ system, search }: Result): boolean =>
  system.scope.granularity === GRANULARITIES.at(-1) || search.stopped === 'interrupted';

/** Prints the last result. The system itself is printed with the first one. */
export function defaultsText(asked: readonly Asked[]): string {
  const { result, counted, accepted } = asked.at(-1)!;
  const { system, search } = result;
  const isFirst = asked.length === 1;
  const notes = [...idleNotes(...defaultScopes(system)), ...smallerLines(system)];
  const head = isFirst ? [...printSetup(system), ...notes, ''] : [''];
  const kernel =
    accepted.length === 0 ? [] : ['', ACCEPTED, ...verdictLines(accepted, search.depth)];
  const machine = isFirst ? machineNote(system) : [];
  const unasked = isLast(result) ? notAskedIn(asked) : [];
  return [
    ...head,
    `${GRANULARITY_WORDS[system.scope.granularity]}`,
    extentText(search),
    ...reductionText(result),
    ...verdictLines(counted, search.depth),
    ...kernel,
    ...unasked,
    ...machine,
  ].join('\n');
}

const GRANULARITY_WORDS = {
  atomic: 'atomic: each operation and each access is one event',
  fine: 'fine: operations and translations are cut into steps, which interleave',
} as const;

const ACCEPTED = 'What this kernel accepts, whatever the driver does (not in the exit status):';

/** The shortest traces: in `atomic`, or in `fine` of what `atomic` does not show. */
export function defaultTraces(asked: readonly Asked[]): string {
  const told = new Set<string>();
  const traces = asked.flatMap(({ result }) =>
    result.verdicts.flatMap(({ property, run, where }) => {
      if (run === undefined || told.has(property.name)) return [];
      told.add(property.name);
      return [traceText(where ?? result.system, run, property).trimEnd()];
    }),
  );
  if (traces.length === 0) return '';
  const found = count(traces.length, 'trace');
  const head = `The shortest trace of each, in atomic where it is violated there: ${found}`;
  return ['', head, '', traces.join('\n\n')].join('\n');
}

/** The document of `youngcheck check --json` without a scope: one result for each scope. */
export const defaultsJson = (asked: readonly Asked[]) => ({
  scopes: asked.map(({ result, accepted }) => ({
    ...resultJson(result),
    accepted: accepted.map(({ property }) => property.name),
  })),
});
