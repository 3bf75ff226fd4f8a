/**
 * Starts each command on a large input, sends a signal to it while it works, and prints the seconds
 * from the signal to its end, and its status. Another signal is sent while a command starts up.
 *
 * usage: npx tsx bench/interrupt.ts [--after SECONDS] [--signal SIGTERM] [COMMAND...]
 */
import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { longCommands, shown } from './long-commands.ts';

const { values, positionals } = parseArgs({
  options: {
    after: { type: 'string', default: '0.05,1,8' },
    signal: { type: 'string', default: 'SIGINT' },
  },
  allowPositionals: true,
});

/** Sends the signal to a command after some seconds, and tells how it ended. */
async function interrupted(args: readonly string[], after: number): Promise<string> {
  const child = spawn(process.execPath, ['cli/launch.js', ...args], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
  const before = await Promise.race([ended, setTimeout(after * 1000, 'runs' as const)]);
  if (before !== 'runs') return `after ${after} s: was over, status ${before}`;
  const start = performance.now();
  child.kill(values.signal as NodeJS.Signals);
  const status = await ended;
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  return `after ${after} s: ${seconds} s, status ${status}`;
}

const { commands, end } = longCommands();
try {
  for (const args of commands) {
    if (positionals.length > 0 && !positionals.includes(args[0]!)) continue;
    const told: string[] = [];
    for (const after of values.after.split(',').map(Number)) {
      told.push(await interrupted(args, after));
    }
    console.log(`${shown(args)}\n  ${told.join('; ')}`);
  }
} finally {
  end();
}
