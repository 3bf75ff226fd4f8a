/** The command prints the script, the whole script, and nothing but the script. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { captureScript } from '../checker/capture/script.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

it.each([
  [['--print-script'], 0, captureScript(), ''],
  [[], 2, '', 'hint: youngcheck capture --print-script > capture.sh\n'],
  [['--print-script', 'x'], 2, '', "capture takes no argument 'x'"],
  [['--help'], 0, 'usage: youngcheck capture --print-script', ''],
])('capture %j', (args, expected, out, complaint) => {
  const command = ['--import', 'tsx', main, 'capture', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  expect(status).toBe(expected);
  expect(args.includes('--help') ? stdout.includes(out) : stdout === out).toBe(true);
  expect(stderr).toContain(complaint);
});
