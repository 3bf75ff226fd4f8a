/**
 * Changes one event of real logs, as suites/conformance/mutations.slow.test.ts does, but of whole
 * captures, and as often as it is told. It takes the lines about the target pages of a capture.
 * It ends with status 1 if a verdict is wrong.
 *
 * The whole takes hours. Part k of n has every n-th mutant of every log, so that the parts can be
 * run one by one, and each is a sample of the whole.
 *
 * usage: npx tsx bench/mutated-logs.ts [--each N] [--seed N] [--shard K/N] [--folder FOLDER]
 *   [--only TEXT]
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readShard } from '../cli/shard-option.ts';
import { excerpt } from '../checker/conform/ftrace/excerpt.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { TARGETS } from '../suites/conformance/captures.ts';
import { MUTATIONS, complaints, judge, mutants, outcomeOf } from '../suites/conformance/mutated.ts';

const { values } = parseArgs({
  options: {
    each: { type: 'string', default: '500' },
    seed: { type: 'string', default: '20190131' },
    shard: { type: 'string', default: '1/1' },
    folder: {
      type: 'string',
      default: fileURLToPath(new URL('../../shared/realtrace/', import.meta.url)),
    },
    only: { type: 'string', default: '' },
  },
});
const [each, seed] = [values.each, values.seed].map(Number);
const part = readShard(values.shard, undefined, {});

/** The lines of a log about its target pages. A log of another format is none of ours. */
async function original(file: string) {
  const lines = excerpt(readFileSync(file, 'utf8'), TARGETS).map(({ source }) => source);
  try {
    return await judge(lines, {});
  } catch (error) {
    if (error instanceof Complaint) return undefined;
    throw error;
  }
}

let mutated = 0;

/** Judges the mutants of a log, and returns how many verdicts are wrong. */
async function mutate(name: string): Promise<number> {
  const before = await original(join(values.folder, name));
  if (before === undefined) return 0;
  const [given] = before.ranked.hypothesis.candidate.pairs;
  const outcomes = { accused: 0, refused: 0, explained: 0 };
  let wrong = 0;
  for (const kind of MUTATIONS) {
    for (const mutant of mutants(before.lines, kind, each, seed, part)) {
      const after = await judge(mutant.lines, given);
      outcomes[outcomeOf(after)]++;
      mutated++;
      const found = complaints(mutant, after, before);
      if (found.length === 0) continue;
      wrong++;
      const { at } = mutant;
      console.log(`${name}: ${kind} line ${at + 1}: ${before.lines[at].trim()}`);
      for (const what of found) console.log(`  ${what}`);
    }
  }
  const told = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  console.log(`${name}: ${outcomeOf(before)}; of its mutants ${told.join(', ')}, ${wrong} wrong`);
  return wrong;
}

if (!existsSync(values.folder)) throw new Error(`${values.folder} is missing`);
const names = readdirSync(values.folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:log|trace\.txt)$/.test(name) && name.includes(values.only))
  .toSorted();
let wrong = 0;
for (const [at, name] of names.entries()) {
  wrong += await mutate(name);
  const { user, system } = process.cpuUsage();
  const seconds = Math.round((user + system) / 1e6);
  console.log(
    `${at + 1} of ${names.length} logs of part ${values.shard}, ${seconds} s of CPU time`,
  );
}
console.log(`${names.length} logs, ${mutated} mutants, ${wrong} verdicts wrong`);
process.exitCode = wrong > 0 ? 1 : 0;
