/** Every command with any number of pages, CPUs and devices: a sane exit status, and no stack. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const SCOPE = 'any granularity=atomic observers=reclaim events=none';
const ASKED = ['--driver', 'kvm', '--scope', SCOPE];

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
  writeFileSync(at('kvm.system'), `driver kvm\nscope ${SCOPE}\n`);
  writeFileSync(at('a.trace'), `{ scope ${SCOPE} }\n(1) dev0: read A\nends\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Each command, its exit status, and what it says. */
const COMMANDS: readonly (readonly [args: readonly string[], status: number, says: string])[] = [
  [['mail'], 0, 'amd-iommu-v2'],
  [['check', ...ASKED], 1, 'violated in 4 events'],
  [['explore', ...ASKED], 2, 'a random run needs a number, not pages=many'],
  [['merge', 'kvm.system'], 2, 'not one JSON document'],
  [['replay', 'a.trace'], 2, 'a.trace:1:9: error: a trace needs a number, not pages=many'],
  [
    ['reproduce', 'a.trace', '--out', 'no-folder'],
    2,
    'a.trace:1:9: error: a trace needs a number, not pages=many',
  ],
  [['render', 'a.trace'], 2, 'a.trace:1:9: error: a trace needs a number, not pages=many'],
  [['list', 'any', 'many'], 0, 'Every number of pages'],
  [['verdicts', '--any', 'kvm', 'any+atomic', 'v4.20-x86', '--json'], 0, '"differences": []'],
  [['promote', 'VERDICTS-ALL'], 2, "did you mean 'VERDICTS-ANY'"],
  [['guard', 'kvm.system', '--max-states', '1'], 3, 'Severity and cost need numbers'],
  [['diff', 'kvm', 'amd-iommu-v2', '--scope', SCOPE], 1, 'Verdicts that differ'],
  [['diff', 'kvm', 'kvm', '--scope', SCOPE], 3, 'No verdict differs'],
  [['diff', 'kvm', 'kvm', '--scope', SCOPE, '--json'], 3, '"notCompared"'],
  [['ablate', ...ASKED, '--max-states', '300', '--traces'], 3, 'devices=1'],
  [['ablate', ...ASKED, '--max-states', '300', '--json'], 3, '"pages": "many"'],
  [['saturate', ...ASKED, '--max-states', '9'], 0, 'larger sizes were left out'],
  [['cost', 'kvm.system', '--workload', 'idle', '--turns', '9'], 0, 'idle:share=0'],
  [['synthesize', ...ASKED, '--over', 'mail', '--jobs', '1'], 0, 'systems were decided'],
  [['export', '--promela', ...ASKED], 2, 'Spin needs a number, not pages=many'],
  [['conform', 'a.trace'], 2, 'error'],
  [['import-trail', 'a.trace', 'a.trace'], 2, 'no setup block'],
];

describe('with any number of pages, CPUs and devices', () => {
  it.each(COMMANDS)('%j exits with %d', async (args, status, says) => {
    const paths = args.map((arg) => (/^[\w]+\.(?:system|trace)$/.test(arg) ? at(arg) : arg));
    const { stdout, stderr, ...ended } = await youngcheck(...paths);
    expect([ended.status, stderr + stdout]).toEqual([status, expect.stringContaining(says)]);
    expect(stderr + stdout).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
  });

  it('names every command', async () => {
    const { stdout } = await youngcheck('--help');
    const known = [...stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name);
    // These print the same whatever the scope.
    const constant = ['capture', 'completion', 'drift', 'man', 'report'];
    const asked = new Set([...COMMANDS.map(([[name]]) => name), ...constant]);
    expect(known.filter((name) => !asked.has(name))).toEqual([]);
    expect(known).toContain('saturate');
  });
});
