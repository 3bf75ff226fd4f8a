/**
 * `npm run test:peers` compares many systems with an independent implementation of docs/model.md.
 * It compares verdicts, lengths of shortest counterexamples, and numbers of states and transitions.
 * The other implementation is expected in ../shared; without it there is nothing to do.
 *
 * --runs N    random systems to compare (500); combinations of presets come on top
 * --seed N    the seed from which they are drawn; the default is fixed
 */
import { parseArgs } from 'node:util';
import { Comparison } from './comparison.ts';
import { countOf, end } from './last-line.ts';
import { Peer } from './peer.ts';
import {
  anyText,
  bugs,
  extendedSystem,
  manySystem,
  presetSystem,
  randomSystem,
  results,
} from './peer-systems.ts';

const PRESET_RUNS = 100;
const TEXT_RUNS = 500;
/** How many systems with any number of agents, or with reductions, are compared for each other. */
const SHARE = 0.4;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '500' },
      seed: { type: 'string', default: '20190131' },
    },
  });
  const runs = countOf(values.runs, '--runs');
  const seed = countOf(values.seed, '--seed');
  const lack = Peer.lacks;
  if (lack !== undefined) {
    const must = process.env['CI'] === 'true';
    console.log(`missing: ${lack}; ${must ? 'CI must compare with it' : 'skipped'}`);
    return must ? end(0, 1, 0) : end(0, 0, 1);
  }
  const start = performance.now();
  const comparison = new Comparison();
  try {
    await comparison.table('results.tsv', results());
    await comparison.table('bugs.tsv', bugs());
    await comparison.texts('lists', anyText, seed, TEXT_RUNS);
    await comparison.drawn('presets', presetSystem, seed, PRESET_RUNS);
    await comparison.drawn('random', randomSystem, seed, runs);
    await comparison.drawn('extended', extendedSystem, seed, runs);
    await comparison.drawn('reduced', extendedSystem, seed + 1, Math.ceil(runs * SHARE), true);
    await comparison.drawn('many', manySystem, seed, Math.ceil(runs * SHARE));
  } finally {
    comparison.end();
  }
  console.log(`seed ${seed}, ${Math.round((performance.now() - start) / 1000)} s`);
  end(comparison.passed, comparison.failed, comparison.skipped);
}

await main();
