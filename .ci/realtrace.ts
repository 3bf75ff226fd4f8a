/**
 * `npm run test:realtrace`: every log of a real kernel that is there, held against the model. The
 * notes of its capture say what must come out. The last line is `N passed, N failed`.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { conform } from '../checker/conform/conform.ts';
import type { Conformance } from '../checker/conform/conform.ts';
import { runsOf } from '../checker/conform/explaining-runs.ts';
import { openLog } from '../checker/conform/ftrace/index.ts';
import { traceOf } from '../checker/trace/replay.ts';

const FOLDER = fileURLToPath(new URL('../../shared/realtrace/', import.meta.url));

interface Expected {
  readonly log: string;
  readonly driver: string;
  readonly missed?: readonly string[];
}

const kvm = (folder: string, ...names: readonly string[]): Expected[] =>
  names.map((name) => ({ log: `${folder}/${name}`, driver: 'kvm' }));

const EXPECTED: readonly Expected[] = [
  ...kvm('6.1', 'A', 'B', 'C', 'D', 'G', 'H'),
  {
    log: '6.1/M1-noflush',
    driver: 'amd-iommu-v2-patched',
    missed: ['626 0x10000000 unreferenced 590', '627 0x10000000 evicted 590'],
  },
  { log: '6.1/M2-flush', driver: 'amd-iommu-v2' },
  ...kvm('6.12', 'A-classic', 'A-mglru', 'B-classic', 'C-classic', 'G-mglru', 'R-classic'),
  {
    log: '6.12/Q-classic',
    driver: 'kvm',
    missed: ['274 0x10001000 unreferenced 35', '275 0x10001000 evicted 35'],
  },
];

/** What is wrong with a verdict; empty if nothing is. */
function complaints({ pages, missed, ranked }: Conformance, expected: Expected): string[] {
  const [{ hypothesis }] = ranked;
  const { driver } = hypothesis.candidate.system.names;
  const found = missed.map(
    ({ line, page, kind, usedAtLine }) => `${line} ${page.name} ${kind} ${usedAtLine}`,
  );
  const refused = pages.flatMap(({ page, refusal }) =>
    refusal === undefined ? [] : [`${page.name} refused at line ${refusal.line}`],
  );
  const wanted = expected.missed ?? [];
  return [
    ...(driver === expected.driver ? [] : [`driver ${driver}, not ${expected.driver}`]),
    ...refused,
    ...(found.join() === wanted.join() ? [] : [`missed ${found.join(', ') || 'nothing'}`]),
    ...pages.flatMap(({ page, refusal }) => {
      if (refusal !== undefined) return [];
      const runs = runsOf(hypothesis, page, page.length);
      for (const run of runs) traceOf(hypothesis.candidate.system, run);
      return runs.length > 0 ? [] : [`${page.name} has no run`];
    }),
  ];
}

async function main(): Promise<void> {
  if (!existsSync(FOLDER)) {
    const must = process.env['CI'] === 'true';
    console.log(`${FOLDER} is missing: ${must ? 'CI must read its logs' : 'skipped'}`);
    console.log(must ? '0 passed, 1 failed' : '0 passed, 0 failed, 1 skipped');
    process.exitCode = must ? 1 : 0;
    return;
  }
  let failed = 0;
  for (const expected of EXPECTED) {
    const file = `${FOLDER}${expected.log}.trace.txt`;
    const wrong = complaints(await conform(openLog(file), file, {}), expected);
    for (const what of wrong) console.log(`${expected.log}: ${what}`);
    if (wrong.length > 0) failed++;
  }
  console.log(`${EXPECTED.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
