/** Checks that dist has all that is started or imported by path, and that commands load little. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleCode } from './code.ts';

let outputs: Metafile['outputs'];
beforeAll(async () => {
  ({ outputs } = await bundleCode('dist', false));
});

/** Every file that a file of dist loads, itself and what is loaded on demand too. */
function loaded(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const { path, external } of outputs[file]!.imports) {
    if (external !== true) loaded(path, known);
  }
  return known;
}

/** What these files import from outside of dist. */
const outside = (files: Iterable<string>): string[] =>
  [...files].flatMap((file) =>
    outputs[file]!.imports.filter(({ external }) => external).map(({ path }) => path),
  );

describe('dist', () => {
  it('has what package.json names', () => {
    const named = readFileSync('package.json', 'utf8').match(/dist\/\S+\.js/g)!;
    expect(named).toContain('dist/checker/library/index.js');
    expect(named.filter((file) => outputs[file] === undefined)).toEqual([]);
  });

  it('has every module that is started as a thread', () => {
    const sources = execFileSync('git', ['ls-files', '-z', '*.ts']).toString().split('\0');
    const started = sources
      .filter((file) => file !== '' && !file.endsWith('.test.ts'))
      .flatMap((file) => [
        ...readFileSync(file, 'utf8').matchAll(/(?:startThread|new Pool<[^>]*>)\(\s*'([^']+)'/g),
      ])
      .map((match) => `dist/${match[1]}.js`);
    expect(started.length).toBeGreaterThan(2);
    expect(started.filter((file) => outputs[file] === undefined)).toEqual([]);
  });

  it('needs no package for a command but fast-check, and for what only a checkout does', () => {
    const packages = outside(loaded('dist/cli/main.js')).filter(
      (path) => !path.startsWith('node:'),
    );
    expect([...new Set(packages)].toSorted()).toEqual([
      'esbuild',
      'fast-check',
      'pure-rand/distribution/uniformFloat64',
      'pure-rand/distribution/uniformInt',
      'pure-rand/generator/xorshift128plus',
    ]);
  });

  it('loads fast-check only for what makes random runs or shrinks them', () => {
    const check = Object.keys(outputs).find((file) => file.startsWith('dist/chunks/check-'))!;
    const eager = new Set<string>();
    const follow = (file: string) => {
      if (eager.has(file)) return;
      eager.add(file);
      for (const { path, external, kind } of outputs[file]!.imports) {
        if (external !== true && kind === 'import-statement') follow(path);
      }
    };
    follow(check);
    expect(outside(eager)).not.toContain('fast-check');
  });
});
