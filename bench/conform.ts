/**
 * Measures how fast a long log is read and judged. The log consists of excerpts of real logs, one
 * after another, with pids and times shifted, until it has the given size.
 *
 * usage: npx tsx bench/conform.ts [--megabytes N]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '100' } } });
const bytes = Number(values.megabytes) * 1e6;
const root = fileURLToPath(new URL('..', import.meta.url));
const NAMES = ['A', 'B', 'C', 'D', 'G', 'H'];
/** More than the pids and the seconds of one log. */
const SHIFT = 1000;

const LINE = /^( *\S+?-)(\d+)( +\[\d+\] \S+ +)(\d+)(\.\d+: .*)$/;

function shifted(line: string, by: number): string {
  const match = LINE.exec(line);
  if (match === null) return '';
  const [, task, pid, flags, seconds, rest] = match;
  const text = rest.replaceAll(/\b(pid|child)=(\d+)/g, (_, key: string, value: string) => {
    return `${key}=${Number(value) + by}`;
  });
  return `${task}${Number(pid) + by}${flags}${Number(seconds) + by}${text}\n`;
}

function write(file: string): void {
  const logs = NAMES.map((name) =>
    readFileSync(join(root, 'suites', 'conformance', `6.1-${name}.log`), 'utf8').split('\n'),
  );
  const to = openSync(file, 'w');
  let size = writeSync(to, `${logs[0].slice(0, 12).join('\n')}\n`);
  for (let round = 0; size < bytes; round++) {
    const log = logs[round % logs.length];
    size += writeSync(to, log.map((line) => shifted(line, round * SHIFT)).join(''));
  }
  closeSync(to);
}

const folder = mkdtempSync(join(tmpdir(), 'conform-'));
try {
  const file = join(folder, 'long.log');
  write(file);
  const start = performance.now();
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'dist', 'cli', 'main.js'), 'conform', '--json', file],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  const seconds = (performance.now() - start) / 1000;
  const { lines, pages } = JSON.parse(stdout) as { lines: number; pages: { verdict: string }[] };
  const explained = pages.filter(({ verdict }) => verdict === 'explained').length;
  console.log(
    `${values.megabytes} MB, ${lines} lines, ${pages.length} pages, ${explained} explained: ` +
      `${seconds.toFixed(1)} s, exit status ${status}`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
