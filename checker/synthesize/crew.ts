/** A crew answers the questions of a synthesis: this thread alone, or several others. */
import { setImmediate } from 'node:timers/promises';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { VerdictName } from '../search/check.ts';
import { processMemory } from '../search/memory.ts';
import { Pool } from '../search/pool.ts';
import type { Pieces } from '../search/progress.ts';
import { Interrupted } from '../search/progress.ts';
import type { Answer, Task } from './task.ts';
import { answering } from './task.ts';
import type { Reply, Request, Settings } from './worker.ts';

export interface Crew {
  /** Answers, or rejects as interrupted if it is told to stop. */
  readonly ask: (task: Task) => Promise<Answer>;
  readonly end: () => Promise<void>;
}

/** Does work in this thread. It is interrupted if it is told to stop. */
export async function inTurns<T>(work: Pieces<T>, stop?: AbortSignal): Promise<T> {
  for (let piece = work.next(); ; piece = work.next(false)) {
    if (piece.done) return piece.value;
    // Signals are delivered only between turns of the event loop.
    await setImmediate();
    if (stop?.aborted === true) throw new Interrupted();
  }
}

/** Answers in this thread, one question after another. */
export const alone = (stop?: AbortSignal): Crew => ({
  ask: (task) => inTurns(answering(task), stop),
  end: () => Promise.resolve(),
});

/** Does not search again for what the search of another property has told. */
export function remembering(crew: Crew): Crew {
  const known = new Map<string, VerdictName>();
  const keyOf = ({ kernel, driver, hardware, scope }: System, { name }: Property): string =>
    JSON.stringify([name, kernel, driver, hardware, scope]);
  return {
    ...crew,
    async ask(task) {
      const { system, properties } = task;
      const [property, ...others] = properties;
      const verdict = known.get(keyOf(system, property));
      if (verdict !== undefined) return { verdict, states: 0, isAside: true };
      const answer = await crew.ask(task);
      for (const [i, told] of (answer.others ?? []).entries()) {
        // A violation needs its run, which this search was not for.
        if (told !== 'violated' && told !== 'unfinished') known.set(keyOf(system, others[i]), told);
      }
      return answer;
    },
  };
}

/** Answers in several threads. */
export function crewOf(threads: number, stop?: AbortSignal): Crew {
  const memory = processMemory();
  const settings: Settings = { memory: memory.set };
  const pool = new Pool<Request, Reply>('checker/synthesize/worker', settings, threads, stop);
  return {
    async ask({ properties, ...task }) {
      const names = properties.map(({ name }) => name);
      const { shortage, ...answer } = await pool.ask({ ...task, names });
      if (shortage !== undefined) memory.shortage = shortage;
      return answer;
    },
    end: () => pool.end(),
  };
}
