/** youngcheck promote as a command: what it writes, two runs at once, and a kill at any moment. */
import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const catalogue = join(root, 'counterexamples');
const NAME = 'old-while-cached+patched-amd';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
  cpSync(catalogue, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const argsOf = (names: readonly string[]): string[] =>
  ['cli/launch.js', 'promote', '--folder', folder].concat(names);
const promote = (...names: string[]) =>
  spawnSync(process.execPath, argsOf(names), { cwd: root, encoding: 'utf8' });
const start = (names: readonly string[]): ChildProcess =>
  spawn(process.execPath, argsOf(names), { cwd: root, stdio: 'ignore' });

const read = (file: string, from = folder): string => readFileSync(join(from, file), 'utf8');
const edit = (file: string, change: (text: string) => string): string => {
  const text = change(read(file));
  writeFileSync(join(folder, file), text);
  return text;
};

/** Drops the notes. The trace is still right, but not as promote writes it. */
const bare = (text: string): string => text.replace(/ +\/\/ .*/g, '');
const someTraces = (): string[] =>
  readdirSync(catalogue)
    .filter((file) => file.endsWith('.trace'))
    .slice(0, 12);

describe('youngcheck promote', () => {
  it('writes a trace and the list anew, and leaves what is right', () => {
    edit(`${NAME}.trace`, bare);
    edit('README.md', () => 'nothing\n');
    const { status, stdout } = promote(NAME);
    expect(stdout).toBe(`${NAME}.trace: written\nREADME.md: written\n`);
    expect(status).toBe(0);
    expect(read(`${NAME}.trace`)).toBe(read(`${NAME}.trace`, catalogue));
    expect(read('README.md')).toBe(read('README.md', catalogue));
    expect(promote(NAME).stdout).toBe(`${NAME}.trace: unchanged\nREADME.md: unchanged\n`);
  });

  it('takes a trace from elsewhere in, once ORDER has a place for it', () => {
    const name = 'old-while-cached+sva-rework-blind';
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const mine = join(elsewhere, 'mine.trace');
    writeFileSync(mine, bare(read(`${NAME}.trace`)).replace(NAME, name));
    const first = promote(mine);
    expect(first.stderr).toContain(`ORDER does not name '${name}'`);
    expect(first.status).toBe(2);
    expect(readdirSync(folder)).not.toContain(`${name}.trace`);
    edit('ORDER', (text) => `${text}\n${name}\n`);
    expect(promote(mine).status).toBe(0);
    expect(read('README.md')).toContain(`(${name}.trace)`);
  });

  it('leaves a trace that claims what is not so, and says what is', () => {
    const text = edit(`${NAME}.trace`, (old) => old.replace('amd-iommu-v2-patched', 'kvm'));
    const { status, stderr } = promote(NAME);
    expect(stderr).toMatch(/no-missed-device-reference\(reclaim\) holds in this system/);
    expect(status).toBe(2);
    expect(read(`${NAME}.trace`)).toBe(text);
    expect(promote('old-while-cachd+patched-amd').stderr).toContain(`did you mean '${NAME}'?`);
  });

  it('says what is wrong with a folder', () => {
    const args = ['cli/launch.js', 'promote', '--folder', join(folder, 'nowhere')];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(stderr).toMatch(/^error: .*nowhere: no such folder\nhint: --folder DIR/);
    expect(status).toBe(2);
  });

  it('two at once, one of them killed: every file is the old one or the new one', async () => {
    const files = someTraces();
    for (const many of [1, 4, 8]) {
      for (const file of files) edit(file, bare);
      const old = new Map(files.map((file) => [file, read(file)]));
      const changes = watch(folder);
      const [killed, other] = [start(files), start(files.toReversed())];
      const ends = [once(killed, 'exit'), once(other, 'exit')];
      const written = () => files.filter((file) => read(file) !== old.get(file)).length;
      await new Promise<void>((resolve) => {
        changes.on('change', () => written() >= many && resolve());
        other.on('exit', () => resolve());
      });
      changes.close();
      killed.kill('SIGKILL');
      for (const file of files) {
        expect([old.get(file), read(file, catalogue)]).toContain(read(file));
      }
      await Promise.all(ends);
      expect(other.exitCode).toBe(0);
      for (const file of [...files, 'README.md']) {
        expect(read(file)).toBe(read(file, catalogue));
      }
    }
  });

  it('killed while it writes: the old table or the new one, and nothing is left', async () => {
    const path = join(folder, 'VERDICTS');
    const texts = ['a', 'b'].map((letter) => `${letter.repeat(1 << 20)}\n`);
    const module = new URL('../checker/files/write.ts', import.meta.url).href;
    const script =
      `import { writeFile } from '${module}';` +
      `console.log('ready');` +
      `for (;;) for (const letter of 'ab') {` +
      `  await writeFile(${JSON.stringify(path)}, letter.repeat(1 << 20) + '\\n');` +
      `  console.log(letter);` +
      `}`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    writeFileSync(path, texts[0]);
    for (let round = 0; round < 8; round++) {
      const writer = spawn(process.execPath, args, { cwd: root });
      const ended = once(writer, 'exit');
      let heard = 0;
      // It has written one line when it was ready, and one for each table since.
      for await (const _ of writer.stdout) if (heard++ === 3 * round) writer.kill('SIGKILL');
      await ended;
      // toContain() would print a megabyte as its message.
      expect(texts.includes(readFileSync(path, 'utf8'))).toBe(true);
    }
    promote(NAME);
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
});
