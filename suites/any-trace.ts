/** Random traces: a random run of a random system, with everything that a trace may contain. */
import fc from 'fast-check';
import type { Event } from '../model/events.ts';
import { Model } from '../model/model.ts';
import type { System } from '../model/system.ts';
import type { Most } from '../properties/generators/any-system.ts';
import { anySystem } from '../properties/generators/any-system.ts';
import { PROPERTIES } from '../properties/index.ts';
import { traceOf } from '../checker/trace/replay.ts';
import type { Trace } from '../checker/trace/trace.ts';

/** A run that takes one of the enabled events at a time, and ends at the first violation. */
export function runOf(model: Model, choices: readonly number[]): Event[] {
  const run: Event[] = [];
  let state = model.initial;
  for (const choice of choices) {
    const enabled = model.enabled(state);
    const event = enabled[choice % enabled.length];
    const { state: after, shown } = model.step(state, event)!;
    run.push(event);
    state = after;
    if (PROPERTIES.some((property) => property.violated(shown))) break;
  }
  return run;
}

const anyWord = fc.stringMatching(/^[!-~]{1,12}$/).map((word) => word.replaceAll(/\*\/+/g, '*'));
const anyWords = fc.array(anyWord, { minLength: 1, maxLength: 24 }).map((words) => words.join(' '));
/** Lines that keep their indentation, such as a drawing. */
const anyDrawing = fc
  .array(anyWords, { minLength: 1, maxLength: 3 })
  .map((lines) => lines.map((line) => `  ${line}`).join('\n'));
const anyStory = fc
  .array(fc.oneof(anyWords, anyDrawing), { minLength: 1, maxLength: 3 })
  .map((paragraphs) => paragraphs.join('\n\n'))
  .filter((story) => !/^\s*Result:/.test(story));

const anyChoices = fc.array(fc.nat(), { minLength: 1, maxLength: 16 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/**
 * A trace as parseTrace() would have read it, but without positions in the text. `made` makes its
 * system of one that was drawn.
 */
export const anyTrace = (
  most: Most,
  made: (drawn: System) => System = (drawn) => drawn,
): fc.Arbitrary<Trace> =>
  fc
    .record({
      system: anySystem(most).map(made),
      choices: anyChoices,
      name: maybe(fc.stringMatching(/^[a-z0-9+#-]{1,30}$/)),
      result: maybe(fc.constant('Sometimes' as const)),
      story: maybe(anyStory),
      notes: fc.array(maybe(anyWords), { minLength: 16, maxLength: 16 }),
    })
    .map(({ system, choices, name, result, story, notes }) => {
      const trace = traceOf(system, runOf(new Model(system), choices), {
        ...(name === undefined ? {} : { name }),
        ...(result === undefined ? {} : { result }),
        ...(story === undefined ? {} : { story }),
      });
      const steps = trace.steps.map((step, i) => {
        const note = notes[i];
        return note === undefined ? step : { ...step, note };
      });
      return { ...trace, steps };
    });
