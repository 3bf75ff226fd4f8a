/**
 * `npm run long:attack` runs commands on mutated traces, lines of systems and logs, in this
 * process. It fails on a crash, on a letter that a terminal would obey, and on a status that the
 * command's help does not name.
 *
 * --traces N, --systems N, --logs N   how many of each (10000, 10000, 2000)
 * --seed N                            the same seed draws the same inputs
 */
import { parseArgs } from 'node:util';
import { Attack } from './attack-command.ts';
import { attackInputs } from './attack-inputs.ts';
import { countOf, end } from './last-line.ts';

const KINDS = ['traces', 'systems', 'logs'] as const;

/** How many wounds are printed in full. */
const MOST_TOLD = 40;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      traces: { type: 'string', default: '10000' },
      systems: { type: 'string', default: '10000' },
      logs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '20190131' },
    },
  });
  const [traces, systems, logs] = KINDS.map((kind) => countOf(values[kind], `--${kind}`));
  const seed = countOf(values.seed, '--seed');
  const inputs = attackInputs({ traces: traces!, systems: systems!, logs: logs! }, seed);
  const attack = new Attack();
  const start = performance.now();
  try {
    for (const input of inputs.traces) await attack.trace(input);
    for (const [index, input] of inputs.systems.entries()) await attack.system(input, index);
    for (const [index, input] of inputs.logs.entries()) await attack.log(input, index);
  } finally {
    attack.end();
  }
  for (const { args, from, what } of attack.wounds.slice(0, MOST_TOLD)) {
    console.log(`from ${from}: youngcheck ${JSON.stringify(args)} ${what}\n`);
  }
  for (const [what, count] of [...attack.seen].toSorted()) console.log(`${what}: ${count} times`);
  console.log(`seed ${seed}, ${Math.round((performance.now() - start) / 1000)} s`);
  const all = KINDS.reduce((sum, kind) => sum + inputs[kind].length, 0);
  const failed = attack.wounds.length;
  end(Math.max(0, all - failed), failed, 0);
}

await main();
