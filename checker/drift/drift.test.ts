import { afterAll, describe, expect, it } from 'vitest';
import { whole } from '../trace/pieces.ts';
import { drift, hasDrifted } from './drift.ts';
import { driftText } from './drift-text.ts';
import { yardstickFor } from './nearest.ts';
import { SmallTree, removeTrees } from './small-tree.ts';
import { Tree } from './tree.ts';

afterAll(removeTrees);

function look({ root }: SmallTree, kernel?: string) {
  const tree = new Tree(root);
  return whole(drift(tree, yardstickFor(tree.version.release, kernel)));
}

/** What became of a symbol. */
const stateOf = (found: ReturnType<typeof look>, symbol: string) =>
  found.findings.find(({ citation }) => citation.symbol === symbol);

const RMAP = 'mm/rmap.c';
const KVM = 'virt/kvm/kvm_main.c';

describe('a tree in which nothing changed', () => {
  it.each(['4.20', '5.4', '5.15', '6.1', '6.6', '6.11', '6.12', '6.19', '7.1'])(
    'has no drift: %s',
    (release) => {
      const found = look(new SmallTree(release));
      const changed = found.findings.filter(({ state }) => state !== 'there');
      expect(changed.map(({ citation }) => citation.symbol)).toEqual([]);
      expect(found.findings.length).toBeGreaterThan(30);
      expect(hasDrifted(found)).toBe(false);
      expect(driftText(found, false)).toContain('Nothing that the model relies on moved');
    },
  );
});

describe('a tree in which something changed', () => {
  it('tells where a function went that moved', () => {
    const tree = new SmallTree('6.12').edit(RMAP, /int folio_referenced\(/, 'int other(');
    tree.write('mm/aging.c', '\n\nint folio_referenced(int a)\n{\n\tfolio_referenced_one(a);\n}\n');
    const found = look(tree);
    expect(stateOf(found, 'folio_referenced')).toMatchObject({
      state: 'moved',
      file: RMAP,
      spots: [{ file: 'mm/aging.c', line: 3 }],
    });
    expect(hasDrifted(found)).toBe(true);
    expect(driftText(found, false)).toMatch(
      / {2}moved {12}mm\/rmap\.c folio_referenced\(\)\n {6}now: mm\/aging\.c:3\n/,
    );
  });

  it('tells of a function that vanished, and who cites it', () => {
    const tree = new SmallTree('6.12').edit(RMAP, /int try_to_unmap_one\(/, 'int gone(');
    const found = look(tree);
    const finding = stateOf(found, 'try_to_unmap_one');
    expect(finding).toMatchObject({ state: 'vanished', spots: [] });
    expect(finding!.by).toContain('event kswapd: unmap');
    expect(hasDrifted(found)).toBe(true);
  });

  it('takes a prototype, a comment and a call for no definition', () => {
    const tree = new SmallTree('6.12').edit(RMAP, /int try_to_unmap_one\(/, 'int gone(');
    tree.write(
      'mm/more.c',
      'int try_to_unmap_one(int a);\n/* int try_to_unmap_one(int a)\n{\n}\n*/\n' +
        'int x(void)\n{\n\tif (try_to_unmap_one(1)) {\n\t}\n}\n',
    );
    expect(stateOf(look(tree), 'try_to_unmap_one')!.state).toBe('vanished');
  });

  it('tells of a function that has lost its caller', () => {
    const tree = new SmallTree('6.12').edit(
      'mm/callers.c',
      /(int try_to_unmap\(int a\)\n\{\n)\ttry_to_unmap_one\(a\);\n/,
      '$1\t/* try_to_unmap_one(a); */\n',
    );
    const found = look(tree);
    expect(stateOf(found, 'try_to_unmap_one')).toMatchObject({
      state: 'lost its caller',
      lost: ['try_to_unmap'],
    });
    expect(hasDrifted(found)).toBe(true);
    expect(driftText(found, false)).toContain('no longer called by: try_to_unmap\n');
  });

  it('finds a caller that moved to another file', () => {
    const tree = new SmallTree('6.12').edit('mm/callers.c', 'int try_to_unmap(', 'int other(');
    tree.write('mm/unmap.c', 'int try_to_unmap(int a)\n{\n\trun(&try_to_unmap_one);\n}\n');
    expect(hasDrifted(look(tree))).toBe(false);
  });

  it('counts a macro that calls a function', () => {
    const tree = new SmallTree('6.12').edit('mm/callers.c', 'int try_to_unmap(', 'int other(');
    tree.write('mm/unmap.h', '#define try_to_unmap(a) \\\n\ttry_to_unmap_one(a)\n');
    expect(hasDrifted(look(tree))).toBe(false);
  });

  it('leaves out what is no part of the kernel', () => {
    const tree = new SmallTree('6.12').edit(RMAP, 'int try_to_unmap_one(', 'int gone(');
    tree.write('tools/mm.c', 'int try_to_unmap_one(int a)\n{\n}\n');
    expect(stateOf(look(tree), 'try_to_unmap_one')!.state).toBe('vanished');
  });

  it('tells a document alone that cites something from the model', () => {
    const tree = new SmallTree('6.12').edit('mm/gup.c', 'int get_user_pages(', 'int gone(');
    const found = look(tree);
    expect(stateOf(found, 'get_user_pages')!.state).toBe('vanished');
    expect(hasDrifted(found)).toBe(false);
    expect(driftText(found, false)).toContain('Cited by a document alone (not in the exit status)');
  });
});

describe('citations of other releases', () => {
  it('are left out', () => {
    const of = (release: string) => look(new SmallTree(release));
    expect(stateOf(of('6.1'), 'mmu_notifier_invalidate_range')!.state).toBe('there');
    expect(stateOf(of('6.1'), 'mmu_notifier_arch_invalidate_secondary_tlbs')).toBeUndefined();
    expect(stateOf(of('6.12'), 'mmu_notifier_invalidate_range')).toBeUndefined();
    expect(stateOf(of('6.12'), 'mmu_notifier_arch_invalidate_secondary_tlbs')!.state).toBe('there');
  });

  it('are looked up in the file that a release has', () => {
    expect(stateOf(look(new SmallTree('6.1')), 'iommu_sva_bind_device')!.file).toBe(
      'drivers/iommu/iommu.c',
    );
  });

  it('have the callers of their release: aging of the multi-gen LRU notifies since 6.12', () => {
    const cut = (release: string) =>
      new SmallTree(release).edit('mm/vmscan.c', /(int walk_pte_range\(int a\)\n\{\n)[^}]*/, '$1');
    const old = new SmallTree('6.1');
    expect(old.read('mm/vmscan.c')).not.toContain('ptep_clear_young_notify');
    expect(stateOf(look(old), 'ptep_clear_young_notify')!.state).toBe('there');
    expect(stateOf(look(cut('6.12')), 'ptep_clear_young_notify')).toMatchObject({
      state: 'lost its caller',
      lost: ['walk_pte_range'],
    });
  });

  it('are those of the preset that is asked for', () => {
    const found = look(new SmallTree('6.12'), 'v6.1-x86');
    expect(found.yardstick.release).toBe('6.5');
    expect(stateOf(found, 'mmu_notifier_invalidate_range')!.state).toBe('vanished');
    expect(driftText(found, false)).toContain('The tree is newer than the releases');
  });

  it('are those of its architecture, and of all', () => {
    const found = look(new SmallTree('6.12'), 'v6.12-arm64');
    const files = found.findings.map(({ file }) => file);
    expect(files.some((file) => file.startsWith('arch/x86/'))).toBe(false);
    expect(files.some((file) => file.startsWith('arch/arm64/'))).toBe(true);
    expect(files).toContain(RMAP);
  });
});

describe('callbacks', () => {
  const callbackOf = (found: ReturnType<typeof look>, member: string) =>
    found.callbacks.find(({ callback }) => callback.member === member)!;

  it('have a new implementer, which is a note', () => {
    const tree = new SmallTree('6.12');
    tree.write(
      'drivers/new/svm.c',
      '\nstatic const struct mmu_notifier_ops new_ops = {\n\t.release = f,\n' +
        '\t.clear_flush_young = new_young,\n};\n',
    );
    const found = look(tree);
    expect(callbackOf(found, 'clear_flush_young').implementers).toContainEqual({
      file: 'drivers/new/svm.c',
      line: 4,
      calls: 'new_young',
      standing: 'new',
    });
    expect(hasDrifted(found)).toBe(false);
    expect(driftText(found, false)).toContain(
      'drivers/new/svm.c:4 implements mmu_notifier_ops.clear_flush_young',
    );
  });

  it('have implementers that the model knows and does not rely on', () => {
    const file = 'drivers/misc/sgi-gru/grutlbpurge.c';
    const tree = new SmallTree('6.12');
    tree.write(file, 'struct mmu_notifier_ops gru = {\n\t.invalidate_range_start = f,\n};\n');
    const { implementers } = callbackOf(look(tree), 'invalidate_range_start');
    expect(implementers.find((one) => one.file === file)!.standing).toBe('known');
  });

  it('are lost by a driver that the model relies on', () => {
    const tree = new SmallTree('6.12').edit(KVM, '.clear_flush_young = f', '.test_old = f');
    const found = look(tree);
    expect(callbackOf(found, 'clear_flush_young').gone).toEqual([KVM]);
    expect(hasDrifted(found)).toBe(true);
    expect(driftText(found, false)).toContain(`${KVM}: it does not set .clear_flush_young`);
  });

  it('vanish from their struct', () => {
    const tree = new SmallTree('6.12').edit(
      'include/linux/mmu_notifier.h',
      'int (*clear_young)(',
      'int (*clear_it)(',
    );
    const found = look(tree);
    expect(callbackOf(found, 'clear_young').declared).toBeUndefined();
    expect(hasDrifted(found)).toBe(true);
  });
});

describe('an interrupt', () => {
  it('leaves what was found, and says that the rest is not known', () => {
    const tree = new Tree(
      new SmallTree('6.12').edit(RMAP, /int try_to_unmap_one\(/, 'int gone(').root,
    );
    const work = drift(tree, yardstickFor('6.12'));
    work.next();
    const { value, done } = work.next(true);
    if (done !== true) throw new Error('it went on');
    expect(value.interrupted).toBe(true);
    expect(stateOf(value, 'try_to_unmap_one')!.state).toBe('not looked up');
    expect(stateOf(value, 'folio_referenced')!.state).toBe('there');
    expect(hasDrifted(value)).toBe(false);
    expect(driftText(value, false)).toContain('It was interrupted');
  });
});
