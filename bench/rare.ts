/**
 * Measures how often random search finds rare violations: `npx tsx bench/rare.ts --file FILE
 * [--systems N] [--seeds N] [--events N] [--shard k/n]`.
 *
 * The systems are those of rare-systems.ts. Each is searched with each seed, once with the default
 * settings and once with `--learn`, until the violation is found or so many events were made. Each
 * result is a line of the file, and what has its line is not measured again. So a measurement can
 * be stopped at any time. Parts of one measurement have files of their own; joined in one file they
 * are a whole.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { run } from '../checker/explore/random-search.ts';
import { DEFAULT_LENGTH, LEARNING_BIAS, LEARNING_LENGTH } from '../checker/explore/settings.ts';
import { settingsOf } from '../checker/explore/settings.ts';
import { PROPERTIES } from '../properties/index.ts';
import type { Rare } from './rare-systems.ts';
import { rareIn, systemOf } from './rare-systems.ts';

/** A line of the file: a drawn system, or how a search for its violation has ended. */
interface Drawn {
  readonly candidate: number;
  readonly rare?: Rare;
}
interface Searched {
  readonly system: number;
  readonly seed: number;
  readonly learn: boolean;
  /** The most events that the search might make, and those that it has made. */
  readonly most: number;
  readonly events: number;
  readonly seconds: number;
  readonly found: boolean;
}

/** Searches until the violation is found, or until so many events were made. */
export async function searched(
  rare: Rare,
  seed: number,
  learn: boolean,
  most: number,
): Promise<Searched> {
  const property = PROPERTIES.find(({ name }) => name === rare.property)!;
  const length = learn ? LEARNING_LENGTH : DEFAULT_LENGTH;
  const bias = learn ? { bias: LEARNING_BIAS, learn } : {};
  const runs = Math.floor(most / length);
  const controller = new AbortController();
  const { counts, seconds } = await run(
    systemOf(rare),
    [property],
    settingsOf({ seed, runs, length, ...bias }),
    {
      stop: controller.signal,
      progress: (now) => now.counts.violating[0] > 0 && controller.abort(),
    },
  );
  const found = counts.violating[0] > 0;
  return { system: rare.candidate, seed, learn, most, events: counts.events, seconds, found };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      systems: { type: 'string', default: '60' },
      seeds: { type: 'string', default: '5' },
      events: { type: 'string', default: '100000000' },
      shard: { type: 'string', default: '1/1' },
    },
  });
  const { file } = values;
  if (file === undefined) throw new Error('--file FILE takes the results, and is needed');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const known = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as object);
  const note = (line: Drawn | Searched) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  const drawn = new Map(
    known
      .filter((line): line is Drawn => 'candidate' in line)
      .map((line) => [line.candidate, line]),
  );
  const results = known.filter((line): line is Searched => 'system' in line);

  const systems: Rare[] = [];
  for (let candidate = 0; systems.length < Number(values.systems); candidate++) {
    let line = drawn.get(candidate);
    if (line === undefined) {
      const rare = rareIn(candidate);
      line = rare === undefined ? { candidate } : { candidate, rare };
      note(line);
    }
    if (line.rare !== undefined) systems.push(line.rare);
  }

  const [part, parts] = values.shard.split('/').map(Number);
  const [seeds, most] = [Number(values.seeds), Number(values.events)];
  const tasks = Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
    systems.flatMap((rare) => [true, false].map((learn) => ({ rare, seed, learn }))),
  );
  for (const [i, { rare, seed, learn }] of tasks.entries()) {
    const isKnown = results.some(
      (line) =>
        line.system === rare.candidate &&
        line.seed === seed &&
        line.learn === learn &&
        line.most === most,
    );
    if (isKnown || i % parts !== part - 1) continue;
    const line = await searched(rare, seed, learn, most);
    results.push(line);
    note(line);
  }
  for (const learn of [false, true]) {
    const all = results.filter((line) => line.learn === learn && line.most === most);
    const found = all.filter((line) => line.found);
    const seconds = all.reduce((sum, line) => sum + line.seconds, 0);
    console.log(
      `${learn ? 'learned' : 'not learned'}: ${found.length} of ${all.length} found, ` +
        `${(seconds / all.length).toFixed(1)} s each`,
    );
  }
}

if (process.argv[1]?.endsWith('rare.ts')) await main();
