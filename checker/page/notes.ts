/** Notes that a reader has attached to steps, as a link has them: a line for each, `2:the text`. */
import { annotate } from '../tell/explain.ts';
import { Complaint, quote } from '../trace/complaint.ts';
import type { Replay } from '../trace/replay.ts';
import type { Trace } from '../trace/trace.ts';

/** The notes by the numbers of their steps. */
export type Notes = ReadonlyMap<number, string>;

export const printNotes = (notes: Notes): string =>
  [...notes]
    .toSorted(([one], [other]) => one - other)
    .map(([step, text]) => `${step}:${text}`)
    .join('\n');

/** Reads the notes of a link about a run of so many steps. */
export function parseNotes(text: string, last: number): Notes {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [, step, note] = /^(\d+):(.*)$/.exec(line) ?? [];
      if (step === undefined || Number(step) < 1 || Number(step) > last) {
        throw new Complaint(`a note cannot be ${quote(line)}`, undefined, {
          possible: [`STEP:TEXT, with a step from 1 to ${last}`],
        });
      }
      return [Number(step), note] as const;
    }),
  );
}

/** Notes with one more, or with one less if its text is empty. */
export function withNote(notes: Notes, step: number, text: string): Notes {
  const others = [...notes].filter(([number]) => number !== step);
  const line = text.replace(/\s+/g, ' ').trim();
  return new Map(line === '' ? others : [...others, [step, line]]);
}

/** The notes on the first steps of a run. */
export const notesUpTo = (notes: Notes, last: number): Notes =>
  new Map([...notes].filter(([step]) => step <= last));

/** The trace of a replay as it is saved: a reader's note takes the place of ours. */
export function notedTrace(replayed: Replay, notes: Notes): Trace {
  const trace = annotate(replayed);
  const steps = trace.steps.map((step, i) => {
    const note = notes.get(i + 1);
    return note === undefined ? step : { ...step, note };
  });
  return { ...trace, steps };
}

/** The notes of a trace that are not ours: somebody has written and saved them. */
export function writtenNotes(trace: Trace, replayed: Replay): Notes {
  const ours = annotate(replayed).steps;
  return new Map(
    trace.steps.flatMap(({ note }, i) =>
      note === undefined || note === ours[i].note ? [] : [[i + 1, note] as const],
    ),
  );
}
