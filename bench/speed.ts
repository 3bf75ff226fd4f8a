/**
 * Measures the exhaustive search: beside Spin's, and with and without the reductions. Each part can
 * be asked for alone. docs/performance.md says what was found.
 *
 * usage: npm run bench [-- --only PART,...] [-- --rounds N] [-- --scope large|mid]
 *                      [-- --drivers NAME,...] [-- --max-states N] [-- --plot FILE]
 *
 * The parts are unreduced (beside Spin, breadth first), large (beside Spin, depth first), startup,
 * any, heavy, and cost (states against pages, CPUs and devices). All of them but `unreduced` and
 * `cost` need what `npm run build` makes.
 */
import { parseArgs } from 'node:util';
import { cost } from './cost.ts';
import { any, heavy, large, startup } from './reductions.ts';
import { unreduced } from './unreduced.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    scope: { type: 'string', default: 'large' },
    drivers: { type: 'string', default: '' },
    'max-states': { type: 'string', default: '3000000' },
    plot: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const drivers = values.drivers.split(',').filter((name) => name !== '');

const PARTS: Readonly<Record<string, () => void>> = {
  unreduced: () => unreduced(rounds, values.scope),
  large: () => large(rounds),
  startup: () => startup(drivers),
  any: () => any(drivers),
  heavy: () => heavy(drivers),
  cost: () => cost(Number(values['max-states']), values.plot),
};
const asked = values.only?.split(',') ?? Object.keys(PARTS);
const unknown = asked.find((name) => PARTS[name] === undefined);
if (unknown !== undefined) {
  throw new Error(`no part '${unknown}': the parts are ${Object.keys(PARTS).join(', ')}`);
}
for (const name of asked) {
  console.log(`\n${name}`);
  PARTS[name]();
}
