/**
 * `npm run test:spin` exports systems and lets Spin search them. It compares which properties are
 * violated, the lengths of shortest violations, and the numbers of states and transitions. Some
 * trails are imported and replayed as well. Spin must be installed; without it there is nothing to
 * do.
 *
 * --scopes A,B  the scopes of VERDICTS to compare. The default is all but `small`.
 * --runs N      random systems to compare. The default is 40.
 * --seed N      the seed from which they are drawn. The default is fixed.
 * --shard K/N   one of N parts of the table. `small` is too long for one run.
 * --from N      goes on with the Nth of these texts. An earlier run has ended there.
 * --jobs N      how many searches at a time. The default is as many as the machine has cores.
 *
 * Systems that are exported as the same text are searched once, and each is held to its lines of
 * VERDICTS. Each text is told when it was compared, as a run of an hour may be ended early. A
 * system that is not exported, because it uses an extension of the model, is named and left out.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { entries } from '../checker/judge/catalogue/matrix.ts';
import { extensionsOf } from '../model/core.ts';
import { SpinComparison } from './spin-comparison.ts';
import { Spin } from './spin-run.ts';
import { LONG, textsOfTable } from './spin-table.ts';
import { randomSystem } from './peer-systems.ts';
import { readShard } from '../cli/shard-option.ts';
import { countOf, end } from './last-line.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scopes: { type: 'string' },
      runs: { type: 'string', default: '40' },
      seed: { type: 'string', default: '20190131' },
      shard: { type: 'string', default: '1/1' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const runs = countOf(values.runs, '--runs');
  const seed = countOf(values.seed, '--seed');
  const jobs = countOf(values.jobs, '--jobs');
  const part = readShard(values.shard, undefined, {});
  const scopes = values.scopes?.split(',');
  const lack = Spin.lacks;
  if (lack !== undefined) {
    const must = process.env['CI'] === 'true';
    console.log(`missing: ${lack}; ${must ? 'CI must compare with it' : 'skipped'}`);
    return must ? end(0, 1, 0) : end(0, 0, 1);
  }
  const start = performance.now();
  const comparison = new SpinComparison();
  const isAsked = (scope: string) =>
    scopes === undefined ? scope !== LONG : scopes.includes(scope);
  try {
    const asked = entries().filter(({ names }) => isAsked(names[3]));
    const exported = asked.filter(({ names, system }) => {
      const extensions = extensionsOf(system).join(', ');
      if (extensions !== '') console.log(`not exported: ${names.join(' ')}, for ${extensions}`);
      return extensions === '';
    });
    const inPart = textsOfTable(exported).filter((_, i) => i % part.count === part.index);
    await comparison.table(inPart.slice(countOf(values.from, '--from') - 1), jobs);
    await comparison.drawn(randomSystem, seed, runs, jobs);
  } finally {
    comparison.end();
  }
  console.log(`seed ${seed}, ${Math.round((performance.now() - start) / 1000)} s`);
  end(comparison.passed, comparison.failed, 0);
}

await main();
