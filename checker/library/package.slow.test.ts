/** Uses what npm packs from an empty project: the library, the matcher, the command. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageData } from '../page/data.ts';
import { unpackTable } from '../page/data.ts';

const top = mkdtempSync(join(tmpdir(), 'youngcheck-package-'));
const project = join(top, 'project');
const modules = join(project, 'node_modules');
afterAll(() => rmSync(top, { recursive: true }));

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function command(cwd: string, file: string, ...args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const node = (cwd: string, ...args: readonly string[]) => command(cwd, process.execPath, ...args);
const tsc = resolve('node_modules/typescript/bin/tsc');

/** Returns what a command printed. Throws it if the command failed. */
function succeed({ status, stdout, stderr }: Outcome): string {
  if (status !== 0) throw new Error(`status ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

/** The package's folder as npm would pack it. It is compiled anew, because dist may be old. */
function stage(): string {
  const folder = join(top, 'staged');
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
  mkdirSync(folder);
  for (const name of ['package.json', ...files.filter((file) => file !== 'dist')]) {
    cpSync(name, join(folder, name), { recursive: true });
  }
  // Another test checks the types. Leaving that out here halves the time.
  const build = ['-p', '.ci/tsconfig.build.json', '--noCheck', '--outDir', join(folder, 'dist')];
  succeed(node('.', tsc, ...build));
  succeed(node('.', '--import', 'tsx', '.ci/bundle.ts', join(folder, 'dist')));
  return folder;
}

/** Installs the package in a project beside its dependencies, as npm would from a registry. */
function install(): void {
  const folder = stage();
  const pack = ['pack', '--ignore-scripts', '--silent', '--offline', '--pack-destination', top];
  const tarball = join(top, succeed(command(folder, 'npm', ...pack)).trim());
  mkdirSync(join(modules, 'youngcheck'), { recursive: true });
  const extract = ['-xzf', tarball, '--strip-components=1'];
  succeed(command(join(modules, 'youngcheck'), 'tar', ...extract));
  for (const name of ['fast-check', 'pure-rand', 'vitest']) {
    symlinkSync(resolve('node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }\n');
}

beforeAll(install);

/** Every file below a folder, with its size and when it was written. */
const listing = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name))
    .map((file) => `${file} ${statSync(file).size} ${statSync(file).mtimeMs}`)
    .sort();

describe('the package', () => {
  it('is a library', () => {
    const script = `
      import { check, expectHolds, system } from 'youngcheck';
      const { verdicts } = check(system('driver kvm'), ['no-missed-device-reference']);
      console.log(verdicts.map(({ verdict }) => verdict).join());
      try {
        expectHolds(system({}), 'no-missed-device-reference');
      } catch ({ message }) {
        console.log(message.split('\\n')[2]);
      }`;
    writeFileSync(join(project, 'use.js'), script);
    expect(succeed(node(project, 'use.js'))).toBe(
      'holds\nTrace old-while-cached+amd-iommu-v2-patched\n',
    );
  });

  it('has the generators', () => {
    const script = `
      import fc from 'fast-check';
      import { Model, eventText, system } from 'youngcheck';
      import * as generators from 'youngcheck/generators';
      const { anyDriver, anyHardware, anyKernel, anyRun, anyScope, anySystem } = generators;
      const most = { pages: 1, cpus: 0, devices: 1 };
      const parts = [anyDriver, anyHardware, anyKernel, anyScope(most), anySystem(most)];
      console.log(parts.map((part) => typeof fc.sample(part, 1)[0]).join());
      const run = anyRun(new Model(system({})));
      console.log(fc.check(fc.property(run, (events) =>
        !events.some((event) => eventText(event) === 'dev0: read A'))).counterexample[0].length);`;
    writeFileSync(join(project, 'generate.js'), script);
    expect(succeed(node(project, 'generate.js'))).toBe('object,object,object,object,object\n1\n');
  });

  it('is a command', () => {
    const { bin } = JSON.parse(readFileSync(join(modules, 'youngcheck/package.json'), 'utf8'));
    const main = join(modules, 'youngcheck', bin.youngcheck);
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(node(project, main, 'check', '--scope', 'mail', '--driver', 'kvm')).toMatchObject({
      status: 0,
    });
    expect(node(project, main, 'check', '--scope', 'mail').stdout).toContain(
      'violated in 4 events',
    );
    expect(node(project, main, 'capture', '--print-script').stdout).toMatch(/^#!\/bin\/sh\n/);
  });

  it('writes the report, with the page that was packed', () => {
    const main = join(modules, 'youngcheck/dist/cli/main.js');
    const written = succeed(node(project, main, 'report', '--out', 'report.html'));
    expect(written).toMatch(/^report\.html: \d+ kB, \d+ traces\n$/);
    const html = readFileSync(join(project, 'report.html'), 'utf8');
    const packed = join(modules, 'youngcheck/dist/checker/page/page.css');
    expect(html).toContain(readFileSync(packed, 'utf8').trim());
  });

  it('has a catalogue that nobody writes, and commands for one of your own', () => {
    const main = join(modules, 'youngcheck/dist/cli/main.js');
    const youngcheck = (...args: readonly string[]) => node(project, main, ...args);
    const before = listing(modules);
    const mine = 'mine.trace';
    const named = 'old-while-cached+patched-amd.trace';
    cpSync(join('counterexamples', named), join(project, mine));
    const packaged = join(modules, 'youngcheck/counterexamples');
    for (const args of [[], [mine], ['VERDICTS'], ['--folder', packaged, mine]]) {
      const { status, stdout, stderr } = youngcheck('promote', ...args);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/belongs to the installed package, and is not written\nhint: /);
    }

    mkdirSync(join(project, 'own'));
    expect(succeed(youngcheck('promote', '--folder', 'own'))).toContain('README.md: written\n');
    const policy = 'kernel v6.12-x86\ndriver clear_flush_young=flush-iotlb\n';
    writeFileSync(join(project, 'own/systems/my-nic'), policy);
    const promoted = succeed(youngcheck('promote', '--folder', 'own'));
    expect(promoted).toContain('old-while-cached+my-nic.trace: written\n');
    expect(succeed(youngcheck('verdicts', '--folder', 'own'))).toMatch(/ none differs\n$/);
    const trace = 'own/old-while-cached+my-nic.trace';
    expect(succeed(youngcheck('replay', trace))).toContain(': so it is\n');
    succeed(youngcheck('promote', '--folder', 'own', mine));
    expect(readFileSync(join(project, 'own/README.md'), 'utf8')).toContain(`(${named})`);

    const guarded = youngcheck('guard', 'my-nic', '--against', 'amd-sva', '--folder', 'own');
    expect(guarded).toMatchObject({ status: 1, stderr: '' });
    succeed(youngcheck('report', '--folder', 'own', '--out', 'own.html'));
    const html = readFileSync(join(project, 'own.html'), 'utf8');
    const { table, own, traces } = JSON.parse(
      /<script type="application\/json" id="data">(.*)<\/script>/.exec(html)![1],
    ) as PageData;
    const drivers = new Set(unpackTable(table).map(({ key }) => key[1]));
    expect([...drivers].slice(0, 2)).toEqual(['my-nic', 'amd-iommu-v2']);
    expect(own.map(({ names }) => names[3])).toEqual([
      'mail',
      'small',
      'races',
      'any+atomic',
      'any',
    ]);
    expect(traces.map(({ name }) => name)).toContain('old-while-cached+my-nic');
    expect(listing(modules)).toEqual(before);
  });

  it('runs the example, which type-checks against what is packed', () => {
    const example = readFileSync('examples/my-driver.test.ts', 'utf8')
      .replace("'../checker/library/index.ts'", "'youngcheck'")
      .replace("'../checker/library/vitest.ts'", "'youngcheck/vitest'");
    expect(example).not.toContain("'..");
    writeFileSync(join(project, 'my-driver.test.ts'), example);
    const runs = readFileSync('examples/any-run.test.ts', 'utf8').replace(
      "'../checker/library/generators.ts'",
      "'youngcheck/generators'",
    );
    expect(runs).not.toContain("'..");
    writeFileSync(join(project, 'any-run.test.ts'), runs);
    const wrong = `
        import { expectHolds } from 'youngcheck';
        import type { Scope } from 'youngcheck';
        import { anyScope } from 'youngcheck/generators';
        const scopes: (scope: Scope) => void = () => {};
        anyScope({ pages: 1, cpus: 0, devices: 1 }).map(scopes);
        // @ts-expect-error: there is no such limit
        expectHolds('driver kvm', 'no-stale-access', { maxState: 1 });`;
    writeFileSync(join(project, 'wrong.ts'), wrong);
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext'];
    const sources = ['my-driver.test.ts', 'any-run.test.ts', 'wrong.ts'];
    succeed(node(project, tsc, ...options, '--target', 'es2023', ...sources));
    // On a busy machine a test may take any time.
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout', '0'];
    expect(succeed(node(project, ...vitest))).toMatch(/5 passed/);
  });
});
