/**
 * The manifest in docs/many-machines.md is a Job, as the schema of Kubernetes has it. The compiler
 * holds it against types that were made from that schema. It also refuses a field that the schema
 * does not name, as a server does.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync(new URL('../docs/many-machines.md', import.meta.url), 'utf8');
const manifest = /```yaml\n(apiVersion: [^]*?)```/.exec(text)![1];

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));
// The language of 2015 is enough for a manifest, and is read faster.
const OPTIONS = '--noEmit --strict --module nodenext --lib es5 --types node --pretty false';

/** What the compiler says of each manifest, one after the other. */
function complaintsOf(yaml: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
  symlinkSync(MODULES, join(folder, 'node_modules'));
  const head = "import type { Job } from 'kubernetes-types/batch/v1.js';\n";
  const bodies = yaml.map((one, i) => `export const job${i}: Job = ${JSON.stringify(parse(one))};`);
  writeFileSync(join(folder, 'manifests.mts'), head + bodies.join('\n'));
  const args = [...OPTIONS.split(' '), 'manifests.mts'];
  const tsc = spawnSync(join(MODULES, '.bin/tsc'), args, { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const said = [...tsc.stdout.matchAll(/^manifests\.mts\((\d+),\d+\): (.*(?:\n .*)*)/gm)];
  // Whatever is said of no manifest would be lost.
  expect(tsc.stdout.replaceAll(/^(manifests\.mts\(\d+|  ).*\n/gm, '')).toBe('');
  expect(tsc.error).toBeUndefined();
  return yaml.map((_, i) =>
    said.filter(([, line]) => Number(line) === i + 2).map(([, , complaint]) => complaint),
  );
}

/** What is changed in the manifest, and what is then complained about. */
const WRONG: readonly (readonly [RegExp, string, string])[] = [
  [/completions: 20/, 'completions: many', "'string' is not assignable to type 'number'"],
  [/backoffLimitPerIndex/, 'backoffLimitPerIndx', `"backoffLimitPerIndx"' does not exist`],
  [/containers:/, 'containres:', `"containres"' does not exist`],
  [/- name: explore/, '- nome: explore', `"nome"' does not exist`],
  [/kind: Job/, 'kind: Jobs', '"Jobs"\' is not assignable'],
  [/claimName: results/, 'claimName: 7', "'number' is not assignable to type 'string'"],
];

describe('the manifest of a Kubernetes Job', () => {
  const wrong = WRONG.map(([from, to]) => manifest.replace(from, to));
  const [complaints, ...refusals] = complaintsOf([manifest, ...wrong]);

  it('agrees with the schema', () => {
    expect(complaints).toEqual([]);
  });

  it.each(WRONG.map(([, to, refusal], i) => ({ to, refusal, i })))(
    'would be refused with $to',
    ({ refusal, i }) => {
      expect(refusals[i].join('\n')).toContain(refusal);
    },
  );
});
