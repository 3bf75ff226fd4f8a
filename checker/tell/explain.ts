/** Explains a trace: a short note behind each event, or sentences for each. */
import { becauseOf } from './because.ts';
import { PIECE, momentsOf } from './moment.ts';
import type { Pieces } from '../trace/pieces.ts';
import { mapping, whole } from '../trace/pieces.ts';
import { WIDTH, printStep } from '../trace/print.ts';
import type { Replay } from '../trace/replay.ts';
import type { Trace } from '../trace/trace.ts';
import { printSetup } from '../trace/setup.ts';
import { verdictText } from '../trace/trace.ts';
import { wrap } from '../trace/wrap.ts';

/** How many columns a note's mark takes. */
const MARK = ' // '.length;

/** Returns the trace of a replay with all answers, and with our note behind every event. */
export const annotate = (replay: Replay): Trace => whole(annotating(replay));

/** The same in pieces. */
export function* annotating(replay: Replay): Pieces<Trace> {
  const { trace, steps } = replay;
  const { source: _, ...rest } = trace;
  const noted = yield* mapping(momentsOf(replay), PIECE, (m, i) => {
    const { number, event, answer } = steps[i];
    const answered = { event, ...(answer === undefined ? {} : { answer }) };
    const room = WIDTH - MARK - printStep(number, answered, trace.system.scope).length;
    const { note } = becauseOf(m);
    return { ...answered, note: note.length <= room ? note : note.replace(/\bthe /g, '') };
  });
  return { ...rest, steps: noted };
}

/** Names the system, explains every step in sentences, and tells what the end means. */
export const explain = (replay: Replay): string => whole(explaining(replay));

/** The same in pieces. */
export function* explaining(replay: Replay): Pieces<string> {
  const { verdict, system } = replay.trace;
  const lines = yield* mapping(momentsOf(replay), PIECE, (m) => {
    const number = `(${m.number}) `;
    return wrap(becauseOf(m).sentence, WIDTH - number.length).map(
      (line, i) => (i === 0 ? number : ' '.repeat(number.length)) + line,
    );
  });
  const asked =
    verdict === 'ends'
      ? ['Nothing is violated.']
      : wrap(`What should hold: ${lowerFirst(verdict.sentence)}`, WIDTH);
  const about = [...printSetup(system), ''];
  return `${[...about, ...lines.flat(), '', verdictText(verdict), ...asked].join('\n')}\n`;
}

/**
 * For use inside a sentence. The name of a function and an abbreviation keep their capital letter.
 */
const lowerFirst = (sentence: string): string =>
  sentence.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase());
