/**
 * Generates and judges some runs of a random search: one fc.check whose predicate counts and never
 * fails. A worker does this for each message.
 */
import fc from 'fast-check';
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Counts } from '../../properties/generators/index.ts';
import { Distinct, Tally } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import { RunArbitrary } from './any-run.ts';
import { startingAt } from './leap.ts';
import type { Settings } from './settings.ts';
import { rangeOf } from './settings.ts';

export interface ChunkResult {
  readonly counts: Counts;
  /** The hashes of states that this runner has not seen before: Distinct.takeFresh(). */
  readonly hashes: Float64Array;
  /** A plugin has interrupted the runs. */
  readonly interrupted: boolean;
}

/** What a caller may ask of fc.check. */
export type Plugins = fc.Parameters<[readonly Event[]]>['plugins'];

export class ChunkRunner {
  private readonly model: Model;
  private readonly arbitrary: RunArbitrary;
  private readonly distinct = new Distinct();
  private readonly tally: Tally;
  private readonly settings: Settings;

  constructor(system: System, properties: readonly Property[], settings: Settings) {
    const { length, bias } = settings;
    this.settings = settings;
    this.model = new Model(system, ghostsOf(properties));
    this.arbitrary = new RunArbitrary(this.model, { length, bias }, this.distinct);
    this.tally = new Tally(this.model, properties);
    this.distinct.takeFresh();
    this.distinct.visit(this.model.initial);
  }

  /** Makes the runs of a chunk. */
  run(chunk: number): ChunkResult {
    const { first, end } = rangeOf(this.settings, chunk);
    return this.check(first, end - first);
  }

  /** Makes `count` runs from run `first` on. */
  check(first: number, count: number, plugins: Plugins = []): ChunkResult {
    const { arbitrary, distinct, settings, tally } = this;
    const { walk } = arbitrary;
    tally.clear();
    let number = first;
    const judged = fc.property<[readonly Event[]]>(arbitrary, () => {
      tally.add(walk, walk.length, number++);
    });
    const { interrupted } = fc.check(judged, {
      seed: settings.seed,
      randomType: startingAt(first),
      numRuns: count,
      plugins,
    });
    return { counts: tally.counts(), hashes: distinct.takeFresh(), interrupted };
  }

  /** The events of one run. */
  runOf(number: number): readonly Event[] {
    const { seed } = this.settings;
    const randomType = startingAt(number);
    return fc.sample(this.arbitrary, { seed, randomType, numRuns: 1 })[0];
  }
}
