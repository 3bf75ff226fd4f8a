/** Learns from epoch to epoch with which beginnings runs are worth making. */
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Reached } from '../../properties/generators/index.ts';
import { Moves, beginningsText } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import { Archive } from './archive.ts';
import type { SavedTrace } from './saved.ts';
import { sameSystem } from './saved.ts';

/** What a search has learned. */
export interface Learned {
  readonly epochs: number;
  readonly cells: number;
  /** The beginnings with which the next epoch would be made. */
  readonly beginnings: string;
}

export class Learning {
  /** The beginnings of this epoch's runs. */
  beginnings: string;
  private epochs = 0;
  private readonly archive: Archive;
  private readonly reached = new Map<number, Reached>();

  constructor(system: System, properties: readonly Property[], beginnings: string) {
    this.archive = new Archive(new Model(system, ghostsOf(properties)));
    this.beginnings = beginnings;
  }

  /** Notes what the runs of a chunk have reached. */
  add(chunk: number, reached: Reached): void {
    this.reached.set(chunk, reached);
  }

  /** Ends an epoch. The order in which its chunks were made makes no difference. */
  endEpoch(): void {
    const inOrder = [...this.reached].toSorted(([a], [b]) => a - b);
    for (const [, reached] of inOrder) this.archive.add(reached);
    this.reached.clear();
    this.beginnings = beginningsText(this.archive.beginnings());
    this.epochs++;
  }

  get learned(): Learned {
    return { epochs: this.epochs, cells: this.archive.size, beginnings: this.beginnings };
  }
}

/** The saved traces of a system as beginnings, for the first epoch. */
export function savedBeginnings(system: System, saved: readonly SavedTrace[]): string {
  const moves = new Moves(new Model(system));
  const runs = saved
    .filter(({ trace }) => sameSystem(trace.system, system))
    .map(({ trace }) => trace.steps.flatMap(({ event }) => moves.placeOf(event) ?? []))
    .map((places) => moves.settle(places))
    .filter((places) => places.length > 0);
  return beginningsText(runs);
}
