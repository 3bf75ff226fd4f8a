/**
 * Measures how good shrinking is: `npx tsx bench/shrink-quality.ts [--failures N] [--seeds N]`.
 * Failures come from all presets of kernel x driver x hardware in the scopes small and races. For
 * each violated property the same failure is drawn with several seeds. It prints how many shrunk
 * traces are as short as the shortest in the whole scope. It also prints how many have the same
 * text as with most other seeds.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { ChunkRunner } from '../checker/explore/chunk.ts';
import { settingsOf } from '../checker/explore/settings.ts';
import { traceText } from '../checker/tell/trace-of.ts';
import { shrinking } from '../checker/explore/shrink.ts';
import { Trial } from '../checker/explore/trial.ts';
import { whole } from '../checker/search/progress.ts';
import { shortest } from '../checker/search/shortest.ts';
import { PRESETS, parseSystem } from '../checker/trace/setup.ts';
import type { System } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { propertiesFor } from '../properties/index.ts';

const { values } = parseArgs({
  options: {
    failures: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '8' },
    verbose: { type: 'boolean', default: false },
  },
});
const SEEDS = Number(values.seeds);
const RUNS = 100;
const EXHAUSTIVE = { maxStates: 4_000_000 };

/** Every preset system in both scopes, in an order that was once drawn at random. */
function* systems(): Generator<{ readonly text: string; readonly system: System }> {
  const names = (part: keyof typeof PRESETS) => PRESETS[part].map(({ name }) => name);
  const all = ['small', 'races'].flatMap((scope) =>
    names('kernel').flatMap((kernel) =>
      names('driver').flatMap((driver) =>
        names('hardware').map((hardware) => ({ kernel, driver, hardware, scope })),
      ),
    ),
  );
  const orders = fc.shuffledSubarray(all, { minLength: all.length });
  for (const texts of fc.sample(orders, { seed: 1, numRuns: 1 })[0]) {
    yield { text: Object.values(texts).join(' '), system: parseSystem(texts) };
  }
}

interface Scores {
  failures: number;
  shortest: number;
  sameText: number;
  uncertain: number;
  seconds: number;
}

/** Shrinks the failures of one property that several seeds find. */
function score(text: string, system: System, property: Property, scores: Scores): void {
  const texts = new Map<string, number>();
  let best: number | undefined;
  let least = Infinity;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const runner = new ChunkRunner(system, [property], settingsOf({ seed, runs: RUNS }));
    const [first] = runner.run(0).counts.first;
    if (first === undefined) continue;
    const start = performance.now();
    const trial = new Trial(system, property);
    const minimal = whole(shrinking(trial, trial.places(runner.runOf(first).events)));
    scores.seconds += (performance.now() - start) / 1000;
    best ??= shortest(system, property, EXHAUSTIVE).run?.length;
    const shrunk = traceText(minimal.system, minimal.run, property);
    texts.set(shrunk, (texts.get(shrunk) ?? 0) + 1);
    scores.failures++;
    if (best === undefined) scores.uncertain++;
    if (minimal.run.length <= (best ?? least)) scores.shortest++;
    else console.log(`longer: ${minimal.run.length}, not ${best}: ${property.name}: ${text}`);
    least = Math.min(least, minimal.run.length);
  }
  scores.sameText += Math.max(0, ...texts.values());
  if (texts.size > 1) console.log(`${texts.size} texts: ${property.name}: ${text}`);
  if (texts.size > 1 && values.verbose) console.log([...texts.keys()].join('\n'));
}

/** A property that random runs violate soon. Each turn takes another one. */
function violated(system: System, turn: number): Property | undefined {
  const properties = propertiesFor(system);
  const { counts } = new ChunkRunner(system, properties, settingsOf({ seed: 0, runs: RUNS })).run(
    0,
  );
  const found = properties.filter((_, i) => counts.violating[i] > 0);
  return found[turn % Math.max(1, found.length)];
}

const scores: Scores = { failures: 0, shortest: 0, sameText: 0, uncertain: 0, seconds: 0 };
let turn = 0;
for (const { text, system } of systems()) {
  if (scores.failures >= Number(values.failures)) break;
  const property = violated(system, turn++);
  if (property !== undefined) score(text, system, property, scores);
}
const share = (part: number) => `${((100 * part) / scores.failures).toFixed(1)} %`;
console.log(`${scores.failures} failures, ${(scores.seconds / scores.failures).toFixed(2)} s each`);
console.log(
  `shortest length: ${share(scores.shortest)} ` +
    `(the exhaustive search decided all but ${scores.uncertain})`,
);
console.log(`same text as with most other seeds: ${share(scores.sameText)}`);
