/** What `drift` prints and exits with, on small trees. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SmallTree, removeTrees } from '../checker/drift/small-tree.ts';
import { STATUS } from './command.ts';
import { youngcheck } from './in-process.ts';

afterAll(removeTrees);

describe('youngcheck drift', () => {
  it('exits with 0 where nothing changed, and says by what it judged', async () => {
    const { status, stdout, stderr } = await youngcheck('drift', new SmallTree('6.12').root);
    expect(status).toBe(STATUS.holds);
    expect(stderr).toBe('');
    expect(stdout).toContain('tree     6.12.7\njudged   as 6.12,');
    expect(stdout).toContain('v6.12-x86-mglru');
    expect(stdout).not.toContain('v6.1-x86');
    expect(stdout).toContain('Not looked at: what the functions do.');
  });

  it('exits with 7 where something vanished', async () => {
    const tree = new SmallTree('6.1').edit('mm/rmap.c', 'int folio_referenced(', 'int gone(');
    const { status, stdout } = await youngcheck('drift', tree.root);
    expect(status).toBe(7);
    expect(stdout).toContain('  vanished         mm/rmap.c folio_referenced()\n');
    expect(stdout).toContain('cited by: event kswapd: folio_referenced, event kswapd: report');
  });

  it('lists each citation with its line if asked', async () => {
    const { root } = new SmallTree('6.12');
    const brief = (await youngcheck('drift', root)).stdout;
    const { stdout } = await youngcheck('drift', root, '--all');
    const line = /^ {2}there {12}folio_referenced\(\) {2}mm\/rmap\.c:1$/m;
    expect(brief).not.toMatch(line);
    expect(stdout).toMatch(line);
  });

  it('prints one document that says the same', async () => {
    const tree = new SmallTree('6.12').edit('mm/rmap.c', 'int folio_referenced(', 'int gone(');
    const { status, stdout } = await youngcheck('drift', tree.root, '--json');
    expect(status).toBe(7);
    const found = JSON.parse(stdout) as {
      citations: { symbol: string; state: string; citedBy: string[] }[];
      callbacks: { member: string; implementers: unknown[] }[];
    };
    expect(found).toMatchObject({ version: '6.12.7', judgedAs: '6.12', interrupted: false });
    const changed = found.citations.filter(({ state }) => state !== 'there');
    expect(changed).toMatchObject([
      { symbol: 'folio_referenced', state: 'vanished' },
      { symbol: 'folio_referenced_one', state: 'lost its caller' },
    ]);
    expect(found.callbacks.map(({ member }) => member)).toContain('clear_young');
  });

  it('judges a tree that is newer than every preset by the nearest, and says so', async () => {
    const { status, stdout } = await youngcheck('drift', new SmallTree('9.4').root);
    expect(status).toBe(STATUS.holds);
    expect(stdout).toContain('The tree is newer than the releases');
    expect(stdout).toContain('judged   as 7.3,');
  });

  it('judges a tree that is older than every preset by the nearest, and says so', async () => {
    const { stdout } = await youngcheck('drift', new SmallTree('4.9').root);
    expect(stdout).toContain('The tree is older than the releases');
    expect(stdout).toContain('judged   as 4.20,');
  });
});

describe('youngcheck drift refuses', () => {
  const refused = async (...args: string[]) => {
    const { status, stdout, stderr } = await youngcheck('drift', ...args);
    expect(status).toBe(STATUS.usage);
    expect(stdout).toBe('');
    expect(stderr).toContain('hint: youngcheck ');
    return stderr;
  };

  it('no tree, and two', async () => {
    expect(await refused()).toContain('drift takes one kernel tree, not 0');
    expect(await refused('a', 'b')).toContain('drift takes one kernel tree, not 2');
  });

  it('what is no folder, and no kernel tree', async () => {
    expect(await refused('nowhere')).toContain('nowhere: no such folder');
    expect(await refused('README.md')).toContain('README.md: a file, not a folder');
    const empty = mkdtempSync(join(tmpdir(), 'empty-'));
    expect(await refused(empty)).toContain('no source tree of the kernel: it has no Makefile');
    rmSync(empty, { recursive: true });
    const { root } = new SmallTree('6.12');
    rmSync(join(root, 'mm'), { recursive: true });
    expect(await refused(root)).toContain('no source tree of the kernel: it has no mm');
  });

  it('a Makefile that has no version', async () => {
    const none = new SmallTree('6.12').write('Makefile', 'all:\n\ttrue\n');
    expect(await refused(none.root)).toContain('no line says VERSION =');
    const odd = new SmallTree('6.12').edit('Makefile', '= 12', '= twelve');
    expect(await refused(odd.root)).toMatch(/Makefile:2:1: error: .*PATCHLEVEL is no number/);
  });

  it.skipIf(process.getuid?.() === 0)('a Makefile that cannot be read', async () => {
    const { root } = new SmallTree('6.12');
    chmodSync(join(root, 'Makefile'), 0);
    expect(await refused(root)).toContain('cannot be read');
  });

  it('a Makefile that is a folder', async () => {
    const tree = new SmallTree('6.12');
    rmSync(join(tree.root, 'Makefile'));
    tree.write('Makefile/x', '');
    expect(await refused(tree.root)).toContain('Makefile cannot be read: EISDIR');
  });

  it('an unknown preset, and one that is no kernel', async () => {
    const { root } = new SmallTree('6.12');
    const text = await refused(root, '--kernel', 'v6.12-x87');
    expect(text).toContain("no kernel preset is named 'v6.12-x87'; did you mean 'v6.12-x86'?");
    expect(await refused(root, '--kernel', 'cow-2012')).toContain('stands for no releases');
  });
});
