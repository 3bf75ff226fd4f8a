/** The capture script: capture.sh with the events from the table that the reader goes by, too. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NeededEvent, Probe } from '../ftrace/index.ts';
import { NEEDED } from '../ftrace/index.ts';

const templateFile = (): string =>
  join(
    dirname(createRequire(import.meta.url).resolve('youngcheck/package.json')),
    'checker/conform/capture/capture.sh',
  );

/** The script, ready to be copied to the machine that is to be traced. */
export function captureScript(): string {
  const symbols = NEEDED.flatMap(({ probes }) => probes.map(({ symbol }) => symbol));
  return readFileSync(templateFile(), 'utf8')
    .replace('@SYMBOLS@', () => [...new Set(symbols)].join('|'))
    .replace('@EVENTS@', () => NEEDED.flatMap(linesOf).join('\n'));
}

/** Stands for "always was" and "still is" in a comparison of versions. */
const EVER = [0, 999_999] as const;

/** 5.15 as the script has it: 5015. */
function versionOf(version: string | undefined, otherwise: number): number {
  if (version === undefined) return otherwise;
  const [major, minor] = version.split('.').map(Number);
  return major * 1000 + minor;
}

/** An event, and below it where it may be. */
function linesOf({ kind, group, name, weight, of, or, without, probes }: NeededEvent): string[] {
  const words = [kind, group, name, weight, of ?? 'all', or ?? '-', quoted(without)];
  return [`event ${words.join(' ')}`, ...probes.map(lineOf)];
}

function lineOf({ symbol, from, to, fetch }: Probe): string {
  return `  on ${symbol} ${versionOf(from, EVER[0])} ${versionOf(to, EVER[1])} ${quoted(fetch)}`;
}

/** As one word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
