/**
 * Shards join into the whole search. A document that is of another search, or has impossible
 * counts, is refused.
 */
import { describe, expect, it } from 'vitest';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import { check } from '../search/check.ts';
import { parseSystem } from '../trace/setup.ts';
import { conclude } from './conclude.ts';
import { explorationJson } from './exploration-json.ts';
import { run } from './random-search.ts';
import type { SavedFailure } from './saved.ts';
import type { Settings } from './settings.ts';
import { settingsOf } from './settings.ts';
import { joinParts, readPart } from './shards.ts';
import { explorationText } from './exploration-text.ts';

const races = parseSystem({ driver: 'kvm', scope: 'races' });

describe('shards', () => {
  const settings = settingsOf({ seed: 9, runs: 2200 });
  const properties = propertiesFor(races);
  const documentOf = async (shard: Settings['shard']) => {
    const part = { ...settings, shard };
    return JSON.stringify(
      explorationJson(conclude(races, properties, part, await run(races, properties, part))),
    );
  };

  it('join into the whole', async () => {
    const whole = conclude(races, properties, settings, await run(races, properties, settings));
    const parts = [];
    for (const index of [2, 0, 1]) {
      const file = `part${index}`;
      parts.push({ file, part: readPart(await documentOf({ index, count: 3 }), file) });
    }
    const { explored, saved, ...rest } = joinParts(parts);
    const joined = conclude(rest.system, rest.properties, rest.settings, explored, saved);
    const plain = (exploration: typeof whole) => {
      const document = explorationJson(exploration);
      return { ...document, search: { ...document.search, seconds: 0 } };
    };
    expect(plain(joined)).toEqual(plain(whole));

    const [one, two] = parts;
    expect(() => joinParts([one, two])).toThrow('not all shards are here: 2/3 missing');
    expect(() => joinParts([one, one])).toThrow('as is part2');
    const other = { ...two.part, settings: { ...two.part.settings, seed: 10 } };
    expect(() => joinParts([one, { file: 'x', part: other }])).toThrow('not of the same search');
  });

  it.each([
    ['{', 'not one JSON document'],
    ['{}', 'no document of explore'],
    ['null', 'no document of explore'],
    ['{"search":{"random":true}}', 'not a shard'],
    ['{"search":{"random":true},"shard":{}}', "made by version 'undefined', whose runs"],
    ['{"search":{"random":true},"shard":null}', "made by version 'undefined', whose runs"],
  ])('that cannot be read are complained about: %s', (text, message) => {
    expect(() => readPart(text, 'x.json')).toThrow(message);
  });

  /** The documents of both halves of a search that finds something soon. */
  const missed = PROPERTIES.find(({ name }) => name === 'no-missed-device-reference(reclaim)')!;
  const small = parseSystem({ scope: 'large cpus=2 events=unmap,protect,write,posted,evict' });
  const halfOf = async (index: number, saved: readonly SavedFailure[] = []) => {
    const half = settingsOf({ seed: 1, runs: 6, shard: { index, count: 2 } });
    const explored = await run(small, [missed], half);
    return explorationJson(conclude(small, [missed], half, explored, saved));
  };
  const read = (document: object) => readPart(JSON.stringify(document), 'half.json');

  it('of another version, or with counts that cannot be, are refused', async () => {
    const half = await halfOf(0);
    const shard = half.shard!;
    const { counts } = shard;
    expect(() => read({ ...half, shard: { ...shard, version: '0.0.1' } })).toThrow(
      "half.json: made by version '0.0.1', whose runs differ from those of ",
    );
    const wrong = [
      { runs: 'NaN' },
      { runs: 2 },
      { runs: 4 },
      { events: -1 },
      { byEvent: counts.byEvent.slice(1) },
      { witnesses: [null] },
      { violating: [4] },
      { violating: [0] },
      { first: [] },
      { first: [0.5] },
    ];
    expect(read(half).explored.counts.runs).toBe(3);
    for (const change of wrong) {
      const damaged = { ...half, shard: { ...shard, counts: { ...counts, ...change } } };
      expect(() => read(damaged), JSON.stringify(change)).toThrow('not what they should be');
    }
    for (const change of [{ index: 2 }, { hashes: 'AAAA' }, { saved: [{}] }]) {
      const damaged = { ...half, shard: { ...shard, ...change } };
      expect(() => read(damaged), JSON.stringify(change)).toThrow();
    }
  });

  it('whose failing run does not fail here are refused', async () => {
    const [one, two] = [read(await halfOf(0)), read(await halfOf(1))];
    const passing = parseSystem({ driver: 'always-referenced', scope: 'mail' });
    const changed = [one, two].map((part, i) => ({
      file: `part${i}`,
      part: { ...part, system: { ...part.system, driver: passing.driver } },
    }));
    expect(() => joinParts(changed)).toThrow(/^part0: run \d+ does not violate no-missed/);
  });

  it('keep the name of their scope, and all saved traces that one of them has seen', async () => {
    const mail = parseSystem({});
    const [{ run: shown }] = check(mail, [missed]).verdicts;
    const failure = { property: missed, system: mail, run: shown!, onTheWay: false };
    const halves = [await halfOf(0), await halfOf(1, [{ ...failure, file: 'mine.trace' }])];
    const parts = halves.map((half, i) => ({ file: `part${i}`, part: read(half) }));
    const { system, properties, settings, explored, saved } = joinParts(parts);
    const joined = conclude(system, properties, settings, explored, saved);
    expect(joined.findings[0].failure!.from).toBe('mine.trace');
    expect(explorationText(joined)).toContain('scope    large cpus=2 events=');
  });
});
