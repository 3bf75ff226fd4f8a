/** The plots: what they measure, and that every point differs visibly from every other. */
import { describe, expect, it } from 'vitest';
import { assessCost } from '../judge/assess.ts';
import { whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import { costPlots } from './cost-plot.ts';
import { away, axisOf, costSvg, leader, overlap, placeLabels } from './cost-svg.ts';

const plots = whole(costPlots());
const named = plots.map((plot) => ({
  ...plot,
  name: `${plot.kernel}, ${plot.scope}, ${plot.how}`,
}));

describe.each(named)('the plot of $name', (plot) => {
  it('has every driver once', () => {
    const drivers = plot.points.flatMap((point) => point.drivers);
    expect(new Set(drivers).size).toBe(drivers.length);
    expect(drivers.length).toBeGreaterThan(10);
  });

  it('covers no label', () => {
    const labels = placeLabels(plot.points);
    for (const [i, { box }] of labels.entries()) {
      for (const other of labels.slice(i + 1)) expect(overlap(box, other.box)).toBe(false);
      for (const {
        at: [x, y],
      } of labels) {
        expect(overlap(box, { x: x - 3, y: y - 3, width: 6, height: 6 })).toBe(false);
      }
    }
  });

  it('has a line to every label that does not stand beside its point', () => {
    for (const label of placeLabels(plot.points)) {
      const far = away(label, label.at) > 9;
      expect(leader(label) !== '', `${label.text}, ${away(label, label.at)}`).toBe(far);
    }
  });

  it('has its colours as attributes, which every reader of SVG knows', () => {
    const svg = costSvg(plot);
    expect(svg).not.toMatch(/currentColor|var\(/);
    for (const [shape] of svg.matchAll(/<(?:text|path|circle|rect) [^>]*>/g)) {
      expect(shape).toMatch(/ fill="(?:#[0-9a-f]{6}|none)"/);
    }
  });

  it('has its text as text alone', () => {
    const [point, ...others] = plot.points;
    const svg = costSvg({ ...plot, points: [{ ...point, drivers: ['<b>&'] }, ...others] });
    expect(svg).toContain('&lt;b&gt;&amp;');
    expect(svg).not.toContain('<b>');
  });
});

describe('what is measured', () => {
  const point = (how: 'graph' | 'walk', driver: string) =>
    plots
      .find((plot) => plot.scope === 'mail' && plot.how === how)!
      .points.find(({ drivers }) => drivers.includes(driver))!;

  it("is the mail's argument: the patch is free and blind, the old callback sees and costs", () => {
    for (const how of ['graph', 'walk'] as const) {
      expect(point(how, 'amd-iommu-v2-patched')).toMatchObject({ cost: 0 });
      expect(point(how, 'amd-iommu-v2-patched').missed).toBeGreaterThan(0.3);
      expect(point(how, 'amd-iommu-v2')).toMatchObject({ cost: 1, missed: 0 });
      const proposed = point(how, 'sva-flush-young');
      expect(proposed.missed).toBe(0);
      expect(proposed.cost).toBeLessThan(0.7);
    }
  });

  it('is the cost that check prints, where nothing is missed', () => {
    const cost = whole(assessCost(parseSystem({ driver: 'amd-iommu-v2' }), 1000));
    expect(cost).toMatchObject({ mean: 1, walk: { mean: 1 } });
  });
});

describe('an axis', () => {
  it.each([
    [0, 1, 0.25],
    [1, 1, 0.2],
    [0.488, 0.5, 0.1],
    [0.611, 0.8, 0.2],
    [37, 40, 10],
  ])('up to %f ends at %f in steps of %f', (largest, end, step) => {
    expect(axisOf(largest).end).toBeCloseTo(end);
    expect(axisOf(largest).step).toBeCloseTo(step);
  });
});
