/** The front of a synthesis as a plot of accuracy against cost, with the presets by name. */
import type { SpaceDocument } from '../synthesize/document.ts';
import type { CostPlot, CostPoint } from './cost-plot.ts';

/** How many decimals a plot can show. */
const DECIMALS = 3;

/**
 * The plot of one space: the presets, and what is sound on the front. Points with equal values are
 * one. Undefined if nothing was measured.
 */
export function synthesisPlot({
  kernel,
  front,
  presets,
  measuredIn,
}: SpaceDocument): CostPlot | undefined {
  if (front === undefined || presets === undefined || measuredIn === undefined) return undefined;
  const points = new Map<string, CostPoint & { drivers: string[] }>();
  const named = [
    ...presets.map(({ names, mean, missed }) => ({ names, mean, missed })),
    ...front.flatMap(({ mean, missed, violated }, i) =>
      violated.length > 0 ? [] : [{ names: [`front ${i + 1}`], mean, missed }],
    ),
  ];
  for (const { names, mean, missed } of named) {
    const [cost, share] = [mean, missed].map((value) => Number(value.toFixed(DECIMALS)));
    const at = `${cost} ${share}`;
    if (!points.has(at)) points.set(at, { drivers: [], cost, missed: share });
    points.get(at)!.drivers.push(...names);
  }
  return { kernel, scope: measuredIn, how: 'graph', points: [...points.values()] };
}
