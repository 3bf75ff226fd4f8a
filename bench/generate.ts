/**
 * Measures how fast runs are generated, executed and judged: `npx tsx bench/generate.ts [--seconds
 * S]`. No exhaustive search finishes its scope. For comparison it measures only the rules, by
 * repeating the events of recorded runs. explore-speed.ts compares the whole with fc.commands.
 */
import { parseArgs } from 'node:util';
import { parseSystem } from '../checker/trace/setup.ts';
import { Model } from '../model/model.ts';
import { Distinct, Tally, Walk } from '../properties/generators/index.ts';
import { ghostsOf, propertiesFor } from '../properties/index.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '2' } } });
const LENGTH = 200;
const RECORDED = 500;

const system = parseSystem({
  driver: 'kvm',
  scope:
    'pages=4 cpus=2 devices=2 observers=reclaim,idle granularity=fine ' +
    'events=evict,unmap,protect,clear-refs,write,posted',
});
const properties = propertiesFor(system);
const model = new Model(system, ghostsOf(properties));

/** The time of this process alone, as other work may run on the machine. */
const processorSeconds = (): number => process.cpuUsage().user / 1e6;

/**
 * Repeats `round`, which returns a number of events, for the given time. Returns events per second.
 */
function rate(round: (number: number) => number): number {
  for (let number = 0; number < 2000; number++) round(number);
  const seconds = processorSeconds();
  const end = seconds + Number(values.seconds);
  let events = 0;
  let number = 2000;
  for (; number % 64 !== 0 || processorSeconds() < end; number++) events += round(number);
  return events / (processorSeconds() - seconds);
}

function show(what: string, events: number): void {
  console.log(`${what.padEnd(58)} ${(events / 1e6).toFixed(2).padStart(6)} M events/s`);
}

/** The events of recorded runs. All of them are enabled, so that nothing has to be chosen. */
function recordedRuns(): Uint16Array[] {
  const walk = new Walk(model, LENGTH);
  return Array.from({ length: RECORDED }, (_, number) =>
    walk.events.slice(0, walk.run(number, LENGTH)),
  );
}

function fireAlone(): number {
  const runs = recordedRuns();
  const { initial } = model;
  return rate((number) => {
    const run = runs[number % runs.length];
    model.load(initial, 0);
    for (let i = 0; i < run.length; i++) model.fire(run[i]);
    return run.length;
  });
}

function walks(judged: boolean, counted: boolean): number {
  const walk = new Walk(model, LENGTH);
  const tally = new Tally(model, properties);
  const distinct = counted ? new Distinct() : undefined;
  return rate((number) => {
    const length = walk.run(number, LENGTH, distinct);
    if (judged) tally.add(walk, length, number);
    return length;
  });
}

console.log(`${model.events.length} events, ${model.bits} bits a state, runs of ${LENGTH} events`);
show('the rules alone: recorded runs, fired again', fireAlone());
show('walks: generated and executed', walks(false, false));
show('walks, every transition judged by every property', walks(true, false));
show('the same, and distinct states counted', walks(true, true));
