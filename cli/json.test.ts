/** Every document of --json begins with the version of its keys. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { SCHEMA } from '../checker/trace/document.ts';
import { ablate } from './ablate.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { conform } from './conform.ts';
import { diff } from './diff.ts';
import { explore } from './explore.ts';
import { guard } from './guard.ts';
import { list } from './list.ts';
import { merge } from './merge.ts';
import { saturate } from './saturate.ts';
import { verdicts } from './verdicts.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'youngcheck-json-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command prints, all of it. */
async function printed({ run }: Command, args: readonly string[]): Promise<string> {
  const parts: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    parts.push(String(part));
    return true;
  });
  try {
    await run([...args]);
  } finally {
    write.mockRestore();
  }
  return parts.join('');
}

const FEW = ['--max-states', '50'];
const SAMPLE = ['--runs', '20', '--seed', '1'];
const LOG = join(here, '../suites/conformance/6.1-B.log');

/** The documents of two shards. */
async function parts(): Promise<string[]> {
  const files = [1, 2].map((shard) => join(folder, `part${shard}.json`));
  for (const [i, file] of files.entries()) {
    const shard = ['--shard', `${i + 1}/${files.length}`];
    writeFileSync(file, await printed(explore, ['--json', ...SAMPLE, ...shard]));
  }
  return files;
}

/** Each command, and what else it needs to print a document. */
const COMMANDS: readonly (readonly [Command, () => Promise<readonly string[]>])[] = [
  [ablate, async () => FEW],
  [check, async () => []],
  [conform, async () => [LOG]],
  [diff, async () => ['amd-iommu-v2', 'intel-svm']],
  [explore, async () => SAMPLE],
  [guard, async () => ['kvm', ...FEW]],
  [list, async () => []],
  [merge, parts],
  [saturate, async () => FEW],
  [verdicts, async () => ['none', 'mail']],
];

describe('--json', () => {
  it.each(COMMANDS.map(([command, args]) => [command.name, command, args] as const))(
    '%s begins with its version',
    async (_name, command, args) => {
      const text = await printed(command, ['--json', ...(await args())]);
      expect(text).toMatch(/^\{\n {2}"schema": \d+,\n {2}"/);
      expect(text).toMatch(/[^\n]\n$/);
      expect(JSON.parse(text)).toMatchObject({ schema: SCHEMA });
    },
  );

  it('is an option of no other command', () => {
    const files = readdirSync(here).filter((file) => /^[a-z-]+\.ts$/.test(file));
    const offering = files.filter((file) =>
      readFileSync(join(here, file), 'utf8').includes("json: { type: 'boolean' }"),
    );
    expect(offering).toEqual(COMMANDS.map(([{ name }]) => `${name}.ts`));
  });
});
