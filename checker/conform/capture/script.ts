/**
 * Makes the capture script: capture.sh with its parts, and with the events from the table that the
 * log reader also uses.
 */
import { readFileSync } from 'node:fs';
import { packageFile } from '../../trace/package.ts';
import { shellWord } from '../../trace/shell-word.ts';
import type { NeededEvent, Probe } from '../ftrace/index.ts';
import { NEEDED } from '../ftrace/index.ts';

/** A part of the script, as it is in its file. */
const partOf = (name: string): string =>
  readFileSync(packageFile(`checker/conform/capture/${name}.sh`), 'utf8');

/** The part of the script that tells what stands in the head of a log. */
export const headScript = (): string => partOf('head');

/** The script, ready to be copied to the machine to be traced. */
export function captureScript(): string {
  const symbols = NEEDED.flatMap(({ probes }) => probes.map(({ symbol }) => symbol));
  return partOf('capture')
    .replace('@ARGUMENTS@', () => partOf('arguments').trimEnd())
    .replace('@HEAD@', () => headScript().trimEnd())
    .replace('@DOCTOR@', () => partOf('doctor').trimEnd())
    .replace('@NAMES@', () => NEEDED.map(({ name }) => name).join('|'))
    .replace('@SYMBOLS@', () => [...new Set(symbols)].join('|'))
    .replace('@EVENTS@', () => NEEDED.flatMap(linesOf).join('\n'));
}

/** The lowest and highest version, for probes without a first or last kernel. */
const EVER = [0, 999_999] as const;

/** A kernel version as the script writes it: 5.15 is 5015. */
function versionOf(version: string | undefined, otherwise: number): number {
  if (version === undefined) return otherwise;
  const [major, minor] = version.split('.').map(Number);
  return major * 1000 + minor;
}

/** The lines of an event: its description, and the functions on which its probe may be set. */
function linesOf({ kind, group, name, weight, of, or, without, probes }: NeededEvent): string[] {
  const words = [kind, group, name, weight, of ?? 'all', or ?? '-', shellWord(without)];
  return [`event ${words.join(' ')}`, ...probes.map(lineOf)];
}

function lineOf({ symbol, from, to, fetch }: Probe): string {
  return `  on ${symbol} ${versionOf(from, EVER[0])} ${versionOf(to, EVER[1])} ${shellWord(fetch)}`;
}
