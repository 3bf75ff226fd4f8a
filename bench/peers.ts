/**
 * `npm run test:peers`: the verdicts, the lengths of shortest counterexamples and the numbers of
 * states and transitions of many systems, compared with Spin's on an independent model. That model,
 * verdicts.py and its Promela, is expected in ../shared/peers; without it there is nothing to do.
 *
 *   --runs N    random systems to compare (500); some combinations of presets come on top
 *   --seed N    what they are drawn with; the default is fixed
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { Search } from '../checker/search/search.ts';
import { PART_NAMES, printPart } from '../checker/trace/setup.ts';
import { PROPERTIES } from '../properties/index.ts';
import type { System } from '../model/system.ts';
import { presetSystem, randomSystem } from './peer-systems.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** From the root of the repository. */
const VERDICTS = '../shared/peers/verdicts.py';
const JOBS = 2;
/** Larger systems are left out: both tools take them, but the run would not end. */
const MAX_STATES = 30_000;
const PRESET_RUNS = 60;

/** What both tools say of a system, one line each, in an order that does not matter. */
type Verdicts = ReadonlySet<string>;

interface Case {
  /** The texts of its kernel, driver, hardware and scope. */
  readonly parts: readonly string[];
  readonly ours: Verdicts;
}

/** Our verdicts, every ghost tracked; undefined for a system that is too large. */
function check(system: System): Verdicts | undefined {
  const search = new Search(system, PROPERTIES, { maxStates: MAX_STATES });
  search.run();
  if (!search.complete) return undefined;
  // Spin's two counts have one more transition, into its endless loop.
  const lines = [`states ${search.size} transitions ${search.transitions + 1}`];
  for (const property of search.properties) {
    const length = search.violation(property)?.length;
    if (length !== undefined) lines.push(`${property.name} ${length}`);
  }
  return new Set(lines);
}

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Spin's verdicts. It knows no presets: what has the default's name has no pairs to tell. */
const forSpin = (parts: readonly string[]): string[] => parts.filter((part) => part.includes('='));

function spin(parts: readonly string[], path: string): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: path };
    const child = spawn('python3', [VERDICTS, ...forSpin(parts)], { cwd: root, env });
    let out = '';
    let err = '';
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err += text));
    child.on('close', (status) => resolve({ status, out, err }));
  });
}

const only = (these: Verdicts, those: Verdicts): string =>
  [...these].filter((line) => !those.has(line)).join(', ') || 'nothing else';

const quote = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');

/** What is wrong with a case, or undefined if both tools agree. */
async function compare({ parts, ours }: Case, path: string): Promise<string | undefined> {
  const { status, out, err } = await spin(parts, path);
  const options = PART_NAMES.map((part, i) => `--${part} '${parts[i]}'`).join(' ');
  const commands = `${VERDICTS} ${quote(forSpin(parts))} ; npm run youngcheck -- check ${options}`;
  if (status !== 0) return `Spin failed: ${(err || out).trim().split('\n').at(-1)}: ${commands}`;
  const theirs = new Set(out.trim().split('\n'));
  if (ours.size === theirs.size && [...ours].every((line) => theirs.has(line))) return undefined;
  return `mismatch: ours ${only(ours, theirs)}; Spin ${only(theirs, ours)}: ${commands}`;
}

/** Draws systems until there are enough of a size that can be compared. */
function draw(arbitrary: fc.Arbitrary<System>, seed: number, runs: number): Case[] {
  const cases = new Map<string, Case>();
  for (const system of fc.sample(arbitrary, { seed, numRuns: runs * 10 })) {
    if (cases.size === runs) break;
    const parts = PART_NAMES.map((part) => printPart(system, part));
    const key = parts.join(' ');
    if (cases.has(key)) continue;
    const ours = check(system);
    if (ours !== undefined) cases.set(key, { parts, ours });
  }
  if (cases.size < runs) throw new Error(`only ${cases.size} systems are small enough`);
  return [...cases.values()];
}

/**
 * A folder for the front of PATH with a gcc that does not optimise: most of the time goes into
 * compiling verifiers that then run for some milliseconds.
 */
function quickCompiler(): string {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
  const gcc = spawnSync('sh', ['-c', 'command -v gcc'], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(join(folder, 'gcc'), `#!/bin/sh\nexec '${gcc}' "$@" -O0\n`, { mode: 0o755 });
  return folder;
}

/** Compares all cases, some at a time. Returns how many failed. */
async function compareAll(cases: readonly Case[]): Promise<number> {
  const folder = quickCompiler();
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  let next = 0;
  let failed = 0;
  const worker = async (): Promise<void> => {
    while (next < cases.length) {
      const complaint = await compare(cases[next++]!, path);
      if (complaint === undefined) continue;
      failed++;
      console.log(complaint);
    }
  };
  await Promise.all(Array.from({ length: JOBS }, worker));
  rmSync(folder, { recursive: true });
  return failed;
}

const count = (text: string, option: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} takes a number, not '${text}'`);
  return Number(text);
};

/** Prints the line that ends every run, and sets the exit status. */
function end(passed: number, failed: number, skipped = 0): void {
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Ends a run that has nothing to compare with; CI must not skip it. */
function lacking(what: string): void {
  const must = process.env['CI'] === 'true';
  console.log(`missing: ${what}; ${must ? 'CI must compare with it' : 'skipped'}`);
  if (must) end(0, 1);
  else end(0, 0, 1);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '500' },
      seed: { type: 'string', default: '20190131' },
    },
  });
  const runs = count(values.runs, '--runs');
  const seed = count(values.seed, '--seed');
  if (!existsSync(join(root, VERDICTS))) return lacking(VERDICTS);
  const missing = ['spin', 'gcc', 'python3'].filter(
    (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0,
  );
  if (missing.length > 0) return lacking(missing.join(' '));
  const start = performance.now();
  const cases = [...draw(presetSystem, seed, PRESET_RUNS), ...draw(randomSystem, seed, runs)];
  console.log(`seed ${seed}: ${cases.length} systems of at most ${MAX_STATES} states`);
  const violated = cases.filter(({ ours }) => ours.size > 1).length;
  console.log(`${violated} of them violate something; comparing with Spin`);
  const failed = await compareAll(cases);
  console.log(`${Math.round((performance.now() - start) / 1000)} s`);
  end(cases.length - failed, failed);
}

await main();
