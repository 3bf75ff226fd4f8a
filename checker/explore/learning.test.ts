/** A search that learns is the same whatever the order of its chunks, and replays in fast-check. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { Cells, Walk, beginningsText, readBeginnings } from '../../properties/generators/index.ts';
import { propertiesFor } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { anyRun } from './any-run.ts';
import { Archive } from './archive.ts';
import { ChunkRunner } from './chunk.ts';
import { Learning } from './learning.ts';
import { run } from './random-search.ts';
import { LEARNING_BIAS, settingsOf } from './settings.ts';

const races = parseSystem({ driver: 'kvm', scope: 'races' });
const properties = propertiesFor(races);
const texts = (events: readonly Event[]) => events.map(eventText);
const settings = settingsOf({
  seed: 5,
  runs: 5000,
  length: 40,
  bias: LEARNING_BIAS,
  learn: true,
});

describe('what is learned', () => {
  it('is a pure function of what the epochs before have reached', () => {
    const runner = new ChunkRunner(races, properties, settings);
    const reached = [0, 1, 2, 3].map((chunk) => runner.run(chunk).reached!);
    const after = (order: readonly number[]) => {
      const learning = new Learning(races, properties, '');
      for (const chunk of order) learning.add(chunk, reached[chunk]);
      learning.endEpoch();
      return learning.learned;
    };
    const learned = after([0, 1, 2, 3]);
    expect(after([3, 1, 0, 2])).toEqual(learned);
    expect(learned.cells).toBeGreaterThan(100);
    expect(readBeginnings(learned.beginnings, new Model(races).events.length)).toHaveLength(
      learned.beginnings.split(',').length,
    );
  });

  it('replays in fast-check with the seed, the number of the run and its beginning', async () => {
    const { learned } = await run(races, properties, settings);
    expect(learned!.epochs).toBe(2);
    const later = { ...settings, beginnings: learned!.beginnings, learn: false };
    const runner = new ChunkRunner(races, properties, later);
    const model = new Model(races);
    let begun = 0;
    for (const number of [0, 1, 2, 3, 77, 4999]) {
      const { events, beginnings } = runner.runOf(number);
      expect(beginnings).not.toContain(',');
      const options = { length: 40, bias: LEARNING_BIAS, beginnings };
      const [again] = fc.sample(anyRun(model, options), {
        seed: 5,
        path: String(number),
        numRuns: 1,
      });
      expect(texts(again)).toEqual(texts(events));
      const [beginning] = readBeginnings(beginnings, model.events.length)!;
      const starts = beginning.every((place, i) => events[i]?.index === place);
      if (starts) begun++;
    }
    expect(begun).toBeGreaterThan(1);
  });

  it('is refused where it is of another system', () => {
    const model = new Model(parseSystem({}));
    expect(() => anyRun(model, { beginnings: '0.zz' })).toThrow('not of this system');
  });
});

describe('cells', () => {
  const model = new Model(races);
  const reachedBy = (runs: number) => {
    const cells = new Cells(model, runs * 30);
    const walk = new Walk(model, 30);
    for (let draw = 0; draw < runs; draw++) {
      walk.run(draw, 30, cells);
      cells.endRun(walk);
    }
    return cells;
  };

  it('come with a way that leads there, and count the runs that came', () => {
    const cells = reachedBy(20);
    const { cells: hashes, counts, from, lengths, events } = cells.take();
    expect(hashes.length).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeGreaterThan(5);
    expect(Math.max(...counts)).toBeLessThanOrEqual(20);
    for (const i of [0, 10, 49]) {
      const way = events.slice(from[i], from[i] + lengths[i]);
      const state = model.initial;
      model.load(state, 0);
      for (const event of way) {
        expect(model.fire(event)).toBeGreaterThanOrEqual(0);
        model.advance(event, state);
      }
      cells.visit(state);
      expect(cells.take().cells).toEqual(hashes.slice(i, i + 1));
    }
  });

  it('that were a beginning stand back behind others', () => {
    const archive = new Archive(model);
    archive.add(reachedBy(200).take());
    const [first, second] = [archive.beginnings(), archive.beginnings()];
    expect(first.length).toBeGreaterThan(10);
    const before = new Set(first.map(String));
    expect(second.some((way) => !before.has(String(way)))).toBe(true);
    expect(readBeginnings(beginningsText(first), model.events.length)).toEqual(first);
  });
});
