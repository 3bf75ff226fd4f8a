/**
 * Decides properties for every number of pages, CPUs and devices, or for a number that a smaller
 * search can answer for. docs/reductions.md has the argument for each step.
 */
import { NOBODY } from '../../model/others.ts';
import type { Others } from '../../model/others.ts';
import { MANY } from '../../model/field.ts';
import type { System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Concrete, Room } from './concrete.ts';
import { ANY_ROOM, concretely } from './concrete.ts';
import type { NumberedModels } from './concrete.ts';
import type { Sizes } from './reach.ts';
import type { How } from './how.ts';
import {
  asksAgain,
  devicesAreAlike,
  devicesAreBound,
  meetingOfPages,
  waitsForDevices,
} from './reach.ts';
import type { Reduction } from './reductions.ts';
import type { Searched } from './searched.ts';

/** What is known of a property. */
export interface Known {
  /** A shortest run that was found, in numbered agents. */
  readonly found?: Concrete | undefined;
  /** Some number of agents violates the property. */
  readonly violated: boolean;
  /** No run with fewer events violates the property; Infinity if none does. */
  readonly atLeast: number;
  /** More pages than these were not searched, and no argument covers them. */
  readonly onlyUpTo?: number | undefined;
  /** What the property speaks of has happened. */
  readonly witnessed: boolean;
}

/**
 * Makes one search. Yields it while it runs, or has to be run; returns it when it is over, complete
 * or stopped.
 */
export type Run = (system: System, properties: readonly Property[], how: How) => Deciding<Searched>;

/** How many pages are tried, where no argument says that fewer are enough. */
const TRIED = 3;

export type Deciding<T> = Generator<Searched, T, void>;
/** What is known of each property. */
type Table = Map<Property, Known>;

const lengthOf = ({ found }: Known): number => found?.run.length ?? Infinity;
const isOpen = (known: Known): boolean =>
  known.onlyUpTo !== undefined || lengthOf(known) > known.atLeast;
const asksTwice = ({ ghosts }: Property): boolean => ghosts.includes('missed');

/** Joins two ways to violate a property. */
const either = (a: Known, b: Known): Known => ({
  found: lengthOf(b) < lengthOf(a) ? b.found : a.found,
  violated: a.violated || b.violated,
  atLeast: Math.min(a.atLeast, b.atLeast),
  witnessed: a.witnessed || b.witnessed,
  onlyUpTo: a.onlyUpTo ?? b.onlyUpTo,
});

/** With what a system is decided. */
export interface Means {
  readonly system: System;
  readonly run: Run;
  readonly reductions: ReadonlySet<Reduction>;
  readonly models: NumberedModels;
}

/** What a search over pages, CPUs and devices has to decide. */
export class Decision {
  private readonly means: Means;

  constructor(means: Means) {
    this.means = means;
  }

  /** Decides properties together. */
  *decide(properties: readonly Property[]): Deciding<Table> {
    const { system, reductions } = this.means;
    const { scope } = system;
    const meeting = meetingOfPages(system);
    if (meeting === 'never' && (scope.pages === MANY || reductions.has('pages'))) {
      return yield* this.agents(1, properties);
    }
    if (scope.pages !== MANY) return yield* this.agents(scope.pages, properties);
    return yield* this.morePages(properties, meeting === 'in unmaps');
  }

  /**
   * Any number of pages, where a step acts on other pages than its operation's. They are `bounded`
   * if one page beside any other decides the verdict.
   */
  private *morePages(properties: readonly Property[], bounded: boolean): Deciding<Table> {
    const found = yield* this.agents(1, properties);
    const bounds: Table = bounded ? yield* this.agents(2, properties, true) : new Map();
    for (const property of properties) {
      const known = found.get(property)!;
      const bound = bounds.get(property);
      if (bound === undefined) found.set(property, { ...known, onlyUpTo: TRIED });
      else found.set(property, { ...either(known, bound), found: known.found });
    }
    for (let pages = 2; pages <= LIMITS.pages[1]; pages++) {
      const open = properties.filter((property) => {
        const known = found.get(property)!;
        // A page more than is tried makes up for a run that is known, but not in numbered pages.
        return pages <= TRIED ? isOpen(known) : known.violated && known.found === undefined;
      });
      for (const [property, known] of yield* this.agents(pages, open)) {
        const before = found.get(property)!;
        const atLeast = bounded ? before.atLeast : Math.min(before.atLeast, known.atLeast);
        found.set(property, { ...either(before, known), atLeast });
      }
    }
    return found;
  }

  /** Decides for a number of pages, and the CPUs and devices that the scope asks for. */
  private agents(pages: number, properties: readonly Property[], page = false): Deciding<Table> {
    return new Agents(this.means, pages, page).decide(properties);
  }
}

/** Decides for a number of pages, the last of which may stand for any other. */
class Agents {
  private readonly means: Means;
  private readonly system: System;
  private readonly sizes: Omit<Sizes, 'devices'>;
  private readonly devices: number;
  private readonly beside: Others;
  private readonly room: Room;
  private readonly fewDevices: boolean;

  constructor(means: Means, pages: number, page: boolean) {
    const { system, reductions } = means;
    const { cpus, devices } = system.scope;
    const fewCpus = cpus === MANY || (cpus > 1 && reductions.has('cpus'));
    this.means = means;
    this.system = system;
    this.sizes = { pages, cpus: fewCpus ? 1 : cpus };
    this.devices = devices;
    this.beside = { ...NOBODY, cpus: fewCpus, page };
    this.fewDevices =
      devices === MANY || (devices > 1 && reductions.has('devices') && !devicesAreBound(system));
    this.room = {
      cpus: cpus === MANY ? ANY_ROOM.cpus : [cpus, cpus],
      devices: devices === MANY ? ANY_ROOM.devices : [devices, devices],
    };
  }

  *decide(properties: readonly Property[]): Deciding<Table> {
    const table = yield* this.withOthers(properties);
    const { cpus, devices } = this.system.scope;
    const open = openIn(table);
    if (this.beside.page || !this.beside.cpus || cpus === MANY || open.length === 0) return table;
    // A run with other CPUs needs more of them than there are. So every CPU is searched.
    if (devices === MANY) replace(table, yield* this.everyCpu().decide(open));
    else replace(table, yield* this.search({ ...this.sizes, cpus, devices }, NOBODY, open));
    return table;
  }

  private everyCpu(): Agents {
    const reductions = new Set(this.means.reductions);
    reductions.delete('cpus');
    return new Agents({ ...this.means, reductions }, this.sizes.pages, false);
  }

  private *withOthers(properties: readonly Property[]): Deciding<Table> {
    const { sizes, beside, devices, system } = this;
    if (!this.fewDevices) return yield* this.search({ ...sizes, devices }, beside, properties);
    if (devicesAreAlike(system)) {
      return yield* this.search({ ...sizes, devices: 1 }, beside, properties);
    }
    const table = yield* this.freshDevices(properties);
    if (!waitsForDevices(system)) return table;
    const violated = properties.filter((property) => table.get(property)!.violated);
    if (devices === MANY) yield* this.leastOf(table, violated);
    else if (!beside.page) yield* this.inNumber(table, violated);
    return table;
  }

  /** The shortest runs of a number of devices: a search for shorter ones than are known. */
  private *inNumber(table: Table, violated: readonly Property[]): Deciding<void> {
    for (const [property, known] of yield* this.shorter(this.devices, table, violated)) {
      const before = table.get(property)!;
      const length = lengthOf(before);
      if (known.violated && known.atLeast < length) table.set(property, known);
      else table.set(property, { ...before, atLeast: Math.min(known.atLeast, length) });
    }
  }

  /** One device, or two where a property has two witnesses, beside devices without state. */
  private *freshDevices(properties: readonly Property[]): Deciding<Table> {
    const { sizes } = this;
    const beside: Others = { ...this.beside, devices: true, asksAgain: asksAgain(this.system) };
    const twice = properties.filter(asksTwice);
    const once = properties.filter((property) => !asksTwice(property));
    const table = yield* this.search({ ...sizes, devices: 1 }, beside, once);
    join(table, yield* this.search({ ...sizes, devices: 2 }, beside, twice));
    // Where nobody waits for a device, two devices do all that one does, and as shortly.
    const violated = waitsForDevices(this.system)
      ? twice.filter((property) => table.get(property)!.violated)
      : [];
    join(table, yield* this.search({ ...sizes, devices: 1 }, beside, violated));
    return table;
  }

  /** The shortest runs over all numbers of devices, where operations wait for every device. */
  private *leastOf(table: Table, violated: readonly Property[]): Deciding<void> {
    const { sizes, beside } = this;
    // With one device alone nobody waits for others: no search with others says how short that is.
    join(table, yield* this.search({ ...sizes, devices: 1 }, beside, violated));
    const twice = violated.filter(asksTwice);
    join(table, yield* this.search({ ...sizes, devices: 2 }, beside, twice));
    if (beside.page) return;
    for (let devices = 2; devices <= LIMITS.devices[1]; devices++) {
      // The bound has a gap where a device's request is answered twice, so two are always searched.
      const open = violated.filter((property) =>
        devices === 2 ? !asksTwice(property) : isOpen(table.get(property)!),
      );
      // More devices than these may do with fewer events still.
      for (const [property, known] of yield* this.shorter(devices, table, open)) {
        const before = table.get(property)!;
        const atLeast = Math.min(before.atLeast, lengthOf(known));
        table.set(property, { ...either(before, known), atLeast });
      }
    }
  }

  /** Searches so many devices for shorter runs than are known. */
  private shorter(devices: number, table: Table, properties: readonly Property[]): Deciding<Table> {
    const shorterThan = Math.max(...properties.map((property) => lengthOf(table.get(property)!)));
    return this.search({ ...this.sizes, devices }, this.beside, properties, shorterThan);
  }

  /** Searches once, with the agents of the sizes and the others beside them. */
  private *search(
    sizes: Sizes,
    others: Others,
    properties: readonly Property[],
    shorterThan = Infinity,
  ): Deciding<Table> {
    const table: Table = new Map();
    if (properties.length === 0) return table;
    const { models, run: searchFor } = this.means;
    const search = yield* searchFor(models.systemWith(sizes), properties, {
      others,
      untilViolated: true,
      shorterThan,
    });
    for (const property of properties) {
      const run = search.violation(property);
      const found =
        run === undefined || others.page
          ? undefined
          : concretely(
              models,
              sizes,
              property,
              { run, length: search.lengthOf(property)! },
              this.roomBeside(sizes, others),
            );
      table.set(property, {
        found,
        violated: run !== undefined,
        atLeast: search.lengthOf(property) ?? search.searchedTo,
        witnessed: search.witness(property) !== undefined,
      });
    }
    return table;
  }

  /** The room for agents beyond those that are tracked: none, where the search has no others. */
  private roomBeside({ cpus, devices }: Sizes, others: Others): Room {
    const { room } = this;
    const alike = this.fewDevices && devicesAreAlike(this.system);
    return {
      cpus: others.cpus ? room.cpus : [cpus, cpus],
      devices:
        others.devices || (alike && this.devices !== MANY) ? room.devices : [devices, devices],
    };
  }
}

const openIn = (table: Table): Property[] =>
  [...table.keys()].filter((property) => {
    const known = table.get(property)!;
    return known.violated && isOpen(known);
  });

const replace = (table: Table, other: Table): void => {
  for (const [property, known] of other) table.set(property, known);
};

const join = (table: Table, other: Table): void => {
  for (const [property, known] of other) {
    const before = table.get(property);
    table.set(property, before === undefined ? known : either(before, known));
  }
};
