/** Diff gives known answers. */
import { describe, expect, it } from 'vitest';
import type { System } from '../../model/system.ts';
import { whole } from '../search/progress.ts';
import { versionOfPackage } from '../trace/package.ts';
import { parseSystemFile } from '../trace/read-setup.ts';
import { parseSystem, systemOf } from '../trace/setup.ts';
import type { DiffResult } from './diff.ts';
import { diff } from './diff.ts';
import { diffJson, diffText } from './diff-text.ts';

const OLD = parseSystem({ driver: 'amd-iommu-v2' });
const PATCHED = parseSystem({ driver: 'amd-iommu-v2-patched' });
const FLUSH = 'flush-iotlb,flush-atc';
const heads = { left: 'A', right: 'B' };

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
const lastOf = ({ difference }: DiffResult) => difference!.steps.at(-1)!;
/** The observations of the run that tells two systems apart. */
const observed = ({ difference }: DiffResult) => difference!.steps.map(({ text }) => text);
const inSteps = (driver: string, events = 'none'): System =>
  parseSystem({ driver, scope: `granularity=fine events=${events}` });

describe('diff', () => {
  it('tells the driver before the patch from the one after it by the fourth event', () => {
    const found = whole(diff(OLD, PATCHED));
    expect(found.difference!.steps).toHaveLength(4);
    const { left, right } = lastOf(found);
    expect([left!.seen!.answer, right!.seen!.answer]).toEqual([1, 0]);
    const text = diffText({ left: OLD, right: PATCHED }, found, heads);
    expect(widest(text)).toBeLessThanOrEqual(72);
    expect(text).toContain(
      '(4) kswapd: folio_referenced A == 1  | kswapd: folio_referenced A == 0\n',
    );
    expect(text).toContain('They differ at (4): the same events, another answer.\n');
  });

  it.each(['mail', 'small'])('proves the patched driver and intel-svm alike: %s', (scope) => {
    const [left, right] = ['amd-iommu-v2-patched', 'intel-svm'].map((driver) =>
      parseSystem({ driver, scope }),
    );
    const found = whole(diff(left, right));
    expect(found).toMatchObject({ difference: undefined, complete: true });
    expect(diffText({ left, right }, found, heads).replaceAll('\n', ' ')).toContain(
      'Identical in every answer and harm in this scope: no trace tells A and B apart.',
    );
  });

  it('sees a neighbour of an unmapped page where the whole mm is invalidated', () => {
    const scope = 'pages=2 events=unmap,clear-refs';
    const [left, right] = ['v6.6-x86-batched', 'v6.6-x86'].map((kernel) =>
      parseSystem({ kernel, scope }),
    );
    expect(observed(whole(diff(left, right)))).toHaveLength(6);
  });

  it('does not take an eviction of nothing for a difference', () => {
    const scope = 'events=evict';
    const [left, right] = [{ driver: 'amd-iommu-v2' }, {}].map((texts) =>
      parseSystem({ ...texts, scope }),
    );
    expect(observed(whole(diff(left, right))).at(-1)).toBe('kswapd: folio_referenced A');
  });

  it('takes harm for a difference: a freed frame, a withdrawn permission, no progress', () => {
    const of = (driver: string, scope: string) => parseSystem({ driver, scope });
    const said = (left: System, right: System) =>
      diffText({ left, right }, whole(diff(left, right)), heads);
    expect(said(of('none', 'events=unmap'), of('intel-svm', 'events=unmap'))).toContain(
      '(3) dev0: read A // freed            | dev0: read A\n\n' +
        'They differ at (3): with A alone this access goes to a frame that was\nfreed.\n',
    );
    const protect = 'events=protect,write';
    expect(said(of('intel-svm', protect), of('none', protect))).toContain(
      '(3) dev0: write A                    | dev0: write A // revoked\n',
    );
    const [smmu, ats] = ['smmu-v3', 'ats'].map((hardware) =>
      parseSystem({ hardware, scope: protect }),
    );
    expect(said(smmu, ats)).toContain('with A alone this write faults again');
  });

  it('gives up at a limit, and refuses two scopes', () => {
    const systems = { left: PATCHED, right: parseSystem({ driver: 'intel-svm' }) };
    const unfinished = whole(diff(systems.left, systems.right, 1));
    expect(unfinished.complete).toBe(false);
    expect(diffText(systems, unfinished, heads)).toMatch(/^Unfinished: no difference in \d/m);
    expect(() => whole(diff(OLD, parseSystem({ scope: 'pages=2' })))).toThrow(/different scopes/);
  });
});

describe('the text of a diff', () => {
  const textOf = (left: System, right: System) =>
    diffText({ left, right }, whole(diff(left, right)), heads);
  const parse = (driver: string, scope: string) =>
    parseSystem({ kernel: 'v6.6-x86', driver, scope });

  it('is a proof: the version, both systems in full, and what was searched', () => {
    const scope = 'small pages=3';
    const [left, right] = ['amd-iommu-v2-patched', 'intel-svm'].map((name) => parse(name, scope));
    const text = textOf(left, right);
    expect(widest(text)).toBeLessThanOrEqual(72);
    const [version, one, other, proof] = text.split('\n\n');
    expect(version).toBe(`youngcheck ${versionOfPackage()} diff`);
    for (const [block, system] of [
      [one, left],
      [other, right],
    ] as const) {
      const [, ...lines] = block.split('\n');
      expect(block).toMatch(/^[AB]:\n {2}kernel {3}v6\.6-x86\n[^]* hardware ats\n {2}scope /);
      expect(systemOf(parseSystemFile(lines.join('\n'), 'a'))).toMatchObject({
        kernel: system.kernel,
        driver: system.driver,
        hardware: system.hardware,
        scope: system.scope,
      });
    }
    expect(proof).toMatch(
      /^searched everything reachable: \d+ pairs of states \(\d+ states of A,/m,
    );
    expect(proof).toContain('The two systems are the same in every field.');
    expect(proof).toContain('1 page stands for all 3');
    expect(textOf(parse('none', 'mail'), parse('kvm', 'mail'))).not.toContain('stands for all');
  });

  it('says how many states were met on each side', () => {
    const found = whole(diff(inSteps('amd-iommu-v2'), inSteps('amd-iommu-v2-patched')));
    const { left, right } = found.states;
    expect(left).toBeGreaterThan(right);
    const systems = { left: inSteps('amd-iommu-v2'), right: inSteps('amd-iommu-v2-patched') };
    expect(diffText(systems, found, heads).replaceAll('\n', ' ')).toContain(
      `sets of states (${left} states of A, ${right} of B).`,
    );
    expect(diffJson(systems, found, heads)).toMatchObject({
      version: versionOfPackage(),
      identical: false,
      states: { left, right },
      systems: { right: { driver: { text: 'amd-iommu-v2-patched' } } },
    });
  });

  it('is no proof where a limit ended the search', () => {
    const systems = { left: PATCHED, right: PATCHED };
    const found = whole(diff(PATCHED, PATCHED, 1));
    expect(diffText(systems, found, heads)).not.toMatch(/identical|the same in every/i);
    expect(diffJson(systems, found, heads).identical).toBe(false);
  });
});

describe('diff in steps', () => {
  it('tells the observations alone where the steps in between are beyond the limit', () => {
    const systems = { left: inSteps('amd-iommu-v2'), right: inSteps('amd-iommu-v2-patched') };
    const all = whole(diff(systems.left, systems.right));
    const cut = whole(diff(systems.left, systems.right, all.pairs));
    expect(all.difference!.told).toBe(true);
    expect(cut).toMatchObject({ complete: true, difference: { told: false, only: 'left' } });
    expect(observed(cut)).toEqual(observed(all));
    const text = diffText(systems, cut, heads);
    expect(text).toMatch(/\n\n\(1\) kswapd: age A\n\(2\) kswapd: report A/);
    expect(text).toContain('The steps of each');
    expect(widest(text)).toBeLessThanOrEqual(72);
    expect(diffJson(systems, cut, heads)).toMatchObject({ told: false });
  });

  it('tells the driver before the patch from the one after it: only one of them flushes', () => {
    const [left, right] = [inSteps('amd-iommu-v2'), inSteps('amd-iommu-v2-patched')];
    const found = whole(diff(left, right));
    expect(observed(found)).toEqual([
      'kswapd: age A',
      'kswapd: report A',
      'kswapd: age A',
      'kswapd: report A',
    ]);
    expect(found.difference!.only).toBe('left');
    const text = diffText({ left, right }, found, heads);
    expect(widest(text)).toBeLessThanOrEqual(72);
    expect(text).toContain('    kswapd: flush-iotlb A\n    kswapd: post-atc A\n');
    expect(text).toContain('(4) kswapd: report A == 1            | kswapd: report A == 0\n');
    const { only, steps } = diffJson({ left, right }, found, heads);
    expect(only).toBe('left');
    expect(steps!.at(-1)).toMatchObject({
      observed: 'kswapd: report A',
      left: { seen: 'kswapd: report A == 1' },
      right: { own: [], seen: 'kswapd: report A == 0' },
    });
  });

  it('tells a flush that is not awaited from one that is, and the order of two flushes', () => {
    const left = inSteps('amd-iommu-v2');
    for (const other of ['flush-iotlb,post-atc', 'flush-atc,flush-iotlb']) {
      const right = inSteps(`clear_flush_young=${other} invalidate_secondary=${FLUSH}`);
      const found = whole(diff(left, right));
      expect(observed(found)).toEqual([
        'kswapd: age A',
        'kswapd: report A',
        'dev0: read A',
        'kswapd: age A',
        'kswapd: report A',
      ]);
      // The other system can miss what the device has read since.
      expect(found.difference!.only).toBe('right');
      expect(lastOf(found).right!.seen!.answer).toBe(0);
    }
  });

  it('tells the order of two flushes in an unmap by the frame that was freed', () => {
    const [left, right] = ['amd-iommu-v2-patched', 'smmu-5.2-reordered'].map((driver) =>
      inSteps(driver, 'unmap'),
    );
    const found = whole(diff(left, right));
    expect(observed(found)).toEqual(['kswapd: unmap A', 'kswapd: free A', 'dev0: read A']);
    expect(diffText({ left, right }, found, heads)).toMatch(
      /with B alone this access goes to a frame\s+that/,
    );
  });

  it('does not tell apart what differs in steps that nobody observes', () => {
    // Without an ATC, a second flush of the IOTLB changes nothing.
    const of = (driver: string) =>
      parseSystem({ driver, hardware: 'no-ats', scope: 'granularity=fine events=unmap,write' });
    const twice = of(`clear_flush_young=${FLUSH},flush-iotlb invalidate_secondary=${FLUSH}`);
    expect(whole(diff(of('amd-iommu-v2'), twice))).toMatchObject({ difference: undefined });
    // A shared secondary has no young bits of its own, so that its callbacks find nothing to
    // harvest.
    const idly = inSteps(`clear_flush_young=harvest invalidate_secondary=${FLUSH}`, 'unmap');
    expect(whole(diff(inSteps('intel-svm', 'unmap'), idly))).toMatchObject({
      difference: undefined,
      complete: true,
    });
  });

  it('compares KVM with the IOMMU, and hardware with and without an ATC', () => {
    expect(whole(diff(inSteps('kvm'), inSteps('intel-svm'))).difference).toBeDefined();
    const scope = 'granularity=fine';
    const [left, right] = ['no-ats', 'ats'].map((hardware) => parseSystem({ hardware, scope }));
    // The translation maps the page before the access for which it was requested.
    expect(observed(whole(diff(left, right)))).toEqual(['kswapd: age A']);
  });
});
