/** The kinds of agents of which a scope can have any number. */
import { MANY } from './field.ts';
import type { Parts } from './system.ts';

export type Kind = 'pages' | 'cpus' | 'devices';
export const KINDS_OF_AGENTS = ['pages', 'cpus', 'devices'] as const satisfies readonly Kind[];

/** The kinds of agents of which a scope has any number. */
export const manyOf = ({ scope }: Parts): Kind[] =>
  KINDS_OF_AGENTS.filter((kind) => scope[kind] === MANY);

/** Refuses a scope with any number of something: a state has a number of each. */
export function needNumbers(parts: Parts): void {
  const [kind] = manyOf(parts);
  if (kind !== undefined) throw new RangeError(`a state needs a number, not ${kind}=many`);
}
