/** Refuses a log that no preset kernel and driver can have written, and names the lines. */
import { Complaint, quote } from '../trace/complaint.ts';
import { EVENTS } from './architecture.ts';
import type { Given } from './candidates.ts';
import { KERNEL_WORDS } from './candidates.ts';
import type { Log } from './log.ts';
import { KVM, isShadow } from './secondary.ts';

/** Words of two kinds of kernels. No kernel has words of both. */
type Apart = readonly [Kind, Kind];
interface Kind {
  readonly kernels: string;
  readonly words: readonly string[];
}

const APART: readonly Apart[] = [
  [
    { kernels: 'until 6.5', words: [KERNEL_WORDS.before] },
    { kernels: 'since 6.6', words: [KERNEL_WORDS.since] },
  ],
  [
    { kernels: 'on x86', words: EVENTS.x86 },
    { kernels: 'on arm64', words: EVENTS.arm64 },
  ],
];

/** A word that the log has, and the line that has it first. */
interface Written {
  readonly word: string;
  readonly line: number;
}

function firstOf({ firstLines }: Log, words: readonly string[]): Written | undefined {
  const written = words.flatMap((word): Written[] => {
    const line = firstLines.get(word);
    return line === undefined ? [] : [{ word, line }];
  });
  return written.toSorted((a, b) => a.line - b.line).at(0);
}

const at = (file: string, line: number) => ({ file, line, column: 1, source: '' });

/** Complains if the log has words of two kernels, and nobody says which kernel it is from. */
export function refuseTwoKernels(log: Log, { kernel }: Given, file: string): void {
  if (kernel !== undefined) return;
  for (const kinds of APART) {
    const found = kinds.flatMap(({ kernels, words }) => {
      const first = firstOf(log, words);
      return first === undefined ? [] : [{ ...first, kernels }];
    });
    if (found.length < kinds.length) continue;
    const [one, other] = found
      .toSorted((a, b) => a.line - b.line)
      .map((each) => ({ ...each, text: `${quote(each.word)} (${each.kernels})` }));
    const message =
      `the log has the words of two kernels: ${one.text} at line ${one.line}, ` +
      `and ${other.text} at line ${other.line}`;
    throw new Complaint(message, at(file, other.line), {
      hint: 'hold the log of one kernel at a time, or name the kernel: --kernel NAME',
    });
  }
}

/** The complaint about a log for which no candidate is left. */
export function noCandidate(log: Log, { kernel }: Given, file: string): Complaint {
  const shadow = isShadow(log.seen) ? firstOf(log, KVM) : undefined;
  const of = kernel === undefined ? 'no preset kernel' : `kernel ${quote(kernel)}`;
  const message =
    shadow === undefined
      ? `no preset driver was in ${of}`
      : `${quote(shadow.word)} is a word of KVM, and no preset of KVM was in ${of}`;
  return new Complaint(message, shadow && at(file, shadow.line), {
    hint: 'name the driver, too: --driver NAME (youngcheck list driver)',
  });
}
