/**
 * `npm run test:verdicts` recomputes counterexamples/VERDICTS without any of
 * the shorter ways that `npm run test:slow` takes. `npm run test:verdicts-any`
 * recomputes VERDICTS-ANY. The last line is `N passed, N failed`. Each line of the table counts as
 * one.
 */
import { readFileSync } from 'node:fs';
import { recompute } from '../checker/judge/catalogue/recompute.ts';
import { differenceText, differences, parseTable } from '../checker/judge/catalogue/table.ts';
import { TABLES } from '../checker/judge/catalogue/tables.ts';

const NAME = process.argv[2] === '--any' ? 'VERDICTS-ANY' : 'VERDICTS';
const FILE = `counterexamples/${NAME}`;

const start = performance.now();
const old = parseTable(readFileSync(FILE, 'utf8'), FILE);
const now = await recompute(TABLES[NAME](), undefined, { effort: 'full' });
const found = differences(old, now);
for (const difference of found) console.log(differenceText(difference));
const seconds = (performance.now() - start) / 1000;
console.log(`${FILE}: ${now.length} lines recomputed in ${seconds.toFixed(0)} s`);
const changed = found.filter((difference) => difference.now !== undefined).length;
console.log(`\n${now.length - changed} passed, ${found.length} failed`);
process.exitCode = found.length > 0 ? 1 : 0;
