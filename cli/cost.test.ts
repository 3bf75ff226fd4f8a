/** What `cost` prints and exits with, and what it refuses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { PRICES } from '../checker/cost/prices.ts';
import { PATTERNS, PATTERN_NAMES } from '../checker/cost/workloads.ts';
import { youngcheck } from './in-process.ts';
import { Interrupt, setInterrupt } from './interrupt.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-cost-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const DRIVERS = ['amd-iommu-v2-patched', 'amd-iommu-v2'];
const SHORT = ['--workload', 'hot-set', '--pages', '100', '--turns', '2k', '--runs', '3'];
const LOG = 'suites/conformance/6.1-G.log';

describe('cost', () => {
  it('prints systems side by side, and with which price their order changes', async () => {
    const { status, stdout, stderr } = await youngcheck('cost', ...DRIVERS, ...SHORT);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^amd-iommu-v2-patched\n {2}kernel {3}v4.20-x86\n/);
    expect(stdout).toContain('hot-set:hot=0.2,share=0.9,writes=0,cpu=0\n  100 pages, 50 frames');
    expect(stdout).toContain('3 of 3 runs, seed 20190131, each of 2,000 turns');
    expect(stdout).toMatch(/per thousand accesses +amd-iommu-v2-patched +amd-iommu-v2\n/);
    expect(stdout).toMatch(/\n {2}missed references +\d+\.\d+ ±\d+\.\d+ +0\.00 ±0\.00\n/);
    expect(stdout).toMatch(/\n {4}worst +0 +1\n/);
    expect(stdout).toContain('cheapest first: amd-iommu-v2 ');
    expect(stdout).toMatch(/cost the same at\s+invalidation\s+\d/);
    expect(stdout.split('\n').every((line) => line.length <= 78)).toBe(true);
  });

  it('prints the same for the same seed', async () => {
    const [one, same, other] = await Promise.all(
      ['5', '5', '6'].map(async (seed) => youngcheck('cost', ...SHORT, '--seed', seed)),
    );
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  it('runs every pattern if none is named', async () => {
    const { stdout } = await youngcheck('cost', '--turns', '100', '--runs', '2', '--pages', '10');
    for (const name of ['streaming', 'hot-set', 'zipf', 'idle', 'bursty']) {
      expect(stdout).toMatch(new RegExp(`\n\n${name}:`));
    }
    expect(stdout).toContain('per thousand turns');
  });

  it('runs files and logs, too', async () => {
    const accesses = file('accesses', 'dev0: read 0\ndev0: read 1\ndev0: read 2\ndev0: read 0\n');
    const args = ['--accesses', accesses, '--log', LOG, '--memory', '2', '--batch', '1', '--json'];
    const { status, stdout } = await youngcheck('cost', ...args);
    expect(status).toBe(0);
    const [own, log] = (JSON.parse(stdout) as { workloads: Workload[] }).workloads;
    expect(own).toMatchObject({ pages: 3, memory: 2, turns: 4, warmUp: 0, runs: 1 });
    // Three looks find room for page 2, and one for page 0: see checker/cost/reclaim.test.ts.
    expect(own!.result.systems[0]!.rates).toMatchObject({
      looks: { mean: 1000, within: null },
      evictions: { mean: 500 },
      refaults: { mean: 250 },
    });
    expect(log).toMatchObject({ workload: `log ${LOG}`, pages: 4, turns: 24 });
  });

  it('tells what its systems do not tell', async () => {
    const { stdout } = await youngcheck('cost', 'none', 'always-referenced', ...SHORT);
    expect(stdout).toMatch(/always-referenced: out of memory in turn \d+ of run 1/);
    expect(stdout).toContain('none: it uses what was taken away');
    expect(stdout).not.toContain('cheapest first');
  });

  it.each([
    [['zpif'], "'zpif' is neither a preset nor a file"],
    [['mail'], "'mail' is a scope, and a workload has its own"],
    [['kvm', '--driver', 'none'], "--driver would replace the driver 'kvm' that is compared"],
    [['-', '--accesses', '-'], 'standard input cannot be two of the inputs'],
    [['--workload', 'zipf:exponent=x'], "--workload:1:15: error: exponent cannot be 'x'"],
    [['--workload', 'bursty:set=101', '--pages', '100'], 'set cannot be 101: the workload has 100'],
    [['--accesses', 'cli'], 'cli: a folder, not a file'],
    [['--price', 'look=1'], "--price:1:1: error: unknown price 'look'"],
    [['--price', 'invalidation=-1'], "--price:1:14: error: invalidation cannot be '-1'"],
    [['--price', 'invalidation=1', '--price', 'invalidation=2'], 'invalidation is given twice'],
    [['--pages', '0'], "--pages:1:1: error: --pages cannot be '0'"],
    [['--pages', '1M'], "--pages cannot be '1M'"],
    [['--turns', '10', '--warm-up', '10'], "--warm-up cannot be '10'"],
    [['--seed', '1e99'], "--seed cannot be '1e99'"],
    [['--runs', '1001'], "--runs cannot be '1001'"],
    [['--accesses', 'no-such-file'], 'no-such-file: no such file'],
    [['--log', LOG, '--pages', '3'], 'it names 4 pages, and --pages says 3'],
    [['v6.6-x86-batched', '--pages', '20k'], 'one of its steps acts on all pages'],
  ])('refuses %j', async (args, complaint) => {
    const { status, stdout, stderr } = await youngcheck('cost', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(complaint);
  });

  it.each([
    ['dev0: read 99999999999', ':1:12: error: page 99999999999: the pages are 0 to 99999'],
    ['pause 99999999999', ':1:1: error: more than 50000000 turns'],
    [`dev0: read 0\n# ${'long '.repeat(30_000)}`, ':2: a line of more than 64 KiB'],
  ])('says what is too large in %.30s', async (text, complaint) => {
    const accesses = file('large', text);
    const { status, stderr } = await youngcheck('cost', '--accesses', accesses);
    expect([status, stderr]).toEqual([2, expect.stringContaining(accesses + complaint)]);
  });

  it('points at the line of a file that is wrong', async () => {
    const accesses = file('wrong', 'dev0: read 0\n\ndev0: raed 1\n');
    const { status, stderr } = await youngcheck('cost', '--accesses', accesses);
    expect(status).toBe(2);
    expect(stderr).toContain(`${accesses}:3:1: error: 'dev0: raed 1' is no access`);
    const empty = await youngcheck('cost', '--accesses', file('empty', '# nothing\n'));
    expect([empty.status, empty.stderr]).toEqual([
      2,
      expect.stringContaining('no access is in it'),
    ]);
  });

  it('refuses an unmap with a look, whose steps it does not cut', async () => {
    const text = 'kernel v4.20-x86-rechecks\nscope granularity=fine\n';
    for (const named of [file('rechecks', text), 'v4.20-x86-rechecks', 'young-check-2014']) {
      const { status, stderr } = await youngcheck('cost', named);
      expect(status).toBe(2);
      expect(stderr).toContain(`${named}: an unmap with a look`);
      expect(stderr).toContain('and here every operation is one event');
      expect(stderr).not.toContain('--kernel');
    }
    const byOption = await youngcheck('cost', '--kernel', 'v4.20-x86-rechecks');
    expect(byOption.status).toBe(2);
    expect(byOption.stderr).toContain('and here every operation is one event');
    expect(byOption.stderr).not.toContain('granularity=fine');
  });
});

describe('docs/cost.md', () => {
  const document = readFileSync('docs/cost.md', 'utf8');

  it('has every pattern and its parameters', () => {
    for (const name of PATTERN_NAMES) {
      const { told, parameters } = PATTERNS[name];
      const values = Object.entries(parameters).map(
        ([key, { otherwise }]) => `${key}=${otherwise}`,
      );
      expect(document).toContain(`| \`${name}\` | ${told} | \`${values.join(',')}\` |`);
    }
  });

  it('has every price and its source', () => {
    for (const [name, { otherwise, told, source }] of Object.entries(PRICES)) {
      expect(document).toContain(`| \`${name}\` | ${otherwise} | ${told} | ${source} |`);
    }
  });
});

describe('an interrupt of cost', () => {
  afterEach(() => setInterrupt(new Interrupt()));

  it('prints what was counted so far', async () => {
    class Soon extends Interrupt {
      private left = 40;
      override async look(): Promise<boolean> {
        if (--this.left === 0) this.raise();
        return super.look();
      }
    }
    setInterrupt(new Soon());
    const long = ['--workload', 'zipf', '--workload', 'bursty', '--turns', '50k', '--runs', '9'];
    const { status, stdout } = await youngcheck('cost', ...DRIVERS, ...long);
    expect(status).toBe(3);
    expect(stdout).toContain('interrupted: this workload was not run to its end');
    expect(stdout).toMatch(/\d of 9 runs/);
    expect(stdout).toMatch(/\n {2}refaults +\d/);
    expect(stdout).not.toContain('bursty');
  });

  it('prints that there is nothing yet', async () => {
    const interrupt = new Interrupt();
    interrupt.raise();
    setInterrupt(interrupt);
    const { status, stdout } = await youngcheck('cost', ...SHORT);
    expect(status).toBe(3);
    expect(stdout).toContain('interrupted before anything was counted');
  });
});

interface Workload {
  readonly result: { readonly systems: readonly { readonly rates: object }[] };
}
