/**
 * The random search gives the same result with any number of jobs and shards. This also tests what
 * it saves and prints.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_BIAS } from '../../properties/generators/index.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import { check } from '../search/check.ts';
import { parseTrace } from '../trace/parse.ts';
import { replay } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { whole } from '../search/progress.ts';
import { conclude, concluding } from './conclude.ts';
import { covering } from './coverage.ts';
import { explorationJson } from './exploration-json.ts';
import type { Control, Explored } from './random-search.ts';
import { run } from './random-search.ts';
import { readSaved, sameSystem, saveTrace, savedFailures } from './saved.ts';
import type { Settings } from './settings.ts';
import { chunksOf, rangeOf, runsOf, settingsOf } from './settings.ts';
import { explorationText } from './exploration-text.ts';

const races = parseSystem({ driver: 'kvm', scope: 'races' });
const mail = parseSystem({});
const missed = PROPERTIES.find(({ name }) => name === 'no-missed-device-reference(reclaim)')!;
const stale = PROPERTIES.find(({ name }) => name === 'no-stale-access')!;
const top = mkdtempSync(join(tmpdir(), 'youngcheck-explore-'));
afterAll(() => rmSync(top, { recursive: true }));
const folder = () => mkdtempSync(join(top, 'x-'));

const explore = (given: Partial<Settings>, control: Control = {}, system = races) =>
  run(system, propertiesFor(system), settingsOf({ seed: 5, ...given }), control);
const untimed = (explored: Explored) => ({ ...explored, seconds: 0 });

describe('settings', () => {
  const numbers = (settings: Settings) =>
    [...chunksOf(settings)].flatMap((chunk) => {
      const { first, end } = rangeOf(settings, chunk);
      return Array.from({ length: end - first }, (_, i) => first + i);
    });

  it.each([1, 2, 3, 400, 12_345])('deal every one of %i runs to one shard', (runs) => {
    const whole = settingsOf({ seed: 1, runs, first: 7 });
    const shards = [0, 1, 2].map((index) => ({ ...whole, shard: { index, count: 3 } }));
    const dealt = shards.flatMap(numbers);
    expect(dealt).toEqual(Array.from({ length: runs }, (_, i) => 7 + i));
    expect(numbers(whole)).toEqual(dealt);
    expect(shards.map((shard) => numbers(shard).length)).toEqual(shards.map(runsOf));
  });

  it('deal the runs evenly, so that no shard is left without', () => {
    const sizes = [0, 1, 2].map((index) =>
      runsOf(settingsOf({ seed: 1, runs: 400, shard: { index, count: 3 } })),
    );
    expect(sizes).toEqual([134, 133, 133]);
  });
});

describe('a random search', () => {
  it('is the same whatever the number of jobs', async () => {
    const settings = { runs: 4000, length: 200 };
    const [one, three] = [await explore(settings), await explore(settings, { jobs: 3 })];
    expect(untimed(three)).toEqual(untimed(one));
    expect(one.counts.events).toBe(4000 * 200);
  });

  it('stops where it is told to, and says so', async () => {
    let chunks = 0;
    const controller = new AbortController();
    const progress = () => ++chunks === 2 && controller.abort();
    const interrupted = await explore({ runs: 5000 }, { stop: controller.signal, progress });
    expect(interrupted).toMatchObject({ stopped: 'interrupted', counts: { runs: 1000 } });
    const settings = settingsOf({ seed: 5, runs: 1e9 });
    const late = await run(races, [missed], settings, { timeLimit: 0.05 });
    expect(late.stopped).toBe('time-limit');
    const exploration = conclude(races, [missed], settings, late);
    expect(explorationText(exploration)).toContain('--time-limit was reached');
  });

  it('starts with as many runs as can be asked for', async () => {
    const most = { runs: 1e12, length: 65_536 };
    const { stopped } = await explore(most, { jobs: 2, timeLimit: 0.01 });
    expect(stopped).toBe('time-limit');
  });

  it('makes one run again by its number', async () => {
    const { counts } = await explore({ runs: 200 });
    const at = counts.first.findIndex((first) => first !== undefined && first > 0);
    const again = await explore({ first: counts.first[at]!, runs: 1 });
    expect(again.counts.first[at]).toBe(counts.first[at]);
    expect(again.counts.runs).toBe(1);
  });

  it('names the least run that violates', async () => {
    const { counts } = await explore({ runs: 1500 });
    const before = await explore({ runs: counts.first[0]! });
    expect(counts.violating[0]).toBeGreaterThan(1);
    expect(before.counts.first[0]).toBeUndefined();
  });
});

describe('saved traces', () => {
  const { run: found } = check(mail, [missed]).verdicts[0];

  it('are saved once, whatever they are called', async () => {
    const to = folder();
    const first = await saveTrace(to, mail, found!, missed);
    expect(first.isNew).toBe(true);
    const trace = parseTrace(readFileSync(first.file, 'utf8'), first.file);
    expect(replay(trace).steps).toHaveLength(4);
    expect(await saveTrace(to, mail, found!, missed)).toEqual({ ...first, isNew: false });
    expect(readdirSync(to)).toHaveLength(1);
  });

  it('never overwrite another', async () => {
    const to = folder();
    const name = join(to, 'old-while-cached+amd-iommu-v2-patched.trace');
    writeFileSync(name, 'mine');
    const { file } = await saveTrace(to, mail, found!, missed);
    expect(file).toBe(name.replace('.trace', '-2.trace'));
    expect(readFileSync(file, 'utf8')).toContain('Trace old-while-cached+amd-iommu-v2-patched-2\n');
    expect(readFileSync(name, 'utf8')).toBe('mine');
    expect(readdirSync(to)).toHaveLength(2);
  });

  it('are read past what is no trace: a folder, a link to nowhere, a text', async () => {
    const to = folder();
    const { file } = await saveTrace(to, mail, found!, missed);
    mkdirSync(join(to, 'a.trace'));
    symlinkSync(join(to, 'nowhere'), join(to, 'b.trace'));
    writeFileSync(join(to, 'c.trace'), 'mine');
    expect(readSaved(to).map((saved) => saved.file)).toEqual([file]);
  });

  it('go into a new folder, or are complained about where none can be', async () => {
    const { file } = await saveTrace(join(folder(), 'x/y'), mail, found!, missed);
    expect(existsSync(file)).toBe(true);
    await expect(saveTrace('/proc/x/y', mail, found!, missed)).rejects.toThrow(
      '/proc/x: cannot be written (ENOENT)',
    );
    await expect(saveTrace('-', mail, found!, missed)).rejects.toThrow('standard output, and no');
    await expect(saveTrace(file, mail, found!, missed)).rejects.toThrow('as a folder of traces');
  });

  it('of the same system are tried first', async () => {
    const to = folder();
    const { file } = await saveTrace(to, mail, found!, missed);
    const small = parseSystem({ scope: 'small' });
    const properties = [missed];
    const saved = savedFailures(small, propertiesFor(small), readSaved(to));
    expect(saved.map(({ property }) => property)).toEqual([missed]);
    const settings = settingsOf({ seed: 1, runs: 1, length: 1 });
    const explored = await run(small, properties, settings);
    const exploration = conclude(small, properties, settings, explored, saved);
    expect(exploration.findings[0]).toMatchObject({ verdict: 'violated', violating: 0 });
    expect(exploration.findings[0].failure!.from).toBe(file);
    expect(explorationText(exploration)).toContain(`reproduce: youngcheck replay ${file}`);
  });

  it('are judged in their own scope where the larger one needs more events of them', async () => {
    const to = folder();
    const texts = { driver: 'amd-iommu-v2', hardware: 'overtaken-completions' };
    const least = parseSystem({ ...texts, scope: 'granularity=fine events=unmap' });
    const { run: shown } = check(least, [stale]).verdicts[0];
    await saveTrace(to, least, shown!, stale);
    const wide = parseSystem({ ...texts, scope: 'races' });
    const saved = savedFailures(wide, [stale], readSaved(to));
    expect(saved).toMatchObject([{ property: stale, run: { length: shown!.length } }]);
    expect(saved[0].system.scope.cpus).toBe(0);
    const settings = settingsOf({ seed: 1, runs: 1, length: 1 });
    const explored = await run(wide, [stale], settings);
    const { findings } = conclude(wide, [stale], settings, explored, saved);
    expect(findings[0]).toMatchObject({ verdict: 'violated', violating: 0 });
    const narrow = parseSystem({ ...texts, scope: 'granularity=fine events=protect,write' });
    expect(savedFailures(narrow, [stale], readSaved(to))).toEqual([]);
  });

  it('are those of the property itself before those that violate it on the way', async () => {
    const repeated = PROPERTIES.find(({ name }) => name === 'no-repeated-miss(reclaim)')!;
    const { verdicts } = check(mail, [missed, repeated]);
    const to = folder();
    const passing = await saveTrace(to, mail, verdicts[1].run!, repeated);
    const both = () => savedFailures(mail, [missed, repeated], readSaved(to));
    expect(both()).toMatchObject([{ onTheWay: true }, { onTheWay: false }]);
    const settings = settingsOf({ seed: 1, runs: 20 });
    const explored = await run(mail, [missed], settings);
    const [finding] = conclude(mail, [missed], settings, explored, both()).findings;
    expect(finding.failure!.from).toBe(explored.counts.first[0]);
    const own = await saveTrace(to, mail, verdicts[0].run!, missed);
    expect(passing.file < own.file).toBe(true);
    expect(both().map(({ file }) => file)).toEqual([own.file, passing.file]);
  });

  it('of another system are left alone', () => {
    expect(sameSystem(mail, parseSystem({ scope: 'small' }))).toBe(true);
    expect(sameSystem(mail, parseSystem({ driver: 'intel-svm' }))).toBe(true);
    expect(sameSystem(mail, parseSystem({ driver: 'kvm' }))).toBe(false);
    expect(sameSystem(mail, parseSystem({ scope: 'races' }))).toBe(false);
    expect(readSaved(join(top, 'nowhere'))).toEqual([]);
  });
});

describe('the conclusion', () => {
  const settings = settingsOf({ seed: 5, runs: 200 });
  const properties = [missed, stale];
  /** Stops the work at the piece with this number. */
  const stoppedAt = async (piece: number, explored?: Explored) => {
    const searched = explored ?? (await run(races, properties, settings));
    const work = concluding(races, properties, settings, searched);
    let next = work.next();
    let pieces = 1;
    for (; !next.done; pieces++) next = work.next(pieces >= piece);
    return { pieces, ...next.value };
  };

  it('is cut short where it is told to stop, and keeps what was found', async () => {
    const all = await stoppedAt(Infinity);
    expect(all.cutShort).toBeUndefined();
    const { findings, cutShort, pieces } = await stoppedAt(1);
    expect(pieces).toBeLessThan(all.pieces / 2);
    expect(cutShort).toBe(true);
    const [{ failure }, { chance }] = findings;
    expect(failure).toMatchObject({ property: missed, certificate: { kind: 'stopped' } });
    expect(failure!.run.length).toBeGreaterThan(all.findings[0].failure!.run.length);
    expect(chance).toBeUndefined();
  });

  it('certifies and measures nothing for who has interrupted the runs', async () => {
    const explored = await run(races, properties, settings);
    const exploration = await stoppedAt(Infinity, { ...explored, stopped: 'interrupted' });
    const { findings, cutShort, reachable } = exploration;
    expect(findings[0].failure!.certificate.kind).toBe('stopped');
    expect([findings[1].chance, cutShort, reachable]).toEqual([undefined, true, undefined]);
    const text = explorationText(exploration);
    expect(text).toContain('cut short: ');
    expect(text).toContain('not certified: it was told to stop');
    expect(explorationJson(exploration).search).toMatchObject({ cutShort: true });
  });
});

describe('what is said', () => {
  it('of a failure comes in the order of need', async () => {
    const properties = [missed];
    const settings = settingsOf({ seed: 1, runs: 50 });
    const explored = await run(mail, properties, settings);
    const text = explorationText(conclude(mail, properties, settings, explored));
    const trace = [missed.sentence, '(4) kswapd', 'shortest:', 'reproduce:'];
    const order = ['seed 1', 'violated in 4', ...trace];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toMatch(/reproduce: youngcheck explore .*--length 200 --seed 1 --run \d+\n/);
  });

  it('of a failure names the bias that is not the default, as --bias takes it', async () => {
    const bias = { ...DEFAULT_BIAS, takeAway: 0.3, look: 1e-7 };
    const settings = settingsOf({ seed: 1, runs: 50, bias });
    const explored = await run(mail, [missed], settings);
    const text = explorationText(conclude(mail, [missed], settings, explored));
    expect(text).toContain(' --bias takeAway=0.3,look=1e-7 --seed 1 ');
  });

  it('of the system has beside it which events are not in play', async () => {
    const system = parseSystem({ scope: 'events=posted,unmap' });
    const settings = settingsOf({ seed: 1, runs: 5 });
    const properties = propertiesFor(system);
    const exploration = conclude(
      system,
      properties,
      settings,
      await run(system, properties, settings),
    );
    expect(explorationText(exploration)).toContain(
      '\nposted does nothing here: it needs granularity=fine and events=write\n',
    );
    expect(explorationJson(exploration).system.scope).toMatchObject({ notInPlay: ['posted'] });
  });

  it('of nothing found is no proof, and comes with what it is worth', async () => {
    const holds = parseSystem({ driver: 'amd-iommu-v2' });
    const properties = [missed];
    const settings = settingsOf({ seed: 1, runs: 50 });
    const explored = await run(holds, properties, settings);
    const exploration = conclude(holds, properties, settings, explored);
    expect(exploration.findings[0].verdict).toBe('not-found');
    expect(exploration.reachable).toBe(check(holds, properties).search.states);
    expect(exploration.distinctStates).toBe(exploration.reachable);
    const text = explorationText(exploration, { coverage: whole(covering(exploration)) });
    expect(text).toContain('that are reachable (100 %)');
    expect(text).toContain('Not found is no proof');
    expect(text).toContain('kernel v4.20-x86, driver amd-iommu-v2-patched, hardware ats:');
    expect(text).toContain('how often each event happened');
  });

  it('of what was never reached is that it is vacuous', async () => {
    const settings = settingsOf({ seed: 1, runs: 5 });
    const explored = await run(mail, [stale], settings);
    const exploration = conclude(mail, [stale], settings, explored);
    expect(exploration.findings[0].verdict).toBe('vacuous');
    expect(explorationText(exploration)).toContain('vacuous: there was never an unmap');
  });

  it('of runs that were not made is not that anything is vacuous', async () => {
    for (const runs of [0, 1]) {
      const settings = settingsOf({ seed: 1, runs });
      const explored = await run(races, [stale], settings, { timeLimit: 0 });
      const exploration = conclude(races, [stale], settings, explored);
      expect(exploration.findings[0].verdict).toBe('not-found');
      expect(explorationText(exploration)).toContain(
        runs === 0 ? ': 0 runs of' : ': 0 of 1 run of',
      );
    }
  });

  it('counts one run and one time as one', async () => {
    const settings = settingsOf({ seed: 1, runs: 1, length: 3 });
    const explored = await run(mail, [missed], settings);
    const exploration = conclude(mail, [missed], settings, explored);
    const text = explorationText({
      ...exploration,
      findings: [{ ...exploration.findings[0], verdict: 'not-found', witnesses: 1 }],
    });
    expect(text).toContain('seed 1: 1 run of 3 events');
    expect(text).toMatch(/put to the test 1 time$/m);
  });
});
