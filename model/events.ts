/**
 * What can happen. Every event of a system is made once, frozen, in one ordered array: the order
 * breaks ties between shortest traces, the index is what a search stores, and the identity is what
 * a generator shrinks by.
 */
import type { EndVerb, OperationName, Operations, StepVerb, ThreadName } from './operations.ts';
import { THREADS, operationsInScope } from './operations.ts';
import type { OptionalEvent, Parts } from './system.ts';
import { hasAtc, hasIotlb, hasPosted } from './system.ts';

interface On {
  /** 0 is page A. */
  readonly page: number;
  /** The number of the CPU or the device; of a kernel thread its place in THREADS; else 0. */
  readonly unit: number;
  /** Place in the array of all events of the system. */
  readonly index: number;
}

export type CpuVerb = 'read' | 'write' | 'evict';
export type DeviceVerb =
  | 'read'
  | 'write'
  | 'request-read'
  | 'request-write'
  | 'complete'
  | 'handle-invalidation'
  | 'post-write'
  | 'land-write'
  | 'evict';
export type ThreadVerb =
  'folio_referenced' | Exclude<OperationName, 'check' | 'mark'> | StepVerb | EndVerb;
export type UserVerb = 'clear-refs' | 'madvise-cold' | 'fork';
export type IdleVerb = 'mark' | 'check' | StepVerb | 'report' | 'end';

export type Event =
  | (On & { readonly actor: 'cpu'; readonly verb: CpuVerb })
  | (On & { readonly actor: 'dev'; readonly verb: DeviceVerb })
  | (On & { readonly actor: 'iommu'; readonly verb: 'translate' | 'evict' })
  | (On & { readonly actor: 'kswapd'; readonly verb: ThreadVerb })
  | (On & { readonly actor: 'page_idle'; readonly verb: IdleVerb })
  | (On & { readonly actor: 'user'; readonly verb: UserVerb })
  | (On & { readonly actor: 'khugepaged'; readonly verb: 'collapse' });
export type Actor = Event['actor'];

export const PAGE_NAMES = 'ABCD';

/** The text of an event in a trace, without its number and without what it answers. */
export function eventText(event: Event): string {
  const unit = event.actor === 'cpu' || event.actor === 'dev' ? event.unit : '';
  const device = event.verb === 'translate' ? `dev${event.unit} ` : '';
  return `${event.actor}${unit}: ${event.verb} ${device}${PAGE_NAMES[event.page]}`;
}

type Kind<E = Event> = E extends Event ? Pick<E, 'actor' | 'verb'> : never;

function deviceKinds(parts: Parts): Kind[] {
  const has = (event: OptionalEvent) => parts.scope.events.includes(event);
  const kinds: Kind[] = [{ actor: 'dev', verb: 'read' }];
  const add = (...verbs: DeviceVerb[]) => {
    for (const verb of verbs) kinds.push({ actor: 'dev', verb });
  };
  if (has('write')) add('write');
  if (parts.scope.granularity === 'fine' && hasAtc(parts)) {
    add('request-read');
    if (has('write')) add('request-write');
    kinds.push({ actor: 'iommu', verb: 'translate' });
    add('complete', 'handle-invalidation');
  }
  if (hasPosted(parts)) add('post-write', 'land-write');
  if (has('evict') && hasAtc(parts)) add('evict');
  return kinds;
}

function cpuKinds({ scope }: Parts): Kind[] {
  const kinds: Kind[] = [{ actor: 'cpu', verb: 'read' }];
  if (scope.events.includes('write')) kinds.push({ actor: 'cpu', verb: 'write' });
  if (scope.events.includes('evict')) kinds.push({ actor: 'cpu', verb: 'evict' });
  return kinds;
}

function userKinds({ scope }: Parts): Kind[] {
  const kinds: Kind[] = [];
  if (scope.events.includes('clear-refs')) kinds.push({ actor: 'user', verb: 'clear-refs' });
  if (scope.events.includes('cold')) kinds.push({ actor: 'user', verb: 'madvise-cold' });
  if (scope.events.includes('fork')) kinds.push({ actor: 'user', verb: 'fork' });
  if (scope.events.includes('collapse')) kinds.push({ actor: 'khugepaged', verb: 'collapse' });
  return kinds;
}

function threadKinds(
  parts: Parts,
  { steps, ...operations }: Operations,
  thread: ThreadName,
): Kind[] {
  const atomic = parts.scope.granularity === 'atomic';
  const names = operationsInScope(parts).filter((name) => operations[name].thread === thread);
  const begins = names.map((name) => (atomic && name === 'age' ? 'folio_referenced' : name));
  const later = atomic ? [] : steps.filter((step) => step?.operation.thread === thread);
  const verbs = new Set([...begins, ...later.map((step) => step.verb)]);
  return [...verbs].map((verb) => ({ actor: thread, verb }) as Kind);
}

/**
 * Every event that the system and its scope know, in the order that breaks ties: what devices, the
 * IOMMU, CPUs, users and khugepaged do to page A, then to page B; then each kernel thread, page by
 * page.
 */
export function eventsOf(parts: Parts, operations: Operations): readonly Event[] {
  const { scope } = parts;
  const events: Event[] = [];
  const add = (kinds: readonly Kind[], page: number, units: readonly number[]) => {
    for (const unit of units) {
      for (const kind of kinds) {
        events.push(Object.freeze({ ...kind, page, unit, index: events.length }) as Event);
      }
    }
  };
  const upTo = (count: number) => Array.from({ length: count }, (_, unit) => unit);
  const pages = upTo(scope.pages);
  const evicts = hasIotlb(parts) && scope.events.includes('evict');
  for (const page of pages) {
    add(deviceKinds(parts), page, upTo(scope.devices));
    if (evicts) add([{ actor: 'iommu', verb: 'evict' }], page, [0]);
    add(cpuKinds(parts), page, upTo(scope.cpus));
    add(userKinds(parts), page, [0]);
  }
  for (const [unit, thread] of THREADS.entries()) {
    for (const page of pages) add(threadKinds(parts, operations, thread), page, [unit]);
  }
  return Object.freeze(events);
}
