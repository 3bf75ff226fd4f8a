/**
 * `npm run test:realtrace [FOLDER]` compares every log of a real kernel in the folder with the
 * model. The notes of the captures say which verdicts are right. The last line is `N passed, N
 * failed`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conform, outcomeOf } from '../checker/conform/conform.ts';
import type { Conformance } from '../checker/conform/conform.ts';
import { INFERRED } from '../checker/conform/candidates.ts';
import { explaining } from '../checker/conform/explanation.ts';
import { openLog } from '../checker/conform/ftrace/index.ts';
import { whole } from '../checker/search/progress.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { parseTraces } from '../checker/trace/parse.ts';
import { replay } from '../checker/trace/replay.ts';

const FOLDER =
  process.argv[2] ?? fileURLToPath(new URL('../../shared/realtrace/', import.meta.url));

interface Expected {
  readonly log: string;
  readonly kernel?: string | undefined;
  readonly driver: string;
  /** The expected misses: line, page, kind and the line of the use, with colons between them. */
  readonly missed: readonly string[];
  /** Whether pages may be refused. */
  readonly isRefused?: boolean;
}

const ofX86 = (
  folder: string,
  driver: string,
  names: readonly string[],
  missed: readonly string[] = [],
): Expected[] => names.map((name) => ({ log: `${folder}/${name}.trace.txt`, driver, missed }));

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

/** The exit statuses of `youngcheck conform`. */
const REFUSED = '6';

/**
 * Logs of expected.tsv whose verdicts need lines that the reader ignores. Only `path=` and `pa=`
 * show a use of a page that was taken away. Only a marker shows a walker without A bits. On arm64
 * only the page-walk callbacks show who else may have cleared a young bit.
 */
const NOT_READ: readonly string[] = [
  'sva/6.12.57-qemu-ad-bug/S7-classic.trace.txt',
  'sva/6.12.57/I-classic.trace.txt',
  'arm64/6.1/CAP-M1-noflush.aging.log',
  'arm64/6.1/M1-noflush.trace.txt',
  'arm64/6.1/M3-noflush-httu.trace.txt',
  'arm64/6.12/M1-noflush-mglru.trace.txt',
];

/** The address of a target page of the captures: P0 is at 0x10000000, and P1 comes after it. */
const addressOf = (missed: string): string =>
  missed.replace(/:P(\d+):/, (_, n: string) => `:0x${(0x1000_0000 + 0x1000 * +n).toString(16)}:`);

/**
 * The rows of expected.tsv: log, kernel, driver, hardware, exit status, misses, and ignored lines.
 */
function rowsOf(file: string): Expected[] {
  const [, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return rows.map((row) => {
    const [log, kernel, driver, , exit, missed] = row.split('\t');
    return {
      log,
      kernel,
      driver,
      missed: missed === '' ? [] : missed.split(';').map(addressOf),
      isRefused: exit === REFUSED,
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
    const traces = parseTraces(whole(explaining(conformance, name)), name);
    for (const { read } of traces) {
      if (read instanceof Complaint) throw read;
      replay(read);
    }
    return traces.length > 0 ? [] : [`${name} has no run`];
  });
}

/** The differences from the expected verdict. Empty if there are none. */
function complaints(conformance: Conformance, expected: Expected): string[] {
  const { pages, missed } = conformance;
  const found = missed.map(({ line, page, kind, usedAtLine }) =>
    [line, page.name, kind, usedAtLine].join(':'),
  );
  const refused = pages.flatMap(({ page, refusal }) =>
    refusal === undefined ? [] : [`${page.name} refused at line ${refusal.line}`],
  );
  const { isRefused = false } = expected;
  return [
    ...INFERRED.flatMap((part) => {
      const wanted = expected[part];
      const names = namesOf(conformance, part);
      if (wanted === undefined || names.includes(wanted)) return [];
      return [`${part} ${names.join(', ')}, not ${wanted}`];
    }),
    ...(isRefused ? [] : refused),
    ...(isRefused && outcomeOf(conformance) !== 'refused' ? ['no page is refused'] : []),
    ...(found.join() === expected.missed.join() ? [] : [`missed ${found.join(', ') || 'nothing'}`]),
    ...runless(conformance),
  ];
}

function absent(): void {
  const must = process.env['CI'] === 'true';
  console.log(`${FOLDER} is missing: ${must ? 'CI must read its logs' : 'skipped'}`);
  console.log(must ? '0 passed, 1 failed' : '0 passed, 0 failed, 1 skipped');
  process.exitCode = must ? 1 : 0;
}

async function main(): Promise<void> {
  if (!existsSync(FOLDER)) return absent();
  const all = [...FIRST, ...rowsOf(join(FOLDER, 'expected.tsv'))];
  const read = all.filter(({ log }) => !NOT_READ.includes(log));
  let failed = 0;
  for (const expected of read) {
    const file = join(FOLDER, expected.log);
    const wrong = complaints(await conform(openLog(file), file, {}), expected);
    for (const what of wrong) console.log(`${expected.log}: ${what}`);
    if (wrong.length > 0) failed++;
  }
  console.log(`not judged yet: ${NOT_READ.join(', ')}`);
  console.log(`${read.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
