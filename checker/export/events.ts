/**
 * The events of a system in Promela. What they are follows from the model's list of events; what
 * each does is in the rules, which are kept by the names of events, operations and steps.
 */
import type { kswapd } from '../../model/actors/kswapd.ts';
import type { pageIdle } from '../../model/actors/page-idle.ts';
import type { khugepaged, user } from '../../model/actors/user.ts';
import type { Event, OperationName } from '../../model/events.ts';
import { eventText, eventsOf, kindOf } from '../../model/events.ts';
import type { EndVerb } from '../../model/operation.ts';
import type { StepVerb } from '../../model/steps.ts';
import type { EventRule, UnitRule } from './accesses.ts';
import { CPU_RULES, DEVICE_RULES, IOMMU_RULES } from './accesses.ts';
import type { ExportedEvent } from './event.ts';
import { P, eventName, say, whole } from './event.ts';
import { beginEvent, placeEvents } from './operation-events.ts';
import type { Expr } from './promela.ts';
import { ruleOf } from './rule-of.ts';
import type { World } from './world.ts';

/** The first events of operations, which carry the operation's name or one of their own. */
const BEGINS: {
  readonly kswapd: Readonly<
    Partial<Record<Exclude<keyof typeof kswapd, StepVerb | EndVerb>, OperationName>>
  >;
  readonly page_idle: Readonly<
    Record<Exclude<keyof typeof pageIdle, StepVerb | EndVerb>, OperationName>
  >;
  readonly user: Readonly<Partial<Record<keyof typeof user, OperationName>>>;
  readonly khugepaged: Readonly<Record<keyof typeof khugepaged, OperationName>>;
} = {
  kswapd: {
    folio_referenced: 'age',
    age: 'age',
    unmap: 'unmap',
    'write-protect': 'write-protect',
    walk: 'walk',
    pageout: 'pageout',
  },
  page_idle: { mark: 'mark', check: 'check' },
  user: { 'clear-refs': 'clear-refs', 'madvise-cold': 'cold', fork: 'fork' },
  khugepaged: { collapse: 'collapse' },
};

const RULES: Readonly<Partial<Record<Event['actor'], Readonly<Record<string, UnitRule>>>>> = {
  dev: DEVICE_RULES,
  iommu: IOMMU_RULES,
  cpu: CPU_RULES,
};

/** An event of a CPU, a device or the IOMMU. */
function unitEvent(x: World, rule: UnitRule, events: readonly Event[]): ExportedEvent {
  const [example] = events;
  const { actor, verb } = example;
  const named = actor === 'cpu' ? 'c' : 'd';
  const unit: Expr = { is: 'parameter', name: named };
  const hasUnit = actor !== 'iommu' || verb === 'translate';
  const { guard, body }: EventRule = rule(x, P, unit);
  const pages = x.each('pages');
  const units = x.each(actor === 'cpu' ? 'cpus' : 'devices');
  return {
    actor,
    verb,
    name: eventName(actor, verb),
    parameters: hasUnit ? [named, 'p'] : ['p'],
    guard,
    body: whole([...say(x, example, { p: P, unit }), ...body]),
    instances: events.map(({ page, unit: at }) =>
      hasUnit ? [units[at], pages[page]] : [pages[page]],
    ),
  };
}

/** The kinds of events of a system, each with its events. */
function kindsOf(x: World): Event[][] {
  const kinds = new Map<string, Event[]>();
  for (const event of eventsOf(x.parts, x.machine.operations)) {
    const name = `${event.actor} ${event.verb}`;
    kinds.set(name, [...(kinds.get(name) ?? []), event]);
  }
  return [...kinds.values()];
}

/** The operation that an event begins. */
function begunBy({ actor, verb }: Event): OperationName | undefined {
  const begins: Readonly<Record<string, OperationName>> =
    actor in BEGINS ? BEGINS[actor as keyof typeof BEGINS] : {};
  return Object.hasOwn(begins, verb) ? begins[verb] : undefined;
}

/** Every event that a system has. The steps of an operation follow the events that begin it. */
export function exportedEvents(x: World): ExportedEvent[] {
  const begun = kindsOf(x).flatMap((events): ExportedEvent[] => {
    const { actor, verb } = events[0];
    const rule = RULES[actor]?.[verb];
    if (rule !== undefined) return [unitEvent(x, rule, events)];
    const name = begunBy(events[0]);
    if (name !== undefined) return [beginEvent(x, name, events)];
    // The later events of an operation come with its first.
    if (kindOf(events[0]).role !== 'step') ruleOf({}, eventText(events[0]));
    return [];
  });
  if (!x.machine.fine) return begun;
  const last = new Map(begun.map((event) => [event.operation, event]));
  return begun.flatMap((event) => {
    const { operation } = event;
    const ends = operation?.thread !== undefined && last.get(operation) === event;
    return ends ? [event, ...placeEvents(x, operation, operation.thread)] : [event];
  });
}
