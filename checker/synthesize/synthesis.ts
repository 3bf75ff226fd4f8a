/** Computes the sound policies of a space that are minimal, and the front between their merits. */
import { CALLS } from '../../model/steps.ts';
import type { OptionalEvent, Scope, System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Standing as Search } from '../search/progress.ts';
import { Interrupted } from '../search/progress.ts';
import { Classes } from './classes.ts';
import type { Crew } from './crew.ts';
import { inTurns, remembering } from './crew.ts';
import type { Decided } from './deciding.ts';
import { Deciding } from './deciding.ts';
import type { Ladder } from './ladder.ts';
import { distinct, eventsFor, inScope, ladderOf, measuredIn } from './ladder.ts';
import type { Minimal } from './minimal.ts';
import { explained, isBroken, isSound, minimalCodes } from './minimal.ts';
import { Points } from './points.ts';
import type { Standing } from './presets.ts';
import { standings } from './presets.ts';
import type { Space } from './space.ts';
import { driverSpace, kernelSpaces, rawOf, withList } from './space.ts';
import { stepsIn } from './strength.ts';

/** What varies: the driver, one program of the kernel, or both. */
export const VARY = ['driver', 'kernel', 'both'] as const;
export type Vary = (typeof VARY)[number];

export interface Asked {
  /** Its scope says who looks, and which events there are beside those that are needed. */
  readonly system: System;
  readonly vary: Vary;
  /** The space of a file, which then is all that varies. */
  readonly space?: Space | undefined;
  readonly required: readonly Property[];
  /** The scopes in which policies are tried, in place of the ladder. */
  readonly over?: readonly Scope[] | undefined;
}

/** What was found in one space. */
export interface Found {
  readonly classes: Classes;
  readonly decided: readonly Decided[];
  readonly raw: number;
  /** Undefined if the work was interrupted before. */
  readonly minimal?: readonly Minimal[];
  readonly points?: Points;
  readonly presets?: readonly Standing[];
  readonly measuredIn: Scope;
}

export interface Synthesis {
  readonly asked: Asked;
  readonly found: readonly Found[];
  /** How many systems all spaces have, and how many of them were decided. */
  readonly raw: number;
  readonly decided: number;
  readonly seconds: number;
}

/** Is told how many policies are decided, and how many there are. */
type Progress = (done: number, all: number, search?: Search) => void;

/** How a synthesis is done. */
export interface Means {
  readonly crew: Crew;
  readonly stop?: AbortSignal;
  readonly progress?: Progress;
}

/** The spaces of what is asked. Kernels with few steps come first. */
function spacesOf({ system, vary, space }: Asked): Space[] {
  if (space !== undefined) return [space];
  if (vary === 'driver') return [driverSpace(system)];
  if (vary === 'kernel') return kernelSpaces(system);
  const kernels = kernelSpaces(system, Object.keys(CALLS)).flatMap(
    ({ base, axes: [axis], events }) =>
      axis.lists.map((list) => ({
        kernel: withList(base, axis, list),
        steps: stepsIn(list).length,
        events,
      })),
  );
  return kernels
    .toSorted((a, b) => a.steps - b.steps)
    .map(({ kernel, events }) => driverSpace(kernel, events));
}

/** Whether two properties read the same ghosts. A search of both then has the states of each. */
const readsSame = (one: Property, other: Property): boolean =>
  one.observer === other.observer && one.ghosts.join() === other.ghosts.join();

/** Decides one space. What is found so far is put into `found`, also if it is interrupted. */
class Work {
  private readonly asked: Asked;
  private readonly space: Space;
  private readonly means: Means;
  private readonly beside: readonly OptionalEvent[];

  constructor(asked: Asked, space: Space, means: Means) {
    this.asked = asked;
    this.space = space;
    this.means = means;
    this.beside = [...eventsFor(space.base, asked.required), ...space.events];
  }

  private ladderOf(property: Property): Ladder {
    const { over } = this.asked;
    const { base } = this.space;
    const { observers } = this.asked.system.scope;
    if (over === undefined) return ladderOf(base, property, { observers, events: this.beside });
    const scopes = over.filter((scope) => property.applies(inScope(base, scope)));
    return { scopes, leap: scopes.length };
  }

  async run(keep: (found: Found) => void, done: (codes: number, all: number) => void) {
    const { asked, space, means } = this;
    const { observers } = asked.system.scope;
    const measured = measuredIn(space.base, observers, space.events);
    const ladders = asked.required.map((property) => ({
      property,
      ladder: this.ladderOf(property),
    }));
    const all = distinct([...ladders.flatMap(({ ladder }) => ladder.scopes), measured]);
    const classes = new Classes(space, all);
    const total = classes.size * ladders.length;
    const crew = remembering(means.crew);
    const works = ladders.map(({ property, ladder }, i) => {
      const later = ladders.slice(i + 1).map((each) => each.property);
      const together = later.filter((each) => readsSame(each, property));
      return new Deciding(classes, [property, ...together], ladder, crew, () => tell());
    });
    const decided = works.map((work) => work.found);
    const tell = () =>
      done(
        decided.reduce((sum, { known }) => sum + known, 0),
        total,
      );
    const first: Found = { classes, decided, raw: rawOf(space), measuredIn: measured };
    keep(first);
    for (const work of works) await work.run();
    const codes = minimalCodes(classes, decided);
    const minimal: Minimal[] = [];
    for (const code of codes) minimal.push(await explained(classes, decided, code, means.crew));
    const points = await inTurns(Points.pieces(classes, decided, measured), means.stop);
    const presets = asked.vary === 'both' ? [] : standings(classes, decided, points);
    keep({ ...first, minimal, points, presets });
  }
}

/** Computes all. If it is interrupted, what was found until then. */
export async function synthesize(asked: Asked, means: Means): Promise<Synthesis> {
  const start = performance.now();
  const spaces = spacesOf(asked);
  const found: Found[] = [];
  const progress = means.progress ?? (() => {});
  try {
    for (const [i, space] of spaces.entries()) {
      const work = new Work(asked, space, means);
      await work.run(
        (each) => (found[i] = each),
        (done, all) => (spaces.length === 1 ? progress(done, all) : progress(i, spaces.length)),
      );
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  return {
    asked,
    found,
    raw: spaces.reduce((sum, space) => sum + rawOf(space), 0),
    decided: found.reduce((sum, each) => sum + decidedIn(each), 0),
    seconds: (performance.now() - start) / 1000,
  };
}

/** How many systems of a space are known to be sound, or known not to be. */
function decidedIn({ classes, decided, minimal, raw }: Found): number {
  if (minimal !== undefined) return raw;
  const { counts } = classes;
  let sum = 0;
  for (let code = 0; code < counts.length; code++) {
    if (isBroken(decided, code) || isSound(decided, code)) sum += counts[code];
  }
  return sum;
}

/** How many policies are left in a space, and how many systems these are. */
export function leftIn({ classes, decided }: Found): { policies: number; systems: number } {
  const { counts } = classes;
  let [policies, systems] = [0, 0];
  for (let code = 0; code < counts.length; code++) {
    if (!isSound(decided, code)) continue;
    policies++;
    systems += counts[code];
  }
  return { policies, systems };
}
