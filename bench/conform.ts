/**
 * Measures how fast a long log is judged, and whether its memory grows with the log. Such a log is
 * an excerpt of a real one, in which what is between the markers of its scenario is repeated with
 * later times. So its pages are always the same. Each log is measured at half its size, too.
 *
 * usage: npx tsx bench/conform.ts [--megabytes N] [--log NAME]...
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compiled } from './timed-process.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100' },
    log: {
      type: 'string',
      multiple: true,
      default: ['6.1-H', '6.12-G-mglru', '6.1-M2-flush', 'arm64/6.12-B', 'sva/7.3.4-I'],
    },
  },
});
const FOLDER = fileURLToPath(new URL('../suites/conformance/', import.meta.url));

const TIME = /^(.*?\[\d+\] \S+ +)(\d+)(\.\d+: .*)$/;
/** Seconds, more than a scenario takes. */
const SHIFT = 100;

const later = (line: string, by: number): string =>
  line.replace(TIME, (_, head: string, seconds: string, rest: string) => {
    return `${head}${Number(seconds) + by}${rest}`;
  });

/** Writes a log of a size. */
function write(file: string, name: string, bytes: number): void {
  const lines = readFileSync(join(FOLDER, `${name}.log`), 'utf8')
    .trimEnd()
    .split('\n');
  const begin = lines.findIndex((line) => /: SCENARIO \S+ pid=/.test(line)) + 1;
  const end = lines.findLastIndex((line) => /: SCENARIO \S+ end$/.test(line));
  const scenario = lines.slice(begin, end < 0 ? undefined : end);
  const to = openSync(file, 'w');
  let size = writeSync(to, `${lines.slice(0, begin).join('\n')}\n`);
  for (let round = 0; size < bytes; round++) {
    size += writeSync(to, scenario.map((line) => `${later(line, round * SHIFT)}\n`).join(''));
  }
  closeSync(to);
}

interface Figures {
  readonly lines: number;
  readonly verdict: string;
  readonly pages: readonly unknown[];
  readonly missed: readonly unknown[];
}

const folder = mkdtempSync(join(tmpdir(), 'conform-'));
try {
  for (const name of values.log) {
    for (const share of [0.5, 1]) {
      const file = join(folder, 'long.log');
      const megabytes = Number(values.megabytes) * share;
      write(file, name, megabytes * 1e6);
      const { stdout, wall, user, peakKiB } = compiled(['conform', '--json', file]);
      const { lines, verdict, pages, missed } = JSON.parse(stdout) as Figures;
      console.log(
        `${name}: ${megabytes} MB, ${lines} lines, ${pages.length} pages, ${verdict}, ` +
          `${missed.length} misses: ${wall.toFixed(1)} s, of the processor ${user.toFixed(1)} s, ` +
          `${(peakKiB / 1024).toFixed(0)} MiB`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
