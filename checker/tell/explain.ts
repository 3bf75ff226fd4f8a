/** Explains a trace: a short note behind each event, or sentences for each. */
import { becauseOf } from './because.ts';
import { momentsOf } from './moment.ts';
import { WIDTH, printStep } from '../trace/print.ts';
import type { Replay } from '../trace/replay.ts';
import type { Trace } from '../trace/trace.ts';
import { verdictText } from '../trace/trace.ts';
import { wrap } from '../trace/wrap.ts';

/** How many columns a note's mark takes. */
const MARK = ' // '.length;

/** Returns the trace of a replay with all answers, and with our note behind every event. */
export function annotate(replay: Replay): Trace {
  const { trace, steps } = replay;
  const { source: _, ...rest } = trace;
  const notes = [...momentsOf(replay)].map((m) => becauseOf(m).note);
  return {
    ...rest,
    steps: steps.map((step, i) => {
      const { event, answer } = step;
      const answered = { event, ...(answer === undefined ? {} : { answer }) };
      const room = WIDTH - MARK - printStep(step.number, answered, trace.system.scope).length;
      const note = notes[i].length <= room ? notes[i] : notes[i].replace(/\bthe /g, '');
      return { ...answered, note };
    }),
  };
}

/** Explains every step in sentences, and what the end of the trace means. */
export function explain(replay: Replay): string {
  const { verdict } = replay.trace;
  const lines = [...momentsOf(replay)].flatMap((m) => {
    const number = `(${m.number}) `;
    return wrap(becauseOf(m).sentence, WIDTH - number.length).map(
      (line, i) => (i === 0 ? number : ' '.repeat(number.length)) + line,
    );
  });
  const asked =
    verdict === 'ends'
      ? ['Nothing is violated.']
      : wrap(`What should hold: ${lowerFirst(verdict.sentence)}`, WIDTH);
  return `${[...lines, '', verdictText(verdict), ...asked].join('\n')}\n`;
}

/**
 * For use inside a sentence. The name of a function and an abbreviation keep their capital letter.
 */
const lowerFirst = (sentence: string): string =>
  sentence.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase());
