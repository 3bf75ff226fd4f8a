/**
 * The forms that a field of a system can have. A field declares which values it takes, its default
 * and its meaning.
 */
import type { Source } from './citation.ts';
import { cite, citeIn } from './citation.ts';
import { LINUX } from './citations.ts';
import type { Line, Program, Told } from './program.ts';
import { ListFault, itemsOf, lineOf } from './program.ts';

/** One sentence for each named value. */
type Abouts<V extends string = string> = Readonly<Record<V, string>>;

/** The kinds of values: a choice, a set, a number, a yes or no, or a list of steps. */
export type Form =
  | { readonly form: 'flag' }
  | { readonly form: 'choice'; readonly values: readonly string[]; readonly abouts: Abouts }
  | { readonly form: 'count'; readonly least: number; readonly most: number }
  | { readonly form: 'set'; readonly members: readonly string[]; readonly abouts: Abouts }
  | { readonly form: 'program' }
  | { readonly form: 'callback' };

/** Any number of a kind of thing, one at least. A text spells it `many`. */
export const MANY = Infinity;

/** A field of a kernel, a driver, hardware or a scope. */
export interface Field<T = unknown> {
  readonly values: Form;
  readonly otherwise: T;
  /** One sentence that says what the field means. */
  readonly about: string;
  /** The kernel function or the section of a specification behind it. */
  readonly source: Source;
}

type About = Pick<Field, 'about' | 'source'>;
export const flag = (otherwise: boolean, told: About): Field<boolean> => ({
  values: { form: 'flag' },
  otherwise,
  ...told,
});
/** The first value is the default. */
export const choice = <const V extends string>(abouts: Abouts<V>, told: About): Field<V> => {
  const values = Object.keys(abouts) as V[];
  return { values: { form: 'choice', values, abouts }, otherwise: values[0], ...told };
};
export const count = (
  least: number,
  most: number,
  otherwise: number,
  told: About,
): Field<number> => ({
  values: { form: 'count', least, most },
  otherwise,
  ...told,
});
export const set = <const V extends string>(
  abouts: Abouts<V>,
  otherwise: readonly NoInfer<V>[],
  told: About,
): Field<readonly V[]> => ({
  values: { form: 'set', members: Object.keys(abouts), abouts },
  otherwise,
  ...told,
});

/**
 * Reads a list of steps that this project itself contains. A list that is not valid is a bug, and
 * throws.
 */
function listOf(text: string): Program {
  const items = itemsOf(text);
  if (items instanceof ListFault) throw new Error(`${text}: ${items.rule}`);
  return items.map((item): Line => {
    const line = lineOf(item);
    if (typeof line === 'string') throw new Error(`${text}: ${line}`);
    return line;
  });
}
export const program = (otherwise: string, about: string, source: Source): Field<Program> => ({
  values: { form: 'program' },
  otherwise: listOf(otherwise),
  about,
  source,
});

/** The values that a callback can return: whether the secondary MMU has seen a use. */
export const RETURNS_TOLD = {
  zero: {
    sentence: 'The callback returns 0: the secondary reports no use. This is the default.',
    source: citeIn('5.0')`${LINUX.mn_clear_flush_young}`,
  },
  one: {
    sentence: 'The callback returns 1: it always reports that the page was used.',
    source: 'a yardstick, not a driver',
  },
  harvested: {
    sentence: 'The callback returns whether it has found and cleared a young bit of its own.',
    source: cite`${LINUX.kvm_mmu_notifier_clear_flush_young}`,
  },
} as const satisfies Readonly<Record<string, Told>>;
export type Return = keyof typeof RETURNS_TOLD;
export const RETURNS = Object.keys(RETURNS_TOLD) as readonly Return[];

/** What a notifier callback of a driver does, in order, and what it returns. */
export interface Callback {
  readonly actions: Program;
  readonly returns: Return;
}
export const callback = (about: string, source: Source): Field<Callback> => ({
  values: { form: 'callback' },
  otherwise: { actions: [], returns: 'zero' },
  about,
  source,
});

/**
 * The most steps that a program may have, and the most actions of a callback. No kernel has more.
 */
export const MOST_STEPS = 12;
export const MOST_ACTIONS = 8;
