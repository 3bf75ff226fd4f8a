/**
 * Turns a run of a search with agents beyond those in scope into a run of numbered agents: one that
 * a trace can tell, and that replays.
 */
import type { Event } from '../../model/events.ts';
import { namesDevice, placeName } from '../../model/events.ts';
import { FRESH } from '../../model/others.ts';
import { asksInSteps } from '../../model/play.ts';
import type { Packed } from '../../model/model.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Sizes } from './reach.ts';
import { pagesAreTogether, sized } from './reach.ts';

/** A run, and the numbers of agents of the system in which it happens. */
export interface Concrete {
  readonly sizes: Sizes;
  readonly run: readonly Event[];
}

type Named = Pick<Event, 'actor' | 'verb' | 'page' | 'to' | 'unit'>;

const nameOf = ({ actor, verb, unit, ...place }: Named): string =>
  `${actor} ${unit} ${verb} ${placeName(place)}`;

/** A model in numbered agents, which finds its events by what they are. */
class Numbered {
  readonly model: Model;
  private readonly byName: ReadonlyMap<string, Event>;

  constructor(system: System) {
    this.model = new Model(system);
    this.byName = new Map(this.model.events.map((event) => [nameOf(event), event]));
  }

  find(named: Named): Event {
    const event = this.byName.get(nameOf(named));
    if (event === undefined) throw new Error(`no event '${nameOf(named)}'`);
    return event;
  }
}

/** The models of one system with several numbers of agents. Each is made when first asked for. */
export class NumberedModels {
  private readonly system: System;
  private readonly systems = new Map<string, System>();
  private readonly models = new Map<System, Numbered>();

  constructor(system: System) {
    this.system = system;
  }

  /** The system with these numbers. The same numbers give the same object. */
  systemWith(sizes: Sizes): System {
    const key = `${sizes.pages} ${sizes.cpus} ${sizes.devices}`;
    const known = this.systems.get(key) ?? sized(this.system, sizes);
    this.systems.set(key, known);
    return known;
  }

  with(sizes: Sizes): Numbered {
    const system = this.systemWith(sizes);
    const known = this.models.get(system) ?? new Numbered(system);
    this.models.set(system, known);
    return known;
  }
}

/** The same run as events of a model with at least as many agents. */
export const runIn = (models: NumberedModels, sizes: Sizes, run: readonly Event[]): Event[] =>
  run.map((event) => models.with(sizes).find(event));

/** The events for which the event of an agent without state stands, if this unit is the agent. */
function spelled(event: Named, as: number, inSteps: boolean): Named[] {
  const { actor, verb, unit } = event;
  const own = (name: string) => ({ ...event, verb: name, unit: as }) as Named;
  if (actor !== 'dev' || !inSteps) return [own(verb)];
  const asks = verb.startsWith('request') ? verb : `request-${verb}`;
  const events = [
    ...(unit === FRESH ? [own(asks)] : []),
    { ...event, actor: 'iommu', verb: 'translate', unit: as } as Named,
  ];
  return verb.startsWith('request') ? events : [...events, own('complete')];
}

/** Looks for a run of numbered agents, one abstract event after another. */
class Speller {
  private readonly model: Model;
  private readonly numbered: Numbered;
  private readonly inSteps: boolean;
  private readonly property: Property;
  private readonly tracked: number;

  constructor(numbered: Numbered, property: Property, tracked: number) {
    this.model = numbered.model;
    this.numbered = numbered;
    this.inSteps = asksInSteps(this.model.parts);
    this.property = property;
    this.tracked = tracked;
  }

  spell(abstract: readonly Named[]): Event[] | undefined {
    const found = this.from(this.model.initial, abstract, 0);
    return found?.reverse();
  }

  /** The rest of a run, backwards; undefined if there is none. */
  private from(state: Packed, abstract: readonly Named[], at: number): Event[] | undefined {
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
  private readings(event: Named): Named[][] {
    const { actor, unit, verb } = event;
    if (unit < 0) {
      const { cpus, devices } = this.model.parts.scope;
      const count = actor === 'cpu' ? cpus : devices;
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
      const event = this.numbered.find(each);
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
    const { actor, unit } = event;
    if (actor === 'cpu') return { ...event, unit: number(cpus, unit) };
    const ofDevice = actor === 'dev' || namesDevice(event);
    return ofDevice ? { ...event, unit: number(devices, unit) } : event;
  });
  return { named, cpus: Math.max(1, cpus.length), devices: Math.max(1, devices.length) };
}

/** Drops agents that a run does not use, as far as it still violates the property without them. */
export function trimmed(
  models: NumberedModels,
  property: Property,
  { sizes, run }: Concrete,
): Concrete {
  const { named, cpus, devices } = renumbered(run);
  const together = pagesAreTogether(models.systemWith(sizes));
  const pages = together ? sizes.pages : Math.max(...run.map(({ page }) => page)) + 1;
  const fewer = {
    pages: Math.min(sizes.pages, pages),
    cpus: Math.min(sizes.cpus, cpus),
    devices: Math.min(sizes.devices, devices),
  };
  const again = new Speller(models.with(fewer), property, fewer.devices).spell(named);
  return again === undefined ? { sizes, run } : { sizes: fewer, run: again };
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
  models: NumberedModels,
  { pages, cpus: hasCpus, devices: tracked }: Sizes,
  property: Property,
  { run: abstract, length }: { readonly run: readonly Event[]; readonly length: number },
  room: Room,
): Concrete | undefined {
  const cpuCounts = hasCpus === 0 ? [0] : upTo(room.cpus);
  const sizes = cpuCounts
    .flatMap((cpus) => upTo(room.devices).map((devices) => ({ pages, cpus, devices })))
    .filter(({ cpus, devices }) => cpus >= hasCpus && devices >= tracked)
    .toSorted((a, b) => a.cpus + a.devices - b.cpus - b.devices);
  let best: Concrete | undefined;
  for (const each of sizes) {
    const run = new Speller(models.with(each), property, tracked).spell(abstract);
    if (run !== undefined && run.length < (best?.run.length ?? Infinity)) {
      best = { sizes: each, run };
    }
    // No run is shorter than the abstract one says.
    if (best?.run.length === length) break;
  }
  return best;
}

const upTo = ([least, most]: readonly [number, number]): number[] =>
  Array.from({ length: most - least + 1 }, (_, i) => least + i);
