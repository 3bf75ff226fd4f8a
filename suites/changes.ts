/** What single events change in a state, ghosts included, for tests of rules. */
import { states } from '../checker/tell/states.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import { follow } from '../checker/trace/replay.ts';

/**
 * What each event of a run changes. The lines of the setup are separated by semicolons, the events
 * by commas.
 */
export function changesOf(setup: string, events: string): string[][] {
  const numbered = events.split(', ').map((event, i) => `(${i + 1}) ${event}`);
  const text = ['{', ...setup.split('; '), '}', ...numbered, 'ends'].join('\n');
  const written = parseTrace(text, 'run');
  const run = follow(
    written.system,
    written.steps.map(({ event }) => event),
  );
  const answers = run.steps.map(({ answer }) => answer);
  const wrong = written.steps.findIndex(
    ({ answer }, i) => answer !== undefined && answer !== answers[i],
  );
  if (wrong >= 0) throw new Error(`(${wrong + 1}) answers ${answers[wrong]}`);
  const [, ...steps] = states(run, { ghosts: true }).split(/^\(\d+\) /m);
  return steps.map((step) =>
    step
      .split('\n\n')[0]
      .trimEnd()
      .split('\n')
      .map((line) => line.trim()),
  );
}

/** The last event of a run, and everything that it changes. */
export const lastOf = (setup: string, events: string): string[] => changesOf(setup, events).at(-1)!;

/** The same, without the state that a kernel thread keeps of its operation. */
export const pagesAfter = (setup: string, events: string): string[] =>
  lastOf(setup, events).filter((line) => /^[A-D]: /.test(line));
