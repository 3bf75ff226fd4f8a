/** Tests what a kernel developer could misread in the pictures of the model's extensions. */
import { describe, expect, it } from 'vitest';
import { readCatalogueTrace, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { eventsIn } from '../checker/page/link.ts';
import type { Sequence } from '../checker/tell/sequence.ts';
import { sequenceOf } from '../checker/tell/sequence.ts';
import { sequenceSvg } from '../checker/tell/svg.ts';
import { follow, replay } from '../checker/trace/replay.ts';
import { parseSystem } from '../checker/trace/setup.ts';

const folder = catalogueFolder();
const ofTrace = (name: string): Sequence => sequenceOf(replay(readCatalogueTrace(folder, name)));

/** The numbers of each match of a pattern. */
const numbersIn = (svg: string, pattern: RegExp): number[][] =>
  [...svg.matchAll(pattern)].map(([, ...found]) => found.map(Number));

describe('what an actor does alone beside its lane', () => {
  // The MMU of a shadow secondary is the lane that does most alone, and holds entries.
  const names = traceNames(folder).filter((name) => {
    const { driver, scope } = readCatalogueTrace(folder, name).system;
    return driver.secondary === 'shadow' && scope.granularity === 'fine';
  });

  it.each(names)('hangs on its lane or its entry in %s', (name) => {
    const svg = sequenceSvg(ofTrace(name));
    const lives = numbersIn(svg, /M([\d.]+) [\d.]+V/g).map(([x]) => x);
    const bars = numbersIn(
      svg,
      /-bar"[^>]* x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
    );
    for (const [x, y] of numbersIn(svg, /class="yc-link"[^>]* d="M([\d.]+) ([\d.]+)H/g)) {
      const isAtBar = bars.some(
        ([left, top, width, height]) =>
          Math.abs(left + width - x) < 0.2 && top <= y && y <= top + height,
      );
      expect(isAtBar || lives.includes(x), `${x} ${y}`).toBe(true);
    }
  });

  it('hangs on the lane where a fill that was overtaken has left nothing', () => {
    expect(sequenceSvg(ofTrace('use-after-free+gfn-to-pfn-cache-fixed'))).toContain('>retries<');
  });
});

it('a translated DMA goes on to memory, that of each device by itself', () => {
  const system = parseSystem({
    driver: 'none',
    hardware: 'undrained',
    scope: 'devices=2 granularity=fine observers=none',
  });
  const [one, two] = ['dev0', 'dev1'].map((dev) => [
    `${dev}.request-read.A`,
    `iommu.translate.${dev}.A`,
    `${dev}.complete.A`,
  ]);
  const run = [one[0], two[0], one[1], two[1], two[2], one[2]].join();
  const { rows } = sequenceOf(follow(system, eventsIn(system, run)));
  const flies = rows.map(({ arrows }) =>
    arrows
      .filter(({ kind }) => kind === 'completion')
      .map(({ from, to, arrives, sent }) => [from, to, arrives ?? sent]),
  );
  expect(flies.flat()).toEqual([
    ['iommu', 'memory', 6],
    ['iommu', 'memory', 5],
    ['iommu', 'memory', 4],
    ['iommu', 'memory', 3],
  ]);
});

it('a page table entry appears at the fault, not where KVM marks the page accessed', () => {
  const [, translate] = ofTrace('evicted-in-use+young-check-first').rows;
  const kinds = translate.arrows.map(({ kind }) => kind);
  expect(kinds).toContain('mark');
  const [pte] = translate.changes.filter(({ lane }) => lane === 'table');
  expect(kinds[pte.at]).toBe('fault');
});

it('the end of a copy does not call a page uncached whose new frame is cached', () => {
  const note = (events: string) => {
    const system = parseSystem({
      driver: 'none',
      hardware: 'ats=false iotlb=false',
      scope: 'cpus=1 granularity=fine observers=none events=write,fork,cow',
    });
    return sequenceOf(follow(system, eventsIn(system, events))).rows.at(-1)!.note;
  };
  const copy = 'cpu0.read.A,user.fork.A,user.cow.A,user.flush-tlb.A,user.set.A';
  expect(note(`${copy},user.end.A`)).toBe('nothing is left cached');
  expect(note(`${copy},cpu0.read.A,user.end.A`)).toBe('the old frame is cached nowhere');
});

it('shows what khugepaged makes dirty, and a write-protect clean, where nobody writes', () => {
  const system = parseSystem({ driver: 'none', scope: 'events=protect,collapse' });
  const run = 'dev0.read.A,khugepaged.collapse.A,kswapd.write-protect.A,dev0.read.A';
  const { rows } = sequenceOf(follow(system, eventsIn(system, run)));
  const dirty = rows.map(({ fields }) => fields.find(({ name }) => name === 'A: pte dirty'));
  expect(dirty.map((field) => field?.text)).toEqual(['0', '1', '0', '0']);
  expect(dirty.map((field) => field?.was)).toEqual([undefined, '0', '1', undefined]);
  const words = rows.map(({ entries }) => entries.find(({ lane }) => lane === 'table')?.words);
  expect(words).toEqual([[], ['dirty'], ['ro'], ['ro']]);
});
