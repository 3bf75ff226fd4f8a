/** A log that comes by a pipe is read once, and what is printed of it is as of a file. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const LOG = 'suites/conformance/6.1-M1-noflush.log';

function conform(args: readonly string[], input: string) {
  const command = ['cli/launch.js', 'conform', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { input });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

it.each([[['--json']], [['--run', '0x10000000']], [['--learn']], [['--infer']]])(
  'conform %j prints of standard input what it prints of a file',
  (options) => {
    const ofFile = conform([...options, LOG], '');
    expect(ofFile.stdout).not.toBe('');
    expect(conform([...options, '-'], readFileSync(LOG, 'utf8'))).toEqual(ofFile);
  },
);
