/** The accesses of a real log, as `conform` reads them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openLog } from '../conform/ftrace/index.ts';
import { readWhole } from '../conform/conform.ts';
import { logAccesses } from './log-accesses.ts';
import { ACCESS, accessOfTurn, pageOfTurn } from './turn.ts';

const NAMES = Object.fromEntries(Object.entries(ACCESS).map(([name, kind]) => [kind, name]));

async function accessesIn(name: string): Promise<string[]> {
  const file = `suites/conformance/${name}.log`;
  const { log } = await readWhole(openLog(file), file);
  const { turns } = logAccesses(log);
  return [...turns].map((turn) => `${NAMES[accessOfTurn(turn)]} ${pageOfTurn(turn)}`);
}

/** What the markers of a log say, read without `conform`: four pages that a CPU writes first. */
function markersIn(name: string): string[] {
  const text = readFileSync(`suites/conformance/${name}.log`, 'utf8');
  const begins = [...text.matchAll(/: (DEV|CPU) begin P(\d) ([rw]) /g)];
  return begins.map(
    ([, who, page, how]) => `${who!.toLowerCase()}${how === 'w' ? 'Write' : 'Read'} ${page}`,
  );
}

describe('the accesses of a log', () => {
  /* A CPU faults the page in. The device misses in its ATC, hits it, and misses again. */
  it('are those between markers, each once', async () => {
    const reads = ['devRead 0', 'devRead 0', 'devRead 0'];
    expect(markersIn('6.1-M1-noflush')).toEqual(reads);
    expect(await accessesIn('6.1-M1-noflush')).toEqual(['cpuWrite 0', ...reads]);
  });

  it('are in the order of their lines, and pages are numbered by address', async () => {
    const first = ['cpuWrite 0', 'cpuWrite 1', 'cpuWrite 2', 'cpuWrite 3'];
    expect(markersIn('6.1-G')).toHaveLength(20);
    expect(await accessesIn('6.1-G')).toEqual([...first, ...markersIn('6.1-G')]);
  });
});
