/** What became of every trace of the catalogue: docs/reproduced.md, and the digest of the logs. */
import type { Kernels } from '../checker/reproduce/images.ts';
import type { Fate, Judged } from '../checker/reproduce/judged.ts';
import { titleOf } from '../checker/reproduce/program.ts';

/** A trace of the catalogue: what its run has shown, or why there was none. */
export interface Recorded {
  readonly name: string;
  readonly fate?: Fate;
  readonly why?: string;
  /** The release of the kernel that was booted, and the preset that it stands for. */
  readonly version?: string;
  readonly kernel?: string;
  readonly device?: string;
  readonly digest?: readonly string[];
}

export const recordOf = ({ plan, fate, why, digest }: Judged, { version }: Kernels): Recorded => ({
  name: titleOf(plan),
  fate,
  ...(why === undefined ? {} : { why }),
  version,
  kernel: plan.bootable.kernel,
  device: plan.device,
  digest,
});

const SEEN: Readonly<Record<Fate, string>> = {
  agreed: 'seen',
  parted: 'not seen',
  'not understood': 'steps seen, log not explained',
  hung: 'not judged, the guest hung',
};

/** A text as a cell of a table. A log is gone by then, and its line alone is named. */
export const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\S+\.log:(\d+)/g, 'line $1');

const lineNumbers = (digest: readonly string[] = []): string =>
  digest.map((line) => line.split(':', 1)[0]).join(', ');

/** The row of one that was driven, with what is named first. */
export const drivenRow = (
  names: readonly string[],
  { fate, why, version, kernel, device, digest }: Recorded,
): string =>
  `| ${[
    ...names,
    `${version}, as \`${kernel}\``,
    device!,
    `${SEEN[fate!]}${why === undefined ? '' : `: ${cell(why)}`}`,
    lineNumbers(digest),
  ].join(' | ')} |`;

const PAGE = `# The catalogue on real kernels

Each trace of the catalogue was made to happen on an unmodified kernel of Debian, in QEMU, by

    youngcheck reproduce NAME --out DIR --run

[reproduce.md](reproduce.md) tells how, and what *seen* means. \`youngdev\` is the module that
plays the device, and \`kvm\` a vCPU of KVM. The lines are those of the log that show the
steps; [suites/reproduced.log](../suites/reproduced.log) has them. \`npm run long:reproduced\`
writes this page.
`;

/** What a log shows where conform does not find the trace in it. */
const REASONS: Readonly<Record<string, string>> = {
  'use-after-free+vtd-rounding':
    'conform judges page by page, and a range that is rounded needs its neighbours. Without the ' +
    'driver it explains the log, and finds the wrong read: `DEV end P2` with `path=atc-hit`, ' +
    'where the PTE maps nothing',
};

/** How many have come to each fate. */
export function countsText(all: readonly Recorded[]): string {
  const count = (fate: Fate): number => all.filter((one) => one.fate === fate).length;
  return (Object.keys(SEEN) as Fate[]).map((fate) => `${count(fate)} ${SEEN[fate]}`).join('; ');
}

/** What the logs show of those that were not seen. */
export function reasonsText(all: readonly Recorded[]): string[] {
  const parted = all.filter(({ fate }) => fate === 'parted' || fate === 'not understood');
  const reasons = parted.map(({ name }) => `- \`${name}\`, ${REASONS[name] ?? 'not understood'}`);
  return reasons.length === 0
    ? []
    : ['', 'What the logs show of those not seen, or not explained:', '', ...reasons];
}

/** The page: traces that were driven, and those that were not, with the reason. */
export function reproducedPage(all: readonly Recorded[]): string {
  const driven = all.filter(({ fate }) => fate !== undefined);
  const others = all.filter(({ fate }) => fate === undefined);
  return `${[
    PAGE,
    `## Driven: ${driven.length}`,
    '',
    `There are ${countsText(driven)}.`,
    ...reasonsText(driven),
    '',
    '| trace | kernel | device | seen | lines of the log |',
    '|---|---|---|---|---|',
    ...driven.map((one) => drivenRow([`\`${one.name}\``], one)),
    '',
    `## Not driven: ${others.length}`,
    '',
    '| trace | why |',
    '|---|---|',
    ...others.map(({ name, why = '' }) => `| \`${name}\` | ${cell(why)} |`),
  ].join('\n')}\n`;
}

/** The lines of all logs that show the steps, under the names of the traces. */
export const digestText = (all: readonly Recorded[]): string =>
  all
    .filter(({ digest = [] }) => digest.length > 0)
    .map(({ name, version, digest = [] }) => [`# ${name}, ${version}`, ...digest, ''].join('\n'))
    .join('\n');
