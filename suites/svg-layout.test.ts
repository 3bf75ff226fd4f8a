/** Tests the pictures of traces with several pages: where arrows end, and what is drawn. */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { follow, replay } from '../checker/trace/replay.ts';
import { readCatalogueTrace, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { eventsIn } from '../checker/page/link.ts';
import type { Arrow } from '../checker/tell/arrow.ts';
import type { Sequence } from '../checker/tell/sequence.ts';
import { sequenceOf } from '../checker/tell/sequence.ts';
import type { Placed } from '../checker/tell/svg-layout.ts';
import { frameOf, slotOf } from '../checker/tell/svg-columns.ts';
import { heightOf, place, stack } from '../checker/tell/svg-layout.ts';
import { HEAD, sequenceSvg } from '../checker/tell/svg.ts';
import { round } from '../checker/tell/xml.ts';
import { overlapsIn } from './svg-overlap.ts';

/** The sequence of a run, from which the picture is drawn. */
function run(scope: string, events: string, driver?: string): Sequence {
  const system = parseSystem({ scope, driver });
  return sequenceOf(follow(system, eventsIn(system, events)));
}

const folder = catalogueFolder();
const RUNS: readonly (readonly [string, Sequence])[] = [
  ...traceNames(folder)
    .map((name) => [name, sequenceOf(replay(readCatalogueTrace(folder, name)))] as const)
    .filter(([, { pages }]) => pages.length > 1),
  [
    'two pages and two devices',
    run(
      'pages=2 cpus=1 devices=2 observers=reclaim,idle events=unmap,protect,write',
      'dev0.write.B,dev0.read.A,cpu0.write.B,kswapd.folio_referenced.B,' +
        'kswapd.write-protect.B,dev0.read.B',
    ),
  ],
  [
    'KVM, and both kernel threads',
    run('small', 'dev0.read.A,cpu0.write.B,page_idle.mark.A,kswapd.folio_referenced.A', 'kvm'),
  ],
  [
    'four pages in steps',
    run(
      'pages=4 granularity=fine events=unmap',
      ['A', 'B', 'C', 'D']
        .map((page) => `dev0.request-read.${page},iommu.translate.dev0.${page}`)
        .concat('dev0.complete.D,dev0.complete.A,kswapd.unmap.C')
        .concat('kswapd.flush-iotlb.C,dev0.complete.B')
        .join(),
    ),
  ],
];

/** The tips of all arrows. */
const tipsOf = (svg: string): { x: number; y: number }[] =>
  [...svg.matchAll(/class="yc-(?:answer-)?tip"[^>]* d="M([\d.]+) ([\d.]+)L/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));

const endsSomewhere = ({ from, to, arrives }: Arrow) => from !== to && arrives === undefined;

/** The distance between an arrow's tip and the place of its page in the lane. */
function miss(placed: Placed, arrow: Arrow, y: number, tips: ReturnType<typeof tipsOf>): number {
  const tip = tips.find((one) => one.y === round(y));
  return Math.abs(tip!.x - slotOf(placed.frame, arrow.to, arrow.page).x);
}

describe.each(RUNS)('%s', (_, sequence) => {
  const frame = frameOf(sequence, 0, 900);
  const heights = sequence.rows.map((row) => heightOf(sequence, row, frame));
  const placed = place(sequence, frame, stack(heights, HEAD));
  const tips = tipsOf(sequenceSvg(sequence, { bare: true }));

  it('has every arrow end at the entry of its own page', () => {
    for (const { row, at } of placed.rows) {
      for (const [i, arrow] of row.arrows.entries()) {
        if (!endsSomewhere(arrow)) continue;
        const what = `(${row.number}) ${arrow.label} to ${arrow.to}`;
        const far = miss(placed, arrow, at[i], tips);
        const isAt = (distance: number) => Math.abs(far - distance) < 0.2;
        expect(
          isAt(0) || isAt(slotOf(placed.frame, arrow.to, arrow.page).width / 2),
          `${what} misses by ${far}`,
        ).toBe(true);
      }
    }
  });

  it('names the page of each arrow where those of a step are of several', () => {
    for (const { arrows } of sequence.rows) {
      if (new Set(arrows.map(({ page }) => page)).size < 2) continue;
      for (const { label, page, upTo = page, from, to } of arrows) {
        const name = upTo === page ? 'ABCD'[page] : `${'ABCD'[page]}-${'ABCD'[upTo]}`;
        if (from !== to) expect(label).toMatch(new RegExp(`^${name}: `));
      }
    }
  });
});

describe.each(RUNS)('what stands in the lanes of %s', (_, sequence) => {
  it('is all drawn, and in words', () => {
    const svg = sequenceSvg(sequence, { bare: true });
    for (const { changes } of sequence.rows) {
      for (const { is, was } of changes) {
        const words = (is?.words ?? []).filter((word) => !(was?.words ?? []).includes(word));
        for (const word of words) expect(svg).toContain(`>${word}</text>`);
      }
    }
    expect(svg).not.toMatch(/>[OUY]<\/text>/);
  });

  it.each([900, 390])('covers nothing, %i pixels wide', (width) => {
    expect(overlapsIn(sequenceSvg(sequence, { width }))).toEqual([]);
  });
});
