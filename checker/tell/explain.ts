/** Why a trace went as it did: a short note behind each event, or a sentence for each. */
import {
  cpuAccess,
  deviceAccess,
  deviceComplete,
  deviceRequest,
  evict,
  handleInvalidation,
  iommuTranslate,
  landWrite,
  postWrite,
} from './because-access.ts';
import { threadEvent } from './because-kernel.ts';
import { collapse, userEvent } from './because-user.ts';
import type { Because, Moment } from './moment.ts';
import { momentsOf } from './moment.ts';
import { WIDTH, printStep } from '../trace/print.ts';
import type { Replay } from '../trace/replay.ts';
import type { Trace } from '../trace/trace.ts';
import { verdictText } from '../trace/trace.ts';
import { wrap } from '../trace/wrap.ts';
import { wrong } from './wrong.ts';

function happened(m: Moment): Because {
  const { event } = m;
  switch (event.actor) {
    case 'cpu':
      return event.verb === 'evict' ? evict(m) : cpuAccess(m, event.verb === 'write');
    case 'iommu':
      return event.verb === 'evict' ? evict(m) : iommuTranslate(m);
    case 'kswapd':
    case 'page_idle':
      return threadEvent(m);
    case 'user':
      return userEvent(m, event.verb);
    case 'khugepaged':
      return collapse(m);
    case 'dev':
      switch (event.verb) {
        case 'read':
        case 'write':
          return deviceAccess(m, event.verb === 'write');
        case 'request-read':
        case 'request-write':
          return deviceRequest(m, event.verb === 'request-write');
        case 'complete':
          return deviceComplete(m);
        case 'handle-invalidation':
          return handleInvalidation(m);
        case 'post-write':
          return postWrite(m);
        case 'land-write':
          return landWrite(m);
        case 'evict':
          return evict(m);
      }
  }
}

/** Why a step went as it did, and what is wrong about it, if anything. */
export function becauseOf(m: Moment): Because {
  const { note, sentence } = happened(m);
  const fault = wrong(m);
  const told = `${upperFirst(sentence)}.`;
  return fault === undefined
    ? { note, sentence: told }
    : { note: fault.note, sentence: `${told} ${fault.sentence}` };
}

/** At the start of a sentence; the name of an actor stays as it is. */
const upperFirst = (sentence: string): string =>
  sentence.replace(/^(?!cpu\d|dev\d|kswapd|page_idle|khugepaged)[a-z]/, (letter) =>
    letter.toUpperCase(),
  );

/** Columns in front of the notes' text. */
const MARK = ' // '.length;

/** The trace of a replay with answers everywhere, and a note of our own behind every event. */
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

/** A sentence for every step, in the words of the mail, and what the end of the trace means. */
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

/** Inside a sentence; a function's name and an abbreviation stay as they are. */
const lowerFirst = (sentence: string): string =>
  sentence.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase());
