/**
 * Tests the pictures of traces with several pages: where arrows end, and that heads and words can
 * be read.
 */
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
import { boldWidth, frameOf, headLines, slotOf, widthOf } from '../checker/tell/svg-columns.ts';
import { heightOf, place, stack } from '../checker/tell/svg-layout.ts';
import { HEAD, sequenceSvg } from '../checker/tell/svg.ts';
import { round } from '../checker/tell/xml.ts';

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
      for (const { label, page, from, to } of arrows) {
        if (from !== to) expect(label).toMatch(new RegExp(`^${'ABCD'[page]}: `));
      }
    }
  });
});

interface Box {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const meet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The pairs of boxes that overlap. */
const collisions = (boxes: readonly Box[]): string[] =>
  boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b) => (meet(a, b) ? [`${a.what} and ${b.what}`] : [])),
  );

describe.each(RUNS)('what stands in the lanes of %s', (_, sequence) => {
  it.each([900, 390])('can be read, %i pixels wide', (asked) => {
    const frame = frameOf(sequence, 0, asked);
    const { narrow, columns, width } = frame;
    const heights = sequence.rows.map((row) => heightOf(sequence, row, frame));
    const placed = place(sequence, frame, stack(heights, HEAD));
    const heads = sequence.lanes.map(({ id, title }, i): Box => {
      const half = Math.max(...headLines(title, narrow).map((w) => boldWidth(w, narrow))) / 2;
      const { x } = columns[i];
      return { what: id, left: x - half, right: x + half, top: 0, bottom: 1 };
    });
    expect(collisions(heads)).toEqual([]);
    expect(Math.max(...heads.map(({ right }) => right))).toBeLessThanOrEqual(width);

    const said = placed.segments.flatMap(({ entry, words }) => {
      const slot = slotOf(frame, entry.lane, entry.page);
      return words.map(({ text, y }): Box => {
        const half = boldWidth(text, narrow) / 2;
        expect(half * 2, text).toBeLessThanOrEqual(slot.width);
        return { what: text, left: slot.x - half, right: slot.x + half, top: y - 9, bottom: y };
      });
    });
    expect(collisions(said)).toEqual([]);
    // No text is cut off at the end of its row.
    for (const { what, top, bottom } of said) {
      const row = placed.rows.find((one) => one.top <= top && top < one.bottom)!;
      expect(bottom + 2, what).toBeLessThanOrEqual(row.bottom);
    }
  });

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

  it('is covered by no label of an arrow', () => {
    const frame = frameOf(sequence, 0, 900);
    const heights = sequence.rows.map((row) => heightOf(sequence, row, frame));
    const placed = place(sequence, frame, stack(heights, HEAD));
    const svg = sequenceSvg(sequence, { bare: true });
    const labels = [
      ...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" class="yc-label"[^>]*>([^<]*)/g),
    ];
    for (const { entry, words } of placed.segments) {
      const { x } = slotOf(frame, entry.lane, entry.page);
      for (const { text, y } of words) {
        const half = boldWidth(text, false) / 2;
        const word = { what: text, left: x - half, right: x + half, top: y - 8, bottom: y };
        const over = labels.filter(([, at, base, label]) => {
          const reach = widthOf(label) / 2;
          const [left, right] = [Number(at) - reach, Number(at) + reach];
          return meet({ what: label, left, right, top: +base - 8, bottom: +base }, word);
        });
        expect(over.map(([, , , label]) => [label, text])).toEqual([]);
      }
    }
  });

  it('is crossed by no arrow where it has words', () => {
    const frame = frameOf(sequence, 0, 900);
    const heights = sequence.rows.map((row) => heightOf(sequence, row, frame));
    const placed = place(sequence, frame, stack(heights, HEAD));
    const lines = placed.rows.flatMap(({ row, at }) =>
      row.arrows.flatMap(({ from, to, page, arrives, sent, label }, i): Box[] => {
        if (from === to || arrives !== undefined || sent !== undefined) return [];
        const ends = [from, to].map((lane) => slotOf(frame, lane, page));
        const [a, b] = ends.sort((one, other) => one.x - other.x);
        const edge = { left: a.x + a.width / 2, right: b.x - b.width / 2 };
        return [{ what: `-> ${label}`, ...edge, top: at[i] - 0.5, bottom: at[i] + 0.5 }];
      }),
    );
    for (const { entry, words } of placed.segments) {
      const { x } = slotOf(frame, entry.lane, entry.page);
      for (const { text, y } of words) {
        const box = { what: text, left: x - 3, right: x + 3, top: y - 8, bottom: y };
        expect(lines.filter((line) => meet(line, box)).map(({ what }) => [text, what])).toEqual([]);
      }
    }
  });
});
