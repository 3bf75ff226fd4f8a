/** The reductions by which a smaller search stands for a larger one. */
/** The reductions by name, and what each does. `--no-reduction=NAME` switches one off. */
export const REDUCTIONS = {
  pages: 'one page stands for all, where no step acts on another page',
  cpus: 'one CPU, and one after another that remembers nothing, stand for all',
  devices: 'one or two devices, and some that remember nothing, stand for all',
  symmetry: 'states that differ only by an exchange of agents are searched once',
  ghosts: 'what no asked property can observe is not stored',
  slices: 'properties that read different ghosts are searched one after another',
} as const;
export type Reduction = keyof typeof REDUCTIONS;
export const REDUCTION_NAMES = Object.keys(REDUCTIONS) as Reduction[];
