/**
 * Measures how fast a log is read, as a multiple of the time for splitting it into lines. Both are
 * measured in turn, as megabytes per second would say more about the machine. The log is an excerpt
 * that is repeated in memory.
 *
 * usage: npx tsx bench/log-speed.ts [--megabytes N] [--rounds N] [--log FILE]
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { conform } from '../checker/conform/conform.ts';
import { Calls, readLog } from '../checker/conform/ftrace/index.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    log: { type: 'string', default: '../suites/conformance/6.1-H.log' },
  },
});
const chunk = readFileSync(fileURLToPath(new URL(values.log, import.meta.url)));
const copies = Math.ceil((Number(values.megabytes) * 1e6) / chunk.length);
const megabytes = (copies * chunk.length) / 1e6;

function* log(): Iterable<Buffer> {
  for (let i = 0; i < copies; i++) yield chunk;
}

/** The work that any reader has to do. */
function split(): number {
  let lines = 0;
  for (const bytes of log()) lines += bytes.toString('utf8').split('\n').length;
  return lines;
}

const WAYS: Readonly<Record<string, () => unknown>> = {
  'split into lines': split,
  'read events': () => readLog(log(), () => {}),
  'and pair calls': () => {
    const calls = new Calls();
    return readLog(log(), (event) => void calls.take(event));
  },
  'and judge': () => conform(log(), 'log', { kernel: 'v5.15-arm64', driver: 'kvm' }),
};

console.log(`${megabytes.toFixed(0)} MB, best of ${values.rounds}`);
const best = new Map<string, number>();
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, way] of Object.entries(WAYS)) {
    const start = performance.now();
    await way();
    const seconds = (performance.now() - start) / 1000;
    best.set(name, Math.min(seconds, best.get(name) ?? Infinity));
  }
}
const base = best.get('split into lines')!;
for (const [name, seconds] of best) {
  const rate = (megabytes / seconds).toFixed(0).padStart(6);
  console.log(`${name.padEnd(18)}${rate} MB/s, ${(seconds / base).toFixed(1)} times as long`);
}
console.log(`peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
