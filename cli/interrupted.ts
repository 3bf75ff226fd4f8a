/** Runs the command for a test, and sends it a signal as soon as it handles Ctrl-C. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * This is loaded before the command. It writes to a pipe of its own once something listens to
 * SIGINT.
 */
const TELLS = `data:text/javascript,
  import { writeSync } from 'node:fs';
  process.on('newListener', (name) => void (name === 'SIGINT' && writeSync(3, 'listens')));`;
const COMMAND = ['--import', TELLS.replaceAll('\n', ' '), 'cli/launch.js'];

export interface Interrupted {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function interrupted(
  args: readonly string[],
  by: 'SIGINT' | 'SIGTERM' = 'SIGINT',
): Promise<Interrupted> {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const;
    const child = spawn(process.execPath, [...COMMAND, ...args], { cwd: root, stdio: [...stdio] });
    let [stdout, stderr] = ['', ''];
    child.stdio[1]!.on('data', (data) => (stdout += String(data)));
    child.stdio[2]!.on('data', (data) => (stderr += String(data)));
    // The signal is sent once, as a second one would kill the command.
    child.stdio[3]!.once('data', () => child.kill(by));
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
