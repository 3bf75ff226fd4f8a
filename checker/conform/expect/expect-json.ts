/** The document of `conform --expect --json`. */
import { printEvent } from '../../trace/print.ts';
import { printPart } from '../../trace/setup.ts';
import { refusalText } from '../refusal.ts';
import type { Expectation } from './expect.ts';
import { partingText } from './expect-text.ts';
import { EventNames } from './names.ts';
import type { SeenEvent } from './seen-events.ts';

export function expectationJson(expectation: Expectation): object {
  const { verdict, replay, conformance, pages, begin, end, alignment } = expectation;
  const { trace, model, steps } = replay;
  const names = new EventNames(replay, pages);
  const seenJson = (seen: SeenEvent): object => ({ event: names.text(seen), lines: seen.lines });
  const parted = partingText(expectation);
  const { parting } = alignment;
  const { unexplained } = expectation;
  return {
    verdict,
    trace: trace.name ?? null,
    kernel: printPart(trace.system, 'kernel'),
    driver: printPart(trace.system, 'driver'),
    hardware: printPart(trace.system, 'hardware'),
    lines: conformance.summary.lines,
    begin,
    end: end ?? null,
    pages: pages.map(({ name, address }) => ({ name, address: `0x${address.toString(16)}` })),
    setUp: expectation.setUp.map(seenJson),
    steps: steps.map(({ number, event, answer }, at) => ({
      number,
      event: printEvent(event, model.parts.scope, answer),
      isSeen: at < alignment.matched.length,
      lines: alignment.matched.at(at)?.seen?.lines ?? [],
    })),
    ...(parted === undefined
      ? {}
      : {
          parted: {
            text: parted,
            kind: unexplained === undefined ? parting!.kind : 'unexplained',
            step: unexplained === undefined ? (parting!.step?.number ?? null) : null,
            line: unexplained?.refusal.line ?? parting?.seen?.lines[0] ?? null,
            ...(unexplained === undefined ? {} : { why: refusalText(unexplained.refusal) }),
          },
        }),
    behind: alignment.behind.map(seenJson),
    leftOut: expectation.leftOut,
    notUnderstood: expectation.notUnderstood,
  };
}
