/** Prints what `conform --expect` has found: each step of the trace with the lines that show it. */
import { basename } from 'node:path';
import { placeText } from '../../trace/complaint.ts';
import { printEvent } from '../../trace/print.ts';
import { printable } from '../../trace/printable.ts';
import type { ReplayStep } from '../../trace/replay.ts';
import { printPart } from '../../trace/setup.ts';
import { wrap } from '../../trace/wrap.ts';
import { answersOf } from '../../../model/events.ts';
import type { Expectation } from './expect.ts';
import { EventNames } from './names.ts';
import type { SeenEvent } from './seen-events.ts';

const WIDTH = 78;
const LABEL = 9;

const labelled = (label: string, text: string): string[] =>
  wrap(text, WIDTH - LABEL).map((line, i) => (i === 0 ? label : '').padEnd(LABEL) + line);

/** The lines of an event: the first and the last. */
export function linesText({ lines }: Pick<SeenEvent, 'lines'>): string {
  const [first, last] = [lines[0], lines.at(-1)!];
  return first === last ? `line ${first}` : `lines ${first}-${last}`;
}

/** The text of a step of the trace, with the answer that the model gives. */
export const stepText = ({ replay: { model } }: Expectation, step: ReplayStep): string =>
  `(${step.number}) ${printEvent(step.event, model.parts.scope, step.answer)}`;

/** One sentence that says where the log parts from the trace. */
export function partingText(expectation: Expectation): string | undefined {
  const { alignment, unexplained, replay, conformance, pages } = expectation;
  const at = (line: number) => placeText({ file: conformance.summary.file, line });
  if (unexplained !== undefined) {
    const { name, refusal } = unexplained;
    return (
      `${at(refusal.line)}: page ${name}: ${refusal.said}. No run of the model does that here ` +
      'with the kernel and the driver of the trace'
    );
  }
  const { parting } = alignment;
  if (parting === undefined) return undefined;
  const { kind, step, seen } = parting;
  const wanted = step && stepText(expectation, step);
  if (seen === undefined) return `the log has nothing more where the trace has ${wanted}`;
  const has = `${at(seen.lines[0])}: the log has ${new EventNames(replay, pages).text(seen)}`;
  if (kind === 'answer') {
    const said = answersOf(step!.event, replay.model.parts.scope)![seen.answer!];
    return `${at(seen.until)}: the log answers ${said} where the trace has ${wanted}`;
  }
  if (kind === 'overlap')
    return `${has} before the event above it is over; the trace has ${wanted}`;
  if (wanted === undefined) return `${has}, and the trace is over`;
  return kind === 'missing'
    ? `${wanted} is missing: ${has}`
    : `${has}, which the trace does not have before ${wanted}`;
}

const VERDICTS = {
  'as predicted': 'as predicted',
  parted: 'the kernel parted from the trace',
  'not understood': 'not understood',
} as const;

function verdictLines(expectation: Expectation): string[] {
  const { verdict, replay, notUnderstood } = expectation;
  const { length } = replay.steps;
  const events = length === 1 ? 'the one event' : `the ${length} events`;
  const whys =
    verdict === 'as predicted'
      ? [`the log shows ${events} of the trace, in this order and with these answers`]
      : notUnderstood.length > 0
        ? notUnderstood
        : [partingText(expectation)!];
  return whys.flatMap((why, i) => wrap(i === 0 ? `${VERDICTS[verdict]}: ${why}` : why, WIDTH));
}

/** Rows of two columns. */
function rows(all: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...all.map(([text]) => text.length));
  return all.map(([text, lines]) => `  ${text.padEnd(width)}  ${lines}`);
}

function stepRows(expectation: Expectation): string[] {
  const { alignment, replay } = expectation;
  const matched = alignment.matched.map(
    ({ step, seen }) =>
      [
        stepText(expectation, step),
        seen === undefined ? 'leaves no line' : linesText(seen),
      ] as const,
  );
  const { parting } = alignment;
  const rest = replay.steps.slice(matched.length).map((step) => {
    const other = parting?.step === step && parting.kind === 'answer' ? parting.seen : undefined;
    const words = answersOf(step.event, replay.model.parts.scope);
    const text =
      other === undefined ? 'not seen' : `answers ${words![other.answer!]}, ${linesText(other)}`;
    return [stepText(expectation, step), text] as const;
  });
  return rows([...matched, ...rest]);
}

export function expectationText(expectation: Expectation): string {
  const { replay, conformance, pages, begin, end, setUp, alignment, leftOut } = expectation;
  const { trace } = replay;
  const names = new EventNames(replay, pages);
  const seenRow = (seen: SeenEvent) => [names.text(seen), linesText(seen)] as const;
  const { file, lines } = conformance.summary;
  const places = pages.map(({ name, address }) => `${name} at 0x${address.toString(16)}`);
  const between = end === undefined ? `from line ${begin} on` : `between lines ${begin} and ${end}`;
  const text = [
    ...verdictLines(expectation),
    '',
    ...labelled('log', `${printable(basename(file))}, ${lines} lines`),
    ...(trace.name === undefined ? [] : labelled('trace', trace.name)),
    ...labelled('kernel', `${printPart(trace.system, 'kernel')} (given by the trace)`),
    ...labelled('driver', `${printPart(trace.system, 'driver')} (given by the trace)`),
    ...labelled('hardware', `${printPart(trace.system, 'hardware')} (given by the trace)`),
    ...labelled('pages', places.join(', ')),
    '',
    `The set-up, up to line ${begin}:`,
    ...(setUp.length === 0 ? ['  no event of these pages'] : rows(setUp.map(seenRow))),
    '',
    `The trace, ${between}:`,
    ...stepRows(expectation),
    ...(alignment.behind.length === 0
      ? []
      : ['', 'Behind the last event, as reclaim goes on:', ...rows(alignment.behind.map(seenRow))]),
    ...(leftOut.length === 0 ? [] : ['', 'Left out:']),
    ...leftOut.flatMap(({ event, count, line, why }) => {
      const times = count === 1 ? `line ${line}` : `${count} times, first at line ${line}`;
      return wrap(`${event} (${times}): ${why}`, WIDTH - 2).map((one) => `  ${one}`);
    }),
  ];
  return `${text.join('\n')}\n`;
}
