/**
 * The forms that a field of a system can have: how its values are written, what it is if nothing is
 * said, and what it means.
 */
import type { Line, Program, Told } from './program.ts';
import { ListFault, itemsOf, lineOf } from './program.ts';

/** One sentence for each value that has a name. */
type Abouts<V extends string = string> = Readonly<Record<V, string>>;

/** How the values of a field are written. */
export type Form =
  | { readonly form: 'flag' }
  | { readonly form: 'choice'; readonly values: readonly string[]; readonly abouts: Abouts }
  | { readonly form: 'count'; readonly least: number; readonly most: number }
  | { readonly form: 'set'; readonly members: readonly string[]; readonly abouts: Abouts }
  | { readonly form: 'program' }
  | { readonly form: 'callback' };

/** A field of a part: its values, what it is if nothing is said, and what it means. */
export interface Field<T = unknown> {
  readonly values: Form;
  readonly otherwise: T;
  /** One sentence: what it means. */
  readonly about: string;
  /** The function of the kernel, or the section of a specification, behind it. */
  readonly source: string;
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

/** A list of steps that is written here, in the project, and so is known to be one. */
function listOf(text: string): Program {
  const items = itemsOf(text);
  if (items instanceof ListFault) throw new Error(`${text}: ${items.rule}`);
  return items.map((item): Line => {
    const line = lineOf(item);
    if (typeof line === 'string') throw new Error(`${text}: ${line}`);
    return line;
  });
}
export const program = (otherwise: string, about: string, source: string): Field<Program> => ({
  values: { form: 'program' },
  otherwise: listOf(otherwise),
  about,
  source,
});

/** What a callback answers: whether the secondary has seen a use. */
export const RETURNS_TOLD = {
  zero: {
    sentence: 'The callback says that the secondary knows of no use: the default.',
    source: 'Linux 5.0 drivers/iommu/amd_iommu_v2.c mn_clear_flush_young()',
  },
  one: {
    sentence: 'The callback always says that the page was used.',
    source: 'a yardstick, not a driver',
  },
  harvested: {
    sentence: 'The callback says whether it has found and cleared a young bit of its own.',
    source: 'virt/kvm/kvm_main.c kvm_mmu_notifier_clear_flush_young()',
  },
} as const satisfies Readonly<Record<string, Told>>;
export type Return = keyof typeof RETURNS_TOLD;
export const RETURNS = Object.keys(RETURNS_TOLD) as readonly Return[];

/** What a notifier callback of a driver does, in order, and what it returns. */
export interface Callback {
  readonly actions: Program;
  readonly returns: Return;
}
export const callback = (about: string, source: string): Field<Callback> => ({
  values: { form: 'callback' },
  otherwise: { actions: [], returns: 'zero' },
  about,
  source,
});

/** A program has at most so many steps, a callback so many actions: more than any kernel has. */
export const MOST_STEPS = 12;
export const MOST_ACTIONS = 8;
