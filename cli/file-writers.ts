/** The commands that write files, for tests that try the same things with each of them. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATUS } from './command.ts';
import { youngcheck } from './in-process.ts';

const MAIL = 'old-while-cached+patched-amd';
const CATALOGUE = 'counterexamples';

export interface FileWriter {
  readonly name: string;
  /** The exit status, if it could write. */
  readonly status: number;
  /** The file that it writes in a folder, and what that begins with. */
  readonly file: string;
  readonly begins: RegExp;
  /** Puts into the folder what it reads there. */
  readonly prepare: (folder: string) => void;
  readonly args: (folder: string, path: string) => readonly string[];
}

type Printer = readonly [file: string, begins: RegExp, ...args: string[]];

const printer = ([file, begins, ...args]: Printer): FileWriter => ({
  name: `${args[0]} --out`,
  status: args[0] === 'guard' ? STATUS.unfinished : STATUS.holds,
  file,
  begins,
  prepare: () => {},
  args: (_, path) => [...args, '--out', path],
});

const promote: FileWriter = {
  name: 'promote',
  status: STATUS.holds,
  file: 'README.md',
  begins: /^# Ours\n/,
  prepare(folder) {
    copyFileSync(join(CATALOGUE, `${MAIL}.trace`), join(folder, `${MAIL}.trace`));
    writeFileSync(join(folder, 'ORDER'), `# Ours\n\n${MAIL}\n`);
  },
  args: (folder) => ['promote', 'README.md', '--folder', folder],
};

const saver = (...args: readonly string[]): FileWriter => ({
  name: `${args[0]} --save`,
  status: STATUS.violated,
  file: 'old-while-cached+amd-iommu-v2-patched.trace',
  begins: /^Trace old/,
  prepare: () => {},
  args: (folder) => [...args, '--save', '--examples', folder],
});

export interface FileWriters {
  /** Those that write a file which --out names. */
  readonly printers: readonly FileWriter[];
  /** Those that replace a file. */
  readonly replacers: readonly FileWriter[];
  /** Those that never replace a file. */
  readonly savers: readonly FileWriter[];
}

/** Every command that writes files. What they read, beside the repository, is put into a folder. */
export async function fileWriters(folder: string): Promise<FileWriters> {
  const [pml, run] = [join(folder, 'amd.pml'), join(folder, 'amd.run')];
  const events = [
    'dev0: read A',
    'kswapd: folio_referenced A == 1',
    'kswapd: folio_referenced A == 0',
    'violates no-spurious-invalidation',
  ];
  writeFileSync(run, `${events.join('\n')}\n`);
  await youngcheck('export', '--promela', '--driver', 'amd-iommu-v2', '--out', pml);
  const printers = (
    [
      ['a.txt', /^kernel [^]*\n kswapd/, 'render', join(CATALOGUE, `${MAIL}.trace`)],
      ['a.html', /^<!doctype html>/i, 'report'],
      ['a.pml', /^\/\*/, 'export', '--promela', '--driver', 'kvm'],
      ['a.trace', /^Trace /, 'import-trail', pml, run],
      [
        'a.md',
        /^\*\*Unfinished/,
        'guard',
        'kvm',
        '--against',
        'kvm',
        '--markdown',
        '--max-states',
        '5',
      ],
    ] as const
  ).map(printer);
  const few = ['--runs', '20', '--seed', '3', '--jobs', '1'];
  return {
    printers,
    replacers: [...printers, promote],
    savers: [
      saver('explore', ...few, '--property', 'no-missed-device-reference'),
      saver('conform', 'suites/conformance/6.1-M1-noflush.log'),
    ],
  };
}
