/** Walks and judges some runs of a random search. A worker does this for each message. */
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Counts } from '../../properties/generators/index.ts';
import { Distinct, Tally, Walk } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import type { Settings } from './settings.ts';
import { numbersOf } from './settings.ts';

export interface ChunkResult {
  readonly counts: Counts;
  /** The hashes of distinct states: Distinct.hashes(). */
  readonly hashes: Float64Array;
}

export class ChunkRunner {
  private readonly model: Model;
  private readonly walk: Walk;
  private readonly distinct = new Distinct();
  private readonly tally: Tally;
  private readonly settings: Settings;

  constructor(system: System, properties: readonly Property[], settings: Settings) {
    this.settings = settings;
    this.model = new Model(system, ghostsOf(properties));
    this.walk = new Walk(this.model, settings.length, settings.bias);
    this.tally = new Tally(this.model, properties);
  }

  run(chunk: number): ChunkResult {
    const { walk, distinct, settings, tally } = this;
    const { seed, length } = settings;
    distinct.clear();
    tally.clear();
    distinct.visit(this.model.initial);
    for (const number of numbersOf(settings, chunk)) {
      tally.add(walk, walk.run(seed, number, length, distinct), number);
    }
    return { counts: tally.counts(), hashes: distinct.hashes() };
  }

  /** The events of one run. */
  runOf(number: number) {
    const { walk, model, settings } = this;
    const length = walk.run(settings.seed, number, settings.length);
    return Array.from(walk.events.subarray(0, length), (place) => model.events[place]);
  }
}
