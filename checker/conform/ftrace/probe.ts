/** An event that the comparison with the model reads, and how the capture script gets it. */

/** A function on which a kprobe is set. */
export interface Probe {
  /** The name as in available_filter_functions. One of an event's functions suffices. */
  readonly symbol: string;
  /** The arguments to fetch, in the syntax of kprobe_events. */
  readonly fetch: string;
  /** The first kernel with this function and these arguments. */
  readonly from?: string;
  /** The first kernel without them. */
  readonly to?: string;
}

/** needed: without it nothing of that kind is judged. useful: without it less is explained. */
export type Weight = 'needed' | 'useful';

export interface NeededEvent {
  readonly name: string;
  /** For a probe, the group in which the script sets it. For a static event, its system. */
  readonly group: string;
  readonly kind: 'entry' | 'return' | 'static';
  readonly probes: readonly Probe[];
  readonly weight: Weight;
  readonly gives: string;
  /** What cannot be judged without it. */
  readonly without: string;
  /** Another event that serves as well. A kernel has one or the other. */
  readonly or?: string;
  /** An entry without a return. It matters only as a call that surrounds other events. */
  readonly scope?: boolean;
  /**
   * It is needed only with KVM, an IOMMU driver and so on: a machine without these misses nothing.
   * Page faults are many, and recorded only if asked for.
   */
  readonly of?:
    | 'arm64'
    | 'kvm'
    | 'intel'
    | 'smmu'
    | 'amd'
    | 'sva'
    | 'mglru'
    | 'idle'
    | 'thp'
    | 'faults';
}

export const same = (symbol: string, fetch: string): readonly Probe[] => [{ symbol, fetch }];

type Told = Pick<NeededEvent, 'weight' | 'gives' | 'without'> &
  Partial<Pick<NeededEvent, 'or' | 'scope' | 'of'>>;

export const entry = (path: string, probes: readonly Probe[], told: Told): NeededEvent =>
  named(path, 'entry', probes, told);
export const returns = (path: string, probes: readonly Probe[], told: Told): NeededEvent =>
  named(path, 'return', probes, told);
export const fixed = (path: string, told: Told): NeededEvent => named(path, 'static', [], told);

function named(
  path: string,
  kind: NeededEvent['kind'],
  probes: readonly Probe[],
  told: Told,
): NeededEvent {
  const [group, name] = path.split('/');
  return { name, group, kind, probes, ...told };
}
