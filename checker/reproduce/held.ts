/** Operations in `fine`: which can be made as one call, and which have to be held half-way. */
import type { Callback } from '../../model/field.ts';
import { stepsOf } from '../../model/steps.ts';
import type { Replay, ReplayStep } from '../trace/replay.ts';
import type { Snapshot } from '../trace/snapshot.ts';

/** The actions before which youngdev holds a callback. */
const HELD: readonly string[] = ['flush-iotlb', 'post-atc', 'await-atc'];

/**
 * A callback in the steps for which its words stand. Without a queue of the IOMMU, as youngdev has
 * none, `post-iotlb` is `flush-iotlb`, and nobody waits.
 */
export const inSteps = (callback: Callback): Callback => ({
  ...callback,
  actions: callback.actions.flatMap((action) =>
    stepsOf(action.name, false).map((name) => ({ ...action, name })),
  ),
});

/** What a copy does beside the actions of callbacks that can be held. */
const COPIES: readonly string[] = ['flush-tlb', 'zap', 'set'];

export const holdsOf = (verb: string): boolean => HELD.includes(verb);

/** The steps of an access from its first on, if nothing comes between them. */
export function mergedSteps(
  steps: readonly ReplayStep[],
  i: number,
  verbs: readonly string[],
): readonly ReplayStep[] | undefined {
  const found = steps.slice(i, i + 1 + verbs.length);
  const [{ event: first }] = found;
  const isOwn = verbs.every((verb, at) => {
    const event = found[at + 1]?.event;
    return event?.verb === verb && event.page === first.page && event.unit === first.unit;
  });
  return isOwn ? found : undefined;
}

/** The operations of a trace in `fine`. */
export class Held {
  /** Whether some operation has to be held. */
  isUsed = false;
  private readonly steps: readonly ReplayStep[];
  private readonly after: (step: ReplayStep) => Snapshot;

  constructor({ steps }: Replay, after: (step: ReplayStep) => Snapshot) {
    this.steps = steps;
    this.after = after;
  }

  private endOf(i: number, end: string): number {
    const { page } = this.steps[i].event;
    return this.steps.findIndex(
      ({ event }, at) => at > i && event.verb === end && event.page === page,
    );
  }

  /**
   * The steps of an operation, if it can be made as one call: nothing comes between but what the
   * devices do with its invalidations. They do all of it at once.
   */
  whole(i: number, end: string): readonly ReplayStep[] | undefined {
    const last = this.endOf(i, end);
    if (last < 0) return undefined;
    const found = this.steps.slice(i, last + 1);
    const { actor } = this.steps[i].event;
    const isStep = (verb: string) => holdsOf(verb) || (actor === 'user' && COPIES.includes(verb));
    const isAlone = found.slice(1, -1).every(({ event }) => {
      return event.actor === actor ? isStep(event.verb) : event.verb === 'handle-invalidation';
    });
    const { pages } = this.after(found.at(-1)!);
    const isPending = pages.some(({ link }) => link.some(({ invalidation }) => invalidation === 1));
    return isAlone && !isPending ? found : undefined;
  }

  /** Why an operation cannot be held; undefined if it can. */
  whyNot(i: number, end: string): string | undefined {
    const { page } = this.steps[i].event;
    const last = this.endOf(i, end);
    const found = this.steps.slice(i + 1, last < 0 ? undefined : last);
    const own = found.filter(({ event }) => event.actor === 'kswapd');
    const odd = own.find(({ event }) => !holdsOf(event.verb) || event.page !== page);
    if (odd !== undefined) {
      return `(${odd.number}) is not an action of a callback, and only before these it can be held`;
    }
    const isHeld = own.length > 0;
    return isHeld ? undefined : 'no action of a callback comes, before which it could be held';
  }
}
