/**
 * The manifest in docs/many-machines.md is a Job, as the schema of Kubernetes has it. The compiler
 * holds it against types that were made from that schema. It also refuses a field that the schema
 * does not name, as a server does.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync(new URL('../docs/many-machines.md', import.meta.url), 'utf8');
const manifest = /```yaml\n(apiVersion: [^]*?)```/.exec(text)![1];

const NAME = fileURLToPath(new URL('manifest.ts', import.meta.url));
const OPTIONS: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  // The language of 2015 is enough for a manifest, and is read faster.
  lib: ['lib.es5.d.ts'],
  types: [],
};

/** What the compiler says of each manifest, one after the other. */
function complaintsOf(yaml: readonly string[]): string[][] {
  const head = "import type { Job } from 'kubernetes-types/batch/v1.js';\n";
  const bodies = yaml.map((one, i) => `export const job${i}: Job = ${JSON.stringify(parse(one))};`);
  const source = ts.createSourceFile(NAME, head + bodies.join('\n'), ts.ScriptTarget.ES2023);
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, ...more) =>
    name === NAME ? source : getSourceFile.call(host, name, ...more);
  host.fileExists = (name) => name === NAME || fileExists.call(host, name);
  const program = ts.createProgram([NAME], OPTIONS, host);
  const complaints: string[][] = yaml.map(() => []);
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line;
    complaints[line - 1].push(ts.flattenDiagnosticMessageText(messageText, ' '));
  }
  return complaints;
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
