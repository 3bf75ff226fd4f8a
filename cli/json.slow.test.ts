/** Every JSON document begins with the schema version. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { SmallTree, removeTrees } from '../checker/drift/small-tree.ts';
import { SCHEMA } from '../checker/trace/document.ts';
import { youngcheck } from './in-process.ts';
import { madeUpKernel } from './made-up-kernel.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'youngcheck-json-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterAll(removeTrees);

const FEW = ['--max-states', '50'];
const SAMPLE = ['--runs', '20', '--seed', '1'];
const TRACE = 'old-while-cached+patched-amd';
const LOG = join(here, '../suites/conformance/6.1-B.log');

/** The documents of two shards. */
async function parts(): Promise<string[]> {
  const files = [1, 2].map((shard) => join(folder, `part${shard}.json`));
  for (const [i, file] of files.entries()) {
    const shard = ['--shard', `${i + 1}/${files.length}`];
    writeFileSync(file, (await youngcheck('explore', '--json', ...SAMPLE, ...shard)).stdout);
  }
  return files;
}

/** Each command with --json, and the other arguments that it needs. */
const COMMANDS: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  ablate: async () => FEW,
  check: async () => [],
  conform: async () => [LOG],
  cost: async () => ['--workload', 'idle', '--turns', '1k'],
  diff: async () => ['amd-iommu-v2', 'intel-svm'],
  drift: async () => [new SmallTree('6.12').root],
  explore: async () => SAMPLE,
  guard: async () => ['kvm', ...FEW],
  list: async () => [],
  merge: parts,
  reproduce: async () => [TRACE, '--out', join(folder, 'out'), ...madeUpKernel(folder)],
  saturate: async () => FEW,
  synthesize: async () => ['--scope', 'mail', '--over', 'mail', '--jobs', '1'],
  verdicts: async () => ['none', 'mail'],
};

describe('--json', () => {
  it.each(Object.entries(COMMANDS))('%s begins with its version', async (name, args) => {
    const { stdout } = await youngcheck(name, '--json', ...(await args()));
    expect(stdout).toMatch(/^\{\n {2}"schema": \d+,\n {2}"/);
    expect(stdout).toMatch(/[^\n]\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ schema: SCHEMA });
  });

  it('is an option of no other command', () => {
    const files = readdirSync(here).filter((file) => /^[a-z-]+\.ts$/.test(file));
    const offering = files.filter((file) =>
      readFileSync(join(here, file), 'utf8').includes("json: { type: 'boolean' }"),
    );
    expect(offering).toEqual(Object.keys(COMMANDS).map((name) => `${name}.ts`));
  });
});
