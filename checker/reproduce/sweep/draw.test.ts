/** The random traces of a sweep: a seed draws the same ones, and each can be driven. */
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../trace/parse.ts';
import { printTrace } from '../../trace/print.ts';
import { replay } from '../../trace/replay.ts';
import { IMAGES } from '../kernels.ts';
import type { Plan } from '../plan.ts';
import { planOf } from '../plan.ts';
import { programText } from '../program.ts';
import type { Draws } from './draw.ts';
import { drawing } from './draw.ts';

const textOf = ({ replay: { trace } }: Plan): string => printTrace(trace);
const drawn = (draws: Draws): Plan[] => [...drawing(draws)];

describe('the traces of a seed', () => {
  const plans = IMAGES.flatMap((image) => drawn({ count: 12, seed: 3, image }));

  it('are the same again, and a smaller count draws the first of them', () => {
    const [image] = IMAGES;
    const again = drawn({ count: 5, seed: 3, image });
    expect(again.map(textOf)).toEqual(plans.slice(0, 5).map(textOf));
    expect(drawn({ count: 5, seed: 4, image }).map(textOf)).not.toEqual(again.map(textOf));
  });

  it('are all different, also of a negative seed', () => {
    for (const image of IMAGES) {
      const texts = drawn({ count: 12, seed: -3, image }).map(textOf);
      expect(new Set(texts).size).toBe(12);
    }
  });

  it('ask something of the kernel, and are of the image', () => {
    expect(plans.map(({ bootable }) => bootable.image)).toEqual(
      IMAGES.flatMap((image) => Array<string>(12).fill(image)),
    );
    for (const { replay: run } of plans) {
      const actors = run.steps.map(({ event }) => event.actor);
      expect(actors.some((actor) => ['kswapd', 'user', 'page_idle'].includes(actor))).toBe(true);
    }
  });

  it('can be read from their files, and are driven in the same way', () => {
    for (const plan of plans) {
      const text = textOf(plan);
      const read = planOf(replay(parseTrace(text, 'x.trace')), plan.bootable.image);
      expect(textOf(read)).toBe(text);
      expect(programText(read)).toBe(programText(plan));
    }
  });
});
