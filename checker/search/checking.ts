/** Checks a system with as many searches as its scope and the reductions ask for. */
import { manyOf } from '../../model/many.ts';
import { GHOSTS } from '../../model/state.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf, observersOf } from '../../properties/index.ts';
import type { Extent, Result, Verdict } from './check.ts';
import { NumberedModels, runIn, trimmed } from './concrete.ts';
import type { Deciding, Known } from './decide.ts';
import { Decision } from './decide.ts';
import { estimateOf } from './estimate.ts';
import type { Profile } from './profile.ts';
import { profiling } from './profile.ts';
import type { Pieces, Standing, Told } from './progress.ts';
import { sizesOf } from './reach.ts';
import type { Reduction } from './reductions.ts';
import { REDUCTION_NAMES } from './reductions.ts';
import type { How } from './how.ts';
import { hasOthers } from './how.ts';
import type { Limits, Stop } from './search.ts';
import { SMALL, Search } from './search.ts';
import type { SearchRecord, Searched } from './searched.ts';

/** The reductions that are used if none is switched off. */
export const ALL_REDUCTIONS: ReadonlySet<Reduction> = new Set(REDUCTION_NAMES);

/** A search on several threads. `threaded` tells it from a search on one. */
export type Threaded = Searched &
  Standing & {
    readonly threaded: true;
    run(progress: () => void): Promise<void>;
    interrupt(): void;
  };
export type Threads = (
  system: System,
  properties: readonly Property[],
  limits: Limits,
  kept: Pick<How, 'ghosts' | 'seenBy'>,
) => Threaded;

/** The limit on a search that is given up for searches of its slices. */
class TooLarge extends Error {}

/** Properties that read the same ghosts, in the order of their first. */
function slicesOf(properties: readonly Property[]): Property[][] {
  const byGhosts = new Map<string, Property[]>();
  for (const property of properties) {
    const { ghosts, observer } = property;
    const key = `${ghosts.join()} ${ghosts.length === 0 ? '' : observer}`;
    byGhosts.set(key, [...(byGhosts.get(key) ?? []), property]);
  }
  return [...byGhosts.values()];
}

type Lacking = Pick<Extent, 'shortage' | 'estimate'>;

/**
 * What is known of a search that was stopped: what it lacked, and how many states there may be,
 * with those of the searches before it.
 */
function lackingOf({ shortage, levels = [], size }: Searched, before: number): Lacking {
  const { least, most } = estimateOf(levels, size);
  return {
    ...(shortage === undefined ? {} : { shortage }),
    estimate: { least: before + least, ...(most === undefined ? {} : { most: before + most }) },
  };
}

export class Checking {
  readonly system: System;
  readonly properties: readonly Property[];
  readonly searches: SearchRecord[] = [];
  stopped: Stop | undefined;
  /** Whether each search gets a profile. */
  profiles = false;
  /** What the first search lacked that was stopped. */
  private lacking: Lacking | undefined;
  /** Seconds spent searching. */
  seconds = 0;
  private readonly limits: Limits;
  private readonly reductions: ReadonlySet<Reduction>;
  private readonly known = new Map<Property, Known>();
  private readonly models: NumberedModels;
  private readonly work: Deciding<void>;
  private over = false;
  private current: Search | Threaded | undefined;
  private readonly threads: Threads | undefined;
  /** Whether all properties are searched together until that is too large. */
  private together = false;

  constructor(
    system: System,
    properties: readonly Property[],
    limits: Limits = {},
    reductions: ReadonlySet<Reduction> = ALL_REDUCTIONS,
    threads?: Threads,
  ) {
    this.system = system;
    this.properties = properties;
    this.limits = limits;
    this.reductions = reductions;
    this.threads = threads;
    this.models = new NumberedModels(system);
    this.work = this.decideAll();
  }

  /** The search that runs now, or ran last. */
  get search(): Search | Threaded | undefined {
    return this.current;
  }

  /** The states of the search that runs now. */
  get size(): number {
    return this.current?.size ?? 0;
  }

  get depth(): number {
    return this.current?.depth ?? 0;
  }

  /** Searches for about `seconds`. Returns true when the work is over. */
  run(seconds = Infinity): boolean {
    const start = performance.now();
    const before = this.seconds;
    while (!this.over) {
      this.over = this.work.next().done === true;
      const spent = (performance.now() - start) / 1000;
      this.seconds = before + spent;
      if (spent >= seconds) break;
    }
    return this.over;
  }

  /**
   * The same, where searches without a reduction run on several threads. `progress` is called now
   * and then. A search on one thread goes on when the promise that it returns is fulfilled.
   */
  async runThreads(progress: () => void | Promise<void>): Promise<void> {
    const start = performance.now();
    const told = (): void | Promise<void> => {
      this.seconds = (performance.now() - start) / 1000;
      return progress();
    };
    while (this.work.next().done !== true) {
      if (this.current?.threaded === true) await this.current.run(() => void told());
      else await told();
    }
    this.over = true;
    await told();
  }

  /** The same in pieces. They are counted by the states of the search that runs. */
  *pieces(): Pieces<void> {
    while (!this.run(0)) {
      const { search } = this;
      const told: Told = search === undefined ? [0, 1] : [0, search.size, search];
      if (yield told) this.interrupt();
    }
  }

  /** Ends the work. What was found is kept. */
  interrupt(): void {
    this.stopped ??= 'interrupted';
    this.current?.interrupt();
  }

  private *decideAll(): Deciding<void> {
    const groups = this.groups();
    for (const group of groups) {
      if (groups.length > 1) {
        yield* this.decide(group);
        continue;
      }
      this.together = this.reductions.has('slices') && slicesOf(group).length > 1;
      try {
        yield* this.decide(group);
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
        this.together = false;
        for (const slice of slicesOf(group)) yield* this.decide(slice);
      }
    }
  }

  /** Without a reduction, the ghost `missed` is left out of the search of all other properties. */
  private groups(): (readonly Property[])[] {
    const { properties } = this;
    if (this.reductions.has('ghosts')) return [properties];
    const asks = ({ ghosts }: Property) => ghosts.includes('missed');
    const groups = [properties.filter((each) => !asks(each)), properties.filter(asks)];
    return groups.filter((group) => group.length > 0);
  }

  private *decide(properties: readonly Property[]): Deciding<void> {
    const decision = new Decision({
      system: this.system,
      run: (...asked) => this.searchFor(...asked),
      reductions: this.reductions,
      models: this.models,
    });
    for (const [property, known] of yield* decision.decide(properties)) {
      this.known.set(property, known);
    }
  }

  /** What a search keeps beyond what the rules need. */
  private kept(properties: readonly Property[]): Pick<How, 'ghosts' | 'seenBy'> {
    const ghosts = ghostsOf(properties);
    if (this.reductions.has('ghosts')) return { seenBy: observersOf(properties) };
    return { ghosts: new Set(GHOSTS.filter((name) => name !== 'missed' || ghosts.has(name))) };
  }

  private *searchFor(
    system: System,
    properties: readonly Property[],
    how: How,
  ): Deciding<Searched> {
    const plain = this.reductions.size === 0;
    if (plain && this.threads !== undefined && !hasOthers(how)) {
      return yield* this.inThreads(this.threads, system, properties, how);
    }
    const search = new Search(system, properties, this.left(), {
      ...how,
      ...this.kept(properties),
      untilViolated: !plain && how.untilViolated === true,
      symmetric: this.reductions.has('symmetry'),
    });
    this.current = search;
    if (this.stopped !== undefined) search.interrupt();
    while (!search.runPiece()) {
      if (this.together && search.size > SMALL) throw new TooLarge();
      yield search;
    }
    const profile = search.stopped === 'interrupted' ? undefined : yield* this.profileOf(search);
    this.record(system, search, how, profile);
    yield search;
    return search;
  }

  /** The profile of a search that is over, if profiles are asked for. */
  private *profileOf(search: Search): Generator<Search, Profile | undefined, void> {
    if (!this.profiles) return undefined;
    const work = profiling(search);
    for (;;) {
      const { value, done } = work.next();
      if (done === true) return value;
      if (this.stopped === 'interrupted') return undefined;
      yield search;
    }
  }

  /** Searches on several threads. Whoever takes what is yielded runs them. */
  private *inThreads(
    threads: Threads,
    system: System,
    properties: readonly Property[],
    how: How,
  ): Deciding<Searched> {
    const search = threads(system, properties, this.left(), this.kept(properties));
    this.current = search;
    if (this.stopped !== undefined) search.interrupt();
    yield search;
    this.record(system, search, how);
    return search;
  }

  private record(system: System, search: Searched, { others }: How, profile?: Profile): void {
    const { properties, size: states, transitions, depth, complete, stopped } = search;
    if (stopped !== undefined && stopped !== 'decided') {
      this.stopped ??= stopped;
      const before = this.searches.reduce((sum, each) => sum + each.states, 0);
      this.lacking ??= lackingOf(search, before);
    }
    const beside = {
      ...(others === undefined ? {} : { others }),
      ...(search.exchanges ? { exchanged: true } : {}),
      ...(profile === undefined ? {} : { profile }),
    };
    const sizes = sizesOf(system.scope);
    this.searches.push({ properties, sizes, ...beside, states, transitions, depth, complete });
  }

  /** What is left of the limits. */
  private left(): Limits {
    const { maxStates = Infinity, maxMemory, timeLimit = Infinity } = this.limits;
    const states = this.searches.reduce((sum, search) => sum + search.states, 0);
    return {
      maxStates: Math.max(0, maxStates - states),
      ...(maxMemory === undefined ? {} : { maxMemory }),
      timeLimit: Math.max(0, timeLimit - this.seconds),
    };
  }

  /** The result as it stands now, finished or not. */
  result(): Result {
    const { system, searches, stopped, seconds } = this;
    const sum = (count: (each: SearchRecord) => number) =>
      searches.reduce((total, each) => total + count(each), 0);
    const main = this.reductions.has('ghosts') ? undefined : searches.at(0);
    const complete = this.over && stopped === undefined;
    const verdicts = this.properties.map((property) => this.verdictOf(property));
    const searchedTo = Math.min(...verdicts.map(({ depth = this.depth }) => depth));
    return {
      system,
      search: {
        complete,
        ...(complete ? {} : { stopped: stopped ?? 'interrupted', ...this.lacking }),
        states: main?.states ?? sum(({ states }) => states),
        transitions: main?.transitions ?? sum(({ transitions }) => transitions),
        depth: complete ? Math.max(0, ...searches.map(({ depth }) => depth)) : searchedTo,
        seconds,
      },
      searches,
      reductions: this.used(),
      verdicts,
    };
  }

  /** The reductions that have made the searches smaller. */
  private used(): Reduction[] {
    const { searches, reductions } = this;
    const { pages, cpus, devices } = this.system.scope;
    const some = (holds: (each: SearchRecord) => boolean | undefined) => searches.some(holds);
    const used: Readonly<Record<Reduction, boolean>> = {
      pages: some(({ sizes }) => sizes.pages < pages),
      cpus: some(({ sizes }) => sizes.cpus < cpus),
      devices: some(({ sizes }) => sizes.devices < devices),
      symmetry: some(({ exchanged }) => exchanged),
      ghosts: reductions.has('ghosts'),
      slices: some((each) => each.properties.length < this.properties.length),
    };
    return REDUCTION_NAMES.filter((name) => used[name] && reductions.has(name));
  }

  private verdictOf(property: Property): Verdict {
    const known = this.known.get(property);
    if (known === undefined) return { property, verdict: 'unfinished', depth: this.depth };
    const { found, violated, atLeast, witnessed, onlyUpTo } = known;
    if (violated) {
      const least = onlyUpTo === undefined ? atLeast : 0;
      const bound = found === undefined || found.run.length > least ? { atLeast: least } : {};
      return { property, verdict: 'violated', ...this.told(property, found), ...bound };
    }
    if (atLeast < Infinity) {
      return { property, verdict: 'unfinished', depth: atLeast - 1 };
    }
    if (onlyUpTo === undefined) return { property, verdict: witnessed ? 'holds' : 'vacuous' };
    return { property, verdict: 'holds-up-to', pages: onlyUpTo, reached: witnessed };
  }

  /** A run as a trace of the system asked, or of one with numbers where that has `many`. */
  private told(property: Property, found: Known['found']): Pick<Verdict, 'run' | 'where'> {
    if (found === undefined) return {};
    const { system, models } = this;
    const { sizes, run } = trimmed(models, property, found);
    const many = manyOf(system);
    const asked = sizesOf(system.scope);
    const numbers = Object.fromEntries(many.map((kind) => [kind, sizes[kind]]));
    const stated = { ...asked, ...numbers };
    const where = many.length === 0 ? {} : { where: models.systemWith(stated) };
    return { run: runIn(models, stated, run), ...where };
  }
}
