/** What is cited is declared once, and every rule and page cites what is declared. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Citation } from '../../model/citation.ts';
import { cite, citeIn, fileIn, sourceText } from '../../model/citation.ts';
import { LINUX } from '../../model/citations.ts';
import { NOTIFIER_CALLBACKS } from '../../model/implementers.ts';
import { placeOf } from '../../model/releases.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import { citedBy, rulesAndPresets } from './cited-by.ts';

const page = readFileSync('docs/kernel-map.md', 'utf8');
const namedByPage = new Set([...page.matchAll(/`(\w+)\(\)`/g)].map(([, name]) => name));
const all = Object.values<Citation>(LINUX);

/** Functions of the page that no release cited here has, as they were gone before 4.20. */
const GONE = ['invalidate_page'];

describe('what is behind a rule or a preset', () => {
  it('cites each function that its text names', () => {
    const plain = rulesAndPresets(KERNELS).filter(([, source]) => {
      const cites = typeof source === 'string' ? [] : source.cites;
      const named = [...sourceText(source).matchAll(/(\w+)\(\)/g)].map(([, name]) => name);
      return named.some((name) => !cites.some(({ symbol }) => symbol === name));
    });
    expect(plain.map(([name]) => name)).toEqual([]);
  });

  it('is made of what is cited', () => {
    expect(
      cite`${LINUX.try_to_unmap_one}, ${LINUX.page_mkclean_one}; ${LINUX.wp_page_copy}`.text,
    ).toBe('mm/rmap.c try_to_unmap_one(), page_mkclean_one(); mm/memory.c wp_page_copy()');
    expect(citeIn('4.20')`${LINUX.intel_mmuops}`.text).toBe(
      'Linux 4.20 drivers/iommu/intel-svm.c intel_mmuops',
    );
    expect(citeIn('6.12')`${LINUX.intel_mmuops}`.text).toBe(
      'Linux 6.12 drivers/iommu/intel/svm.c intel_mmuops',
    );
  });
});

describe('docs/kernel-map.md', () => {
  it('names no function that is not declared', () => {
    const known = new Set([...all.map(({ symbol }) => symbol), ...GONE]);
    expect([...namedByPage].filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('a citation', () => {
  it('is cited by a rule, a preset or the page', () => {
    const cited = citedBy(KERNELS);
    const idle = all.filter((each) => !cited.has(each) && !namedByPage.has(each.symbol));
    expect(idle.map(({ symbol }) => symbol)).toEqual([]);
  });

  it('has releases in their order', () => {
    for (const { symbol, releases, callers, elsewhere } of all) {
      const ranges = [releases, ...callers.map((one) => one.releases), ...Object.values(elsewhere)];
      for (const range of ranges) {
        const [from, to] = range.split('..');
        if (from !== '' && to !== '')
          expect(placeOf(from), symbol).toBeLessThanOrEqual(placeOf(to));
      }
    }
  });

  it('has one file in a release', () => {
    expect(fileIn(LINUX.iommu_sva_bind_device, '6.1')).toBe('drivers/iommu/iommu.c');
    expect(fileIn(LINUX.iommu_sva_bind_device, '6.12')).toBe('drivers/iommu/iommu-sva.c');
  });
});

it('no file both is relied on for a callback and stands beside it', () => {
  for (const { by, besides } of NOTIFIER_CALLBACKS) {
    expect(besides.filter((file) => Object.hasOwn(by, file))).toEqual([]);
  }
});
