/** Runs the command for a test, and sends it a signal. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * This is loaded before the command. It writes to a pipe of its own once a function of that name
 * listens to SIGINT: that of interrupt.ts when the work begins, or that of launch.js at once. It
 * waits for the end of the turn, when the function listens to SIGTERM as well.
 */
const tells = (listener: string): string => `data:text/javascript,
  import { writeSync } from 'node:fs';
  process.on('newListener', (signal, { name }) => {
    if (signal === 'SIGINT' && name.startsWith('${listener}')) {
      process.nextTick(() => writeSync(3, 'listens'));
    }
  });`;

export interface Interrupted {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Sent {
  readonly by?: 'SIGINT' | 'SIGTERM';
  readonly when?: 'it starts' | 'its work begins';
}

/** The functions that listen then. A bundler may add a number to a name. */
const LISTENERS = { 'it starts': 'startsUp', 'its work begins': 'interrupts' } as const;

export function interrupted(
  args: readonly string[],
  { by = 'SIGINT', when = 'its work begins' }: Sent = {},
): Promise<Interrupted> {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const;
    const load = ['--import', tells(LISTENERS[when]).replaceAll('\n', ' ')];
    const command = [...load, 'cli/launch.js', ...args];
    const child = spawn(process.execPath, command, { cwd: root, stdio: [...stdio] });
    let [stdout, stderr] = ['', ''];
    child.stdio[1]!.on('data', (data) => (stdout += String(data)));
    child.stdio[2]!.on('data', (data) => (stderr += String(data)));
    // The signal is sent once, as a second one would kill the command.
    child.stdio[3]!.once('data', () => child.kill(by));
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
