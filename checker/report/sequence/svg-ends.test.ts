/** Where the arrows of a picture end, of traces with several pages. */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../../trace/setup.ts';
import { follow, replay } from '../../trace/replay.ts';
import { readCatalogueTrace, traceNames } from '../../verdicts/catalogue.ts';
import { catalogueFolder } from '../../verdicts/folder.ts';
import { eventsIn } from '../page/link.ts';
import type { Arrow } from './arrow.ts';
import type { Sequence } from './sequence.ts';
import { sequenceOf } from './sequence.ts';
import type { Placed } from './svg-layout.ts';
import { barWidth, frameOf, heightOf, place, slotX, stack } from './svg-layout.ts';
import { HEAD, sequenceSvg } from './svg.ts';
import { round } from './xml.ts';

/** The picture of a run. */
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
  [...svg.matchAll(/class="tip [^"]*" d="M([\d.]+) ([\d.]+)L/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));

const endsSomewhere = ({ from, to, arrives }: Arrow) => from !== to && arrives === undefined;

/** The distance of an arrow's tip from the place of its page in the lane. */
function miss(placed: Placed, arrow: Arrow, y: number, tips: ReturnType<typeof tipsOf>): number {
  const tip = tips.find((one) => one.y === round(y));
  return Math.abs(tip!.x - slotX(placed, arrow.to, arrow.page));
}

describe.each(RUNS)('%s', (_, sequence) => {
  const frame = frameOf(0, 900);
  const heights = sequence.rows.map((row) => heightOf(row, frame));
  const placed = place(sequence, frame, stack(heights, HEAD));
  const tips = tipsOf(sequenceSvg(sequence, { bare: true }));

  it('has every arrow end at the entry of its own page', () => {
    for (const { row, at } of placed.rows) {
      for (const [i, arrow] of row.arrows.entries()) {
        if (!endsSomewhere(arrow)) continue;
        const what = `(${row.number}) ${arrow.label} to ${arrow.to}`;
        const far = miss(placed, arrow, at[i], tips);
        const isAt = (distance: number) => Math.abs(far - distance) < 0.2;
        expect(isAt(0) || isAt(barWidth(placed) / 2), `${what} misses by ${far}`).toBe(true);
      }
    }
  });

  it('names the page of each arrow where those of a step are of several', () => {
    for (const { arrows } of sequence.rows) {
      if (new Set(arrows.map(({ page }) => page)).size < 2) continue;
      for (const { label, page, from, to } of arrows) {
        if (from !== to) expect(label).toMatch(new RegExp(`^${'ABCD'[page]}: `));
      }
    }
  });
});
