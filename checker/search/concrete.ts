/**
 * Turns a run of a search with agents beyond those in scope into a run of numbered agents: one that
 * a trace can tell, and that replays.
 */
import type { Event } from '../../model/events.ts';
import { FRESH, asksInSteps } from '../../model/others.ts';
import type { Packed } from '../../model/model.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import type { Sizes } from './reach.ts';
import { sized } from './reach.ts';

/** A run, and the numbers of agents of the system in which it happens. */
export interface Concrete {
  readonly sizes: Sizes;
  readonly run: readonly Event[];
}

type Named = Pick<Event, 'actor' | 'verb' | 'page' | 'unit'>;

const nameOf = ({ actor, verb, page, unit }: Named): string => `${actor} ${unit} ${verb} ${page}`;

/** Finds the events of a model by what they are. */
class Events {
  private readonly byName: ReadonlyMap<string, Event>;

  constructor({ events }: Model) {
    this.byName = new Map(events.map((event) => [nameOf(event), event]));
  }

  find(named: Named): Event {
    const event = this.byName.get(nameOf(named));
    if (event === undefined) throw new Error(`no event '${nameOf(named)}'`);
    return event;
  }
}

/** The same run as events of another system, which has at least as many agents. */
export function runIn(system: System, run: readonly Event[]): Event[] {
  const events = new Events(new Model(system, []));
  return run.map((event) => events.find(event));
}

/** The events for which the event of an agent without state stands, if this unit is the agent. */
function spelled({ actor, verb, page, unit }: Event, as: number, inSteps: boolean): Named[] {
  const own = (name: string) => ({ actor, verb: name, page, unit: as }) as Named;
  if (actor !== 'dev' || !inSteps) return [own(verb)];
  const asks = verb.startsWith('request') ? verb : `request-${verb}`;
  const events = [
    ...(unit === FRESH ? [own(asks)] : []),
    { actor: 'iommu', verb: 'translate', page, unit: as } as Named,
  ];
  return verb.startsWith('request') ? events : [...events, own('complete')];
}

/** Looks for a run of numbered agents, one abstract event after another. */
class Speller {
  private readonly model: Model;
  private readonly events: Events;
  private readonly inSteps: boolean;
  private readonly sizes: Sizes;
  private readonly tracked: number;

  constructor(system: System, property: Property, tracked: number) {
    this.model = new Model(system, ghostsOf([property]));
    this.events = new Events(this.model);
    this.inSteps = asksInSteps(system);
    this.sizes = system.scope;
    this.tracked = tracked;
    this.property = property;
  }
  private readonly property: Property;

  spell(abstract: readonly Event[]): Event[] | undefined {
    const found = this.from(this.model.initial, abstract, 0);
    return found?.reverse();
  }

  /** The rest of a run, backwards; undefined if there is none. */
  private from(state: Packed, abstract: readonly Event[], at: number): Event[] | undefined {
    if (at === abstract.length) return [];
    const event = abstract[at];
    const isLast = at === abstract.length - 1;
    for (const named of this.readings(event)) {
      const taken = this.take(state, named, isLast);
      const rest = taken && this.from(taken.state, abstract, at + 1);
      if (rest !== undefined) return [...rest, ...taken!.run.toReversed()];
    }
    return undefined;
  }

  /** The ways to read an abstract event as events of numbered agents. */
  private readings(event: Event): Named[][] {
    const { actor, unit, verb } = event;
    if (unit < 0) {
      const count = actor === 'cpu' ? this.sizes.cpus : this.sizes.devices;
      return Array.from({ length: count }, (_, as) => spelled(event, as, this.inSteps));
    }
    // The invalidations of devices that are not tracked are handled when somebody waits for them.
    if (actor === 'dev' && verb === 'handle-invalidation' && unit >= this.tracked) return [[]];
    return [[event]];
  }

  /** Makes the events happen. Those devices answer for which they wait. */
  private take(
    state: Packed,
    named: readonly Named[],
    isLast: boolean,
  ): { state: Packed; run: Event[] } | undefined {
    const run: Event[] = [];
    let violated = false;
    for (const each of named) {
      const event = this.events.find(each);
      let step = this.model.step(state, event);
      if (step === undefined && event.verb === 'await-atc') {
        [state] = [this.answered(state, run)];
        step = this.model.step(state, event);
      }
      if (step === undefined) return undefined;
      run.push(event);
      ({ state } = step);
      violated = this.property.violated(step.shown);
    }
    return isLast && !violated ? undefined : { state, run };
  }

  /** Lets every device that is not tracked handle its invalidations. */
  private answered(state: Packed, run: Event[]): Packed {
    for (const event of this.model.events) {
      if (event.verb !== 'handle-invalidation' || event.unit < this.tracked) continue;
      const step = this.model.step(state, event);
      if (step === undefined) continue;
      run.push(event);
      ({ state } = step);
    }
    return state;
  }
}

/** Numbers CPUs and devices in the order of their first use. */
function renumbered(run: readonly Event[]): { named: Named[]; cpus: number; devices: number } {
  const cpus: number[] = [];
  const devices: number[] = [];
  const number = (known: number[], unit: number): number => {
    if (!known.includes(unit)) known.push(unit);
    return known.indexOf(unit);
  };
  const named = run.map((event): Named => {
    const { actor, verb, page, unit } = event;
    if (actor === 'cpu') return { actor, verb, page, unit: number(cpus, unit) } as Named;
    const ofDevice = actor === 'dev' || (actor === 'iommu' && verb === 'translate');
    return ofDevice ? ({ actor, verb, page, unit: number(devices, unit) } as Named) : event;
  });
  return { named, cpus: Math.max(1, cpus.length), devices: Math.max(1, devices.length) };
}

/** Drops agents that a run does not use, as far as it still violates the property without them. */
export function trimmed(system: System, property: Property, { sizes, run }: Concrete): Concrete {
  const { named, cpus, devices } = renumbered(run);
  const pages = Math.max(...run.map(({ page }) => page)) + 1;
  const fewer = {
    pages: Math.min(sizes.pages, pages),
    cpus: Math.min(sizes.cpus, cpus),
    devices: Math.min(sizes.devices, devices),
  };
  const parts = sized(system, fewer);
  const model = new Model(parts, ghostsOf([property]));
  const events = new Events(model);
  let state: Packed | undefined = model.initial;
  let violated = false;
  const spelledRun: Event[] = [];
  for (const each of named) {
    const event = events.find(each);
    const step = model.step(state, event);
    if (step === undefined) return { sizes, run };
    ({ state } = step);
    violated = property.violated(step.shown);
    spelledRun.push(event);
  }
  return violated ? { sizes: fewer, run: spelledRun } : { sizes, run };
}

/** The least and the most of each kind of agent that a run may use. */
export interface Room {
  readonly cpus: readonly [number, number];
  readonly devices: readonly [number, number];
}

/** As many agents as a trace can name. */
export const ANY_ROOM: Room = { cpus: [1, LIMITS.cpus[1]], devices: [1, LIMITS.devices[1]] };

/**
 * A run of numbered agents for a run with agents beyond those in scope, with as few of them as can
 * be, of those that are shortest. Undefined if there is not room for them.
 */
export function concretely(
  searched: System,
  property: Property,
  abstract: readonly Event[],
  room: Room,
): Concrete | undefined {
  const { pages, cpus: hasCpus, devices: tracked } = searched.scope;
  const cpuCounts = hasCpus === 0 ? [0] : upTo(room.cpus);
  const sizes = cpuCounts
    .flatMap((cpus) => upTo(room.devices).map((devices) => ({ pages, cpus, devices })))
    .filter(({ cpus, devices }) => cpus >= hasCpus && devices >= tracked)
    .toSorted((a, b) => a.cpus + a.devices - b.cpus - b.devices);
  const found = sizes.flatMap((each): Concrete[] => {
    const run = new Speller(sized(searched, each), property, tracked).spell(abstract);
    return run === undefined ? [] : [{ sizes: each, run }];
  });
  return found.toSorted((a, b) => a.run.length - b.run.length).at(0);
}

const upTo = ([least, most]: readonly [number, number]): number[] =>
  Array.from({ length: most - least + 1 }, (_, i) => least + i);
