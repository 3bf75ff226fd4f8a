/**
 * `npm run test:realtrace [FOLDER]` compares every log of a real kernel in the folder with the
 * model. The notes of the captures say which verdicts are right. The last line is `N passed, N
 * failed`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conform } from '../checker/conform/conform.ts';
import type { Conformance } from '../checker/conform/conform.ts';
import { INFERRED } from '../checker/conform/candidates.ts';
import { explanation } from '../checker/conform/explanation.ts';
import { openLog } from '../checker/conform/ftrace/index.ts';
import { whole } from '../checker/search/progress.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { parsingTraces } from '../checker/trace/parse.ts';
import { replay } from '../checker/trace/replay.ts';
import { printPart } from '../checker/trace/setup.ts';
import { STATUS } from '../cli/command.ts';
import { statusOf } from '../cli/conform.ts';
import type { Counts } from './realtrace-more.ts';
import { absent, judgeMore } from './realtrace-more.ts';

const FOLDER =
  process.argv[2] ?? fileURLToPath(new URL('../../shared/realtrace/', import.meta.url));

interface Expected {
  readonly log: string;
  readonly kernel?: string | undefined;
  readonly driver: string;
  /** The expected misses: line, page, kind and the line of the use, with colons between them. */
  readonly missed: readonly string[];
  readonly hardware?: string | undefined;
  /** The exit status of the command. */
  readonly status?: number | undefined;
  /** The uses of what was taken away: line, page and kind, with colons between them. */
  readonly harms: readonly Harm[];
}

interface Harm {
  readonly what: string;
  /** Lines that its story has to name. */
  readonly proof: readonly number[];
}

const ofX86 = (
  folder: string,
  driver: string,
  names: readonly string[],
  missed: readonly string[] = [],
): Expected[] =>
  names.map((name) => ({ log: `${folder}/${name}.trace.txt`, driver, missed, harms: [] }));

/**
 * Verdicts from the README.md of the first capture. Its target pages have their addresses there.
 */
const FIRST: readonly Expected[] = [
  ...ofX86('6.1', 'kvm', ['A', 'B', 'C', 'D', 'G', 'H']),
  ...ofX86(
    '6.1',
    'amd-iommu-v2-patched',
    ['M1-noflush'],
    ['626:0x10000000:unreferenced:590', '627:0x10000000:evicted:590'],
  ),
  ...ofX86('6.1', 'sva-rework', ['M2-flush']),
  ...ofX86('6.12', 'kvm', ['A-classic', 'A-mglru', 'B-classic', 'C-classic']),
  ...ofX86('6.12', 'kvm', ['G-mglru', 'R-classic']),
  ...ofX86(
    '6.12',
    'kvm',
    ['Q-classic'],
    ['274:0x10001000:unreferenced:35', '275:0x10001000:evicted:35'],
  ),
];

/** The address of a target page of the captures: P0 is at 0x10000000, and P1 comes after it. */
const addressOf = (missed: string): string =>
  missed.replace(/:P(\d+):/, (_, n: string) => `:0x${(0x1000_0000 + 0x1000 * +n).toString(16)}:`);

/**
 * A harm of expected.tsv: line, page and kind, and behind it what proves it, in brackets. The lines
 * of device-TLB invalidations and of ATC hits have to be named.
 */
function harmOf(text: string): Harm {
  const [what, reasons = ''] = text.split('(');
  const proof = [...reasons.matchAll(/(\d+) (?:dev_tlb_inv|atc-hit)/g)].map(([, line]) => +line);
  return { what: addressOf(what), proof };
}

/** A list of a row; its members have semicolons between them. */
const listOf = (text: string): string[] => (text === '' ? [] : text.split(';'));

/**
 * The rows of expected.tsv: log, kernel, driver, hardware, exit status, misses, harms, and notes.
 */
function rowsOf(file: string): Expected[] {
  const [, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return rows.map((row) => {
    const [log, kernel, driver, hardware, status, missed, harms] = row.split('\t');
    return {
      log,
      kernel,
      driver,
      hardware,
      status: Number(status),
      missed: listOf(missed).map(addressOf),
      harms: listOf(harms).map(harmOf),
    };
  });
}

/** The names of every candidate that explains as much as the best one. */
function namesOf({ ranked }: Conformance, part: (typeof INFERRED)[number]): readonly string[] {
  const [best] = ranked;
  return ranked
    .filter(({ pages, observations }) => {
      return pages === best.pages && observations === best.observations;
    })
    .flatMap(({ hypothesis }) => hypothesis.candidate.pairs.map((pair) => pair[part]));
}

/** Complains about explained pages for which `--run` prints no text, or one that is not so. */
function runless(conformance: Conformance): string[] {
  return conformance.pages.flatMap(({ page: { name }, refusal }) => {
    if (refusal !== undefined) return [];
    const traces = whole(parsingTraces(explanation(conformance, name), name));
    for (const { read } of traces) {
      if (read instanceof Complaint) throw read;
      replay(read);
    }
    return traces.length > 0 ? [] : [`${name} has no run`];
  });
}

/** Presets that differ from the expected ones. Those that explain as much count, too. */
const unnamed = (conformance: Conformance, expected: Expected): string[] =>
  INFERRED.flatMap((part) => {
    const wanted = expected[part];
    const names = namesOf(conformance, part);
    if (wanted === undefined || names.includes(wanted)) return [];
    return [`${part} ${names.join(', ')}, not ${wanted}`];
  });

/** Misses that differ from the expected ones, and harms that differ or that lack their proof. */
function misjudged({ missed, harms }: Conformance, expected: Expected): string[] {
  const found = missed.map(({ line, page, kind, usedAtLine }) =>
    [line, page.name, kind, usedAtLine].join(':'),
  );
  const done = harms.map(({ line, page, kind }) => [line, page.name, kind].join(':'));
  const wanted = expected.harms.map(({ what }) => what);
  const named = new Set(harms.flatMap(({ story }) => story.map(({ line }) => line)));
  const unproved = expected.harms.flatMap(({ proof }) => proof).filter((line) => !named.has(line));
  return [
    ...(found.join() === expected.missed.join() ? [] : [`missed ${found.join(', ') || 'nothing'}`]),
    ...(done.join() === wanted.join() ? [] : [`harms ${done.join(', ') || 'none'}`]),
    ...unproved.map((line) => `line ${line} is not named as a proof`),
  ];
}

/** The differences from the expected verdict. Empty if there are none. */
function complaints(conformance: Conformance, expected: Expected): string[] {
  const refused = conformance.pages.flatMap(({ page, refusal }) =>
    refusal === undefined ? [] : [`${page.name} refused at line ${refusal.line}`],
  );
  const status = statusOf(conformance);
  const { system } = conformance.ranked[0].hypothesis.candidate;
  const hardware = printPart(system, 'hardware');
  const wanted = expected.hardware ?? hardware;
  return [
    ...unnamed(conformance, expected),
    ...(hardware === wanted ? [] : [`hardware ${hardware}, not ${wanted}`]),
    ...(status === (expected.status ?? status) ? [] : [`status ${status}`]),
    ...(expected.status === STATUS.unexplained ? [] : refused),
    ...misjudged(conformance, expected),
    ...runless(conformance),
  ];
}

/** Judges the logs of the captures themselves. */
async function judgeCaptures(): Promise<Counts> {
  if (!existsSync(FOLDER)) return absent(FOLDER);
  const all = [...FIRST, ...rowsOf(join(FOLDER, 'expected.tsv'))];
  let failed = 0;
  for (const expected of all) {
    const file = join(FOLDER, expected.log);
    const wrong = complaints(await conform(openLog(file), file, {}), expected);
    for (const what of wrong) console.log(`${expected.log}: ${what}`);
    if (wrong.length > 0) failed++;
  }
  return { passed: all.length - failed, failed, skipped: 0 };
}

async function main(): Promise<void> {
  const both = [await judgeCaptures(), await judgeMore(join(FOLDER, 'more'))];
  const [passed, failed, skipped] = (['passed', 'failed', 'skipped'] as const).map((what) =>
    both.reduce((sum, counts) => sum + counts[what], 0),
  );
  console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
