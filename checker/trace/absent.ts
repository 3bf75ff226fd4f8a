/** Why an event of the trace format does not exist in a system: what each needs of it. */
import type { Actor, Event } from '../../model/events.ts';
import type { StepVerb, ThreadName } from '../../model/operations.ts';
import { operationsOf } from '../../model/operations.ts';
import type { Observer, OptionalEvent, Parts } from '../../model/system.ts';
import { hasAtc, hasIotlb, hasPageout, hasUnmaps } from '../../model/system.ts';

/** What is lacking, and what would help; undefined if nothing is. */
type Need = (parts: Parts) => Lack | undefined;
export interface Lack {
  readonly reason: string;
  readonly hint?: string;
}

const lackUnless = (met: boolean, reason: string, hint?: string): Lack | undefined =>
  met ? undefined : { reason, ...(hint === undefined ? {} : { hint }) };

const fine =
  (instead: string): Need =>
  ({ scope }) =>
    lackUnless(scope.granularity === 'fine', `with granularity=atomic ${instead}`);

const atomic =
  (instead: string): Need =>
  ({ scope }) =>
    lackUnless(scope.granularity === 'atomic', `with granularity=fine ${instead}`);

/** One of these is in scope. */
const event =
  (...names: readonly OptionalEvent[]): Need =>
  ({ scope }) =>
    lackUnless(
      names.some((name) => scope.events.includes(name)),
      `the scope's events lack '${names[0]}'`,
      `scope ... events=${[...scope.events, names[0]].join(',')}`,
    );

const observer =
  (name: Observer): Need =>
  ({ scope }) =>
    lackUnless(
      scope.observers.includes(name),
      `the scope's observers lack '${name}'`,
      `scope ... observers=${[...scope.observers, name].join(',')}`,
    );

const atc: Need = (parts) =>
  lackUnless(hasAtc(parts), 'the device has no ATC (hardware ats=false)');

const iotlb: Need = (parts) =>
  lackUnless(
    hasIotlb(parts),
    parts.driver.secondary === 'shadow'
      ? 'a shadow secondary has no IOTLB'
      : 'the IOMMU has no IOTLB (hardware iotlb=false)',
  );

const cpus: Need = ({ scope }) => lackUnless(scope.cpus > 0, 'no CPU is in scope: cpus=0');

const frees: Need = (parts) => (hasUnmaps(parts) ? undefined : event('unmap')(parts));

const noLook: Need = (parts) =>
  lackUnless(
    hasPageout(parts),
    'MADV_PAGEOUT looks first (kernel pageoutLooks=true)',
    'kernel ... pageoutLooks=false',
  );

const missIs = (verb: string) => fine(`a miss is one event, '${verb}'`);
const asked = [missIs('read'), atc] as const;
const posted = [
  fine("a write is one event, 'write'"),
  atc,
  event('write'),
  event('posted'),
] as const;
const ONE_EVENT = fine('an operation is one event, its steps are not seen');

/** The step is in some operation of the thread. */
const inOperation =
  (thread: ThreadName, verb: StepVerb): Need =>
  (parts) =>
    lackUnless(
      operationsOf(parts).steps.some(
        (step) => step?.operation.thread === thread && step.verb === verb,
      ),
      `no operation of ${thread} has this step, with this kernel and this driver`,
    );

function stepsOf(thread: ThreadName): Record<StepVerb, readonly Need[]> {
  const step = (verb: StepVerb, ...needs: Need[]) => [
    ONE_EVENT,
    ...needs,
    inOperation(thread, verb),
  ];
  return {
    'flush-tlb': step('flush-tlb', cpus),
    'flush-iotlb': step('flush-iotlb', iotlb),
    'post-invalidation': step('post-invalidation', atc),
    'await-invalidation': step('await-invalidation', atc),
    harvest: step('harvest'),
    zap: step('zap'),
  };
}

/** Every event of the format, by actor and verb, and what it needs, the plainest lack first. */
const NEEDS: { readonly [A in Actor]: Record<(Event & { actor: A })['verb'], readonly Need[]> } = {
  cpu: { read: [], write: [event('write')], evict: [event('evict')] },
  dev: {
    read: [],
    write: [event('write')],
    'request-read': asked,
    'request-write': [missIs('write'), atc, event('write')],
    complete: asked,
    'handle-invalidation': [ONE_EVENT, atc],
    'post-write': posted,
    'land-write': posted,
    evict: [atc, event('evict')],
  },
  iommu: { translate: asked, evict: [iotlb, event('evict')] },
  kswapd: {
    folio_referenced: [atomic("a look is 'age', its steps, and 'report'"), observer('reclaim')],
    age: [fine("a look is one event, 'folio_referenced'"), observer('reclaim')],
    unmap: [event('unmap')],
    'write-protect': [event('protect')],
    ...stepsOf('kswapd'),
    report: [fine("a look is one event, 'folio_referenced'"), observer('reclaim')],
    pageout: [event('pageout'), noLook],
    free: [fine("an unmap is one event, 'unmap'"), frees],
    walk: [event('walk')],
    end: [fine("a write-protect is one event, 'write-protect'"), event('protect', 'walk')],
  },
  page_idle: {
    mark: [observer('idle')],
    check: [observer('idle')],
    ...stepsOf('page_idle'),
    report: [fine("a check is one event, 'check'"), observer('idle')],
    end: [fine("a mark is one event, 'mark'"), observer('idle')],
  },
  user: {
    'clear-refs': [event('clear-refs')],
    'madvise-cold': [event('cold')],
    fork: [event('fork')],
  },
  khugepaged: { collapse: [event('collapse')] },
};

/** Every verb of an actor, whatever the system. */
export const verbsOf = (actor: Actor): string[] => Object.keys(NEEDS[actor]);

/** The actors that have a verb at all, whatever the system. */
export const actorsOf = (verb: string): Actor[] =>
  (Object.keys(NEEDS) as Actor[]).filter((actor) => verbsOf(actor).includes(verb));

/** What a system lacks for an event; undefined if the event exists in it. */
export function lackOf(parts: Parts, actor: Actor, verb: string): Lack | undefined {
  const needs = (NEEDS[actor] as Readonly<Record<string, readonly Need[]>>)[verb];
  for (const need of needs) {
    const lack = need(parts);
    if (lack !== undefined) return lack;
  }
  return undefined;
}
