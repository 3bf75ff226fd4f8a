/**
 * `npm run test:verdicts` recomputes counterexamples/VERDICTS with every page searched. `npm run
 * test:slow` searches one page for all where pages are apart. The last line is `N passed, N
 * failed`. Each line of the table counts as one.
 */
import { readFileSync } from 'node:fs';
import { entries } from '../checker/judge/catalogue/matrix.ts';
import { recompute } from '../checker/judge/catalogue/recompute.ts';
import { differenceText, differences, parseTable } from '../checker/judge/catalogue/table.ts';

const FILE = 'counterexamples/VERDICTS';

const start = performance.now();
const old = parseTable(readFileSync(FILE, 'utf8'), FILE);
const now = await recompute(entries(), undefined, { pages: 'each' });
const found = differences(old, now);
for (const difference of found) console.log(differenceText(difference));
const seconds = (performance.now() - start) / 1000;
console.log(`${FILE}: ${now.length} lines recomputed in ${seconds.toFixed(0)} s`);
const changed = found.filter((difference) => difference.now !== undefined).length;
console.log(`\n${now.length - changed} passed, ${found.length} failed`);
process.exitCode = found.length > 0 ? 1 : 0;
