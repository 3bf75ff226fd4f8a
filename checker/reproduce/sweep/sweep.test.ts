/** A sweep: it goes on behind a guest that hung, and where an earlier call was stopped. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HUNG } from '../boot.ts';
import type { Judged } from '../judged.ts';
import type { Plan } from '../plan.ts';
import type { Ended, Runs } from '../run-command.ts';
import { drawing } from './draw.ts';
import type { Sweep } from './record.ts';
import { readSweep, sweepText, tallyOf } from './record.ts';
import { sweepTable } from './sweep-text.ts';
import { sweepOn } from './sweep.ts';

const COUNT = 6;
const DRAWS = { count: COUNT, seed: 5, image: '6.1' } as const;
/** All of one device, so that one boot could make them all. */
const plans = [...drawing({ ...DRAWS, count: 30 })]
  .filter(({ device, file }) => device === 'youngdev' && !file)
  .slice(0, COUNT);

const NEW: Sweep = {
  ...DRAWS,
  kernels: { version: '6.1.0-1', kernel: 'k', modules: 'm', headers: 'h', packages: [] },
  traces: [],
};

/** What a boot does: it makes so many traces, and then comes to its end or hangs in the next. */
interface Boot {
  readonly makes: number;
  readonly how: 'ends' | 'hangs in the next' | 'hangs at once';
}

/** Boots as it is told, and writes the name of the fate into each log. */
class Guests implements Runs {
  boots = 0;
  private readonly plan: readonly Boot[];
  private readonly stop: AbortController | undefined;

  constructor(plan: readonly Boot[], stop?: AbortController) {
    this.plan = plan;
    this.stop = stop;
  }

  run(): Promise<string> {
    throw new Error('a sweep runs nothing but boot.sh');
  }

  status(_program: string, _args: readonly string[], folder: string): Promise<Ended> {
    const { makes, how } = this.plan[this.boots++];
    const names = readdirSync(folder)
      .filter((name) => /^trace-\d+\.c$/.test(name))
      .map((name) => name.replace('.c', ''))
      .toSorted();
    for (const name of names.slice(0, makes)) writeFileSync(join(folder, `${name}.log`), 'log');
    const begun = how === 'hangs in the next' ? makes + 1 : makes;
    const console = names.slice(0, begun).map((name) => `=== ${name} begins\n`);
    writeFileSync(join(folder, 'console'), console.join(''));
    this.stop?.abort();
    return Promise.resolve({ status: how === 'ends' ? 0 : HUNG, output: '' });
  }
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'youngcheck-sweep-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Sweeps with such boots. Traces part whose numbers are given. */
async function swept(
  boots: readonly Boot[],
  { parted = [], sweep = NEW, stop = undefined }: Partial<Told> = {},
): Promise<{ readonly sweep: Sweep; readonly boots: number; readonly told: readonly number[] }> {
  const runs = new Guests(boots, stop);
  const told: number[] = [];
  const judges = (plan: Plan): Promise<Judged> => {
    const isParted = parted.includes(plans.indexOf(plan) + 1);
    const verdict = isParted
      ? ({ fate: 'parted', why: 'no' } as const)
      : { fate: 'agreed' as const };
    return Promise.resolve({ plan, digest: [], ...verdict });
  };
  const after = await sweepOn(folder, sweep, plans, {
    quiet: 1,
    runs,
    signal: (stop ?? new AbortController()).signal,
    judges,
    told: ({ traces }) => told.push(traces.length),
  });
  return { sweep: after, boots: runs.boots, told };
}

interface Told {
  readonly parted: readonly number[];
  readonly sweep: Sweep;
  readonly stop: AbortController | undefined;
}

const fates = ({ traces }: Sweep): string[] =>
  traces.map(({ number, fate }) => `${number} ${fate}`);

describe('a sweep', () => {
  it('makes all in one boot, and tells of each', async () => {
    const { sweep, boots, told } = await swept([{ makes: COUNT, how: 'ends' }]);
    expect(boots).toBe(1);
    expect(told).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tallyOf(sweep.traces, COUNT)).toEqual({
      agreed: 6,
      parted: 0,
      notUnderstood: 0,
      hung: 0,
      left: 0,
    });
    expect(readdirSync(folder)).toEqual(['sweep.json']);
    expect(readSweep(folder)).toEqual(expect.objectContaining({ traces: sweep.traces }));
  });

  it('goes on behind the trace in which a guest hung, and keeps its console', async () => {
    const { sweep, boots } = await swept([
      { makes: 2, how: 'hangs in the next' },
      { makes: 3, how: 'ends' },
    ]);
    expect(boots).toBe(2);
    expect(fates(sweep)).toEqual(
      [1, 2, 3, 4, 5, 6].map((number) => `${number} ${number === 3 ? 'hung' : 'agreed'}`),
    );
    expect(readFileSync(join(folder, 'console-1'), 'utf8')).toContain('=== trace-0003 begins');
    expect(sweepTable(sweep, folder)).toContain('3: not judged: the guest hung');
  });

  it('boots again what hung, and nothing else, when it is called again', async () => {
    const first = await swept([
      { makes: 2, how: 'hangs in the next' },
      { makes: 3, how: 'ends' },
    ]);
    const second = await swept([{ makes: 1, how: 'ends' }], { sweep: first.sweep });
    expect(second.boots).toBe(1);
    expect(tallyOf(second.sweep.traces, COUNT)).toMatchObject({ agreed: 6, hung: 0 });
    expect(existsSync(join(folder, 'trace-0003.trace'))).toBe(false);
    const third = await swept([], { sweep: second.sweep });
    expect(third.boots).toBe(0);
    expect(third.sweep.traces).toEqual(second.sweep.traces);
  });

  it('goes on where an interrupt ended it, and calls nothing hung then', async () => {
    const stop = new AbortController();
    const first = await swept([{ makes: 2, how: 'hangs in the next' }], { stop });
    expect(first.boots).toBe(1);
    expect(fates(first.sweep)).toEqual(['1 agreed', '2 agreed']);
    expect(readdirSync(folder)).toEqual(['sweep.json']);
    expect(sweepTable(first.sweep, folder)).toContain('unfinished: 4 traces were not booted');
    const second = await swept([{ makes: 4, how: 'ends' }], { sweep: readSweep(folder)! });
    expect(tallyOf(second.sweep.traces, COUNT)).toMatchObject({ agreed: 6, left: 0 });
  });

  it('gives up where no guest comes as far as a trace', async () => {
    const never = { makes: 0, how: 'hangs at once' } as const;
    const { sweep, boots } = await swept([never, never, never]);
    expect(boots).toBe(3);
    expect(tallyOf(sweep.traces, COUNT)).toMatchObject({ hung: 6 });
    expect(sweep.traces[0].why).toBe('the guest did not boot');
  });

  it('keeps the trace and the log of what did not agree', async () => {
    const { sweep } = await swept([{ makes: COUNT, how: 'ends' }], { parted: [2] });
    expect(readdirSync(folder)).toEqual(['sweep.json', 'trace-0002.log', 'trace-0002.trace']);
    expect(sweepTable(sweep, folder)).toContain(
      `2: parted: no\n  youngcheck reproduce ${folder}/trace-0002.trace\n`,
    );
  });

  it('removes what a boot has left that was killed', async () => {
    mkdirSync(join(folder, 'boot'));
    await swept([{ makes: COUNT, how: 'ends' }]);
    expect(readdirSync(folder)).toEqual(['sweep.json']);
  });

  it('refuses a folder whose traces another version has drawn', async () => {
    const { sweep } = await swept([{ makes: COUNT, how: 'ends' }]);
    const traces = sweep.traces.map((one) => ({ ...one, trace: 'Trace other\n' }));
    await expect(swept([], { sweep: { ...sweep, traces } })).rejects.toThrow(
      'trace 1 of seed 5 is another one in this version',
    );
  });
});

describe('the table of a sweep', () => {
  it('has a row for each kernel and device, and one for all', async () => {
    const { sweep } = await swept([{ makes: COUNT, how: 'ends' }], { parted: [1] });
    const lines = sweepTable(sweep, folder).split('\n');
    expect(lines[0]).toBe('6 random traces of seed 5 on 6.1.0-1:');
    expect(lines[2]).toMatch(
      /^kernel +device +traces +agreed +parted +not understood +not judged$/,
    );
    expect(lines.find((line) => line.startsWith('all'))).toMatch(/^all +6 +5 +1 +0 +0$/);
    expect(sweepText(sweep)).toContain('"parted": 1');
  });
});
