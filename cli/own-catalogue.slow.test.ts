/** A catalogue of a user's own: how it begins, what is in it, which commands see its systems. */
import type * as Matrix from '../checker/judge/catalogue/matrix.ts';
import type * as Scopes from '../checker/judge/catalogue/scopes.ts';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isInstalled } from '../checker/judge/catalogue/folder.ts';
import { withNames } from '../checker/judge/catalogue/own-order.ts';
import { ownEntries } from '../checker/judge/catalogue/own.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import { youngcheck } from './in-process.ts';

// The other scopes take seconds. The slow tests of the package have them.
vi.mock('../checker/judge/catalogue/scopes.ts', async (original) => {
  const scopes = await original<typeof Scopes>();
  return { ...scopes, USUAL: scopes.USUAL.filter(({ name }) => name === 'mail') };
});

// Threads take longer to start than these searches take.
vi.mock('../checker/judge/catalogue/recompute.ts', async () => {
  const { search } = await import('../checker/judge/catalogue/expected.ts');
  const recompute = (entries: readonly Matrix.TableSystem[]) =>
    entries.flatMap(({ names, system, properties }) =>
      properties.flatMap((property) =>
        search(system, [property])!.map((found) => ({ key: [...names, property.name], ...found })),
      ),
    );
  return {
    recompute: (entries: readonly Matrix.TableSystem[]) => Promise.resolve(recompute(entries)),
  };
});

const top = mkdtempSync(join(tmpdir(), 'youngcheck-own-'));
afterAll(() => rmSync(top, { recursive: true }));
let folders = 0;

/** A new folder with these systems. */
function newFolder(systems: Readonly<Record<string, string>> = {}): string {
  const folder = join(top, String(folders++));
  mkdirSync(folder);
  if (Object.keys(systems).length > 0) mkdirSync(join(folder, 'systems'));
  for (const [name, text] of Object.entries(systems)) {
    writeFileSync(join(folder, 'systems', name), text);
  }
  return folder;
}

const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');
const promote = (folder: string, ...names: string[]) =>
  youngcheck('promote', '--folder', folder, ...names);
const rowsOf = (folder: string) => parseTable(read(folder, 'VERDICTS'), 'VERDICTS');

/** The examples of the page: a system, and its lines in the scope mail. */
const [BLIND, LINES] = [
  ...readFileSync('docs/own-catalogue.md', 'utf8').matchAll(/```text\n([^`]*)```/g),
].map(([, block]) => block);
const FLUSHES = 'kernel v6.12-x86\ndriver clear_flush_young=flush-iotlb,flush-atc\n';
const AGES = 'kernel v6.6-x86 age=pte,flush-tlb?young,clear_flush_young\ndriver kvm\n';
const MISSED = 'no-missed-device-reference(reclaim)';

describe('an empty folder', () => {
  it('becomes a catalogue, and is told what is next', async () => {
    const folder = newFolder();
    const { status, stdout, stderr } = await promote(folder);
    expect([status, stdout]).toEqual([
      0,
      'VERDICTS: written\nORDER: written\nREADME.md: written\n',
    ]);
    expect(stderr).toBe(
      `hint: there is no system yet: write a setup block into ${folder}/systems/NAME, ` +
        `then youngcheck promote --folder ${folder}\n`,
    );
    expect(readdirSync(folder).sort()).toEqual([
      'ORDER',
      'README.md',
      'VERDICTS',
      'pictures',
      'systems',
    ]);
    // Without a system nothing was compared, which is no success.
    const { status: none, stderr: why } = await youngcheck('verdicts', '--folder', folder);
    expect([none, why]).toEqual([2, expect.stringContaining('there is no system')]);
  });

  it('is not begun where it would write over what is there', async () => {
    for (const name of ['README.md', 'VERDICTS', 'VERDICTS-ANY', 'pictures']) {
      const folder = newFolder({ 'my-nic': BLIND });
      writeFileSync(join(folder, name), 'mine\n');
      const { status, stdout, stderr } = await promote(folder);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`${name}: without ORDER beside it this is no catalogue`);
      expect(read(folder, name)).toBe('mine\n');
      expect(readdirSync(folder).sort()).toEqual([name, 'systems'].sort());
    }
  });

  it('is begun by no name', async () => {
    const folder = newFolder();
    const { status, stderr } = await promote(folder, 'counterexamples/no.trace');
    expect(status).toBe(2);
    expect(stderr).toContain('no.trace: no such file');
    const trace = 'counterexamples/old-while-cached+patched-amd.trace';
    const adopted = await promote(folder, trace);
    expect(adopted.stderr).toContain(`ORDER: no such file\nhint: youngcheck promote --folder`);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a catalogue', () => {
  let folder: string;
  beforeAll(async () => {
    folder = newFolder({ 'my-nic': BLIND, 'core-patch': AGES, '.hidden': '', 'old~': '' });
    expect(await promote(folder)).toMatchObject({ status: 0, stderr: '' });
  });

  it('has a line for each property of its systems, and of no other', () => {
    const keys = rowsOf(folder).map(({ key }) => key.slice(0, 4).join(' '));
    expect([...new Set(keys)]).toEqual(['core-patch kvm ats mail', 'v6.12-x86 my-nic ats mail']);
    expect(read(folder, 'VERDICTS')).toContain('folder systems/');
    expect(read(folder, 'VERDICTS')).not.toContain('no machine');
    const mine = rowsOf(folder).filter(({ key }) => key[1] === 'my-nic');
    expect(mine).toEqual(parseTable(LINES, 'docs/own-catalogue.md'));
    expect(mine).toHaveLength(4);
  });

  it('has a trace of each violation, which replays without the folder', async () => {
    const violated = rowsOf(folder).filter(({ verdict }) => verdict.startsWith('Sometimes'));
    const traces = readdirSync(folder).filter((name) => name.endsWith('.trace'));
    expect(traces).toHaveLength(violated.length);
    expect(traces).toContain('old-while-cached+my-nic.trace');
    for (const name of traces) {
      expect(read(folder, name)).not.toMatch(/^ {2}driver +my-nic/m);
      expect((await youngcheck('replay', join(folder, name))).status).toBe(0);
    }
  });

  it('has them in ORDER and README.md, by system', () => {
    expect(read(folder, 'ORDER')).toMatch(
      /\n## my-nic\n\nold-while-cached\+my-nic\nblind-again\+my-nic\n$/,
    );
    expect(read(folder, 'README.md')).toContain(
      '- [old-while-cached+my-nic](old-while-cached+my-nic.trace)\n',
    );
    expect(existsSync(join(folder, 'pictures/old-while-cached+my-nic.svg'))).toBe(true);
  });

  it('is left as it is by a second run, and by a run for each of its files', async () => {
    const { stdout } = await promote(folder);
    expect(stdout.split('\n').filter((line) => !line.endsWith(': unchanged'))).toEqual(['']);
    const one = await promote(folder, 'old-while-cached+my-nic', 'VERDICTS');
    expect(one.stdout.split('\n').filter((line) => !line.endsWith(': unchanged'))).toEqual(['']);
  });

  it('is compared by verdicts, whole or for one system', async () => {
    const { status, stdout } = await youngcheck('verdicts', '--folder', folder, 'my-nic');
    expect(stdout).toMatch(/^4 lines in [\d.]+ s, none differs\n$/);
    expect(status).toBe(0);
    const copy = join(top, 'copy');
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, 'systems/my-nic'), FLUSHES);
    const changed = await youngcheck('verdicts', '--folder', copy);
    expect(changed.stdout).toContain(
      `v6.12-x86 my-nic ats mail ${MISSED}: Sometimes 4 (4 states) -> Never`,
    );
    expect(changed.status).toBe(1);
  });

  it('follows its systems: a trace gets what its system is now', async () => {
    const copy = join(top, 'follows');
    cpSync(folder, copy, { recursive: true });
    const file = 'old-while-cached+my-nic.trace';
    const story = read(copy, file).replace(/folio_referenced\(\) reports[^]*?look\./, 'Our own.');
    writeFileSync(join(copy, file), story);
    writeFileSync(join(copy, 'systems/my-nic'), BLIND.replace('v6.12-x86', 'v6.6-x86'));
    const { status, stdout } = await promote(copy);
    expect(status).toBe(0);
    expect(stdout).toContain(`${file}: written\n`);
    expect(read(copy, file)).toContain('  kernel   v6.6-x86\n');
    expect(read(copy, file)).toContain(' * Our own.\n');
  });

  it('keeps a trace that is no longer so until its owner takes it out', async () => {
    const copy = join(top, 'mended');
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, 'systems/my-nic'), FLUSHES);
    const before = new Map(readdirSync(copy).map((name) => [name, join(copy, name)]));
    const table = read(copy, 'VERDICTS');
    const { status, stdout, stderr } = await promote(copy);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/\+my-nic\.trace: 'my-nic' no longer violates no-[^]*hint: remove the/);
    expect(read(copy, 'VERDICTS')).toBe(table);
    for (const name of before.keys()) if (/\+my-nic.trace$/.test(name)) rmSync(join(copy, name));
    const gone = await promote(copy);
    expect(gone.stderr).toMatch(/ORDER names '\S+my-nic', and there is no such trace/);
    const order = read(copy, 'ORDER').replace(/^\S+\+my-nic\n/gm, '');
    writeFileSync(join(copy, 'ORDER'), order);
    expect((await promote(copy)).status).toBe(0);
    expect(read(copy, 'VERDICTS')).not.toBe(table);
    expect((await youngcheck('verdicts', '--folder', copy)).status).toBe(0);
  });

  it('takes a trace from elsewhere in, and names it in ORDER', async () => {
    const copy = join(top, 'adopts');
    cpSync(folder, copy, { recursive: true });
    const trace = 'counterexamples/old-while-cached+patched-amd.trace';
    expect(await promote(copy, trace)).toMatchObject({ status: 0, stderr: '' });
    expect(read(copy, 'ORDER')).toMatch(/\n## Others\n\nold-while-cached\+patched-amd\n$/);
    expect(read(copy, 'README.md')).toContain('(old-while-cached+patched-amd.trace)');
  });

  it.each([
    ['check', '--system', 'my-nic', '--scope', 'mail'],
    ['check', '--system', 'core-patch', '--driver', 'intel-svm', '--scope', 'mail'],
    ['diff', 'my-nic', 'kvm', '--kernel', 'v6.12-x86', '--scope', 'mail'],
    ['check', '--system', 'my-nic', '--scope', 'mail', '--json'],
    ['explore', '--system', 'my-nic', '--runs', '20', '--seed', '3', '--jobs', '1'],
  ])('names a system for %j %j %j', async (...args) => {
    const { status, stdout, stderr } = await youngcheck(...args, '--folder', folder);
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).not.toBe('');
  });

  it('names the other system of a picture', async () => {
    const trace = join(folder, 'old-while-cached+my-nic.trace');
    const args = ['render', trace, '--against', 'core-patch', '--folder', folder];
    expect(await youngcheck(...args)).toMatchObject({ status: 0, stderr: '' });
    const wrong = await youngcheck(...args.with(3, 'core-pach'));
    expect(wrong.stderr).toContain("did you mean 'core-patch'?");
  });

  it('names both systems for guard, in place of a file and of a preset', async () => {
    const own = newFolder({ before: FLUSHES, after: BLIND });
    const args = ['guard', 'after', '--against', 'before', '--folder', own];
    const { status, stdout } = await youngcheck(...args, '--max-states', '1000');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^- driver {3}clear_flush_young=flush-iotlb,flush-atc$/m);
    const unknown = await youngcheck('guard', 'aftr', '--folder', own);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("nor a preset, nor a file; did you mean 'after'?");
    expect(unknown.stderr).toContain(`youngcheck list --folder ${own} systems`);
  });

  it('is listed', async () => {
    const all = await youngcheck('list', '--folder', folder, 'systems');
    expect(all.stdout).toMatch(/^systems of \S+:\n {2}core-patch\n {6}kernel {3}v6.6-x86 age=pte/);
    expect(all.stdout).toContain('  my-nic\n');
    const one = await youngcheck('list', '--folder', folder, 'my-nic', 'kvm');
    expect(one.stdout).toContain('  my-nic\n');
    expect(one.stdout).not.toContain('core-patch');
    expect(one.stdout).toContain('\ndriver:\n  kvm\n');
  });
});

describe('a system', () => {
  it('has its own scope beside the usual ones, in the table where it belongs', () => {
    const folder = newFolder({
      'two-pages': `${BLIND}scope pages=2\n`,
      many: `${BLIND}scope any granularity=atomic events=cold\n`,
      'as-usual': `${BLIND}scope mail\n`,
    });
    const scopes = (table: 'VERDICTS' | 'VERDICTS-ANY') =>
      ownEntries(folder, table).map(({ names }) => `${names[1]} ${names[3]}`);
    expect(scopes('VERDICTS')).toEqual([
      'as-usual mail',
      'many mail',
      'two-pages mail',
      'two-pages two-pages',
    ]);
    expect(scopes('VERDICTS-ANY')).toEqual(
      ['as-usual', 'many', 'two-pages'].flatMap((name) => [
        `${name} any+atomic`,
        `${name} any`,
        ...(name === 'many' ? ['many many'] : []),
      ]),
    );
  });

  it('has its name where it is no preset, and in place of the driver if all are', () => {
    const folder = newFolder({
      a: 'kernel v6.6-x86\ndriver kvm\n',
      b: 'kernel v6.6-x86 pageout=takes\ndriver kvm clear_young=none\n',
      c: 'hardware qat ats=false\n',
    });
    expect(ownEntries(folder, 'VERDICTS').map(({ names }) => names.join(' '))).toEqual([
      'v6.6-x86 a ats mail',
      'b b ats mail',
      'v4.20-x86 amd-iommu-v2-patched c mail',
    ]);
  });

  it.each([
    ['kvm', 'driver kvm\n', /systems\/kvm: driver kvm is a preset already\nhint: youngcheck list/],
    ['mail', 'driver kvm\n', /scope mail is a preset already/],
    ['My_NIC', 'driver kvm\n', /'My_NIC' is no name of a system\nhint: its name has small letters/],
    ['x', 'drivr kvm\n', /systems\/x:1:1: error: unknown part 'drivr'/],
    ['x', 'driver kvn\n', /systems\/x:1:8: error: unknown driver 'kvn'; did you mean 'kvm'\?/],
    ['x', '', /systems\/x:1:1: error: the file is empty/],
  ])('is refused as %s with %j', async (name, text, message) => {
    const folder = newFolder({ [name]: text });
    const { status, stdout, stderr } = await promote(folder);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(readdirSync(folder)).toEqual(['systems']);
  });

  it('is a file', async () => {
    const folder = newFolder({ x: BLIND });
    mkdirSync(join(folder, 'systems/more'));
    const { status, stderr } = await promote(folder);
    expect([status, stderr]).toEqual([2, expect.stringContaining('systems/more: no file')]);
  });
});

describe('ORDER', () => {
  it('gets names at the ends of their chapters, and is otherwise as it was', () => {
    const order = '# Ours\n\nwords\n\n## a\n\nmore words\n\nx+a\n\n## b\n\nwords\n';
    expect(withNames(order, ['x+a', 'y+a', 'x+b', 'x+c', 'x+d'], ['a', 'b', 'c'])).toBe(
      '# Ours\n\nwords\n\n## a\n\nmore words\n\nx+a\ny+a\n\n## b\n\nwords\n\nx+b\n\n' +
        '## c\n\nx+c\n\n## Others\n\nx+d\n',
    );
    expect(withNames(order, ['x+a'], ['a'])).toBe(order);
  });
});

describe('the catalogue of a package', () => {
  it('is that of a checkout, or belongs to the package manager', () => {
    const root = newFolder();
    for (const name of ['cli', 'counterexamples', 'dist']) mkdirSync(join(root, name));
    const catalogue = join(root, 'counterexamples');
    expect(isInstalled(catalogue, root)).toBe(true);
    expect(isInstalled(`${top}/../${join(top, '/').split('/').at(-2)}`, root)).toBe(false);
    expect(isInstalled(newFolder(), root)).toBe(false);
    expect(isInstalled(join(root, 'absent'), root)).toBe(false);
    writeFileSync(join(root, 'cli/main.ts'), '');
    expect(isInstalled(catalogue, root)).toBe(false);
  });

  it('takes no trace that ORDER has no place for, and writes nothing then', async () => {
    const folder = join(top, 'ours');
    cpSync('counterexamples', folder, { recursive: true });
    const mine = join(top, 'mine.trace');
    const name = 'old-while-cached+mine';
    const text = read(folder, 'old-while-cached+patched-amd.trace');
    writeFileSync(mine, text.replace('old-while-cached+patched-amd', name));
    const { status, stdout, stderr } = await promote(folder, mine);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`ORDER does not name '${name}'`);
    expect(existsSync(join(folder, `${name}.trace`))).toBe(false);
  });
});
