/** The command: what it prints, what it refuses, and its exit statuses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-synthesize-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** The scope of the mail, in steps: at once, nobody waits for an answer. */
const MAIL = ['--scope', 'mail', '--over', 'mail granularity=fine', '--jobs', '1'];
const synthesize = (...args: readonly string[]) => youngcheck('synthesize', ...MAIL, ...args);

describe('youngcheck synthesize', () => {
  it('answers the mail: flush both on every look, or lie', async () => {
    const { status, stdout } = await synthesize('--require', 'no-missed-device-reference(reclaim)');
    expect(status).toBe(0);
    expect(stdout).toContain('1  clear_flush_young=flush-iotlb,flush-atc\n');
    expect(stdout).toContain('2  clear_flush_young=return-one\n');
    expect(stdout).toContain('clear_flush_young=flush-atc: ');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('finds no driver for a kernel that calls nobody', async () => {
    const kernel = ['--kernel', 'v4.20-x86 age=pte'];
    const { status, stdout } = await synthesize(...kernel);
    expect(status).toBe(1);
    expect(stdout).toContain('No policy of this space is sound.');
  });

  it('tries the lists of a file', async () => {
    const lists = 'clear_flush_young=none\nclear_flush_young=flush-iotlb,flush-atc\n';
    const { status, stdout } = await synthesize('--space', file('lists', lists), '--json');
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { raw: number; spaces: { minimal: object[] }[] };
    expect(document.raw).toBe(2);
    expect(document.spaces[0].minimal).toMatchObject([
      { policy: 'clear_flush_young=flush-iotlb,flush-atc', violated: [] },
    ]);
  });

  it('writes a plot with the presets, and a page of the report', async () => {
    const [svg, json] = [join(folder, 'plot.svg'), join(folder, 'synthesis.json')];
    const { stdout } = await synthesize('--svg', svg);
    expect(stdout).toContain('plot.svg: written\n');
    expect(readFileSync(svg, 'utf8')).toContain('>amd-iommu-v2');
    writeFileSync(json, (await synthesize('--json')).stdout);
    expect(readFileSync(json, 'utf8')).toContain('"toSound"');
  });

  it('says what share it has decided where a limit ends it', async () => {
    const { status, stdout } = await youngcheck(
      ...'synthesize --vary both --over mail --jobs 1 --time-limit 0.5'.split(' '),
    );
    expect(status).toBe(3);
    expect(stdout).toMatch(/unfinished: [\d,]+ of [\d,]+ systems were decided \(\d+\.\d+ %\)/);
  });

  it.each([
    [['--vary', 'drivers'], '--vary:1:1: error: --vary cannot be'],
    [['--require', 'no-mised'], '--require:1:1: error: unknown property'],
    [['--over', 'mial'], '--over:1:1: error: '],
    [['--space', '/nowhere'], '/nowhere: no such file'],
    [['--vary', 'driver', '--space', file('one', 'age=pte')], 'leave out --vary'],
  ])('refuses %j', async (args, message) => {
    const { status, stderr } = await youngcheck('synthesize', ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
