/** Says below the verdicts what was not asked, why, and which scope asks it. */
import type { OnlyInFine } from '../../model/only-in-fine.ts';
import { onlyInFine } from '../../model/only-in-fine.ts';
import type { Scope, System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { NotAsked } from '../../properties/not-asked.ts';
import { notAsked } from '../../properties/not-asked.ts';
import { writtenPart } from '../trace/setup.ts';
import { wrapWords } from '../trace/wrap.ts';

const WIDTH = 72;
const INDENT = '  ';

/** The words of `--scope` for another scope of a system. */
const scopeText = (system: System, scope: Scope): string =>
  writtenPart({ ...system, scope }, 'scope');

const listed = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), words.at(-1)!].filter((part) => part !== '').join(' and ');

/** The values by a key, in the order in which the keys come. */
function grouped<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values)
    groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups.values()];
}

const onlyInFineText = ({ what, list }: OnlyInFine): string =>
  list === undefined ? what : `${what} in ${list}`;

/** The words that need `fine`. What several lists say alike is told once. */
const inFineWords = (system: System): string[] =>
  grouped(onlyInFine(system), ({ what }) => what).map((group) => {
    const lists = group.flatMap(({ list }) => list ?? []);
    return lists.length === 0 ? group[0].what : `${group[0].what} in ${listed(lists)}`;
  });

/** A scope and what it asks. The scope stays on one line if it fits, so that it can be copied. */
function asks(system: System, scope: Scope, what: string): string[] {
  const option = `--scope '${scopeText(system, scope)}'`;
  const words = option.length > WIDTH - 2 * INDENT.length ? option.split(' ') : [option];
  return wrapped([...words, 'asks', ...what.split(' ')]);
}

/** Breaks a text into lines, of which all but the first are indented further. */
const wrapped = (words: readonly string[]): string[] =>
  wrapWords(words, WIDTH - 2 * INDENT.length).map((line, i) =>
    i === 0 ? `${INDENT}${line}` : `${INDENT}${INDENT}${line}`,
  );

/** What another scope asks, or another system. */
function elsewhere(system: System, properties: readonly NotAsked[]): string[] {
  const keyOf = ({ needs, scope }: NotAsked) =>
    scope === undefined ? needs.join() : scopeText(system, scope);
  return grouped(properties, keyOf).flatMap((group) => {
    const [{ needs, scope }] = group;
    const names = listed(group.map(({ property }) => property.name));
    if (scope !== undefined) return asks(system, scope, names);
    const verb = group.length === 1 ? 'it needs' : 'they need';
    return wrapped(`no scope asks ${names}: ${verb} ${listed(needs)}`.split(' '));
  });
}

/** What `atomic` does not ask. */
function inFine(system: System): string[] {
  if (system.scope.granularity === 'fine') return [];
  const what = listed(['how steps interleave', ...inFineWords(system)]);
  return asks(system, { ...system.scope, granularity: 'fine' }, what);
}

/** The scope in which operations are cut into steps, or else the last. */
const mostAsking = (scopes: readonly System[]): System | undefined =>
  scopes.find(({ scope }) => scope.granularity === 'fine') ?? scopes.at(-1);

/** Says below the verdicts what was not asked of a system, in any of these scopes. */
export function notAskedLines(scopes: readonly System[], asked: readonly Property[]): string[] {
  const system = mostAsking(scopes);
  if (system === undefined) return [];
  const properties = notAsked(system, asked);
  const isNamed = properties.some(({ needs }) => needs.length === 0);
  const steps = inFine(system);
  if (isNamed) return [`${HEAD} other properties than those that were named`, ...steps];
  const isElsewhere = ({ scope }: NotAsked) => scope !== undefined;
  const lines = [
    ...elsewhere(system, properties.filter(isElsewhere)),
    ...steps,
    ...elsewhere(
      system,
      properties.filter((each) => !isElsewhere(each)),
    ),
  ];
  return lines.length === 0 ? [] : [HEAD, ...lines];
}
const HEAD = 'not asked here:';

/** The same as parts of a JSON document. */
export const notAskedJson = (system: System, asked: readonly Property[]) => ({
  notAsked: notAsked(system, asked).map(({ property, needs, scope }) => ({
    name: property.name,
    needs,
    scope: scope === undefined ? null : scopeText(system, scope),
  })),
  onlyInFine: onlyInFine(system).map(onlyInFineText),
});
