/**
 * Generates and judges some runs of a random search: one fc.check whose predicate counts and never
 * fails. A worker does this for each message.
 */
import fc from 'fast-check';
import type { Event } from '../../model/events.ts';
import type { Packed } from '../../model/model.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Counts, Reached } from '../../properties/generators/index.ts';
import { Cells, Distinct, Tally, beginningsText } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import { RunArbitrary } from './any-run.ts';
import { startingAt } from './leap.ts';
import type { Settings } from './settings.ts';
import { mostEvents, rangeOf } from './settings.ts';

export interface ChunkResult {
  readonly counts: Counts;
  /** The hashes of states that this runner has not seen before: Distinct.takeFresh(). */
  readonly hashes: Float64Array;
  /** Where the runs have come to, if the search learns. */
  readonly reached?: Reached;
  /** A plugin has interrupted the runs. */
  readonly interrupted: boolean;
}

/** A run, and the text of the beginnings that it needs to be made again. */
export interface MadeRun {
  readonly events: readonly Event[];
  readonly beginnings: string;
}

/** What a caller may ask of fc.check. */
export type Plugins = fc.Parameters<[readonly Event[]]>['plugins'];

export class ChunkRunner {
  private readonly model: Model;
  private readonly distinct = new Distinct();
  private readonly cells: Cells | undefined;
  private readonly tally: Tally;
  private readonly settings: Settings;
  private arbitrary: RunArbitrary;
  private beginnings: string;

  constructor(system: System, properties: readonly Property[], settings: Settings) {
    this.settings = settings;
    this.model = new Model(system, ghostsOf(properties));
    this.tally = new Tally(this.model, properties);
    this.cells = settings.learn ? new Cells(this.model, mostEvents(settings)) : undefined;
    this.beginnings = settings.beginnings;
    this.arbitrary = this.arbitraryWith(settings.beginnings);
    this.distinct.takeFresh();
    this.distinct.visit(this.model.initial);
  }

  private arbitraryWith(beginnings: string): RunArbitrary {
    const { distinct, cells, model } = this;
    const { length, bias } = this.settings;
    const both = {
      visit: (state: Packed) => {
        distinct.visit(state);
        cells!.visit(state);
      },
    };
    const visitor = cells === undefined ? distinct : both;
    return new RunArbitrary(model, { length, bias, beginnings }, visitor);
  }

  /** Takes other beginnings, as those of another epoch. */
  beginWith(beginnings: string): void {
    if (beginnings === this.beginnings) return;
    this.beginnings = beginnings;
    this.arbitrary = this.arbitraryWith(beginnings);
  }

  /** Makes the runs of a chunk. */
  run(chunk: number): ChunkResult {
    const { first, end } = rangeOf(this.settings, chunk);
    return this.check(first, end - first);
  }

  /** Makes `count` runs from run `first` on. */
  check(first: number, count: number, plugins: Plugins = []): ChunkResult {
    const { arbitrary, cells, distinct, settings, tally } = this;
    const { walk } = arbitrary;
    tally.clear();
    let number = first;
    const judged = fc.property<[readonly Event[]]>(arbitrary, () => {
      tally.add(walk, walk.length, number++);
      cells?.endRun(walk);
    });
    const { interrupted } = fc.check(judged, {
      seed: settings.seed,
      randomType: startingAt(first),
      numRuns: count,
      plugins,
    });
    const made = { counts: tally.counts(), hashes: distinct.takeFresh(), interrupted };
    return cells === undefined ? made : { ...made, reached: cells.take() };
  }

  /** One run. */
  runOf(number: number): MadeRun {
    const { seed } = this.settings;
    const randomType = startingAt(number);
    const [events] = fc.sample(this.arbitrary, { seed, randomType, numRuns: 1 });
    const { beginning } = this.arbitrary.walk;
    // Where one beginning stands alone, a run draws that one, and all else as before.
    const any = this.beginnings.split(',', 1)[0];
    const needed = beginning.length === 0 ? any : beginningsText([beginning]);
    return { events, beginnings: needed };
  }
}
