/** Explains a trace: a short note behind each event, or sentences for each. */
import { becauseOf } from './because.ts';
import type { Moment } from './moment.ts';
import { PIECE, momentsOf } from './moment.ts';
import type { Pieces } from '../trace/pieces.ts';
import { mapping, whole } from '../trace/pieces.ts';
import { WIDTH, printStep } from '../trace/print.ts';
import type { Replay } from '../trace/replay.ts';
import type { Trace, TraceStep } from '../trace/trace.ts';
import { printSetup } from '../trace/setup.ts';
import { answered, verdictText } from '../trace/trace.ts';
import { wrap } from '../trace/wrap.ts';

/** How many columns a note's mark takes. */
const MARK = ' // '.length;

/** Returns the trace of a replay with all answers, and with our note behind every event. */
export const annotate = (replay: Replay): Trace => whole(annotating(replay));

/** The same in pieces. */
export function* annotating(replay: Replay): Pieces<Trace> {
  const { source: _, ...rest } = replay.trace;
  const noted = yield* mapping(momentsOf(replay), PIECE, notedStep);
  return { ...rest, steps: noted };
}

/** The step of a moment with our note, which has fewer words where its line has no room for all. */
export function notedStep(m: Moment): TraceStep {
  const step = answered(m.event, m.shown.answer);
  const room = WIDTH - MARK - printStep(m.number, step, m.parts.scope).length;
  const { note } = becauseOf(m);
  const short = note.replace(/\bthe /g, '');
  const [first] = short.split('; ');
  return { ...step, note: [note, short].find(({ length }) => length <= room) ?? first };
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
