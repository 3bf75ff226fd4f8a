/** One question of a synthesis: does a system violate a property in its scope? */
import { eventText } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { VerdictName } from '../search/check.ts';
import { Checking } from '../search/checking.ts';
import type { Pieces } from '../search/progress.ts';
import type { Heard } from './heard.ts';
import { heardIn } from './heard.ts';
import type { ToldRun } from './rerun.ts';
import { rerun } from './rerun.ts';

export interface Task {
  readonly system: System;
  /**
   * The property that is asked, and then others that read the same ghosts: one search can tell of
   * them as well.
   */
  readonly properties: readonly [Property, ...Property[]];
  /** Runs that violate the property in other systems, to be tried before anything is searched. */
  readonly runs: readonly ToldRun[];
}

export interface Answer {
  readonly verdict: VerdictName;
  /** What a search says of the other properties, in their order. */
  readonly others?: readonly VerdictName[];
  /** The search of another property has told it. */
  readonly isAside?: true;
  /** A violating run. It is a shortest one if it was searched. */
  readonly run?: ToldRun;
  /** What the run can have come to of the kernel and the driver. */
  readonly heard?: Heard;
  /** The number of the run that was tried with success; undefined if a search has answered. */
  readonly tried?: number;
  readonly states: number;
}

/** Answers by a run that is known, or else by an exhaustive search. */
export function* answering({ system, properties, runs }: Task): Pieces<Answer> {
  for (const [tried, run] of runs.entries()) {
    const found = rerun(system, properties[0], run);
    if (found === undefined) continue;
    const events = found.map(eventText);
    const heard = heardIn(system, found);
    return { verdict: 'violated', run: { scope: run.scope, events }, heard, tried, states: 0 };
  }
  const checking = new Checking(system, properties);
  yield* checking.pieces();
  const { verdicts, search } = checking.result();
  const [{ verdict, run, where = system }, ...more] = verdicts;
  const others = more.map((each) => each.verdict);
  const { states } = search;
  if (run === undefined) return { verdict, others, states };
  const told = { scope: where.scope, events: run.map(eventText) };
  return { verdict, run: told, heard: heardIn(system, run), others, states };
}
