/**
 * Measures how fast a long log is judged, and whether its memory grows with the log. Such a log is
 * an excerpt of a real one, of which a stretch is repeated with later times. Behind the stretch
 * every page can be in just the states in which it can be before it. So no page is refused, which
 * would be less work. Each log is measured at half its size, too.
 *
 * usage: npx tsx bench/conform.ts [--megabytes N] [--log NAME]...
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stretchOf } from './stretch.ts';
import { compiled } from './timed-process.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '100' },
    log: {
      type: 'string',
      multiple: true,
      default: [
        '6.1-H',
        '6.1-A',
        '6.1-M2-flush',
        '6.12-A-mglru',
        '6.12-G-mglru',
        'arm64/6.12-M1-noflush',
      ],
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

/** Writes a log of a size. Returns how many lines its stretch has. */
async function write(file: string, name: string, bytes: number): Promise<number> {
  const lines = readFileSync(join(FOLDER, `${name}.log`), 'utf8')
    .trimEnd()
    .split('\n');
  const { begin, end } = await stretchOf(lines, name);
  const to = openSync(file, 'w');
  const put = (some: readonly string[], round: number): number =>
    writeSync(to, some.map((line) => `${later(line, round * SHIFT)}\n`).join(''));
  let [size, round] = [put(lines.slice(0, begin), 0), 0];
  while (size < bytes) size += put(lines.slice(begin, end), round++);
  put(lines.slice(end), round);
  closeSync(to);
  return end - begin;
}

interface Figures {
  readonly lines: number;
  readonly verdict: string;
  readonly pages: readonly unknown[];
  readonly missed: readonly unknown[];
  readonly summary: { readonly looks: number; readonly evictions: number };
}

const folder = mkdtempSync(join(tmpdir(), 'conform-'));
try {
  for (const name of values.log) {
    for (const share of [0.5, 1]) {
      const file = join(folder, 'long.log');
      const megabytes = Number(values.megabytes) * share;
      const stretch = await write(file, name, megabytes * 1e6);
      const { stdout, wall, user, peakKiB } = compiled(['conform', '--json', file]);
      const { lines, verdict, pages, missed, summary } = JSON.parse(stdout) as Figures;
      if (verdict === 'refused') throw new Error(`${name}: refused, so that it does less work`);
      console.log(
        `${name}: ${megabytes} MB, ${lines} lines, ${stretch} in a stretch, ` +
          `${pages.length} pages, ${summary.looks} looks, ${summary.evictions} evictions, ` +
          `${verdict}, ${missed.length} misses: ${wall.toFixed(1)} s, ` +
          `of the processor ${user.toFixed(1)} s, ` +
          `${(peakKiB / 1024).toFixed(0)} MiB`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
