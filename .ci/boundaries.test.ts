/**
 * Checks that the linter's configuration refuses forbidden imports and import cycles. It lints
 * planted files in a temporary folder with the repository's own configuration. The order of the
 * folders in checker/ is checked here, since the linter would need every pair of them spelled out
 * twice.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Pairs of an importing file and the module that it imports. */
const ILLEGAL: readonly (readonly [string, string])[] = [
  ['model/a.ts', '../properties/x.ts'],
  ['model/a.ts', '../checker/x.ts'],
  ['model/a.ts', '../suites/x.ts'],
  ['model/a.ts', '../cli/x.ts'],
  ['model/a.ts', 'node:fs'],
  ['model/a.ts', 'fast-check'],
  ['model/rules/a.ts', '../../checker/search/x.ts'],
  ['model/a.test.ts', 'vitest'],
  ['properties/a.ts', '../checker/x.ts'],
  ['properties/a.ts', '../suites/x.ts'],
  ['properties/a.ts', '../cli/x.ts'],
  ['properties/a.ts', 'node:fs/promises'],
  ['properties/a.ts', 'vitest'],
  ['properties/a.ts', './b.test.ts'],
  ['properties/a.test.ts', '../cli/x.ts'],
  ['properties/a.test.ts', 'tsx'],
  ['checker/a.ts', '../cli/x.ts'],
  ['checker/search/a.ts', '../../cli/x.ts'],
  ['checker/search/a.ts', '../../suites/x.ts'],
  ['checker/a.ts', '../bench/x.ts'],
  ['checker/a.ts', 'vitest'],
  ['checker/a.test.ts', '../cli/x.ts'],
  ['suites/a.ts', '../cli/x.ts'],
  ['suites/a.test.ts', '../cli/x.ts'],
  ['suites/a.ts', '../bench/x.ts'],
  ['cli/a.ts', '../suites/x.ts'],
  ['cli/a.ts', '../bench/x.ts'],
  ['cli/a.ts', 'vitest'],
];

const LEGAL: readonly (readonly [string, string])[] = [
  ['model/a.ts', './b.ts'],
  ['model/rules/a.ts', '../b.ts'],
  ['properties/a.ts', '../model/rules/x.ts'],
  ['properties/a.ts', 'fast-check'],
  ['properties/a.test.ts', '../checker/x.ts'],
  ['properties/a.test.ts', '../suites/x.ts'],
  ['properties/a.test.ts', 'vitest'],
  ['properties/a.test.ts', 'node:fs/promises'],
  ['checker/search/a.ts', '../../properties/x.ts'],
  ['checker/a.ts', '../model/x.ts'],
  ['checker/a.ts', 'node:fs/promises'],
  ['checker/a.ts', 'fast-check'],
  ['checker/a.test.ts', 'vitest'],
  ['checker/a.test.ts', '../suites/x.ts'],
  ['suites/a.ts', '../checker/x.ts'],
  ['suites/a.test.ts', '../properties/x.ts'],
  ['suites/conformance/a.test.ts', '../../checker/conform/x.ts'],
  ['suites/a.test.ts', 'vitest'],
  ['cli/a.ts', '../checker/x.ts'],
  ['cli/a.test.ts', 'vitest'],
  ['bench/a.ts', '../cli/x.ts'],
];

/** The folders of checker/. Each may import only from folders that stand before it in this list. */
const FLOORS = [
  'trace',
  'files',
  'search',
  'tell',
  'judge',
  'synthesize',
  'explore',
  'conform',
  'cost',
  'drift',
  'reproduce',
  'export',
  'page',
  'library',
];

/** The index of a file's folder in that list; -1 if its folder is not in the list. */
const floorOf = (path: string): number => {
  const [top, floor, ...rest] = path.split('/');
  return top === 'checker' && rest.length > 0 ? FLOORS.indexOf(floor!) : -1;
};

/**
 * The imports against that order in these files of checker/, and the files that are in no such
 * folder.
 */
const upward = (files: ReadonlyMap<string, string>): string[] =>
  [...files].flatMap(([path, text]) => {
    if (floorOf(path) < 0) return [`${path}: on no floor`];
    return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']+)'/g)]
      .map((match) => posix.join(posix.dirname(path), match[1]!))
      .filter((target) => floorOf(target) > floorOf(path))
      .map((target) => `${path}: ${target}`);
  });

/** The rules that the linter reports as broken, for each of these files. */
const lint = (files: ReadonlyMap<string, string>): Map<string, string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
  try {
    copyFileSync('.oxlintrc.json', join(folder, '.oxlintrc.json'));
    for (const [path, text] of files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const oxlint = resolve('node_modules/.bin/oxlint');
    const { stdout } = spawnSync(oxlint, ['--format=json'], { cwd: folder, encoding: 'utf8' });
    const report = JSON.parse(stdout) as {
      diagnostics: { code: string; filename: string }[];
      number_of_files: number;
    };
    // If the linter looked at no file, it would find everything legal.
    expect(report.number_of_files).toBe(files.size);
    const found = new Map([...files.keys()].map((path) => [path, [] as string[]]));
    for (const { code, filename } of report.diagnostics) found.get(filename)!.push(code);
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const FORMS: readonly ((module: string) => string)[] = [
  (module) => `import { x } from '${module}';\nexport const y = x;\n`,
  (module) => `import type { X } from '${module}';\nexport type Y = X;\n`,
  (module) => `export * from '${module}';\n`,
  (module) => `export const x = await import('${module}');\n`,
];

/**
 * Lints every pair in every form of import. They are linted all at once, as the linter's start
 * takes longest.
 */
const verdicts = (pairs: readonly (readonly [string, string])[]): string[] => {
  const plants = pairs.flatMap(([path, module], pair) =>
    FORMS.map((write, form) => ({
      what: `${path}: ${write(module).split('\n')[0]}`,
      file: path.replace('/a.', `/a${pair}-${form}.`),
      text: write(module),
    })),
  );
  const found = lint(new Map(plants.map(({ file, text }) => [file, text])));
  return plants.map(({ what, file }) => `${what} ${found.get(file)!.join(' ') || 'passes'}`);
};

/** The verdicts with another end. Empty if all end as they should. */
const othersThan = (expected: string, lines: readonly string[]): string[] => {
  expect(lines.length).toBeGreaterThan(0);
  return lines.filter((line) => !line.endsWith(`; ${expected}`));
};

describe('boundaries', () => {
  it('an import against the order of the folders is refused', () => {
    expect(othersThan('eslint(no-restricted-imports)', verdicts(ILLEGAL))).toEqual([]);
  });

  it('an import along the order of the folders passes', () => {
    expect(othersThan('passes', verdicts(LEGAL))).toEqual([]);
  });

  it('a floor of checker/ imports nothing from above it, also in its tests', () => {
    const paths = execFileSync('git', ['ls-files', '-z', 'checker/*.ts']).toString().split('\0');
    const files = paths.filter((path) => path !== '' && existsSync(path));
    expect(files).toContain('checker/page/browser/main.ts');
    expect(upward(new Map(files.map((path) => [path, readFileSync(path, 'utf8')])))).toEqual([]);
  });

  it('an import from a floor above is found', () => {
    for (const [i, floor] of FLOORS.entries()) {
      const plants = FORMS.flatMap((write) =>
        FLOORS.map((other) => [`checker/${floor}/a/b.ts`, write(`../../${other}/x.ts`)] as const),
      );
      const found = plants.flatMap((plant) => upward(new Map([plant])));
      expect(found).toHaveLength(FORMS.length * (FLOORS.length - 1 - i));
    }
    expect(upward(new Map([['checker/a.ts', '']]))).toEqual(['checker/a.ts: on no floor']);
    expect(upward(new Map([['checker/other/a.ts', '']]))).toHaveLength(1);
    expect(upward(new Map([['checker/trace/a.ts', "import '../../suites/x.ts';"]]))).toEqual([]);
  });

  it('an import cycle is refused, also one of types alone', () => {
    const found = lint(
      new Map([
        ['model/a.ts', "import { b } from './b.ts';\nexport const a = () => b();\n"],
        ['model/b.ts', "import { a } from './a.ts';\nexport const b = () => a();\n"],
        ['model/c.ts', "import type { D } from './d.ts';\nexport interface C { d: D }\n"],
        ['model/d.ts', "import type { C } from './c.ts';\nexport interface D { c: C }\n"],
        ['model/e.ts', "import { b } from './b.ts';\nexport const e = () => b();\n"],
      ]),
    );
    expect(Object.fromEntries(found)).toEqual({
      'model/a.ts': ['import(no-cycle)'],
      'model/b.ts': ['import(no-cycle)'],
      'model/c.ts': ['import(no-cycle)'],
      'model/d.ts': ['import(no-cycle)'],
      'model/e.ts': [],
    });
  });

  it('chance and time stay out of the model', () => {
    const found = lint(
      new Map([
        ['model/a.ts', 'export const x = Math.random();\n'],
        ['model/b.ts', 'export const x = Date.now();\n'],
        ['checker/a.ts', 'export const x = Date.now();\n'],
      ]),
    );
    expect([...found.values()].map((codes) => codes.length)).toEqual([1, 1, 0]);
  });
});
