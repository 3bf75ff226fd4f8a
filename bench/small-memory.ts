/**
 * Runs each command on a large input in a control group with little memory. It prints how each
 * ended: with a status, or killed. Without a control group that may be written, `ulimit -d` limits
 * the memory.
 *
 * usage: npx tsx bench/small-memory.ts [--megabytes N] [--seconds N] [COMMAND...]
 *
 * --seconds N   ends a command by SIGTERM that still runs (300)
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { longCommands, shown } from './long-commands.ts';

const { values, positionals } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '300' },
  },
  allowPositionals: true,
});
const bytes = Number(values.megabytes) * 2 ** 20;

/** The versions of control groups: where their groups are, and the files that limit one. */
const VERSIONS = [
  {
    name: 'cgroup v1',
    mount: '/sys/fs/cgroup/memory',
    limits: ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes'],
  },
  { name: 'cgroup v2', mount: '/sys/fs/cgroup', limits: ['memory.max', 'memory.swap.max'] },
] as const;

interface Limited {
  readonly name: string;
  /** The shell words that put the process under the limit. */
  readonly enter: string;
  end(): void;
}

/** A group with the limit, in the first version that lets this process make one. */
function limited(): Limited {
  for (const { name, mount, limits } of VERSIONS) {
    const group = `${mount}/youngcheck-${process.pid}`;
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    const end = () => rmdirSync(group);
    const files = limits.map((file) => `${group}/${file}`).filter((file) => existsSync(file));
    if (files.length > 0) {
      for (const file of files) {
        writeFileSync(file, String(file.endsWith('memory.swap.max') ? 0 : bytes));
      }
      return { name, enter: `echo $$ > ${group}/cgroup.procs`, end };
    }
    end();
  }
  return { name: 'ulimit -d', enter: `ulimit -d ${bytes / 1024}`, end: () => {} };
}

interface Ended {
  readonly status: number | string;
  readonly lines: readonly string[];
}

/** What a command prints that tells of memory. */
const TELLS = /memory|unfinished|not computed|interrupted|stopped|left out|not tried/i;

function run(enter: string, args: readonly string[]): Promise<Ended> {
  const script = `${enter} && exec "$0" "$@"`;
  const command = ['-c', script, process.execPath, 'cli/launch.js', ...args];
  const child = spawn('sh', command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const clock = setTimeout(() => child.kill('SIGTERM'), Number(values.seconds) * 1000);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => (text = (text + String(data)).slice(-20_000)));
  }
  return new Promise((resolve) => {
    child.on('close', (status, signal) => {
      clearTimeout(clock);
      const lines = text.split('\n').filter((line) => TELLS.test(line));
      resolve({ status: status ?? `killed by ${signal}`, lines });
    });
  });
}

const { commands, end } = longCommands();
const limit = limited();
console.log(`${values.megabytes} MiB by ${limit.name}`);
try {
  for (const args of commands) {
    if (positionals.length > 0 && !positionals.includes(args[0]!)) continue;
    const start = performance.now();
    const { status, lines } = await run(limit.enter, args);
    const seconds = Math.round((performance.now() - start) / 1000);
    console.log(`${shown(args)}\n  status ${status}, ${seconds} s`);
    for (const line of lines.slice(0, 3)) console.log(`  ${line.trim().slice(0, 100)}`);
  }
} finally {
  limit.end();
  end();
}
