/** The command prints the whole script and nothing else. */
import { expect, it } from 'vitest';
import { captureScript } from '../checker/conform/capture/script.ts';
import { youngcheck } from './in-process.ts';

it.each([
  [['--print-script'], 0, captureScript(), ''],
  [[], 2, '', 'hint: youngcheck capture --print-script > capture.sh\n'],
  [['--print-script', 'x'], 2, '', "capture takes no argument 'x'"],
  [['--help'], 0, 'usage: youngcheck capture --print-script', ''],
])('capture %j', async (args, expected, out, complaint) => {
  const { status, stdout, stderr } = await youngcheck('capture', ...args);
  expect(status).toBe(expected);
  expect(args.includes('--help') ? stdout.includes(out) : stdout === out).toBe(true);
  expect(stderr).toContain(complaint);
});
