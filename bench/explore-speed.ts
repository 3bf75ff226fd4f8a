/**
 * Compares the speed of random runs: `npx tsx bench/explore-speed.ts [--against FOLDER]`.
 *
 * Each round measures, one after another in this process: the runner of `explore`, the runner of
 * another commit that is checked out in FOLDER, and fc.commands over the same model. All of them
 * judge every transition by every property. The medians of all rounds are compared, as other work
 * may run on the machine. In the end it shows the memory while ten million events are made.
 *
 * git worktree add FOLDER 7da88bb && ln -s "$PWD/node_modules" FOLDER
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import * as chunk from '../checker/explore/chunk.ts';
import * as settings from '../checker/explore/settings.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import type { Packed } from '../model/model.ts';
import { Model } from '../model/model.ts';
import { ghostsOf, propertiesFor } from '../properties/index.ts';
import * as properties from '../properties/index.ts';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    length: { type: 'string', default: '1000' },
  },
});
const LENGTH = Number(values.length);
const EVENTS = 1_000_000;
const COMMANDS = 20;
const TEXTS = { driver: 'kvm', scope: 'large' };

interface Modules {
  readonly chunk: typeof chunk;
  readonly settings: typeof settings;
  readonly properties: typeof properties;
  readonly setup: { readonly parseSystem: typeof parseSystem };
}

/** The same modules of another commit. */
async function modulesOf(folder: string): Promise<Modules> {
  const load = (path: string) => import(pathToFileURL(resolve(folder, path)).href);
  return {
    chunk: await load('checker/explore/chunk.ts'),
    settings: await load('checker/explore/settings.ts'),
    properties: await load('properties/index.ts'),
    setup: await load('checker/trace/setup.ts'),
  };
}

/** A measurement: the seconds and the events of one round. */
type Measure = () => { readonly seconds: number; readonly events: number };

/** The time of this process alone. */
const processorSeconds = (): number => process.cpuUsage().user / 1e6;

/** The runner of `explore`, of this commit or another one. */
function runner({
  chunk: { ChunkRunner },
  settings: made,
  properties: all,
  setup,
}: Modules): Measure {
  const system = setup.parseSystem(TEXTS);
  const chosen = made.settingsOf({ seed: 1, runs: 1e12, length: LENGTH });
  const work = new ChunkRunner(system, all.propertiesFor(system), chosen);
  let next = 0;
  return () => {
    const start = processorSeconds();
    let events = 0;
    while (events < EVENTS) events += work.run(next++).counts.events;
    return { seconds: processorSeconds() - start, events };
  };
}

/** The usual way: each event is a command, and fast-check draws, checks and runs commands. */
function commands(): Measure {
  const system = parseSystem(TEXTS);
  const judged = propertiesFor(system);
  const model = new Model(system, ghostsOf(judged));
  let executed = 0;
  const arbitraries = model.events.map((event) =>
    fc.constant({
      check: (at: { state: Packed }) => model.step(at.state, event) !== undefined,
      run: (at: { state: Packed }) => {
        const { state, shown } = model.step(at.state, event)!;
        for (const property of judged) property.violated(shown);
        at.state = state;
        executed++;
      },
      toString: () => event.verb,
    }),
  );
  const runs = fc.commands(arbitraries, { maxCommands: LENGTH, size: 'max' });
  let seed = 0;
  return () => {
    executed = 0;
    const start = processorSeconds();
    fc.assert(
      fc.property(runs, (run) => {
        fc.modelRun(() => ({ model: { state: model.initial }, real: {} }), run);
      }),
      { numRuns: COMMANDS, seed: seed++ },
    );
    return { seconds: processorSeconds() - start, events: executed };
  };
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const here: Modules = { chunk, settings, properties, setup: { parseSystem } };
const measured: [string, Measure][] = [['explore', runner(here)]];
if (values.against !== undefined) {
  measured.push([`explore of ${values.against}`, runner(await modulesOf(values.against))]);
}
measured.push(['fc.commands', commands()]);

const rates = new Map(measured.map(([name]) => [name, [] as number[]]));
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const [name, measure] of measured) {
    const { seconds, events } = measure();
    // The first round warms up.
    if (round > 0) rates.get(name)!.push(events / seconds);
  }
}
const ours = rates.get('explore')!;
for (const [name, all] of rates) {
  const ratio = median(ours.map((rate, i) => rate / all[i]));
  console.log(
    `${name.padEnd(28)} ${(median(all) / 1e6).toFixed(2).padStart(6)} M events/s` +
      (name === 'explore' ? '' : `, explore makes ${ratio.toFixed(2)} times as many`),
  );
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const again = runner(here);
const used = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
};
const memory: string[] = [];
for (let million = 0; million < 10; million++) {
  again();
  collectGarbage();
  memory.push(used().toFixed(0));
}
console.log(`MiB after each of ten million events: ${memory.join(' ')}`);
