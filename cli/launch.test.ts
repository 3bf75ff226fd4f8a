/** What `youngcheck` starts: what was compiled, or the sources where one of them is newer. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const top = mkdtempSync(join(tmpdir(), 'youngcheck-launch-'));
afterAll(() => rmSync(top, { recursive: true }));

/** Minutes after an hour at which a file was written. */
type Times = Readonly<Record<string, number>>;

const BUILT: Times = { 'dist/cli/main.js': 10, 'dist/checker/page/page.css': 11 };
const SOURCES: Times = {
  'cli/main.ts': 1,
  'model/model.ts': 2,
  'properties/index.ts': 3,
  'checker/search/search.ts': 4,
};

/** A checkout or a package with these files, whose command says which of the two runs. */
function folderOf(name: string, files: Times): string {
  const folder = join(top, name);
  for (const [file, minutes] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `console.log('${file}', process.argv.slice(2).join());\n`);
    utimesSync(path, minutes * 60, minutes * 60);
  }
  const [launch, fresh] = ['cli/launch.js', 'cli/fresh.js'];
  mkdirSync(join(folder, 'cli'), { recursive: true });
  for (const file of [launch, fresh]) {
    cpSync(file, join(folder, file));
    utimesSync(join(folder, file), 60, 60);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Standard error is then taken for a terminal. */
const TERMINAL = ['--import', 'data:text/javascript,process.stderr.isTTY = true;'];

function launched(folder: string, ...options: readonly string[]): readonly string[] {
  const args = [...options, join(folder, 'cli/launch.js'), 'check', '--json'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return [stdout.trimEnd(), stderr];
}

/** Whether that folder's copy of fresh.js finds it fresh. */
async function isFresh(folder: string): Promise<boolean> {
  const module = await import(pathToFileURL(join(folder, 'cli/fresh.js')).href);
  return (module as { isFresh(): boolean }).isFresh();
}

describe('dist', () => {
  it.each<[string, boolean, Times]>([
    ['is fresh in a package', true, BUILT],
    ['is fresh behind a build', true, { ...SOURCES, ...BUILT }],
    ['is not fresh before a build', false, SOURCES],
    ['is not fresh if a build broke off', false, { ...SOURCES, 'dist/cli/main.js': 10 }],
    ...Object.keys(SOURCES).map((file): [string, boolean, Times] => [
      `is not fresh if ${file} is newer`,
      false,
      { ...SOURCES, ...BUILT, [file]: 12 },
    ]),
  ])('%s', async (name, fresh, files) => {
    expect(await isFresh(folderOf(name, files))).toBe(fresh);
  });
});

describe('the command', () => {
  it('starts what was compiled, and says nothing', () => {
    const folder = folderOf('compiled', { ...SOURCES, ...BUILT });
    expect(launched(folder, ...TERMINAL)).toEqual(['dist/cli/main.js check,--json', '']);
  });

  it.each([
    ['says so on a terminal', TERMINAL, /^youngcheck: dist is older than .*`npm run build`.*\n$/],
    ['says nothing in a pipe', [], /^$/],
  ])('starts the sources if one is newer, and %s', (name, options, said) => {
    const folder = folderOf(name, { ...SOURCES, ...BUILT, 'model/model.ts': 12 });
    const expected = ['cli/main.ts check,--json', expect.stringMatching(said)];
    expect(launched(folder, ...options)).toEqual(expected);
  });
});
